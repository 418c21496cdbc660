"""Sessions and tokens as their people see them, and what the trail tells of an account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement
from sqlalchemy import Connection
from sqlalchemy import Table
from sqlalchemy import bindparam
from sqlalchemy import delete
from sqlalchemy import func
from sqlalchemy import or_
from sqlalchemy import select
from sqlalchemy import update

from thidua.adapters.db.tables import account
from thidua.adapters.db.tables import api_token
from thidua.adapters.db.tables import audit_entry
from thidua.adapters.db.tables import pending_sign_in
from thidua.adapters.db.tables import session
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import is_any_of
from thidua.application.ports.account_ports import HANDLE_LENGTH
from thidua.application.ports.account_ports import Happening
from thidua.application.ports.account_ports import SessionSeen
from thidua.application.ports.account_ports import TokenSeen
from thidua.domain.accounts import Origin
from thidua.domain.audit import Act
from thidua.domain.audit import Outcome
from thidua.domain.audit import Thing

__all__ = ["DatabaseVisits"]

_ABOUT: Final = (
    select(audit_entry)
    .where(
        audit_entry.c.thing == bindparam("wanted_thing"),
        audit_entry.c.key == bindparam("wanted_key"),
        is_any_of(audit_entry.c.act, bindparam("acts", type_=Texts)),
    )
    .order_by(audit_entry.c.id.desc())
    .limit(bindparam("most"))
)


class DatabaseVisits:
    """The port ``Visits``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def sessions(self, account_id: int, now: datetime) -> tuple[SessionSeen, ...]:
        """Return the sessions that have not expired, newest first."""
        statement = (
            select(session)
            .where(session.c.account_id == account_id, session.c.expires_at > now)
            .order_by(session.c.created_at.desc(), session.c.digest)
        )
        return tuple(
            SessionSeen(
                row.digest[:HANDLE_LENGTH], row.created_at, row.last_seen_at or row.created_at, row.network, row.agent
            )
            for row in self._connection.execute(statement)
        )

    def end_session(self, account_id: int, handle: str) -> bool:
        """End one of the account's sessions; False if there is none of that handle."""
        its = (session.c.account_id == account_id) & _is_called(session, handle)
        return self._connection.execute(delete(session).where(its)).rowcount > 0

    def end_sessions(self, account_id: int, *, but: str = "") -> int:
        """End the account's sessions but one, named by its digest, and its sign-ins under way; returns how many."""
        # Whoever is beginning one holds the account: it is waited for, and ends too.
        self._connection.execute(select(account.c.id).where(account.c.id == account_id).with_for_update())
        self._connection.execute(delete(pending_sign_in).where(pending_sign_in.c.account_id == account_id))
        its = (session.c.account_id == account_id) & (session.c.digest != but)
        return self._connection.execute(delete(session).where(its)).rowcount

    def saw_session(self, digest: str, origin: Origin, now: datetime, before: datetime) -> None:
        """Write down that a session was used, unless that was done at ``before`` or later."""
        seen = session.c.last_seen_at
        its = (session.c.digest == digest) & or_(seen.is_(None), seen < before)
        values = {"last_seen_at": now, "network": origin.network, "agent": origin.agent}
        self._connection.execute(update(session).where(its).values(**values))

    def tokens(self, account_id: int) -> tuple[TokenSeen, ...]:
        """Return the account's tokens, newest first."""
        statement = (
            select(api_token)
            .where(api_token.c.account_id == account_id)
            .order_by(api_token.c.created_at.desc(), api_token.c.digest)
        )
        return tuple(
            TokenSeen(
                row.digest[:HANDLE_LENGTH],
                row.label,
                None if row.scopes is None else tuple(row.scopes),
                row.created_at,
                row.expires_at,
                row.last_used_at,
                row.revoked_at,
            )
            for row in self._connection.execute(statement)
        )

    def revoke_token(self, account_id: int, handle: str, now: datetime) -> bool:
        """Revoke one of the account's tokens; False if there is none of that handle that was good."""
        return self._revoke(_is_called(api_token, handle), account_id, now) > 0

    def revoke_tokens(self, account_id: int, now: datetime) -> int:
        """Revoke all of the account's tokens; returns how many were good."""
        return self._revoke(api_token.c.account_id == account_id, account_id, now)

    def saw_token(self, digest: str, now: datetime, before: datetime) -> None:
        """Write down that a token was used, unless that was done at ``before`` or later."""
        used = api_token.c.last_used_at
        its = (api_token.c.digest == digest) & or_(used.is_(None), used < before)
        self._connection.execute(update(api_token).where(its).values(last_used_at=now))

    def happenings(self, thing: Thing, key: str, acts: Iterable[Act], limit: int) -> tuple[Happening, ...]:
        """Return the newest entries of the trail about one thing, of some acts, newest first."""
        wanted = {"wanted_thing": thing, "wanted_key": key, "acts": [act.value for act in acts], "most": limit}
        return tuple(
            Happening(row.happened_at, Act(row.act), Outcome(row.outcome), row.account_id, row.network, row.detail)
            for row in self._connection.execute(_ABOUT, wanted)
        )

    def _revoke(self, which: ColumnElement[bool], account_id: int, now: datetime) -> int:
        its = (api_token.c.account_id == account_id) & which & api_token.c.revoked_at.is_(None)
        return self._connection.execute(update(api_token).where(its).values(revoked_at=now)).rowcount


def _is_called(table: Table, handle: str) -> ColumnElement[bool]:
    return func.substr(table.c.digest, 1, HANDLE_LENGTH) == handle
