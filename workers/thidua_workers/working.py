"""How a worker works at jobs: what a bell, a look of the timer and the end of a process share."""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta

from celery import group
from celery.signals import worker_shutting_down
from kombu.exceptions import OperationalError

from thidua.adapters.broker import JOBS_EXPIRES_S
from thidua.adapters.broker import JOBS_QUEUE
from thidua.adapters.broker import JOBS_TASK
from thidua.application.background.job_kinds import KINDS
from thidua.application.background.job_running import Worked
from thidua.application.background.job_running import close_cancelled
from thidua.application.background.job_running import product_now
from thidua.application.background.job_running import work_on_jobs
from thidua.application.background.job_schedule import find_alarms
from thidua.application.background.job_schedule import lay_down_due
from thidua_workers import process
from thidua_workers.app import app
from thidua_workers.limits import Guard

__all__ = ["PIECE_LIMIT_S", "look_for_jobs", "tell_others", "work"]

#: After so long a task ends and rings for the next: a worker told to stop is not waited for longer,
#: and the limits in time of a task are about one piece, never about a whole rebuild.
_BUDGET_S = 15.0
#: One comparison of a whole campaign may take minutes; what lasts longer than this hangs.
PIECE_LIMIT_S = 300
#: Bells rung for a new stage: more workers than this take no share of one rebuild.
_MOST_BELLS = 32
#: A free piece is left to the bells for so long; then the timer takes it, and needs no broker.
_LEFT_TO_BELLS = timedelta(seconds=2)

_ALARMS_EVERY_S = 60.0

_log = logging.getLogger(__name__)
_ending = threading.Event()


class _Alarms:
    """Logs each alarm once while it stands: the page shows it as long. Looks once a minute."""

    def __init__(self) -> None:
        self._told: frozenset[str] = frozenset()
        self._due_at = 0.0

    def look(self) -> None:
        if time.monotonic() < self._due_at:
            return
        self._due_at = time.monotonic() + _ALARMS_EVERY_S
        standing = {alarm.code: alarm.message for alarm in find_alarms(process.host())}
        for code in standing.keys() - self._told:
            _log.error("alarm: %s", standing[code])
        self._told = frozenset(standing)


_alarms = _Alarms()


@worker_shutting_down.connect
def _end(**_given: object) -> None:
    _ending.set()


def work() -> Worked:
    """Do pieces of work for a while, unless another thread of this process is at it."""
    slot = process.job_slot()
    if not slot.acquire(blocking=False):
        return Worked()
    try:
        with Guard(PIECE_LIMIT_S) as guard:

            def goes_on() -> bool:
                guard.renew()
                return not _ending.is_set()

            return work_on_jobs(
                process.host(),
                process.worker_name(),
                process.job_options(),
                budget_s=_BUDGET_S,
                goes_on=goes_on,
                told=tell_others,
            )
    finally:
        slot.release()


def tell_others(pieces: int) -> None:
    """Ring for as many workers as there are pieces to share; a broker that is away costs a few seconds."""
    bell = app.signature(JOBS_TASK, queue=JOBS_QUEUE, expires=JOBS_EXPIRES_S, ignore_result=True)
    try:
        group([bell] * min(pieces, _MOST_BELLS)).apply_async(retry=False)
    except OperationalError as error:
        _log.warning("the broker does not answer, the timers share the work: %s", error)


def look_for_jobs() -> None:
    """Lay down what is due, end what is to end, raise alarms, and do what no bell was heard for."""
    host = process.host()
    lay_down_due(host, keep=timedelta(days=process.settings().job_retention_days))
    close_cancelled(host)
    _alarms.look()
    with host.work.glancing() as opened:
        now = product_now(host, opened)
        is_left = opened.jobs.has_free(tuple(KINDS), now - _LEFT_TO_BELLS)
        # Where bells are heard, pools do the work: they are limited in time and memory, this is not.
        is_left = is_left and not opened.jobs.is_held_by(process.machine_name(), now)
    if is_left:
        work()
