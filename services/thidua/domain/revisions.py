"""Where each filing of a report stands: the report's states, told of its revisions."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from enum import StrEnum

from thidua.domain.ledger import Entry
from thidua.domain.reports import REPORT_LABELS
from thidua.domain.reports import EventKind
from thidua.domain.reports import Report
from thidua.domain.reports import ReportState

__all__ = ["REVISION_LABELS", "RevisionState", "revision_states"]


class RevisionState(StrEnum):
    """Where one filing stands."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    CONSOLIDATED = "consolidated"
    WITHDRAWN = "withdrawn"
    #: A later filing stands in its place.
    SUPERSEDED = "superseded"


#: The words people see.
REVISION_LABELS = {
    **{RevisionState(state.value): label for state, label in REPORT_LABELS.items()},
    RevisionState.SUPERSEDED: "Đã thay thế",
}

_LEFT_AT = {EventKind.RETURNED: RevisionState.RETURNED, EventKind.WITHDRAWN: RevisionState.WITHDRAWN}


def revision_states(report: Report, entries: Sequence[Entry]) -> Mapping[int, RevisionState]:
    """Return the state of every revision by its number.

    What came before an accepted revision is superseded. Behind it, a filing that was sent back or
    taken back stays what it was then, and one that was filed over is superseded.

    Args:
        report: as it stands.
        entries: its chain, by ``seq``.
    """
    last = {entry.revision: entry.kind for entry in entries}
    return {number: _state(report, last.get(number), number) for number in range(report.revision + 1)}


def _state(report: Report, last: EventKind | None, number: int) -> RevisionState:
    accepted = report.accepted_revision
    if accepted is not None and number < accepted:
        return RevisionState.SUPERSEDED
    if number == accepted:
        is_consolidated = report.state is ReportState.CONSOLIDATED
        return RevisionState.CONSOLIDATED if is_consolidated else RevisionState.ACCEPTED
    if last in _LEFT_AT:
        return _LEFT_AT[last]
    if number != report.revision:
        return RevisionState.SUPERSEDED
    # A correction that nobody accepted before the period was consolidated is still only filed.
    is_left = report.state is ReportState.CONSOLIDATED
    return RevisionState.SUBMITTED if is_left else RevisionState(report.state.value)
