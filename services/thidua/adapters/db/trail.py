"""The seals, and the rows they seal, each as the one text that is sealed."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from typing import Any
from typing import Final

from sqlalchemy import Column
from sqlalchemy import Connection
from sqlalchemy import Table
from sqlalchemy import bindparam
from sqlalchemy import delete
from sqlalchemy import exists
from sqlalchemy import func
from sqlalchemy import insert
from sqlalchemy import select
from sqlalchemy import text

from thidua.adapters.db.bulk import insert_all
from thidua.adapters.db.tables import audit_checkpoint
from thidua.adapters.db.tables import audit_entry
from thidua.adapters.db.tables import audit_seal
from thidua.adapters.db.tables import obligation_change
from thidua.adapters.db.tables import report_event
from thidua.adapters.db.types import Instant
from thidua.adapters.db.types import Keys
from thidua.adapters.db.types import is_any_of
from thidua.domain.trail import Checkpoint
from thidua.domain.trail import Seal
from thidua.domain.trail import SealedRow
from thidua.domain.trail import Source
from thidua.domain.trail_check import Rows

__all__ = ["DatabaseTrail"]

#: Names the lock of whoever seals among all advisory locks of the database.
_LOCK: Final = 0x7468_6964_7561_0009
_SHORTENED: Final = ("audit_entry", "audit_seal")


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A table whose rows are sealed, all its columns, and which of them says when."""

    source: Source
    table: Table
    moment: Column[Any]

    def row_of(self) -> Callable[[Any], SealedRow]:
        """Return what turns a row of the table into what is sealed of it."""
        names = tuple(self.table.c.keys())
        moments = tuple(name for name, column in self.table.c.items() if isinstance(column.type, Instant))
        source, when = self.source, self.moment.name

        def convert(row: Any) -> SealedRow:  # noqa: ANN401  a row, in the order of the columns
            values = {name: value for name, value in zip(names, row, strict=True) if value is not None}
            at: datetime = values[when]
            for name in moments:
                if name in values:
                    values[name] = values[name].astimezone(UTC).isoformat()
            return SealedRow(source, values["id"], at, values)

        return convert


_SEALED: Final[Mapping[Source, _Sealed]] = {
    each.source: each
    for each in (
        _Sealed(Source.AUDIT, audit_entry, audit_entry.c.happened_at),
        _Sealed(Source.REPORTS, report_event, report_event.c.happened_at),
        _Sealed(Source.OBLIGATIONS, obligation_change, obligation_change.c.changed_at),
    )
}
_ROWS: Final = {
    source: select(each.table).where(is_any_of(each.table.c.id, bindparam("ids", type_=Keys())))
    for source, each in _SEALED.items()
}
_CONVERTERS: Final = {source: each.row_of() for source, each in _SEALED.items()}
_SEALS: Final = (
    select(audit_seal).where(audit_seal.c.seq > bindparam("after")).order_by(audit_seal.c.seq).limit(bindparam("most"))
)
_NEWEST_ID: Final = (
    select(audit_seal.c.source_id)
    .where(audit_seal.c.source == bindparam("source"))
    .order_by(audit_seal.c.source_id.desc())
    .limit(1)
)
# Both sides are bounded from below, so that the work is that of the few newest rows, however many
# there are and whatever plan is chosen.
_UNSEALED: Final = {
    source: select(each.table)
    .where(
        each.table.c.id > bindparam("floor"),
        ~exists().where(
            audit_seal.c.source == source.value,
            audit_seal.c.source_id == each.table.c.id,
            audit_seal.c.source_id > bindparam("floor"),
        ),
    )
    .order_by(each.table.c.id)
    .limit(bindparam("most"))
    for source, each in _SEALED.items()
}
_OLDEST: Final = {
    source: select(each.moment).where(each.table.c.id > bindparam("floor")).order_by(each.table.c.id).limit(1)
    for source, each in _SEALED.items()
}


