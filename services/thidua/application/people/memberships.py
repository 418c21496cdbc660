"""Who holds which role: given by those who may give it, prepared for them by others, ended but never deleted.

Nobody gives what ``[roles]`` in ``permissions.toml`` does not let one of his roles give, and nobody gives
himself anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import allows
from thidua.application.access.permissions import may_give
from thidua.application.access.permissions import require_giver
from thidua.application.people.sessions import require_fresh
from thidua.application.ports.account_ports import MembershipSeen
from thidua.application.ports.account_ports import Prepared
from thidua.application.ports.host import Host
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.trail.auditing import note
from thidua.application.trail.auditing import tell_owner
from thidua.domain.accounts import Account
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Membership
from thidua.domain.accounts import is_unit_role
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotFoundError

__all__ = [
    "Waiting",
    "check_wish",
    "confirm_membership",
    "decline_membership",
    "drop_waiting",
    "end_held",
    "end_membership",
    "give_membership",
    "hand_out",
    "list_waiting",
    "note_declined",
    "today_of",
]

_NOT_WAITING = "Việc này không còn chờ xác nhận: đã có người xử lý, hoặc không thuộc quyền của bạn."


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits, with whom it is about; ``is_own``: the reader's own, which another must confirm."""

    prepared: Prepared
    name: str
    full_name: str
    position: str
    prepared_by: str
    is_own: bool


def today_of(host: Host) -> date:
    """Return the civil day it is."""
    return host.clock.now().astimezone(host.zone).date()


def give_membership(host: Host, actor: Actor, account_id: int, wished: Membership) -> bool:
    """Make somebody hold a role, or prepare it for those who may.

    Returns:
        True if it is held, False if it waits.

    Raises:
        NotAllowedError: the person may neither give nor prepare it.
        NotFoundError: there is no such account or unit.
        ConflictError: it is held or waits already, or role, unit and days do not fit.
    """
    require_giver(actor)
    require_fresh(host, actor)
    with host.work.writing() as work:
        account = _account(work, account_id)
        is_held = hand_out(host, work, actor, account, wished)
        work.commit()
    return is_held


def hand_out(host: Host, work: UnitOfWork, actor: Actor | None, account: Account, wished: Membership) -> bool:
    """Give or prepare one role with the transaction at hand; None is the operator's command, which may give all.

    Returns:
        True if it is held, False if it waits.

    Raises:
        NotAllowedError: the person may neither give nor prepare it.
        NotFoundError: there is no such unit.
        ConflictError: it is held or waits already, or role, unit and days do not fit.
    """
    check_wish(wished, today_of(host))
    work.accounts.hold(account.id)
    held = work.memberships.of([account.id]).get(account.id, ())
    if any(each.ended_at is None and _overlap(each.held, wished) for each in held):
        raise ConflictError("Người này đã giữ vai trò ấy trong thời gian đó.", subject="role")
    if any(_overlap(each.wished, wished) for each in work.memberships.waiting([account.id])):
        raise ConflictError("Vai trò ấy đang chờ xác nhận cho người này.", subject="role")
    now, role, unit = host.clock.now(), wished.role.value, wished.unit_code or ""
    if actor is None or (account.id != actor.account_id and may_give(actor, wished.role, wished.unit_code)):
        work.memberships.give(account.id, wished, by=actor.account_id if actor else None, now=now)
        tell_owner(host, work, actor, Act.MEMBERSHIP_GIVEN, account, role=role, unit=unit)
        return True
    if not allows(actor, Right.MANAGE_ACCOUNTS):
        raise NotAllowedError("Bạn không giao được vai trò này.", subject=wished.role)
    work.memberships.prepare(account.id, wished, by=actor.account_id, now=now)
    note(host, work, actor, Act.MEMBERSHIP_PREPARED, Thing.ACCOUNT, str(account.id), role=role, unit=unit)
    return False


def check_wish(wished: Membership, today: date) -> None:
    """Refuse roles whose unit and days cannot be.

    Raises:
        ConflictError: a unit where none belongs or none where one does, or days that never hold.
    """
    if is_unit_role(wished.role) != bool(wished.unit_code):
        raise ConflictError("Vai trò của đơn vị phải kèm đơn vị, các vai trò khác thì không.", subject="unit")
    if wished.valid_to is not None and wished.valid_to <= max(wished.valid_from, today):
        raise ConflictError("Ngày cuối phải từ ngày bắt đầu và từ hôm nay trở đi.", subject="last_on")


def list_waiting(host: Host, actor: Actor) -> tuple[Waiting, ...]:
    """Return what waits and the person may confirm, or has prepared or may withdraw as manager of accounts."""
    require_giver(actor)
    with host.work.reading() as work:
        found = [each for each in work.memberships.waiting() if _reaches(actor, each.wished)]
        accounts = {
            line.id: line for line in work.accounts.lines(today_of(host), role=None, unit_code=None, standing=None)
        }
    return tuple(
        Waiting(
            each,
            accounts[each.account_id].name,
            accounts[each.account_id].full_name,
            accounts[each.account_id].position,
            accounts[each.prepared_by].full_name,
            each.account_id == actor.account_id,
        )
        for each in found
    )


