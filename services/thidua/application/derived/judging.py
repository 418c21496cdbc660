"""Judge where the units of a roster stand at a moment, each with its entry in the status document."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from thidua.application.ports.rows import RosterRow
from thidua.application.ports.rows import UnitFiling
from thidua.domain.filing import filing_state
from thidua.domain.filing import next_change
from thidua.domain.reports import ReportState

__all__ = ["judged"]


def judged(roster: Iterable[RosterRow], *, now: datetime, due_soon_days: int) -> list[UnitFiling]:
    """Tell where each unit stands.

    Args:
        roster: obligations, each with the report that meets it.
        now: the moment.
        due_soon_days: calendar days before the last moment that count as soon.
    """
    return [_judged(row, now, due_soon_days) for row in roster]


def _judged(row: RosterRow, now: datetime, due_soon_days: int) -> UnitFiling:
    obligation, report = row.obligation, row.report
    standing = report.standing if report else None
    filing = filing_state(obligation, standing, now=now, due_soon_days=due_soon_days)
    return UnitFiling(
        obligation.campaign_code,
        obligation.period_code,
        obligation.unit_code,
        obligation.unit_type,
        obligation.unit_order,
        filing,
        counts=report is not None and report.provisional_revision is not None,
        accepted=report is not None and report.accepted_revision is not None,
        waits=report is not None and report.state is ReportState.SUBMITTED,
        due_at=obligation.last_moment,
        judged_at=now,
        turns_at=next_change([(obligation, standing)], now=now, due_soon_days=due_soon_days),
        entry={
            "unit": obligation.unit_code,
            "name": obligation.unit_name,
            "unit_type": obligation.unit_type,
            "form": obligation.form_code,
            "filing": filing.value,
            "state": report.state.value if report else None,
            "report": report.id if report else None,
            "revision": report.revision if report else None,
            "accepted_revision": report.accepted_revision if report else None,
            "received_at": report.first_received_at.isoformat() if report else None,
            "counted_at": _written(standing.counted_at) if standing else None,
            "answer_by": _written(standing.answer_by) if standing else None,
            "due_at": obligation.last_moment.isoformat(),
            "ends_on": obligation.ends_on.isoformat() if obligation.ends_on else None,
        },
    )


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
