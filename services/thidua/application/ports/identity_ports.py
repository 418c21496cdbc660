"""What use cases need of single sign-on: the provider, and whom of its people an account belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from datetime import datetime
from typing import Protocol

from thidua.domain.single_sign_on import Vouched

__all__ = ["Identities", "IdentitySeen", "Provider"]


@dataclass(frozen=True, slots=True)
class IdentitySeen:
    """A link as people see it; ``linked_by`` None is the operator's command."""

    id: int
    account_id: int
    account_name: str
    issuer: str
    subject: str
    linked_at: datetime
    linked_by: int | None
    used_at: datetime | None


class Provider(Protocol):
    """The one provider that the installation trusts. What it answers is judged before it is believed.

    Every method may raise UnavailableError where the provider does not answer or not as it should.
    """

    @property
    def issuer(self) -> str:
        """Its name in everything it signs."""
        ...

    @property
    def label(self) -> str:
        """Its name on buttons."""
        ...

    def address(self, *, state: str, nonce: str, verifier: str, again: bool) -> str:
        """Return where the browser goes; ``again``: the person shall show anew who it is."""
        ...

    def redeem(self, *, code: str, verifier: str, nonce: str, issuer: str | None, now: datetime) -> Vouched:
        """Exchange a code for what the provider vouches for.

        Args:
            code: as the browser brought it.
            verifier: of the challenge that the address held.
            nonce: that the address held.
            issuer: who says to have sent the browser, None if nobody does.
            now: the real time.

        Raises:
            NotSignedInError: something is wrong with it; the subject is a short word for what.
            BusyError: too many ask at once.
        """
        ...

    def leaving_address(self) -> str:
        """Return where people end their session at the provider, empty if that is not known."""
        ...

    def check(self) -> None:
        """Ask anew for what the provider announces; raises where people could not sign in."""
        ...


class Identities(Protocol):
    """Which person of which provider signs in to which account."""

    def find(self, issuer: str, subject: str) -> IdentitySeen | None:
        """Return the link of a provider's person."""
        ...

    def of(self, account_id: int) -> tuple[IdentitySeen, ...]:
        """Return the account's links, oldest first."""
        ...

    def all(self) -> Sequence[IdentitySeen]:
        """Return every link, by account."""
        ...

    def add(self, account_id: int, issuer: str, subject: str, *, by: int | None, now: datetime) -> int:
        """Link a provider's person to an account; returns the link's id.

        Raises:
            ConflictError: that person is linked already.
        """
        ...

    def remove(self, account_id: int, identity_id: int) -> bool:
        """Remove one of the account's links; False if it has none of that id."""
        ...

    def used(self, identity_id: int, now: datetime) -> bool:
        """Write down that somebody signs in by it; False if it is there no more."""
        ...

    def linked_admins(self, issuer: str, today: date) -> frozenset[int]:
        """Return the enabled accounts that manage accounts today and are linked to the provider."""
        ...

    def use_up(self, digest: str, now: datetime, expires_at: datetime) -> bool:
        """Use up a trip to the provider; False if that was done before. Forgets what has expired."""
        ...
