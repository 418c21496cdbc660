"""Erase the name of a person who had an account, where the law asks for it.

The trail and the ledgers hold account numbers only, so they stay whole: who acted is still told apart
from everybody else, and no longer named.
"""

from __future__ import annotations

from thidua.application.people.memberships import drop_waiting
from thidua.application.people.memberships import end_held
from thidua.application.people.memberships import today_of
from thidua.application.ports.host import Host
from thidua.application.trail.auditing import note
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.errors import NotFoundError

__all__ = ["ERASED", "erase_account"]

#: What stands in place of a name that was erased.
ERASED = "(đã xóa theo yêu cầu)"


def erase_account(host: Host, name: str) -> str:
    """Erase an account's names for good, end its roles and whatever it could be used by; an operator's command.

    Returns:
        The sign-in name that stands in place of the old one; nobody can sign in by it.

    Raises:
        NotFoundError: there is no such account.
    """
    with host.work.writing() as work:
        account = work.accounts.by_name(name.strip().lower())
        if account is None:
            raise NotFoundError("Không có tài khoản này.", subject=name)
        neutral = f"da-xoa-{account.id}"
        work.accounts.hold(account.id)
        for each in work.memberships.of([account.id]).get(account.id, ()):
            if not each.is_over(today_of(host)):
                end_held(host, work, None, account, each, on=None)
        drop_waiting(host, work, None, account)
        work.invitations.withdraw(account.id, host.clock.now())
        work.accounts.erase(account.id, name=neutral, full_name=ERASED, now=host.clock.now())
        note(host, work, None, Act.PERSON_ERASED, Thing.ACCOUNT, str(account.id))
        work.commit()
    return neutral
