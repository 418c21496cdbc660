"""What use cases need of the people: accounts, memberships, codes, sessions and tokens.

A *handle* names a session or a token where people and pages speak of it: the first letters of its
digest, of no use to anybody who wants to come in with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from thidua.application.ports.rows import SessionRow
from thidua.application.ports.rows import TokenRow
from thidua.domain.accounts import Account
from thidua.domain.accounts import CodeKind
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Origin
from thidua.domain.accounts import Role
from thidua.domain.audit import Act
from thidua.domain.audit import Outcome
from thidua.domain.audit import Thing

__all__ = [
    "HANDLE_LENGTH",
    "AccountLine",
    "Accounts",
    "Happening",
    "Invitations",
    "MembershipSeen",
    "Memberships",
    "Prepared",
    "SessionSeen",
    "Standing",
    "TokenSeen",
    "Visits",
]

HANDLE_LENGTH = 16


class Standing(StrEnum):
    """How an account stands, as the list of accounts is filtered."""

    DISABLED = "disabled"
    NEVER_SIGNED_IN = "never_signed_in"


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account as lists show it."""

    id: int
    name: str
    full_name: str
    position: str
    disabled_at: datetime | None
    last_signed_in_at: datetime | None


@dataclass(frozen=True, slots=True)
class MembershipSeen:
    """A membership with who gave and who ended it (None: the operator, or nobody yet)."""

    id: int
    account_id: int
    held: Membership
    given_at: datetime | None
    given_by: int | None
    ended_at: datetime | None
    ended_by: int | None

    def is_over(self, today: date) -> bool:
        """Tell whether it is held no more and never will be."""
        return self.ended_at is not None or (self.held.valid_to is not None and self.held.valid_to <= today)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A membership that waits for somebody who may give it; it holds nothing."""

    id: int
    account_id: int
    wished: Membership
    prepared_at: datetime
    prepared_by: int


@dataclass(frozen=True, slots=True)
class SessionSeen:
    """A session as its person sees it."""

    handle: str
    started_at: datetime
    seen_at: datetime
    network: str
    agent: str


@dataclass(frozen=True, slots=True)
class TokenSeen:
    """A token as its person sees it; ``scopes`` None: all that the account may."""

    handle: str
    label: str
    scopes: tuple[str, ...] | None
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Happening:
    """An entry of the audit trail about an account, as its person sees it."""

    happened_at: datetime
    act: Act
    outcome: Outcome
    account_id: int | None
    network: str
    detail: Mapping[str, object]


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
        """Return the enabled account of a token that has not expired or been revoked."""
        ...

    def last_signed_in(self, account_id: int) -> datetime | None:
        """Return when an account's person last came in; None: never."""
        ...

    def lines(
        self, today: date, *, role: Role | None, unit_code: str | None, standing: Standing | None
    ) -> tuple[AccountLine, ...]:
        """Return the accounts that hold a role, one in a unit, and stand somehow, by name; all where None is asked."""
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

    def change_password(self, account_id: int, password_hash: str) -> None:
        """Replace the password; sessions go on."""
        ...

    def change(self, account_id: int, *, full_name: str, position: str) -> None:
        """Replace what people read of an account."""
        ...

    def disable(self, account_id: int, now: datetime) -> bool:
        """Let an account in no more; False if it was disabled."""
        ...

    def enable(self, account_id: int) -> bool:
        """Let an account in again; False if it was not disabled."""
        ...

    def hold(self, account_id: int) -> None:
        """Keep other transactions from holding the account until this one ends."""
        ...

    def tell(self, account_id: int, now: datetime) -> None:
        """Leave word that something changed about how the account signs in or what it may do."""
        ...

    def news_read(self, account_id: int, now: datetime) -> None:
        """Write down that its person has read what changed."""
        ...

    def erase(self, account_id: int, *, name: str, full_name: str, now: datetime) -> None:
        """Put other names in place of a person's, and disable the account, without its sessions and tokens."""
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
        origin: Origin = ...,
        *,
        second_factor_at: datetime | None = None,
        confirmed_at: datetime | None = None,
    ) -> None:
        """Store a session of somebody who has shown who it is, ``confirmed_at`` if that is known."""
        ...

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


