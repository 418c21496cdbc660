"""Reads a stranger's workbook as a program of its own: workbook in, the cells that say something out, as JSON.

Whatever a hostile workbook does, it does here: the process has little memory, little time and nobody's
data, and its end says only that the workbook could not be read.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Iterable
from collections.abc import Iterator
from datetime import date
from datetime import datetime
from typing import TypeAlias

import python_calamine

from thidua.forms.workbook.scanning import MOST_COLUMNS
from thidua.forms.workbook.scanning import MOST_ROWS
from thidua.forms.workbook.scanning import Refused
from thidua.forms.workbook.scanning import scanned

__all__ = ["main", "read_here"]

#: Row, column, kind and value of a cell.
_Said: TypeAlias = tuple[int, int, str, object]

_MEMORY = 512 * 1024 * 1024
_SECONDS = 10
#: Characters of all texts together: five times a form with every text full.
_MOST_TEXT = 8_000_000


def main() -> None:
    """Read the workbook on standard input and write what it says on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(read_here(sys.stdin.buffer.read()), sys.stdout, ensure_ascii=True, separators=(",", ":"))


def read_here(content: bytes) -> dict[str, object]:
    """Read a workbook in this process: for the one that may fail, and for files that we made ourselves."""
    try:
        flawed = scanned(content)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        titles = [meta.name for meta in book.sheets_metadata if meta.typ == python_calamine.SheetTypeEnum.WorkSheet]
        sheets = [(title, list(_cells(book.get_sheet_by_name(title)))) for title in titles]
        _require_little_text(cell for _, cells in sheets for cell in cells)
    except Refused as refused:
        return {"refused": str(refused)}
    except (python_calamine.CalamineError, ValueError, KeyError):
        return {"refused": "broken"}
    return {
        "sheets": [
            {
                "title": title,
                "cells": cells,
                "flawed": [[row, column, word] for (row, column), word in flawed.get(title, {}).items()],
            }
            for title, cells in sheets
        ]
    }


def _require_little_text(cells: Iterable[_Said]) -> None:
    left = _MOST_TEXT
    for *_, value in cells:
        left -= len(value) if isinstance(value, str) else 0
        if left < 0:
            raise Refused("cells")


def _cells(sheet: python_calamine.CalamineSheet) -> Iterator[_Said]:
    if sheet.end is None:
        return
    if sheet.end[0] >= MOST_ROWS or sheet.end[1] >= MOST_COLUMNS:
        raise Refused("corner")
    for number, row in enumerate(sheet.to_python(skip_empty_area=False)):
        for column, value in enumerate(row):
            if value != "":
                yield (number, column, *_told(value))


def _told(value: object) -> tuple[str, object]:
    if isinstance(value, bool):
        return "b", value
    if isinstance(value, int | float):
        return "n", value
    if isinstance(value, datetime):
        return "m", value.isoformat()
    if isinstance(value, date):
        return "d", value.isoformat()
    # Times of day and spans are nothing a form asks for: shown as they are, refused by the reader.
    return "s", str(value)


if __name__ == "__main__":
    main()
