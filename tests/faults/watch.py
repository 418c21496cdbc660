"""Looks at the oldest waiting change all the time a fault lasts."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import psycopg

from tests.faults.rig import Rig

__all__ = ["Watcher", "watching"]

_EVERY_S = 0.05


class _Sample(NamedTuple):
    at: float
    oldest: int | None
    age_s: float
    newest: int


class Watcher(threading.Thread):
    """Samples of what waits, on the monotonic clock."""

    def __init__(self, rig: Rig) -> None:
        super().__init__(daemon=True)
        self.samples: list[_Sample] = []
        self._rig = rig
        self._ended = threading.Event()

    def run(self) -> None:
        with self._rig.connect() as db:
            while not self._ended.wait(_EVERY_S):
                try:
                    self.samples.append(_Sample(time.monotonic(), *self._rig.oldest(db)))
                except psycopg.Error:
                    return

    def ages(self, since: float = 0.0) -> list[float]:
        """Return the ages seen since a moment, 0 where nothing waited."""
        return [sample.age_s for sample in self.samples if sample.at >= since]

    def next_applied(self, moment: float, *, within_s: float) -> float:
        """Wait until what waited at a moment, or came next, is applied; returns the seconds since the moment.

        Raises:
            TimeoutError: nothing was applied.
        """
        deadline = time.monotonic() + within_s
        target: int | None = None
        seen = 0
        while time.monotonic() < deadline:
            for sample in self.samples[seen:]:
                seen += 1
                if sample.at < moment:
                    continue
                if target is None:
                    target = sample.oldest or sample.newest + 1
                if (sample.oldest is None and sample.newest >= target) or (sample.oldest or 0) > target:
                    return sample.at - moment
            time.sleep(_EVERY_S)
        raise TimeoutError(f"no change was counted within {within_s} s")

    def close(self) -> None:
        """End."""
        self._ended.set()
        self.join(10)


@contextmanager
def watching(rig: Rig) -> Iterator[Watcher]:
    """Watch while the block runs."""
    watcher = Watcher(rig)
    watcher.start()
    try:
        yield watcher
    finally:
        watcher.close()
