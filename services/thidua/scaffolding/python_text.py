"""Python source as the house's formatter would leave it.

Calls and collections are written one argument a line with the comma behind the last, which the
formatter keeps; only strings need care, for it never splits one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from collections.abc import Mapping

__all__ = ["LINE", "Source", "called", "collected", "literal", "quoted"]

#: Characters of a line, as for the house's own code.
LINE = 120
_STEP = "    "


class Source(str):
    """Text that is Python already: a name, a call."""

    __slots__ = ()


def quoted(text: str) -> str:
    """Write a string literal, in the quotes that need fewest escapes."""
    plain = json.dumps(text, ensure_ascii=False)
    # What JSON leaves as it is and a line of Python source does not bear.
    for character in sorted({char for char in plain if not char.isprintable()}):
        plain = plain.replace(character, f"\\U{ord(character):08x}")
    if '"' in text and "'" not in text:
        return "'" + plain[1:-1].replace('\\"', '"') + "'"
    return plain


def literal(value: object, depth: int) -> str:
    """Write a value as it stands ``depth`` steps in; ends without comma."""
    if isinstance(value, Source):
        return str(value)
    if isinstance(value, str):
        return _pieces(value, depth)
    if isinstance(value, Mapping):
        return collected("{", [f"{quoted(str(key))}: {literal(each, depth + 1)}" for key, each in value.items()], depth)
    if isinstance(value, tuple):
        return collected("(", [literal(each, depth + 1) for each in value], depth)
    return repr(value)


def called(name: str, positional: Iterable[object], named: Mapping[str, object], depth: int) -> str:
    """Write a call, one argument a line."""
    arguments = [literal(each, depth + 1) for each in positional]
    arguments += [f"{word}={literal(each, depth + 1)}" for word, each in named.items()]
    return name + collected("(", arguments, depth)


def collected(opening: str, entries: Iterable[str], depth: int) -> str:
    """Write entries between brackets, one a line, each with its comma."""
    closing = {"(": ")", "{": "}", "[": "]"}[opening]
    lines = [f"{_STEP * (depth + 1)}{entry},\n" for entry in entries]
    return f"{opening}\n{''.join(lines)}{_STEP * depth}{closing}" if lines else opening + closing


def _pieces(text: str, depth: int) -> str:
    """Write a string, in several pieces between parentheses where it is too long for a line."""
    whole = quoted(text)
    # The word before it, such as ``help=``, and the comma behind it.
    room = LINE - len(_STEP) * (depth + 1) - 24
    if len(whole) <= room:
        return whole
    pieces: list[str] = []
    rest = text
    while rest:
        piece = rest[:room]
        while len(quoted(piece)) > room:
            piece = piece[:-8]
        if len(piece) < len(rest) and " " in piece[1:]:
            piece = piece[: piece.rindex(" ") + 1]
        pieces.append(quoted(piece))
        rest = rest[len(piece) :]
    inner = "\n".join(f"{_STEP * (depth + 1)}{piece}" for piece in pieces)
    return f"(\n{inner}\n{_STEP * depth})"
