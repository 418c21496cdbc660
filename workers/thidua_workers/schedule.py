"""What beat rings, and why so often.

Beat may ring twice: an effect that must happen once has a key of its own in the database.
"""

from __future__ import annotations

from thidua.adapters.broker import BELL_EXPIRES_S
from thidua.adapters.broker import BELL_QUEUE
from thidua.adapters.broker import BELL_TASK
from thidua.adapters.broker import JOBS_EXPIRES_S
from thidua.adapters.broker import JOBS_QUEUE
from thidua.adapters.broker import JOBS_TASK

__all__ = ["SCHEDULE"]

SCHEDULE: dict[str, dict[str, object]] = {
    # Finds what a lost bell left behind, and makes every worker show that it still hears: one that
    # has answered none for a minute is taken for deaf and replaced.
    "sweep": {
        "task": BELL_TASK,
        "schedule": 5.0,
        "options": {"queue": BELL_QUEUE, "expires": BELL_EXPIRES_S, "ignore_result": True},
    },
    # Takes over what a dead worker held, in a pool that is limited in time and memory, and not in the
    # timers' threads. What runs by the day has its schedule in the database, not here: a beat that was
    # down at two in the morning forgets it.
    "jobs": {
        "task": JOBS_TASK,
        "schedule": 30.0,
        "options": {"queue": JOBS_QUEUE, "expires": JOBS_EXPIRES_S, "ignore_result": True},
    },
}
