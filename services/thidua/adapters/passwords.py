"""Passwords by argon2id."""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2 import Type
from argon2.exceptions import InvalidHashError
from argon2.exceptions import VerificationError

__all__ = ["Argon2Passwords"]

#: OWASP's smallest recommended setting: 19 MiB, 2 passes, 1 lane.
_MEMORY_KIB: Final = 19 * 1024
_PASSES: Final = 2

#: More at once would only make everybody wait longer, and let a flood of guesses take the machine.
_AT_ONCE: Final = 2


class Argon2Passwords:
    """Fulfils ``application.surroundings.Passwords``."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=1, type=Type.ID)
        self._turns = BoundedSemaphore(_AT_ONCE)
        # Checked in place of a missing account's hash, so that it takes the same time.
        self._nobody = self._hasher.hash("nobody")

    def hash(self, password: str) -> str:
        """Return the encoded hash with its salt and parameters."""
        with self._turns:
            return self._hasher.hash(password)

    def matches(self, password: str, password_hash: str) -> bool:
        """Check a password; an empty hash costs as much as a wrong password and never matches."""
        with self._turns:
            try:
                self._hasher.verify(password_hash or self._nobody, password)
            except (VerificationError, InvalidHashError):
                return False
        return bool(password_hash)
