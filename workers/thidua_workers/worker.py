"""Runs one worker: ``python -m thidua_workers.worker``, which is what ``thidua worker`` becomes.

Celery's own program class, started without its command line: the same worker, some MB less.
"""

from __future__ import annotations

import faulthandler
import os
import sys
from collections.abc import Sequence

from celery import Celery
from celery.utils.nodenames import host_format

from thidua.adapters.broker import BELL_QUEUE
from thidua.adapters.broker import JOBS_QUEUE
from thidua.adapters.log_lines import JSON
from thidua.domain.errors import InvalidConfigurationError
from thidua.settings import Settings
from thidua_workers import process
from thidua_workers.app import configure
from thidua_workers.limits import limit_memory
from thidua_workers.tasking import QUEUES
from thidua_workers.tasks import jobs
from thidua_workers.tasks import status
from thidua_workers.timer import DrainTimer
from thidua_workers.timer import JobsTimer
from thidua_workers.timer import SealTimer

__all__ = ["TASK_MODULES", "main", "prepare"]

#: Imported for their tasks; a new module of tasks is added here and nowhere else.
TASK_MODULES = (status, jobs)

#: Which timers look for what a lost bell of a queue left behind; whoever drains seals as well.
_TIMERS = {BELL_QUEUE: (DrainTimer, SealTimer), JOBS_QUEUE: (JobsTimer,)}

_POLITENESS = 10
_STANDARD_ERROR = 2


def prepare(settings: Settings, queues: Sequence[str] = tuple(QUEUES)) -> Celery:
    """Return the app with every task, and the timers of the queues it serves."""
    app = configure(settings)
    app.steps["worker"].update(timer for queue in queues for timer in _TIMERS[queue])
    return app


def main(arguments: Sequence[str]) -> int:
    """Work until told to stop; return the exit code.

    Args:
        arguments: the queues to serve, all if none is named.
    """
    settings = process.settings()
    queues = list(arguments) or list(QUEUES)
    if unknown := set(queues) - set(QUEUES):
        raise InvalidConfigurationError(
            f"Không có hàng đợi {', '.join(sorted(unknown))}; chỉ có {', '.join(QUEUES)}.", subject="--queues"
        )
    # What crashes says where; what hangs or grows without end is ended: see limits.
    faulthandler.enable(_STANDARD_ERROR)
    limit_memory(settings.worker_memory_mib * 1024**2)
    # Those who file go before the count: on a machine that is full, the status may wait a little.
    os.nice(_POLITENESS)
    # Threads share a process, in which at most one does background work: with one more, the drains
    # have all that was asked for.
    has_one_more = settings.worker_pool == "threads" and len(queues) > 1
    worker = prepare(settings, queues).Worker(
        # Several may run on one machine: each answers to its own name.
        hostname=host_format(f"worker-{os.getpid()}@%h"),
        pool_cls=settings.worker_pool,
        concurrency=settings.worker_processes + has_one_more,
        queues=queues,
        loglevel=settings.log_level.upper(),
        no_color=True,
        # Its banner is no line of a log.
        quiet=settings.log_format == JSON,
    )
    worker.start()
    return int(worker.exitcode or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
