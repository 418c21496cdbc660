"""The printed form: rows, labels, units, needs and headings, byte for byte."""

import pytest
from thidua_unit_department_office import plugin
from thidua_unit_department_office.form import OfficeReport

from thidua_sdk import CUMULATIVE
from thidua_sdk import EVENT
from thidua_sdk import FLOW
from thidua_sdk import NONE
from thidua_sdk import OUTSIDE
from thidua_sdk import STOCK
from thidua_sdk import Aggregation
from thidua_sdk import Count
from thidua_sdk import DocumentNumber
from thidua_sdk import Field
from thidua_sdk import Group
from thidua_sdk import Line
from thidua_sdk import Need
from thidua_sdk import Records
from thidua_sdk import TimeRule
from thidua_sdk import UnitRule

R, C, O = Need.REQUIRED, Need.CONDITIONAL, Need.OPTIONAL  # noqa: E741  the letters of the form

# Row, field, label, kind, unit of measure, need. Where a row holds several values, each has a label of its own.
ROWS = (
    ("D01", "units_expected", "Số đơn vị phải báo cáo", "count", "đơn vị", R),
    ("D02", "units_on_time", "Nộp đúng hạn", "count", "đơn vị", R),
    ("D03", "units_late", "Nộp muộn", "count", "đơn vị", R),
    ("D04", "units_missing", "Chưa nộp", "count", "đơn vị", R),
    ("D05", "reminders_sent", "Công văn, lượt nhắc", "count", "lượt", R),
    ("D06", "monitoring_visits", "Lượt kiểm tra, theo dõi", "count", "lượt", O),
    ("D07", "issues_raised", "Vấn đề phát sinh", "count", "vấn đề", R),
    ("D08", "issues_resolved", "Đã giải quyết", "count", "vấn đề", R),
    ("D09", "issues_overdue", "Tồn quá 30 ngày", "count", "vấn đề", R),
    ("D10", "department_staff_total", "Tổng CC, VC, NLĐ thuộc Sở", "count", "người", R),
    ("D11", "department_staff_briefed", "Đã được quán triệt", "count", "người", R),
    ("D12", "department_violations", "Trường hợp vi phạm thuộc Sở", "count", "trường hợp", R),
    ("D13", "police_notices", "Thông báo của Công an gửi về", "count", "thông báo", R),
    ("D14", "self_reported", "Vi phạm đơn vị tự báo", "count", "trường hợp", R),
    ("D15", "unmatched_notices", "Chênh lệch chưa khớp", "count", "thông báo", R),
    ("D16", "department_handled", "Đã xử lý", "count", "trường hợp", R),
    ("D17", "crashes", "Số vụ TNGT toàn tỉnh (lũy kế)", "count", "vụ", R),
    ("D17", "crashes_source", "Nguồn số liệu TNGT", "group", "", R),
    ("D18", "deaths", "Số người chết (lũy kế)", "count", "người", R),
    ("D19", "injured", "Số người bị thương (lũy kế)", "count", "người", R),
    ("D20", "crashes_alcohol", "Số vụ do rượu, bia", "count", "vụ", O),
    ("D21", "baseline_same_period", "Số liệu cùng kỳ năm trước (vụ, chết, thương)", "group", "", R),
    ("D22", "border_congestion_events", "Số lần ùn tắc tuyến ra cửa khẩu", "count", "lần", O),
    ("D22", "border_congestion_definition", "Cách xác định một lần ùn tắc", "line", "", C),
    ("D23", "overall_assessment", "Đánh giá chung", "paragraph", "", R),
    ("D24", "shortcomings", "Tồn tại, hạn chế, nguyên nhân", "paragraph", "", R),
    ("D25", "next_tasks", "Phương hướng, nhiệm vụ", "paragraph", "", R),
    ("D26", "recommendations", "Kiến nghị", "paragraph", "", O),
    ("D27", "council_met_on", "Ngày họp Hội đồng TĐ-KT Sở", "day", "", C),
    ("D28", "council_present", "Số thành viên dự", "count", "người", C),
    ("D28", "council_total", "Tổng số thành viên", "count", "người", C),
    ("D29", "nom_collective_gk", "Tập thể đề nghị Giấy khen", "count", "tập thể", C),
    ("D29", "nom_collective_bk", "Tập thể đề nghị Bằng khen", "count", "tập thể", C),
    ("D30", "nom_individual_gk", "Cá nhân đề nghị Giấy khen", "count", "cá nhân", C),
    ("D30", "nom_individual_bk", "Cá nhân đề nghị Bằng khen", "count", "cá nhân", C),
    ("D31", "report_no", "Số Báo cáo gửi Ban ATGT", "document_number", "", C),
    ("D31", "report_date", "Ngày Báo cáo gửi Ban ATGT", "day", "", C),
    ("D32", "submission_no", "Số Tờ trình khen thưởng", "document_number", "", C),
    ("D32", "submission_date", "Ngày Tờ trình khen thưởng", "day", "", C),
    ("D33", "published_at", "Thời điểm đăng trang TTĐT Sở", "moment", "", O),
    ("D34", "workplan_total", "Chỉ tiêu công tác Sở: tổng", "count", "chỉ tiêu", O),
    ("D34", "workplan_done", "Chỉ tiêu công tác Sở: hoàn thành", "count", "chỉ tiêu", O),
)

