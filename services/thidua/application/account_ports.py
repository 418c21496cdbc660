"""What use cases need of people, their sessions and tokens."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from thidua.application.rows import SessionRow
from thidua.application.rows import TokenRow
from thidua.domain.accounts import Account
from thidua.domain.accounts import Membership

__all__ = ["Accounts"]


class Accounts(Protocol):
    """People, sessions, tokens. Digests are SHA-256 hex of the secret."""

    def by_name(self, name: str) -> Account | None:
        """Find an account by its sign-in name (stored in lower case)."""
        ...

    def by_id(self, account_id: int) -> Account | None:
        """Find an account by its id."""
        ...

    def by_session(self, digest: str, now: datetime, seen_after: datetime) -> SessionRow | None:
        """Return a session of an enabled account that has not ended, expired or been left alone too long."""
        ...

    def by_token(self, digest: str, now: datetime) -> Account | None:
        """Return the enabled account of a token that has not expired."""
        ...

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
        ...

    def set_password(self, account_id: int, password_hash: str) -> None:
        """Replace the password, end the account's sessions and forget the machines it is known on."""
        ...

    def replace_hash(self, account_id: int, old: str, new: str) -> None:
        """Store another hash of the same password, unless the password has been changed meanwhile."""
        ...

    def start_session(
        self,
        digest: str,
        account_id: int,
        now: datetime,
        expires_at: datetime,
        *,
        second_factor_at: datetime | None = None,
    ) -> None:
        """Store a session of somebody who has just shown who it is."""
        ...

    def see_session(self, digest: str, now: datetime) -> None:
        """Note that somebody is there."""
        ...

    def renew_session(
        self, digest: str, new_digest: str, now: datetime, *, second_factor_at: datetime | None = None
    ) -> bool:
        """Give a session another secret, its person having shown who it is; False if it has ended.

        ``second_factor_at`` is set where one was shown, and stays as it was otherwise.
        """
        ...

    def end_sessions(self, account_id: int, *, but: str = "") -> None:
        """End an account's sessions, but the one with this digest."""
        ...

    def end_session(self, digest: str) -> None:
        """Delete a session; silent if there is none."""
        ...

    def add_token(self, token: TokenRow) -> None:
        """Store an API token."""
        ...

    def names(self, account_ids: Iterable[int]) -> Mapping[int, str]:
        """Return full names by account id."""
        ...

    def count(self) -> int:
        """Count the accounts."""
        ...
