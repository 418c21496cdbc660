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

from thidua.adapters.db.tables import fact
from thidua.adapters.db.tables import outbox
from thidua.adapters.db.tables import worker_seen
from thidua.adapters.db.types import Keys
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import database_now
from thidua.adapters.db.types import is_any_of
from thidua.adapters.db.upsert import upsert
from thidua.application.ports.round_ports import Pending
from thidua.application.ports.rows import KEPT_ATTEMPTS
from thidua.application.ports.rows import MOST_ATTEMPTS
from thidua.application.ports.rows import OutboxRow
from thidua.domain.cell_sums import shard_of

__all__ = ["DatabaseOutbox"]

#: How many times the rows of a round one part of a backlog may have: what one transaction can hold.
_MORE = 10

_UNAPPLIED = outbox.c.applied_at.is_(None)
_WAITING = and_(_UNAPPLIED, outbox.c.attempts < MOST_ATTEMPTS)
# What may be counted together with others.
_TOGETHER = and_(_WAITING, outbox.c.alone.is_(False))
_SET_ASIDE = and_(_UNAPPLIED, outbox.c.attempts >= MOST_ATTEMPTS)

_AT_MOST = bindparam("at_most", type_=outbox.c.id.type)
_ROW = select(
    outbox.c.id,
    outbox.c.report_id,
    outbox.c.campaign_code,
    outbox.c.period_code,
    outbox.c.unit_code,
    outbox.c.created_at,
    outbox.c.attempts,
)
# SQLite leaves FOR UPDATE out; its one writer at a time is the lock.
_CLAIM = _ROW.where(_TOGETHER).order_by(outbox.c.id).limit(_AT_MOST).with_for_update(skip_locked=True)
_PART = _CLAIM.where(is_any_of(outbox.c.unit_code, bindparam("units", type_=Texts)))
_DOCUMENTS = _CLAIM.where(outbox.c.unit_code == "")
_OLDEST = select(outbox.c.unit_code).where(_TOGETHER).order_by(outbox.c.id).limit(_AT_MOST)
_ALL_UNITS = select(outbox.c.unit_code).distinct().where(_TOGETHER, outbox.c.unit_code != "")
_ANNOUNCE = insert(outbox).values(created_at=database_now(), unit_code="", attempts=0)
_counted = (
    select(fact.c.campaign_code, fact.c.unit_code)
    .where(fact.c.campaign_code == bindparam("campaign_code"))
    .distinct()
    .subquery()
)
_ANNOUNCE_UNITS = (
    insert(outbox)
    .from_select(
        ["campaign_code", "period_code", "unit_code", "created_at", "attempts"],
        select(
            _counted.c.campaign_code,
            bindparam("period_code", type_=outbox.c.period_code.type),
            _counted.c.unit_code,
            database_now(),
            literal(0),
        ).order_by(_counted.c.unit_code),
    )
    .returning(outbox.c.id)
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
_PENDING = select(func.count().filter(outbox.c.alone.is_(False)), func.count().filter(outbox.c.alone.is_(True))).where(
    _WAITING
)
_ALONE = (
    select(outbox.c.id)
    .where(_WAITING, outbox.c.alone.is_(True))
    .order_by(outbox.c.attempts, outbox.c.id)
    .limit(_AT_MOST)
)
_ONE = _ROW.where(_WAITING, outbox.c.id == bindparam("id")).with_for_update(skip_locked=True)
_KEEP = (
    update(outbox)
    .where(is_any_of(outbox.c.id, bindparam("ids", type_=Keys)), _UNAPPLIED)
    .values(attempts=KEPT_ATTEMPTS)
)
_KEPT = and_(
    _UNAPPLIED,
    outbox.c.attempts == KEPT_ATTEMPTS,
    is_any_of(outbox.c.campaign_code, bindparam("campaigns", type_=Texts)),
)
_HAS_KEPT = select(select(outbox.c.id).where(_KEPT).exists())
_LET_GO = update(outbox).where(_KEPT).values(attempts=0)
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
        for unit_code in self._connection.execute(_OLDEST, {"at_most": limit}).scalars().all():
            part = shard_of(unit_code) if unit_code else None
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

    def alone(self, limit: int) -> tuple[int, ...]:
        """Return rows to be tried by themselves, those least often tried first, and lock none."""
        return tuple(self._connection.execute(_ALONE, {"at_most": limit}).scalars())

    def claim_one(self, row_id: int) -> tuple[OutboxRow, ...]:
        """Lock and return one row; nothing if it waits no more or another drain holds it."""
        return tuple(OutboxRow(*row) for row in self._connection.execute(_ONE, {"id": row_id}))

    def set_aside(self, campaign_code: str) -> int:
        """Count a campaign's rows that were set aside."""
        return self._connection.execute(_COUNT_ASIDE, {"campaign_code": campaign_code}).scalar_one()

    def try_again(self) -> int:
        """Let what was set aside wait anew; returns how many rows."""
        return self._connection.execute(_AGAIN).rowcount

    def announce_units(self, campaign_code: str, period_code: str) -> int:
        """Let the units whose numbers are kept in a campaign wait to be counted in a period; returns how many."""
        wanted = {"campaign_code": campaign_code, "period_code": period_code}
        return len(self._connection.execute(_ANNOUNCE_UNITS, wanted).all())

    def announce_documents(self, keys: Iterable[tuple[str, str]]) -> None:
        """Let documents, by (campaign, period), wait to be composed."""
        rows = [{"campaign_code": campaign, "period_code": period} for campaign, period in keys]
        if rows:
            self._connection.execute(_ANNOUNCE, rows)

    def mark_applied(self, ids: Iterable[int], now: datetime) -> None:
        """Mark rows applied, in the transaction of their effect."""
        self._connection.execute(_MARK, {"ids": ids, "now": now})

    def pending(self) -> Pending:
        """Count unapplied rows by how they are to be counted."""
        together, alone = self._connection.execute(_PENDING).one()
        return Pending(together, alone)

    def waiting(self, campaign_code: str | None = None) -> int:
        """Count unapplied rows."""
        if campaign_code is None:
            return self._connection.execute(_COUNT).scalar_one()
        return self._connection.execute(_COUNT_OF_CAMPAIGN, {"campaign_code": campaign_code}).scalar_one()

    def waiting_units(self, campaign_code: str) -> frozenset[str]:
        """Return the units with unapplied rows in a campaign."""
        return frozenset(self._connection.execute(_UNITS, {"campaign_code": campaign_code}).scalars())

    def keep(self, ids: Iterable[int]) -> None:
        """Set rows aside until the plugin of their campaign serves again."""
        self._connection.execute(_KEEP, {"ids": list(ids)})

    def has_kept(self, campaign_codes: Iterable[str]) -> bool:
        """Tell whether rows of some campaigns were kept for their plugin."""
        found: bool = self._connection.execute(_HAS_KEPT, {"campaigns": list(campaign_codes)}).scalar_one()
        return found

    def let_go(self, campaign_codes: Iterable[str]) -> int:
        """Let rows that were kept for their campaigns' plugins wait to be counted."""
        return self._connection.execute(_LET_GO, {"campaigns": list(campaign_codes)}).rowcount

    def note_work(self, worker: str, now: datetime) -> None:
        """Record that a worker's task did its work."""
        self._connection.execute(upsert(self._connection, worker_seen), {"worker": worker, "worked_at": now})
