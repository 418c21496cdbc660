"""A filed report whose campaign's plugin does not serve: what was filed, by the names of its cells.

Labels, order and marks of personal tables are the plugin's. Without it every table counts as one that
names persons, and words beside cells are left out for everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require
from thidua.application.access.permissions import require_unit
from thidua.application.access.permissions import sees_people
from thidua.application.ports.host import Host
from thidua.application.trail.auditing import note_alone
from thidua.domain.accounts import Actor
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.errors import NotFoundError
from thidua.domain.reports import Obligation
from thidua.domain.reports import Report
from thidua.domain.reports import Revision

__all__ = ["PlainReport", "read_plain_report"]


@dataclass(frozen=True, slots=True)
class PlainReport:
    """The newest filing as it came in; ``tables`` are its rows, or None where the reader sees no names."""

    report: Report
    obligation: Obligation
    revision: Revision
    fields: Mapping[str, object]
    by_topic: Mapping[str, object]
    tables: Mapping[str, tuple[Mapping[str, object], ...] | None]


def read_plain_report(host: Host, actor: Actor, report_id: int) -> PlainReport:
    """Read a filed report without the plugin that brought its form.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or there is no such report.
    """
    require(actor, Right.READ_REPORT)
    with host.work.reading() as work:
        found = work.reports.get(report_id)
        if found is None:
            raise NotFoundError("Không tìm thấy đơn vị hoặc báo cáo này.", subject=str(report_id))
        report, obligation = found
        require_unit(actor, Right.READ_REPORT, report.unit_code)
        revision = work.reports.revisions(report_id)[-1]
    rows = {
        name: tuple(row for row in value if isinstance(row, Mapping))
        for name, value in revision.payload.items()
        if isinstance(value, list) and name not in {"comments", "answers", "attachments"}
    }
    reads_names = sees_people(actor, report.unit_code)
    shown = sum(map(len, rows.values()))
    if reads_names and shown:
        note_alone(host, actor, Act.READ_PEOPLE, Thing.REPORT, str(report_id), rows=shown, revisions=[revision.number])
    return PlainReport(
        report,
        obligation,
        revision,
        _part(revision.payload, "fields"),
        _part(revision.payload, "by_topic"),
        {name: found if reads_names else None for name, found in rows.items()},
    )


def _part(payload: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = payload.get(name)
    return value if isinstance(value, Mapping) else {}
