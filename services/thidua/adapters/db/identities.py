"""Which person of which provider signs in to which account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from datetime import datetime
from typing import Any
from typing import Final

from sqlalchemy import Connection
from sqlalchemy import Select
from sqlalchemy import UniqueConstraint
from sqlalchemy import delete
from sqlalchemy import insert
from sqlalchemy import or_
from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from thidua.adapters.db.tables import account
from thidua.adapters.db.tables import identity
from thidua.adapters.db.tables import membership
from thidua.adapters.db.tables import used_trip
from thidua.adapters.db.unavailable import breaks
from thidua.application.ports.identity_ports import IdentitySeen
from thidua.domain.accounts import Role
from thidua.domain.errors import ConflictError

__all__ = ["DatabaseIdentities"]

_SEEN: Final = select(identity, account.c.name.label("account_name")).join(
    account, account.c.id == identity.c.account_id
)
_IS_UNIQUE = next(each for each in identity.constraints if isinstance(each, UniqueConstraint))


class DatabaseIdentities:
    """The port ``Identities``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, issuer: str, subject: str) -> IdentitySeen | None:
        """Return the link of a provider's person."""
        its = (identity.c.issuer == issuer) & (identity.c.subject == subject)
        return next(iter(self._found(_SEEN.where(its))), None)

    def of(self, account_id: int) -> tuple[IdentitySeen, ...]:
        """Return the account's links, oldest first."""
        return self._found(_SEEN.where(identity.c.account_id == account_id).order_by(identity.c.id))

    def all(self) -> Sequence[IdentitySeen]:
        """Return every link, by account."""
        return self._found(_SEEN.order_by(account.c.name, identity.c.id))

    def add(self, account_id: int, issuer: str, subject: str, *, by: int | None, now: datetime) -> int:
        """Link a provider's person to an account; raises ConflictError if that person is linked already."""
        values = {"issuer": issuer, "subject": subject, "account_id": account_id, "linked_at": now, "linked_by": by}
        try:
            made = self._connection.execute(insert(identity).returning(identity.c.id), values)
        except IntegrityError as error:
            if breaks(error, _IS_UNIQUE):
                raise ConflictError(
                    "Tài khoản định danh này đã nối với một tài khoản rồi.", subject="subject"
                ) from None
            raise
        linked: int = made.scalar_one()
        return linked

    def remove(self, account_id: int, identity_id: int) -> bool:
        """Remove one of the account's links; False if it has none of that id."""
        its = (identity.c.account_id == account_id) & (identity.c.id == identity_id)
        return self._connection.execute(delete(identity).where(its)).rowcount == 1

    def used(self, identity_id: int, now: datetime) -> bool:
        """Write down that somebody signs in by it; False if it is there no more."""
        its = update(identity).where(identity.c.id == identity_id).values(used_at=now)
        return self._connection.execute(its).rowcount == 1

    def linked_admins(self, issuer: str, today: date) -> frozenset[int]:
        """Return the enabled accounts that manage accounts today and are linked to the provider."""
        statement = (
            select(account.c.id)
            .join(identity, identity.c.account_id == account.c.id)
            .join(membership, membership.c.account_id == account.c.id)
            .where(
                identity.c.issuer == issuer,
                account.c.disabled_at.is_(None),
                membership.c.role == Role.ADMIN,
                membership.c.ended_at.is_(None),
                membership.c.valid_from <= today,
                or_(membership.c.valid_to.is_(None), membership.c.valid_to > today),
            )
        )
        return frozenset(self._connection.execute(statement).scalars())

    def use_up(self, digest: str, now: datetime, expires_at: datetime) -> bool:
        """Use up a trip to the provider; False if that was done before. Forgets what has expired."""
        self._connection.execute(delete(used_trip).where(used_trip.c.expires_at <= now))
        try:
            self._connection.execute(insert(used_trip), {"digest": digest, "expires_at": expires_at})
        except IntegrityError:
            return False
        return True

    def _found(self, statement: Select[Any]) -> tuple[IdentitySeen, ...]:
        return tuple(
            IdentitySeen(
                row.id,
                row.account_id,
                row.account_name,
                row.issuer,
                row.subject,
                row.linked_at,
                row.linked_by,
                row.used_at,
            )
            for row in self._connection.execute(statement)
        )
