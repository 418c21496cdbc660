"""The one loop that bells and timers share."""

from __future__ import annotations

from thidua.application.drain import drain
from thidua.application.host import Host

__all__ = ["MOST_ROUNDS", "drain_all"]

#: Rounds of one call: a flood is taken in by several tasks, none of which meets its time limit.
MOST_ROUNDS = 20


def drain_all(host: Host, *, limit: int) -> int:
    """Apply waiting changes, one transaction after the other, until none is left or enough were.

    Args:
        host: this process's.
        limit: most changes per transaction.

    Returns:
        How many changes were applied.
    """
    applied = 0
    for _ in range(MOST_ROUNDS):
        batch = drain(host, limit=limit)
        if not batch:
            break
        applied += batch
    return applied
