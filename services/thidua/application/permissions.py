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
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotFoundError

__all__ = [
    "FREE",
    "GRANTS",
    "PERSON",
    "PUBLIC",
    "ROUTES",
    "SECOND_FACTOR",
    "Grant",
    "Right",
    "allows",
    "require",
    "require_unit",
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
    MANAGE_ACCOUNTS = "manage_accounts"
    READ_AUDIT = "read_audit"


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

#: Endpoint to the right it needs, or a word of :data:`FREE`.
ROUTES: Mapping[str, str] = _FILE["routes"]

#: Roles for which a password alone is not enough.
SECOND_FACTOR = _roles(_FILE["second_factor"]["required"])

_READ_PEOPLE = _roles(_FILE["people"]["all"])
_ALL_UNITS = GRANTS[Right.READ_REPORT].all


def allows(actor: Actor, right: Right) -> bool:
    """Tell whether one of the person's roles has the right, and the token, if it came by one, was given it."""
    return not actor.roles.isdisjoint(GRANTS[right].roles) and (actor.scopes is None or right in actor.scopes)


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
    grant = GRANTS[right]
    for membership in actor.memberships:
        if membership.role in grant.all or (membership.role in grant.own and membership.unit_code == unit_code):
            return
    raise NotFoundError("Không tìm thấy đơn vị hoặc báo cáo này.", subject=unit_code)


def sees_all_units(actor: Actor) -> bool:
    """Tell whether the person reads every unit's reports."""
    return actor.is_any(*_ALL_UNITS)


def sees_people(actor: Actor, unit_code: str) -> bool:
    """Tell whether the person may read names in a unit's violation records: the unit and the Office only."""
    return actor.is_any(*_READ_PEOPLE) or unit_code in actor.unit_codes
