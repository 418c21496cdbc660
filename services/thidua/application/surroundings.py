"""What surrounds a use case besides the database: time, the workers' bell, passwords."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

__all__ = ["Bell", "Clock", "Passwords"]


class Clock(Protocol):
    """The product's time, which may be simulated."""

    def now(self) -> datetime:
        """Return the present instant, UTC."""
        ...

    def at(self, database_now: datetime) -> datetime:
        """Return the product's time for an instant the database's clock gave."""
        ...

    @property
    def is_simulated(self) -> bool:
        """Tell whether the time is not the real one."""
        ...


class Bell(Protocol):
    """Tells the workers that there is work. Loses nothing but time when it fails."""

    def ring(self) -> None:
        """Return at once, whatever state the broker is in; never raise."""
        ...


class Passwords(Protocol):
    """Hashes and checks passwords; both take tenths of a second on purpose."""

    def hash(self, password: str) -> str:
        """Return the string to store."""
        ...

    def matches(self, password: str, password_hash: str) -> bool:
        """Check a password; an empty hash costs as much as a wrong password."""
        ...
