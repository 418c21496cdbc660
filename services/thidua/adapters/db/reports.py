"""Writing the ledger: report, revision, event and outbox row, all or none.

On PostgreSQL each act is one statement whose parts feed each other, because round trips, and not
the work, are what a filing costs there. SQLite has neither round trips nor such statements; the
same rows are written one after another under its single lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from typing import Final

from sqlalchemy import CTE
from sqlalchemy import BindParameter
from sqlalchemy import Connection
from sqlalchemy import Table
from sqlalchemy import UniqueConstraint
from sqlalchemy import bindparam
from sqlalchemy import insert
from sqlalchemy import literal
from sqlalchemy import select
from sqlalchemy import true
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from thidua.adapters.db.direct import DirectStatement
from thidua.adapters.db.reading import ReportReader
from thidua.adapters.db.tables import outbox
from thidua.adapters.db.tables import report
from thidua.adapters.db.tables import report_event
from thidua.adapters.db.tables import report_revision
from thidua.adapters.db.types import database_now
from thidua.adapters.db.unavailable import breaks
from thidua.application.rows import NewRevision
from thidua.domain.errors import ConflictError
from thidua.domain.reports import EventKind
from thidua.domain.reports import Obligation
from thidua.domain.reports import Report
from thidua.domain.reports import ReportState

__all__ = ["DatabaseReports"]

_PLACE: Final = ("campaign_code", "period_code", "unit_code")
_REPORT_NAMES: Final = [column.name for column in report.c if column.name not in {"id", "accepted_revision"}]
_REVISION_NAMES: Final = [column.name for column in report_revision.c if column.name not in {"id", "report_id"}]


def _unique(table: Table, *columns: str) -> UniqueConstraint:
    found = (each for each in table.constraints if isinstance(each, UniqueConstraint))
    return next(each for each in found if tuple(each.columns.keys()) == columns)


_DUTY_IS_UNIQUE: Final = _unique(report, *_PLACE)
_NUMBER_IS_UNIQUE: Final = _unique(report_revision, "report_id", "number")
_KEY_IS_UNIQUE: Final = _unique(report_revision, "filed_by", "idempotency_key")


def _given(table: Table, *names: str) -> list[BindParameter[Any]]:
    """Make a parameter ``<table>_<column>`` for each column."""
    return [bindparam(f"{table.name}_{name}", type_=table.c[name].type) for name in names]


def _write_revision(place: CTE) -> CTE:
    source = select(place.c.id, *_given(report_revision, *_REVISION_NAMES))
    statement = insert(report_revision).from_select(["report_id", *_REVISION_NAMES], source)
    return statement.returning(report_revision.c.id).cte("written")


def _note_event(place: CTE) -> CTE:
    names = ["revision", "kind", "happened_at", "account_id", "note"]
    source = select(place.c.id, *_given(report_event, *names))
    return insert(report_event).from_select(["report_id", *names], source).cte("noted")


def _announce(place: CTE) -> CTE:
    source = select(place.c.id, *(place.c[name] for name in _PLACE), database_now(), literal(0))
    names = ["report_id", *_PLACE, "created_at", "attempts"]
    return insert(outbox).from_select(names, source).cte("announced")


# A report is changed only from what the caller saw of it.
_MOVE: Final = update(report).where(
    report.c.id == bindparam("seen_id"),
    report.c.revision == bindparam("seen_revision"),
    report.c.state == bindparam("seen_state"),
)
_MOVE_ON: Final = _MOVE.values(
    state=ReportState.SUBMITTED.value,
    revision=bindparam("next_revision"),
    received_at=bindparam("next_received_at", type_=report.c.received_at.type),
)
_MOVE_ACCEPTED: Final = _MOVE.values(state=ReportState.ACCEPTED.value, accepted_revision=report.c.revision)

_filed = (
    insert(report)
    .from_select(_REPORT_NAMES, select(*_given(report, *_REPORT_NAMES)))
    .returning(report.c.id, *(report.c[name] for name in _PLACE))
    .cte("filed")
)
_moved_on = _MOVE_ON.returning(report.c.id, *(report.c[name] for name in _PLACE)).cte("moved")
_accepted = _MOVE_ACCEPTED.returning(report.c.id, *(report.c[name] for name in _PLACE)).cte("moved")
_first_revision, _next_revision = _write_revision(_filed), _write_revision(_moved_on)

_FILE_FIRST: Final = DirectStatement(
    select(_filed.c.id.label("report_id"), _first_revision.c.id.label("revision_id"))
    .select_from(_filed.join(_first_revision, true()))
    .add_cte(_note_event(_filed), _announce(_filed))
)
_FILE_AGAIN: Final = DirectStatement(select(_next_revision.c.id).add_cte(_note_event(_moved_on), _announce(_moved_on)))
_ACCEPT: Final = DirectStatement(select(_accepted.c.id).add_cte(_note_event(_accepted), _announce(_accepted)))


class DatabaseReports(ReportReader):
    """The port ``Reports``."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._writes_at_once = connection.dialect.name == "postgresql"

    def file_first(self, obligation: Obligation, revision: NewRevision) -> tuple[int, int]:
        """Write report, revision, event and outbox row; returns (report id, revision id).

        Raises:
            ConflictError: someone filed this report, or used this key, a moment ago. The
                transaction is of no more use.
        """
        filed = {
            "campaign_code": obligation.campaign_code,
            "period_code": obligation.period_code,
            "unit_code": obligation.unit_code,
            "unit_type": obligation.unit_type,
            "form_code": obligation.form_code,
            "state": ReportState.SUBMITTED.value,
            "revision": revision.number,
            "first_received_at": revision.received_at,
            "received_at": revision.received_at,
        }
        written = _revision_values(revision)
        event = _event_values(EventKind.FILED, revision.number, revision.received_at, revision.filed_by)
        with _conflicts(obligation.unit_code):
            if self._writes_at_once:
                [row] = _FILE_FIRST.rows(
                    self._connection,
                    _named(report, filed) | _named(report_revision, written) | _named(report_event, event),
                )
                return row["report_id"], row["revision_id"]
            report_id: int = self._connection.execute(insert(report).returning(report.c.id), filed).scalar_one()
            return report_id, self._write_next(report_id, obligation, written, event)

    def file_again(self, report: Report, revision: NewRevision) -> int:
        """Write the next revision of a report that stands at the revision before it; returns its id.

        Raises:
            ConflictError: the report moved on, or the key was used, a moment ago. The
                transaction is of no more use.
        """
        if revision.number != report.revision + 1:
            raise _moved(report.unit_code)
        moved = _seen(report) | {"next_revision": revision.number, "next_received_at": revision.received_at}
        written = _revision_values(revision)
        event = _event_values(EventKind.REFILED, revision.number, revision.received_at, revision.filed_by)
        with _conflicts(report.unit_code):
            if self._writes_at_once:
                parameters = moved | _named(report_revision, written) | _named(report_event, event)
                rows = _FILE_AGAIN.rows(self._connection, parameters)
                if not rows:
                    raise _moved(report.unit_code)
                revision_id: int = rows[0]["id"]
                return revision_id
            if self._connection.execute(_MOVE_ON, moved).rowcount == 0:
                raise _moved(report.unit_code)
            return self._write_next(report.id, report, written, event)

    def accept(self, report: Report, *, by: int, at: datetime, note: str) -> None:
        """Mark the newest revision accepted, with its event and outbox row.

        Raises:
            ConflictError: the report moved on a moment ago.
        """
        event = _event_values(EventKind.ACCEPTED, report.revision, at, by, note)
        if self._writes_at_once:
            parameters = _seen(report) | _named(report_event, event)
            if not _ACCEPT.rows(self._connection, parameters):
                raise _moved(report.unit_code)
            return
        if self._connection.execute(_MOVE_ACCEPTED, _seen(report)).rowcount == 0:
            raise _moved(report.unit_code)
        self._note(report.id, report, event)

    def _write_next(
        self, report_id: int, place: Obligation | Report, written: dict[str, object], event: dict[str, object]
    ) -> int:
        statement = insert(report_revision).returning(report_revision.c.id)
        revision_id: int = self._connection.execute(statement, {"report_id": report_id} | written).scalar_one()
        self._note(report_id, place, event)
        return revision_id

    def _note(self, report_id: int, place: Obligation | Report, event: dict[str, object]) -> None:
        self._connection.execute(insert(report_event), {"report_id": report_id} | event)
        self._connection.execute(
            insert(outbox).values(created_at=database_now()),
            {
                "report_id": report_id,
                "campaign_code": place.campaign_code,
                "period_code": place.period_code,
                "unit_code": place.unit_code,
                "attempts": 0,
            },
        )


