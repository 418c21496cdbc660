"""How many refusals are written down one by one, so that strangers cannot fill the trail.

In each minute a network (or an account) has so many entries of its own, all together so many more;
the rest is counted, and told by one entry when the minute is over. What is remembered is bounded as
well: networks beyond a number share one count.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

__all__ = ["RefusalGate"]

_MINUTE_S = 60.0
#: Whose count those share who came after the table was full.
_OTHERS = ""


class RefusalGate:
    """Counts refusals by who caused them; one for each process, shared by its threads."""

    def __init__(
        self,
        *,
        each: int = 30,
        together: int = 300,
        most_known: int = 1000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin with nothing counted.

        Args:
            each: entries a minute of one network or account.
            together: entries a minute of all.
            most_known: networks and accounts counted apart.
            clock: seconds that only grow.
        """
        self._each = each
        self._together = together
        self._most_known = most_known
        self._clock = clock
        self._lock = threading.Lock()
        self._began = clock()
        self._seen: dict[str, int] = {}
        self._kept = 0
        self._left_out: dict[str, int] = {}
        self._over: dict[str, int] = {}

    def admit(self, who: str) -> bool:
        """Tell whether a refusal is written down by itself; if not, it is counted."""
        with self._lock:
            self._turn()
            if who not in self._seen and len(self._seen) >= self._most_known:
                who = _OTHERS
            seen = self._seen[who] = self._seen.get(who, 0) + 1
            if seen <= self._each and self._kept < self._together:
                self._kept += 1
                return True
            self._left_out[who] = self._left_out.get(who, 0) + 1
            return False

    def left_out(self) -> dict[str, int]:
        """Return how many were only counted in minutes that are over, by who; each is told once.

        Those with few are told together, under an empty name, so that this is bounded as well.
        """
        with self._lock:
            self._turn()
            over, self._over = self._over, {}
        if len(over) <= self._each:
            return over
        told = dict(sorted(over.items(), key=lambda item: -item[1])[: self._each])
        told[_OTHERS] = told.get(_OTHERS, 0) + sum(over.values()) - sum(told.values())
        return told

    def _turn(self) -> None:
        if self._clock() - self._began < _MINUTE_S:
            return
        for who, count in self._left_out.items():
            self._over[who] = self._over.get(who, 0) + count
        self._began = self._clock()
        self._seen, self._left_out, self._kept = {}, {}, 0
