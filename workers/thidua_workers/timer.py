"""The timer beside the bell: looks into the outbox every few seconds and needs no broker.

Beat's sweep travels through the broker like the bells do; when the broker is gone neither
arrives. So each worker host looks by itself, in a thread that starts before the worker connects
to anything, and a dead broker only delays.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from celery import bootsteps

from thidua.application.background.drain import refresh_expired
from thidua.application.trail.sealing import seal_and_anchor
from thidua_workers import process
from thidua_workers.draining import drain_all
from thidua_workers.working import look_for_jobs

__all__ = ["DrainTimer", "JobsTimer", "SealTimer", "Ticker", "look_once"]

_STOP_S = 10.0
#: With the pass itself, what is written is sealed within ten seconds.
_SEALED_EVERY_S = 5.0

_log = logging.getLogger(__name__)


def look_once() -> None:
    """Take in what waits, and replace the documents that time alone has changed."""
    host = process.host()
    drain_all(host, process.pace(), limit=process.settings().drain_batch)
    refresh_expired(host)


class Ticker:
    """A daemon thread that calls a function at once and then again and again, whatever it raises."""

    def __init__(self, look: Callable[[], object], *, interval_s: float, name: str = "drain-timer") -> None:
        self._look = look
        self._interval_s = interval_s
        self._name = name
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the look under way, waiting for it a while."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_S)

    def _run(self) -> None:
        is_failing = False
        while not self._stopped.is_set():
            try:
                self._look()
            except (Exception, SystemExit):  # noqa: BLE001  the outermost edge of this thread
                # Once per trouble: a database that is away would fill the disk with its own absence.
                if not is_failing:
                    _log.exception("the %s failed, it goes on trying", self._name)
                is_failing = True
            else:
                if is_failing:
                    _log.info("the %s works again", self._name)
                is_failing = False
            self._stopped.wait(self._interval_s)


class _Timer(bootsteps.StartStopStep):
    """Runs a timer in the worker's main process.

    A step of the worker, not of its consumer: the consumer starts last and only once the broker
    answers.
    """

    requires = ("celery.worker.components:Pool",)
    abstract = True

    def __init__(self, parent: Any, **options: Any) -> None:  # noqa: ANN401  celery's signature
        super().__init__(parent, **options)
        self._ticker: Ticker | None = None

    def make(self) -> Ticker:
        """Make the thread."""
        raise NotImplementedError

    def start(self, parent: Any) -> None:  # noqa: ANN401, ARG002
        """Start a thread; called again when the worker restarts its steps."""
        self._ticker = self.make()
        self._ticker.start()

    def stop(self, parent: Any) -> None:  # noqa: ANN401, ARG002
        """End the thread before the pool goes."""
        if self._ticker is not None:
            self._ticker.stop()
            self._ticker = None

    def terminate(self, parent: Any) -> None:  # noqa: ANN401
        """End the thread, also when the worker is told to end at once."""
        self.stop(parent)


class DrainTimer(_Timer):
    """Looks for changes to take in."""

    def make(self) -> Ticker:
        """Make the thread."""
        return Ticker(look_once, interval_s=process.settings().drain_interval_s)


class JobsTimer(_Timer):
    """Looks for background work, in a thread of its own: a long piece must hold up no drain."""

    def make(self) -> Ticker:
        """Make the thread."""
        return Ticker(look_for_jobs, interval_s=process.settings().drain_interval_s, name="jobs-timer")


class SealTimer(_Timer):
    """Seals what was written down, in a thread of its own: a long drain must not leave it unsealed."""

    def make(self) -> Ticker:
        """Make the thread."""
        interval_s = min(process.settings().drain_interval_s, _SEALED_EVERY_S)
        return Ticker(lambda: seal_and_anchor(process.host()), interval_s=interval_s, name="seal-timer")
