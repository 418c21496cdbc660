"""Make, change, disable and hand over accounts: the work of who manages them, and of the operator's commands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from thidua.application.access.permissions import require_manager
from thidua.application.people.passwords import hash_of_sound
from thidua.application.ports.host import Host
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.trail.auditing import note
from thidua.application.trail.auditing import tell_owner
from thidua.domain.accounts import Account
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Membership
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotFoundError

__all__ = [
    "LONGEST_NAME",
    "NewPerson",
    "add_person",
    "change_account",
    "create_account",
    "disable_account",
    "enable_account",
    "end_sessions",
    "id_of",
    "named_account",
    "reset_password",
    "shut_out",
]

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}", re.ASCII)

#: Longest full name and position, in characters.
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who is to have an account."""

    name: str
    full_name: str
    position: str


def create_account(
    host: Host, *, name: str, full_name: str, position: str, password: str, memberships: Sequence[Membership]
) -> int:
    """Add an account with its password and roles; the operator's command, by which first accounts come.

    Returns:
        Its id.

    Raises:
        ConflictError: the name is taken or unusable, or the password unsound.
    """
    password_hash = hash_of_sound(host, password, names=(name.strip().lower(), full_name))
    with host.work.writing() as work:
        account = add_person(host, work, None, NewPerson(name, full_name, position), password_hash=password_hash)
        for held in memberships:
            work.memberships.give(account.id, held, by=None, now=host.clock.now())
            role, unit = held.role.value, held.unit_code or ""
            tell_owner(host, work, None, Act.MEMBERSHIP_GIVEN, account, role=role, unit=unit)
        work.commit()
    return account.id


def add_person(
    host: Host, work: UnitOfWork, actor: Actor | None, person: NewPerson, *, password_hash: str = ""
) -> Account:
    """Add an account without roles with the transaction at hand; without a password nobody can sign in to it.

    Raises:
        ConflictError: a name is taken, unusable or missing.
    """
    name = person.name.strip().lower()
    if not _NAME.fullmatch(name):
        raise ConflictError("Tên đăng nhập chỉ gồm chữ không dấu, chữ số, dấu chấm và gạch nối.", subject="name")
    full_name, position = _sound_person(person.full_name, person.position)
    now = host.clock.now()
    account_id = work.accounts.add(
        name=name, full_name=full_name, position=position, password_hash=password_hash, memberships=(), now=now
    )
    note(host, work, actor, Act.ACCOUNT_ADDED, Thing.ACCOUNT, str(account_id))
    return Account(account_id, name, full_name, position, password_hash, None, ())


def reset_password(host: Host, *, name: str, password: str) -> None:
    """Set a new password and end the account's sessions and tokens; the operator's command.

    Raises:
        NotFoundError: there is no such account.
        UnsoundPasswordError: the password is too short, too long or easy to guess.
    """
    with host.work.glancing() as work:
        account = work.accounts.by_name(name.strip().lower())
    if account is None:
        raise NotFoundError("Không có tài khoản này.", subject=name)
    password_hash = hash_of_sound(host, password, names=(account.name, account.full_name))
    with host.work.writing() as work:
        work.accounts.set_password(account.id, password_hash)
        tokens = work.visits.revoke_tokens(account.id, host.clock.now())
        tell_owner(host, work, None, Act.PASSWORD_CHANGED, account, by="command", tokens=tokens)
        work.commit()


def change_account(host: Host, actor: Actor, account_id: int, *, full_name: str, position: str) -> None:
    """Write a person's name and position anew.

    Raises:
        NotAllowedError: the person may not manage accounts.
        NotFoundError: there is no such account.
        ConflictError: the name is missing, or one of both too long.
    """
    require_manager(actor)
    full_name, position = _sound_person(full_name, position)
    with host.work.writing() as work:
        account = _account(work, account_id)
        work.accounts.change(account_id, full_name=full_name, position=position)
        note(host, work, actor, Act.ACCOUNT_CHANGED, Thing.ACCOUNT, str(account.id))
        work.commit()


