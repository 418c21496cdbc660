"""What a report and what was owed looked like when a revision came in: what its receipt said, it says for ever."""

from __future__ import annotations

from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.domain.errors import ConflictError
from thidua.domain.lifecycle import retold
from thidua.domain.obligations import replayed
from thidua.domain.reports import EventKind
from thidua.domain.reports import Obligation
from thidua.domain.reports import Report
from thidua.domain.reports import Revision

__all__ = ["as_filed"]

_FILINGS = frozenset({EventKind.FILED, EventKind.REFILED, EventKind.ENTERED_ON_BEHALF})


def as_filed(work: UnitOfWork, obligation: Obligation, report: Report, revision: Revision) -> tuple[Obligation, Report]:
    """Return the obligation and the report as they stood right after a revision was filed.

    What happened since (a return, a withdrawal, more time) is left out. Where the ledger does not
    tell it, because it was altered by hand, both are returned as they stand.
    """
    entries = work.reports.entries([report.id]).get(report.id, ())
    place = next(
        (each.seq for each in entries if each.kind in _FILINGS and each.revision == revision.number), len(entries)
    )
    changes = work.obligations.changes([obligation.id]).get(obligation.id, ())
    try:
        return (
            replayed(obligation, (change for change in changes if change.at <= revision.received_at)),
            retold(report, entries[: place + 1]) if entries else report,
        )
    except ConflictError:
        return obligation, report
