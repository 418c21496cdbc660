"""What a plugin's sources use that a plugin must not: read, not run."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from thidua.domain.plugins import Fault
from thidua.domain.plugins import FaultKind

__all__ = ["faults_of_sources"]

_CONTRACT = "thidua_sdk"
#: Parts of the standard library that reach out of the process or change it.
_OUTSIDE = frozenset(
    (
        *("asyncio", "concurrent", "ctypes", "fcntl", "ftplib", "http", "imaplib", "mmap", "multiprocessing", "os"),
        *("poplib", "pty", "resource", "select", "shutil", "signal", "smtplib", "socket", "sqlite3", "ssl"),
        *("subprocess", "tempfile", "threading", "_thread", "urllib", "webbrowser", "atexit", "gc", "builtins"),
    )
)
#: Functions that print, ask, open or run texts.
_CALLS = frozenset(("print", "input", "open", "exec", "eval", "compile", "breakpoint", "__import__", "exit", "quit"))


def faults_of_sources(files: list[Path], root: Path) -> Iterator[Fault]:
    """Find imports and calls by which a plugin would reach outside itself, each with file and line.

    Args:
        files: the modules that were loaded of it; tests and scripts beside them are its own business.
        root: its package, or the module it is.
    """
    own = root.stem if root.is_file() else root.name
    for path in files:
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except (SyntaxError, ValueError, OSError):  # said by the import
            continue
        shown = path.relative_to(root.parent)
        for node in ast.walk(tree):
            for name in _imported(node):
                yield from _of_import(name, own, f"{shown}:{getattr(node, 'lineno', 0)}")
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLS:
                yield Fault(
                    FaultKind.PRINTED if node.func.id == "print" else FaultKind.REACHED_OUT,
                    f"{shown}:{node.lineno}",
                    f"gọi {node.func.id}()",
                    "bỏ lệnh này; phần mở rộng chỉ khai báo giá trị và quy tắc, không in, không đọc ghi tệp",
                )


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        yield node.module


def _of_import(name: str, own: str, place: str) -> Iterator[Fault]:
    top = name.partition(".")[0]
    if top in {own, _CONTRACT, "__future__"}:
        return
    if top not in sys.stdlib_module_names:
        whose = "ruột của hệ thống" if top.startswith("thidua") else "gói ngoài"
        mend = f"chỉ import từ {_CONTRACT}, thư viện chuẩn và chính gói {own}"
        yield Fault(FaultKind.FOREIGN, place, f"import {name}, {whose}", mend)
    elif top in _OUTSIDE:
        mend = "bỏ import này; phần mở rộng không đọc ghi tệp, mạng, tiến trình hay luồng"
        yield Fault(FaultKind.REACHED_OUT, place, f"import {name}, mô-đun vươn ra ngoài phần mở rộng", mend)


def first_use(files: list[Path], said: str, root: Path) -> str:
    """Find the line that most likely did what is said, by the last name in it; the package where none is found."""
    names = [part.rpartition(".")[2] for part in re.findall(r"[A-Za-z_][\w.]*\w", said)]
    for path in files:
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except (SyntaxError, ValueError, OSError):
            continue
        for node in ast.walk(tree):
            named = (
                getattr(node, "attr", None)
                or getattr(node, "id", None)
                or (node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None)
            )
            if named in names:
                return f"{path.relative_to(root.parent)}:{getattr(node, 'lineno', 0)}"
    return str(files[0].relative_to(root.parent)) if files else root.name
