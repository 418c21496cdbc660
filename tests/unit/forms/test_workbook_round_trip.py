"""What is typed goes out in the form's workbook and comes back as the same values; what is wrong, as it was typed."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from filled_workbooks import a_filling
from filled_workbooks import edited
from filled_workbooks import read_back
from filled_workbooks import write_workbook
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl import load_workbook

from tests.unit.forms.conftest import EveryKind
from thidua.forms.compose import ComposedForm
from thidua.forms.compose import compose
from thidua.forms.describe import FieldModel
from thidua.forms.describe import describe
from thidua.forms.kinds import KIND_NAMES
from thidua.forms.pointers import cell_model
from thidua.forms.readers import read_web
from thidua.forms.workbook.cells import from_cell
from thidua.forms.workbook.cells import says_the_same
from thidua.forms.workbook.cells import to_cell
from thidua.forms.workbook.plan import title_of
from thidua_sdk import Campaign
from thidua_sdk import Choice
from thidua_sdk import Count
from thidua_sdk import Form
from thidua_sdk import FormSchema
from thidua_sdk import Line
from thidua_sdk import Records
from thidua_sdk import RowSchema
from thidua_sdk import Section

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FULL: Mapping[str, str] = {
    "/fields/state": "begun",
    "/fields/staff": "1234",
    "/fields/briefed": "0",
    "/fields/items": "7",
    "/by_topic/items/law": "3",
    "/by_topic/items/local": "0",
    "/fields/area": "12,5",
    "/fields/share": "99,5",
    "/fields/ready": "no",
    "/fields/met_on": "14/9/2021",
    "/fields/posted_at": "14/9/2021 08:05",
    "/fields/title": "=1+1",
    "/fields/remarks": "Dòng một\nDòng hai: “ẵm”",
    "/fields/document": "45/KH",
    "/fields/movements": "Nông thôn mới\n-2+3",
    "/fields/origin/document": "112/BC",
    "/fields/origin/as_of": "1/2/2021",
    "/cases/0/full_name": "Lý Mẫu",
    "/cases/0/status": "pending",
    "/cases/0/hours": "3",
    "/cases/2/full_name": "@Hoàng",
    "/cases/2/status": "handled",
    "/prepared_by/full_name": "Nông Thị Mẫu",
    "/prepared_by/position": "Chuyên viên",
    "/is_estimate": "yes",
    "/correction_reason": "Đếm thiếu.",
    "/comments/~1fields~1staff": "Đã tính cả hợp đồng",
}


def said(reading: Mapping[str, str]) -> dict[str, str]:
    return {pointer: text for pointer, text in reading.items() if text}


def test_a_full_draft_comes_back_as_typed(form: ComposedForm) -> None:
    assert said(read_back(form, write_workbook(form, a_filling(FULL))).typed) == FULL


def test_every_kind_has_its_cells_in_the_workbook(form: ComposedForm) -> None:
    # The kinds that FULL does not type would go through here unseen.
    models = [cell_model(form, pointer) for pointer in FULL]
    kinds = {model.kind for model in models if model} | {"group", "records"}
    assert kinds >= KIND_NAMES


def test_what_cannot_be_read_comes_back_as_it_was_typed(form: ComposedForm) -> None:
    wrong = {
        "/fields/state": "BEGUN",
        "/fields/staff": "khoảng 12",
        "/fields/area": "1.5",
        "/fields/share": "x",
        "/fields/ready": "YES",
        "/fields/met_on": "31/2/2021",
        "/fields/posted_at": "sáng qua",
        "/fields/document": "không số",
        "/cases/0/hours": "-3",
    }
    assert said(read_back(form, write_workbook(form, a_filling(wrong))).typed) == wrong


def test_an_empty_workbook_says_nothing_and_lacks_nothing(form: ComposedForm) -> None:
    reading = read_back(form, write_workbook(form, a_filling()))
    assert said(reading.typed) == {}
    assert reading.findings == ()
    assert reading.missing == ()
    assert read_web(form, dict(reading.typed)).findings == ()


def test_the_same_input_gives_the_same_bytes(form: ComposedForm) -> None:
    assert write_workbook(form, a_filling(FULL)) == write_workbook(form, a_filling(FULL))


def test_every_finding_of_the_judges_readers_has_a_place_people_see(form: ComposedForm) -> None:
    reading = read_back(form, write_workbook(form, a_filling({"/fields/staff": "mười", "/cases/0/hours": "ba"})))
    told = [reading.told(finding) for finding in read_web(form, dict(reading.typed)).findings]
    assert told[0].startswith("Trang Biểu T, ô D9: “mười” không phải là số nguyên")
    assert told[1].startswith("Trang T15 Danh sách, ô E8: “ba” không phải là số nguyên")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@x",
        "\t=1",
        "＝1+1",
        "=HYPERLINK(1)",
        "{=1}",
        "'=1",
        '"=1"',
        "=cmd|' /C calc'!A0",
        "http://a.vn",
    ],
)
def test_no_text_becomes_a_formula_or_a_link(form: ComposedForm, text: str) -> None:
    typed = {"/fields/title": text, "/fields/remarks": text, "/cases/0/full_name": text, "/fields/staff": text}
    filling = a_filling(typed, unit_name=text, period_name=text, campaign_title=text, earlier=typed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(write_workbook(form, filling)))
    kinds = {
        (cell.data_type, cell.hyperlink) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value
    }
    assert kinds <= {("s", None), ("n", None)}


def test_only_the_cells_to_fill_can_be_typed_in(form: ComposedForm) -> None:
    filling = a_filling(FULL, closed=frozenset({"/fields/staff"}))
    book = load_workbook(io.BytesIO(write_workbook(form, filling)))
    assert all(sheet.protection.sheet for sheet in book)
    sheet = book["Biểu T"]
    open_cells = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    assert {cell[0] for cell in open_cells} == {"D", "F"}
    assert "D8" in open_cells
    assert "D9" not in open_cells
    assert {sheet.title: sheet.sheet_state for sheet in book if sheet.sheet_state != "visible"} == {
        "danh_muc": "hidden",
        "nhan_dang": "veryHidden",
    }


def test_excel_itself_checks_bounds_and_choices_in_vietnamese(form: ComposedForm) -> None:
    sheet = load_workbook(io.BytesIO(write_workbook(form, a_filling())))["Biểu T"]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert (rules["D9"].type, rules["D9"].formula1, rules["D9"].formula2) == ("whole", "1", "5000")
    assert rules["D9"].error.startswith("Ô này phải là số nguyên từ 1 đến 5.000.")
    assert rules["D8"].type == "list"
    assert "danh_muc" in rules["D8"].formula1


def _values(model: FieldModel) -> st.SearchStrategy[Any]:
    from_any = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufffe\uffff\r"), max_size=40)
    return from_any | st.decimals(-(10**9), 10**12, places=2).map(lambda exact: str(exact).replace(".", ","))


@settings(max_examples=150, deadline=None)
@given(st.data())
@pytest.mark.parametrize("kind", sorted(KIND_NAMES - {"group", "records"}))
def test_any_text_in_any_kind_of_cell_comes_back_saying_the_same(kind: str, data: st.DataObject) -> None:
    model = next(each for each in describe(EveryKind) if each.kind == kind)
    text = data.draw(_values(model))
    cell = to_cell(model, text, ZONE)
    assert says_the_same(model, text, from_cell(model, cell), ZONE)


def test_dates_before_the_calendars_agree_stay_text(form: ComposedForm) -> None:
    model = next(each for each in form.fields if each.kind == "day")
    assert to_cell(model, "28/2/1900", ZONE) == "28/2/1900"
    assert str(to_cell(model, "1/1/1901", ZONE)) == "1901-01-01"


class _Alike(RowSchema):
    kind = Choice("Loại", options={"a": "Khác", "b": "khác", "c": "Một"})


class _Lists(FormSchema):
    sessions = Count("Số buổi: [sáng/chiều]?", code="L01", listable=True, source="Biểu L")
    papers = Count("Văn bản", code="L02", listable=True, source="Biểu L")
    alike = Records("Bảng", of=_Alike, most=3, source="Biểu L")
    other = Records("Bảng", of=_Alike, most=3, source="Biểu L")
    name = Line("Tên", source="Biểu L")

    sections = (Section("Một", ("sessions", "papers", "alike", "other", "name")),)


@pytest.fixture
def lists(a_campaign: Callable[..., Campaign]) -> ComposedForm:
    return compose(Form(code="L", title="Biểu kê", schema=_Lists, version=1, source="Biểu L"), a_campaign())


def test_lists_and_choices_with_the_same_words_come_back(lists: ComposedForm) -> None:
    typed = {
        "/evidence/papers/0/on": "14/9/2021",
        "/evidence/papers/0/place": "Công văn 1",
        "/evidence/papers/1/link": "https://langson.gov.vn/a",
        "/evidence/papers/1/attachment": "ab" * 32,
        "/evidence/sessions/0/place": "Chợ",
        "/alike/0/kind": "b",
        "/alike/1/kind": "a",
        "/other/0/kind": "c",
    }
    assert said(read_back(lists, write_workbook(lists, a_filling(typed))).typed) == typed


def test_a_line_of_no_list_is_named_by_its_own_row(lists: ComposedForm) -> None:
    typed = {"/evidence/sessions/0/place": "Chợ"}

    def edit(book: Workbook) -> None:
        book["Danh sách kê"]["E10"] = "Đình"
        book["Danh sách kê"]["C12"] = "Ô khác"

    reading = read_back(lists, edited(write_workbook(lists, a_filling(typed)), edit))
    assert [reading.told(each) for each in reading.findings] == [
        f"Trang Danh sách kê, ô C{row}: Dòng kê này chưa chọn thuộc ô nào của biểu; hãy chọn ở cột “Thuộc ô”."
        for row in (10, 12)
    ]


def test_names_of_sheets_are_what_excel_takes() -> None:
    assert title_of("A28b: vi phạm [của] cán bộ/đơn vị rất dài", []) == "A28b vi phạm của cán bộ đơn vị"
    assert title_of("bảng", ["Bảng"]) == "bảng (2)"
    assert title_of("'[]", []) == "Trang"
    assert len(title_of("x" * 40, ["X" * 31])) == 31
