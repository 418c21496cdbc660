"""People, their roles and what they may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from datetime import datetime
from enum import StrEnum

__all__ = ["Account", "Actor", "Membership", "Role"]


class Role(StrEnum):
    """What a person does in the campaign."""

    UNIT_REPORTER = "unit_reporter"
    UNIT_HEAD = "unit_head"
    OFFICE = "office"
    LEADER = "leader"
    OBSERVER = "observer"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Membership:
    """A role held for a while, half-open ``[valid_from, valid_to)``; unit roles name their unit."""

    role: Role
    unit_code: str | None
    valid_from: date
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether the role is held on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Account:
    """A person who can sign in. ``password_hash`` is empty while no password was set."""

    id: int
    name: str
    full_name: str
    position: str
    password_hash: str
    disabled_at: datetime | None
    memberships: tuple[Membership, ...]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, with the roles that hold today."""

    account_id: int
    name: str
    full_name: str
    position: str
    memberships: tuple[Membership, ...]

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held."""
        return frozenset(membership.role for membership in self.memberships)

    @property
    def unit_codes(self) -> frozenset[str]:
        """The units the person reports for or heads."""
        return frozenset(membership.unit_code for membership in self.memberships if membership.unit_code)

    def is_any(self, *roles: Role) -> bool:
        """Tell whether the person holds one of the roles."""
        return not self.roles.isdisjoint(roles)
