"""The bell between the pages and the workers, over Celery.

The outbox in the database is the truth; a message only says "there is work". So nothing here may
hold up or fail a request, and losing a message costs at most the few seconds until a worker's
own timer looks. Settings below hold for every process that talks to the broker.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from typing import Protocol
from typing import cast

from celery import Celery
from kombu import Connection
from kombu import Queue

from thidua.application.ports.surroundings import DRAIN_BELL
from thidua.application.ports.surroundings import JOBS_BELL

__all__ = [
    "BELL_EXPIRES_S",
    "BELL_QUEUE",
    "BELL_TASK",
    "JOBS_EXPIRES_S",
    "JOBS_QUEUE",
    "JOBS_TASK",
    "BrokerAddress",
    "BrokerSettings",
    "CeleryBell",
    "SilentBell",
    "celery_settings",
]

#: What a ring asks for, and where it waits; the workers' side is held to these by a test.
BELL_TASK = "status.drain"
BELL_QUEUE = "drain"
#: The same for background work: a queue of its own, so that no bell of a drain waits behind hours of it.
JOBS_TASK = "jobs.work"
JOBS_QUEUE = "jobs"
#: A worker that does long work looks for more by itself before this is over; so do the timers.
JOBS_EXPIRES_S = 60
#: Seconds after which a bell nobody heard is worth nothing: the timers have looked meanwhile.
BELL_EXPIRES_S = 30

#: So many bells that nobody has heard yet say all there is to say: more would only have to be taken
#: out again when the workers are back.
_ENOUGH = 4

_log = logging.getLogger(__name__)


class BrokerSettings(Protocol):
    """Where the broker is, as the installation's settings say it."""

    @property
    def broker_url(self) -> str:
        """``redis://…`` or ``redis+socket:///path``; empty: there is none."""
        ...


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Just the address, where no more of the settings is at hand."""

    broker_url: str


def celery_settings(settings: BrokerSettings) -> dict[str, object]:
    """Return Celery's settings, the same for pages, workers and beat."""
    return {
        "broker_url": settings.broker_url,
        # The database holds every outcome; a result backend would be a second, weaker memory.
        "task_ignore_result": True,
        # Taken off the queue when begun. A worker killed in a drain loses the bell only, and the
        # next one finds the outbox as it was. Late acknowledgement would redeliver after a
        # visibility timeout, run long work twice, and loop on a task that kills its process.
        "task_acks_late": False,
        "task_reject_on_worker_lost": False,
        # One message at a time: a bell held back by a busy process is a bell another could answer.
        "worker_prefetch_multiplier": 1,
        # A drain is a fraction of a second; one that lasts this long hangs. Soft first, so that it
        # can roll back. Slower kinds of work state their own limits on the task.
        "task_soft_time_limit": 45,
        "task_time_limit": 60,
        # Memory that libraries do not give back ends with the process (process pools only).
        "worker_max_tasks_per_child": 500,
        "worker_max_memory_per_child": 300_000,  # KiB
        # A child loads the plugins and reaches the database before it says it is up.
        "worker_proc_alive_timeout": 60.0,
        # On SIGQUIT a running drain may still end well; the supervisor waits longer than this.
        "worker_soft_shutdown_timeout": 20.0,
        # Holds for tasks acknowledged late, of which there are none: should one come, it must not run on
        # while the broker, having lost its connection, gives it out a second time.
        "worker_cancel_long_running_tasks_on_connection_loss": True,
        # Come back however long the broker was away: the timer does the work meanwhile, so giving
        # up (the default, after a hundred tries) would only make the worker deaf later.
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        # Gossip, mingle and remote control stay on: workers started without them were seen to
        # hang for ever after the broker came back, those with them at worst die and are restarted.
        "worker_send_task_events": False,
        "task_send_sent_event": False,
        # A bell is sent once or not at all; retrying is the timers' and the sweep's part.
        "task_publish_retry": False,
        "broker_transport_options": {
            # A frozen broker answers nothing, ever. Without these a publish never returns.
            "socket_timeout": 3,
            "socket_connect_timeout": 1,
            "retry_on_timeout": False,
            # Notices a connection that died without a word.
            "socket_keepalive": True,
            "health_check_interval": 10,
            # Looks for what a dead worker held every 10 s; by default about every 100 s.
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 1,
            # visibility_timeout stays at an hour: the shortest of all programs on one broker wins,
            # and one shorter than the longest task starts that task again while it runs.
        },
        # Messages carry no data but ids, and nothing that could be made to run code.
        "task_serializer": "json",
        "result_serializer": "json",
        "accept_content": ["json"],
        "task_default_queue": BELL_QUEUE,
        # Queues are named on each task; a misspelt one must fail, not appear.
        "task_queues": [Queue(name) for name in (BELL_QUEUE, JOBS_QUEUE)],
        "task_create_missing_queues": False,
        # The host's own logging stays as it was set up.
        "worker_hijack_root_logger": False,
    }


