"""What the first bytes of a picture say: its kind and its size, before anything decodes it.

A decoder asks for memory by the size that a file claims. So the claim is read here, by a few
lines that ask for nothing, and judged before a decoder sees the file.
"""

from __future__ import annotations

import struct

from thidua.domain.attachments import MediaType

__all__ = ["picture_size"]

#: Frame headers of JPEG; the three left out share the range but are tables.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
#: Markers without a length.
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
_SCAN = 0xDA


def picture_size(content: bytes, media_type: MediaType) -> tuple[int, int] | None:
    """Return the width and height a picture claims, None where its header is not sound."""
    try:
        if media_type is MediaType.JPEG:
            return _jpeg(content)
        if media_type is MediaType.PNG:
            return _png(content)
        return _webp(content)
    except (struct.error, IndexError):
        return None


def _png(content: bytes) -> tuple[int, int] | None:
    length, kind, width, height = struct.unpack(">I4sII", content[8:24])
    return (width, height) if (length, kind) == (13, b"IHDR") else None


def _jpeg(content: bytes) -> tuple[int, int] | None:
    at = 2
    while True:
        if content[at] != 0xFF:  # noqa: PLR2004  every marker begins so
            return None
        marker = content[at + 1]
        if marker == 0xFF:  # noqa: PLR2004  fill bytes may stand before a marker
            at += 1
        elif marker in _BARE:
            at += 2
        elif marker in _FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        elif marker == _SCAN:
            return None
        else:
            (length,) = struct.unpack(">H", content[at + 2 : at + 4])
            at += 2 + length


def _webp(content: bytes) -> tuple[int, int] | None:
    kind = content[12:16]
    if kind == b"VP8X":
        return _of_24_bits(content[24:27]) + 1, _of_24_bits(content[27:30]) + 1
    if kind == b"VP8L":
        (bits,) = struct.unpack("<I", content[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", content[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


def _of_24_bits(three: bytes) -> int:
    if len(three) != 3:  # noqa: PLR2004
        raise IndexError
    return int.from_bytes(three, "little")
