"""What in a sheet or document acts by itself: macros, fields that start programs, objects fetched from elsewhere.

Links that a reader follows by hand are no such thing, nor are the charts of a sheet. Every pattern here stops
at the next ``<``: one that looked on to the end of the part would do so from each of a million beginnings.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

__all__ = ["asks_a_program", "fetches_from_elsewhere", "is_looked_into", "runs_a_macro"]

#: Parts that say where others are fetched from, that hold a text's fields, and links to other programs; of an
#: open document, and of the charts in it, what it shows, how, and when it loads itself anew.
_LOOKED_INTO = re.compile(
    r"(?:.*/)?_rels/[^/]*\.rels|word/[^/]*\.xml|xl/externallinks/[^/]*\.xml|xl/connections\.xml"
    r"|(?:.*/)?(?:content|styles|meta)\.xml",
    re.IGNORECASE,
)

_FIELD = re.compile(r"<(?:[\w.-]{1,40}:)?instrText\b[^<>]*+>([^<]*+)<")
_FIELD_IN_SHORT = re.compile(r"\binstr\s*+=\s*+(?:\"([^<\"]*+)\"|'([^<']*+)')")
_DDE = re.compile(r"\bDDE(?:AUTO)?\s", re.IGNORECASE)
_DDE_LINK = re.compile(r"<(?:[\w.-]{1,40}:)?(?:ddeLink|dde-link|dde-source|dde-connection)\b")
_FORMULA = re.compile(r"\bformula\s*+=\s*+(?:\"([^<\"]*+)\"|'([^<']*+)')")
_DDE_FORMULA = re.compile(r"\bDDE\s*+\(", re.IGNORECASE)

_RELATIONSHIP = re.compile(r"<(?:[\w.-]{1,40}:)?Relationship\b(?:[^<>\"']++|\"[^<\"]*+\"|'[^<']*+')*+>")
_IS_ELSEWHERE = re.compile(r"\bTargetMode\s*+=\s*+[\"']\s*+External", re.IGNORECASE)
_IS_FETCHED = re.compile(r"/(?:oleObject|attachedTemplate|frame|subDocument|image|aFChunk)\s*+[\"']", re.IGNORECASE)
_WEB_QUERY = re.compile(r"<(?:[\w.-]{1,40}:)?(?:webPr|dbPr|olapPr|textPr)\b")

#: What follows a link of an open document: by hand, or to the document that a chart stands in.
_BY_HAND = frozenset({"a", "area-rectangle", "area-circle", "area-polygon", "template", "hyperlink-behaviour", "chart"})
_LINKING = re.compile(r"<(?:[\w.-]{1,40}:)?([\w.-]{1,60})\s(?:[^<>\"']++|\"[^<\"]*+\"|'[^<']*+')*+>")
_TARGET = re.compile(r"\bhref\s*+=\s*+(?:\"([^<\"]*+)\"|'([^<']*+)')")
_LISTENS = re.compile(r"<(?:[\w.-]{1,40}:)?event-listener\b")
_MACRO = re.compile(r"\s*+(?:vnd\.sun\.star\.|macro:|javascript:)", re.IGNORECASE)
_INSIDE = re.compile(r"(?!\s)(?:#|(?:\./)?[^/\\:.][^\\:]*+$)|$")

_DECLARED = ("<!DOCTYPE", "<!ENTITY")


def is_looked_into(name: str) -> bool:
    """Tell whether a part can say such things."""
    return _LOOKED_INTO.fullmatch(name) is not None


def runs_a_macro(content: bytes) -> bool:
    """Tell whether a part of an open document starts a macro, which may be one that lies with the reader's program."""
    text = _decoded(content)
    return bool(_LISTENS.search(text)) or any(_MACRO.match(target) for _, target in _targets(text))


def asks_a_program(content: bytes) -> bool:
    """Tell whether a part makes the reader's machine ask or start another program (DDE)."""
    text = _decoded(content)
    # A field may be written in pieces, and fields may follow each other.
    pieces = [match[1] for match in _FIELD.finditer(text)]
    fields = f"{''.join(pieces)}\n{' '.join(pieces)}"
    short = " ".join(match[1] or match[2] or "" for match in _FIELD_IN_SHORT.finditer(text))
    formulas = (match[1] or match[2] or "" for match in _FORMULA.finditer(text))
    return bool(
        _DDE.search(html.unescape(fields))
        or _DDE.search(html.unescape(short))
        or _DDE_LINK.search(text)
        or any(_DDE_FORMULA.search(html.unescape(formula)) for formula in formulas)
    )


def fetches_from_elsewhere(content: bytes) -> bool:
    """Tell whether opening it fetches an object, a template, a picture or a table from another place."""
    text = _decoded(content)
    tags = (html.unescape(match[0]) for match in _RELATIONSHIP.finditer(text))
    return (
        # What is declared there may stand for anything.
        any(word in text for word in _DECLARED)
        or any(_IS_ELSEWHERE.search(tag) and _IS_FETCHED.search(tag) for tag in tags)
        or bool(_WEB_QUERY.search(text))
        or any(tag not in _BY_HAND and not _INSIDE.match(target) for tag, target in _targets(text))
    )


def _targets(text: str) -> Iterator[tuple[str, str]]:
    """Yield what the tags of an open document lead to, with the tag's name."""
    for tag in _LINKING.finditer(text):
        for match in _TARGET.finditer(tag[0]):
            yield tag[1], html.unescape(match[1] or match[2] or "")


def _decoded(content: bytes) -> str:
    """Return the text without its comments, and what stands verbatim in it as if it did not."""
    text = content.decode(_encoding(content), "replace")
    before, *verbatim = text.split("<![CDATA[")
    ends = (each.partition("]]>") for each in verbatim)
    text = before + "".join(f"{html.escape(inside)}{after}" for inside, _, after in ends)
    before, *comments = text.split("<!--")
    return before + "".join(each.partition("-->")[2] for each in comments)


def _encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    # Without a mark, as the standard of XML tells it: by the zeros of its first letter.
    return {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(content[:2], "utf-8")
