"""Signing in and out, and who stands behind a session or a token.

Secrets are random, 256 bits, given out once; the database holds their SHA-256 only.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from datetime import timedelta

from thidua.application.auditing import note
from thidua.application.auditing import note_refusal
from thidua.application.host import Host
from thidua.application.rows import TokenRow
from thidua.domain.accounts import Account
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Origin
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import NotSignedInError

__all__ = ["actor_named", "actor_of_session", "actor_of_token", "digest_of", "issue_token", "sign_in", "sign_out"]

#: A working day with its breaks; the full session rules come with the accounts.
_SESSION = timedelta(hours=12)
_TOKEN = timedelta(days=366)
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
        work.accounts.start_session(digest_of(secret), account.id, now, now + _SESSION)
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
    now = host.clock.now()
    with host.work.glancing() as work:
        account = work.accounts.by_session(digest_of(secret), now)
    return _actor(host, account, now, origin) if account else None


def actor_of_token(host: Host, secret: str, origin: Origin = _COMMAND) -> Actor:
    """Return who an API token belongs to.

    Raises:
        NotSignedInError: the token is unknown or has expired, or its account is disabled.
    """
    now = host.clock.now()
    with host.work.glancing() as work:
        account = work.accounts.by_token(digest_of(secret), now)
    if account is None:
        raise NotSignedInError("Mã truy cập không đúng hoặc đã hết hạn.")
    return _actor(host, account, now, origin)


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


def issue_token(host: Host, *, name: str, label: str) -> str:
    """Make an API token for an account; called by the operator at the command line.

    Returns:
        The token, to be shown once.

    Raises:
        NotFoundError: there is no such account.
    """
    secret = secrets.token_urlsafe(_BYTES)
    now = host.clock.now()
    with host.work.writing() as work:
        account = work.accounts.by_name(name.strip().lower())
        if account is None:
            raise NotFoundError("Không có tài khoản này.", subject=name)
        work.accounts.add_token(TokenRow(digest_of(secret), account.id, label, now, now + _TOKEN))
        work.commit()
    return secret


def _note_refused(host: Host, account: Account | None, origin: Origin) -> None:
    """Write that a sign-in was refused: of which account, never the name that was typed, which may be a password."""
    key = "" if account is None else str(account.id)
    reason = "unknown" if account is None else "disabled" if account.disabled_at is not None else "password"
    note_refusal(host, None, Act.SIGN_IN, Thing.ACCOUNT, key, origin=origin, reason=reason)


def _actor(host: Host, account: Account, now: datetime, origin: Origin) -> Actor:
    today = now.astimezone(host.zone).date()
    return Actor(
        account.id,
        account.name,
        account.full_name,
        account.position,
        tuple(membership for membership in account.memberships if membership.holds_on(today)),
        origin,
    )
