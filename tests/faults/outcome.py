"""What a fault is given and what it gives back."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from importlib.metadata import version

__all__ = ["Budget", "Outcome", "fractions", "milliseconds"]


@dataclass
class Budget:
    """How often, how long each time, and until when at most.

    Attributes:
        times: how often the fault strikes.
        hold_s: how long it lasts each time, where it lasts.
        seed: what chance is drawn from.
        until: on the monotonic clock; a fault under way is ended, no other begun.
        within_s: how long everything may take to be counted once the faults are over.
    """

    times: int
    hold_s: float = 0.0
    seed: int = 7
    until: float = float("inf")
    within_s: float = 60.0
    done: int = 0

    def __iter__(self) -> Iterator[int]:
        for number in range(self.times):
            if time.monotonic() > self.until:
                return
            yield number
            self.done += 1


@dataclass
class Outcome:
    """What one fault did; ``violations`` is empty if every promise was kept."""

    counts: dict[str, int] = field(default_factory=dict)
    figures: dict[str, object] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)

    def add(self, **counts: int) -> None:
        """Add to counts."""
        for name, number in counts.items():
            self.counts[name] = self.counts.get(name, 0) + number

    def include(self, other: Outcome, prefix: str = "") -> None:
        """Take in what a part of the fault gave."""
        self.add(**other.counts)
        self.figures |= {prefix + name: value for name, value in other.figures.items()}
        self.versions |= other.versions
        self.violations += [prefix + each for each in other.violations]

    def line(self, fault: str, budget: Budget) -> str:
        """Write the one line."""
        programs = {"python": platform.python_version(), "celery": version("celery"), "kombu": version("kombu")}
        counts = {"lost": 0, "duplicated": 0, "differences": 0} | self.counts
        return json.dumps(
            {
                "fault": fault,
                "seed": budget.seed,
                "times": budget.done,
                "asked": budget.times,
                "versions": programs | self.versions,
                "counts": counts,
                "figures": self.figures,
                "violations": self.violations[:20],
                "kept": not self.violations,
            },
            ensure_ascii=False,
        )


def fractions(values: Sequence[float], digits: int = 2) -> dict[str, float]:
    """Return median, 95th and 99th percentile and maximum."""
    if not values:
        return {"n": 0}
    ordered = sorted(values)
    at = {name: ordered[min(int(len(ordered) * part), len(ordered) - 1)] for name, part in _PARTS.items()}
    return {"n": len(ordered)} | {name: round(value, digits) for name, value in (at | {"max": ordered[-1]}).items()}


def milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    """Return the same in milliseconds."""
    return fractions([1000 * value for value in seconds], 1)


_PARTS = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
