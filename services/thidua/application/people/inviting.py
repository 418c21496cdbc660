"""Bring people in by invitation, and hand the work of one who leaves to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from datetime import date

from thidua.application.access.permissions import require_manager
from thidua.application.people.account_codes import Code
from thidua.application.people.account_codes import make_code
from thidua.application.people.accounts import NewPerson
from thidua.application.people.accounts import add_person
from thidua.application.people.accounts import named_account
from thidua.application.people.accounts import shut_out
from thidua.application.people.memberships import drop_waiting
from thidua.application.people.memberships import end_held
from thidua.application.people.memberships import hand_out
from thidua.application.people.memberships import today_of
from thidua.application.people.sessions import require_fresh
from thidua.application.ports.host import Host
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.trail.auditing import note
from thidua.domain.accounts import Account
from thidua.domain.accounts import Actor
from thidua.domain.accounts import CodeKind
from thidua.domain.accounts import Membership
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotFoundError

__all__ = ["HandedOver", "Handover", "Invited", "hand_over", "invite"]


@dataclass(frozen=True, slots=True)
class Invited:
    """A new account with its code; how many of the wished roles are held, and how many wait."""

    code: Code
    held: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """Who leaves and who follows: nobody, somebody with an account, or somebody new (one of both at most).

    ``on`` is the first day the leaver is there no more, None for at once.
    """

    account_id: int
    on: date | None = None
    successor: str = ""
    newcomer: NewPerson | None = None


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What became of it: roles ended, held by the successor, waiting for a second person; a newcomer's code."""

    ended: int
    held: int
    waiting: int
    code: Code | None


def invite(host: Host, actor: Actor | None, person: NewPerson, memberships: Sequence[Membership]) -> Invited:
    """Add an account and make the code by which its person sets the password.

    Raises:
        NotAllowedError: the person may not manage accounts.
        NotFoundError: there is no such unit.
        ConflictError: a name is taken or unusable, or roles, units and days do not fit.
    """
    require_manager(actor)
    require_fresh(host, actor)
    with host.work.writing() as work:
        account = add_person(host, work, actor, person)
        given = [hand_out(host, work, actor, account, wished) for wished in memberships]
        code = make_code(host, work, actor, account, CodeKind.INVITATION)
        work.commit()
    return Invited(code, given.count(True), given.count(False))


def hand_over(host: Host, actor: Actor | None, wish: Handover) -> HandedOver:
    """End somebody's roles on a day, and give the same to a successor by the same rules.

    Sessions, tokens and codes of who leaves end at once; whoever leaves at once is disabled too. Drafts
    belong to units, and stay.

    Raises:
        NotAllowedError: the person may not manage accounts.
        NotFoundError: there is no such account.
        ConflictError: it is the person's own, there are two successors or both are one, the day has passed, or
            the newcomer's name is no good.
    """
    require_manager(actor)
    require_fresh(host, actor)
    with host.work.writing() as work:
        leaver = work.accounts.by_id(wish.account_id)
        if leaver is None:
            raise NotFoundError("Không có tài khoản này.", subject=str(wish.account_id))
        if actor is not None and actor.account_id == leaver.id:
            raise ConflictError("Không ai tự bàn giao tài khoản của chính mình.", subject=leaver.name)
        work.accounts.hold(leaver.id)
        successor, code = _successor(host, work, actor, wish)
        if successor is not None and successor.id == leaver.id:
            raise ConflictError("Người nhận phải là người khác.", subject="successor")
        today = today_of(host)
        held = [
            each
            for each in work.memberships.of([leaver.id]).get(leaver.id, ())
            if not each.is_over(today) and not (wish.on and each.held.valid_to and each.held.valid_to <= wish.on)
        ]
        given: list[bool] = []
        for each in held:
            end_held(host, work, actor, leaver, each, on=wish.on)
            if successor is not None:
                since = max(wish.on or today, each.held.valid_from)
                given += _passed_on(host, work, actor, successor, replace(each.held, valid_from=since))
        shut_out(host, work, actor, leaver)
        if wish.on is None:
            work.accounts.disable(leaver.id, host.clock.now())
        drop_waiting(host, work, actor, leaver)
        to = successor.id if successor else None
        note(host, work, actor, Act.ACCOUNT_HANDED_OVER, Thing.ACCOUNT, str(leaver.id), to=to, roles=len(held))
        work.commit()
    return HandedOver(len(held), given.count(True), given.count(False), code)


def _successor(host: Host, work: UnitOfWork, actor: Actor | None, wish: Handover) -> tuple[Account | None, Code | None]:
    if wish.newcomer is not None and wish.successor.strip():
        raise ConflictError("Chỉ chọn một: người đã có tài khoản, hoặc mời người mới.", subject="successor")
    if wish.newcomer is not None:
        account = add_person(host, work, actor, wish.newcomer)
        return account, make_code(host, work, actor, account, CodeKind.INVITATION)
    if not wish.successor.strip():
        return None, None
    try:
        account = named_account(work, wish.successor)
    except NotFoundError as refusal:
        raise ConflictError("Không có tài khoản nào tên như vậy.", subject="successor") from refusal
    if account.disabled_at is not None:
        raise ConflictError("Tài khoản của người nhận đang bị khóa.", subject="successor")
    return account, None


def _passed_on(host: Host, work: UnitOfWork, actor: Actor | None, successor: Account, wished: Membership) -> list[bool]:
    """Hand one role on; nothing where the successor has it, or is to have it, already."""
    has = [each.held for each in work.memberships.of([successor.id]).get(successor.id, ()) if each.ended_at is None]
    has += [each.wished for each in work.memberships.waiting([successor.id])]
    if any((each.role, each.unit_code) == (wished.role, wished.unit_code) and each.valid_to is None for each in has):
        return []
    return [hand_out(host, work, actor, successor, wished)]
