"""Passwords by argon2id."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2 import Type
from argon2.exceptions import InvalidHashError
from argon2.exceptions import VerificationError

from thidua.domain.errors import BusyError

__all__ = ["Argon2Passwords"]

#: OWASP's smallest recommended setting (Password Storage Cheat Sheet): 19 MiB, 2 passes, 1 lane.
_MEMORY_KIB: Final = 19 * 1024
_PASSES: Final = 2

#: More at once would only make everybody wait longer, and let a flood of guesses take the machine.
_AT_ONCE: Final = 2
#: A turn takes 40 ms: who has waited for as long as this is behind some hundred others.
_LONGEST_WAIT_S: Final = 5.0


class Argon2Passwords:
    """Fulfils ``application.ports.surroundings.Passwords``."""

    def __init__(
        self, *, memory_kib: int = _MEMORY_KIB, passes: int = _PASSES, longest_wait_s: float = _LONGEST_WAIT_S
    ) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1, type=Type.ID)
        self._turns = BoundedSemaphore(_AT_ONCE)
        self._longest_wait_s = longest_wait_s
        # Checked in place of a missing account's hash, so that it takes the same time.
        self._nobody = self._hasher.hash("nobody")

    def hash(self, password: str) -> str:
        """Return the encoded hash with its salt and parameters."""
        with self._turn():
            return self._hasher.hash(password)

    def matches(self, password: str, password_hash: str) -> bool:
        """Check a password; an empty hash costs as much as a wrong password and never matches."""
        with self._turn():
            try:
                self._hasher.verify(password_hash or self._nobody, password)
            except (VerificationError, InvalidHashError):
                return False
        return bool(password_hash)

    def is_outdated(self, password_hash: str) -> bool:
        """Tell whether a hash was made with other parameters than those of now."""
        return self._hasher.check_needs_rehash(password_hash)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=self._longest_wait_s):
            raise BusyError("Nhiều người đang đăng nhập cùng lúc. Xin đợi nửa phút rồi thử lại.")
        try:
            yield
        finally:
            self._turns.release()
