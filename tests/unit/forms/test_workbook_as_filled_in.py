"""What people do to a workbook on the way: it is read all the same, or the cell is named and nothing is guessed."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable
from collections.abc import Mapping

import pytest
from filled_workbooks import a_filling
from filled_workbooks import edited
from filled_workbooks import part_of
from filled_workbooks import read_back
from filled_workbooks import rewritten
from filled_workbooks import write_workbook
from openpyxl import Workbook

from thidua.domain.errors import UnwantedFileError
from thidua.forms.compose import ComposedForm
from thidua.forms.readers import read_web
from thidua.forms.workbook.reading import WorkbookReading

MAIN, TABLE = "Biểu T", "T15 Danh sách"


def _at(*parts: int) -> dt.datetime:
    return dt.datetime(*parts)  # type: ignore[misc, arg-type]  # noqa: DTZ001  a workbook knows no zones


def filled(form: ComposedForm, cells: Mapping[str, object], sheet: str = MAIN) -> WorkbookReading:
    def edit(book: Workbook) -> None:
        for at, value in cells.items():
            book[sheet][at] = value

    return read_back(form, edited(write_workbook(form, a_filling()), edit))


@pytest.mark.parametrize(
    ("at", "value", "pointer", "expected"),
    [
        ("D9", "1.234", "/fields/staff", 1234),
        ("D9", " 1 234 ", "/fields/staff", 1234),
        ("D9", 1234, "/fields/staff", 1234),
        ("D9", 0.1 * 30, "/fields/staff", 3),
        ("D12", 12.5, "/fields/area", "12.5"),
        ("D12", 0.1 + 0.2, "/fields/area", "0.3"),
        ("D12", "12,5", "/fields/area", "12.5"),
        ("D16", "05/11/2021", "/fields/met_on", "2021-11-05"),
        ("D16", dt.date(2021, 11, 5), "/fields/met_on", "2021-11-05"),
        ("D16", _at(2021, 11, 5), "/fields/met_on", "2021-11-05"),
        ("D17", _at(2021, 11, 5, 16, 30), "/fields/posted_at", "2021-11-05T16:30:00+07:00"),
        ("D8", unicodedata.normalize("NFD", " đã  làm "), "/fields/state", "begun"),
        ("D14", "KHÔNG", "/fields/ready", False),
        ("D14", True, "/fields/ready", True),
        ("D18", unicodedata.normalize("NFD", "Đội ẵm "), "/fields/title", "Đội ẵm"),
        ("D18", 5, "/fields/title", "5"),
        ("D21", "a\r\nb\n", "/fields/movements", ["a", "b"]),
    ],
)
def test_values_as_people_type_them(form: ComposedForm, at: str, value: object, pointer: str, expected: object) -> None:
    reading = read_web(form, dict(filled(form, {at: value}).typed))
    assert reading.findings == ()
    assert reading.fields[pointer.rpartition("/")[2]] == expected


@pytest.mark.parametrize(
    ("at", "value", "sentence"),
    [
        ("D9", 3.7, "Trang Biểu T, ô D9: “3,7” là số lẻ; ô này chỉ nhận số nguyên"),
        ("D9", dt.date(2021, 2, 1), "Trang Biểu T, ô D9: “1/2/2021”"),
        ("D9", True, "Trang Biểu T, ô D9: “TRUE” không phải là số nguyên"),
        ("D9", -1, "Trang Biểu T, ô D9: Số không được nhỏ hơn 0"),
        ("D16", _at(2021, 9, 14, 8, 5), "Trang Biểu T, ô D16: “14/9/2021 08:05” không phải là ngày"),
        ("D16", dt.time(8, 5), "Trang Biểu T, ô D16: “08:05:00” không phải là ngày"),
    ],
)
def test_nothing_is_guessed(form: ComposedForm, at: str, value: object, sentence: str) -> None:
    reading = filled(form, {at: value})
    [finding] = read_web(form, dict(reading.typed)).findings
    assert reading.told(finding).startswith(sentence)


def test_rows_and_columns_may_be_inserted_and_moved(form: ComposedForm) -> None:
    def edit(book: Workbook) -> None:
        sheet = book[MAIN]
        sheet["D9"] = 12
        sheet["D10"] = 10
        sheet.insert_rows(9, 3)
        sheet.insert_cols(3)
        sheet.insert_rows(1, 2)
        sheet["E11"] = "ghi chú của tôi"
        book.move_sheet(MAIN, 3)
        book[MAIN].title = "Đã điền xong"

    reading = read_back(form, edited(write_workbook(form, a_filling()), edit))
    assert (reading.typed["/fields/staff"], reading.typed["/fields/briefed"]) == ("12", "10")
    assert str(reading.places["/fields/staff"]) == "trang Đã điền xong, ô E14"
    assert reading.missing == ()


def test_notes_outside_the_cells_to_fill_say_nothing(form: ComposedForm) -> None:
    def edit(book: Workbook) -> None:
        book[MAIN]["J9"] = "hỏi lại chị Mẫu"
        book[MAIN]["B40"] = 99
        book[TABLE]["Z3"] = "đang chờ"
        book.create_sheet("Nháp")["A1"] = "=1+1"

    reading = read_back(form, edited(write_workbook(form, a_filling()), edit))
    assert not any(reading.typed.values())
    assert reading.findings == ()


def test_rows_of_a_table_inserted_between_others_are_rows(form: ComposedForm) -> None:
    typed = {"/cases/0/full_name": "Một", "/cases/3/full_name": "Hai"}

    def edit(book: Workbook) -> None:
        sheet = book[TABLE]
        sheet.insert_rows(9)
        sheet["C9"] = "Chen giữa"
        sheet["D9"] = "Đã xử lý"

    reading = read_back(form, edited(write_workbook(form, a_filling(typed)), edit))
    names = {at: text for at, text in reading.typed.items() if at.endswith("full_name") and text}
    assert names == {"/cases/0/full_name": "Một", "/cases/3/full_name": "Hai", "/cases/1/full_name": "Chen giữa"}
    assert reading.typed["/cases/1/status"] == "handled"


def test_a_number_whose_cell_is_no_date_any_more_is_no_day(form: ComposedForm) -> None:
    def edit(book: Workbook) -> None:
        book[MAIN]["D16"] = 44453
        book[MAIN]["D16"].number_format = "General"

    reading = read_back(form, edited(write_workbook(form, a_filling()), edit))
    [finding] = read_web(form, dict(reading.typed)).findings
    assert reading.told(finding).startswith("Trang Biểu T, ô D16: “44453” không phải là ngày")


def test_a_blank_row_is_none(form: ComposedForm) -> None:
    reading = filled(form, {"C8": "Một", "C9": "  ", "C10": "Hai"}, TABLE)
    assert {at for at, text in reading.typed.items() if at.startswith("/cases/") and text} == {
        "/cases/0/full_name",
        "/cases/2/full_name",
    }


def test_more_rows_than_the_table_takes_are_said_and_not_cut_in_silence(form: ComposedForm) -> None:
    reading = filled(form, {f"C{row}": f"Người {row}" for row in range(8, 15)}, TABLE)
    [finding] = reading.findings
    assert reading.told(finding).startswith(
        "Trang T15 Danh sách, ô B13: Bảng này nhận tối đa 5 dòng, tệp có 7; chưa nhập các dòng 13, 14."
    )


def test_a_row_that_is_there_twice_is_said(form: ComposedForm) -> None:
    reading = filled(form, {"D9": 12, "A40": "/fields/staff", "D40": 13})
    [finding] = reading.findings
    assert "hai lần trong tệp, trang Biểu T, ô D9 và trang Biểu T, ô D40" in finding.message
    assert filled(form, {"D9": 12, "A40": "/fields/staff"}).typed["/fields/staff"] == "12"


def test_a_cell_whose_row_was_deleted_is_missing_and_not_emptied(form: ComposedForm) -> None:
    def edit(book: Workbook) -> None:
        book[MAIN].delete_rows(9)
        del book[TABLE]

    reading = read_back(form, edited(write_workbook(form, a_filling({"/fields/staff": "12"})), edit))
    assert reading.missing == ("/fields/staff", "/cases")
    assert "/fields/staff" not in reading.typed


def test_keys_of_cells_the_form_does_not_have_are_nothing(form: ComposedForm) -> None:
    keys = {"A40": "/fields/../x", "A41": "/on_behalf/reason", "A42": "/fields/none", "A43": "/cases/0/full_name"}
    reading = filled(form, {**keys, **{f"D{row}": "x" for row in range(40, 44)}})
    assert not any(reading.typed.values())


def test_a_formula_never_computed_and_one_in_error_are_no_empty_cells(form: ComposedForm) -> None:
    reading = filled(form, {"D9": "=1+1"})
    [finding] = reading.findings
    assert reading.told(finding).startswith("Trang Biểu T, ô D9: Công thức trong ô chưa được tính")
    content = edited(write_workbook(form, a_filling()), lambda book: book[MAIN].__setitem__("D9", 77))
    part = part_of(content, "xl/worksheets/sheet1.xml")
    assert b"<v>77</v>" in part
    shown = part.replace(b't="n"><v>77</v>', b't="e"><f>1/0</f><v>#DIV/0!</v>')
    reading = read_back(form, rewritten(content, {"xl/worksheets/sheet1.xml": shown}))
    [finding] = reading.findings
    assert "#DIV/0!" in finding.message
    computed = part.replace(b't="n"><v>77</v>', b"><f>70+7</f><v>77</v>")
    assert read_back(form, rewritten(content, {"xl/worksheets/sheet1.xml": computed})).typed["/fields/staff"] == "77"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"unit_code": "U2"}, "của đơn vị “U1”, không phải U2"),
        ({"period_code": "2021-Q2"}, "của kỳ “2021-Q1”, không phải 2021-Q2"),
        ({"unit_code": "U2", "period_code": "2021-Q2"}, "Tệp này của đơn vị “U1”, không phải U2; của kỳ “2021-Q1”"),
    ],
)
def test_a_workbook_of_another_unit_or_period_is_refused_by_name(
    form: ComposedForm, changes: dict[str, str], said: str
) -> None:
    with pytest.raises(UnwantedFileError) as refusal:
        read_back(form, write_workbook(form, a_filling()), a_filling(**changes))
    assert said in refusal.value.message
    assert "Tải biểu Excel" in refusal.value.message


@pytest.mark.parametrize(
    ("row", "value", "said"),
    [
        (2, "ATGT-1999", "của đợt “ATGT-1999”"),
        (3, "B", "Tệp này là biểu “B”, không phải biểu T."),
        (4, "1", "Tệp này là biểu theo phiên bản 1, nay biểu theo phiên bản 2."),
        (5, "0" * 64, "Tệp này tải về trước khi các ô hoặc quy tắc của biểu thay đổi."),
        (1, "2", "không phải biểu tải từ hệ thống"),
        (4, "một", "không phải biểu tải từ hệ thống"),
        (6, None, "không phải biểu tải từ hệ thống"),
    ],
)
def test_a_workbook_of_another_form_or_version_is_refused_by_name(
    form: ComposedForm, row: int, value: str | None, said: str
) -> None:
    def edit(book: Workbook) -> None:
        book["nhan_dang"][f"B{row}"] = value

    content = edited(write_workbook(form, a_filling()), edit)
    with pytest.raises(UnwantedFileError) as refusal:
        read_back(form, content)
    assert said in refusal.value.message


@pytest.mark.parametrize(
    "edit",
    [
        lambda book: book.remove(book["nhan_dang"]),
        lambda book: book.copy_worksheet(book[MAIN]),
    ],
)
def test_a_workbook_that_is_not_one_of_ours_any_more_is_refused(
    form: ComposedForm, edit: Callable[[Workbook], None]
) -> None:
    with pytest.raises(UnwantedFileError):
        read_back(form, edited(write_workbook(form, a_filling()), edit))


def test_the_version_of_the_draft_comes_along(form: ComposedForm) -> None:
    reading = read_back(form, write_workbook(form, a_filling(draft_version=7)))
    assert reading.identity.draft_version == 7


def test_texts_of_the_identity_that_a_program_made_numbers_of_say_the_same(form: ComposedForm) -> None:
    def edit(book: Workbook) -> None:
        for row in range(1, 9):
            cell = book["nhan_dang"][f"B{row}"]
            cell.value = int(cell.value) if str(cell.value).isdecimal() else cell.value

    reading = read_back(form, edited(write_workbook(form, a_filling(draft_version=7)), edit))
    assert (reading.identity.form_version, reading.identity.draft_version) == (2, 7)
