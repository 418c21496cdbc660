"""Second factors, known machines, sign-ins under way."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy import Delete
from sqlalchemy import Update
from sqlalchemy import delete
from sqlalchemy import func
from sqlalchemy import insert
from sqlalchemy import select
from sqlalchemy import update

from thidua.adapters.db.tables import account
from thidua.adapters.db.tables import known_device
from thidua.adapters.db.tables import pending_sign_in
from thidua.adapters.db.tables import recovery_code
from thidua.adapters.db.tables import second_factor
from thidua.adapters.db.upsert import upsert

__all__ = ["DatabaseCredentials"]


class DatabaseCredentials:
    """The port ``Credentials``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_pending(self, digest: str, account_id: int, now: datetime, expires_at: datetime) -> None:
        """Store that the second factor is asked for; forgets what has expired."""
        of_account = pending_sign_in.c.account_id == account_id
        self._connection.execute(delete(pending_sign_in).where(of_account, pending_sign_in.c.expires_at <= now))
        values = {"digest": digest, "account_id": account_id, "expires_at": expires_at}
        self._connection.execute(insert(pending_sign_in), values)

    def pending(self, digest: str, now: datetime) -> int | None:
        """Return whose sign-in is under way, None if it has expired or ended."""
        wanted = select(pending_sign_in.c.account_id).where(
            pending_sign_in.c.digest == digest, pending_sign_in.c.expires_at > now
        )
        return self._connection.execute(wanted).scalar_one_or_none()

    def end_pending(self, digest: str) -> bool:
        """End a sign-in under way; False if it had ended, so that of two one goes on."""
        return self._has_changed(delete(pending_sign_in).where(pending_sign_in.c.digest == digest))

    def sealed_seed(self, account_id: int) -> str | None:
        """Return the seed of the second factor as it was sealed."""
        wanted = select(second_factor.c.sealed_seed).where(second_factor.c.account_id == account_id)
        return self._connection.execute(wanted).scalar_one_or_none()

    def set_second_factor(self, account_id: int, sealed_seed: str, step: int, now: datetime) -> None:
        """Store a second factor in place of any other; its code of ``step`` is used."""
        values = {"account_id": account_id, "sealed_seed": sealed_seed, "last_step": step, "added_at": now}
        self._connection.execute(upsert(self._connection, second_factor), values)

    def use_step(self, account_id: int, step: int) -> bool:
        """Use up the codes up to a step; False if it was used up before."""
        unused = (second_factor.c.account_id == account_id) & (second_factor.c.last_step < step)
        return self._has_changed(update(second_factor).where(unused).values(last_step=step))

    def remove_second_factor(self, account_id: int) -> bool:
        """Forget the second factor with its recovery codes; False if there is none."""
        self._connection.execute(delete(recovery_code).where(recovery_code.c.account_id == account_id))
        return self._has_changed(delete(second_factor).where(second_factor.c.account_id == account_id))

    def set_recovery_codes(self, account_id: int, digests: Collection[str]) -> None:
        """Store recovery codes in place of any others."""
        self._connection.execute(delete(recovery_code).where(recovery_code.c.account_id == account_id))
        rows = [{"digest": digest, "account_id": account_id} for digest in digests]
        self._connection.execute(insert(recovery_code), rows)

    def use_recovery_code(self, account_id: int, digest: str) -> bool:
        """Use up a recovery code; False if there is no such one (any more)."""
        wanted = (recovery_code.c.account_id == account_id) & (recovery_code.c.digest == digest)
        return self._has_changed(delete(recovery_code).where(wanted))

    def recovery_codes_left(self, account_id: int) -> int:
        """Count the recovery codes that are not used up."""
        counted = select(func.count()).select_from(recovery_code).where(recovery_code.c.account_id == account_id)
        return self._connection.execute(counted).scalar_one()

    def knows_device(self, digest: str, name: str, now: datetime) -> bool:
        """Tell whether a browser is known for an account."""
        known = (
            select(known_device.c.account_id)
            .join(account, account.c.id == known_device.c.account_id)
            .where(known_device.c.digest == digest, known_device.c.expires_at > now, account.c.name == name)
        )
        return self._connection.execute(known).first() is not None

    def is_device(self, digest: str, now: datetime) -> bool:
        """Tell whether a browser is known for anybody."""
        known = select(known_device.c.account_id).where(
            known_device.c.digest == digest, known_device.c.expires_at > now
        )
        return self._connection.execute(known.limit(1)).first() is not None

    def add_device(self, digest: str, account_id: int, now: datetime, expires_at: datetime) -> None:
        """Remember a browser for an account, and forget those that have expired."""
        of_account = known_device.c.account_id == account_id
        self._connection.execute(delete(known_device).where(of_account, known_device.c.expires_at <= now))
        values = {"digest": digest, "account_id": account_id, "expires_at": expires_at}
        self._connection.execute(upsert(self._connection, known_device), values)

    def _has_changed(self, statement: Delete | Update) -> bool:
        return self._connection.execute(statement).rowcount == 1
