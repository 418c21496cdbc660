"""Tasks that keep the campaigns' status up to date."""

from __future__ import annotations

from thidua.adapters.broker import BELL_QUEUE
from thidua.adapters.broker import BELL_TASK
from thidua.application.drain import note_work
from thidua_workers import process
from thidua_workers.draining import drain_all
from thidua_workers.tasking import task

__all__ = ["drain_status"]


@task(name=BELL_TASK, queue=BELL_QUEUE)
def drain_status() -> None:
    """Take in what was filed, and note that this worker hears its bell."""
    host = process.host()
    drain_all(host, limit=process.settings().drain_batch)
    note_work(host, process.worker_name())
