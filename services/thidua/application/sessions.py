"""Signing in and out, and who stands behind a session or a token.

Secrets are random, 256 bits, given out once; the database holds their SHA-256 only.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from datetime import timedelta

from thidua.application.account_ports import HANDLE_LENGTH
from thidua.application.auditing import note
from thidua.application.auditing import note_refusal
from thidua.application.auditing import tell_owner
from thidua.application.host import Host
from thidua.application.permissions import Right
from thidua.application.permissions import rights_of
from thidua.application.ports import UnitOfWork
from thidua.application.rows import TokenRow
from thidua.domain.accounts import Account
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Origin
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.errors import MalformedRequestError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import NotSignedInError
from thidua.domain.errors import UnavailableError

__all__ = [
    "LONGEST_TOKEN_DAYS",
    "actor_named",
    "actor_of_session",
    "actor_of_token",
    "digest_of",
    "issue_token",
    "sign_in",
    "sign_out",
    "store_token",
]

#: A working day with its breaks; the full session rules come with the accounts.
_SESSION = timedelta(hours=12)
#: A year, leap years too.
LONGEST_TOKEN_DAYS = 366
#: That a session or token is in use is written down once in this time, whatever is asked meanwhile.
_BETWEEN_NOTES = timedelta(minutes=1)
_BYTES = 32
#: The operator at the command line.
_COMMAND = Origin()


def digest_of(secret: str) -> str:
    """Return what is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def sign_in(host: Host, *, name: str, password: str, origin: Origin = _COMMAND) -> str:
    """Check name and password and start a session.

    Returns:
        The session's secret, for the cookie.

    Raises:
        NotSignedInError: one sentence for every reason, after the same work.
    """
    with host.work.glancing() as work:
        account = work.accounts.by_name(name.strip().lower())
    # The hash is checked outside any transaction and also where there is no account, so that
    # neither the database nor the clock tells which names exist.
    matches = host.passwords.matches(password, account.password_hash if account else "")
    if not matches or account is None or account.disabled_at is not None:
        _note_refused(host, account, origin)
        raise NotSignedInError("Tên đăng nhập hoặc mật khẩu không đúng.")
    secret = secrets.token_urlsafe(_BYTES)
    now = host.clock.now()
    with host.work.writing() as work:
        work.accounts.start_session(digest_of(secret), account.id, now, now + _SESSION, origin)
        who = _actor(host, account, now, origin)
        note(host, work, who, Act.SIGN_IN, Thing.ACCOUNT, str(account.id))
        work.commit()
    return secret


def sign_out(host: Host, secret: str, actor: Actor | None = None) -> None:
    """End a session on the server; silent if it had ended. ``actor`` is whose it is, where that is known."""
    with host.work.writing() as work:
        work.accounts.end_session(digest_of(secret))
        if actor is not None:
            note(host, work, actor, Act.SIGN_OUT, Thing.ACCOUNT, str(actor.account_id))
        work.commit()


def actor_of_session(host: Host, secret: str, origin: Origin = _COMMAND) -> Actor | None:
    """Return who a session belongs to, None if it is not good (any more)."""
    now, digest = host.clock.now(), digest_of(secret)
    with host.work.glancing() as work:
        account = work.accounts.by_session(digest, now)
    if account is None:
        return None
    if _is_to_be_noted(account, now):
        _write_down(host, lambda work: work.visits.saw_session(digest, origin, now, now - _BETWEEN_NOTES))
    return _actor(host, account, now, origin)


def actor_of_token(host: Host, secret: str, origin: Origin = _COMMAND) -> Actor:
    """Return who an API token belongs to.

    Raises:
        NotSignedInError: the token is unknown or has expired, or its account is disabled.
    """
    now, digest = host.clock.now(), digest_of(secret)
    with host.work.glancing() as work:
        account = work.accounts.by_token(digest, now)
    if account is None:
        raise NotSignedInError("Mã truy cập không đúng hoặc đã hết hạn.")
    if _is_to_be_noted(account, now):
        _write_down(host, lambda work: work.visits.saw_token(digest, now, now - _BETWEEN_NOTES))
    # Scopes that are none would make it a person, who may do more than any token.
    scopes = frozenset(Right) if account.scopes is None else account.scopes
    return replace(_actor(host, account, now, origin), scopes=scopes)


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
    return _actor(host, account, now, _COMMAND)


def issue_token(
    host: Host, *, name: str, label: str, scopes: Collection[str] = (), days: int = LONGEST_TOKEN_DAYS
) -> str:
    """Make an API token for an account; called by the operator at the command line.

    Args:
        host: the ports.
        name: the account's.
        label: what the token is for.
        scopes: the rights it is given, all that the account has where none is named.
        days: how long it is good.

    Returns:
        The token, to be shown once.

    Raises:
        NotFoundError: there is no such account.
        MalformedRequestError: a right the account does not have, or a time out of bounds.
    """
    with host.work.writing() as work:
        account = work.accounts.by_name(name.strip().lower())
        if account is None:
            raise NotFoundError("Không có tài khoản này.", subject=name)
        secret = store_token(host, work, None, account, label=label, scopes=scopes, days=days)
        work.commit()
    return secret


def _note_refused(host: Host, account: Account | None, origin: Origin) -> None:
    """Write that a sign-in was refused: of which account, never the name that was typed, which may be a password."""
    key = "" if account is None else str(account.id)
    reason = "unknown" if account is None else "disabled" if account.disabled_at is not None else "password"
    note_refusal(host, None, Act.SIGN_IN, Thing.ACCOUNT, key, origin=origin, reason=reason)


def store_token(
    host: Host,
    work: UnitOfWork,
    actor: Actor | None,
    account: Account,
    *,
    label: str,
    scopes: Collection[str],
    days: int,
) -> str:
    """Make a token with the transaction at hand, write it down and leave word for its person; see :func:`issue_token`.

    Raises:
        MalformedRequestError: a right the account does not have, or a time out of bounds.
    """
    now = host.clock.now()
    held = rights_of(_actor(host, account, now, _COMMAND))
    given = tuple(sorted(scopes or held))
    if not set(given) <= held:
        strange = min(set(given) - held)
        raise MalformedRequestError(f"Tài khoản không có quyền {strange!r} để giao cho mã truy cập.", subject="scopes")
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        raise MalformedRequestError(f"Mã truy cập dùng được từ 1 đến {LONGEST_TOKEN_DAYS} ngày.", subject="days")
    secret = secrets.token_urlsafe(_BYTES)
    digest = digest_of(secret)
    maker = actor.account_id if actor else None
    work.accounts.add_token(TokenRow(digest, account.id, label, now, now + timedelta(days=days), given, maker))
    tell_owner(host, work, actor, Act.TOKEN_MADE, account, token=digest[:HANDLE_LENGTH], days=days, scopes=given)
    return secret


def _actor(host: Host, account: Account, now: datetime, origin: Origin) -> Actor:
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


def _is_to_be_noted(account: Account, now: datetime) -> bool:
    return account.seen_at is None or account.seen_at < now - _BETWEEN_NOTES


def _write_down(host: Host, write: Callable[[UnitOfWork], None]) -> None:
    try:
        with host.work.writing() as work:
            write(work)
            work.commit()
    except UnavailableError:
        # What the person came for matters more than when that was.
        return
