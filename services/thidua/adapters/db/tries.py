"""What was tried without success."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy import case
from sqlalchemy import delete
from sqlalchemy import select
from sqlalchemy import update

from thidua.adapters.db.tables import tried
from thidua.adapters.db.upsert import insert_unless_there
from thidua.domain.throttling import Bucket
from thidua.domain.throttling import Tried
from thidua.domain.throttling import forgotten_at

__all__ = ["DatabaseTries"]

#: Rows forgotten with each try: more than a try can add.
_SWEPT = 20


class DatabaseTries:
    """The port ``Tries``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def locked(self, buckets: Sequence[Bucket], now: datetime) -> Mapping[str, Tried]:
        """Return what was tried, by key, and keep others from counting until the transaction's end."""
        keys = sorted({each.key for each in buckets})
        # A row that is not there cannot be locked. Always in the same order, so that nobody waits in a ring.
        for key in keys:
            values = {"bucket": key, "count": 0, "counted_at": now, "free_at": now, "forgotten_at": now}
            self._connection.execute(insert_unless_there(self._connection, tried), values)
        wanted = select(tried).where(tried.c.bucket.in_(keys)).order_by(tried.c.bucket).with_for_update()
        rows = self._connection.execute(wanted).mappings()
        return {row["bucket"]: Tried(row["count"], row["counted_at"], row["free_at"]) for row in rows}

    def write(self, counted: Sequence[tuple[Bucket, Tried]]) -> None:
        """Store counts, and forget some of those that no longer matter."""
        for each, found in counted:
            values = {
                "count": found.count,
                "counted_at": found.counted_at,
                "free_at": found.free_at,
                "forgotten_at": forgotten_at(found, each.limit),
            }
            self._connection.execute(update(tried).where(tried.c.bucket == each.key).values(values))
        now = max(found.counted_at for _, found in counted)
        # Rows that somebody else holds are left to the next: waiting for them could be waiting in a ring.
        old = select(tried.c.bucket).where(tried.c.forgotten_at < now).limit(_SWEPT).with_for_update(skip_locked=True)
        self._connection.execute(delete(tried).where(tried.c.bucket.in_(old.scalar_subquery())))

    def forget(self, keys: Collection[str]) -> None:
        """Forget what was tried."""
        self._connection.execute(delete(tried).where(tried.c.bucket.in_(sorted(keys))))

    def take_back(self, key: str, before: datetime, after: datetime) -> None:
        """Count one try less; where ``free_at`` is still ``after``, it is ``before`` again."""
        less = (
            update(tried)
            .where(tried.c.bucket == key, tried.c.count > 0)
            .values(count=tried.c.count - 1, free_at=case((tried.c.free_at == after, before), else_=tried.c.free_at))
        )
        self._connection.execute(less)
