"""The expressions of XLSForm that the contract can say: bounds, lengths, comparisons, sums.

Only whole expressions count. One that is understood in part is not understood, and the report
quotes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

__all__ = ["Bound", "Comparison", "Length", "Test", "conjuncts", "constraint_parts", "summands", "tests_of"]

_LONGEST = 2000
_NUMBER = r"-?\d{1,12}(?:\.\d{1,6})?"
_REF = r"(?:\$\{\s*([\w.-]+)\s*\}|\.\./([\w.-]+))"
_TEXT = r"(?:'([^']*)'|\"([^\"]*)\")"
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}

_BOUND = re.compile(rf"\.\s*(<=|>=|<|>)\s*({_NUMBER})")
_BOUND_FIRST = re.compile(rf"({_NUMBER})\s*(<=|>=|<|>)\s*\.")
_AGAINST = re.compile(rf"\.\s*(<=|>=|<|>)\s*{_REF}")
_LENGTH = re.compile(r"string-length\(\s*\.\s*\)\s*(<=|>=|<|>|=)\s*(\d{1,6})")
_SELECTED = re.compile(rf"selected\(\s*{_REF}\s*,\s*{_TEXT}\s*\)")
_TEST_TEXT = re.compile(rf"{_REF}\s*(!?=)\s*{_TEXT}")
_TEST_NUMBER = re.compile(rf"{_REF}\s*(<=|>=|<|>|!=|=)\s*({_NUMBER})")
_PIECE = re.compile(r"""'[^']*'|"[^"]*"|[()\[\]]|\s+|[^'"()\[\]\s]+""")
_SUMMAND = re.compile(rf"(?:coalesce\(\s*{_REF}\s*,\s*0\s*\)|{_REF})")


@dataclass(frozen=True, slots=True)
class Bound:
    """The answer against a number."""

    operator: str
    number: Decimal


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer against another question's answer."""

    operator: str
    name: str


@dataclass(frozen=True, slots=True)
class Length:
    """Characters of the answer."""

    operator: str
    number: int


@dataclass(frozen=True, slots=True)
class Test:
    """Another question's answer against a value; ``operator`` is ``selected`` for one of several."""

    name: str
    operator: str
    value: str | Decimal


def conjuncts(expression: str) -> list[str]:
    """Split an expression at its outer ``and``; empty if it is too long or its brackets do not match."""
    text = _unwrapped(" ".join(expression.split()))
    pieces = _PIECE.findall(text) if len(text) <= _LONGEST else []
    if not pieces or len("".join(pieces)) != len(text):
        return []
    parts, depth = [""], 0
    for piece in pieces:
        depth += (piece in {"(", "["}) - (piece in {")", "]"})
        if depth < 0:
            return []
        if piece == "and" and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    if depth or not all(part.strip() for part in parts):
        return []
    if len(parts) == 1:
        return [text]
    nested = [conjuncts(part) for part in parts]
    return [each for group in nested for each in group] if all(nested) else []


def constraint_parts(expression: str) -> list[Bound | Comparison | Length] | None:
    """Read a constraint; None if any part of it is more than a bound, a comparison or a length."""
    parts = [_constraint_part(part) for part in conjuncts(expression)]
    known = [part for part in parts if part is not None]
    return known if parts and len(known) == len(parts) else None


def tests_of(expression: str) -> list[Test] | None:
    """Read a condition; None if any part of it is more than a test of one question."""
    parts = [_test(part) for part in conjuncts(expression)]
    known = [part for part in parts if part is not None]
    return known if parts and len(known) == len(parts) else None


def summands(expression: str) -> list[str] | None:
    """Read a calculation that adds other questions; None if it is anything else."""
    if len(expression) > _LONGEST:
        return None
    names = []
    for part in expression.split("+"):
        found = _SUMMAND.fullmatch(part.strip())
        if not found:
            return None
        names.append(next(name for name in found.groups() if name))
    return names


def _constraint_part(part: str) -> Bound | Comparison | Length | None:
    if found := _BOUND.fullmatch(part):
        return Bound(found[1], Decimal(found[2]))
    if found := _BOUND_FIRST.fullmatch(part):
        return Bound(_FLIPPED[found[2]], Decimal(found[1]))
    if found := _AGAINST.fullmatch(part):
        return Comparison(found[1], found[2] or found[3])
    if found := _LENGTH.fullmatch(part):
        return Length(found[1], int(found[2]))
    return None


def _test(part: str) -> Test | None:
    if found := _SELECTED.fullmatch(part):
        return Test(found[1] or found[2], "selected", found[3] or found[4] or "")
    if found := _TEST_TEXT.fullmatch(part):
        return Test(found[1] or found[2], found[3], found[4] or found[5] or "")
    if found := _TEST_NUMBER.fullmatch(part):
        return Test(found[1] or found[2], found[3], Decimal(found[4]))
    return None


def _unwrapped(text: str) -> str:
    """Take off brackets that hold the whole expression."""
    while text.startswith("(") and text.endswith(")"):
        depth = 0
        for position, char in enumerate(text):
            depth += (char == "(") - (char == ")")
            if depth == 0 and position < len(text) - 1:
                return text
        text = text[1:-1].strip()
    return text
