"""Files from outside: what is no plain workbook of a form's size is refused in a sentence, and costs little."""

from __future__ import annotations

import io
import os
import resource
import subprocess
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest
from filled_workbooks import a_filling
from filled_workbooks import edited
from filled_workbooks import part_of
from filled_workbooks import rewritten
from filled_workbooks import write_workbook
from openpyxl import Workbook

from thidua.domain.errors import BusyError
from thidua.domain.errors import UnwantedFileError
from thidua.forms.compose import ComposedForm
from thidua.forms.workbook import grid
from thidua.forms.workbook.grid import grids_of
from thidua.forms.workbook.guarding import LARGEST_WORKBOOK

SHEET = "xl/worksheets/sheet1.xml"
_HEAD = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
_ROW = '<row r="{0}"><c r="{1}{0}"><v>1</v></c></row>'


@pytest.fixture(scope="module")
def sound(form: ComposedForm) -> bytes:
    return write_workbook(form, a_filling({"/fields/staff": "12"}))


def a_sheet(*rows: str, extra: bytes = b"") -> bytes:
    return _HEAD + extra + b"<sheetData>" + "".join(rows).encode() + b"</sheetData></worksheet>"


def refused(content: bytes) -> UnwantedFileError:
    with pytest.raises(UnwantedFileError) as refusal:
        grids_of(content)
    assert refusal.value.message.endswith(".")
    return refusal.value


def test_a_sound_workbook_is_read_by_the_process_apart(sound: bytes) -> None:
    main = grids_of(sound)[0]
    assert (main.title, main.cells[8, 3]) == ("Biểu T", 12.0)


