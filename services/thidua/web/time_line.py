"""A deadline's moments on a line, as plain positions; the template turns them into SVG.

Positions are in per cent of the drawing's width. Points carry numbers only, and the words stand in
the list below, so that nothing overlaps however near two moments are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from thidua.domain.deadlines import MOMENT_LABELS
from thidua.domain.deadlines import Deadline
from thidua.domain.deadlines import DeadlineMoment

__all__ = ["Mark", "TimeLine", "draw_deadline"]

_FIRST, _LAST = 6.0, 94.0
#: Nearer than this, two numbers would touch on a phone.
_GAP = 11.0


@dataclass(frozen=True, slots=True)
class Mark:
    """One moment; ``is_last`` marks the one that decides on time or late."""

    number: int
    label: str
    at: datetime
    place: float
    is_past: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class TimeLine:
    """The moments in order, and where now is; None where it lies outside by far or before all."""

    marks: tuple[Mark, ...]
    now_place: float


def draw_deadline(deadline: Deadline, *, exempt_until: datetime | None, now: datetime) -> TimeLine:
    """Lay the moments of a deadline out on a line.

    Args:
        deadline: the moments.
        exempt_until: the end of an exemption that runs or ran; None for none.
        now: the server's clock.
    """
    named = [(MOMENT_LABELS[name], at, _decides(deadline, name)) for name, at in deadline.moments]
    if exempt_until is not None:
        named.append(("Hết miễn", exempt_until, False))
    # A stable sort: of two equal moments the one named first stays first.
    named.sort(key=lambda each: each[1])
    places = _spread(_scaled([at for _, at, _ in named]))
    marks = tuple(
        Mark(number, label, at, place, at < now, is_last)
        for number, ((label, at, is_last), place) in enumerate(zip(named, places, strict=True), start=1)
    )
    return TimeLine(marks, _between(marks, now))


def _decides(deadline: Deadline, name: DeadlineMoment) -> bool:
    return name is (DeadlineMoment.DUE_AT if deadline.extended_to is None else DeadlineMoment.EXTENDED_TO)


def _scaled(moments: list[datetime]) -> list[float]:
    first, whole = moments[0], (moments[-1] - moments[0]).total_seconds()
    return [_FIRST + (_LAST - _FIRST) * ((at - first).total_seconds() / whole if whole else 0.0) for at in moments]


def _spread(places: Iterable[float]) -> list[float]:
    """Push points apart that are too near, first to the right, then back from the right end."""
    spread: list[float] = []
    for place in places:
        spread.append(max(place, spread[-1] + _GAP) if spread else place)
    limit = _LAST
    for index in range(len(spread) - 1, -1, -1):
        spread[index] = round(min(spread[index], limit), 1)
        limit = spread[index] - _GAP
    return spread


def _between(marks: tuple[Mark, ...], now: datetime) -> float:
    """Place now between its neighbours, true to the share of time that has passed between them."""
    before = [mark for mark in marks if mark.at <= now]
    after = [mark for mark in marks if mark.at > now]
    if not before:
        return 1.0
    if not after:
        return 99.0
    left, right = before[-1], after[0]
    passed = (now - left.at) / (right.at - left.at)
    return round(left.place + (right.place - left.place) * passed, 1)
