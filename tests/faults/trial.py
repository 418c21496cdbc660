"""What the tests of faults share: small counts, and what must have been kept."""

from __future__ import annotations

from tests.faults.outcome import Budget
from tests.faults.outcome import Outcome

__all__ = ["few", "kept"]


def kept(outcome: Outcome) -> Outcome:
    """Require every promise kept; how long anything took is for the commands."""
    assert outcome.violations == []
    return outcome


def few(times: int, *, hold_s: float = 0.0) -> Budget:
    """Give a fault a small count and all the time it needs."""
    return Budget(times, hold_s=hold_s, within_s=90)
