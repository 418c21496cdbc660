"""Text as it enters: one spelling of every Vietnamese letter, nothing invisible.

Only what cannot change the meaning is changed. Dashes, quotes and marks stay as written, and
control characters stay too, so that the schema refuses them instead of a reader hiding them.
"""

from __future__ import annotations

import unicodedata

__all__ = ["clean_json", "clean_text"]

# Soft hyphen, zero-width space and non-joiner, word joiner, byte order mark; then the marks that
# turn the direction of writing, which can make a text read otherwise than it is stored. The
# zero-width joiner stays: emoji are made with it.
_INVISIBLE = (0x00AD, 0x200B, 0x200C, 0x2060, 0xFEFF)
_DIRECTION = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_SPACES = (0x0009, 0x00A0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)

_CLEANED: dict[int, int | str | None] = {
    **dict.fromkeys((*_INVISIBLE, *_DIRECTION)),
    **dict.fromkeys(_SPACES, " "),
    # Icelandic eth looks the same as the Vietnamese letter and comes from old keyboards and fonts.
    0x00D0: "Đ",
    0x00F0: "đ",
    # Word's bullet, a letter of its private Symbol font.
    0xF0B7: "-",
    0x2028: "\n",
    0x2029: "\n",
}


def clean_text(text: str, *, lines: bool) -> str:
    """Normalise what a person typed or pasted.

    NFC; eth to Đ/đ; invisible and direction marks removed; every kind of space a plain one;
    line ends as LF; Word's bullet as ``-``; outer spaces and empty lines off. Cleaning twice
    changes nothing more.

    Args:
        text: as it came.
        lines: keep line ends; otherwise each becomes a space.
    """
    if text.isascii():
        # Most texts of a request are codes and numbers of documents: nothing here is any other way.
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = text.replace("\t", " ")
        return (text if lines else text.replace("\n", " ")).strip(" \n")
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CLEANED)
    if not lines:
        text = text.replace("\n", " ")
    return unicodedata.normalize("NFC", text).strip(" \n")


def clean_json(value: object) -> object:
    """Clean every string of a JSON value; numbers, names and the shape are left alone.

    Line ends stay, since only the schema knows which cells take them. Nested at most as deep
    as the loader allows.
    """
    if type(value) is int:
        return value
    if isinstance(value, str):
        return clean_text(value, lines=True)
    if isinstance(value, dict):
        return {name: clean_json(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [clean_json(inner) for inner in value]
    return value
