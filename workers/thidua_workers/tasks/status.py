"""Tasks that keep the campaigns' status up to date."""

from __future__ import annotations

import time

from thidua.adapters.broker import BELL_QUEUE
from thidua.adapters.broker import BELL_TASK
from thidua.application.background.drain import note_work
from thidua_workers import process
from thidua_workers.draining import drain_all
from thidua_workers.tasking import task

__all__ = ["drain_status"]

#: Deafness is judged by the minute; in a flood of bells, noting each would be a commit for each.
_NOTED_EVERY_S = 1.0


class _Noting:
    """Tells when this process last noted that it works."""

    def __init__(self) -> None:
        self._due_at = time.monotonic()

    def is_due(self) -> bool:
        now = time.monotonic()
        if now < self._due_at:
            return False
        self._due_at = now + _NOTED_EVERY_S
        return True


_noting = _Noting()


@task(name=BELL_TASK, queue=BELL_QUEUE)
def drain_status() -> None:
    """Take in what was filed, and note that this worker hears its bell."""
    host = process.host()
    drain_all(host, process.pace(), limit=process.settings().drain_batch)
    if _noting.is_due():
        note_work(host, process.machine_name())
