"""What in a sheet or document acts by itself: fields that start programs, objects fetched from elsewhere.

Links that a reader follows by hand are no such thing, nor are the charts of a sheet.
"""

from __future__ import annotations

import html
import re

__all__ = ["asks_a_program", "fetches_from_elsewhere", "is_looked_into"]

#: Parts that say where others are fetched from, that hold a text's fields, and links to other programs.
_LOOKED_INTO = re.compile(r"(?:.*/)?_rels/[^/]*\.rels|word/[^/]*\.xml|xl/externallinks/[^/]*\.xml", re.IGNORECASE)

_FIELD = re.compile(r"<(?:[\w.-]+:)?instrText\b[^>]*>([^<]*)<")
_FIELD_IN_SHORT = re.compile(r"\binstr\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_DDE = re.compile(r"\bDDE(?:AUTO)?\s", re.IGNORECASE)
_DDE_LINK = re.compile(r"<(?:[\w.-]+:)?ddeLink\b")

_RELATIONSHIP = re.compile(r"<(?:[\w.-]+:)?Relationship\b[^>]*>")
_IS_ELSEWHERE = re.compile(r"\bTargetMode\s*=\s*[\"']\s*External", re.IGNORECASE)
_IS_FETCHED = re.compile(r"/(?:oleObject|attachedTemplate|frame|subDocument|image|aFChunk)\s*[\"']", re.IGNORECASE)


def is_looked_into(name: str) -> bool:
    """Tell whether a part can say such things."""
    return _LOOKED_INTO.fullmatch(name) is not None


def asks_a_program(content: bytes) -> bool:
    """Tell whether a part makes the reader's machine ask or start another program (DDE)."""
    text = _decoded(content)
    # A field may be written in pieces, and fields may follow each other.
    pieces = [match[1] for match in _FIELD.finditer(text)]
    fields = f"{''.join(pieces)}\n{' '.join(pieces)}"
    short = " ".join(match[1] or match[2] or "" for match in _FIELD_IN_SHORT.finditer(text))
    return bool(_DDE.search(html.unescape(fields)) or _DDE.search(html.unescape(short)) or _DDE_LINK.search(text))


def fetches_from_elsewhere(content: bytes) -> bool:
    """Tell whether opening it fetches an object, a template or a picture from another place."""
    tags = (html.unescape(match[0]) for match in _RELATIONSHIP.finditer(_decoded(content)))
    return any(_IS_ELSEWHERE.search(tag) and _IS_FETCHED.search(tag) for tag in tags)


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    return content.decode(encoding, "replace")
