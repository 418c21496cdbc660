"""The stored status documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy import bindparam
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite

from thidua.adapters.db.tables import outbox
from thidua.adapters.db.tables import status
from thidua.application.ports.rows import MOST_ATTEMPTS
from thidua.application.ports.rows import StatusRow

__all__ = ["DatabaseStatuses"]

# Documents are locked before they exist, so the lock is on their name. The rows of unnest come in
# the order of the arrays, and so do the locks.
_LOCK = text(
    "SELECT count(pg_advisory_xact_lock(hashtextextended(key.campaign || chr(10) || key.period, 7468)))"
    " FROM unnest(CAST(:campaigns AS text[]), CAST(:periods AS text[])) AS key (campaign, period)"
)
_THIS = (status.c.campaign_code == bindparam("campaign_code"), status.c.period_code == bindparam("period_code"))
_GET = select(status).where(*_THIS)
_WAITING = (
    select(func.count())
    .select_from(outbox)
    .where(
        outbox.c.applied_at.is_(None),
        outbox.c.attempts < MOST_ATTEMPTS,
        outbox.c.campaign_code == bindparam("campaign_code"),
    )
    .scalar_subquery()
)
_VERSION = select(status.c.version, _WAITING).where(*_THIS)
_EXPIRED = (
    select(status.c.campaign_code, status.c.period_code)
    .where(status.c.valid_until <= bindparam("now", type_=status.c.valid_until.type))
    .order_by(status.c.campaign_code, status.c.period_code)
)


def _put(new: postgresql.Insert | sqlite.Insert) -> postgresql.Insert | sqlite.Insert:
    replaced = {name: new.excluded[name] for name in ("document", "digest", "computed_at", "valid_until")}
    return new.on_conflict_do_update(
        index_elements=[status.c.campaign_code, status.c.period_code],
        set_=replaced | {"version": status.c.version + 1},
    )


_PUT = {"postgresql": _put(postgresql.insert(status)), "sqlite": _put(sqlite.insert(status))}


class DatabaseStatuses:
    """The port ``Statuses``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, keys: Sequence[tuple[str, str]]) -> None:
        """Lock (campaign, period) documents in the given, sorted order, until the transaction ends.

        SQLite's transaction has locked everything already.
        """
        if keys and self._connection.dialect.name == "postgresql":
            campaigns, periods = zip(*keys, strict=True)
            self._connection.execute(_LOCK, {"campaigns": list(campaigns), "periods": list(periods)})

    def get(self, campaign_code: str, period_code: str) -> StatusRow | None:
        """Return a stored document."""
        wanted = {"campaign_code": campaign_code, "period_code": period_code}
        row = self._connection.execute(_GET, wanted).one_or_none()
        return None if row is None else StatusRow(*row)

    def version(self, campaign_code: str, period_code: str) -> tuple[int, int] | None:
        """Return (document version, outbox rows waiting in the campaign): one cheap read for the ETag."""
        wanted = {"campaign_code": campaign_code, "period_code": period_code}
        row = self._connection.execute(_VERSION, wanted).one_or_none()
        return None if row is None else (row[0], row[1])

    def put(self, row: StatusRow) -> None:
        """Replace a document; the stored version becomes one more than before."""
        self._connection.execute(
            _PUT[self._connection.dialect.name],
            {
                "campaign_code": row.campaign_code,
                "period_code": row.period_code,
                "document": dict(row.document),
                "digest": row.digest,
                "version": 1,
                "computed_at": row.computed_at,
                "valid_until": row.valid_until,
            },
        )

    def expired(self, now: datetime) -> tuple[tuple[str, str], ...]:
        """Return (campaign, period) of documents whose ``valid_until`` has passed."""
        rows = self._connection.execute(_EXPIRED, {"now": now})
        return tuple((row.campaign_code, row.period_code) for row in rows)
