"""Ends a process in which something lasts too long, wherever it hangs, with a traceback in the log.

A pool of processes kills what exceeds its time; nothing can end a thread. So the process ends, and
whoever watches over it (the supervisor, systemd, the container) starts it again. The watch is a
thread of the C library's: it works while a hanging expression holds the interpreter.
"""

from __future__ import annotations

import faulthandler
import os
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from contextlib import contextmanager
from typing import Self

from thidua.application.ports.unit_of_work import LedgerActs
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.ports.unit_of_work import UnitsOfWork

__all__ = ["Guard", "GuardedUnitsOfWork", "limit_memory"]

_STANDARD_ERROR = 2


class _Watch:
    """The one watch of this process: wound to the earliest of all deadlines."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._deadlines: dict[object, float] = {}

    def set(self, guard: object, deadline: float) -> None:
        with self._lock:
            self._deadlines[guard] = deadline
            self._wind()

    def remove(self, guard: object) -> None:
        with self._lock:
            self._deadlines.pop(guard, None)
            self._wind()

    def before_fork(self) -> None:
        # The watching thread is not copied, but the lock it holds is: a child would wait for it for ever.
        self._lock.acquire()
        faulthandler.cancel_dump_traceback_later()

    def after_in_parent(self) -> None:
        self._wind()
        self._lock.release()

    def after_in_child(self) -> None:
        # The threads under guard are not copied either.
        self._deadlines.clear()
        self._lock = threading.Lock()

    def _wind(self) -> None:
        if not self._deadlines:
            faulthandler.cancel_dump_traceback_later()
            return
        left_s = max(min(self._deadlines.values()) - time.monotonic(), 0.001)
        # Not sys.stderr, in whose place Celery puts a logger.
        faulthandler.dump_traceback_later(left_s, exit=True, file=_STANDARD_ERROR)


_watch = _Watch()
os.register_at_fork(
    before=_watch.before_fork,
    after_in_parent=_watch.after_in_parent,
    after_in_child=_watch.after_in_child,
)


class Guard:
    """While open, ends the process once ``limit_s`` pass without ``renew``; several may be open at once."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s

    def __enter__(self) -> Self:
        self.renew()
        return self

    def __exit__(self, *_error: object) -> None:
        _watch.remove(self)

    def renew(self) -> None:
        """Begin to count anew: a piece is done, the next may take as long."""
        _watch.set(self, time.monotonic() + self._limit_s)


class GuardedUnitsOfWork:
    """Units of work whose writing transactions must end within a limit, each anew.

    So a long backlog or rebuild, which is many transactions, is never ended, and a hang always is.
    """

    def __init__(self, work: UnitsOfWork, limit_s: float) -> None:
        self._work = work
        self._limit_s = limit_s

    @contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        """Open a transaction that may write, and end the process if it does not end."""
        with self._work.writing() as work, Guard(self._limit_s):
            yield work

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """Open a transaction that only reads."""
        return self._work.reading()

    def acting(self) -> AbstractContextManager[LedgerActs]:
        """Open one act of the ledger."""
        return self._work.acting()

    def glancing(self) -> AbstractContextManager[UnitOfWork]:
        """Open look-ups that each stand alone."""
        return self._work.glancing()


def limit_memory(most_bytes: int) -> None:
    """Bound what this process and those that fork off may map each.

    One that runs wild then meets a MemoryError of its own, and not the end of the machine.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most_bytes = most_bytes if hard == resource.RLIM_INFINITY else min(hard, most_bytes)
    resource.setrlimit(resource.RLIMIT_AS, (most_bytes, hard))
