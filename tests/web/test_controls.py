"""Every kind of field as a control: drawn, labelled, shown as typed, read back as filed."""

from __future__ import annotations

from typing import Any
from typing import ClassVar

import pytest
from bare_campaigns import a_bare_campaign
from flask import Flask
from flask import render_template_string

from thidua.forms.compose import ComposedForm
from thidua.forms.compose import compose
from thidua.forms.kinds import KIND_NAMES
from thidua.forms.readers import read_web
from thidua.web.cells import control_id
from thidua.web.cells import first_cell
from thidua.web.cells import label_at
from thidua.web.cells import rows_in
from thidua.web.cells import typed_of
from thidua.web.controls import MACROS
from thidua.web.controls import NEW_ROW
from thidua.web.controls import Drawer
from thidua.web.filed import lines_of
from thidua_sdk import FLOW
from thidua_sdk import NONE
from thidua_sdk import TALLY
from thidua_sdk import Choice
from thidua_sdk import Count
from thidua_sdk import Day
from thidua_sdk import DocumentNumber
from thidua_sdk import Finding
from thidua_sdk import Flag
from thidua_sdk import Form
from thidua_sdk import FormSchema
from thidua_sdk import Group
from thidua_sdk import Level
from thidua_sdk import Line
from thidua_sdk import ListOf
from thidua_sdk import Moment
from thidua_sdk import Need
from thidua_sdk import Paragraph
from thidua_sdk import Percent
from thidua_sdk import Quantity
from thidua_sdk import Records
from thidua_sdk import RowSchema
from thidua_sdk import Section


class Person(RowSchema):
    name = Line("Họ và tên")
    born = Count("Năm sinh", minimum=1930, maximum=2010, aggregate=NONE, need=Need.OPTIONAL)
    kind = Choice("Đối tượng", options={"a": "Công chức", "b": "Viên chức"})


class Origin(RowSchema):
    document = Line("Văn bản")
    as_of = Day("Tính đến ngày")


class Every(FormSchema):
    count = Count("Tin, bài", unit="tin, bài", by_topic=True, aggregate=FLOW, help="Chỉ đếm tin đã phát.")
    quantity = Quantity("Diện tích", unit="ha")
    percent = Percent("Tỷ lệ", weight="count")
    flag = Flag("Đã đăng")
    choice = Choice("Tình trạng", options={"x": "Chưa", "y": "Đã làm"}, aggregate=TALLY)
    day = Day("Ngày họp")
    moment = Moment("Thời điểm")
    line = Line("Tên", need=Need.OPTIONAL)
    paragraph = Paragraph("Nhận xét", need=Need.OPTIONAL, required_in=("year",))
    document_number = DocumentNumber("Số văn bản", pattern=r"\d+/KH", example="45/KH")
    list_of = ListOf("Phong trào", most=3)
    group = Group("Nguồn", of=Origin)
    records = Records("Danh sách", of=Person, most=3, personal=True)
    total = Count("Tổng", computed=True)

    sections: ClassVar[tuple[Section, ...]] = (
        Section(
            "Tất cả",
            (
                *("count", "quantity", "percent", "flag", "choice", "day", "moment", "line", "paragraph"),
                *("document_number", "list_of", "group", "records", "total"),
            ),
        ),
    )


FIELDS = {
    "count": 21500,
    "quantity": "1234.5",
    "percent": "97.5",
    "flag": False,
    "choice": "y",
    "day": "2021-09-14",
    "moment": "2021-09-14T16:30:00+07:00",
    "line": "Đội “tuyên truyền” & <b>",
    "paragraph": "Dòng một\nDòng hai",
    "document_number": "45/KH",
    "list_of": ["Nông thôn mới", "Đền ơn đáp nghĩa"],
    "group": {"document": "112/BC", "as_of": "2021-09-15"},
}
PAYLOAD = {
    "fields": FIELDS,
    "by_topic": {"count": {"law": 1200}},
    "records": [{"name": "Đặng Thị Ỷ", "born": 1988, "kind": "a"}, {"name": "Ẵm", "born": None, "kind": "b"}],
}


