"""People, sessions and tokens."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy import UniqueConstraint
from sqlalchemy import bindparam
from sqlalchemy import delete
from sqlalchemy import exists
from sqlalchemy import func
from sqlalchemy import insert
from sqlalchemy import or_
from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from thidua.adapters.db.direct import DirectStatement
from thidua.adapters.db.tables import account
from thidua.adapters.db.tables import api_token
from thidua.adapters.db.tables import identity
from thidua.adapters.db.tables import known_device
from thidua.adapters.db.tables import membership
from thidua.adapters.db.tables import pending_sign_in
from thidua.adapters.db.tables import recovery_code
from thidua.adapters.db.tables import second_factor
from thidua.adapters.db.tables import session
from thidua.adapters.db.types import Instant
from thidua.adapters.db.types import Keys
from thidua.adapters.db.types import is_any_of
from thidua.adapters.db.unavailable import breaks
from thidua.application.ports.account_ports import AccountLine
from thidua.application.ports.account_ports import Standing
from thidua.application.ports.rows import SessionRow
from thidua.application.ports.rows import TokenRow
from thidua.domain.accounts import Account
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Origin
from thidua.domain.accounts import Role
from thidua.domain.errors import ConflictError

__all__ = ["DatabaseAccounts"]

_SEEN_AT = func.coalesce(session.c.last_seen_at, session.c.created_at, type_=Instant)

# One row for each membership, so that a person is one round trip.
_ACCOUNTS = (
    select(
        account,
        membership.c.role,
        membership.c.unit_code,
        membership.c.valid_from,
        membership.c.valid_to,
        second_factor.c.added_at.label("second_factor_added_at"),
    )
    .select_from(
        account.outerjoin(
            membership, (membership.c.account_id == account.c.id) & membership.c.ended_at.is_(None)
        ).outerjoin(second_factor, second_factor.c.account_id == account.c.id)
    )
    .order_by(account.c.id, membership.c.id)
)
_BY_NAME = DirectStatement(_ACCOUNTS.where(account.c.name == bindparam("wanted")))
_BY_ID = DirectStatement(_ACCOUNTS.where(account.c.id == bindparam("wanted")))
_BY_SESSION = DirectStatement(
    _ACCOUNTS.add_columns(_SEEN_AT.label("seen_at"), session.c.confirmed_at, session.c.second_factor_at)
    .join(session, session.c.account_id == account.c.id)
    .where(
        session.c.digest == bindparam("wanted"),
        session.c.expires_at > bindparam("now"),
        bindparam("seen_after", type_=Instant) < _SEEN_AT,
        account.c.disabled_at.is_(None),
    )
)
_BY_TOKEN = DirectStatement(
    _ACCOUNTS.add_columns(api_token.c.last_used_at.label("seen_at"), api_token.c.scopes, api_token.c.made_by)
    .join(api_token, api_token.c.account_id == account.c.id)
    .where(
        api_token.c.revoked_at.is_(None),
        api_token.c.digest == bindparam("wanted"),
        api_token.c.expires_at > bindparam("now"),
        account.c.disabled_at.is_(None),
    )
)
_NAMES = select(account.c.id, account.c.full_name).where(is_any_of(account.c.id, bindparam("ids", type_=Keys)))
_LINES = select(
    account.c.id,
    account.c.name,
    account.c.full_name,
    account.c.position,
    account.c.disabled_at,
    account.c.last_signed_in_at,
).order_by(account.c.name)
_NOWHERE = Origin()
_NAME_IS_UNIQUE = next(each for each in account.constraints if isinstance(each, UniqueConstraint))


class DatabaseAccounts:
    """The port ``Accounts``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_name(self, name: str) -> Account | None:
        """Find an account by its sign-in name."""
        return self._one(_BY_NAME, wanted=name.lower())

    def by_id(self, account_id: int) -> Account | None:
        """Find an account by its id."""
        return self._one(_BY_ID, wanted=account_id)

    def by_session(self, digest: str, now: datetime, seen_after: datetime) -> SessionRow | None:
        """Return a session of an enabled account that has not ended, expired or been left alone too long."""
        rows = _BY_SESSION.rows(self._connection, {"wanted": digest, "now": now, "seen_after": seen_after})
        if not rows:
            return None
        first = rows[0]
        return SessionRow(_account(rows), first["seen_at"], first["confirmed_at"], first["second_factor_at"])

    def by_token(self, digest: str, now: datetime) -> Account | None:
        """Return the enabled account of a token that has not expired or been revoked."""
        return self._one(_BY_TOKEN, wanted=digest, now=now)

    def last_signed_in(self, account_id: int) -> datetime | None:
        """Return when an account's person last came in; None: never."""
        statement = select(account.c.last_signed_in_at).where(account.c.id == account_id)
        moment: datetime | None = self._connection.execute(statement).scalar_one()
        return moment

    def lines(
        self, today: date, *, role: Role | None, unit_code: str | None, standing: Standing | None
    ) -> tuple[AccountLine, ...]:
        """Return the accounts that hold a role, one in a unit, and stand somehow, by name; all where None is asked."""
        statement = _LINES
        if role is not None or unit_code is not None:
            holds = exists().where(
                membership.c.account_id == account.c.id,
                membership.c.ended_at.is_(None),
                membership.c.valid_from <= today,
                or_(membership.c.valid_to.is_(None), membership.c.valid_to > today),
            )
            holds = holds if role is None else holds.where(membership.c.role == role)
            statement = statement.where(
                holds if unit_code is None else holds.where(membership.c.unit_code == unit_code)
            )
        if standing is Standing.DISABLED:
            statement = statement.where(account.c.disabled_at.is_not(None))
        elif standing is Standing.NEVER_SIGNED_IN:
            statement = statement.where(account.c.last_signed_in_at.is_(None))
        return tuple(AccountLine(*row) for row in self._connection.execute(statement))

    def add(
        self,
        *,
        name: str,
        full_name: str,
        position: str,
        password_hash: str,
        memberships: Sequence[Membership],
        now: datetime,
    ) -> int:
        """Add an account; raises ConflictError if the name is taken."""
        statement = insert(account).values(
            name=name.lower(),
            full_name=full_name,
            position=position,
            password_hash=password_hash,
            created_at=now,
        )
        try:
            account_id: int = self._connection.execute(statement.returning(account.c.id)).scalar_one()
        except IntegrityError as error:
            if not breaks(error, _NAME_IS_UNIQUE):
                raise
            raise ConflictError(f"Tên đăng nhập {name.lower()} đã có người dùng.", subject=name) from error
        if memberships:
            self._connection.execute(insert(membership), [_membership_row(account_id, each) for each in memberships])
        return account_id

    def set_password(self, account_id: int, password_hash: str) -> None:
        """Replace the password, end the account's sessions and forget the machines it is known on."""
        changed = update(account).where(account.c.id == account_id).values(password_hash=password_hash)
        self._connection.execute(changed)
        for table in (session, pending_sign_in, known_device):
            self._connection.execute(delete(table).where(table.c.account_id == account_id))

    def erase(self, account_id: int, *, name: str, full_name: str, now: datetime) -> None:
        """Put other names in place of a person's, and disable the account, without its sessions and tokens."""
        stopped = func.coalesce(account.c.disabled_at, now, type_=account.c.disabled_at.type)
        changed = {"name": name, "full_name": full_name, "position": "", "password_hash": "", "disabled_at": stopped}
        self._connection.execute(update(account).where(account.c.id == account_id).values(changed))
        for held in (session, api_token, identity, pending_sign_in, known_device, recovery_code, second_factor):
            self._connection.execute(delete(held).where(held.c.account_id == account_id))

    def change_password(self, account_id: int, password_hash: str) -> None:
        """Replace the password; sessions go on, but not those that the former one has only begun."""
        self._change(account_id, password_hash=password_hash)
        self._connection.execute(delete(pending_sign_in).where(pending_sign_in.c.account_id == account_id))

    def change(self, account_id: int, *, full_name: str, position: str) -> None:
        """Replace what people read of an account."""
        self._change(account_id, full_name=full_name, position=position)

    def disable(self, account_id: int, now: datetime) -> bool:
        """Let an account in no more; False if it was disabled."""
        disabled = update(account).where(account.c.id == account_id, account.c.disabled_at.is_(None))
        return self._connection.execute(disabled.values(disabled_at=now)).rowcount == 1

    def enable(self, account_id: int) -> bool:
        """Let an account in again; False if it was not disabled."""
        enabled = update(account).where(account.c.id == account_id, account.c.disabled_at.is_not(None))
        return self._connection.execute(enabled.values(disabled_at=None)).rowcount == 1

    def hold(self, account_id: int) -> None:
        """Keep other transactions from holding the account until this one ends; SQLite's only writer holds all."""
        self._connection.execute(select(account.c.id).where(account.c.id == account_id).with_for_update())

    def tell(self, account_id: int, now: datetime) -> None:
        """Leave word that something changed about how the account signs in or what it may do."""
        self._change(account_id, news_at=now)

    def news_read(self, account_id: int, now: datetime) -> None:
        """Write down that its person has read what changed."""
        self._change(account_id, news_read_at=now)

    def replace_hash(self, account_id: int, old: str, new: str) -> None:
        """Store another hash of the same password, unless the password has been changed meanwhile."""
        same = (account.c.id == account_id) & (account.c.password_hash == old)
        self._connection.execute(update(account).where(same).values(password_hash=new))

    def start_session(
        self,
        digest: str,
        account_id: int,
        now: datetime,
        expires_at: datetime,
        origin: Origin = _NOWHERE,
        *,
        second_factor_at: datetime | None = None,
        confirmed_at: datetime | None = None,
    ) -> None:
        """Store a session of somebody who has shown who it is, and forget the account's expired ones."""
        self._change(account_id, last_signed_in_at=now)
        expired = (session.c.account_id == account_id) & (session.c.expires_at <= now)
        self._connection.execute(delete(session).where(expired))
        values = {
            "digest": digest,
            "account_id": account_id,
            "created_at": now,
            "expires_at": expires_at,
            "last_seen_at": now,
            "network": origin.network,
            "agent": origin.agent,
            "confirmed_at": confirmed_at,
            "second_factor_at": second_factor_at,
        }
        self._connection.execute(insert(session), values)

    def renew_session(
        self,
        digest: str,
        new_digest: str,
        now: datetime,
        *,
        confirmed_at: datetime | None = None,
        second_factor_at: datetime | None = None,
    ) -> bool:
        """Give a session another secret, its person having shown who it is; False if it has ended.

        That was shown now, unless ``confirmed_at`` says when.
        ``second_factor_at`` is set where one was shown, and stays as it was otherwise.
        """
        values: dict[str, object] = {"digest": new_digest, "last_seen_at": now, "confirmed_at": confirmed_at or now}
        if second_factor_at is not None:
            values["second_factor_at"] = second_factor_at
        renewed = update(session).where(session.c.digest == digest).values(values)
        return self._connection.execute(renewed).rowcount == 1

    def end_session(self, digest: str) -> None:
        """Delete a session; silent if there is none."""
        self._connection.execute(delete(session).where(session.c.digest == digest))

    def add_token(self, token: TokenRow) -> None:
        """Store an API token."""
        self._connection.execute(
            insert(api_token),
            {
                "digest": token.digest,
                "account_id": token.account_id,
                "label": token.label,
                "created_at": token.created_at,
                "expires_at": token.expires_at,
                "scopes": None if token.scopes is None else list(token.scopes),
                "made_by": token.made_by,
            },
        )

    def names(self, account_ids: Iterable[int]) -> Mapping[int, str]:
        """Return full names by account id."""
        rows = self._connection.execute(_NAMES, {"ids": account_ids})
        return {row.id: row.full_name for row in rows}

    def count(self) -> int:
        """Count the accounts."""
        return self._connection.execute(select(func.count()).select_from(account)).scalar_one()

    def _change(self, account_id: int, **values: object) -> None:
        self._connection.execute(update(account).where(account.c.id == account_id).values(**values))

    def _one(self, statement: DirectStatement, **wanted: object) -> Account | None:
        rows = statement.rows(self._connection, wanted)
        return _account(rows) if rows else None


def _account(rows: Sequence[Mapping[str, Any]]) -> Account:
    first = rows[0]
    return Account(
        id=first["id"],
        name=first["name"],
        full_name=first["full_name"],
        position=first["position"],
        password_hash=first["password_hash"],
        disabled_at=first["disabled_at"],
        memberships=tuple(
            Membership(Role(row["role"]), row["unit_code"], row["valid_from"], row["valid_to"])
            for row in rows
            if row["role"] is not None
        ),
        news_at=first["news_at"],
        news_read_at=first["news_read_at"],
        seen_at=first.get("seen_at"),
        scopes=None if first.get("scopes") is None else frozenset(first["scopes"]),
        has_second_factor=first["second_factor_added_at"] is not None,
        token_made_by=first.get("made_by"),
    )


def _membership_row(account_id: int, held: Membership) -> dict[str, object]:
    return {
        "account_id": account_id,
        "role": held.role.value,
        "unit_code": held.unit_code,
        "valid_from": held.valid_from,
        "valid_to": held.valid_to,
    }
