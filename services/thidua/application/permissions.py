"""Who may do what, as data; every use case asks here on its first line.

Unit roles reach their own unit only, and what lies outside a person's reach does not exist for
that person: the answer is "not found", never "forbidden".
"""

from __future__ import annotations

from enum import StrEnum

from thidua.domain.accounts import Actor
from thidua.domain.accounts import Role
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotFoundError

__all__ = ["RIGHTS", "Right", "require", "require_unit", "sees_all_units", "sees_people"]


class Right(StrEnum):
    """A thing that can be allowed."""

    FILE_REPORT = "file_report"
    READ_REPORT = "read_report"
    ACCEPT_REPORT = "accept_report"
    RETURN_REPORT = "return_report"
    WITHDRAW_REPORT = "withdraw_report"
    #: Read and write what a unit is about to file.
    WRITE_DRAFT = "write_draft"
    #: Approve a draft where the unit type asks for its head's word before filing.
    SIGN_OFF = "sign_off"
    #: Enter the paper report of any unit.
    FILE_ON_BEHALF = "file_on_behalf"
    #: Give a unit more time, or let it off.
    CHANGE_OBLIGATION = "change_obligation"
    #: Lay files beside a report, and take them away.
    ADD_EVIDENCE = "add_evidence"
    READ_EVIDENCE = "read_evidence"
    READ_STATUS = "read_status"
    #: Provisional figures and the units behind them, not only accepted aggregates.
    READ_PROVISIONAL = "read_provisional"
    #: What the machine is at, in plain words.
    READ_JOBS = "read_jobs"
    #: Start, cancel and retry background work, and see who does it and what went wrong.
    OPERATE_JOBS = "operate_jobs"


RIGHTS: dict[Right, frozenset[Role]] = {
    Right.FILE_REPORT: frozenset({Role.UNIT_REPORTER, Role.UNIT_HEAD}),
    Right.READ_REPORT: frozenset({Role.UNIT_REPORTER, Role.UNIT_HEAD, Role.OFFICE, Role.LEADER}),
    Right.ACCEPT_REPORT: frozenset({Role.OFFICE}),
    Right.RETURN_REPORT: frozenset({Role.OFFICE}),
    Right.WITHDRAW_REPORT: frozenset({Role.UNIT_REPORTER, Role.UNIT_HEAD}),
    Right.WRITE_DRAFT: frozenset({Role.UNIT_REPORTER, Role.UNIT_HEAD}),
    Right.SIGN_OFF: frozenset({Role.UNIT_HEAD}),
    Right.FILE_ON_BEHALF: frozenset({Role.OFFICE}),
    Right.CHANGE_OBLIGATION: frozenset({Role.OFFICE}),
    # The Office lays the scan beside what it enters for a unit. Observers see aggregates, not photos.
    Right.ADD_EVIDENCE: frozenset({Role.UNIT_REPORTER, Role.UNIT_HEAD, Role.OFFICE}),
    Right.READ_EVIDENCE: frozenset({Role.UNIT_REPORTER, Role.UNIT_HEAD, Role.OFFICE, Role.LEADER}),
    Right.READ_STATUS: frozenset({Role.OFFICE, Role.LEADER, Role.OBSERVER}),
    Right.READ_PROVISIONAL: frozenset({Role.OFFICE, Role.LEADER}),
    Right.READ_JOBS: frozenset({Role.OFFICE, Role.ADMIN}),
    Right.OPERATE_JOBS: frozenset({Role.ADMIN}),
}

_ALL_UNITS = frozenset({Role.OFFICE, Role.LEADER})


def require(actor: Actor, right: Right) -> None:
    """Refuse unless one of the person's roles has the right.

    Raises:
        NotAllowedError: none has.
    """
    if actor.roles.isdisjoint(RIGHTS[right]):
        raise NotAllowedError("Tài khoản của bạn không được làm việc này.", subject=right)


def require_unit(actor: Actor, right: Right, unit_code: str) -> None:
    """Refuse unless the right reaches this unit.

    Raises:
        NotAllowedError: no role has the right at all.
        NotFoundError: the unit lies outside the person's reach.
    """
    require(actor, right)
    allowed = RIGHTS[right]
    for membership in actor.memberships:
        if membership.role in allowed and (membership.role in _ALL_UNITS or membership.unit_code == unit_code):
            return
    raise NotFoundError("Không tìm thấy đơn vị hoặc báo cáo này.", subject=unit_code)


def sees_all_units(actor: Actor) -> bool:
    """Tell whether the person reads every unit's reports."""
    return actor.is_any(*_ALL_UNITS)


def sees_people(actor: Actor, unit_code: str) -> bool:
    """Tell whether the person may read names in a unit's violation records: the unit and the Office only."""
    return actor.is_any(Role.OFFICE) or unit_code in actor.unit_codes
