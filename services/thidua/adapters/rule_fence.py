"""The second limit of a form's rules: what no exception can stop ends this process, and is known afterwards.

One call of C (a search by a bad pattern, a huge power) lets no code of Python's run, so nothing can be
noted then. What is judged is therefore written down before, in a file of this process that it holds
locked for as long as it lives, and the traceback of its end goes into another beside it. Whoever starts
next on this machine finds files that nobody holds, and reads whose rules they were.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from typing import Final

from thidua.adapters.last_resort import Guard
from thidua.adapters.last_resort import trace_to
from thidua.application.ports.surroundings import EndedJudging

__all__ = ["FileRuleFence"]

_OPEN: Final = ".open"
_TRACE: Final = ".trace"
_MOST: Final = 65536
_THREAD: Final = re.compile(r"^Thread 0x([0-9a-f]+)\b.*$", re.MULTILINE)
_FRAME: Final = re.compile(r'^  File "([^"]+)", line ([0-9]+) in (\S+)$', re.MULTILINE)

_log = logging.getLogger(__name__)


class FileRuleFence:
    """The port ``RuleFence``, in a folder that the processes of one machine share.

    Args:
        folder: made when the first report is judged.
        limit_s: how long the rules of one report may take, those an exception would have stopped included.
    """

    def __init__(self, folder: Path, limit_s: float) -> None:
        self._folder = folder
        self._limit_s = limit_s
        self._lock = threading.Lock()
        self._under_way: dict[object, dict[str, Any]] = {}
        self._file = -1

    @contextmanager
    def around(self, *, campaign_code: str, form_code: str, unit_code: str, digest: str) -> Iterator[None]:
        """End this process if the rules of one report do not come back, and remember whose they were."""
        token = object()
        told = {"campaign": campaign_code, "form": form_code, "unit": unit_code, "digest": digest}
        self._write(token, told | {"thread": threading.get_ident()})
        try:
            with Guard(self._limit_s):
                yield
        finally:
            self._write(token, None)

    def ended(self) -> Iterator[EndedJudging]:
        """Return the reports whose rules ended processes of this machine; each is forgotten once dealt with."""
        for path in sorted(self._folder.glob(f"*{_OPEN}")):
            try:
                file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            except OSError:  # another that starts has just taken it
                continue
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:  # its process lives
                os.close(file)
                continue
            try:
                trace = path.with_suffix(_TRACE)
                yield from _read(file, trace)
                path.unlink(missing_ok=True)
                trace.unlink(missing_ok=True)
            finally:
                os.close(file)

    def _write(self, token: object, told: dict[str, Any] | None) -> None:
        with self._lock:
            if told is None:
                self._under_way.pop(token, None)
            else:
                self._under_way[token] = told
            if self._file < 0:
                self._begin()
            text = json.dumps(list(self._under_way.values())).encode()
            os.pwrite(self._file, text, 0)
            os.ftruncate(self._file, len(text))

    def _begin(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{os.getpid()}-{secrets.token_hex(4)}"
        kind = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        # Locked before it has its name: one who starts just now must not take it for a dead one's.
        beside = self._folder / f"{name}.new"
        self._file = os.open(beside, kind, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        trace_to(os.open(self._folder / f"{name}{_TRACE}", kind, 0o600))
        beside.rename(self._folder / f"{name}{_OPEN}")


def _read(file: int, trace: Path) -> Iterator[EndedJudging]:
    """Read what a dead process was judging when it was ended for it; one that ended otherwise tells nothing."""
    try:
        under_way = json.loads(os.pread(file, _MOST, 0) or b"[]")
        text = trace.read_text(encoding="utf-8", errors="replace")[:_MOST]
    except (OSError, ValueError):
        return
    if not under_way or not text.startswith("Timeout"):
        return
    # Of several the one that began last: with it the interpreter stood still, or the others would have gone on.
    last = under_way[-1]
    _log.error("rules of form %s (%s) ended a process:\n%s", last["form"], last["campaign"], text)
    parts = _THREAD.split(text)
    frames = dict(zip((int(each, 16) for each in parts[1::2]), parts[2::2], strict=True)).get(last["thread"], "")
    yield EndedJudging(
        last["campaign"],
        last["form"],
        last["unit"],
        last["digest"],
        tuple((file_name, int(line), function) for file_name, line, function in _FRAME.findall(frames)),
    )
