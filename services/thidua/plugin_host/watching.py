"""What an import changed besides making its own modules: the state of the process before and after.

Used in the process that tries plugins and nowhere else. Finds accidents; a plugin that hides on
purpose is not meant here, for whoever installs a plugin trusts it as he trusts the program.
"""

from __future__ import annotations

import atexit
import builtins
import decimal
import gc
import locale
import logging
import os
import random
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import is_dataclass
from types import FrameType
from types import ModuleType
from typing import Any
from typing import Final

from thidua.domain.plugins import Fault
from thidua.domain.plugins import FaultKind

__all__ = ["Calls", "Snapshot", "changes"]

_PATCH_MEND: Final = "bỏ đoạn thay đổi này; phần mở rộng không sửa gì của chương trình và thư viện"
_STATE_MEND: Final = "bỏ đoạn thay đổi này; cài đặt của tiến trình không thuộc về phần mở rộng"
_LEFT_MEND: Final = "đừng mở hay chạy gì khi nạp; chỉ khai báo giá trị"

#: State of the whole process: what it is called for people, and how it is read.
_STATE: Final[Mapping[str, Callable[[], object]]] = {
    "biến môi trường (os.environ)": lambda: dict(os.environ),
    "thư mục làm việc (os.chdir)": os.getcwd,
    "ngôn ngữ và vùng (locale)": lambda: locale.setlocale(locale.LC_ALL),
    "bộ lọc cảnh báo (warnings)": lambda: list(warnings.filters),
    "cấu hình ghi nhật ký (logging)": lambda: (
        logging.root.level,
        list(logging.root.handlers),
        logging.root.manager.disable,
        logging.getLoggerClass(),
        _loggers(),
    ),
    "bộ sinh số ngẫu nhiên (random)": random.getstate,
    "độ chính xác số thập phân (decimal)": lambda: (decimal.getcontext().prec, decimal.getcontext().rounding),
    "giới hạn đệ quy (sys.setrecursionlimit)": sys.getrecursionlimit,
    "giới hạn chữ số (sys.set_int_max_str_digits)": sys.get_int_max_str_digits,
    "nhịp đổi luồng (sys.setswitchinterval)": sys.getswitchinterval,
    "bộ dọn rác (gc)": lambda: (gc.isenabled(), gc.get_threshold()),
    "thời hạn mạng mặc định (socket)": socket.getdefaulttimeout,
    "đường tìm mô-đun (sys.path)": lambda: list(sys.path),
    "bộ nạp mô-đun (sys.meta_path, sys.path_hooks)": lambda: (list(sys.meta_path), list(sys.path_hooks)),
    "hàm báo lỗi (sys.excepthook)": lambda: (sys.excepthook, threading.excepthook, sys.unraisablehook),
    "hàm theo dõi (sys.settrace)": lambda: (sys.gettrace(), sys.getprofile()),
    "đầu vào, đầu ra chuẩn (sys.stdout)": lambda: (id(sys.stdin), id(sys.stdout), id(sys.stderr)),
    "cách xử lý tín hiệu (signal)": lambda: {each: signal.getsignal(each) for each in signal.valid_signals()},
}