def a_form() -> ComposedForm:
    return compose(Form(code="T", title="Biểu thử", schema=Every, version=1, source=""), a_bare_campaign())


def drawn(site: Any, drawer: Drawer, name: str) -> Any:
    """The page's own drawing of one field."""
    app: Flask = site.app
    with app.test_request_context():
        html = render_template_string(
            '{% from "fields/controls.html" import cell %}{{ cell(control) }}',
            control=drawer.field(drawer.form.field(name)),
        )
    return site.parse(html)


def test_every_kind_has_a_macro() -> None:
    assert MACROS.keys() == KIND_NAMES


@pytest.mark.parametrize("kind", sorted(KIND_NAMES))
def test_every_kind_is_drawn_with_a_label_and_what_was_typed(site: Any, kind: str) -> None:
    form = a_form()
    typed = typed_of(form, PAYLOAD)
    html = drawn(site, Drawer(form=form, typed=typed, rows=rows_in(form, typed)), kind)
    assert form.field(kind).label in html.text
    controls = [
        control for control in html.all("input", "select", "textarea") if NEW_ROW not in control.attributes["name"]
    ]
    assert controls
    labels = {label.attributes.get("for") for label in html.all("label")}
    wrapped = {id(control) for label in html.all("label") for control in label.all("input")}
    for control in controls:
        assert control.attributes["id"] in labels or id(control) in wrapped
        text = typed.get(control.attributes["name"], "")
        if control.attributes.get("type") == "radio":
            assert ("checked" in control.attributes) is (control.attributes["value"] == text)
        elif control.tag == "select":
            chosen = [each.attributes["value"] for each in control.all("option") if "selected" in each.attributes]
            assert chosen == ([text] if text else [])
        elif control.tag == "textarea":
            assert control.raw == "\n" + text
        else:
            assert control.attributes["value"] == text


def test_what_the_page_shows_reads_back_as_it_was_filed() -> None:
    form = a_form()
    reading = read_web(form, typed_of(form, PAYLOAD))
    assert reading.findings == ()
    assert reading.fields == FIELDS
    assert reading.by_topic == PAYLOAD["by_topic"]
    assert reading.rows["records"] == PAYLOAD["records"]


def test_years_are_written_without_a_dot() -> None:
    typed = typed_of(a_form(), PAYLOAD)
    assert typed["/records/0/born"] == "1988"
    assert typed["/fields/count"] == "21.500"


@pytest.mark.parametrize("kind", sorted(KIND_NAMES - {"group", "records"}))
def test_a_finding_stands_at_its_cell_and_is_announced_with_it(site: Any, kind: str) -> None:
    form = a_form()
    finding = Finding("X1", Level.ERROR, "Ô này sai.", (f"/fields/{kind}",))
    html = drawn(site, Drawer(form=form, typed={}, findings=[finding]), kind)
    message = html.one("p", id="loi-1")
    assert "Ô này sai." in message.text
    holders = [element for element in html.all() if element.attributes.get("aria-invalid") == "true"]
    assert len(holders) == 1
    assert "loi-1" in holders[0].attributes["aria-describedby"].split()


def test_a_warning_says_so_in_words(site: Any) -> None:
    form = a_form()
    finding = Finding("X1", Level.WARNING, "Số này lạ.", ("/fields/count",))
    html = drawn(site, Drawer(form=form, typed={}, findings=[finding]), "count")
    assert html.one("p", id="loi-1").text == "Cần kiểm tra: Số này lạ."
    assert html.one("input", name="/fields/count").attributes.get("aria-invalid") is None


def test_a_finding_over_many_cells_marks_the_first_only(site: Any) -> None:
    form = a_form()
    cells = ("/fields/count", "/fields/quantity", "/fields/percent", "/fields/line")
    drawer = Drawer(form=form, typed={}, findings=[Finding("X1", Level.ERROR, "Sai.", cells)])
    assert drawn(site, drawer, "count").all("p", id="loi-1") != []
    assert drawn(site, drawer, "line").one("input").attributes.get("aria-invalid") is None


