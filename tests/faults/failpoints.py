"""Points at which a process may be told to die, stop or fail, and how it is told.

``FAULT_POINT`` is ``name:nth:action``: when a process passes the point for the nth time, it is
killed (``kill``), killed a few milliseconds later (``soon``, for what happens in the middle of a
statement), stopped (``stop``), or an error is raised (``raise``). What happened is appended to
``FAULT_LOG`` before it happens.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Mapping

__all__ = ["DRAIN_POINTS", "WEB_POINTS", "FaultError", "Points"]

#: Where a filing may be cut. On PostgreSQL a filing is one statement that commits itself, so the
#: inside of its commit is met by chance: ``web.in_commit`` begins with the statement.
WEB_POINTS = ("web.before_commit", "web.in_commit", "web.after_commit", "web.after_bell")
#: Where a round of counting may be cut.
DRAIN_POINTS = (
    "drain.claimed",
    "drain.locked",
    "drain.counted",
    "drain.before_mark",
    "drain.after_mark",
    "drain.after_commit",
)

#: Longer than a filing's statement takes, so that some deaths come before, in and after the commit.
_SOON_S = 0.004


class FaultError(RuntimeError):
    """The failure that was asked for."""


class Points:
    """The points of one process."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._name, _, rest = environ.get("FAULT_POINT", "").partition(":")
        nth, _, self._action = rest.partition(":")
        self._nth = int(nth or 0)
        self._log = environ.get("FAULT_LOG", "")
        # By process: a pool's children pass each their own.
        self._passed: dict[int, int] = {}

    def passes(self, name: str) -> None:
        """Tell that the process is at a point."""
        if name != self._name:
            return
        pid = os.getpid()
        self._passed[pid] = self._passed.get(pid, 0) + 1
        if self._passed[pid] == self._nth:
            self._note(name)
            self._act()

    def _note(self, name: str) -> None:
        descriptor = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, f"{name} {self._action} {os.getpid()} {time.time():.6f}\n".encode())
        finally:
            os.close(descriptor)

    def _act(self) -> None:
        if self._action == "raise":
            raise FaultError(self._name)
        if self._action == "soon":
            delay_s = random.SystemRandom().uniform(0, _SOON_S)
            threading.Thread(target=_die_after, args=(delay_s,), daemon=True).start()
            return
        os.kill(os.getpid(), {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}[self._action])


def _die_after(delay_s: float) -> None:
    until = time.perf_counter() + delay_s
    while time.perf_counter() < until:
        time.sleep(0)
    os.kill(os.getpid(), signal.SIGKILL)
