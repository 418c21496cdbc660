"""The order of the tests: the longest begin first, so that no process waits at the end for one that began late.

Every process of a run is first given a stretch of the tests, one after the other; who has done his takes
half of somebody else's, from its end. So the longest stand at the heads of the stretches, each module whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from heapq import heapify
from heapq import heappop
from heapq import heappush
from itertools import islice
from typing import Final

__all__ = ["LONGEST", "long_first"]

#: About how many seconds a module takes that takes half a minute or more.
LONGEST: Final[Mapping[str, int]] = {
    "tests/workers/test_poison.py": 80,
    "tests/e2e/test_third_party.py": 150,
    "tests/e2e/test_jobs.py": 70,
    "tests/e2e/test_worker.py": 60,
    "tests/e2e/test_embedded.py": 60,
    "tests/e2e/test_production.py": 40,
    "tests/faults/test_kills.py": 200,
    "tests/faults/test_brokers.py": 90,
    "tests/faults/test_planted.py": 90,
    "tests/faults/test_races.py": 60,
    "tests/corpora/test_corpora.py": 90,
    "tests/matrix/test_replay.py": 60,
}


def long_first(modules: Sequence[str], processes: int) -> list[int]:
    """Order tests for a number of processes.

    Args:
        modules: of each test, its module's path from the root on.
        processes: how many there are, each of which begins with an equal stretch.

    Returns:
        Which test stands where.
    """
    stretches: list[list[int]] = [[] for _ in range(processes)]
    loads = [(0, each) for each in range(processes)]
    heapify(loads)
    for module in sorted(LONGEST.keys() & set(modules), key=lambda each: (-LONGEST[each], each)):
        seconds, lightest = heappop(loads)
        stretches[lightest] += [place for place, of in enumerate(modules) if of == module]
        heappush(loads, (seconds + LONGEST[module], lightest))
    others = iter([place for place, of in enumerate(modules) if of not in LONGEST])
    order: list[int] = []
    for number, stretch in enumerate(stretches):
        # As xdist divides: what is left among those who have nothing yet.
        many = (len(modules) - len(order)) // (processes - number)
        order += [*stretch, *islice(others, max(0, many - len(stretch)))]
    return [*order, *others]
