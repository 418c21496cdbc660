"""What two reports have in common, cell beside cell, and one Vietnamese sentence that names it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from thidua.domain.likeness import Likeness
from thidua.domain.likeness import Portrait
from thidua.domain.passages import same_spans
from thidua.domain.passages import shingles
from thidua.domain.passages import words

__all__ = ["Numbers", "Piece", "SharedText", "explain", "factor_text", "shared_numbers", "shared_texts"]

#: Named one by one up to here; further ones are counted.
_NAMED = 3
#: From these shares on there is hardly anything that differs.
_ALL_BUT_DATES = 0.97


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; ``is_same`` tells that it stands in the other text too."""

    text: str
    is_same: bool


@dataclass(frozen=True, slots=True)
class SharedText:
    """A text of this report beside the text of the other that it is most alike to."""

    cell: str
    mine: tuple[Piece, ...]
    other_cell: str
    other: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """A number of this report beside the other's."""

    cell: str
    mine: int
    other: int


def shared_texts(mine: Portrait, other: Portrait, likeness: Likeness) -> tuple[SharedText, ...]:
    """Set the texts that hold copied passages beside those they are alike to, in form order."""
    copied = {*likeness.whole_texts, *likeness.part_texts}
    theirs = [(cell, text, frozenset(shingles(words(text)))) for cell, text in other.texts]
    found = []
    for cell, text in mine.texts:
        own = likeness.shared & frozenset(shingles(words(text))) if cell in copied else frozenset()
        if own:
            other_cell, other_text, _ = max(theirs, key=lambda each: len(own & each[2]))
            found.append(
                SharedText(cell, _pieces(text, likeness.shared), other_cell, _pieces(other_text, likeness.shared))
            )
    return tuple(found)


def shared_numbers(mine: Portrait, other: Portrait, likeness: Likeness) -> tuple[Numbers, ...]:
    """Set the numbers that are the same, or that the factor explains, beside each other."""
    return tuple(
        Numbers(cell, mine.counts[cell], other.counts.get(cell, 0)) for cell in likeness.cells if cell in mine.counts
    )


def _pieces(text: str, shared: AbstractSet[int]) -> tuple[Piece, ...]:
    text = unicodedata.normalize("NFC", text)
    pieces, place = [], 0
    for first, last in same_spans(text, shared):
        pieces += [Piece(text[place:first], is_same=False), Piece(text[first:last], is_same=True)]
        place = last
    pieces.append(Piece(text[place:], is_same=False))
    return tuple(piece for piece in pieces if piece.text)


def explain(likeness: Likeness, *, where: str, labels: Mapping[str, str]) -> str:
    """Say in one sentence what is the same.

    Args:
        likeness: of any level but none.
        where: the other report, such as ``báo cáo kỳ 6 tháng``.
        labels: the words people know a text's cell by.
    """
    parts = []
    if likeness.factor is not None:
        parts.append(f"{likeness.equal}/{likeness.compared} số (đúng bằng số cũ nhân {factor_text(likeness.factor)})")
    elif likeness.equal:
        parts.append(f"{likeness.equal}/{likeness.compared} số")
    if likeness.whole_texts:
        parts.append(f"toàn bộ phần {_named(likeness.whole_texts, labels)}")
    if likeness.part_texts:
        parts.append(f"nhiều câu ở phần {_named(likeness.part_texts, labels)}")
    said = f"{' và '.join(parts)} giống {where}"
    if (
        likeness.factor is None
        and likeness.number_share >= _ALL_BUT_DATES
        and likeness.whole_texts
        and likeness.text_share >= _ALL_BUT_DATES
    ):
        said += "; hầu như chỉ khác ngày tháng"
    return f"{said[0].upper()}{said[1:]}."


def factor_text(factor: float) -> str:
    """Write a factor with a decimal comma, as few decimals as tell it."""
    return f"{factor:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def _named(cells: Sequence[str], labels: Mapping[str, str]) -> str:
    names = _once(labels.get(cell, cell) for cell in cells)
    said = ", ".join(f"“{name}”" for name in names[:_NAMED])
    return said if len(names) <= _NAMED else f"{said} và {len(names) - _NAMED} phần khác"


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
