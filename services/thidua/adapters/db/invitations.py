"""Single-use codes by which people set their passwords."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection
from sqlalchemy import bindparam
from sqlalchemy import exists
from sqlalchemy import func
from sqlalchemy import insert
from sqlalchemy import select
from sqlalchemy import update

from thidua.adapters.db.tables import account
from thidua.adapters.db.tables import invitation
from thidua.domain.accounts import CodeKind

__all__ = ["DatabaseInvitations"]

_GOOD: Final = (
    invitation.c.digest == bindparam("wanted"),
    invitation.c.settled_at.is_(None),
    invitation.c.expires_at > bindparam("now"),
    exists().where(account.c.id == invitation.c.account_id, account.c.disabled_at.is_(None)),
)


class DatabaseInvitations:
    """The port ``Invitations``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, digest: str, account_id: int, kind: CodeKind, *, by: int | None, now: datetime, expires_at: datetime
    ) -> None:
        """Add a code; the account's earlier ones are good no more."""
        self.withdraw(account_id, now)
        values = {
            "digest": digest,
            "account_id": account_id,
            "kind": kind.value,
            "made_at": now,
            "made_by": by,
            "expires_at": expires_at,
        }
        self._connection.execute(insert(invitation), values)

    def account_id(self, digest: str, now: datetime) -> int | None:
        """Return whose code it is, None unless it is good and the account enabled."""
        statement = select(invitation.c.account_id).where(*_GOOD)
        return self._connection.execute(statement, {"wanted": digest, "now": now}).scalar_one_or_none()

    def use(self, digest: str, now: datetime) -> CodeKind | None:
        """Use a code up; None unless it is good and the account enabled."""
        used = update(invitation).where(*_GOOD).values(settled_at=now).returning(invitation.c.kind)
        kind = self._connection.execute(used, {"wanted": digest, "now": now}).scalar_one_or_none()
        return None if kind is None else CodeKind(kind)

    def withdraw(self, account_id: int, now: datetime) -> None:
        """Make the account's codes good no more."""
        its = (invitation.c.account_id == account_id) & invitation.c.settled_at.is_(None)
        self._connection.execute(update(invitation).where(its).values(settled_at=now))

    def open_until(self, account_id: int, now: datetime) -> datetime | None:
        """Return until when the account's newest code is good, None if none is."""
        statement = select(func.max(invitation.c.expires_at)).where(
            invitation.c.account_id == account_id, invitation.c.settled_at.is_(None), invitation.c.expires_at > now
        )
        found: datetime | None = self._connection.execute(statement).scalar_one()
        return found
