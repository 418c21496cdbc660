"""How a count goes on to the end of its year if nothing changes, with the room chance leaves.

Of the N events of a whole year, those in the days gone by are a binomial sample with the share of
those days, whatever the rate of the events is, as long as it is the same all year. So the seen
count bounds N exactly, with no estimate in between, and small counts get the wide interval they
deserve. What the assumption costs where it does not hold is measured in ``bench/projection.py``.

Decimals of a fixed precision, not floats: the outcome is part of a digest that has to be the same
on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN
from decimal import Context
from decimal import Decimal
from decimal import localcontext
from enum import StrEnum
from functools import lru_cache

from thidua_sdk import Target
from thidua_sdk import TargetKind

__all__ = ["CONFIDENCE_PERCENT", "OUTLOOK_LABELS", "Outlook", "Projection", "outlook_of", "project"]

#: How often the interval is to hold the year's count, out of a hundred years.
CONFIDENCE_PERCENT = 90

_EXACT = Context(prec=30, rounding=ROUND_HALF_EVEN, Emin=-999_999, Emax=999_999)


class Outlook(StrEnum):
    """What the interval lets one say of a target at the end of the year."""

    LIKELY = "likely"
    OPEN = "open"
    UNLIKELY = "unlikely"


#: The words people see.
OUTLOOK_LABELS = {
    Outlook.LIKELY: "Nhiều khả năng đạt",
    Outlook.OPEN: "Chưa nói trước được",
    Outlook.UNLIKELY: "Khó đạt",
}


@dataclass(frozen=True, slots=True)
class Projection:
    """The year's count if the pace holds: the middle (half up), and the ends of the interval, both included."""

    expected: int
    low: int
    high: int


@lru_cache(maxsize=512)
def project(
    seen: int, *, elapsed_days: int, total_days: int, confidence_percent: int = CONFIDENCE_PERCENT
) -> Projection:
    """Bound the count of the whole year by what was seen in its first days.

    Args:
        seen: events of the days gone by, at least 0.
        elapsed_days: days gone by, 1 to ``total_days``.
        total_days: days of the year.
        confidence_percent: 1 to 99; what is left over is split evenly between both ends.

    Raises:
        ValueError: a number is out of its range.
    """
    if seen < 0 or not 1 <= elapsed_days <= total_days or not 1 <= confidence_percent <= 99:  # noqa: PLR2004  per cent
        message = f"cannot project {seen} events of {elapsed_days} of {total_days} days at {confidence_percent} %"
        raise ValueError(message)
    expected = (2 * seen * total_days + elapsed_days) // (2 * elapsed_days)
    if elapsed_days == total_days:
        return Projection(seen, seen, seen)
    with localcontext(_EXACT):
        share = Decimal(elapsed_days) / Decimal(total_days)
        tail = Decimal(100 - confidence_percent) / Decimal(200)
        # Few in a long time make a high total unbelievable, many in a short time a low one.
        low = _first(lambda total: _at_most(seen - 1, total, share) < 1 - tail, seen)
        high = _first(lambda total: _at_most(seen, total, share) <= tail, max(expected, seen)) - 1
    return Projection(expected, low, max(high, expected))


def outlook_of(target: Target, projection: Projection, *, baseline: int | None) -> Outlook | None:
    """Say how a target with a number stands at the end of the year, None where nothing can be said.

    It is never called likely or unlikely while the interval crosses the line.

    Args:
        target: the kind and its percentage.
        projection: the year's count.
        baseline: the count of the whole year before, by the same definition; None if not known.
    """
    if target.kind is TargetKind.ZERO:
        return Outlook.UNLIKELY if projection.low > 0 else Outlook.OPEN
    if target.kind is TargetKind.DIRECTION_ONLY or not baseline:
        return None
    least = target.least_percent or 0
    reached = [100 * (baseline - count) >= least * baseline for count in (projection.low, projection.high)]
    if all(reached):
        return Outlook.LIKELY
    return Outlook.OPEN if any(reached) else Outlook.UNLIKELY


def _at_most(count: int, total: int, share: Decimal) -> Decimal:
    """Return the chance that at most ``count`` of ``total`` events fall in the share of the days."""
    if count < 0:
        return Decimal(0)
    if count >= total:
        return Decimal(1)
    odds = share / (1 - share)
    term = added = (1 - share) ** total
    for taken in range(count):
        term *= odds * (total - taken) / (taken + 1)
        added += term
    return added


def _first(holds: Callable[[int], bool], start: int) -> int:
    """Return the smallest total from ``start`` on for which something holds that then goes on to hold."""
    if holds(start):
        return start
    step = 1
    while not holds(start + step):
        step *= 2
    without, with_it = start + step // 2, start + step
    while with_it - without > 1:
        middle = (without + with_it) // 2
        if holds(middle):
            with_it = middle
        else:
            without = middle
    return with_it
