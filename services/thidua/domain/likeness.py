"""How alike two reports are, in text and in numbers: a hint for people, never a refusal.

A report is compared with the unit's own earlier filings and with its neighbours'. What is alike
for honest reasons weighs nothing: cells where nothing happened, stocks, numbers so small or so
round that they meet by chance, short texts, and sentences that many units share (the words of the
plan, a template sent round). Numbers are weighed by what they tell: about as many bits as it
takes to write their leading digits, so that 1.184 says much and 2 or 500 say little.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import log2

from thidua.domain.passages import copied_runs
from thidua.domain.passages import covered
from thidua.domain.passages import shingles
from thidua.domain.passages import words

__all__ = [
    "THRESHOLDS",
    "Comparison",
    "Figures",
    "Level",
    "Likeness",
    "LikenessKind",
    "Other",
    "Portrait",
    "Thresholds",
    "compare_figures",
    "weight",
]


class LikenessKind(StrEnum):
    """Whose report it is alike to."""

    OWN = "own"
    NEIGHBOUR = "neighbour"


class Level(StrEnum):
    """How alike: nothing to say, worth a look, nearly the same."""

    NONE = "none"
    SOME = "some"
    STRONG = "strong"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on a likeness is worth telling.

    Chosen on one half of the labelled set and measured on the other (``bench/likeness.py``).
    Words are those of copied runs that not many units share; bits are the weight of equal numbers.
    """

    some_words: int = 35
    some_text: float = 0.38
    strong_words: int = 45
    strong_text: float = 0.75
    some_bits: float = 22.0
    some_figures: float = 0.45
    strong_bits: float = 30.0
    strong_figures: float = 0.8
    #: Bits of an unbroken row of equal numbers, and of numbers that one factor explains.
    run_bits: float = 30.0
    factor_bits: float = 22.0
    factor_figures: float = 0.75


THRESHOLDS = Thresholds()

#: A sentence that this share of the units has, but at least and at most so many of them, is
#: everybody's and nobody's copy.
_COMMON_SHARE = 4
_COMMON_AT_LEAST = 4
_COMMON_AT_MOST = 25

#: A text is the same as a whole from this share of its words.
_WHOLE = 0.9

#: A factor nearer to 1 than this explains nothing that equal numbers do not.
_NEARLY_ONE = 0.02

#: Fewer numbers than this are explained by many a factor.
_LEAST_SCALED = 5


@dataclass(frozen=True, slots=True)
class Portrait:
    """What of a report can be compared.

    ``texts`` pairs cell and text, in form order. ``counts`` maps cell to flow count in form
    order, without zeros and cells without data. ``asked`` is every count the form asks for.
    """

    texts: tuple[tuple[str, str], ...]
    counts: Mapping[str, int]
    asked: AbstractSet[str]


