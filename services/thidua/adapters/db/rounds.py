"""Notes of which process counts which changes, kept apart from the transactions they tell about.

On PostgreSQL a note is written by a connection of its own while the round's transaction holds the
rows: whoever can lock a row and finds it noted knows that the noting process holds it no more. SQLite
has one writer, so there the note is a short transaction before the round's, and what other threads
of this process have under way is known by memory; another process that comes between the two finds
a note too early, and all that comes of it is that those changes are counted one by one.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Collection
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import BindParameter
from sqlalchemy import Connection
from sqlalchemy import Engine
from sqlalchemy import Row
from sqlalchemy import bindparam
from sqlalchemy import delete
from sqlalchemy import insert
from sqlalchemy import select
from sqlalchemy import text
from sqlalchemy import update

from thidua.adapters.db.tables import outbox
from thidua.adapters.db.tables import round_under_way
from thidua.adapters.db.types import Keys
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import database_now
from thidua.adapters.db.types import is_any_of
from thidua.adapters.db.types import to_json
from thidua.application.ports.rows import MOST_ATTEMPTS

__all__ = ["DatabaseRounds"]

#: A note that nobody met for so long speaks of changes that were counted long ago.
_FORGOTTEN_AFTER = timedelta(days=1)
#: Numbers of changes in a line of the log.
_TOLD = 20

_IDS: BindParameter[object] = bindparam("ids", type_=Keys)
_WAITING_OF = (
    select(outbox.c.id)
    .where(is_any_of(outbox.c.id, _IDS), outbox.c.applied_at.is_(None), outbox.c.attempts < MOST_ATTEMPTS)
    .order_by(outbox.c.id)
    .with_for_update(skip_locked=True)
)
_NOTES = select(
    round_under_way.c.id,
    round_under_way.c.worker,
    round_under_way.c.alone,
    round_under_way.c.changes,
    round_under_way.c.began_at,
    database_now().label("now"),
)
_CHANGES = select(round_under_way.c.changes).where(round_under_way.c.id == bindparam("note"))
_BEGIN = insert(round_under_way).values(began_at=database_now())
# A commit of its own without a write to the disk: what ends a process does not lose it, and what ends
# the server ends the round as well. Returns the notes that were there before.
_BEGIN_ASIDE = text(
    "WITH lazily AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)),"
    " mine AS (INSERT INTO round_under_way (id, worker, began_at, alone, changes)"
    " SELECT :id, :worker, clock_timestamp(), :alone, CAST(:changes AS json) FROM lazily)"
    " SELECT id, worker, alone, changes, began_at, clock_timestamp() AS now FROM round_under_way"
).columns(*_NOTES.selected_columns)
_END = delete(round_under_way).where(
    is_any_of(round_under_way.c.id, bindparam("notes", type_=Texts)),
)
_ALONE = update(outbox).where(outbox.c.id.in_(_WAITING_OF.scalar_subquery())).values(alone=True)
# Two notes may speak of one change; none is tried oftener than the most.
_TRIED = (
    update(outbox)
    .where(is_any_of(outbox.c.id, _IDS), outbox.c.attempts < MOST_ATTEMPTS)
    .values(attempts=outbox.c.attempts + 1)
)

#: Rounds under way in the threads of this process, for SQLite. A child that forks off takes a copy,
#: and ends with its parent.
_live: set[str] = set()

_log = logging.getLogger(__name__)


class DatabaseRounds:
    """The port ``Rounds``."""

    def __init__(self, connection: Connection, aside: Engine) -> None:
        self._connection = connection
        self._aside = aside
        self._is_sqlite = connection.dialect.name == "sqlite"

    def begin(self, note: str, changes: Collection[int], *, alone: bool) -> frozenset[int] | None:
        """Note what is begun, unless a round that ended midway had begun it."""
        ids = sorted(changes)
        values = {"id": note, "worker": f"{socket.gethostname()}/{os.getpid()}", "alone": alone}
        if not self._is_sqlite:
            with self._aside.connect() as connection:
                found = connection.execute(_BEGIN_ASIDE, values | {"changes": to_json(ids)}).all()
            if self._set_apart(ids, found):
                self.end(note)
                return None
            return frozenset(ids)
        if self._set_apart(ids, self._connection.execute(_NOTES).all()):
            return None
        _live.add(note)
        self._connection.execute(_BEGIN, values | {"changes": ids})
        self._connection.commit()
        # Another writer may have come between the two transactions.
        return frozenset(self._connection.execute(_WAITING_OF, {"ids": ids}).scalars())

    def end(self, note: str) -> None:
        """Remove a note."""
        _live.discard(note)
        self._connection.execute(_END, {"notes": [note]})

    def fail(self, note: str) -> None:
        """Set the changes of a round that was rolled back apart, unless another has done so."""
        _live.discard(note)
        changes = self._connection.execute(_CHANGES, {"note": note}).scalar_one_or_none()
        if changes is not None:
            # Rows first, notes then, like everybody: two that wait for each other wait for ever.
            claimed = self._connection.execute(_WAITING_OF, {"ids": changes}).scalars().all()
            self._set_apart(claimed, self._connection.execute(_NOTES).all())

    def _set_apart(self, changes: Collection[int], found: Sequence[Row[Any]]) -> bool:
        """Judge the notes found after changes were claimed; tells whether one speaks of these."""
        claimed = frozenset(changes)
        notes = [row for row in found if row.id not in _live]
        ended = [row for row in notes if not claimed.isdisjoint(row.changes)]
        forgotten = [row for row in notes if row.now - row.began_at > _FORGOTTEN_AFTER]
        if ended or forgotten:
            self._connection.execute(_END, {"notes": [row.id for row in (*ended, *forgotten)]})
        for row in ended:
            if row.alone:
                # Only by who holds the row: nobody counts one attempt twice.
                self._connection.execute(_TRIED, {"ids": row.changes})
            else:
                # Rows that others hold by now: they have met the note as well.
                self._connection.execute(_ALONE, {"ids": row.changes})
            _log.warning("a round of %s ended midway; tried alone from now on: %s", row.worker, row.changes[:_TOLD])
        return bool(ended)
