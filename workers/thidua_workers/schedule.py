"""What beat rings, and why so often.

Beat may ring twice: an effect that must happen once has a key of its own in the database.
"""

from __future__ import annotations

from thidua.adapters.broker import BELL_EXPIRES_S
from thidua.adapters.broker import BELL_QUEUE
from thidua.adapters.broker import BELL_TASK

__all__ = ["SCHEDULE"]

SCHEDULE: dict[str, dict[str, object]] = {
    # Finds what a lost bell left behind, and makes every worker show that it still hears: one that
    # has answered none for a minute is taken for deaf and replaced.
    "sweep": {
        "task": BELL_TASK,
        "schedule": 5.0,
        "options": {"queue": BELL_QUEUE, "expires": BELL_EXPIRES_S, "ignore_result": True},
    },
}