class SilentBell:
    """Rings nothing: for commands, whose work the workers' timers find within seconds."""

    def ring(self, what: str = DRAIN_BELL) -> None:
        """Do nothing."""


@dataclass(frozen=True, slots=True)
class _Message:
    """What is sent for one kind of bell."""

    task: str
    queue: str
    expires_s: int


_MESSAGES = {
    DRAIN_BELL: _Message(BELL_TASK, BELL_QUEUE, BELL_EXPIRES_S),
    JOBS_BELL: _Message(JOBS_TASK, JOBS_QUEUE, JOBS_EXPIRES_S),
}


class _Line:
    """One process's thread that publishes; rings meanwhile run together into one."""

    def __init__(self, publish: Callable[[], None], *, quiet_s: float, gap_s: float) -> None:
        self._publish = publish
        self._quiet_s = quiet_s
        self._gap_s = gap_s
        self._wanted = threading.Event()
        self._closed = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def ring(self) -> None:
        self._wanted.set()
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    thread = threading.Thread(target=self._work, name="bell", daemon=True)
                    thread.start()
                    self._thread = thread

    def close(self, timeout_s: float) -> None:
        self._closed.set()
        self._wanted.set()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _work(self) -> None:
        is_out = False
        while self._wanted.wait() and not self._closed.is_set():
            self._wanted.clear()
            try:
                self._publish()
            except Exception as error:  # noqa: BLE001  the outermost edge of this thread
                if not is_out:
                    _log.warning("the broker does not answer, the workers' timers go on alone: %s", error)
                is_out = True
                self._closed.wait(self._quiet_s)
            else:
                if is_out:
                    _log.info("the broker answers again")
                is_out = False
                self._closed.wait(self._gap_s)


class CeleryBell:
    """Tells the workers that there is work; see ``surroundings.Bell``.

    ``ring`` sets a flag and returns. A daemon thread, one per process and started by its first
    ring (a fork starts its own), publishes; a publish that fails stops the ringing for a while
    and is logged once per outage.
    """

    def __init__(
        self,
        settings: BrokerSettings,
        *,
        quiet_s: float = 10.0,
        gap_s: float = 0.05,
        publish: Callable[[], None] | None = None,
    ) -> None:
        """Prepare the bell; nothing is connected yet.

        Args:
            settings: without a broker in them, ringing does nothing.
            quiet_s: how long not to ring after a failure.
            gap_s: shortest time between two messages: a worker empties the outbox each time, so
                more of them only fill the queue.
            publish: sends one message, in place of Celery.
        """
        self._settings = settings
        self._quiet_s = quiet_s
        self._gap_s = gap_s
        self._publish_with = publish
        self._lines: dict[tuple[int, str], _Line] = {}

    def ring(self, what: str = DRAIN_BELL) -> None:
        """Return at once, whatever state the broker is in; never raise."""
        if not self._settings.broker_url:
            return
        try:
            place = os.getpid(), what
            # No lock: one held by another thread at the moment of a fork would stay shut for ever.
            line = self._lines.get(place) or self._lines.setdefault(place, self._line(what))
            line.ring()
        except Exception:  # noqa: BLE001  a bell that fails must not fail the report that was just filed
            _log.exception("the bell could not be rung")

    def close(self, timeout_s: float = 5.0) -> None:
        """Stop this process's threads; for tests and orderly ends. A later ring starts another."""
        for what in _MESSAGES:
            line = self._lines.pop((os.getpid(), what), None)
            if line is not None:
                line.close(timeout_s)

    def _line(self, what: str) -> _Line:
        publish = self._publish_with or _CeleryPublisher(self._settings, _MESSAGES[what]).publish
        return _Line(publish, quiet_s=self._quiet_s, gap_s=self._gap_s)


class _CeleryPublisher:
    """Sends the one message, through an app that knows no tasks and a connection of its own.

    Celery's shared pools stay out of it: they cannot be emptied of connections that still wait
    for an answer without being closed for good.
    """

    def __init__(self, settings: BrokerSettings, message: _Message) -> None:
        self._settings = settings
        self._message = message
        self._connection: Connection | None = None

    @cached_property
    def _app(self) -> Celery:
        # Made by the thread that publishes: not even loading it may hold up who rings first.
        app = Celery("thidua-bell", set_as_current=False, config_source=celery_settings(self._settings))
        # A worker waits for its broker; the bell connects at once or not at all.
        app.conf.broker_transport_options |= {"max_retries": 0}
        return app

    def publish(self) -> None:
        connection = self._connection or self._app.connection_for_write()
        self._connection = None
        try:
            if cast("Any", connection.default_channel).client.llen(self._message.queue) >= _ENOUGH:
                self._connection = connection
                return
            self._app.send_task(
                self._message.task,
                queue=self._message.queue,
                expires=self._message.expires_s,
                ignore_result=True,
                retry=False,
                producer=self._app.amqp.Producer(connection, auto_declare=False),
            )
        except Exception:
            connection.collect()
            raise
        self._connection = connection
