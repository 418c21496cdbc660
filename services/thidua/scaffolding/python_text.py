"""Python source as the house's formatter would leave it.

Calls and collections are written one argument a line with the comma behind the last, which the
formatter keeps; only strings need care, for it never splits one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from collections.abc import Mapping
from decimal import Decimal

__all__ = ["LINE", "Source", "called", "collected", "decimal_source", "literal", "quoted"]

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


def decimal_source(number: Decimal) -> Source:
    """Write a decimal number: of a whole number where it is one."""
    whole = number == number.to_integral_value()
    return Source(f"Decimal({int(number)})" if whole else f'Decimal("{number.normalize():f}")')


def literal(value: object, depth: int, before: str = "") -> str:
    """Write a value as it stands ``depth`` steps in, behind ``before``; ends without comma."""
    if isinstance(value, Source):
        return before + value
    if isinstance(value, str):
        return before + _pieces(value, depth, len(before))
    if isinstance(value, Mapping):
        entries = [literal(each, depth + 1, f"{quoted(str(key))}: ") for key, each in value.items()]
        return before + collected("{", entries, depth)
    if isinstance(value, tuple):
        return before + collected("(", [literal(each, depth + 1) for each in value], depth)
    return before + repr(value)


def called(name: str, positional: Iterable[object], named: Mapping[str, object], depth: int) -> str:
    """Write a call, one argument a line."""
    arguments = [literal(each, depth + 1) for each in positional]
    arguments += [literal(each, depth + 1, f"{word}=") for word, each in named.items()]
    return name + collected("(", arguments, depth)


def collected(opening: str, entries: Iterable[str], depth: int) -> str:
    """Write entries between brackets, one a line, each with its comma."""
    closing = {"(": ")", "{": "}", "[": "]"}[opening]
    lines = [f"{_STEP * (depth + 1)}{entry},\n" for entry in entries]
    return f"{opening}\n{''.join(lines)}{_STEP * depth}{closing}" if lines else opening + closing


def _pieces(text: str, depth: int, used: int) -> str:
    """Write a string, in several pieces between parentheses where it is too long for its line."""
    whole = quoted(text)
    if len(_STEP) * depth + used + len(whole) < LINE:
        return whole
    room = LINE - len(_STEP) * (depth + 1)
    pieces = [whole] if len(whole) <= room else []
    rest = "" if pieces else text
    while rest:
        piece = rest[: room - 2]
        while len(quoted(piece)) > room:
            piece = piece[:-1]
        if len(piece) < len(rest) and " " in piece[1:]:
            piece = piece[: piece.rindex(" ") + 1]
        pieces.append(quoted(piece))
        rest = rest[len(piece) :]
    inner = "\n".join(f"{_STEP * (depth + 1)}{piece}" for piece in pieces)
    return f"(\n{inner}\n{_STEP * depth})"
