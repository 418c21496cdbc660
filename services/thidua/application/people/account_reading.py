"""The accounts as who manages them sees them: a list, and one with its roles and how it stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from datetime import datetime

from thidua.application.access.permissions import require_manager
from thidua.application.people.memberships import today_of
from thidua.application.ports.account_ports import AccountLine
from thidua.application.ports.account_ports import MembershipSeen
from thidua.application.ports.account_ports import Prepared
from thidua.application.ports.account_ports import Standing
from thidua.application.ports.host import Host
from thidua.application.ports.identity_ports import IdentitySeen
from thidua.domain.accounts import Account
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Role
from thidua.domain.errors import NotFoundError

__all__ = ["PAGE", "AccountPage", "AccountSheet", "AccountsWish", "list_accounts", "read_account"]

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsWish:
    """Which accounts are asked for; ``text`` is part of a name, with or without its marks; ``after`` a sign-in name."""

    text: str = ""
    role: Role | None = None
    unit_code: str | None = None
    standing: Standing | None = None
    after: str = ""
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Some accounts by name, with the roles they hold today and who waits for some; ``total`` counts all found."""

    lines: tuple[AccountLine, ...]
    held: Mapping[int, tuple[Membership, ...]]
    waiting: frozenset[int]
    total: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class AccountSheet:
    """One account; ``code_until`` is until when its newest code is good, ``people`` full names by id."""

    account: Account
    line: AccountLine
    memberships: tuple[MembershipSeen, ...]
    waiting: tuple[Prepared, ...]
    sessions: int
    tokens: int
    code_until: datetime | None
    people: Mapping[int, str]
    today: date
    identities: tuple[IdentitySeen, ...]


def list_accounts(host: Host, actor: Actor | None, wish: AccountsWish) -> AccountPage:
    """Return a page of the accounts.

    Raises:
        NotAllowedError: the person may not manage accounts.
    """
    require_manager(actor)
    today = today_of(host)
    with host.work.reading() as work:
        lines = work.accounts.lines(today, role=wish.role, unit_code=wish.unit_code, standing=wish.standing)
        sought = _bare(wish.text)
        found = [line for line in lines if sought in _bare(line.name) or sought in _bare(line.full_name)]
        rest = [line for line in found if line.name > wish.after]
        page = tuple(rest[: wish.limit])
        ids = [line.id for line in page]
        memberships = work.memberships.of(ids)
        waiting = frozenset(each.account_id for each in work.memberships.waiting(ids))
    held = {
        account_id: tuple(each.held for each in given if each.ended_at is None and each.held.holds_on(today))
        for account_id, given in memberships.items()
    }
    return AccountPage(page, held, waiting, len(found), len(rest) > len(page))


def read_account(host: Host, actor: Actor, account_id: int) -> AccountSheet:
    """Return one account.

    Raises:
        NotAllowedError: the person may not manage accounts.
        NotFoundError: there is no such account.
    """
    require_manager(actor)
    today, now = today_of(host), host.clock.now()
    with host.work.reading() as work:
        account = work.accounts.by_id(account_id)
        if account is None:
            raise NotFoundError("Không có tài khoản này.", subject=str(account_id))
        everybody = work.accounts.lines(today, role=None, unit_code=None, standing=None)
        tokens = [each for each in work.visits.tokens(account_id) if each.revoked_at is None and each.expires_at > now]
        return AccountSheet(
            account,
            next(line for line in everybody if line.id == account_id),
            work.memberships.of([account_id]).get(account_id, ()),
            work.memberships.waiting([account_id]),
            len(work.visits.sessions(account_id, now)),
            len(tokens),
            work.invitations.open_until(account_id, now),
            {line.id: line.full_name for line in everybody},
            today,
            work.identities.of(account_id),
        )


def _bare(text: str) -> str:
    """Return a text as it is sought: small letters without marks, since few type all of them into a search."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).strip()
