"""A person's own account: roles, sessions, what happened to it, and the password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from thidua.application.access.permissions import require_person
from thidua.application.people.memberships import today_of
from thidua.application.people.passwords import hash_of_sound
from thidua.application.people.passwords import require_passwords
from thidua.application.people.sessions import digest_of
from thidua.application.people.sessions import is_as_read
from thidua.application.people.sessions import is_password
from thidua.application.people.throttling import give_back
from thidua.application.people.throttling import take_try
from thidua.application.ports.account_ports import HANDLE_LENGTH
from thidua.application.ports.account_ports import Happening
from thidua.application.ports.account_ports import MembershipSeen
from thidua.application.ports.account_ports import Prepared
from thidua.application.ports.account_ports import SessionSeen
from thidua.application.ports.host import Host
from thidua.application.ports.identity_ports import IdentitySeen
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.trail.auditing import note
from thidua.application.trail.auditing import note_alone
from thidua.application.trail.auditing import tell_owner
from thidua.domain.accounts import Account
from thidua.domain.accounts import Actor
from thidua.domain.audit import Act
from thidua.domain.audit import Outcome
from thidua.domain.audit import Thing
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import NotSignedInError
from thidua.domain.passwords import normalised
from thidua.domain.throttling import bucket

__all__ = [
    "NEWS",
    "OwnAccount",
    "change_own_password",
    "end_other_sessions",
    "end_own_session",
    "read_own_account",
    "read_own_news",
]

#: What a person is told of: changes of how to sign in and of what may be done.
NEWS = (
    Act.PASSWORD_CHANGED,
    Act.SECOND_FACTOR_ADDED,
    Act.SECOND_FACTOR_REMOVED,
    Act.RECOVERY_CODE_USED,
    Act.IDENTITY_LINKED,
    Act.IDENTITY_UNLINKED,
    Act.INVITATION_MADE,
    Act.TOKEN_MADE,
    Act.TOKEN_REVOKED,
    Act.MEMBERSHIP_GIVEN,
    Act.MEMBERSHIP_ENDED,
)
_MOST = 20
_NOT_THIS = "Mật khẩu hiện nay không đúng."


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """What the page shows; ``here`` is the handle of the session that asks, ``people`` full names by id."""

    memberships: tuple[MembershipSeen, ...]
    waiting: tuple[Prepared, ...]
    sessions: tuple[SessionSeen, ...]
    here: str
    sign_ins: tuple[Happening, ...]
    news: tuple[Happening, ...]
    people: Mapping[int, str]
    today: date
    identities: tuple[IdentitySeen, ...]


def read_own_account(host: Host, actor: Actor, secret: str) -> OwnAccount:
    """Return what the account's person sees of it.

    Args:
        host: the ports.
        actor: the person.
        secret: the session's that asks.

    Raises:
        NotAllowedError: the request came with a token.
    """
    require_person(actor)
    with host.work.reading() as work:
        memberships = work.memberships.of([actor.account_id]).get(actor.account_id, ())
        news = work.visits.happenings(Thing.ACCOUNT, str(actor.account_id), NEWS, _MOST)
        return OwnAccount(
            memberships,
            work.memberships.waiting([actor.account_id]),
            work.visits.sessions(actor.account_id, host.clock.now()),
            digest_of(secret)[:HANDLE_LENGTH],
            work.visits.happenings(Thing.ACCOUNT, str(actor.account_id), (Act.SIGN_IN,), _MOST),
            news,
            work.accounts.names({each.account_id for each in news if each.account_id is not None}),
            today_of(host),
            work.identities.of(actor.account_id),
        )


def change_own_password(host: Host, actor: Actor, *, old: str, new: str, secret: str, end_others: bool) -> int:
    """Set a new password against the old one; the session that asks goes on.

    Args:
        host: the ports.
        actor: the person.
        old: the password of now.
        new: the one wished.
        secret: the session's that asks.
        end_others: sign out everywhere else.

    Returns:
        How many other sessions ended.

    Raises:
        NotAllowedError: the request came with a token, or passwords are switched off.
        ConflictError: the old one is wrong (subject ``old``), or the new one no good (``password``).
        TooManyTriesError: too much was tried.
    """
    require_person(actor)
    require_passwords(host)
    with host.work.glancing() as work:
        account = _own(work, actor)
    taken = take_try(host, bucket("own password", account.name))
    if not is_password(host, old, account.password_hash, taken):
        note_alone(host, actor, Act.PASSWORD_CHANGED, Thing.ACCOUNT, str(actor.account_id), outcome=Outcome.REFUSED)
        raise ConflictError(_NOT_THIS, subject="old")
    # What is wrong from here on is the new password, which is no guess.
    give_back(host, taken)
    if normalised(new) == normalised(old):
        raise ConflictError("Mật khẩu mới phải khác mật khẩu hiện nay.", subject="password")
    password_hash = hash_of_sound(host, new, names=(account.name, account.full_name))
    with host.work.writing() as work:
        if not is_as_read(work, account):
            raise ConflictError(_NOT_THIS, subject="old")
        work.accounts.change_password(actor.account_id, password_hash)
        ended = work.visits.end_sessions(actor.account_id, but=digest_of(secret)) if end_others else 0
        tell_owner(host, work, actor, Act.PASSWORD_CHANGED, account, by="person", sessions=ended)
        work.commit()
    return ended


def end_own_session(host: Host, actor: Actor, handle: str) -> None:
    """End one of the person's sessions.

    Raises:
        NotAllowedError: the request came with a token.
        NotFoundError: the person has none of that handle.
    """
    require_person(actor)
    with host.work.writing() as work:
        if not work.visits.end_session(actor.account_id, handle):
            raise NotFoundError("Phiên đăng nhập này đã kết thúc.", subject=handle)
        note(host, work, actor, Act.SESSION_ENDED, Thing.ACCOUNT, str(actor.account_id), session=handle)
        work.commit()


def end_other_sessions(host: Host, actor: Actor, secret: str) -> int:
    """End all of the person's sessions but the one that asks; returns how many.

    Raises:
        NotAllowedError: the request came with a token.
    """
    require_person(actor)
    with host.work.writing() as work:
        ended = work.visits.end_sessions(actor.account_id, but=digest_of(secret))
        note(host, work, actor, Act.SESSION_ENDED, Thing.ACCOUNT, str(actor.account_id), sessions=ended)
        work.commit()
    return ended


def read_own_news(host: Host, actor: Actor) -> None:
    """Write down that the person has read what changed.

    Raises:
        NotAllowedError: the request came with a token.
    """
    require_person(actor)
    with host.work.writing() as work:
        work.accounts.news_read(actor.account_id, host.clock.now())
        work.commit()


def _own(work: UnitOfWork, actor: Actor) -> Account:
    account = work.accounts.by_id(actor.account_id)
    if account is None:
        raise NotSignedInError("Xin đăng nhập để xem trang này.")
    return account
