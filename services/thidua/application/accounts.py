"""Make accounts and set passwords; operator's commands until accounts have their own pages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from thidua.application.auditing import note
from thidua.application.host import Host
from thidua.application.passwords import hash_of_sound
from thidua.domain.accounts import Membership
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotFoundError

__all__ = ["create_account", "reset_password"]

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}", re.ASCII)


def create_account(
    host: Host, *, name: str, full_name: str, position: str, password: str, memberships: Sequence[Membership]
) -> int:
    """Add an account.

    Returns:
        Its id.

    Raises:
        ConflictError: the name is taken or unusable, or the password unsound.
    """
    name = name.strip().lower()
    if not _NAME.fullmatch(name):
        raise ConflictError("Tên đăng nhập chỉ gồm chữ không dấu, chữ số, dấu chấm và gạch nối.", subject=name)
    password_hash = hash_of_sound(host, password, names=(name, full_name))
    with host.work.writing() as work:
        account_id = work.accounts.add(
            name=name,
            full_name=full_name,
            position=position,
            password_hash=password_hash,
            memberships=memberships,
            now=host.clock.now(),
        )
        work.commit()
    return account_id


def reset_password(host: Host, *, name: str, password: str) -> None:
    """Set a new password and end the account's sessions.

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
        note(host, work, None, Act.PASSWORD_CHANGED, Thing.ACCOUNT, account.name)
        work.commit()
