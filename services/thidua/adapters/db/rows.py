"""Turns rows of joined tables into the ledger's values.

The columns of each table come with its name in front, so that any of them can be joined and read
by key. Rows are read by key and not by place: a query may then name its columns in any order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from typing import Final

from sqlalchemy import Label
from sqlalchemy import case
from sqlalchemy import select
from sqlalchemy.sql.selectable import FromClause

from thidua.adapters.db.tables import obligation
from thidua.adapters.db.tables import obligation_change
from thidua.adapters.db.tables import report
from thidua.adapters.db.tables import report_revision
from thidua.domain.ledger import Entry
from thidua.domain.reports import Channel
from thidua.domain.reports import EventKind
from thidua.domain.reports import Obligation
from thidua.domain.reports import Report
from thidua.domain.reports import ReportState
from thidua.domain.reports import Revision
from thidua.domain.reports import Standing

__all__ = [
    "OBLIGATION_COLUMNS",
    "REPORT_COLUMNS",
    "REVISION_COLUMNS",
    "columns_of",
    "entry_from",
    "obligation_from",
    "report_from",
    "revision_from",
    "standing_from",
]


def columns_of(table: FromClause, prefix: str) -> tuple[Label[Any], ...]:
    """Return a table's columns, each labelled ``<prefix>_<name>``."""
    return tuple(column.label(f"{prefix}_{column.name}") for column in table.c)


# The end of an exemption stands with the change that brought it, always the newest one of an exempt
# unit. It is looked for only where a unit is exempt, so the many others cost nothing.
_exempt_until = (
    select(obligation_change.c.ends_at)
    .where(obligation_change.c.obligation_id == obligation.c.id)
    .order_by(obligation_change.c.seq.desc())
    .limit(1)
    .correlate(obligation)
    .scalar_subquery()
)
# What only its own changes and its check ask for is left out: filing reads these columns every time.
_CHAIN: Final = frozenset({"changes", "head", "is_closing"})
OBLIGATION_COLUMNS: Final = (
    *(label for label in columns_of(obligation, "obligation") if label.name.removeprefix("obligation_") not in _CHAIN),
    case((obligation.c.exempt_reason != "", _exempt_until)).label("obligation_exempt_until"),
)
REPORT_COLUMNS: Final = columns_of(report, "report")
REVISION_COLUMNS: Final = columns_of(report_revision, "revision")


def obligation_from(row: Mapping[Any, Any]) -> Obligation:
    """Read :data:`OBLIGATION_COLUMNS`."""
    return Obligation(
        id=row["obligation_id"],
        campaign_code=row["obligation_campaign_code"],
        period_code=row["obligation_period_code"],
        unit_code=row["obligation_unit_code"],
        unit_type=row["obligation_unit_type"],
        unit_name=row["obligation_unit_name"],
        unit_order=row["obligation_unit_order"],
        attributes=row["obligation_attributes"],
        form_code=row["obligation_form_code"],
        due_at=row["obligation_due_at"],
        exempt_reason=row["obligation_exempt_reason"],
        extended_to=row["obligation_extended_to"],
        locks_at=row["obligation_locks_at"],
        ends_on=row["obligation_ends_on"],
        exempt_until=row["obligation_exempt_until"],
    )


def report_from(row: Mapping[Any, Any], *, place: str = "report") -> Report:
    """Read :data:`REPORT_COLUMNS`; ``place`` is ``obligation`` where the one beside it tells the report's place."""
    return Report(
        id=row["report_id"],
        campaign_code=row[f"{place}_campaign_code"],
        period_code=row[f"{place}_period_code"],
        unit_code=row[f"{place}_unit_code"],
        unit_type=row[f"{place}_unit_type"],
        form_code=row[f"{place}_form_code"],
        state=ReportState(row["report_state"]),
        revision=row["report_revision"],
        accepted_revision=row["report_accepted_revision"],
        first_received_at=row["report_first_received_at"],
        received_at=row["report_received_at"],
        version=row["report_version"],
        head=row["report_head"],
        standing=standing_from(row),
    )


def standing_from(row: Mapping[Any, Any]) -> Standing:
    """Read the standing among :data:`REPORT_COLUMNS`."""
    return Standing(row["report_counted_at"], row["report_answer_by"], row["report_answered_late"])


def entry_from(row: Mapping[Any, Any]) -> Entry:
    """Read a whole row of ``report_event``."""
    return Entry(
        seq=row["seq"],
        revision=row["revision"],
        kind=EventKind(row["kind"]),
        at=row["happened_at"],
        by=row["account_id"],
        note=row["note"],
        body=row["body"],
        content=row["content"],
        previous=row["previous"],
        digest=row["digest"],
    )


def revision_from(row: Mapping[Any, Any]) -> Revision:
    """Read :data:`REVISION_COLUMNS`."""
    return Revision(
        id=row["revision_id"],
        report_id=row["revision_report_id"],
        number=row["revision_number"],
        form_version=row["revision_form_version"],
        schema_digest=row["revision_schema_digest"],
        payload=row["revision_payload"],
        channel=Channel(row["revision_channel"]),
        is_estimate=row["revision_is_estimate"],
        filed_by=row["revision_filed_by"],
        received_at=row["revision_received_at"],
        confirmed=tuple(row["revision_confirmed"]),
        idempotency_key=row["revision_idempotency_key"],
        request_digest=row["revision_request_digest"],
    )
