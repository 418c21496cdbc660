"""Stop code of a plugin that does not end, in whatever thread it runs.

One watching thread per process raises an exception in the thread that is over its time. That stops
anything that runs Python; what sits in one call of C (a search by a bad pattern, a huge power) is
stopped when the call returns, and where it holds the interpreter, by who watches the process.
"""

from __future__ import annotations

import ctypes
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from typing import TypeVar

__all__ = ["OverTimeError", "within"]

_Result = TypeVar("_Result")

#: How often the watch looks, and how soon it raises again where the exception was swallowed.
_TICK_S: Final = 0.1
_AGAIN_S: Final = 0.5
#: Kept ready for so long after the last call: going to sleep and waking up costs more than looking.
_IDLE_TICKS: Final = 50

_raise_in: Final = ctypes.pythonapi.PyThreadState_SetAsyncExc
_raise_in.argtypes = (ctypes.c_ulong, ctypes.py_object)


class OverTimeError(BaseException):
    """Raised in a thread that is over its time; no Exception, so that code that catches those lets it through."""


@dataclass(slots=True, eq=False)
class _Call:
    thread: int
    until: float
    was_stopped: bool = False


class _Watch:
    """The calls under way in this process, and the thread that looks at them."""

    def __init__(self) -> None:
        self._forget()
        os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        # Threads do not come along into a fork, and a lock might be held for ever.
        self._changed = threading.Condition(threading.Lock())
        self._calls: set[_Call] = set()
        self._thread: threading.Thread | None = None
        self._sleeps = True

    def begin(self, limit_s: float) -> _Call:
        call = _Call(threading.get_ident(), time.monotonic() + limit_s)
        with self._changed:
            self._calls.add(call)
            if self._sleeps:
                self._sleeps = False
                if self._thread is None:
                    self._thread = threading.Thread(target=self._look, name="rule-limit", daemon=True)
                    self._thread.start()
                self._changed.notify()
        return call

    def end(self, call: _Call) -> None:
        """Take a call out; nothing is raised in its thread any more when this returns."""
        is_open = True
        while is_open:
            try:
                with self._changed:
                    # Under the lock that whoever raises holds: nothing comes after.
                    self._calls.discard(call)
                is_open = False
            except OverTimeError:  # it came just before
                continue
        if call.was_stopped:
            _take_what_is_under_way(call.thread)

    def _look(self) -> None:
        idle = 0
        with self._changed:
            while True:
                self._changed.wait(None if self._sleeps else _TICK_S)
                now = time.monotonic()
                for call in self._calls:
                    if call.until <= now:
                        call.until = now + _AGAIN_S
                        call.was_stopped = True
                        _raise_in(call.thread, OverTimeError)
                idle = 0 if self._calls else idle + 1
                self._sleeps = idle >= _IDLE_TICKS


def _take_what_is_under_way(thread: int) -> None:
    """Take an exception that was set in this thread and has not come yet, if there is one.

    Setting none in its place would do so too, but leaves the interpreter's flag up for ever: every
    call then looks for what is not there, and under a tracer (coverage, a debugger) never begins.
    """
    try:
        _raise_in(thread, OverTimeError)
        while True:  # it comes at the jump back, in the place of one that was there
            pass
    except OverTimeError:
        return


_watch: Final = _Watch()


def within(limit_s: float, act: Callable[[], _Result]) -> _Result:
    """Run something for so long at most.

    Raises:
        OverTimeError: it did not end, and was stopped.
    """
    call = _watch.begin(limit_s)
    try:
        try:
            return act()
        finally:
            _watch.end(call)
    except OverTimeError:
        # Also where it came between the end of the act and the end of the watch.
        _watch.end(call)
        raise
