"""Who may do what, as ``permissions.toml`` beside this module says; every use case asks here on its first line.

Unit roles reach their own unit only, and what lies outside a person's reach does not exist for
that person: the answer is "not found", never "forbidden".
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from thidua.domain.accounts import Actor
from thidua.domain.accounts import Role
from thidua.domain.accounts import is_unit_role
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotFoundError

__all__ = [
    "FIELDS",
    "FREE",
    "GRANTS",
    "PERSON",
    "PUBLIC",
    "ROLES",
    "ROUTES",
    "SMALLEST_SHOWN",
    "Field",
    "Grant",
    "Right",
    "RoleRule",
    "Sight",
    "allows",
    "may_give",
    "needs_second_factor",
    "reaches",
    "reads_whole_statuses",
    "require",
    "require_a_role",
    "require_at_console",
    "require_giver",
    "require_manager",
    "require_person",
    "require_unit",
    "rights_of",
    "sees",
    "sees_all_units",
    "sees_people",
]


class Right(StrEnum):
    """A thing that can be allowed; the file tells what each is."""

    FILE_REPORT = "file_report"
    READ_REPORT = "read_report"
    ACCEPT_REPORT = "accept_report"
    RETURN_REPORT = "return_report"
    WITHDRAW_REPORT = "withdraw_report"
    WRITE_DRAFT = "write_draft"
    SIGN_OFF = "sign_off"
    FILE_ON_BEHALF = "file_on_behalf"
    CHANGE_OBLIGATION = "change_obligation"
    ADD_EVIDENCE = "add_evidence"
    READ_EVIDENCE = "read_evidence"
    READ_STATUS = "read_status"
    READ_PROVISIONAL = "read_provisional"
    READ_JOBS = "read_jobs"
    OPERATE_JOBS = "operate_jobs"
    OPERATE_PLUGINS = "operate_plugins"
    MANAGE_ACCOUNTS = "manage_accounts"
    GIVE_MEMBERSHIPS = "give_memberships"
    READ_AUDIT = "read_audit"
    READ_LINEAGE = "read_lineage"


class Field(StrEnum):
    """A part of things that not everybody may see who may read the things; the file tells what each is."""

    PEOPLE_ROWS = "people_rows"
    PEOPLE_WORDS = "people_words"
    PEOPLE_FILES = "people_files"
    SIGNATURES = "signatures"
    SMALL_COUNTS = "small_counts"
    JOB_INNARDS = "job_innards"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Grant:
    """Who holds a right: for their own unit, and for everything; ``says`` is what people read."""

    says: str
    own: frozenset[Role]
    all: frozenset[Role]

    @property
    def roles(self) -> frozenset[Role]:
        """Whoever holds it at all."""
        return self.own | self.all


@dataclass(frozen=True, slots=True)
class Sight:
    """Who sees a part of things whole, in their own unit's and everywhere, and who reads it masked."""

    says: str
    own: frozenset[Role]
    all: frozenset[Role]
    masked: frozenset[Role]


@dataclass(frozen=True, slots=True)
class RoleRule:
    """What a role is called, and the roles that may make somebody hold it."""

    says: str
    given_by: frozenset[Role]


#: What a route may ask for instead of a right.
PUBLIC = "public"
PERSON = "person"
FREE = frozenset({PUBLIC, PERSON})

