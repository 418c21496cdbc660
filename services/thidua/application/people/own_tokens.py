"""A person's own API tokens: shown once, with some of the person's rights, for a while."""

from __future__ import annotations

from collections.abc import Collection

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require_person
from thidua.application.access.permissions import rights_of
from thidua.application.people.bearer_tokens import store_token
from thidua.application.people.sessions import require_fresh
from thidua.application.ports.account_ports import TokenSeen
from thidua.application.ports.host import Host
from thidua.application.trail.auditing import tell_owner
from thidua.domain.accounts import Actor
from thidua.domain.audit import Act
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import NotSignedInError

__all__ = ["LONGEST_LABEL", "list_tokens", "make_token", "offered_rights", "revoke_token"]

LONGEST_LABEL = 100
#: Nothing of this is done with a token, so that none is given it.
_FOR_PEOPLE = frozenset({Right.MANAGE_ACCOUNTS, Right.GIVE_MEMBERSHIPS})


def offered_rights(actor: Actor) -> tuple[Right, ...]:
    """Return the rights the person can give to a token."""
    return tuple(right for right in Right if right in rights_of(actor) - _FOR_PEOPLE)


def list_tokens(host: Host, actor: Actor) -> tuple[TokenSeen, ...]:
    """Return the person's tokens, newest first, those that are good no more too.

    Raises:
        NotAllowedError: the request came with a token.
    """
    require_person(actor)
    with host.work.glancing() as work:
        return work.visits.tokens(actor.account_id)


def make_token(host: Host, actor: Actor, *, label: str, scopes: Collection[str], days: int) -> str:
    """Make a token.

    Args:
        host: the ports.
        actor: the person, whose rights bound the token's for good: a right lost is lost to it too.
        label: what it is for.
        scopes: the rights it is given, one at least.
        days: how long it is good.

    Returns:
        The token, to be shown once.

    Raises:
        NotAllowedError: the request came with a token.
        ConflictError: no label or too long a one, or no right.
        MalformedRequestError: a right the person does not have, or a time out of bounds.
    """
    require_person(actor)
    require_fresh(host, actor)
    label = label.strip()
    if not label or len(label) > LONGEST_LABEL or not label.isprintable():
        raise ConflictError(f"Hãy ghi mã dùng để làm gì, dài nhất {LONGEST_LABEL} ký tự.", subject="label")
    if not scopes:
        raise ConflictError("Hãy chọn ít nhất một việc mã được làm.", subject="scopes")
    with host.work.writing() as work:
        work.accounts.hold(actor.account_id)
        account = work.accounts.by_id(actor.account_id)
        # Disabled while the request was on its way: the token would be good once the account is again.
        if account is None or account.disabled_at is not None:
            raise NotSignedInError("Xin đăng nhập để xem trang này.")
        secret = store_token(host, work, actor, account, label=label, scopes=scopes, days=days)
        work.commit()
    return secret


def revoke_token(host: Host, actor: Actor, handle: str) -> None:
    """Make one of the person's tokens good no more.

    Raises:
        NotAllowedError: the request came with a token.
        NotFoundError: the person has no good one of that handle.
    """
    require_person(actor)
    with host.work.writing() as work:
        account = work.accounts.by_id(actor.account_id)
        if account is None or not work.visits.revoke_token(actor.account_id, handle, host.clock.now()):
            raise NotFoundError("Mã truy cập này không còn dùng được.", subject=handle)
        tell_owner(host, work, actor, Act.TOKEN_REVOKED, account, token=handle)
        work.commit()
