"""Has a workbook read by pyxform, in a process that may fail."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thidua.domain.attachments import LARGEST_FILE
from thidua.domain.attachments import MediaType
from thidua.domain.errors import InvalidConfigurationError
from thidua.domain.errors import UnwantedFileError
from thidua.forms.packages import package_type

__all__ = ["ReadForm", "read_xlsform"]

_CHILD = "thidua.scaffolding.xlsform.child"
_TIMEOUT_S = 60
_LONGEST_REASON = 400


@dataclass(frozen=True, slots=True)
class ReadForm:
    """A form as pyxform understands it, and what it says of the workbook."""

    name: str
    form: Mapping[str, Any]
    warnings: tuple[str, ...]
    other_sheets: tuple[str, ...]
    disabled: tuple[str, ...]
    #: What pyxform never looks at: sheet, "rows", "columns" or "formula", and the first place.
    passed_over: tuple[tuple[str, str, str], ...] = ()


def read_xlsform(path: Path) -> ReadForm:
    """Read a workbook that describes a form.

    Raises:
        UnwantedFileError: it is too large, unsafe or no workbook, or pyxform refuses what it says.
        InvalidConfigurationError: pyxform is not installed.
    """
    content = _content(path)
    if importlib.util.find_spec("pyxform") is None:
        raise InvalidConfigurationError(
            'Chưa cài phần đọc XLSForm; hãy cài: pip install "thidua[xlsform]".', subject="pyxform"
        )
    try:
        done = subprocess.run(  # noqa: S603  this interpreter and a module of ours
            [sys.executable, "-I", "-m", _CHILD], input=content, capture_output=True, check=False, timeout=_TIMEOUT_S
        )
    except subprocess.TimeoutExpired as failure:
        raise _unreadable(path, "đọc quá lâu") from failure
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise _unreadable(path, lines[-1] if lines else "quá lớn hoặc quá phức tạp")
    said = json.loads(done.stdout)
    if "refused" in said:
        raise _unreadable(path, said["refused"])
    return ReadForm(
        path.name,
        said["form"],
        tuple(said["warnings"]),
        tuple(said["other_sheets"]),
        tuple(said["disabled"]),
        tuple((sheet, what, place) for sheet, what, place in said["passed_over"]),
    )


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as failure:
        raise UnwantedFileError(f"Không đọc được {path}: {failure.strerror}.", subject=str(path)) from failure
    if len(content) > LARGEST_FILE:
        raise UnwantedFileError(
            f"Tệp {path.name} lớn quá {LARGEST_FILE // 1024 // 1024} MB; hãy bỏ hình ảnh và các trang tính thừa.",
            subject=path.name,
        )
    try:
        kind = package_type(content)
    except UnwantedFileError as failure:
        raise UnwantedFileError(
            f"Không nhận tệp {path.name}: {failure.message} "
            "Hãy mở tệp trong Excel hay LibreOffice và lưu lại thành .xlsx.",
            subject=path.name,
        ) from failure
    if kind is not MediaType.XLSX:
        raise UnwantedFileError(
            f"Tệp {path.name} không phải bảng tính XLSX; hãy lưu lại thành .xlsx.", subject=path.name
        )
    return content


def _unreadable(path: Path, reason: str) -> UnwantedFileError:
    told = " ".join("".join(char if char.isprintable() else " " for char in reason).split())[:_LONGEST_REASON]
    return UnwantedFileError(
        f"Không đọc được {path.name} theo quy tắc của XLSForm: {told}. Hãy sửa bảng tính rồi chạy lại.",
        subject=path.name,
    )
