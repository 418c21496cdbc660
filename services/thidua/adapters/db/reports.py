"""Writing the ledger: report, revision, entries and outbox row, all or none.

On PostgreSQL a filing is one statement whose parts feed each other, because round trips, and not
the work, are what a filing costs there. SQLite has neither round trips nor such statements; the
same rows are written one after another under its single lock. What happens to a report seldom
(returned, accepted, withdrawn) is written one after another on both.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from typing import Any
from typing import Final

from sqlalchemy import CTE
from sqlalchemy import BindParameter
from sqlalchemy import Connection
from sqlalchemy import Table
from sqlalchemy import UniqueConstraint
from sqlalchemy import bindparam
from sqlalchemy import delete
from sqlalchemy import insert
from sqlalchemy import literal
from sqlalchemy import select
from sqlalchemy import true
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from thidua.adapters.db.direct import DirectStatement
from thidua.adapters.db.reading import ReportReader
from thidua.adapters.db.tables import draft
from thidua.adapters.db.tables import outbox
from thidua.adapters.db.tables import period
from thidua.adapters.db.tables import report
from thidua.adapters.db.tables import report_event
from thidua.adapters.db.tables import report_revision
from thidua.adapters.db.types import database_now
from thidua.adapters.db.unavailable import breaks
from thidua.application.ports.rows import NewRevision
from thidua.domain.errors import ConflictError
from thidua.domain.ledger import Entry
from thidua.domain.lifecycle import Move
from thidua.domain.reports import PeriodState
from thidua.domain.reports import Report

__all__ = ["DatabaseReports"]

_PLACE: Final = ("campaign_code", "period_code", "unit_code")
_REPORT_NAMES: Final = [column.name for column in report.c if column.name != "id"]
_REVISION_NAMES: Final = [column.name for column in report_revision.c if column.name not in {"id", "report_id"}]
_ENTRY_NAMES: Final = [column.name for column in report_event.c if column.name not in {"id", "report_id"}]
#: What a move may change of a report.
_MOVING: Final = (
    "state",
    "revision",
    "accepted_revision",
    "received_at",
    "version",
    "head",
    "counted_at",
    "answer_by",
    "answered_late",
)


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


def _note_entry(place: CTE) -> CTE:
    source = select(place.c.id, *_given(report_event, *_ENTRY_NAMES))
    return insert(report_event).from_select(["report_id", *_ENTRY_NAMES], source).cte("noted")


def _announce(place: CTE) -> CTE:
    source = select(place.c.id, *(place.c[name] for name in _PLACE), database_now(), literal(0))
    names = ["report_id", *_PLACE, "created_at", "attempts"]
    return insert(outbox).from_select(names, source).cte("announced")


# A report is changed only from what the caller saw of it.
_MOVE: Final = (
    update(report)
    .where(report.c.id == bindparam("seen_id"), report.c.version == bindparam("seen_version"))
    .values(dict(zip(_MOVING, _given(report, *_MOVING), strict=True)))
)
# Filing holds no lock on its period. Who closes it waits for the filings under way and keeps others
# waiting, and a statement that waited sees what was committed meanwhile.
_IS_OPEN: Final = (
    select(literal(1))
    .where(
        *(
            period.c[name] == bindparam(f"of_{given}", type_=report.c[given].type)
            for name, given in (("campaign_code", "campaign_code"), ("code", "period_code"))
        ),
        period.c.state == PeriodState.OPEN.value,
    )
    .exists()
)
_FORGET_DRAFT: Final = delete(draft).where(
    *(draft.c[name] == bindparam(f"of_{name}", type_=draft.c[name].type) for name in _PLACE),
    draft.c.version == bindparam("seen_version"),
)

_filed = (
    insert(report)
    .from_select(_REPORT_NAMES, select(*_given(report, *_REPORT_NAMES)).where(_IS_OPEN))
    .returning(report.c.id, *(report.c[name] for name in _PLACE))
    .cte("filed")
)
_moved = _MOVE.where(_IS_OPEN).returning(report.c.id, *(report.c[name] for name in _PLACE)).cte("moved")
_first_revision, _next_revision = _write_revision(_filed), _write_revision(_moved)

_FILE_FIRST: Final = DirectStatement(
    select(_filed.c.id.label("report_id"), _first_revision.c.id.label("revision_id"))
    .select_from(_filed.join(_first_revision, true()))
    .add_cte(_note_entry(_filed), _announce(_filed))
)
_FILE_AGAIN: Final = DirectStatement(select(_next_revision.c.id).add_cte(_note_entry(_moved), _announce(_moved)))


class DatabaseReports(ReportReader):
    """The port ``Reports``."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._writes_at_once = connection.dialect.name == "postgresql"

    def file_first(self, move: Move, revision: NewRevision, *, draft_version: int | None = None) -> tuple[int, int]:
        """Write report, revision, entry and outbox row; returns (report id, revision id).

        Raises:
            ConflictError: someone filed this report, used this key, or wrote in this draft, a moment
                ago. The transaction is of no more use.
        """
        [entry] = move.entries
        filed, written = _report_values(move.after), _revision_values(revision)
        with _conflicts(move.after.unit_code):
            if self._writes_at_once:
                rows = _FILE_FIRST.rows(
                    self._connection,
                    _named(report, filed)
                    | _named(report_revision, written)
                    | _named(report_event, _entry_values(entry))
                    | _in_period(move.after),
                )
                if not rows:
                    raise _closed(move.after)
                report_id, revision_id = rows[0]["report_id"], rows[0]["revision_id"]
            else:
                self._require_open(move.after)
                report_id = self._connection.execute(insert(report).returning(report.c.id), filed).scalar_one()
                revision_id = self._write_next(report_id, move, written)
        self._forget_draft(move.after, draft_version)
        return report_id, revision_id

    def file_again(self, move: Move, revision: NewRevision, *, draft_version: int | None = None) -> int:
        """Write the next revision of a report that stands as it was seen; returns its id.

        Raises:
            ConflictError: the report moved on, the key was used, or the draft changed, a moment ago.
                The transaction is of no more use.
        """
        [entry] = move.entries
        if revision.number != move.after.revision:
            raise _moved_on(move.after.unit_code)
        written = _revision_values(revision)
        with _conflicts(move.after.unit_code):
            if self._writes_at_once:
                parameters = (
                    _moving(move)
                    | _named(report_revision, written)
                    | _named(report_event, _entry_values(entry))
                    | _in_period(move.after)
                )
                rows = _FILE_AGAIN.rows(self._connection, parameters)
                if not rows:
                    self._require_open(move.after)
                    raise _moved_on(move.after.unit_code)
                revision_id: int = rows[0]["id"]
            else:
                self._require_open(move.after)
                self._move(move)
                revision_id = self._write_next(move.after.id, move, written)
        self._forget_draft(move.after, draft_version)
        return revision_id

    def move(self, move: Move) -> None:
        """Write a report's move that brings no revision: its entries and an outbox row.

        Raises:
            ConflictError: the report moved on a moment ago.
        """
        self._move(move)
        self._note(move.after.id, move)

    def move_all(self, moves: Sequence[Move]) -> None:
        """Write many moves that bring no revision, at once.

        Raises:
            ConflictError: one of the reports moved on a moment ago. The transaction is of no more use.
        """
        if not moves:
            return
        if self._connection.execute(_MOVE, [_moving(move) for move in moves]).rowcount != len(moves):
            raise _moved_on(moves[0].after.period_code)
        self._connection.execute(
            insert(report_event),
            [{"report_id": move.after.id} | _entry_values(entry) for move in moves for entry in move.entries],
        )
        self._connection.execute(insert(outbox).values(created_at=database_now()), list(map(_announcement, moves)))

    def _require_open(self, filed: Report) -> None:
        if not self._connection.execute(select(_IS_OPEN), _in_period(filed)).scalar_one():
            raise _closed(filed)

    def _move(self, move: Move) -> None:
        if self._connection.execute(_MOVE, _moving(move)).rowcount == 0:
            raise _moved_on(move.after.unit_code)

    def _write_next(self, report_id: int, move: Move, written: dict[str, object]) -> int:
        statement = insert(report_revision).returning(report_revision.c.id)
        revision_id: int = self._connection.execute(statement, {"report_id": report_id} | written).scalar_one()
        self._note(report_id, move)
        return revision_id

    def _note(self, report_id: int, move: Move) -> None:
        rows = [{"report_id": report_id} | _entry_values(entry) for entry in move.entries]
        self._connection.execute(insert(report_event), rows)
        self._connection.execute(
            insert(outbox).values(created_at=database_now()), _announcement(move) | {"report_id": report_id}
        )

    def _forget_draft(self, filed: Report, draft_version: int | None) -> None:
        """Delete the draft that was filed, unless somebody wrote in it since: nobody's typing is lost."""
        if draft_version is None:
            return
        place = {f"of_{name}": getattr(filed, name) for name in _PLACE}
        if self._connection.execute(_FORGET_DRAFT, place | {"seen_version": draft_version}).rowcount == 0:
            raise ConflictError("Bản nháp vừa được người khác ghi thêm; hãy xem lại rồi nộp.", subject="draft_version")


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
            raise _moved_on(subject) from error
        raise


