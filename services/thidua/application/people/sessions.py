"""Signing in and out, and who stands behind a session or a token.

Secrets are random, 256 bits, given out once; the database holds their SHA-256 only.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime
from datetime import timedelta

from thidua.application.access.permissions import needs_second_factor
from thidua.application.people.passwords import PASSWORDS_OFF
from thidua.application.people.throttling import Taken
from thidua.application.people.throttling import forgive
from thidua.application.people.throttling import give_back
from thidua.application.people.throttling import network_of
from thidua.application.people.throttling import of_network
from thidua.application.people.throttling import take_try
from thidua.application.ports.host import Host
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.trail.auditing import note
from thidua.application.trail.auditing import note_refusal
from thidua.domain.accounts import Account
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Door
from thidua.domain.accounts import Origin
from thidua.domain.audit import Act
from thidua.domain.audit import Outcome
from thidua.domain.audit import Thing
from thidua.domain.errors import BusyError
from thidua.domain.errors import NotConfirmedError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import NotSignedInError
from thidua.domain.errors import UnavailableError
from thidua.domain.passwords import normalised
from thidua.domain.throttling import Bucket
from thidua.domain.throttling import bucket

__all__ = [
    "BETWEEN_NOTES",
    "PENDING",
    "Entered",
    "actor_named",
    "actor_of",
    "actor_of_session",
    "begin_session",
    "confirm_password",
    "digest_of",
    "is_as_read",
    "is_password",
    "renew",
    "require_fresh",
    "sign_in",
    "sign_out",
    "write_down",
]

#: Between the password and the second factor.
PENDING = timedelta(minutes=5)
#: How long a browser is known.
_DEVICE = timedelta(days=365)
#: For how long a confirmation is good.
_FRESH = timedelta(minutes=10)
#: That a session or token is in use is written down once in this time, whatever is asked meanwhile.
BETWEEN_NOTES = timedelta(minutes=1)
_NOT_RIGHT = "Tên đăng nhập hoặc mật khẩu không đúng."
#: Longer than any name.
_LONGEST_NAME = 100
_BYTES = 32
#: The operator at the command line.
_COMMAND = Origin()


def digest_of(secret: str) -> str:
    """Return what is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Entered:
    """What a browser is given: the secret of a session, or of a sign-in whose second factor is asked for.

    ``device`` is a new secret by which the browser is known for a year, empty where it keeps its own.
    """

    secret: str
    is_pending: bool = False
    device: str = ""


def sign_in(host: Host, *, name: str, password: str, origin: Origin = _COMMAND, device: str = "") -> Entered:
    """Check name and password, and start a session or ask for the second factor.

    Args:
        host: the process's.
        name: as typed.
        password: as typed.
        origin: where it comes from; tries are counted by network.
        device: the browser's secret, empty if it has none; a known one is counted apart.

    Raises:
        NotSignedInError: one sentence for every reason, after the same work; another where nobody may use passwords.
        TooManyTriesError: too much was tried, whether the name exists or not.
        BusyError: too many sign in at once.
    """
    if not host.sign_in_rules.takes_passwords:
        note_refusal(host, None, Act.SIGN_IN, Thing.ACCOUNT, "", origin=origin, reason="passwords_off")
        raise NotSignedInError(PASSWORDS_OFF)
    name = name.strip().lower()[:_LONGEST_NAME]
    taken = take_try(host, *_of_password(host, name, origin, device))
    with host.work.glancing() as work:
        account = work.accounts.by_name(name)
    # The hash is checked outside any transaction and also where there is no account, so that
    # neither the database nor the clock tells which names exist.
    stored = account.password_hash if account else ""
    if not is_password(host, password, stored, taken) or account is None or account.disabled_at is not None:
        _note_refused(host, account, origin)
        raise NotSignedInError(_NOT_RIGHT)
    fresh_hash = host.passwords.hash(normalised(password)) if host.passwords.is_outdated(stored) else stored
    secret = secrets.token_urlsafe(_BYTES)
    with host.work.writing() as work:
        # A password takes a while to be looked at: long enough for it to be changed because somebody else knows it.
        if not is_as_read(work, account):
            entered = None
        elif account.has_second_factor:
            now = host.clock.now()
            work.credentials.add_pending(digest_of(secret), account.id, now, now + PENDING)
            entered = Entered(secret, is_pending=True)
        else:
            now = host.clock.now()
            entered = begin_session(host, work, account, secret, origin, device=device, confirmed_at=now)
        if entered is not None:
            forgive(work, taken)
            if fresh_hash != stored:
                work.accounts.replace_hash(account.id, stored, fresh_hash)
        work.commit()
    if entered is None:
        _note_refused(host, account, origin)
        raise NotSignedInError(_NOT_RIGHT)
    return entered


