"""A part of a long run: from where the last one stopped, until its time is over."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

__all__ = ["Portion"]

_Item = TypeVar("_Item")


@dataclass
class Portion:
    """``skip`` is how many items were done before; ``stopped_at`` how many are done by now, -1 when all are."""

    skip: int = 0
    #: On the clock of ``time.monotonic``.
    until: float = math.inf
    stopped_at: int = -1

    def end(self, *_: object) -> None:
        """Stop after the item at hand."""
        self.until = 0

    def of(self, items: Sequence[_Item]) -> Iterator[_Item]:
        """Yield what is left to do, as long as there is time."""
        self.stopped_at = -1
        for number in range(self.skip, len(items)):
            if time.monotonic() > self.until:
                self.stopped_at = number
                return
            yield items[number]
