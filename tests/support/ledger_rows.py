"""What the ledger holds of one campaign, read row by row with plain statements: what the oracle judges from."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy import select

from thidua.adapters.db.tables import obligation
from thidua.adapters.db.tables import obligation_change
from thidua.adapters.db.tables import report
from thidua.adapters.db.tables import report_event
from thidua.adapters.db.tables import report_revision

__all__ = [
    "LedgerEntry",
    "LedgerRows",
    "OwedRow",
    "ReportRows",
    "Standing",
    "connection_of",
    "read_ledger",
    "standing_of",
]


@dataclass(frozen=True)
class LedgerEntry:
    """One thing that happened to a report."""

    kind: str
    revision: int
    at: datetime
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """Since when a report counts, until when its return waits, and whether one was answered too late."""

    counted_at: datetime | None = None
    answer_by: datetime | None = None
    answered_late: bool = False


@dataclass(frozen=True)
class ReportRows:
    """A report with its entries and the payloads of its revisions."""

    unit: str
    unit_type: str
    form: str
    period: str
    entries: tuple[LedgerEntry, ...]
    payloads: Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True)
class OwedRow:
    """What the plan asks of a unit, and the changes as (kind, its end, until when is then owed)."""

    unit: str
    unit_type: str
    form: str
    due_at: datetime
    changes: tuple[tuple[str, datetime | None, datetime | None], ...]


@dataclass(frozen=True)
class LedgerRows:
    """All of one campaign; ``owed`` goes by period."""

    campaign_code: str
    reports: tuple[ReportRows, ...]
    owed: Mapping[str, tuple[OwedRow, ...]]


def connection_of(work: Any) -> Connection:
    """Return the connection under a unit of work."""
    connection: Connection = work._connection
    return connection


def read_ledger(connection: Connection, campaign_code: str) -> LedgerRows:
    """Read what was owed, filed and done."""
    entries: dict[int, list[LedgerEntry]] = defaultdict(list)
    for row in connection.execute(select(report_event).order_by(report_event.c.report_id, report_event.c.seq)):
        entries[row.report_id].append(LedgerEntry(row.kind, row.revision, row.happened_at, _json(row.body)))
    payloads: dict[int, dict[int, Any]] = defaultdict(dict)
    for row in connection.execute(select(report_revision)):
        payloads[row.report_id][row.number] = _json(row.payload)
    changes: dict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(select(obligation_change).order_by(obligation_change.c.seq)):
        changes[row.obligation_id].append((row.kind, row.ends_at, row.owed_by))
    owed: dict[str, list[OwedRow]] = defaultdict(list)
    for row in connection.execute(select(obligation).where(obligation.c.campaign_code == campaign_code)):
        owed[row.period_code].append(
            OwedRow(row.unit_code, row.unit_type, row.form_code, row.due_at, tuple(changes[row.id]))
        )
    return LedgerRows(
        campaign_code,
        tuple(
            ReportRows(row.unit_code, row.unit_type, row.form_code, row.period_code, tuple(entries[row.id]),
                       payloads[row.id])
            for row in connection.execute(select(report).where(report.c.campaign_code == campaign_code))
        ),
        {period: tuple(rows) for period, rows in owed.items()},
    )  # fmt: skip


def standing_of(entries: Iterable[LedgerEntry]) -> Standing:
    """Tell a report's punctuality from its ledger.

    The first complete filing counts, from the stamp on its paper if it came on paper. What was sent
    back as incomplete, or taken back before anything was accepted, never counted. Any other return
    leaves the filing its time, and sets a limit for the answer.
    """
    counted_at = answer_by = None
    answered_late, accepted = False, False
    for entry in entries:
        match entry.kind:
            case "filed" | "refiled" | "entered_on_behalf":
                stamped = entry.body.get("paper_received_at")
                came = datetime.fromisoformat(stamped) if stamped else entry.at
                answered_late |= answer_by is not None and came > answer_by
                counted_at, answer_by = counted_at or came, None
            case "returned":
                if entry.body["incomplete"]:
                    counted_at = answer_by = None
                else:
                    answer_by = datetime.fromisoformat(entry.body["answer_by"]) if entry.body["answer_by"] else None
            case "withdrawn":
                if not accepted:
                    counted_at = answer_by = None
            case "accepted":
                accepted = True
                if ruled := entry.body.get("counts_from"):
                    counted_at = datetime.fromisoformat(ruled)
            case "consolidated":
                answered_late |= answer_by is not None and entry.at > answer_by
                answer_by = None
    return Standing(counted_at, answer_by, answered_late)


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str | bytes) else value