def is_as_read(work: UnitOfWork, account: Account) -> bool:
    """Tell whether somebody comes in by an account as when it was read, and keep that so until the transaction ends.

    Whoever changes it ends its sessions; one that is begun afterwards would be none of them.
    """
    work.accounts.hold(account.id)
    now = work.accounts.by_id(account.id)
    return now is not None and (now.disabled_at, now.password_hash, now.has_second_factor) == (
        None,
        account.password_hash,
        account.has_second_factor,
    )


def begin_session(
    host: Host,
    work: UnitOfWork,
    account: Account,
    secret: str,
    origin: Origin,
    *,
    device: str = "",
    by_second_factor: bool = False,
    confirmed_at: datetime | None = None,
    by: str = "",
) -> Entered:
    """Start a session of somebody who has shown who it is, and know the browser from now on.

    Args:
        host: the process's.
        work: the transaction, which the caller commits.
        account: whose session it is.
        secret: new and random.
        origin: where it comes from.
        device: the browser's secret, empty if it has none.
        by_second_factor: whether a second factor was shown.
        confirmed_at: when the person showed who it is, None if that is not known.
        by: what it was shown by, where that is no password.
    """
    now = host.clock.now()
    work.accounts.start_session(
        digest_of(secret),
        account.id,
        now,
        now + host.sign_in_rules.longest,
        origin,
        second_factor_at=now if by_second_factor else None,
        confirmed_at=confirmed_at,
    )
    who = actor_of(host, account, now, origin)
    told = {"second_factor": by_second_factor} | ({"by": by} if by else {})
    note(host, work, who, Act.SIGN_IN, Thing.ACCOUNT, str(account.id), outcome=Outcome.DONE, origin=None, **told)
    # A browser's secret that is not ours is not taken over: it could be one that somebody else planted.
    is_ours = bool(device) and work.credentials.is_device(digest_of(device), now)
    kept = device if is_ours else secrets.token_urlsafe(_BYTES)
    work.credentials.add_device(digest_of(kept), account.id, now, now + _DEVICE)
    return Entered(secret, device="" if is_ours else kept)


def confirm_password(
    host: Host, account: Account, secret: str, *, password: str, origin: Origin, device: str = ""
) -> str:
    """Take a person's password once more; ``second_factors.confirm`` decides whether it is enough.

    Returns:
        The session's new secret.

    Raises:
        NotSignedInError: the password is wrong, or the session has ended.
        TooManyTriesError: too much was tried.
        BusyError: too many sign in at once.
    """
    if not host.sign_in_rules.takes_passwords:
        note_refusal(host, None, Act.SIGN_IN, Thing.ACCOUNT, str(account.id), origin=origin, reason="passwords_off")
        raise NotSignedInError(PASSWORDS_OFF)
    taken = take_try(host, *_of_password(host, account.name, origin, device))
    if not is_password(host, password, account.password_hash, taken):
        _note_refused(host, account, origin)
        raise NotSignedInError("Mật khẩu không đúng.")
    with host.work.writing() as work:
        forgive(work, taken)
        renewed = renew(host, work, secret)
        work.commit()
    return renewed


def renew(
    host: Host,
    work: UnitOfWork,
    secret: str,
    *,
    by_second_factor: bool = False,
    confirmed_at: datetime | None = None,
) -> str:
    """Give a session a new secret, its person having shown who it is, now unless told when.

    Raises:
        NotSignedInError: it has ended meanwhile.
    """
    renewed, now = secrets.token_urlsafe(_BYTES), host.clock.now()
    second_factor_at = now if by_second_factor else None
    if not work.accounts.renew_session(
        digest_of(secret),
        digest_of(renewed),
        now,
        confirmed_at=confirmed_at,
        second_factor_at=second_factor_at,
    ):
        raise NotSignedInError("Phiên làm việc đã hết. Xin đăng nhập lại.")
    return renewed