class DatabaseTrail:
    """The port ``Trail``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def _is_sqlite(self) -> bool:
        return self._connection.dialect.name == "sqlite"

    def try_to_hold(self) -> bool:
        """Make sure that nobody else seals until the transaction ends; False if somebody does."""
        if self._is_sqlite:
            # Whoever is in a writing transaction is the one writer.
            return True
        held: bool = self._connection.execute(select(func.pg_try_advisory_xact_lock(_LOCK))).scalar_one()
        return held

    def head(self) -> Seal | None:
        """Return the newest seal."""
        row = self._connection.execute(select(audit_seal).order_by(audit_seal.c.seq.desc()).limit(1)).one_or_none()
        return None if row is None else _seal(row)

    def checkpoint(self) -> Checkpoint | None:
        """Return what the chain goes on from, None where nothing was ever archived."""
        newest = select(audit_checkpoint).order_by(audit_checkpoint.c.seq.desc()).limit(1)
        row = self._connection.execute(newest).one_or_none()
        if row is None:
            return None
        return Checkpoint(row.seq, row.digest, row.made_at, row.archive, row.floors, row.key_id, row.mac)

    def seals(self, after: int, limit: int) -> tuple[Seal, ...]:
        """Return seals by number, those above ``after``."""
        return tuple(map(_seal, self._connection.execute(_SEALS, {"after": after, "most": limit})))

    def rows(self, seals: Collection[Seal]) -> Rows:
        """Return the rows that some seals are about, as far as there are any."""
        found: dict[tuple[Source, int], SealedRow] = {}
        for source, statement in _ROWS.items():
            if ids := [seal.source_id for seal in seals if seal.source is source]:
                convert = _CONVERTERS[source]
                found |= {(source, row[0]): convert(row) for row in self._connection.execute(statement, {"ids": ids})}
        return found

    def unsealed(self, source: Source, *, look_back: int | None, limit: int) -> tuple[SealedRow, ...]:
        """Return rows without a seal by id, those above the newest sealed id less ``look_back`` (None: all).

        Ids are handed out before their transactions end, so a row may appear below one that is sealed
        already; ``look_back`` is how many ids may have been handed out and sealed while the slowest
        transaction was open. Gaps, which transactions that were given up leave, cost nothing.
        """
        floor = -1 if look_back is None else self._newest_id(source) - look_back
        rows = self._connection.execute(_UNSEALED[source], {"floor": floor, "most": limit})
        return tuple(map(_CONVERTERS[source], rows))

    def oldest_unsealed_at(self) -> datetime | None:
        """Return the moment of the oldest row above the newest sealed ones, None where there is none."""
        moments = (
            self._connection.execute(statement, {"floor": self._newest_id(source)}).scalar_one_or_none()
            for source, statement in _OLDEST.items()
        )
        return min((moment for moment in moments if moment is not None), default=None)

    def add(self, seals: Sequence[Seal]) -> None:
        """Write seals."""
        insert_all(
            self._connection,
            audit_seal,
            [(each.seq, each.source.value, each.source_id, each.key_id, each.digest, each.sealed_at) for each in seals],
        )

    def forget(self, through: int, checkpoint: Checkpoint) -> None:
        """Put a checkpoint in place of the seals up to one, and of the audit entries they seal."""
        self._connection.execute(
            insert(audit_checkpoint),
            {
                "seq": checkpoint.seq,
                "digest": checkpoint.digest,
                "made_at": checkpoint.made_at,
                "archive": checkpoint.archive,
                "floors": dict(checkpoint.floors),
                "key_id": checkpoint.key_id,
                "mac": checkpoint.mac,
            },
        )
        archived = select(audit_seal.c.source_id).where(
            audit_seal.c.source == Source.AUDIT.value, audit_seal.c.seq <= through
        )
        allow, forbid = self._sqlite_triggers() if self._is_sqlite else _postgresql_triggers()
        for statement in allow:
            self._connection.execute(text(statement))
        self._connection.execute(delete(audit_entry).where(audit_entry.c.id.in_(archived)))
        self._connection.execute(delete(audit_seal).where(audit_seal.c.seq <= through))
        for statement in forbid:
            self._connection.execute(text(statement))

    def _newest_id(self, source: Source) -> int:
        found: int | None = self._connection.execute(_NEWEST_ID, {"source": source.value}).scalar_one_or_none()
        return -1 if found is None else found

    def _sqlite_triggers(self) -> tuple[list[str], list[str]]:
        """Return what takes the tables' triggers away, and what brings them back as they were."""
        found = text("SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'")
        rows = [row for row in self._connection.execute(found) if row.tbl_name in _SHORTENED]
        return [f"DROP TRIGGER {row.name}" for row in rows], [row.sql for row in rows]


def _postgresql_triggers() -> tuple[list[str], list[str]]:
    return _turned("DISABLE"), _turned("ENABLE")


def _turned(how: str) -> list[str]:
    return [f"ALTER TABLE {table} {how} TRIGGER {table}_refuse_change" for table in _SHORTENED]


def _seal(row: Any) -> Seal:  # noqa: ANN401  a row of the table, in its order
    return Seal(row[0], Source(row[1]), row[2], row[3], row[4], row[5])