def test_topics_are_folded_until_something_is_typed_or_wrong_there(site: Any) -> None:
    form = a_form()
    folded = drawn(site, Drawer(form=form, typed={}), "count").one("details")
    assert "open" not in folded.attributes
    typed = drawn(site, Drawer(form=form, typed={"/by_topic/count/law": "3"}), "count").one("details")
    assert "open" in typed.attributes
    finding = Finding("G5", Level.ERROR, "Lớn hơn số chung.", ("/by_topic/count/local", "/fields/count"))
    wrong = drawn(site, Drawer(form=form, typed={}, findings=[finding]), "count").one("details")
    assert "open" in wrong.attributes
    assert "Lớn hơn số chung." in wrong.text


def test_an_unknown_choice_is_kept_and_shown(site: Any) -> None:
    html = drawn(site, Drawer(form=a_form(), typed={"/fields/choice": "lạ"}), "choice")
    chosen = [option for option in html.all("option") if "selected" in option.attributes]
    assert [option.attributes["value"] for option in chosen] == ["lạ"]


def test_a_computed_cell_is_no_control(site: Any) -> None:
    html = drawn(site, Drawer(form=a_form(), typed={"/fields/total": "17"}), "total")
    assert html.one("output").text == "17"
    assert html.all("input") == []


def test_some_cells_are_required_in_some_periods_only() -> None:
    form = a_form()
    usual = Drawer(form=form, typed={}).field(form.field("paragraph"))
    yearly = Drawer(form=form, typed={}, tags=frozenset({"year"})).field(form.field("paragraph"))
    assert (usual.is_required, usual.is_optional) == (False, True)
    assert (yearly.is_required, yearly.is_optional) == (True, False)


def test_the_figure_of_the_period_before_stands_beside_the_cell(site: Any) -> None:
    form = a_form()
    drawer = Drawer(form=form, typed={}, earlier=PAYLOAD)
    said = {name: drawn(site, drawer, name).all("p", class_="hint about") for name in FIELDS}
    assert "Kỳ trước: 21.500 tin, bài" in said["count"][0].text
    assert "Kỳ trước: Đã làm" in said["choice"][0].text
    assert "Kỳ trước: Không" in said["flag"][0].text
    assert "Kỳ trước" not in "".join(hint.text for hint in said["paragraph"])


@pytest.mark.parametrize(
    ("pointer", "target", "label"),
    [
        ("/fields/count", "/fields/count", "Tin, bài"),
        ("/fields/group", "/fields/group/document", "Nguồn"),
        ("/by_topic/count/law", "/by_topic/count/law", "Tin, bài"),
        ("/records/4/name", "/records/4/name", "Danh sách, dòng 2"),
        ("/records", "/records", "Danh sách"),
        ("/approved_by", "/approved_by/full_name", "Người duyệt"),
        ("/form_version", "/form_version", ""),
        ("/fields/unknown", "/fields/unknown", ""),
    ],
)
def test_the_summary_names_a_cell_and_leads_to_it(pointer: str, target: str, label: str) -> None:
    form = a_form()
    assert first_cell(form, pointer) == target
    assert label_at(form, pointer, {"records": [1, 4]}) == label
    assert " " not in control_id(target)


def test_a_filed_report_reads_in_words() -> None:
    (part,) = lines_of(a_form(), PAYLOAD, None, sees_people=True)
    text = {line.label: line.text for line in part.lines}
    assert text["Tin, bài"] == "21.500"
    assert text["Diện tích"] == "1.234,5"
    assert text["Tỷ lệ"] == "97,5"
    assert text["Đã đăng"] == "Không"
    assert text["Tình trạng"] == "Đã làm"
    assert text["Ngày họp"] == "14/9/2021"
    assert text["Thời điểm"] == "14/9/2021 16:30"
    assert text["Nguồn"] == "Văn bản: 112/BC; Tính đến ngày: 15/9/2021"
    assert text["Tổng"] == "–"
    assert part.lines[0].topics == (("Luật", "1.200"),)
    assert part.tables[0].rows == (("Đặng Thị Ỷ", "1988", "Công chức"), ("Ẵm", "–", "Viên chức"))


def test_rows_of_people_are_marked_hidden_for_others() -> None:
    (part,) = lines_of(a_form(), {**PAYLOAD, "records": []}, None, sees_people=False)
    assert part.tables[0].hidden
