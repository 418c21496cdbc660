"""The programs of an installation as processes: started, asked to end, killed, and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field
from functools import partial
from pathlib import Path
from typing import Any

from tests.faults.site import ROOT
from thidua.supervisor.orphans import die_with_parent

__all__ = ["STOP_S", "Part", "children_of", "until"]

STOP_S = 40.0


def until(holds: Callable[[], Any], *, within_s: float, what: str | Callable[[], str], every_s: float = 0.05) -> float:
    """Wait, and return the seconds it took.

    Raises:
        TimeoutError: it did not come.
    """
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > within_s:
            raise TimeoutError(f"not within {within_s} s: {what if isinstance(what, str) else what()}")
        time.sleep(every_s)
    return time.monotonic() - began


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has begun."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (entry / "stat").read_text(errors="replace").rpartition(") ")[2].split()
            if int(fields[1]) == pid and fields[0] != "Z":
                found.append(int(entry.name))
    return sorted(found)


@dataclass
class Part:
    """A program of the installation; one that is wanted and dead is started again."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    is_wanted: bool = False
    starts: int = 0
    #: Whoever starts or stops it holds this: two processes of one part would be one too many.
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    @property
    def pid(self) -> int:
        """Its first process."""
        assert self.process is not None
        return self.process.pid

    @property
    def is_dead(self) -> bool:
        """Tell whether its first process has ended."""
        return self.process is None or self.process.poll() is not None

    def start(self) -> None:
        """Start it."""
        with self.lock, self.log.open("ab") as output:
            self.is_wanted = True
            self.starts += 1
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                process_group=0,
                preexec_fn=partial(die_with_parent, os.getpid()),
            )

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to its first process."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill_all(self) -> None:
        """End it and all it has begun, at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def stop(self) -> float:
        """Ask it to end and wait; returns the seconds. It stays down."""
        began = time.monotonic()
        with self.lock:
            self.is_wanted = False
            if self.process is None:
                return 0.0
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.kill_all()
                self.process.wait(STOP_S)
        return time.monotonic() - began

    def start_if_dead(self) -> None:
        """Start it again if it is wanted and has ended."""
        with self.lock:
            if self.is_wanted and self.is_dead:
                self.start()