@dataclass(frozen=True, slots=True)
class Other:
    """A report to compare with."""

    kind: LikenessKind
    unit: str
    period: str
    revision: int
    report_id: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """What the numbers of two reports have in common.

    Attributes:
        compared: cells where at least one of the two has a number.
        same: cells with the same number, in form order.
        share: weight of the same numbers in the weight of all, 0 to 1.
        bits: weight of the same numbers.
        run_bits: weight of the heaviest unbroken row of the same numbers.
        factor: what the other's numbers were multiplied by, where one factor explains most; else None.
        scaled: cells that the factor explains.
        scaled_share: their share of the weight.
        scaled_bits: their weight.
    """

    compared: int = 0
    same: tuple[str, ...] = ()
    share: float = 0.0
    bits: float = 0.0
    run_bits: float = 0.0
    factor: float | None = None
    scaled: tuple[str, ...] = ()
    scaled_share: float = 0.0
    scaled_bits: float = 0.0


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike a report is to another.

    Attributes:
        kind: the unit's own or a neighbour's.
        unit: the other's unit code, empty where it must not be named.
        period: the other's period code.
        revision: the other's filing, 0 for the first.
        text_share: share of this report's own words that stand in the other, 0 to 1.
        number_share: share of the weight of numbers that are the same, or that one factor explains.
        level: what to make of it.
        cells: what is the same: pointers of numbers, then of texts, in form order.
        equal: how many numbers are the same, or explained by the factor.
        compared: out of how many.
        factor: what the numbers were multiplied by, None where they are plainly the same or differ.
        whole_texts: the texts that are the same as a whole.
        part_texts: the texts that hold copied passages beside their own.
        report_id: the other report, 0 where it must not be named.
        shared: shingles both texts have, for showing passages; of this process only.
    """

    kind: LikenessKind
    unit: str
    period: str
    revision: int
    text_share: float
    number_share: float
    level: Level
    cells: tuple[str, ...]
    equal: int = 0
    compared: int = 0
    factor: float | None = None
    whole_texts: tuple[str, ...] = ()
    part_texts: tuple[str, ...] = ()
    report_id: int = 0
    shared: AbstractSet[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Text:
    cell: str
    shingles: Sequence[int]


@dataclass(frozen=True, slots=True)
class _Seen:
    other: Other
    figures: Figures
    shared: AbstractSet[int]


class Comparison:
    """One report against many, each looked at once and then let go.

    Cost of each: linear in its text and its numbers. What is kept of it is what it shares.
    """

    def __init__(self, mine: Portrait, thresholds: Thresholds = THRESHOLDS) -> None:
        self._mine = mine
        self._thresholds = thresholds
        self._texts = [_Text(cell, found) for cell, text in mine.texts if (found := shingles(words(text)))]
        self._shingles = frozenset(shingle for text in self._texts for shingle in text.shingles)
        self._seen: list[_Seen] = []
        self._sharing: dict[str, set[int]] = {}

    @property
    def shingles(self) -> AbstractSet[int]:
        """The shingles of this report's texts."""
        return self._shingles

    def add(self, other: Other, portrait: Portrait) -> None:
        """Look at one report."""
        shared: AbstractSet[int] = frozenset()
        if self._shingles:
            shared = self._shingles.intersection(
                shingle for _, text in portrait.texts for shingle in shingles(words(text))
            )
        self.note(other, compare_figures(self._mine, portrait), shared)

    def note(self, other: Other, figures: Figures, shared: AbstractSet[int]) -> None:
        """Take in what one report has in common with this one, found out elsewhere."""
        if other.kind is LikenessKind.NEIGHBOUR:
            self._sharing.setdefault(other.unit, set()).update(shared)
        self._seen.append(_Seen(other, figures, shared))

    def pass_by(self, unit: str) -> None:
        """Count a neighbour that has nothing in common with this report: one more who does not share a sentence."""
        self._sharing.setdefault(unit, set())

    def results(self) -> tuple[Likeness, ...]:
        """Return the likeness to each report seen, the strongest first."""
        common = self._common()
        texts = [(text, covered(text.shingles, common)) for text in self._texts]
        found = [self._likeness(seen, common, texts) for seen in self._seen]
        return tuple(sorted(found, key=_rank))

    def _common(self) -> AbstractSet[int]:
        """Return the shingles that many units have."""
        among = len(self._sharing)
        many = min(max(_COMMON_AT_LEAST, -(-among // _COMMON_SHARE)), _COMMON_AT_MOST)
        units = Counter(shingle for shared in self._sharing.values() for shingle in shared)
        return frozenset(shingle for shingle, count in units.items() if count >= many)

    def _likeness(
        self, seen: _Seen, common: AbstractSet[int], texts: Sequence[tuple[_Text, Sequence[bool]]]
    ) -> Likeness:
        whole: list[str] = []
        part: list[str] = []
        copied = 0
        for text, everybodys in texts if seen.shared else ():
            runs = copied_runs(text.shingles, seen.shared)
            here = sum(everybodys[first:last].count(False) for first, last in runs)
            copied += here
            if here and here >= _WHOLE * everybodys.count(False):
                whole.append(text.cell)
            elif here:
                part.append(text.cell)
        total = sum(everybodys.count(False) for _, everybodys in texts)
        figures = seen.figures
        scaled = figures.factor is not None and figures.scaled_share > figures.share
        text_share = copied / total if total else 0.0
        return Likeness(
            kind=seen.other.kind,
            unit=seen.other.unit,
            period=seen.other.period,
            revision=seen.other.revision,
            text_share=text_share,
            number_share=figures.scaled_share if scaled else figures.share,
            level=_level(copied, text_share, figures, self._thresholds),
            cells=(*(figures.scaled if scaled else figures.same), *whole, *part),
            equal=len(figures.scaled if scaled else figures.same),
            compared=figures.compared,
            factor=figures.factor if scaled else None,
            whole_texts=tuple(whole),
            part_texts=tuple(part),
            report_id=seen.other.report_id,
            shared=seen.shared - common,
        )


def _level(copied: int, text_share: float, figures: Figures, limits: Thresholds) -> Level:
    is_scaled = figures.scaled_bits >= limits.factor_bits and figures.scaled_share >= limits.factor_figures
    if (
        (copied >= limits.strong_words and text_share >= limits.strong_text)
        or (figures.bits >= limits.strong_bits and figures.share >= limits.strong_figures)
        or (is_scaled and figures.scaled_bits >= limits.strong_bits)
    ):
        return Level.STRONG
    if (
        is_scaled
        or (copied >= limits.some_words and text_share >= limits.some_text)
        or (figures.bits >= limits.some_bits and figures.share >= limits.some_figures)
        or figures.run_bits >= limits.run_bits
    ):
        return Level.SOME
    return Level.NONE


_ORDER = {Level.STRONG: 0, Level.SOME: 1, Level.NONE: 2}


def _rank(likeness: Likeness) -> tuple[int, float, str, str]:
    return (
        _ORDER[likeness.level],
        -(likeness.text_share + likeness.number_share),
        likeness.unit,
        likeness.period,
    )


def compare_figures(mine: Portrait, other: Portrait) -> Figures:
    """Compare the counts of two reports that both forms ask for; the same both ways, but for the factor's direction."""
    asked = mine.asked if mine.asked is other.asked else mine.asked & other.asked
    pairs = [(cell, count, other.counts.get(cell, 0)) for cell, count in mine.counts.items() if cell in asked]
    missing = [count for cell, count in other.counts.items() if cell in asked and cell not in mine.counts]
    total = sum(weight(left) + weight(right) for _, left, right in pairs) / 2
    total += sum(map(weight, missing)) / 2
    same: list[str] = []
    bits = run = heaviest = 0.0
    for cell, left, right in pairs:
        if left == right:
            same.append(cell)
            bits += weight(left)
            run += weight(left)
            heaviest = max(heaviest, run)
        elif right:
            run = 0.0
    figures = Figures(
        compared=len(pairs) + len(missing),
        same=tuple(same),
        share=bits / total if total else 0.0,
        bits=bits,
        run_bits=heaviest,
    )
    return _scaled(figures, pairs, total)


def _scaled(figures: Figures, pairs: Iterable[tuple[str, int, int]], total: float) -> Figures:
    """Look for one factor that explains most of the numbers, each rounded to a whole one."""
    both = [(cell, left, right) for cell, left, right in pairs if left and right]
    if len(both) - len(figures.same) < _LEAST_SCALED:
        return figures
    # The greatest numbers tell the factor most precisely; three of them outvote a few changed ones.
    by_size = sorted(both, key=lambda pair: (min(pair[1], pair[2]), pair[0]), reverse=True)
    best: tuple[float, float, tuple[str, ...]] = (0.0, 1.0, ())
    for teller, left_told, right_told in by_size[:3]:
        factor = left_told / right_told
        if abs(factor - 1) < _NEARLY_ONE:
            continue
        explained = [
            (cell, min(left, right))
            for cell, left, right in both
            if abs(left - factor * right) <= (1 + factor) / 2 and left != right
        ]
        # One number is needed to tell the factor; only the others bear it out.
        bits = sum(weight(count) for cell, count in explained if cell != teller)
        if len(explained) >= _LEAST_SCALED and bits > best[0]:
            best = (bits, factor, tuple(cell for cell, _ in explained))
    bits, factor, cells = best
    if not cells:
        return figures
    explained_weight = sum(weight(left) + weight(right) for cell, left, right in both if cell in set(cells)) / 2
    return Figures(
        figures.compared,
        figures.same,
        figures.share,
        figures.bits,
        figures.run_bits,
        factor=factor,
        scaled=cells,
        scaled_share=explained_weight / total if total else 0.0,
        scaled_bits=bits,
    )


@lru_cache(maxsize=8192)
def weight(count: int) -> float:
    """Return about the bits that a count's digits tell; the zeros of round numbers tell none."""
    while count and count % 10 == 0:
        count //= 10
    return log2(1 + count)
