"""Is a unit on time: computed from receipts and deadlines, never stored by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from enum import StrEnum

from thidua.domain.reports import Obligation

__all__ = ["FILING_LABELS", "FilingState", "Roster", "filing_state", "next_change"]


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
    obligation: Obligation, first_received_at: datetime | None, *, now: datetime, due_soon_days: int
) -> FilingState:
    """Tell where a unit stands.

    Args:
        obligation: what is owed; its due moment is the last one in time.
        first_received_at: receipt of the first filing, None if nothing was filed.
        now: the server's clock.
        due_soon_days: calendar days before the due moment that count as soon.
    """
    if obligation.exempt_reason:
        return FilingState.EXEMPT
    if first_received_at is not None:
        return FilingState.ON_TIME if first_received_at <= obligation.due_at else FilingState.LATE
    if now > obligation.due_at:
        return FilingState.OVERDUE
    if now >= obligation.due_at - timedelta(days=due_soon_days):
        return FilingState.DUE_SOON
    return FilingState.NOT_DUE


def next_change(unfiled: Iterable[Obligation], *, now: datetime, due_soon_days: int) -> datetime | None:
    """Return the next instant at which time alone moves a unit to another state, None if none is left.

    Args:
        unfiled: obligations without a report; exempt ones never change.
        now: the server's clock.
        due_soon_days: as in :func:`filing_state`.
    """
    moments = (
        moment
        for obligation in unfiled
        if not obligation.exempt_reason
        for moment in (
            obligation.due_at - timedelta(days=due_soon_days),
            # Overdue begins just after the last moment in time.
            obligation.due_at + timedelta(microseconds=1),
        )
    )
    return min((moment for moment in moments if moment > now), default=None)
