"""The one loop that bells and timers share, and how often it turns."""

from __future__ import annotations

import time
from collections.abc import Callable

from thidua.application.background.drain import Drained
from thidua.application.background.drain import drain_round
from thidua.application.ports.host import Host

__all__ = ["BUDGET_S", "MOST_ROUNDS", "Pace", "drain_all"]

#: Rounds of one call: a flood is taken in by several tasks, none of which meets its time limit.
MOST_ROUNDS = 64
#: After so long no further round is begun: the limits in time of a task are about one round, never
#: about a whole backlog. A timer or the next bell goes on.
BUDGET_S = 30.0


class Pace:
    """Rests between rounds, so that many filings are taken in by few rounds.

    A round costs what its reports cost, each once however often it was filed meanwhile, and what
    the document of the whole roster costs. Resting four times as long as the last round took leaves
    four fifths of the time to those who file. A round that took in a single change asks for no
    rest, for there is no crowd; nor does one that left work behind, where a rest would only make
    the pile higher. Who files after a quiet while waits for nobody's rest.
    """

    def __init__(
        self,
        *,
        rests_per_round: float = 4.0,
        longest_rest_s: float = 3.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Begin rested.

        Args:
            rests_per_round: how many times as long as the round a rest is.
            longest_rest_s: the bound on what a rest adds to the time from receipt to status.
            clock: seconds that only grow.
            sleep: waits.
        """
        self._rests_per_round = rests_per_round
        self._longest_rest_s = longest_rest_s
        self._clock = clock
        self._sleep = sleep
        self._rested_at = clock()

    def round(self, drain_some: Callable[[], Drained]) -> Drained:
        """Rest if the last round was a moment ago, then drain.

        Args:
            drain_some: one round.
        """
        rest_s = self._rested_at - self._clock()
        if rest_s > 0:
            self._sleep(rest_s)
        began = self._clock()
        drained = drain_some()
        ended = self._clock()
        if drained.applied > 1 and not drained.leaves_more:
            self._rested_at = ended + min(self._rests_per_round * (ended - began), self._longest_rest_s)
        return drained


def drain_all(host: Host, pace: Pace, *, limit: int, clock: Callable[[], float] = time.monotonic) -> int:
    """Apply waiting changes, one transaction after the other, until none is left or enough were.

    What is filed during the last round has a bell of its own, and the timers look for those whose
    bell was lost.

    Args:
        host: this process's.
        pace: this process's, shared by all its threads.
        limit: most changes per transaction.
        clock: seconds that only grow.

    Returns:
        How many changes were applied.
    """
    applied = 0
    ends_at = clock() + BUDGET_S
    for _ in range(MOST_ROUNDS):
        drained = pace.round(lambda: drain_round(host, limit=limit))
        applied += drained.applied
        if not drained.leaves_more or clock() >= ends_at:
            break
    return applied
