"""What the first bytes of a picture say: its kind and its size, before anything decodes it.

A decoder asks for memory by the size that a file claims. So the claim is read here, by a few
lines that ask for nothing, and judged before a decoder sees the file.
"""

from __future__ import annotations

import re
import struct

from thidua.domain.attachments import MediaType

__all__ = ["bare_jpeg", "picture_size"]

#: Frame headers of JPEG; the three left out share the range but are tables.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
#: Markers without a length.
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
_SCAN = 0xDA
_END = 0xD9
_COMMENT = 0xFE
#: Of what programs write beside the pixels, the two that say how colours are meant.
_SAYS_HOW = frozenset({0xE0, 0xEE})
_BESIDE = frozenset({*range(0xE0, 0xF0), _COMMENT}) - _SAYS_HOW
#: Within the pixels a mark is followed by nought, or says that they begin anew.
_PIXELS = re.compile(rb"(?:[^\xff]|\xff+[\x00\xd0-\xd7])*+")


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


def bare_jpeg(content: bytes) -> bytes:
    """Return a JPEG without what stands beside its pixels or behind them; as it is where it is not sound."""
    kept, at = [content[:2]], 2
    try:
        while True:
            if content[at] != 0xFF:  # noqa: PLR2004  every marker begins so
                return content
            marker = content[at + 1]
            if marker == 0xFF:  # noqa: PLR2004  fill bytes may stand before a marker
                at += 1
                continue
            if marker == _END:
                return b"".join([*kept, content[at : at + 2]])
            after = at + 2 + (0 if marker in _BARE else struct.unpack(">H", content[at + 2 : at + 4])[0])
            if marker == _SCAN:
                found = _PIXELS.match(content, after)
                after = found.end() if found else after
            if marker not in _BESIDE:
                kept.append(content[at:after])
            at = after
    except (struct.error, IndexError):
        return content