@pytest.mark.parametrize(
    ("content", "subject"),
    [
        (b"", "empty"),
        (b"x", "kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "ole"),
        (b"PK\x03\x04" + b"0" * (LARGEST_WORKBOOK - 3), "size"),
        (b"PK\x03\x04" + b"0" * 100, "BadZipFile"),
        (b"%PDF-1.7", "kind"),
    ],
)
def test_what_is_no_workbook(content: bytes, subject: str) -> None:
    assert refused(content).subject == subject


def test_another_zip_by_a_workbooks_name_is_told_as_one_and_what_to_do() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as package:
        package.writestr("a.txt", "x")
    said = refused(written.getvalue()).message
    assert said.startswith("Tệp bị hỏng hoặc không phải bảng tính Excel (.xlsx); hãy tải biểu Excel")


@pytest.mark.parametrize(
    ("parts", "subject"),
    [
        ({"xl/vbaProject.bin": b"x"}, "macros"),
        ({"xl/workbook.bin": b"x"}, "xlsb"),
        ({"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}, "external links"),
        ({"xl/embeddings/oleObject1.bin": b"x"}, "embedded objects"),
        ({"../x.xml": b"x"}, "entry name or method"),
        ({"xl/media/a.png": b"0" * 40_000_000}, "inflated size"),
        ({f"xl/media/{number}.png": b"" for number in range(401)}, "inflated size"),
        ({"xl/workbook.xml": None}, "no workbook or document"),
        ({"xl/sharedStrings.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><sst/>'}, "dtd"),
        ({"docProps/app.xml": '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'.encode("utf-16")}, "dtd"),
        ({SHEET: a_sheet(_ROW.format(1048576, "XFD"), _ROW.format(1, "A"))}, "corner"),
        ({SHEET: a_sheet(_ROW.format(20001, "A"))}, "corner"),
        ({SHEET: a_sheet(_ROW.format(1, "GS"))}, "corner"),
        ({SHEET: a_sheet(_ROW.format(1, "ZZZZZZZ"))}, "corner"),
        ({SHEET: a_sheet(*[f"<row>{'<c><v>1</v></c>' * 100}</row>"] * 1001)}, "cells"),
        ({SHEET: a_sheet("<row>" + "<c><v>1</v></c>" * 201 + "</row>")}, "corner"),
        ({SHEET: _HEAD + b"<sheetData><row>"}, "broken"),
        ({SHEET: b"\x00\xff"}, "broken"),
        ({"xl/workbook.xml": b"<workbook>spreadsheetml.sheet.main+xml" + b"<a>" * 100}, "broken"),
    ],
)
def test_what_is_no_plain_workbook(sound: bytes, parts: dict[str, bytes | None], subject: str) -> None:
    assert refused(rewritten(sound, parts)).subject == subject


def test_a_locked_workbook(sound: bytes) -> None:
    entry = sound.index(b"PK\x01\x02")
    assert refused(sound[: entry + 8] + b"\x01" + sound[entry + 9 :]).subject == "encrypted"


def test_an_open_document_says_what_to_do() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", "<x/>")
    assert "lưu lại thành Excel .xlsx" in refused(written.getvalue()).message


def test_one_long_text_in_many_cells_is_refused_in_little_memory(sound: bytes) -> None:
    text = b"<sst><si><t>" + b"x" * 4_000_000 + b"</t></si></sst>"
    rows = "".join(f'<row r="{row}">' + '<c t="s"><v>0</v></c>' * 100 + "</row>" for row in range(1, 500))
    noise = bytes(range(256)) * 64  # so that the package is no bomb by its ratio
    before = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    parts = {"xl/sharedStrings.xml": text, SHEET: a_sheet(rows), "xl/media/a.bin": noise}
    assert refused(rewritten(sound, parts)).subject.startswith("ended")
    # Kilobytes: the process that asks holds the file and no more, the one that reads has its limit
    # (and begins as a copy of the other).
    asking = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert asking - before[0] < 100_000
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= max(before[1], asking, 560_000)


def test_more_text_than_any_form_takes_is_refused(sound: bytes) -> None:
    texts = part_of(sound, "xl/sharedStrings.xml").replace(b"<si><t>", b"<si><t>" + b"x" * 100_000, 1)
    rows = "".join(f'<row r="{row}"><c t="s"><v>0</v></c></row>' for row in range(1, 101))
    assert refused(rewritten(sound, {"xl/sharedStrings.xml": texts, SHEET: a_sheet(rows)})).subject == "cells"


def test_formats_without_values_far_away_are_no_cells(sound: bytes) -> None:
    styled = part_of(sound, SHEET).replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    )
    assert grids_of(rewritten(sound, {SHEET: styled}))[0].cells[8, 3] == 12.0


def test_a_lying_dimension_is_nothing(sound: bytes) -> None:
    lying = part_of(sound, SHEET).replace(b"<dimension ref=", b'<dimension ref="A1:XFD1048576" was=', 1)
    assert lying != part_of(sound, SHEET)
    assert grids_of(rewritten(sound, {SHEET: lying}))[0].cells[8, 3] == 12.0


def test_nothing_is_fetched_or_left_behind(sound: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The child is told nothing of the place it runs at, nor of modules that lie there.
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "python_calamine.py").write_text("raise SystemExit(3)\n")
    assert grids_of(sound)
    assert [path.name for path in tmp_path.iterdir()] == ["python_calamine.py"]


def test_the_process_apart_is_told_no_secret(sound: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THIDUA_SECRET_KEY", "nobody who reads a stranger's file")
    monkeypatch.setenv("PGPASSWORD", "may have this")
    given: list[dict[str, str]] = []

    def run(*command: object, env: dict[str, str] | None = None, **options: Any) -> Any:
        given.append(dict(os.environ) if env is None else env)
        return really_run(*command, env=env, **options)

    really_run = subprocess.run
    monkeypatch.setattr(grid.subprocess, "run", run)
    assert grids_of(sound)
    [told] = given
    assert not [name for name in told if name.startswith(("THIDUA_", "PG"))]


def test_many_sheets_are_no_form(sound: bytes) -> None:
    def add(book: Workbook) -> None:
        for number in range(60):
            book.create_sheet(f"T{number}")

    assert refused(edited(sound, add)).subject == "sheets"


def test_no_more_than_some_files_are_read_at_once(sound: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "_WAIT_S", 0.01)
    monkeypatch.setattr(grid, "_turns", threading.BoundedSemaphore(1))
    # A turn is given back, whatever became of the file.
    with pytest.raises(UnwantedFileError):
        grid.read_apart(b"no workbook")
    assert grid._turns.acquire(blocking=False)
    with pytest.raises(BusyError, match="gửi lại sau giây lát"):
        grid.read_apart(sound)
    grid._turns.release()
    assert grid.read_apart(sound)["sheets"]
