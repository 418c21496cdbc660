"""Try plugins in a process of their own before they come into one that serves.

A plugin that ends, hangs or bloats the process that tries it is named and the others are tried in
the next one. What was found is kept by the digest of the plugin's files, so that a start is quick.
"""

from __future__ import annotations

import json
import os
import re
import selectors
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import replace
from datetime import UTC
from datetime import datetime
from typing import IO
from typing import Any

from thidua.domain.plugins import Fault
from thidua.domain.plugins import FaultKind
from thidua.plugin_host.discovery import UNIT_TYPES
from thidua.plugin_host.discovery import Candidate
from thidua.plugin_host.discovery import Found
from thidua.plugin_host.discovery import load
from thidua.plugin_host.discovery import own_place
from thidua.plugin_host.discovery import with_faults
from thidua.plugin_host.verdicts import Verdict
from thidua.plugin_host.verdicts import Verdicts

__all__ = ["TrialLimits", "tried"]

#: The process that tries is asked to end itself at the limit, and is ended so much later.
_GRACE_S = 5.0
_START_S = 30.0
#: Above what a process can exit with.
_MOST_CODE = 255


@dataclass(frozen=True, slots=True)
class TrialLimits:
    """How long one plugin may take to be imported and judged, and how much memory it may map."""

    seconds: float = 10.0
    memory_mib: int = 1024


def tried(
    found: Sequence[Candidate], limits: TrialLimits, verdicts: Verdicts, *, afresh: bool = False
) -> tuple[Found, ...]:
    """Try what was never tried as it is now, then load into this process what is sound.

    Args:
        found: unit types before campaigns.
        limits: of one plugin's trial.
        verdicts: what is known of earlier trials; new ones are added and kept.
        afresh: try all, whatever is known.
    """
    campaigns_salt = " ".join(sorted(each.plugin.digest for each in found if each.plugin.group == UNIT_TYPES))
    keys = {
        each.key: f"{each.plugin.digest} {campaigns_salt if each.plugin.group != UNIT_TYPES else ''}" for each in found
    }
    known = {} if afresh else {key: verdict for key, name in keys.items() if (verdict := verdicts.get(name))}
    open_ = [each for each in found if each.key not in known and not each.plugin.faults]
    sound = [each for each in found if each.key in known and not known[each.key].faults]
    if open_:
        made = _try_all(open_, sound, limits)
        known |= made
        verdicts.add({keys[key]: verdict for key, verdict in made.items()}, keep=keys.values())
    return tuple(_found(each, known.get(each.key)) for each in found)


def _found(candidate: Candidate, verdict: Verdict | None) -> Found:
    plugin = candidate.plugin
    if verdict is None or plugin.faults:
        return Found(plugin, None)
    plugin = replace(with_faults(plugin, verdict.faults), took_ms=verdict.took_ms, tried_at=verdict.tried_at)
    return Found(plugin, None) if plugin.faults else load(replace(candidate, plugin=plugin))


def _try_all(
    open_: Sequence[Candidate], sound: Sequence[Candidate], limits: TrialLimits
) -> dict[tuple[str, str, str], Verdict]:
    verdicts: dict[tuple[str, str, str], Verdict] = {}
    left, sound = list(open_), list(sound)
    while left:
        made = _one_process(left, sound, limits)
        if not made:
            # Nothing was even begun: the first is named, so that this ends.
            made = [Verdict((_broken_start(),))]
        for candidate, verdict in zip(left, made, strict=False):
            verdicts[candidate.key] = verdict
            if not verdict.faults and candidate.plugin.group == UNIT_TYPES:
                sound.append(candidate)
        left = left[len(made) :]
    return verdicts


def _broken_start() -> Fault:
    wrong = "tiến trình thử phần mở rộng không khởi động được"
    return Fault(FaultKind.CRASH, "", wrong, "kiểm tra bộ nhớ và số tiến trình mà máy còn cho phép, rồi thử lại")


