"""How guessing is slowed down: after a few free tries each further one waits twice as long.

Every wait ends by itself, and what was tried is forgotten bit by bit. Counting is by bucket: of a person
on a network, of a network, of a machine that the person is known on.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from typing import Final

__all__ = ["BY_NETWORK", "BY_PERSON", "LONGEST_WAIT", "Bucket", "Limit", "Tried", "bucket", "forgotten_at", "one_more"]

LONGEST_WAIT: Final = timedelta(minutes=15)
#: Doublings from one second to the longest wait.
_DOUBLINGS: Final = 10


@dataclass(frozen=True, slots=True)
class Limit:
    """How many tries are free, and how long it takes until one is forgotten."""

    free: int
    forgets_one_in: timedelta


#: One person, or one secret: mistyped three times is nothing, a hundred guesses a day are too few to find any.
BY_PERSON: Final = Limit(4, LONGEST_WAIT)
#: Everybody behind one address: an office of fifty people who come at eight in the morning.
BY_NETWORK: Final = Limit(30, timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class Bucket:
    """What tries are counted for; ``key`` is a digest, so that no names are kept of whoever was tried."""

    key: str
    limit: Limit

    @property
    def is_shared(self) -> bool:
        """Tell whether one person's success says nothing about the others."""
        return self.limit is BY_NETWORK


@dataclass(frozen=True, slots=True)
class Tried:
    """How often, up to when that is counted, and from when the next try is taken."""

    count: int
    counted_at: datetime
    free_at: datetime


def bucket(kind: str, *parts: object, limit: Limit = BY_PERSON) -> Bucket:
    """Name a bucket by its kind and what it is about."""
    text = "\0".join((kind, *(str(part) for part in parts)))
    return Bucket(hashlib.sha256(text.encode()).hexdigest(), limit)


def one_more(before: Tried | None, limit: Limit, now: datetime) -> Tried:
    """Count a try that is taken now."""
    count, counted_at = 0, now
    if before is not None:
        forgotten = max((now - before.counted_at) // limit.forgets_one_in, 0)
        if forgotten < before.count:
            count = before.count - forgotten
            counted_at = before.counted_at + forgotten * limit.forgets_one_in
    over = count - limit.free
    wait = min(timedelta(seconds=2 ** min(over, _DOUBLINGS)), LONGEST_WAIT) if over >= 0 else timedelta(0)
    return Tried(count + 1, counted_at, now + wait)


def forgotten_at(tried: Tried, limit: Limit) -> datetime:
    """Return when nothing of it matters any more."""
    return max(tried.free_at, tried.counted_at + tried.count * limit.forgets_one_in)
