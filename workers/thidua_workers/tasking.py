"""How a function becomes a task: typed, closed arguments; the function itself is left untouched.

Celery's own decorator takes any keyword in silence, so a misspelt limit is no limit. This one
names every option it has, and returns the function, so that tests and callers call a function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec

from thidua.adapters.broker import BELL_QUEUE
from thidua.adapters.broker import JOBS_QUEUE
from thidua_workers.app import app

__all__ = ["QUEUES", "task"]

_Arguments = ParamSpec("_Arguments")

#: Every queue, with what waits in it. A worker consumes all of them unless told otherwise.
QUEUES = {
    BELL_QUEUE: "bells: count what was filed",
    JOBS_QUEUE: "bells: rebuilds, comparisons and other work that may be long",
}


def task(
    *, name: str, queue: str, soft_limit_s: int = 45, hard_limit_s: int = 60
) -> Callable[[Callable[_Arguments, None]], Callable[_Arguments, None]]:
    """Register a function as a task. It returns nothing: outcomes are rows.

    Args:
        name: what messages call it; ``<module>.<verb>``.
        queue: one of ``QUEUES``.
        soft_limit_s: when the task is interrupted and may still roll back (process pools only).
        hard_limit_s: when its process is killed (process pools only).

    Raises:
        ValueError: the queue is unknown, the name is taken, or the limits are in the wrong order.
    """
    if queue not in QUEUES:
        raise ValueError(f"task {name}: there is no queue {queue!r}")
    if name in app.tasks:
        raise ValueError(f"task {name}: the name is taken")
    if not 0 < soft_limit_s < hard_limit_s:
        raise ValueError(f"task {name}: the soft limit has to come before the hard one")

    def register(function: Callable[_Arguments, None]) -> Callable[_Arguments, None]:
        app.task(name=name, queue=queue, ignore_result=True, soft_time_limit=soft_limit_s, time_limit=hard_limit_s)(
            function
        )
        return function

    return register
