"""Bearer tokens of programs that act for an account: made, and who stands behind one."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import needs_second_factor
from thidua.application.access.permissions import rights_of
from thidua.application.people.sessions import BETWEEN_NOTES
from thidua.application.people.sessions import actor_of
from thidua.application.people.sessions import digest_of
from thidua.application.people.sessions import write_down
from thidua.application.ports.account_ports import HANDLE_LENGTH
from thidua.application.ports.host import Host
from thidua.application.ports.rows import TokenRow
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.trail.auditing import tell_owner
from thidua.domain.accounts import Account
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Origin
from thidua.domain.audit import Act
from thidua.domain.errors import MalformedRequestError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import NotSignedInError

__all__ = ["LONGEST_TOKEN_DAYS", "actor_of_token", "issue_token", "store_token"]

#: A year, leap years too.
LONGEST_TOKEN_DAYS = 366
_BYTES = 32
#: The operator at the command line.
_COMMAND = Origin()


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
    if account.seen_at is None or account.seen_at < now - BETWEEN_NOTES:
        write_down(host, lambda work: work.visits.saw_token(digest, now, now - BETWEEN_NOTES))
    # Scopes that are none would make it a person, who may do more than any token.
    scopes = frozenset(Right) if account.scopes is None else account.scopes
    actor = replace(actor_of(host, account, now, origin), scopes=scopes)
    rules = host.sign_in_rules
    if (
        rules.needs_second_factor
        # Who shows one at the provider has none here; nothing is known of what was shown when the token was made.
        and not rules.strong_methods
        and account.token_made_by is not None
        and not account.has_second_factor
        and needs_second_factor(actor)
    ):
        # As with a session: made before the role was given, or the second factor has been taken away since.
        return replace(actor, memberships=(), lacks_second_factor=True)
    return actor


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
    held = rights_of(actor_of(host, account, now, _COMMAND))
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