@contextmanager
def _conflicts(subject: str) -> Iterator[None]:
    """Say what the ledger's own rules mean when they stop the loser of a race."""
    try:
        yield
    except IntegrityError as error:
        if breaks(error, _KEY_IS_UNIQUE):
            raise ConflictError(
                "Khóa Idempotency-Key này vừa được dùng cho một lần nộp khác.", subject="Idempotency-Key"
            ) from error
        if breaks(error, _DUTY_IS_UNIQUE):
            raise ConflictError("Báo cáo của đơn vị cho kỳ này vừa được nộp.", subject=subject) from error
        if breaks(error, _NUMBER_IS_UNIQUE):
            raise _moved(subject) from error
        raise


def _moved(subject: str) -> ConflictError:
    return ConflictError("Báo cáo vừa được thay đổi. Hãy tải lại để xem bản mới nhất.", subject=subject)


def _seen(seen: Report) -> dict[str, object]:
    return {"seen_id": seen.id, "seen_revision": seen.revision, "seen_state": seen.state.value}


def _revision_values(revision: NewRevision) -> dict[str, object]:
    return {
        "number": revision.number,
        "form_version": revision.form_version,
        "schema_digest": revision.schema_digest,
        "payload": revision.payload,
        "channel": revision.channel.value,
        "is_estimate": revision.is_estimate,
        "filed_by": revision.filed_by,
        "received_at": revision.received_at,
        "confirmed": list(revision.confirmed),
        "idempotency_key": revision.idempotency_key,
        "request_digest": revision.request_digest,
    }


def _event_values(kind: EventKind, revision: int, at: datetime, by: int, note: str = "") -> dict[str, object]:
    return {"revision": revision, "kind": kind.value, "happened_at": at, "account_id": by, "note": note}


def _named(table: Table, values: dict[str, object]) -> dict[str, object]:
    return {f"{table.name}_{name}": value for name, value in values.items()}