class Calls:
    """Registrations at exit, each with who led to it; stands in for ``atexit.register``.

    Who does may call another's function that registers; what is registered while another module is
    imported is that one's own.
    """

    def __init__(self) -> None:
        self.made: list[tuple[tuple[str, int], ...]] = []
        self._register = atexit.register

    def install(self) -> None:
        """Stand in, before the first snapshot."""

        def register(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Callable[..., Any]:  # noqa: ANN401
            frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  who calls is the question
            led: list[tuple[str, int]] = []
            while frame is not None and not frame.f_code.co_filename.startswith("<frozen importlib"):
                led.append((frame.f_code.co_filename, frame.f_lineno))
                frame = frame.f_back
            self.made.append(tuple(led))
            return self._register(function, *args, **kwargs)

        atexit.register = register  # type: ignore[assignment]  # the same, with wider types


class Snapshot:
    """The process at a moment: attributes of modules and classes, its state, what is open and runs."""

    def __init__(self) -> None:
        self.modules = dict(sys.modules)
        self.attributes = {name: dict(vars(module)) for name, module in self.modules.items() if _is_watched(module)}
        self.classes = {
            member: dict(vars(member))
            for attributes in self.attributes.values()
            for member in attributes.values()
            if isinstance(member, type) and member.__flags__ & _HEAP_TYPE
        }
        self.contract = {
            name: {member: (value, repr(value)) for member, value in attributes.items() if _is_value(member, value)}
            for name, attributes in self.attributes.items()
            if name.partition(".")[0] == "thidua_sdk"
        }
        self.state = {name: read() for name, read in _STATE.items()}
        self.threads = set(threading.enumerate())
        self.open = _open_files()
        self.children = _children()


def changes(before: Snapshot, after: Snapshot) -> Iterator[Fault]:
    """Say what an import changed for everybody."""
    for name, module in before.modules.items():
        if after.modules.get(name) is not module:
            wrong = f"thay mô-đun {name} đã nạp" if name in after.modules else f"gỡ mô-đun {name} đã nạp"
            yield Fault(FaultKind.PATCHED, "", wrong, _PATCH_MEND)
    for name in sorted(after.modules.keys() - before.modules.keys()):
        yield from _put_in(name, after.modules[name])
    for name in sorted(before.contract.keys() & after.contract.keys()):
        yield from _of_contract(name, before.contract[name], after.contract[name])
    for name, attributes in before.attributes.items():
        if name in after.attributes:
            yield from _patched(name, attributes, after.attributes[name], is_closed=name == builtins.__name__)
    for kind, members in before.classes.items():
        yield from _patched(f"{kind.__module__}.{kind.__qualname__}", members, dict(vars(kind)), is_closed=True)
    for name, state in before.state.items():
        if after.state[name] != state:
            yield Fault(FaultKind.PATCHED, "", f"đổi {name}", _STATE_MEND)
    yield from _left_behind(before, after)


def _put_in(name: str, module: object) -> Iterator[Fault]:
    """Find names put among the loaded modules by hand, which an import would find in a library's place."""
    if name.partition(".")[0] not in sys.stdlib_module_names:
        return
    if module is None:
        yield Fault(FaultKind.PATCHED, "", f"chặn mô-đun {name}", _PATCH_MEND)
    elif isinstance(module, ModuleType) and module.__spec__ is None:
        yield Fault(FaultKind.PATCHED, "", f"đặt mô-đun giả {name}", _PATCH_MEND)


def _of_contract(
    owner: str, before: Mapping[str, tuple[object, str]], after: Mapping[str, tuple[object, str]]
) -> Iterator[Fault]:
    """Compare the contract's numbers and frozen values, which every other plugin is made of."""
    for name, (value, said) in before.items():
        now, says = after.get(name, (None, ""))
        if now is not value:
            yield Fault(FaultKind.PATCHED, "", f"thay {owner}.{name}", _PATCH_MEND)
        elif says != said:
            yield Fault(FaultKind.PATCHED, "", f"sửa {owner}.{name}", _PATCH_MEND)


def _left_behind(before: Snapshot, after: Snapshot) -> Iterator[Fault]:
    for thread in after.threads - before.threads:
        yield Fault(FaultKind.LEFT_BEHIND, "", f"để lại luồng đang chạy “{thread.name}”", _LEFT_MEND)
    for what in sorted(set(after.open.values()) - set(before.open.values())):
        yield Fault(FaultKind.LEFT_BEHIND, "", f"để lại {what} đang mở", _LEFT_MEND)
    if after.children - before.children:
        yield Fault(FaultKind.LEFT_BEHIND, "", "để lại tiến trình con đang chạy", _LEFT_MEND)


#: Py_TPFLAGS_HEAPTYPE: classes written in Python, whose attributes can be changed.
_HEAP_TYPE: Final = 1 << 9


def _is_value(name: str, member: object) -> bool:
    is_plain = isinstance(member, str | int | float | tuple | frozenset) or is_dataclass(type(member))
    return is_plain and not (name.startswith("__") and name.endswith("__"))


def _loggers() -> list[tuple[str, int, bool, bool, list[logging.Handler]]]:
    """Return how the program's own loggers are set; a plugin may make one for itself."""
    return [
        (name, each.level, each.propagate, each.disabled, list(each.handlers))
        for name, each in sorted(logging.root.manager.loggerDict.items())
        if isinstance(each, logging.Logger) and name.partition(".")[0] in _LOGGING
    ]


#: Whose logs an operator reads.
_LOGGING: Final = frozenset(("thidua", "thidua_workers", "celery", "gunicorn", "sqlalchemy", "alembic", "werkzeug"))


def _is_watched(module: ModuleType) -> bool:
    top = getattr(module, "__name__", "").partition(".")[0]
    return top in sys.stdlib_module_names or top.startswith("thidua") or top == "marshmallow"


def _patched(
    owner: str, before: Mapping[str, object], after: Mapping[str, object], *, is_closed: bool
) -> Iterator[Fault]:
    """Compare functions, classes and modules; tables and counters change rightly as things are used."""
    for name, member in before.items():
        if not _is_code(member) or (name.startswith("__") and name.endswith("__") and name not in _OPERATIONS):
            continue
        if name not in after:
            yield Fault(FaultKind.PATCHED, "", f"xóa {owner}.{name}", _PATCH_MEND)
        elif after[name] is not member:
            yield Fault(FaultKind.PATCHED, "", f"thay {owner}.{name}", _PATCH_MEND)
    if is_closed:
        for name in sorted(after.keys() - before.keys()):
            if _is_code(after[name]) and not name.startswith("_abc"):
                yield Fault(FaultKind.PATCHED, "", f"thêm {owner}.{name}", _PATCH_MEND)


_OPERATIONS: Final = frozenset(("__init__", "__new__", "__eq__", "__hash__", "__getattr__", "__setattr__", "__call__"))


def _is_code(member: object) -> bool:
    return callable(member) or isinstance(member, staticmethod | classmethod | property)


def _open_files() -> dict[int, str]:
    """Name what is open by its number, as far as the system tells."""
    found: dict[int, str] = {}
    folder = "/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"  # noqa: PTH112  a name, not a path to join
    for number in map(int, os.listdir(folder)):  # noqa: PTH208
        try:
            target = os.readlink(f"{folder}/{number}")  # noqa: PTH115
        except OSError:  # the listing's own, closed by now
            continue
        found[number] = f"kết nối mạng (số {number})" if target.startswith("socket:") else f"tệp {target} (số {number})"
    return found


def _children() -> frozenset[int]:
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:  # noqa: PTH123
            return frozenset(map(int, file.read().split()))
    except OSError:  # not told on this system
        return frozenset()