def require_fresh(host: Host, actor: Actor | None) -> None:
    """Refuse unless the person has shown who it is within the last minutes; after the permission, before the rest.

    The operator at the command line has no session to be left alone.

    Raises:
        NotConfirmedError: a page asks for the password and comes back; a token never suffices.
    """
    if actor is None or actor.origin.door is Door.COMMAND:
        return
    if actor.confirmed_at is None or host.clock.now() - actor.confirmed_at > _FRESH:
        raise NotConfirmedError("Việc này cần xác nhận lại mật khẩu.")


def sign_out(host: Host, secret: str, actor: Actor | None = None) -> None:
    """End a session on the server; silent if it had ended. ``actor`` is whose it is, where that is known."""
    with host.work.writing() as work:
        work.accounts.end_session(digest_of(secret))
        if actor is not None:
            note(host, work, actor, Act.SIGN_OUT, Thing.ACCOUNT, str(actor.account_id))
        work.commit()


def actor_of_session(host: Host, secret: str, origin: Origin = _COMMAND, *, is_there: bool = True) -> Actor | None:
    """Return who a session belongs to, None if it is not good (any more).

    ``is_there``: whether a person did something; what a page asks by itself keeps no session alive.
    """
    now = host.clock.now()
    digest = digest_of(secret)
    with host.work.glancing() as work:
        found = work.accounts.by_session(digest, now, now - host.sign_in_rules.idle)
    if found is None:
        return None
    if is_there and now - found.seen_at > BETWEEN_NOTES:
        write_down(host, lambda work: work.visits.saw_session(digest, origin, now, now - BETWEEN_NOTES))
    actor = replace(actor_of(host, found.account, now, origin), confirmed_at=found.confirmed_at)
    if (
        host.sign_in_rules.needs_second_factor
        and not found.account.has_second_factor
        and found.second_factor_at is None
        and needs_second_factor(actor)
    ):
        # Without roles every use case refuses, whatever page or address forgets to ask.
        return replace(actor, memberships=(), lacks_second_factor=True)
    return actor


def actor_named(host: Host, name: str) -> Actor:
    """Return who an account belongs to; for the operator at the command line, who acts in a person's name.

    Raises:
        NotFoundError: there is no such account, or it is disabled.
    """
    now = host.clock.now()
    with host.work.glancing() as work:
        account = work.accounts.by_name(name.strip().lower())
    if account is None or account.disabled_at is not None:
        raise NotFoundError(f"Không có tài khoản {name!r} đang dùng được.", subject=name)
    return actor_of(host, account, now, _COMMAND)


def actor_of(host: Host, account: Account, now: datetime, origin: Origin) -> Actor:
    """Return the person with the roles that hold today."""
    today = now.astimezone(host.zone).date()
    return Actor(
        account.id,
        account.name,
        account.full_name,
        account.position,
        tuple(membership for membership in account.memberships if membership.holds_on(today)),
        origin,
        has_news=account.has_news,
    )


def write_down(host: Host, write: Callable[[UnitOfWork], None]) -> None:
    """Write when somebody was there; what the person came for matters more, and it is noted a minute later else."""
    with suppress(UnavailableError), host.work.writing() as work:
        write(work)
        work.commit()


def _note_refused(host: Host, account: Account | None, origin: Origin) -> None:
    """Write that a sign-in was refused: of which account, never the name that was typed, which may be a password."""
    key = "" if account is None else str(account.id)
    reason = "unknown" if account is None else "disabled" if account.disabled_at is not None else "password"
    note_refusal(host, None, Act.SIGN_IN, Thing.ACCOUNT, key, origin=origin, reason=reason)


def _of_password(host: Host, name: str, origin: Origin, device: str) -> tuple[Bucket, ...]:
    """Return the buckets of a password: a known browser's own, which nobody else can fill, or the network's."""
    digest = digest_of(device)
    with host.work.glancing() as work:
        is_known = work.credentials.knows_device(digest, name, host.clock.now())
    if is_known:
        return (bucket("password by device", name, digest),)
    return (bucket("password", name, network_of(origin)), of_network(origin))


def is_password(host: Host, password: str, stored: str, taken: Taken) -> bool:
    """Tell whether a password is the one of a hash; a try that nobody had time to look at is none.

    Raises:
        BusyError: too many passwords are looked at at once.
    """
    try:
        return host.passwords.matches(normalised(password), stored)
    except BusyError:
        give_back(host, taken)
        raise
