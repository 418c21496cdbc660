"""A workbook as its cells: has a stranger's file read by a process that may fail."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from datetime import datetime
from typing import Any

from thidua.domain.errors import BusyError
from thidua.domain.errors import UnwantedFileError
from thidua.forms.workbook.cells import CellValue
from thidua.forms.workbook.guarding import require_plain_workbook

__all__ = ["Grid", "grids_of", "read_apart"]

_CHILD = "thidua.forms.workbook.child"
#: So many at once in this process, and how long others wait.
_MOST_AT_ONCE = 2
_WAIT_S = 10.0
_turns = threading.BoundedSemaphore(_MOST_AT_ONCE)
#: Ten seconds of work and a busy machine.
_TIMEOUT_S = 30
_SECRET = ("THIDUA_", "PG")

_AGAIN = "hãy tải biểu Excel từ trang báo cáo rồi điền vào tệp đó"
_WHY = {
    "corner": f"Tệp có ô ở rất xa biểu (ngoài 20.000 dòng hoặc 200 cột); hãy xóa những ô đó, hoặc {_AGAIN}.",
    "cells": f"Tệp có quá nhiều dữ liệu so với một biểu báo cáo; hãy xóa các phần không thuộc biểu, hoặc {_AGAIN}.",
    "sheets": f"Tệp có quá nhiều trang so với một biểu báo cáo; hãy xóa các trang không thuộc biểu, hoặc {_AGAIN}.",
}
_UNREADABLE = f"Tệp bị hỏng hoặc không phải bảng tính Excel; {_AGAIN}."


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet: the cells that say something by row and column from 0; ``flawed`` are those that show an error.

    A flawed cell's word is the error shown, empty where a formula was never computed.
    """

    title: str
    cells: Mapping[tuple[int, int], CellValue]
    flawed: Mapping[tuple[int, int], str]

    def places(self) -> Iterator[tuple[int, int]]:
        """Give the places of all cells, row by row."""
        return iter(sorted({*self.cells, *self.flawed}))


def grids_of(content: bytes, read: Callable[[bytes], Mapping[str, Any]] | None = None) -> tuple[Grid, ...]:
    """Read a workbook.

    Args:
        content: the file as it came.
        read: by default :func:`read_apart`; ``read_here`` only for files that we made ourselves.

    Raises:
        UnwantedFileError: it is too large, unsafe or no workbook; the message says what to do.
    """
    require_plain_workbook(content)
    said = (read or read_apart)(content)
    if "refused" in said:
        raise UnwantedFileError(_WHY.get(said["refused"], _UNREADABLE), subject=said["refused"])
    return tuple(_grid(sheet) for sheet in said["sheets"])


def read_apart(content: bytes) -> Mapping[str, Any]:
    """Have a file read in a process of its own, with little memory and little time.

    Raises:
        UnwantedFileError: it took too much of either.
        BusyError: too many are being read.
    """
    if not _turns.acquire(timeout=_WAIT_S):
        raise BusyError("Nhiều tệp Excel đang được đọc cùng lúc; hãy gửi lại sau giây lát.", subject="workbook")
    # What the surroundings of a server hold of secrets is nothing for whoever reads a stranger's file.
    told = {name: value for name, value in os.environ.items() if not name.startswith(_SECRET)}
    try:
        done = subprocess.run(  # noqa: S603  this interpreter and a module of ours
            [sys.executable, "-I", "-m", _CHILD],
            input=content,
            capture_output=True,
            check=False,
            timeout=_TIMEOUT_S,
            env=told,
        )
    except subprocess.TimeoutExpired as failure:
        raise UnwantedFileError(_WHY["cells"], subject="time") from failure
    finally:
        _turns.release()
    if done.returncode != 0:
        # Memory or time ran out, or the parser itself fell.
        raise UnwantedFileError(_UNREADABLE, subject=f"ended {done.returncode}")
    said: Mapping[str, Any] = json.loads(done.stdout)
    return said


def _grid(sheet: Mapping[str, Any]) -> Grid:
    return Grid(
        sheet["title"],
        {(row, column): _value(kind, value) for row, column, kind, value in sheet["cells"]},
        {(row, column): word for row, column, word in sheet["flawed"]},
    )


def _value(kind: str, value: Any) -> CellValue:  # noqa: ANN401  JSON
    match kind:
        case "m":
            return datetime.fromisoformat(value)
        case "d":
            return date.fromisoformat(value)
        case "n":
            # Beyond all numbers: what is shown is no number either.
            return float(value) if math.isfinite(value) else "#"
        case "b":
            return bool(value)
    return str(value)