FIELDS: dict[str, Field] = {name: field for name, field in OfficeReport().fields.items() if isinstance(field, Field)}
AGGREGATES = {
    FLOW: {"reminders_sent", "monitoring_visits", "border_congestion_events"},
    STOCK: {"department_staff_total", "workplan_total", "workplan_done"},
    CUMULATIVE: {"department_staff_briefed"},
    EVENT: {
        "issues_raised",
        "issues_resolved",
        "department_violations",
        "department_handled",
        "police_notices",
        "self_reported",
    },
    OUTSIDE: {"crashes", "deaths", "injured", "crashes_alcohol"},
    Aggregation("event", TimeRule.LATEST, UnitRule.SUM): {
        "council_present",
        "issues_overdue",
        "unmatched_notices",
        "nom_collective_gk",
        "nom_collective_bk",
        "nom_individual_gk",
        "nom_individual_bk",
    },
}


def test_rows_d01_to_d34_stand_in_order() -> None:
    codes = list(dict.fromkeys(field.code for field in FIELDS.values()))

    assert codes == [f"D{number:02}" for number in range(1, 35)]
    assert [field.code for field in FIELDS.values()] == sorted(field.code for field in FIELDS.values())


def test_the_form_has_no_other_fields_and_no_table() -> None:
    assert list(FIELDS) == [row[1] for row in ROWS]
    assert not any(isinstance(field, Records) for field in FIELDS.values())


@pytest.mark.parametrize(("code", "name", "label", "kind", "unit", "need"), ROWS)
def test_a_row_says_what_the_printed_form_says(
    code: str, name: str, label: str, kind: str, unit: str, need: Need
) -> None:
    field = FIELDS[name]

    assert (field.code, field.label, field.kind, field.unit, field.need) == (code, label, kind, unit, need)
    assert field.source == f"Biểu D, dòng {code}"


@pytest.mark.parametrize(("aggregate", "names"), AGGREGATES.items(), ids=lambda value: getattr(value, "kind", ""))
def test_rows_add_up_by_the_rule_of_their_indicator(aggregate: Aggregation, names: set[str]) -> None:
    assert {name for name, field in FIELDS.items() if field.aggregate == aggregate} == names


def test_all_other_rows_add_nothing_up() -> None:
    folded = {name for names in AGGREGATES.values() for name in names}

    assert all(field.aggregate == NONE for name, field in FIELDS.items() if name not in folded)


def test_the_computed_rows_are_those_the_ledger_knows() -> None:
    computed = [field.code for field in FIELDS.values() if field.computed]

    assert computed == ["D01", "D02", "D03", "D04", "D10", "D11", "D12", "D16"]


def test_the_work_plan_is_asked_for_at_the_year() -> None:
    asked = {name: field.required_in for name, field in FIELDS.items() if field.required_in}

    assert asked == {"workplan_total": ("year",), "workplan_done": ("year",)}


def test_texts_have_the_lengths_of_the_form() -> None:
    lengths = {
        field.code: field.length for field in FIELDS.values() if field.kind == "paragraph" and isinstance(field, Line)
    }

    assert lengths == {"D23": 8000, "D24": 6000, "D25": 6000, "D26": 4000}


def test_document_numbers_show_an_example_that_fits_their_pattern() -> None:
    numbers = {field.code: field for field in FIELDS.values() if isinstance(field, DocumentNumber)}

    assert {code: field.pattern for code, field in numbers.items()} == {
        "D31": r"^\d{2,5}/BC-STTTT$",
        "D32": r"^\d{2,5}/TTr-STTTT$",
    }
    assert all(field.deserialize(field.example) == field.example for field in numbers.values())


def test_groups_hold_source_and_baseline() -> None:
    groups = {
        name: {column: inner.kind for column, inner in field.of().fields.items() if isinstance(inner, Field)}
        for name, field in FIELDS.items()
        if isinstance(field, Group)
    }

    assert groups == {
        "crashes_source": {"source_document": "line", "as_of": "day", "definition_version": "line"},
        "baseline_same_period": {"version": "count", "crashes": "count", "deaths": "count", "injured": "count"},
    }


def test_columns_of_groups_say_label_source_and_unit_and_add_nothing_up() -> None:
    groups = [field for field in FIELDS.values() if isinstance(field, Group)]
    columns = [column for group in groups for column in group.of().fields.values()]

    assert len(columns) == 7
    for column in columns:
        assert isinstance(column, Field)
        assert column.label
        assert column.source
        assert column.aggregate == NONE
        assert column.unit or not isinstance(column, Count)


def test_no_count_is_split_by_topic() -> None:
    assert [name for name, field in FIELDS.items() if isinstance(field, Count) and field.by_topic] == []


def test_the_form_asks_for_the_sums_its_rules_compare_with() -> None:
    assert plugin.forms[0].sums == (("C", "staff_total"), ("B", "staff_total"), ("C", "handling_pending"))
