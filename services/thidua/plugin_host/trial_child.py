"""The process that runs plugins for the first time, so that what they break is only this process.

Started by ``trial`` as ``python -m``; reads a request on standard input, writes one JSON line for
each step to the descriptor it is given. Each plugin is tried in a fork of its own: none finds what
another left behind, and one that ends its process ends nobody else's trial.
"""

from __future__ import annotations

import faulthandler
import json
import os
import resource
import signal
import sys
import sysconfig
import time
import zoneinfo
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from types import FrameType
from typing import Any
from typing import Final
from typing import TextIO

from thidua.domain.plugins import Fault
from thidua.domain.plugins import FaultKind
from thidua.plugin_host.discovery import UNIT_TYPES
from thidua.plugin_host.discovery import fault_of
from thidua.plugin_host.discovery import own_place
from thidua.plugin_host.judging import faults_of_campaign
from thidua.plugin_host.judging import faults_of_unit_type
from thidua.plugin_host.judging import unit_types_needed
from thidua.plugin_host.sources import faults_of_sources
from thidua.plugin_host.sources import first_use
from thidua.plugin_host.watching import Calls
from thidua.plugin_host.watching import Snapshot
from thidua.plugin_host.watching import changes
from thidua_sdk import Campaign
from thidua_sdk import UnitType

#: The interpreter ends a fork at the limit; one in which even that is stuck is ended so much later.
_GRACE_S: Final = 2.0
_MOST_TRACED: Final = 65536
_MOST_SHOWN: Final = 120
#: How a fork says what it found without a second pipe.
_SOUND: Final = 0
_UNSOUND: Final = 17
_BROKEN: Final = 70
_STUCK: Final = 256
_TOLD: Final = b"told"

#: Audit events by which an import reaches out, and what they are called for people.
_REACHING: Final = {
    "open": "mở tệp",
    "os.listdir": "đọc thư mục",
    "os.scandir": "đọc thư mục",
    "os.remove": "xóa tệp",
    "os.rename": "đổi tên tệp",
    "os.mkdir": "tạo thư mục",
    "os.rmdir": "xóa thư mục",
    "os.chmod": "đổi quyền tệp",
    "os.link": "tạo liên kết tệp",
    "os.symlink": "tạo liên kết tệp",
    "os.truncate": "cắt tệp",
    "os.system": "chạy chương trình khác",
    "os.exec": "chạy chương trình khác",
    "os.posix_spawn": "chạy chương trình khác",
    "sys.addaudithook": "đặt hàm nghe sự kiện",
    "os.fork": "tách tiến trình",
    "os.forkpty": "tách tiến trình",
    "os.kill": "gửi tín hiệu",
    "subprocess.Popen": "chạy chương trình khác",
    "socket.__new__": "mở kết nối mạng",
    "socket.getaddrinfo": "hỏi địa chỉ mạng",
    "sqlite3.connect": "mở cơ sở dữ liệu",
    "builtins.input": "chờ người gõ",
}


#: Bound before any plugin could put something else in its place.
_encoded = json.JSONEncoder().encode


class _ReachedOutError(PermissionError):
    """Stops an act by which a plugin would reach out of its import."""


