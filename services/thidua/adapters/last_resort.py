"""Ends this process where something in it lasts too long, wherever it hangs, with a traceback.

Nothing can end a thread, and one call of C that holds the interpreter lets no code of Python's run. So the
process ends, and whoever watches over it starts it again. The watch is a thread of the C library's: it
works while a hanging expression holds the interpreter. A process has one such watch.
"""

from __future__ import annotations

import faulthandler
import os
import threading
import time
from typing import Self

__all__ = ["Guard", "trace_to"]

_STANDARD_ERROR = 2


class _Watch:
    """The one watch of this process: wound to the earliest of all deadlines."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._deadlines: dict[object, float] = {}
        # Not sys.stderr, in whose place Celery puts a logger.
        self.trace = _STANDARD_ERROR

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
        faulthandler.dump_traceback_later(left_s, exit=True, file=self.trace)


_watch = _Watch()
os.register_at_fork(
    before=_watch.before_fork,
    after_in_parent=_watch.after_in_parent,
    after_in_child=_watch.after_in_child,
)


def trace_to(descriptor: int) -> None:
    """Let the traceback of this process's end be written there, and not to standard error."""
    _watch.trace = descriptor


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
