"""People, their roles and what they may see."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from datetime import date
from datetime import datetime
from enum import StrEnum

__all__ = ["Account", "Actor", "CodeKind", "Door", "Membership", "Origin", "Role", "is_unit_role"]


class Role(StrEnum):
    """What a person does in the campaign."""

    UNIT_REPORTER = "unit_reporter"
    UNIT_HEAD = "unit_head"
    OFFICE = "office"
    LEADER = "leader"
    OBSERVER = "observer"
    ADMIN = "admin"


def is_unit_role(role: Role) -> bool:
    """Tell whether a role is held within one unit."""
    return role in {Role.UNIT_REPORTER, Role.UNIT_HEAD}


class CodeKind(StrEnum):
    """What a single-use code is for: the first password, or a new one."""

    INVITATION = "invitation"
    RESET = "reset"


class Door(StrEnum):
    """Which way a request came in."""

    WEB = "web"
    API = "api"
    COMMAND = "command"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from: its door, the id in its log lines, the network address, the browser's name.

    ``network`` and ``agent`` are what the connection says, cut to a sane length; empty where there is none.
    """

    door: Door = Door.COMMAND
    request_id: str = ""
    network: str = ""
    agent: str = ""


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
    """A person who can sign in.

    ``password_hash`` is empty while no password was set; ``has_second_factor`` tells whether a code is
    asked for besides.

    ``memberships`` are those not ended early, of whatever days. ``seen_at`` and ``scopes`` belong to the
    session or token by which the account was found: when that was last written down as used, and the
    rights a token was given (None: made before there were scopes). ``token_made_by`` is who made that token,
    None for the operator's command.
    """

    id: int
    name: str
    full_name: str
    position: str
    password_hash: str
    disabled_at: datetime | None
    memberships: tuple[Membership, ...]
    has_second_factor: bool = False
    news_at: datetime | None = None
    news_read_at: datetime | None = None
    seen_at: datetime | None = None
    scopes: frozenset[str] | None = None
    token_made_by: int | None = None

    @property
    def has_news(self) -> bool:
        """Tell whether something changed about the account that its person has not marked as read."""
        return self.news_at is not None and (self.news_read_at is None or self.news_read_at < self.news_at)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, with the roles that hold today, and where the request came from.

    ``confirmed_at`` is when the person last showed who it is, None where a token or the operator's
    command asks. Who ``lacks_second_factor`` that the roles call for has no role before setting one up.

    ``scopes`` are the rights that a token was given, None for a person who is there and may do all
    that the roles allow.
    """

    account_id: int
    name: str
    full_name: str
    position: str
    memberships: tuple[Membership, ...]
    origin: Origin = field(default=Origin(), compare=False)
    scopes: frozenset[str] | None = None
    has_news: bool = field(default=False, compare=False)
    confirmed_at: datetime | None = field(default=None, compare=False)
    lacks_second_factor: bool = False

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
