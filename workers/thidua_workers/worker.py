"""Runs one worker: ``python -m thidua_workers.worker``, which is what ``thidua worker`` becomes.

Celery's own program class, started without its command line: the same worker, some MB less.
"""

from __future__ import annotations

import os
import sys

from celery import Celery
from celery.utils.nodenames import host_format

from thidua.settings import Settings
from thidua_workers import process
from thidua_workers.app import configure
from thidua_workers.tasking import QUEUES
from thidua_workers.tasks import status
from thidua_workers.timer import DrainTimer

__all__ = ["TASK_MODULES", "main", "prepare"]

#: Imported for their tasks; a new module of tasks is added here and nowhere else.
TASK_MODULES = (status,)

_POLITENESS = 10


def prepare(settings: Settings) -> Celery:
    """Return the app with every task and the drain timer."""
    app = configure(settings)
    app.steps["worker"].add(DrainTimer)
    return app


def main() -> int:
    """Work until told to stop; return the exit code."""
    settings = process.settings()
    # Those who file go before the count: on a machine that is full, the status may wait a little.
    os.nice(_POLITENESS)
    worker = prepare(settings).Worker(
        # Several may run on one machine: each answers to its own name.
        hostname=host_format(f"worker-{os.getpid()}@%h"),
        pool_cls=settings.worker_pool,
        concurrency=settings.worker_processes,
        queues=list(QUEUES),
        loglevel=settings.log_level.upper(),
        no_color=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


if __name__ == "__main__":
    sys.exit(main())