def disable_account(host: Host, actor: Actor | None, account_id: int) -> None:
    """Let nobody in by an account any more: sessions, tokens and codes end with the next request.

    Raises:
        NotAllowedError: the person may not manage accounts.
        NotFoundError: there is no such account.
        ConflictError: it is disabled, or the person's own.
    """
    require_manager(actor)
    with host.work.writing() as work:
        account = _account(work, account_id)
        if actor is not None and actor.account_id == account_id:
            raise ConflictError("Không ai tự khóa tài khoản của chính mình.", subject=account.name)
        if not work.accounts.disable(account_id, host.clock.now()):
            raise ConflictError("Tài khoản này đã bị khóa rồi.", subject=account.name)
        shut_out(host, work, actor, account)
        note(host, work, actor, Act.ACCOUNT_DISABLED, Thing.ACCOUNT, str(account.id))
        work.commit()


def enable_account(host: Host, actor: Actor | None, account_id: int) -> None:
    """Let somebody in again; sessions, tokens and codes of before stay ended.

    Raises:
        NotAllowedError: the person may not manage accounts.
        NotFoundError: there is no such account.
        ConflictError: it is not disabled.
    """
    require_manager(actor)
    with host.work.writing() as work:
        account = _account(work, account_id)
        if not work.accounts.enable(account_id):
            raise ConflictError("Tài khoản này đang dùng được.", subject=account.name)
        note(host, work, actor, Act.ACCOUNT_ENABLED, Thing.ACCOUNT, str(account.id))
        work.commit()


def end_sessions(host: Host, actor: Actor, account_id: int) -> int:
    """Sign a person out everywhere; returns how many sessions ended.

    Raises:
        NotAllowedError: the person may not manage accounts.
        NotFoundError: there is no such account.
    """
    require_manager(actor)
    with host.work.writing() as work:
        account = _account(work, account_id)
        ended = work.visits.end_sessions(account_id)
        note(host, work, actor, Act.SESSION_ENDED, Thing.ACCOUNT, str(account.id), sessions=ended)
        work.commit()
    return ended


def shut_out(host: Host, work: UnitOfWork, actor: Actor | None, account: Account) -> None:
    """End an account's sessions, tokens and codes with the transaction at hand."""
    now = host.clock.now()
    sessions, tokens = work.visits.end_sessions(account.id), work.visits.revoke_tokens(account.id, now)
    work.invitations.withdraw(account.id, now)
    note(host, work, actor, Act.SESSION_ENDED, Thing.ACCOUNT, str(account.id), sessions=sessions, tokens=tokens)


def id_of(host: Host, name: str) -> int:
    """Return the id of a named account; for the operator's commands.

    Raises:
        NotFoundError: there is no such account.
    """
    with host.work.glancing() as work:
        return named_account(work, name).id


def named_account(work: UnitOfWork, name: str) -> Account:
    """Return the account of a sign-in name.

    Raises:
        NotFoundError: there is none.
    """
    account = work.accounts.by_name(name.strip().lower())
    if account is None:
        raise NotFoundError("Không có tài khoản này.", subject=name)
    return account


def _sound_person(full_name: str, position: str) -> tuple[str, str]:
    full_name, position = full_name.strip(), position.strip()
    if not full_name:
        raise ConflictError("Phải ghi họ và tên.", subject="full_name")
    for subject, text in (("full_name", full_name), ("position", position)):
        if len(text) > LONGEST_NAME:
            raise ConflictError(f"Dài nhất {LONGEST_NAME} ký tự.", subject=subject)
        if not text.isprintable():
            raise ConflictError("Có ký tự không in được.", subject=subject)
    return full_name, position


def _account(work: UnitOfWork, account_id: int) -> Account:
    account = work.accounts.by_id(account_id)
    if account is None:
        raise NotFoundError("Không có tài khoản này.", subject=str(account_id))
    return account
