"""A form's workbook as people fill it in: written by us, then edited by another program."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl import load_workbook

from thidua.forms.compose import ComposedForm
from thidua.forms.workbook.child import read_here
from thidua.forms.workbook.plan import Identity
from thidua.forms.workbook.reading import WorkbookReading
from thidua.forms.workbook.reading import read_workbook
from thidua.forms.workbook.writing import Filling
from thidua.forms.workbook.writing import identity_of
from thidua.forms.workbook.writing import write_workbook


def a_filling(typed: Mapping[str, str] | None = None, **parts: Any) -> Filling:
    given = {
        "campaign_title": "Phong trào thử",
        "unit_code": "U1",
        "unit_name": "Đơn vị Một",
        "period_code": "2021-Q1",
        "period_name": "Quý I năm 2021",
        "typed": typed or {},
    }
    return Filling(**{**given, **parts})


#: The sheet of single cells of the form that most tests fill.
MAIN = "Biểu A"


def filled(content: bytes, values: Mapping[str, object]) -> bytes:
    """Fill cells of the sheet of single cells, found by their pointers."""

    def edit(book: Workbook) -> None:
        sheet = book[MAIN]
        rows = {sheet.cell(row, 1).value: row for row in range(1, sheet.max_row + 1)}
        for pointer, value in values.items():
            sheet.cell(rows[pointer], 4).value = value  # type: ignore[union-attr]

    return edited(content, edit)


def edited(content: bytes, edit: Callable[[Workbook], None]) -> bytes:
    book = load_workbook(io.BytesIO(content))
    edit(book)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def read_back(form: ComposedForm, content: bytes, filling: Filling | None = None) -> WorkbookReading:
    return read_workbook(form, content, identity_of(form, filling or a_filling()), read_here)


def rewritten(content: bytes, parts: Mapping[str, bytes | None]) -> bytes:
    """Put parts into a package, or take them out; what is there already is replaced."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            if name not in parts:
                after.writestr(name, before.read(name))
        for name, part in parts.items():
            if part is not None:
                after.writestr(name, part)
    return written.getvalue()


def part_of(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read(name)


__all__ = ["Identity", "a_filling", "edited", "part_of", "read_back", "rewritten", "write_workbook"]
