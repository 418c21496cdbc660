"""Changes waiting to be taken in, and who was seen at work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy import and_
from sqlalchemy import bindparam
from sqlalchemy import func
from sqlalchemy import insert
from sqlalchemy import literal
from sqlalchemy import select
from sqlalchemy import update

from thidua.adapters.db.tables import outbox
from thidua.adapters.db.tables import period
from thidua.adapters.db.tables import report
from thidua.adapters.db.tables import worker_seen
from thidua.adapters.db.types import Keys
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import database_now
from thidua.adapters.db.types import is_any_of
from thidua.adapters.db.upsert import upsert
from thidua.application.rows import MOST_ATTEMPTS
from thidua.application.rows import OutboxRow
from thidua.domain.rollups import shard_of

__all__ = ["DatabaseOutbox"]

#: How many times the rows of a round one part of a backlog may have: what one transaction can hold.
_MORE = 10

_UNAPPLIED = outbox.c.applied_at.is_(None)
_WAITING = and_(_UNAPPLIED, outbox.c.attempts < MOST_ATTEMPTS)
_SET_ASIDE = and_(_UNAPPLIED, outbox.c.attempts >= MOST_ATTEMPTS)

_PEEK = (
    select(
        outbox.c.id,
        outbox.c.report_id,
        outbox.c.campaign_code,
        outbox.c.period_code,
        outbox.c.unit_code,
        outbox.c.created_at,
        outbox.c.attempts,
    )
    .where(_WAITING)
    .order_by(outbox.c.id)
    .limit(bindparam("at_most", type_=outbox.c.id.type))
)
# SQLite leaves FOR UPDATE out; its one writer at a time is the lock.
_CLAIM = _PEEK.with_for_update(skip_locked=True)
_PART = _CLAIM.where(outbox.c.report_id.is_not(None), is_any_of(outbox.c.unit_code, bindparam("units", type_=Texts)))
_DOCUMENTS = _CLAIM.where(outbox.c.report_id.is_(None))
_OLDEST = (
    select(outbox.c.report_id, outbox.c.unit_code)
    .where(_WAITING)
    .order_by(outbox.c.id)
    .limit(bindparam("at_most", type_=outbox.c.id.type))
)
_ALL_UNITS = select(outbox.c.unit_code).distinct().where(_WAITING, outbox.c.report_id.is_not(None))
_ANNOUNCE = insert(outbox).values(created_at=database_now(), unit_code="", attempts=0)
_PLACED = select(
    report.c.id,
    report.c.campaign_code,
    report.c.period_code,
    report.c.unit_code,
    func.row_number().over(partition_by=report.c.unit_code, order_by=period.c.ordinal.desc()).label("place"),
).select_from(
    report.join(period, and_(period.c.campaign_code == report.c.campaign_code, period.c.code == report.c.period_code))
)
_PAST = _PLACED.where(
    report.c.campaign_code == bindparam("campaign_code"), period.c.ordinal < bindparam("ordinal")
).subquery()
_ANNOUNCE_PAST = insert(outbox).from_select(
    ["report_id", "campaign_code", "period_code", "unit_code", "created_at", "attempts"],
    select(_PAST.c.id, _PAST.c.campaign_code, _PAST.c.period_code, _PAST.c.unit_code, database_now(), literal(0)).where(
        _PAST.c.place == 1
    ),
)
_MARK = (
    update(outbox)
    .where(is_any_of(outbox.c.id, bindparam("ids", type_=Keys)), _UNAPPLIED)
    .values(applied_at=bindparam("now", type_=outbox.c.applied_at.type))
)
_COUNT = select(func.count()).select_from(outbox).where(_WAITING)
_COUNT_OF_CAMPAIGN = _COUNT.where(outbox.c.campaign_code == bindparam("campaign_code"))
_COUNT_ASIDE = (
    select(func.count()).select_from(outbox).where(_SET_ASIDE, outbox.c.campaign_code == bindparam("campaign_code"))
)
_ALONE = _CLAIM.where(outbox.c.id == bindparam("id"))
_FAILED = update(outbox).where(outbox.c.id == bindparam("of")).values(attempts=outbox.c.attempts + 1)
_AGAIN = update(outbox).where(_SET_ASIDE).values(attempts=0)
# Those set aside differ rightly, too.
_UNITS = select(outbox.c.unit_code).distinct().where(_UNAPPLIED, outbox.c.campaign_code == bindparam("campaign_code"))


class DatabaseOutbox:
    """The port ``Outbox``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(self, limit: int) -> tuple[OutboxRow, ...]:
        """Lock and return unapplied rows, oldest first, skipping those another drain holds."""
        return tuple(OutboxRow(*row) for row in self._connection.execute(_CLAIM, {"at_most": limit}))

    def claim_part(self, limit: int) -> tuple[OutboxRow, ...]:
        """Lock and return all that waits of one part of the units, or all announced documents.

        The part of the oldest row comes first, then those of the next ``limit`` rows if other drains
        hold it all.
        """
        by_part: dict[int, list[str]] = defaultdict(list)
        for unit_code in self._connection.execute(_ALL_UNITS).scalars():
            by_part[shard_of(unit_code)].append(unit_code)
        tried: set[int | None] = set()
        for report_id, unit_code in self._connection.execute(_OLDEST, {"at_most": limit}).all():
            part = None if report_id is None else shard_of(unit_code)
            if part in tried:
                continue
            tried.add(part)
            at_most: dict[str, object] = {"at_most": _MORE * limit}
            rows = (
                self._connection.execute(_DOCUMENTS, at_most)
                if part is None
                else self._connection.execute(_PART, at_most | {"units": by_part[part]})
            )
            if claimed := tuple(OutboxRow(*row) for row in rows):
                return claimed
        return ()

    def oldest(self, limit: int) -> tuple[OutboxRow, ...]:
        """Return waiting rows, oldest first, and lock none."""
        return tuple(OutboxRow(*row) for row in self._connection.execute(_PEEK, {"at_most": limit}))

    def claim_one(self, row_id: int) -> OutboxRow | None:
        """Lock and return one row, None if it waits no more or another drain holds it."""
        row = self._connection.execute(_ALONE, {"id": row_id, "at_most": 1}).one_or_none()
        return None if row is None else OutboxRow(*row)

    def note_failure(self, row_id: int) -> None:
        """Count one more vain attempt at a row; after the last it is set aside."""
        self._connection.execute(_FAILED, {"of": row_id})

    def set_aside(self, campaign_code: str) -> int:
        """Count a campaign's rows that were set aside."""
        return self._connection.execute(_COUNT_ASIDE, {"campaign_code": campaign_code}).scalar_one()

    def try_again(self) -> int:
        """Let what was set aside wait anew; returns how many rows."""
        return self._connection.execute(_AGAIN).rowcount

    def announce_past(self, campaign_code: str, ordinal: int) -> int:
        """Let the newest report that each unit filed for an earlier period wait to be counted anew; tells how many."""
        announced = self._connection.execute(_ANNOUNCE_PAST, {"campaign_code": campaign_code, "ordinal": ordinal})
        return announced.rowcount

    def announce_documents(self, keys: Iterable[tuple[str, str]]) -> None:
        """Let documents, by (campaign, period), wait to be composed."""
        rows = [{"campaign_code": campaign, "period_code": period} for campaign, period in keys]
        if rows:
            self._connection.execute(_ANNOUNCE, rows)

    def mark_applied(self, ids: Iterable[int], now: datetime) -> None:
        """Mark rows applied, in the transaction of their effect."""
        self._connection.execute(_MARK, {"ids": ids, "now": now})

    def waiting(self, campaign_code: str | None = None) -> int:
        """Count unapplied rows."""
        if campaign_code is None:
            return self._connection.execute(_COUNT).scalar_one()
        return self._connection.execute(_COUNT_OF_CAMPAIGN, {"campaign_code": campaign_code}).scalar_one()

    def waiting_units(self, campaign_code: str) -> frozenset[str]:
        """Return the units with unapplied rows in a campaign."""
        return frozenset(self._connection.execute(_UNITS, {"campaign_code": campaign_code}).scalars())

    def note_work(self, worker: str, now: datetime) -> None:
        """Record that a worker's task did its work."""
        self._connection.execute(upsert(self._connection, worker_seen), {"worker": worker, "worked_at": now})
