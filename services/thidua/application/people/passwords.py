"""Set passwords: judged against what anybody in this installation would try, then hashed."""

from __future__ import annotations

from collections.abc import Iterable

from thidua.application.ports.host import Host
from thidua.domain.errors import NotAllowedError
from thidua.domain.passwords import context_words
from thidua.domain.passwords import sound_password

__all__ = ["PASSWORDS_OFF", "hash_of_sound", "require_passwords"]

PASSWORDS_OFF = "Hệ thống này không dùng mật khẩu. Xin đăng nhập bằng tài khoản định danh ở trang đăng nhập."


def require_passwords(host: Host) -> None:
    """Refuse whatever is about passwords where nobody signs in by one.

    Raises:
        NotAllowedError: passwords are switched off.
    """
    if not host.sign_in_rules.takes_passwords:
        raise NotAllowedError(PASSWORDS_OFF)


def hash_of_sound(host: Host, password: str, *, names: Iterable[str] = ()) -> str:
    """Judge a new password and return its hash, which takes a while; call it outside any transaction.

    Args:
        host: whose units' names and codes are no passwords.
        password: as typed.
        names: the person's own: sign-in name, full name.

    Raises:
        UnsoundPasswordError: it is too short, too long or easy to guess; the message says which.
        BusyError: too many set or try passwords at once.
    """
    with host.work.reading() as work:
        units = work.directory.all()
    versions = [version for unit in units for version in unit.versions]
    known = {
        *names,
        *(unit.code for unit in units),
        *(alias for unit in units for alias in unit.aliases),
        *(text for version in versions for text in (version.name, version.short_name, version.parent)),
    }
    return host.passwords.hash(sound_password(password, context_words(known)))