_FILE: Mapping[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _roles(names: object) -> frozenset[Role]:
    return frozenset(Role(name) for name in names) if isinstance(names, list) else frozenset()


GRANTS: Mapping[Right, Grant] = {
    Right(name): Grant(table["says"], _roles(table.get("own")), _roles(table.get("all")))
    for name, table in _FILE["rights"].items()
}

FIELDS: Mapping[Field, Sight] = {
    Field(name): Sight(table["says"], _roles(table.get("own")), _roles(table.get("all")), _roles(table.get("masked")))
    for name, table in _FILE["fields"].items()
}

#: Counts of one person up to one fewer than this many are for those alone who see :attr:`Field.SMALL_COUNTS`.
SMALLEST_SHOWN: int = _FILE["small_counts"]["shown_from"]

#: Endpoint to the right it needs, or a word of :data:`FREE`; a word that is neither stops the program.
ROUTES: Mapping[str, str] = {
    endpoint: needed if needed in FREE else Right(needed) for endpoint, needed in _FILE["routes"].items()
}

ROLES: Mapping[Role, RoleRule] = {
    Role(name): RoleRule(table["says"], _roles(table["given_by"])) for name, table in _FILE["roles"].items()
}

#: Roles for which a password alone is not enough.
SECOND_FACTOR = _roles(_FILE["second_factor"]["required"])

_ALL_UNITS = GRANTS[Right.READ_REPORT].all


def allows(actor: Actor, right: Right) -> bool:
    """Tell whether one of the person's roles has the right, and the token, if it came by one, was given it."""
    return not actor.roles.isdisjoint(GRANTS[right].roles) and (actor.scopes is None or right in actor.scopes)


def reaches(actor: Actor, right: Right, unit_code: str) -> bool:
    """Tell whether the right reaches this unit."""
    grant = GRANTS[right]
    return allows(actor, right) and _holds(actor, grant.own, grant.all, unit_code)


def require(actor: Actor, right: Right) -> None:
    """Refuse unless one of the person's roles has the right.

    Raises:
        NotAllowedError: none has.
    """
    if not allows(actor, right):
        raise NotAllowedError("Tài khoản của bạn không được làm việc này.", subject=right)


def require_unit(actor: Actor, right: Right, unit_code: str) -> None:
    """Refuse unless the right reaches this unit.

    Raises:
        NotAllowedError: no role has the right at all.
        NotFoundError: the unit lies outside the person's reach.
    """
    require(actor, right)
    if not reaches(actor, right, unit_code):
        raise NotFoundError("Không tìm thấy đơn vị hoặc báo cáo này.", subject=unit_code)


def require_at_console(actor: Actor | None, right: Right) -> None:
    """Refuse a person without the right; None is whoever sits at the server's console and may do anything there.

    Raises:
        NotAllowedError: none of the person's roles has the right.
    """
    if actor is not None:
        require(actor, right)


def require_a_role(actor: Actor) -> None:
    """Refuse whoever holds no role today.

    Raises:
        NotAllowedError: the person holds none.
    """
    if not actor.roles:
        raise NotAllowedError("Tài khoản của bạn chưa được giao vai trò nào.")


def needs_second_factor(actor: Actor) -> bool:
    """Tell whether a password alone is not enough for one of the person's roles."""
    return actor.is_any(*SECOND_FACTOR)


def sees(actor: Actor, field: Field, unit_code: str = "") -> bool:
    """Tell whether the person sees a part of things whole; ``unit_code`` is the unit that the thing belongs to."""
    sight = FIELDS[field]
    return _holds(actor, sight.own, sight.all, unit_code)


def require_person(actor: Actor) -> None:
    """Refuse a token: what follows is only for the person who is there, such as passwords, tokens and roles.

    Every use case that changes how somebody signs in or what somebody may do asks here.

    Raises:
        NotAllowedError: the request came with a token.
    """
    if actor.scopes is not None:
        raise NotAllowedError("Việc này chỉ người đã đăng nhập làm được, mã truy cập thì không.", subject="token")


def require_manager(actor: Actor | None) -> None:
    """Refuse whoever may not manage accounts; None is the operator's command, which may.

    Raises:
        NotAllowedError: the person may not, or came with a token.
    """
    if actor is not None:
        require(actor, Right.MANAGE_ACCOUNTS)
        require_person(actor)


def require_giver(actor: Actor) -> None:
    """Refuse whoever gives no roles; which ones to whom, :func:`may_give` tells.

    Raises:
        NotAllowedError: the person may not, or came with a token.
    """
    require(actor, Right.GIVE_MEMBERSHIPS)
    require_person(actor)


def rights_of(actor: Actor) -> frozenset[Right]:
    """Return the rights of the person's roles, those a token may be given."""
    return frozenset(right for right in GRANTS if allows(actor, right))


def may_give(actor: Actor, role: Role, unit_code: str | None) -> bool:
    """Tell whether one of the person's roles may make somebody hold a role, in a unit if the role is a unit's."""
    if not allows(actor, Right.GIVE_MEMBERSHIPS):
        return False
    return any(
        held.role in ROLES[role].given_by and (not is_unit_role(held.role) or held.unit_code == unit_code)
        for held in actor.memberships
    )


def sees_all_units(actor: Actor) -> bool:
    """Tell whether the person reads every unit's reports."""
    return actor.is_any(*_ALL_UNITS)


def sees_people(actor: Actor, unit_code: str) -> bool:
    """Tell whether the person may read names in a unit's violation records: the unit and the Office only."""
    return sees(actor, Field.PEOPLE_ROWS, unit_code)


def reads_whole_statuses(actor: Actor) -> bool:
    """Tell whether the person reads statuses with their units, provisional figures and small counts of persons.

    Whoever does not reads what was accepted, added up, without small counts.
    """
    return allows(actor, Right.READ_PROVISIONAL) and sees(actor, Field.SMALL_COUNTS)


def _holds(actor: Actor, own: frozenset[Role], everywhere: frozenset[Role], unit_code: str) -> bool:
    return any(
        held.role in everywhere or (held.role in own and held.unit_code is not None and held.unit_code == unit_code)
        for held in actor.memberships
    )
