"""The second limit of a form's rules: what no exception can stop ends this process, and is known afterwards.

One call of C (a search by a bad pattern, a huge power) lets no code of Python's run, so nothing can be
noted then. What is judged is therefore written down before, in a file of this process that it holds
locked for as long as it lives; which rule runs stands in memory that it shares with another, which outlives it
and costs a rule no call of the system's; and the traceback of its end goes into a third beside them. Whoever
starts next on this machine finds files that nobody holds, and reads whose rules they were.
"""

from __future__ import annotations

import fcntl
import json
import logging
import mmap
import os
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from struct import Struct
from typing import Any
from typing import Final

from thidua.adapters.last_resort import Guard
from thidua.adapters.last_resort import trace_to
from thidua.application.ports.surroundings import EndedJudging
from thidua.forms.rule_running import TellRule
from thidua.forms.rule_running import tell_nobody

__all__ = ["FileRuleFence"]

_OPEN: Final = ".open"
_TRACE: Final = ".trace"
_RULES: Final = ".rules"
_MOST: Final = 65536
#: The rules that run: so many reports at once, and a rule's code in so many bytes.
_SLOTS: Final = 256
_CODE: Final = Struct("64s")
_THREAD: Final = re.compile(r"^Thread 0x([0-9a-f]+)\b.*$", re.MULTILINE)
_FRAME: Final = re.compile(r'^  File "([^"]+)", line ([0-9]+) in ', re.MULTILINE)

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
        self._rules: mmap.mmap

    @contextmanager
    def around(self, *, campaign_code: str, form_code: str, unit_code: str, digest: str) -> Iterator[TellRule]:
        """End this process if the rules of one report do not come back, and remember whose they were."""
        token = object()
        told = {"campaign": campaign_code, "form": form_code, "unit": unit_code, "digest": digest}
        tell = self._write(token, told | {"thread": threading.get_ident()})
        try:
            with Guard(self._limit_s):
                yield tell
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
                yield from _read(file, path)
                for suffix in (_OPEN, _TRACE, _RULES):
                    path.with_suffix(suffix).unlink(missing_ok=True)
            finally:
                os.close(file)

    def _write(self, token: object, told: dict[str, Any] | None) -> TellRule:
        tell = tell_nobody
        with self._lock:
            if self._file < 0:
                self._begin()
            if told is None:
                self._under_way.pop(token, None)
            else:
                taken = {each["slot"] for each in self._under_way.values()}
                slot = next(number for number in count() if number not in taken)
                self._under_way[token] = told | {"slot": slot}
                if slot < _SLOTS:
                    tell = partial(self._tell, slot * _CODE.size)
                    tell("")
            text = json.dumps(list(self._under_way.values())).encode()
            os.pwrite(self._file, text, 0)
            os.ftruncate(self._file, len(text))
        return tell

    def _tell(self, place: int, code: str) -> None:
        _CODE.pack_into(self._rules, place, code.encode())

    def _begin(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{os.getpid()}-{secrets.token_hex(4)}"
        kind = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        # Locked before it has its name: one who starts just now must not take it for a dead one's.
        beside = self._folder / f"{name}.new"
        self._file = os.open(beside, kind, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        trace_to(os.open(self._folder / f"{name}{_TRACE}", kind, 0o600))
        rules = os.open(self._folder / f"{name}{_RULES}", kind, 0o600)
        # The room is taken now: memory that stands for a file on a full disk ends whoever writes into it.
        os.posix_fallocate(rules, 0, _SLOTS * _CODE.size)
        self._rules = mmap.mmap(rules, _SLOTS * _CODE.size)
        os.close(rules)
        beside.rename(self._folder / f"{name}{_OPEN}")


def _read(file: int, path: Path) -> Iterator[EndedJudging]:
    """Read what a dead process was judging when it was ended for it; one that ended otherwise tells nothing."""
    try:
        under_way = json.loads(os.pread(file, _MOST, 0) or b"[]")
        text = path.with_suffix(_TRACE).read_text(encoding="utf-8", errors="replace")[:_MOST]
        rules = path.with_suffix(_RULES).read_bytes()
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
        rules[last["slot"] * _CODE.size :][: _CODE.size].decode(errors="ignore").rstrip("\0"),
        tuple((file_name, int(line)) for file_name, line in _FRAME.findall(frames)),
    )
