"""One program of the tree: started, read, ended, and started again after a pause."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable
from functools import partial

from thidua.supervisor.orphans import die_with_parent
from thidua.supervisor.spec import ChildSpec

__all__ = ["Child"]

#: A life shorter than this is a failed start.
_SHORT_LIFE_S = 10.0
_FIRST_PAUSE_S = 0.25
_LONGEST_PAUSE_S = 30.0
_KEPT_LINES = 15


class Child:
    """A program with at most one process at a time, the leader of its own group."""

    def __init__(self, spec: ChildSpec, *, listen_fd: int, environment: dict[str, str]) -> None:
        self.spec = spec
        #: The newest lines it wrote, for the sentence that says why it was given up.
        self.last_lines: deque[str] = deque(maxlen=_KEPT_LINES)
        #: Failed starts in a row.
        self.failures = 0
        #: When to start it next, by the monotonic clock; meaningless while it runs.
        self.start_at = time.monotonic() + spec.delay_s
        self.started_at = 0.0
        self._listen_fd = listen_fd
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._unfinished = b""

    @property
    def is_running(self) -> bool:
        """Whether there is a process, as far as ``reap`` has seen."""
        return self._process is not None

    @property
    def age_s(self) -> float:
        """Seconds since its process started."""
        return time.monotonic() - self.started_at

    @property
    def output(self) -> int:
        """The descriptor to read its output from."""
        assert self._process is not None  # noqa: S101  only asked for while it runs
        assert self._process.stdout is not None  # noqa: S101
        return self._process.stdout.fileno()

    def start(self) -> bool:
        """Start it, and tell whether there was a program to start; none counts as a failed start."""
        needs_socket = any("{listen_fd}" in part for part in self.spec.command)
        command = [part.replace("{listen_fd}", str(self._listen_fd)) for part in self.spec.command]
        self.started_at = time.monotonic()
        self.last_lines.clear()
        try:
            self._process = subprocess.Popen(  # noqa: S603  the command line wrote it
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=self._environment,
                pass_fds=(self._listen_fd,) if needs_socket else (),
                process_group=0,  # Ctrl-C is for the supervisor, which ends things in order
                preexec_fn=partial(die_with_parent, os.getpid()),  # noqa: PLW1509  no threads here
            )
        except OSError as error:
            self.last_lines.append(str(error))
            self._after(lived_s=0.0)
            return False
        os.set_blocking(self.output, False)
        return True

    def read(self) -> list[str] | None:
        """Return the whole lines it has written since; None when it has closed its output."""
        try:
            data = os.read(self.output, 65536)
        except BlockingIOError:
            return []
        if not data:
            return None
        *lines, self._unfinished = (self._unfinished + data).split(b"\n")
        if len(self._unfinished) > 65536:  # noqa: PLR2004  as much as is read at once
            lines, self._unfinished = [self._unfinished], b""
        texts = [line.decode(errors="replace").rstrip() for line in lines]
        self.last_lines.extend(text for text in texts if text)
        return texts

    def reap(self, write: Callable[[str, str], None]) -> int | None:
        """Return the exit code if it has ended, with the rest of its group; None while it runs.

        What it still had to say goes to ``write``, by name and line. Its pause before the next
        start is set. What a forked server leaves behind is killed while the dead leader still
        holds the group's number, so that no stranger can have taken it.
        """
        if self._process is None:
            return None
        if os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return None
        self.signal(signal.SIGKILL)
        code = self._process.wait()
        while lines := self.read():
            for line in lines:
                write(self.spec.name, line)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None
        self._unfinished = b""
        self._after(lived_s=self.age_s)
        return code

    def signal(self, number: signal.Signals, *, to_leader: bool = False) -> None:
        """Send a signal to its whole group, or to its first process alone, if it runs."""
        if self._process is None:
            return
        try:
            (os.kill if to_leader else os.killpg)(self._process.pid, number)
        except ProcessLookupError:
            return

    def _after(self, *, lived_s: float) -> None:
        self.failures = self.failures + 1 if lived_s < _SHORT_LIFE_S else 0
        pause_s = _FIRST_PAUSE_S * 2 ** min(self.failures, 10)
        self.start_at = time.monotonic() + min(pause_s, _LONGEST_PAUSE_S)
