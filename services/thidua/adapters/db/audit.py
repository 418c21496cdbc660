"""The audit trail, and what persons' rows it is asked about."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy import Connection
from sqlalchemy import Select
from sqlalchemy import Text
from sqlalchemy import bindparam
from sqlalchemy import cast
from sqlalchemy import func
from sqlalchemy import insert
from sqlalchemy import literal
from sqlalchemy import or_
from sqlalchemy import select

from thidua.adapters.db.tables import account
from thidua.adapters.db.tables import audit_entry
from thidua.adapters.db.tables import draft
from thidua.adapters.db.tables import draft_cell
from thidua.adapters.db.tables import evidence
from thidua.adapters.db.tables import report
from thidua.adapters.db.tables import report_event
from thidua.adapters.db.tables import report_revision
from thidua.adapters.db.types import Keys
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import is_any_of
from thidua.application.ports.audit_ports import EntryRow
from thidua.application.ports.audit_ports import PersonalRows
from thidua.application.ports.audit_ports import Sought
from thidua.domain.accounts import Door
from thidua.domain.accounts import Origin
from thidua.domain.attachments import SCAN_POINTER
from thidua.domain.audit import Act
from thidua.domain.audit import AuditEntry
from thidua.domain.audit import Outcome
from thidua.domain.audit import Thing

__all__ = ["DatabaseAudit"]

_ADD = insert(audit_entry)
_ENTRIES = select(audit_entry, func.coalesce(account.c.name, "").label("name")).select_from(
    audit_entry.outerjoin(account, account.c.id == audit_entry.c.account_id)
)
_READS = _ENTRIES.where(
    audit_entry.c.thing == bindparam("of"),
    is_any_of(audit_entry.c.key, bindparam("keys", type_=Texts())),
    audit_entry.c.act == Act.READ_PEOPLE.value,
    audit_entry.c.happened_at >= bindparam("since"),
    audit_entry.c.happened_at < bindparam("until"),
).order_by(audit_entry.c.id)
_PAGE = 2000


def _place(table: Any) -> ColumnElement[str]:  # noqa: ANN401  any table with these columns
    where: ColumnElement[str] = (
        table.c.campaign_code + literal("/") + table.c.period_code + literal("/") + table.c.unit_code
    )
    return where


class DatabaseAudit:
    """The port ``Audit``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entries: Iterable[AuditEntry]) -> None:
        """Write entries with the transaction at hand."""
        rows = [
            {
                "happened_at": entry.happened_at,
                "account_id": entry.account_id,
                "act": entry.act,
                "thing": entry.thing,
                "key": entry.key,
                "outcome": entry.outcome,
                "door": entry.origin.door,
                "request_id": entry.origin.request_id,
                "network": entry.origin.network,
                "detail": dict(entry.detail),
            }
            for entry in entries
        ]
        if rows:
            self._connection.execute(_ADD, rows)

    def find(self, sought: Sought, *, before_id: int | None, limit: int) -> tuple[EntryRow, ...]:
        """Return entries, newest first, those below ``before_id``."""
        asked = {
            account.c.name: sought.name,
            audit_entry.c.act: sought.act,
            audit_entry.c.thing: sought.thing,
            audit_entry.c.key: sought.key,
            audit_entry.c.outcome: sought.outcome,
        }
        found = _ENTRIES.where(*(column == value for column, value in asked.items() if value))
        if sought.since is not None:
            found = found.where(audit_entry.c.happened_at >= sought.since)
        if sought.until is not None:
            found = found.where(audit_entry.c.happened_at < sought.until)
        if before_id is not None:
            found = found.where(audit_entry.c.id < before_id)
        return self._rows(found.order_by(audit_entry.c.id.desc()).limit(limit), {})

    def reads(self, thing: Thing, keys: Collection[str], since: datetime, until: datetime) -> tuple[EntryRow, ...]:
        """Return who read rows that name persons, of some things between two moments, by number."""
        return self._rows(_READS, {"of": thing.value, "keys": list(keys), "since": since, "until": until})

    def personal_rows(self, tables: Collection[str]) -> Iterator[PersonalRows]:
        """Give what every filing of all time says in some tables, where it says anything, oldest first."""
        names = sorted(tables)
        texts = {name: self._table_text(name) for name in names}
        if not texts:
            return
        page = (
            select(report_revision.c.id, report_revision.c.report_id, report_revision.c.number, *texts.values())
            .where(report_revision.c.id > bindparam("after"), or_(*(text != "[]" for text in texts.values())))
            .order_by(report_revision.c.id)
            .limit(_PAGE)
        )
        after = 0
        while rows := self._connection.execute(page, {"after": after}).all():
            for row in rows:
                said = {name: text for name, text in zip(names, row[3:], strict=True) if text}
                yield PersonalRows(row[0], row[1], row[2], said)
            after = rows[-1][0]

    def drafts_with(self, tables: Collection[str]) -> Iterator[tuple[str, str]]:
        """Give what stands in some tables of drafts: (``CAMPAIGN/PERIOD/UNIT``, text)."""
        if not tables:
            return
        cells = (
            select(_place(draft), draft_cell.c.typed)
            .select_from(draft_cell.join(draft, draft.c.id == draft_cell.c.draft_id))
            .where(or_(*(draft_cell.c.pointer.startswith(f"/{name}/", autoescape=True) for name in sorted(tables))))
        )
        for place, typed in self._connection.execute(cells):
            if typed:
                yield place, typed

    def places(self, report_ids: Collection[int]) -> Mapping[str, int]:
        """Return reports by ``CAMPAIGN/PERIOD/UNIT``."""
        found = select(_place(report), report.c.id).where(is_any_of(report.c.id, bindparam("ids", type_=Keys())))
        return {row[0]: row[1] for row in self._connection.execute(found, {"ids": list(report_ids)})}

    def evidence_beside(self, places: Collection[str], tables: Collection[str]) -> Mapping[str, str]:
        """Return places by the number of each file that lies beside some tables, or is a scan of the whole."""
        if not tables:
            return {}
        scans = (
            select(report_event.c.body["scan"].as_string())
            .select_from(report_event.join(report, report.c.id == report_event.c.report_id))
            .where(_place(report) == _place(evidence))
            .correlate(evidence)
        )
        found = select(evidence.c.id, _place(evidence)).where(
            is_any_of(_place(evidence), bindparam("places", type_=Texts())),
            or_(
                evidence.c.pointer == SCAN_POINTER,
                evidence.c.digest.in_(scans),
                *(evidence.c.pointer.startswith(f"/{name}", autoescape=True) for name in sorted(tables)),
            ),
        )
        return {str(number): place for number, place in self._connection.execute(found, {"places": list(places)})}

    def _table_text(self, name: str) -> ColumnElement[str]:
        """Name a table of a payload as its JSON text, NULL where there is none."""
        if self._connection.dialect.name == "sqlite":
            path = f'$."{name}"'
            text: ColumnElement[str] = func.json_extract(report_revision.c.payload, path, type_=Text)
            return text
        return cast(report_revision.c.payload[name], Text)

    def _rows(self, statement: Select[Any], values: Mapping[str, object]) -> tuple[EntryRow, ...]:
        return tuple(
            EntryRow(
                row.id,
                AuditEntry(
                    happened_at=row.happened_at,
                    account_id=row.account_id,
                    act=Act(row.act),
                    thing=Thing(row.thing),
                    key=row.key,
                    outcome=Outcome(row.outcome),
                    origin=Origin(Door(row.door), row.request_id, row.network),
                    detail=row.detail,
                ),
                row.name,
            )
            for row in self._connection.execute(statement, values)
        )