def confirm_membership(host: Host, actor: Actor, prepared_id: int) -> None:
    """Make what waits a membership.

    Raises:
        NotAllowedError: it is the person's own.
        NotFoundError: nothing of that number waits for this person.
        ConflictError: its days are over.
    """
    require_giver(actor)
    require_fresh(host, actor)
    now = host.clock.now()
    with host.work.writing() as work:
        prepared = work.memberships.settle(prepared_id, by=actor.account_id, now=now)
        if prepared is None or not may_give(actor, prepared.wished.role, prepared.wished.unit_code):
            raise NotFoundError(_NOT_WAITING, subject=str(prepared_id))
        if prepared.account_id == actor.account_id:
            raise NotAllowedError("Không ai tự xác nhận vai trò của chính mình.", subject=str(prepared_id))
        check_wish(prepared.wished, today_of(host))
        work.accounts.hold(prepared.account_id)
        membership_id = work.memberships.give(prepared.account_id, prepared.wished, by=actor.account_id, now=now)
        work.memberships.confirmed(prepared_id, membership_id)
        account = _account(work, prepared.account_id)
        role, unit = prepared.wished.role.value, prepared.wished.unit_code or ""
        tell_owner(host, work, actor, Act.MEMBERSHIP_GIVEN, account, role=role, unit=unit, prepared=prepared_id)
        work.commit()


def decline_membership(host: Host, actor: Actor, prepared_id: int) -> None:
    """Let what waits never be held.

    Raises:
        NotFoundError: nothing of that number waits for this person.
    """
    require_giver(actor)
    with host.work.writing() as work:
        prepared = work.memberships.settle(prepared_id, by=actor.account_id, now=host.clock.now())
        if prepared is None or not _reaches(actor, prepared.wished):
            raise NotFoundError(_NOT_WAITING, subject=str(prepared_id))
        note_declined(host, work, actor, _account(work, prepared.account_id), prepared)
        work.commit()


def end_membership(
    host: Host, actor: Actor, membership_id: int, *, on: date | None, account_id: int | None = None
) -> None:
    """End a role: from a day on, at once where ``on`` is None.

    Raises:
        NotAllowedError: it is the person's own.
        NotFoundError: there is none of that number within reach, or not of the account named.
        ConflictError: it is over, or was to end before that day.
    """
    require_giver(actor)
    with host.work.writing() as work:
        seen = work.memberships.get(membership_id)
        if seen is None or not _reaches(actor, seen.held) or account_id not in {None, seen.account_id}:
            raise NotFoundError("Không có vai trò này.", subject=str(membership_id))
        if seen.account_id == actor.account_id:
            raise NotAllowedError("Không ai tự đổi vai trò của chính mình.", subject=str(membership_id))
        if seen.is_over(today_of(host)):
            raise ConflictError("Vai trò này đã kết thúc.", subject=str(membership_id))
        end_held(host, work, actor, _account(work, seen.account_id), seen, on=on)
        work.commit()


def end_held(
    host: Host, work: UnitOfWork, actor: Actor | None, account: Account, seen: MembershipSeen, *, on: date | None
) -> None:
    """End one role with the transaction at hand: from a day on, at once where there is none or it never began.

    Raises:
        ConflictError: the day has passed, or the role was to end before it.
    """
    if on is not None and on <= today_of(host):
        raise ConflictError("Ngày cuối phải từ hôm nay trở đi.", subject="last_on")
    if on is not None and seen.held.valid_to is not None and seen.held.valid_to < on:
        raise ConflictError("Vai trò này kết thúc trước ngày ấy rồi.", subject="last_on")
    day = on if on is not None and on > seen.held.valid_from else None
    if not work.memberships.end(seen.id, on=day, by=actor.account_id if actor else None, now=host.clock.now()):
        raise ConflictError("Vai trò này đã kết thúc.", subject=str(seen.id))
    role, unit, ends = seen.held.role.value, seen.held.unit_code or "", day.isoformat() if day else ""
    tell_owner(host, work, actor, Act.MEMBERSHIP_ENDED, account, role=role, unit=unit, on=ends)


def drop_waiting(host: Host, work: UnitOfWork, actor: Actor | None, leaver: Account) -> None:
    """Let nobody confirm any more what waits for somebody who leaves."""
    for each in work.memberships.waiting([leaver.id]):
        work.memberships.settle(each.id, by=actor.account_id if actor else each.prepared_by, now=host.clock.now())
        note_declined(host, work, actor, leaver, each)


def note_declined(host: Host, work: UnitOfWork, actor: Actor | None, account: Account, prepared: Prepared) -> None:
    """Write down with the transaction at hand that what waited will not be held."""
    role, unit = prepared.wished.role.value, prepared.wished.unit_code or ""
    what = Act.MEMBERSHIP_DECLINED
    note(host, work, actor, what, Thing.ACCOUNT, str(account.id), role=role, unit=unit, prepared=prepared.id)


def _reaches(actor: Actor, held: Membership) -> bool:
    return allows(actor, Right.MANAGE_ACCOUNTS) or may_give(actor, held.role, held.unit_code)


def _overlap(one: Membership, other: Membership) -> bool:
    if (one.role, one.unit_code) != (other.role, other.unit_code):
        return False
    return (one.valid_to is None or other.valid_from < one.valid_to) and (
        other.valid_to is None or one.valid_from < other.valid_to
    )


def _account(work: UnitOfWork, account_id: int) -> Account:
    account = work.accounts.by_id(account_id)
    if account is None:
        raise NotFoundError("Không có tài khoản này.", subject=str(account_id))
    return account
