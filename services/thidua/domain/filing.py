"""Is a unit on time: computed from receipts and deadlines, never stored by hand."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from enum import StrEnum

from thidua.domain.reports import Obligation
from thidua.domain.reports import Standing

__all__ = ["FILING_LABELS", "URGENCY", "FilingState", "Roster", "filing_state", "is_locked", "next_change"]


#: The smallest step of the database's clock.
_INSTANT = timedelta(microseconds=1)


class FilingState(StrEnum):
    """Where a unit stands with one period; every unit of a roster is in exactly one."""

    NOT_DUE = "not_due"
    DUE_SOON = "due_soon"
    ON_TIME = "on_time"
    LATE = "late"
    OVERDUE = "overdue"
    EXEMPT = "exempt"


#: The words people see.
FILING_LABELS = {
    FilingState.NOT_DUE: "Chưa đến hạn",
    FilingState.DUE_SOON: "Sắp đến hạn",
    FilingState.ON_TIME: "Đúng hạn",
    FilingState.LATE: "Nộp muộn",
    FilingState.OVERDUE: "Quá hạn chưa nộp",
    FilingState.EXEMPT: "Không thuộc diện báo cáo",
}


#: Who needs attention comes first.
URGENCY = {
    FilingState.OVERDUE: 0,
    FilingState.LATE: 1,
    FilingState.DUE_SOON: 2,
    FilingState.NOT_DUE: 3,
    FilingState.ON_TIME: 4,
    FilingState.EXEMPT: 5,
}


@dataclass(frozen=True, slots=True)
class Roster:
    """How many units of a roster are in each state; the six always sum to ``total``."""

    counts: dict[FilingState, int]

    @classmethod
    def of(cls, states: Iterable[FilingState]) -> Roster:
        """Count the states, zeros included."""
        counts = dict.fromkeys(FilingState, 0)
        for state in states:
            counts[state] += 1
        return cls(counts)

    @property
    def total(self) -> int:
        """Number of units on the roster."""
        return sum(self.counts.values())


def filing_state(
    obligation: Obligation, standing: Standing | None, *, now: datetime, due_soon_days: int
) -> FilingState:
    """Tell where a unit stands.

    On time is a complete filing received by the last moment, with every return answered within
    its own limit. A filing that was taken back, or sent back as incomplete, counts as none; where a
    return was answered too late before that, the unit is overdue at once, for nothing it files now
    can be on time, however far away its last moment is.

    Args:
        obligation: what is owed.
        standing: what the report's ledger says, None if nothing was filed.
        now: the server's clock.
        due_soon_days: calendar days before the last moment that count as soon.
    """
    if obligation.is_exempt(now):
        return FilingState.EXEMPT
    if standing is not None and standing.counted_at is not None:
        is_late = (
            standing.counted_at > obligation.last_moment
            or standing.answered_late
            or (standing.answer_by is not None and now > standing.answer_by)
        )
        return FilingState.LATE if is_late else FilingState.ON_TIME
    if now > obligation.last_moment or (standing is not None and standing.answered_late):
        return FilingState.OVERDUE
    if now >= obligation.last_moment - timedelta(days=due_soon_days):
        return FilingState.DUE_SOON
    return FilingState.NOT_DUE


def is_locked(obligation: Obligation, now: datetime) -> bool:
    """Tell whether nothing is taken any more; an extension beyond the lock moves the lock, too."""
    if obligation.locks_at is None:
        return False
    return now > max(obligation.locks_at, obligation.last_moment)


def next_change(
    roster: Iterable[tuple[Obligation, Standing | None]], *, now: datetime, due_soon_days: int
) -> datetime | None:
    """Return the next instant at which time alone moves a unit to another state, None if none is left.

    Args:
        roster: obligations, each with its report's standing; those exempt without an end never change.
        now: the server's clock.
        due_soon_days: as in :func:`filing_state`.
    """
    moments = (
        moment for obligation, standing in roster for moment in _turning_points(obligation, standing, due_soon_days)
    )
    return min((moment for moment in moments if moment > now), default=None)


def _turning_points(obligation: Obligation, standing: Standing | None, due_soon_days: int) -> Iterator[datetime]:
    if obligation.exempt_reason:
        if obligation.exempt_until is None:
            return
        yield obligation.exempt_until + _INSTANT
    # Late begins just after the last moment in time.
    if standing is None or standing.counted_at is None:
        yield obligation.last_moment - timedelta(days=due_soon_days)
        yield obligation.last_moment + _INSTANT
    elif standing.answer_by is not None:
        yield standing.answer_by + _INSTANT