def _announcement(move: Move) -> dict[str, object]:
    place = {name: getattr(move.after, name) for name in _PLACE}
    return {"report_id": move.after.id, "attempts": 0} | place


def _in_period(filed: Report) -> dict[str, object]:
    return {"of_campaign_code": filed.campaign_code, "of_period_code": filed.period_code}


def _closed(filed: Report) -> ConflictError:
    return ConflictError("Kỳ báo cáo này vừa được khóa, không nhận báo cáo nữa.", subject=filed.period_code)


def _moved_on(subject: str) -> ConflictError:
    return ConflictError("Báo cáo vừa được thay đổi. Hãy tải lại để xem bản mới nhất.", subject=subject)


def _moving(move: Move) -> dict[str, object]:
    """Name what a move changes, and the version it was seen at."""
    if move.before is None:
        raise ValueError("a first filing moves nothing")
    values = _report_values(move.after)
    changed = _named(report, {name: values[name] for name in _MOVING})
    return changed | {"seen_id": move.before.id, "seen_version": move.before.version}


def _report_values(stands: Report) -> dict[str, object]:
    return {
        "campaign_code": stands.campaign_code,
        "period_code": stands.period_code,
        "unit_code": stands.unit_code,
        "unit_type": stands.unit_type,
        "form_code": stands.form_code,
        "state": stands.state.value,
        "revision": stands.revision,
        "accepted_revision": stands.accepted_revision,
        "first_received_at": stands.first_received_at,
        "received_at": stands.received_at,
        "version": stands.version,
        "head": stands.head,
        "counted_at": stands.standing.counted_at,
        "answer_by": stands.standing.answer_by,
        "answered_late": stands.standing.answered_late,
    }


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


def _entry_values(entry: Entry) -> dict[str, object]:
    return {
        "seq": entry.seq,
        "revision": entry.revision,
        "kind": entry.kind.value,
        "happened_at": entry.at,
        "account_id": entry.by,
        "note": entry.note,
        "body": dict(entry.body),
        "content": entry.content,
        "previous": entry.previous,
        "digest": entry.digest,
    }


#: Parameter by column, for each table that a filing writes.
_PARAMETERS: Final = {
    table: {column.name: f"{table.name}_{column.name}" for column in table.c}
    for table in (report, report_revision, report_event)
}


def _named(table: Table, values: dict[str, object]) -> dict[str, object]:
    parameters = _PARAMETERS[table]
    return {parameters[name]: value for name, value in values.items()}
