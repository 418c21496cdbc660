"""Many reports of one form at once: which of them are alike, found without comparing each with each in full.

Every report is prepared once. A pair is compared in full only where its numbers could be alike:
enough bits of equal numbers, which an index tells exactly, or several of the greatest numbers in
about one proportion. What texts share is told by sets. Levels come out as from
:class:`~thidua.domain.likeness.Comparison`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from thidua.domain.likeness import THRESHOLDS
from thidua.domain.likeness import Comparison
from thidua.domain.likeness import Figures
from thidua.domain.likeness import Level
from thidua.domain.likeness import Likeness
from thidua.domain.likeness import LikenessKind
from thidua.domain.likeness import Other
from thidua.domain.likeness import Portrait
from thidua.domain.likeness import compare_figures
from thidua.domain.likeness import weight
from thidua.domain.passages import shingles
from thidua.domain.passages import words

__all__ = ["Crowd"]

#: One factor explains at least three quarters of the weight, so of the greatest numbers this many
#: stand in about one proportion; the window leaves room for rounding to whole numbers.
_GREATEST = 8
_IN_PROPORTION = 4
_WINDOW = 1.12

_NOTHING = Figures()


@dataclass(frozen=True, slots=True)
class _Member:
    unit: str
    period: str
    revision: int
    report_id: int
    portrait: Portrait
    shingles: AbstractSet[int]


class Crowd:
    """Reports of one form, to be compared with each other."""

    def __init__(self) -> None:
        self._members: list[_Member] = []
        self._places: dict[int, int] = {}
        self._equal: dict[tuple[str, int], list[int]] = defaultdict(list)

    def __contains__(self, report_id: int) -> bool:
        """Tell whether a report was added."""
        return report_id in self._places

    def add(self, *, unit: str, period: str, revision: int, report_id: int, portrait: Portrait) -> None:
        """Take in one report; once each."""
        if report_id in self._places:
            return
        found = frozenset(shingle for _, text in portrait.texts for shingle in shingles(words(text)))
        place = self._places[report_id] = len(self._members)
        self._members.append(_Member(unit, period, revision, report_id, portrait, found))
        for counted in portrait.counts.items():
            self._equal[counted].append(place)

    def alike_to(self, report_id: int, *, near: AbstractSet[str]) -> tuple[Likeness, ...]:
        """Return what a report of the crowd is alike to, the strongest first.

        Args:
            report_id: one that was added.
            near: periods in which it is compared with its neighbours; with its own unit's reports it
                is compared in all that were added.
        """
        mine = self._members[self._places[report_id]]
        comparison = Comparison(mine.portrait)
        bits = self._equal_bits(mine.portrait.counts)
        greatest = sorted(mine.portrait.counts.items(), key=lambda pair: -pair[1])[:_GREATEST]
        for place, member in enumerate(self._members):
            is_own = member.unit == mine.unit
            if member is mine or not (is_own or member.period in near):
                continue
            shared = comparison.shingles & member.shingles
            counts = member.portrait.counts
            may_be_alike = is_own or bits.get(place, 0.0) >= THRESHOLDS.some_bits or _in_proportion(greatest, counts)
            if not (may_be_alike or shared):
                comparison.pass_by(member.unit)
                continue
            comparison.note(
                _other(member, is_own=is_own),
                compare_figures(mine.portrait, member.portrait) if may_be_alike else _NOTHING,
                shared,
            )
        return tuple(likeness for likeness in comparison.results() if likeness.level is not Level.NONE)

    def copied_from(self, report_id: int, *, near: AbstractSet[str]) -> Likeness | None:
        """Return one report that this one is alike to, a strong likeness before a weaker one; None if none is.

        Cheaper than :meth:`alike_to` where a report is plainly copied: equal numbers alone tell
        that, and then nothing else is looked at.
        """
        mine = self._members[self._places[report_id]]
        bits = self._equal_bits(mine.portrait.counts)
        telling = [place for place, weighs in bits.items() if weighs >= THRESHOLDS.strong_bits]
        for place in sorted(telling, key=lambda place: (-bits[place], place)):
            member = self._members[place]
            is_own = member.unit == mine.unit
            if member is mine or not (is_own or member.period in near):
                continue
            numbers = Comparison(mine.portrait)
            numbers.note(_other(member, is_own=is_own), compare_figures(mine.portrait, member.portrait), frozenset())
            [found] = numbers.results()
            if found.level is Level.STRONG:
                return found
        return next(iter(self.alike_to(report_id, near=near)), None)

    def _equal_bits(self, counts: Mapping[str, int]) -> dict[int, float]:
        """Return the weight of equal numbers by the other's place."""
        bits: dict[int, float] = defaultdict(float)
        for counted in counts.items():
            weighs = weight(counted[1])
            for place in self._equal[counted]:
                bits[place] += weighs
        return bits


def _other(member: _Member, *, is_own: bool) -> Other:
    kind = LikenessKind.OWN if is_own else LikenessKind.NEIGHBOUR
    return Other(kind, member.unit, member.period, member.revision, member.report_id)


def _in_proportion(greatest: Iterable[tuple[str, int]], counts: Mapping[str, int]) -> bool:
    """Tell whether several of the greatest numbers stand in about one proportion to the other's."""
    ratios = sorted(mine / theirs for cell, mine in greatest if (theirs := counts.get(cell, 0)) and theirs != mine)
    return any(last <= _WINDOW * first for first, last in zip(ratios, ratios[_IN_PROPORTION - 1 :], strict=False))
