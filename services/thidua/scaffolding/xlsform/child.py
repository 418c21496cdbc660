"""Reads a workbook by pyxform's rules, as a program of its own: workbook in, JSON out.

Whatever a hostile workbook does, it does here: the process has little memory, little time and
nobody's data, and its end says only that the workbook could not be read.
"""

from __future__ import annotations

import dataclasses
import json
import resource
import sys
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from pyxform.constants import SUPPORTED_SHEET_NAMES
from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import DefinitionData
from pyxform.xls2json_backends import get_xlsform
from pyxform.xls2xform import convert

__all__ = ["main"]

_MEMORY = 1024 * 1024 * 1024
_SECONDS = 20
#: Far above any form that people fill, far below what would keep a process busy.
_MOST_QUESTIONS = 1000
_MOST_CHOICES = 5000
#: Behind more empty ones than these pyxform takes a sheet for ended.
_MOST_EMPTY_ROWS = 60
_MOST_EMPTY_COLUMNS = 20
_YES = frozenset({"yes", "true", "true()", "1"})


def main() -> None:
    """Read the workbook on standard input and write what it says on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    json.dump(_read(sys.stdin.buffer.read()), sys.stdout, ensure_ascii=True, default=str)


def _read(content: bytes) -> dict[str, object]:
    try:
        workbook = get_xlsform(xlsform=content, file_type=".xlsx")
        if too_many := _too_many(workbook):
            return {"refused": too_many}
        names = list(workbook.sheet_names or ())
        disabled = [str(row.get("name", "?")) for row in workbook.survey or () if _is_disabled(row)]
        sheets = {each.name: getattr(workbook, each.name) for each in dataclasses.fields(workbook)}
        result = convert(xlsform=sheets, validate=False)
    except PyXFormError as failure:
        return {"refused": str(failure)}
    return {
        "form": result._pyxform,  # noqa: SLF001  the form as pyxform understands it has no other door
        "warnings": result.warnings,
        # An only sheet is taken for the survey, whatever it is called.
        "other_sheets": [name for name in names if len(names) > 1 and name.lower() not in SUPPORTED_SHEET_NAMES],
        "disabled": disabled,
        "passed_over": _passed_over(content),
    }


def _passed_over(content: bytes) -> list[tuple[str, str, str]]:
    """Find what pyxform never looks at, sheet by sheet: what lies behind a gap, and what only a formula says.

    Returns:
        (sheet, "rows" | "columns" | "formula", the first place).
    """
    found: list[tuple[str, str, str]] = []
    book = load_workbook(BytesIO(content), read_only=True)
    for sheet in book.worksheets:
        if len(book.worksheets) > 1 and sheet.title.lower() not in SUPPORTED_SHEET_NAMES:
            continue
        title, gap, has_formula = sheet.title, 0, False
        for number, row in enumerate(sheet.iter_rows(), start=1):
            filled = [cell for cell in row if cell.value not in {None, ""}]
            if number == 1:
                found += _columns_behind_a_gap(title, row)
            if filled and gap > _MOST_EMPTY_ROWS:
                found.append((title, "rows", str(number)))
                break
            gap = 0 if filled else gap + 1
            formulas = [cell for cell in filled if cell.data_type == "f"]
            if formulas and not has_formula:
                has_formula = True
                found.append((title, "formula", formulas[0].coordinate))
    return found


def _columns_behind_a_gap(title: str, row: Sequence[Any]) -> list[tuple[str, str, str]]:
    gap = 0
    for cell in row:
        is_filled = cell.value not in {None, ""}
        if is_filled and gap > _MOST_EMPTY_COLUMNS:
            return [(title, "columns", str(cell.column_letter))]
        gap = 0 if is_filled else gap + 1
    return []


def _too_many(workbook: DefinitionData) -> str:
    for sheet, rows, most in (
        ("survey", workbook.survey, _MOST_QUESTIONS),
        ("choices", workbook.choices, _MOST_CHOICES),
        ("external_choices", workbook.external_choices, _MOST_CHOICES),
        ("settings", workbook.settings, 1),
    ):
        if _count(rows) > most:
            return f"trang {sheet} có {_count(rows)} dòng, nhiều nhất là {most}"
    return ""


def _count(rows: Iterable[object] | None) -> int:
    return sum(1 for _ in rows or ())


def _is_disabled(row: Mapping[str, object]) -> bool:
    return str(row.get("disabled", "")).strip().lower() in _YES


if __name__ == "__main__":
    main()