class Memberships(Protocol):
    """Who holds which role, and what waits to be confirmed."""

    def of(self, account_ids: Iterable[int]) -> Mapping[int, tuple[MembershipSeen, ...]]:
        """Return the memberships of some accounts by account id, ended ones too, as given."""
        ...

    def get(self, membership_id: int) -> MembershipSeen | None:
        """Return one."""
        ...

    def give(self, account_id: int, held: Membership, *, by: int | None, now: datetime) -> int:
        """Add one; returns its id.

        Raises:
            NotFoundError: there is no such unit.
        """
        ...

    def end(self, membership_id: int, *, on: date | None, by: int | None, now: datetime) -> bool:
        """End one: from a day on, or at once where ``on`` is None; False if it was ended already."""
        ...

    def prepare(self, account_id: int, wished: Membership, *, by: int, now: datetime) -> int:
        """Add one that waits; returns its id.

        Raises:
            NotFoundError: there is no such unit.
        """
        ...

    def waiting(self, account_ids: Iterable[int] | None = None) -> tuple[Prepared, ...]:
        """Return what waits, of some accounts or of all, oldest first."""
        ...

    def settle(self, prepared_id: int, *, by: int, now: datetime) -> Prepared | None:
        """Take one out of what waits, for this transaction alone; None if another did, or there is none."""
        ...

    def confirmed(self, prepared_id: int, membership_id: int) -> None:
        """Write down what a settled one became."""
        ...


class Invitations(Protocol):
    """Single-use codes; digests are SHA-256 hex of the code."""

    def add(
        self, digest: str, account_id: int, kind: CodeKind, *, by: int | None, now: datetime, expires_at: datetime
    ) -> None:
        """Add a code; the account's earlier ones are good no more."""
        ...

    def account_id(self, digest: str, now: datetime) -> int | None:
        """Return whose code it is, None unless it is good and the account enabled."""
        ...

    def use(self, digest: str, now: datetime) -> CodeKind | None:
        """Use a code up, for this transaction alone; None unless it is good and the account enabled."""
        ...

    def withdraw(self, account_id: int, now: datetime) -> None:
        """Make the account's codes good no more."""
        ...

    def open_until(self, account_id: int, now: datetime) -> datetime | None:
        """Return until when the account's newest code is good, None if none is."""
        ...


class Visits(Protocol):
    """Sessions and tokens, and what the trail tells of an account."""

    def sessions(self, account_id: int, now: datetime) -> tuple[SessionSeen, ...]:
        """Return the sessions that have not expired, newest first."""
        ...

    def end_session(self, account_id: int, handle: str) -> bool:
        """End one of the account's sessions; False if there is none of that handle."""
        ...

    def end_sessions(self, account_id: int, *, but: str = "") -> int:
        """End the account's sessions but one, named by its digest, and its sign-ins under way; returns how many."""
        ...

    def saw_session(self, digest: str, origin: Origin, now: datetime, before: datetime) -> None:
        """Write down that a session was used, unless that was done at ``before`` or later."""
        ...

    def tokens(self, account_id: int) -> tuple[TokenSeen, ...]:
        """Return the account's tokens, newest first."""
        ...

    def revoke_token(self, account_id: int, handle: str, now: datetime) -> bool:
        """Revoke one of the account's tokens; False if there is none of that handle that was good."""
        ...

    def revoke_tokens(self, account_id: int, now: datetime) -> int:
        """Revoke all of the account's tokens; returns how many were good."""
        ...

    def saw_token(self, digest: str, now: datetime, before: datetime) -> None:
        """Write down that a token was used, unless that was done at ``before`` or later."""
        ...

    def happenings(self, thing: Thing, key: str, acts: Iterable[Act], limit: int) -> tuple[Happening, ...]:
        """Return the newest entries of the trail about one thing, of some acts, newest first."""
        ...