def _one_process(left: Sequence[Candidate], sound: Iterable[Candidate], limits: TrialLimits) -> list[Verdict]:
    """Try plugins in one process with its forks, as far as it gets."""
    request = {
        "path": sys.path,
        "limit_s": limits.seconds,
        "memory_mib": limits.memory_mib,
        "sound": [_entry(each) for each in sound if each.plugin.group == UNIT_TYPES],
        "entries": [_entry(each) for each in left],
    }
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as trace:
        receiver, sender = os.pipe()
        with os.fdopen(receiver, "rb") as report:
            try:
                # The interpreter's own name and our own module: nothing of a request is run.
                child = subprocess.Popen(  # noqa: S603
                    [sys.executable, "-m", "thidua.plugin_host.trial_child", str(sender), str(trace.fileno())],
                    stdin=subprocess.PIPE,
                    stdout=said,
                    stderr=said,
                    pass_fds=(sender, trace.fileno()),
                    start_new_session=True,
                )
            finally:
                os.close(sender)
            try:
                lines = _converse(child, request, report, limits)
            finally:
                _end(child)
    return _verdicts(lines, left, limits)


def _converse(
    child: subprocess.Popen[bytes], request: dict[str, Any], report: IO[bytes], limits: TrialLimits
) -> list[dict[str, Any]]:
    """Hand the request over and hear what is said, until the end or a silence too long."""
    if child.stdin is not None:
        try:
            child.stdin.write(json.dumps(request).encode())
            child.stdin.close()
        except BrokenPipeError:  # it ended before; its return code says how
            pass
    os.set_blocking(report.fileno(), False)
    heard, wait_s = b"", _START_S
    with selectors.DefaultSelector() as selector:
        selector.register(report, selectors.EVENT_READ)
        while selector.select(wait_s):
            part = os.read(report.fileno(), 65536)
            heard += part
            if not part or _lines(heard)[-1:] == [{"end": True}]:
                break
            wait_s = limits.seconds + _GRACE_S
    return _lines(heard)


def _lines(heard: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for line in heard.splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:  # cut off with the process
            continue
    return found


def _end(child: subprocess.Popen[bytes]) -> None:
    """Let it end, and end whatever else it started with it."""
    with suppress(subprocess.TimeoutExpired):
        child.wait(0.5)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _verdicts(lines: Iterable[dict[str, Any]], left: Sequence[Candidate], limits: TrialLimits) -> list[Verdict]:
    made: list[Verdict] = []
    begun = 0
    for line in lines:
        if "begin" in line:
            begun += 1
        elif "done" in line and len(made) < begun:
            faults = tuple(Fault(FaultKind(kind), *rest) for kind, *rest in line["faults"])
            made.append(Verdict(faults, line["took_ms"], _now()))
        elif "ended" in line and len(made) < begun:
            fault = _ended(left[len(made)], line["ended"], line["trace"], limits)
            made.append(Verdict((fault,), None, _now()))
    if begun > len(made):
        # It took the whole trial with it.
        made.append(Verdict((_ended(left[len(made)], -signal.SIGKILL, "", limits),), None, _now()))
    return made


def _ended(candidate: Candidate, code: int, trace: str, limits: TrialLimits) -> Fault:
    """Name what a plugin did that ended its process, and its own line where that was seen."""
    places = (
        own_place(name, int(line), candidate.root) for name, line in re.findall(r'File "([^"]+)", line (\d+)', trace)
    )
    place = next(filter(None, places), "")
    if code > _MOST_CODE or trace.startswith("Timeout"):
        wrong = f"quá {limits.seconds:g} giây chưa nạp xong"
        return Fault(FaultKind.HANG, place, wrong, "bỏ vòng lặp hay phép chờ không dừng; khi nạp chỉ khai báo giá trị")
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = str(-code)
        wrong = f"làm tiến trình thử bị hệ điều hành dừng ({name})"
    else:
        wrong = f"tự dừng tiến trình khi nạp (mã thoát {code})"
    return Fault(FaultKind.CRASH, place, wrong, "bỏ lệnh thoát và mã máy (ctypes) khỏi phần mở rộng")


def _entry(candidate: Candidate) -> dict[str, str]:
    return {
        "group": candidate.plugin.group,
        "name": candidate.plugin.code,
        "value": candidate.entry.value,
        "root": str(candidate.root or ""),
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