class _Guard:
    """Stops and notes what reaches out while a plugin is imported."""

    def __init__(self) -> None:
        self.root: Path | None = None
        self.found: list[Fault] = []
        allowed = [sysconfig.get_path("stdlib"), *zoneinfo.TZPATH]
        self._allowed = tuple(str(Path(path)) + os.sep for path in allowed)

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.root is None or event not in _REACHING:
            return
        frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  who acts is the question
        if frame is None or frame.f_code.co_filename.startswith("<frozen"):
            # The import itself.
            return
        if event == "open" and self._is_reading_libraries(arguments):
            return
        root, place = self.root, ""
        while frame is not None and not place:
            place = own_place(frame.f_code.co_filename, frame.f_lineno, root)
            frame = frame.f_back
        said = f"{_REACHING[event]} khi nạp"
        if arguments and isinstance(arguments[0], str | bytes | os.PathLike):
            said += f": {os.fsdecode(arguments[0])[:_MOST_SHOWN]}"
        mend = "phần mở rộng không đọc, ghi hay gọi gì khi nạp; ghi dữ liệu thẳng vào mã nguồn"
        self.found.append(Fault(FaultKind.REACHED_OUT, place, said, mend))
        raise _ReachedOutError(said)

    def _is_reading_libraries(self, arguments: tuple[Any, ...]) -> bool:
        path, mode, flags = arguments
        if isinstance(path, int):
            return True
        is_read = (mode in {None, "r", "rb"}) and not (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        text = os.fsdecode(path)
        return is_read and (text.startswith(self._allowed) or text.endswith((".py", "tzdata.zi")) or "/tzdata/" in text)


class _Trial:
    def __init__(self, request: dict[str, Any], report: TextIO, trace: int) -> None:
        self._limit_s: float = request["limit_s"]
        self._report = report
        self._trace = trace
        self._guard = _Guard()
        self._calls = Calls()
        self._unit_types: dict[str, UnitType] = {}
        self._calls.install()
        sys.addaudithook(self._guard)

    def tell(self, **said: object) -> None:
        self._report.write(_encoded(said) + "\n")
        self._report.flush()

    def know(self, entry: dict[str, str]) -> None:
        """Load a plugin that was found sound before, for others to be judged against."""
        value = _entry_point(entry).load()
        if isinstance(value, UnitType):
            self._unit_types[entry["name"]] = value

    def run(self, entry: dict[str, str]) -> None:
        """Try one plugin in a process of its own, and tell what came of it."""
        self.tell(begin=entry["name"])
        os.ftruncate(self._trace, 0)
        os.lseek(self._trace, 0, os.SEEK_SET)
        child = os.fork()
        if child == 0:
            code = _BROKEN
            try:
                code = _SOUND if self._run_here(entry) else _UNSOUND
            finally:
                # Not by the usual way: threads and functions that a plugin left would run on.
                os._exit(code)
        code = _waited(child, self._limit_s + _GRACE_S)
        if code not in {_SOUND, _UNSOUND} or not self._was_told():
            self.tell(ended=code, trace=os.pread(self._trace, _MOST_TRACED, 0).decode("utf-8", "replace"))
        elif code == _SOUND and entry["group"] == UNIT_TYPES:
            self.know(entry)

    def _run_here(self, entry: dict[str, str]) -> bool:
        began = time.perf_counter()
        root = Path(entry["root"]) if entry["root"] else None
        faulthandler.dump_traceback_later(self._limit_s, exit=True, file=self._trace)
        try:
            value, faults = self._imported(entry, root)
            if not faults:
                faults = list(self._judged(entry, value, root))
        finally:
            faulthandler.cancel_dump_traceback_later()
        took = round((time.perf_counter() - began) * 1000)
        said = [[fault.kind, fault.place, fault.wrong, fault.mend] for fault in dict.fromkeys(faults)]
        self.tell(done=entry["name"], faults=said, took_ms=took)
        os.ftruncate(self._trace, 0)
        os.pwrite(self._trace, _TOLD, 0)
        return not faults

    def _was_told(self) -> bool:
        """Tell a verdict from an exit that only looks like one."""
        return os.pread(self._trace, len(_TOLD), 0) == _TOLD

    def _imported(self, entry: dict[str, str], root: Path | None) -> tuple[object, list[Fault]]:
        printed = os.fstat(1).st_size
        registered = len(self._calls.made)
        before = Snapshot()
        value: object = None
        faults: list[Fault] = []
        self._guard.found = []
        self._guard.root = root or Path(os.devnull)
        try:
            value = _entry_point(entry).load()
        except _ReachedOutError:
            pass
        except BaseException as failure:  # noqa: BLE001  whatever a plugin does ends here
            faults.append(fault_of(failure, root))
        finally:
            self._guard.root = None
        faults += self._guard.found
        sys.stdout.flush()
        sys.stderr.flush()
        files = _own_files(root)
        for fault in changes(before, Snapshot()):
            place = fault.place or (first_use(files, fault.wrong, root) if root else "")
            faults.append(Fault(fault.kind, place, fault.wrong, fault.mend))
        for led in self._calls.made[registered:]:
            if place := next(filter(None, (own_place(filename, line, root) for filename, line in led)), ""):
                mend = "bỏ đăng ký này; phần mở rộng không chạy gì khi chương trình dừng"
                faults.append(
                    Fault(FaultKind.LEFT_BEHIND, place, "đăng ký việc chạy lúc chương trình dừng (atexit)", mend)
                )
        if root is not None:
            faults += faults_of_sources(files, root)
            faults += _foreign(before, root, faults)
        if os.fstat(1).st_size > printed and not any(fault.kind is FaultKind.PRINTED for fault in faults):
            mend = "bỏ lệnh in, và sửa chỗ bị cảnh báo"
            faults.append(Fault(FaultKind.PRINTED, "", f"in ra màn hình khi nạp: “{_said_since(printed)}”", mend))
        return value, faults

    def _judged(self, entry: dict[str, str], value: object, root: Path | None) -> Iterator[Fault]:
        try:
            if entry["group"] == UNIT_TYPES:
                found = faults_of_unit_type(entry["name"], value)
                if not found and isinstance(value, UnitType):
                    self._unit_types[entry["name"]] = value
            elif isinstance(value, Campaign) and not _can_be_judged(value, self._unit_types):
                # What needs a unit type that is out is said where all are looked at together.
                found = ()
            else:
                found = faults_of_campaign(entry["name"], value, self._unit_types)
        except BaseException as failure:  # noqa: BLE001  a value may run code of the plugin's own
            place = fault_of(failure, root).place
            said = f"không xét được: {type(failure).__name__}: {failure}"[:300]
            yield Fault(FaultKind.TYPE, place, said, "khai báo giá trị bằng các kiểu của thidua_sdk")
            return
        yield from found


def _waited(child: int, limit_s: float) -> int:
    """Wait for a fork to end; returns its exit code, the negative number of a signal, or ``_STUCK``."""
    until = time.monotonic() + limit_s
    pause_s = 0.001
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > until:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return _STUCK
        time.sleep(pause_s)
        pause_s = min(pause_s * 2, 0.02)


def _can_be_judged(value: Campaign, unit_types: dict[str, UnitType]) -> bool:
    try:
        return unit_types_needed(value) <= unit_types.keys()
    except (AttributeError, TypeError):  # its shape is what is wrong
        return True


def _entry_point(entry: dict[str, str]) -> EntryPoint:
    return EntryPoint(entry["name"], entry["value"], entry["group"])


def _own_files(root: Path | None) -> list[Path]:
    """List the loaded modules of a plugin."""
    if root is None:
        return []
    paths = {Path(path) for module in list(sys.modules.values()) if (path := getattr(module, "__file__", None))}
    return sorted(path for path in paths if path == root or root in path.parents)


def _foreign(before: Snapshot, root: Path, known: list[Fault]) -> Iterator[Fault]:
    """Find packages that came in without a plain import statement."""
    own = root.stem if root.is_file() else root.name
    tops = {name.partition(".")[0] for name in sys.modules.keys() - before.modules.keys()}
    said = " ".join(fault.wrong for fault in known if fault.kind is FaultKind.FOREIGN)
    for top in sorted(tops - sys.stdlib_module_names - {own, "thidua_sdk"}):
        if f"import {top}" not in said:
            mend = f"chỉ dùng thidua_sdk, thư viện chuẩn và chính gói {own}"
            yield Fault(FaultKind.FOREIGN, "", f"nạp gói ngoài {top}", mend)


def _said_since(printed: int) -> str:
    text = os.pread(1, _MOST_SHOWN * 4, printed).decode("utf-8", "replace")
    return " ".join(text.split())[:_MOST_SHOWN]


def main() -> None:
    """Serve one request."""
    report_fd, trace = int(sys.argv[1]), int(sys.argv[2])
    request = json.loads(sys.stdin.read())
    sys.path[:] = request["path"]
    most = request["memory_mib"] * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    faulthandler.enable(file=trace)
    with os.fdopen(report_fd, "w", encoding="utf-8") as report:
        trial = _Trial(request, report, trace)
        for entry in request["sound"]:
            trial.know(entry)
        for entry in request["entries"]:
            trial.run(entry)
        trial.tell(end=True)


if __name__ == "__main__":
    main()
