"""The printed form: rows, labels, units, needs and headings, byte for byte."""

import pytest
from thidua_unit_specialised import centre
from thidua_unit_specialised import room
from thidua_unit_specialised.form import SpecialisedReport

from thidua_sdk import CUMULATIVE
from thidua_sdk import EVENT
from thidua_sdk import FLOW
from thidua_sdk import NONE
from thidua_sdk import STOCK
from thidua_sdk import TALLY
from thidua_sdk import Aggregation
from thidua_sdk import Choice
from thidua_sdk import Count
from thidua_sdk import Field
from thidua_sdk import ListOf
from thidua_sdk import Need
from thidua_sdk import Records
from thidua_sdk import TimeRule
from thidua_sdk import UnitRule

R, C, O = Need.REQUIRED, Need.CONDITIONAL, Need.OPTIONAL  # noqa: E741  the letters of the form

# Row, field, label, kind, unit of measure, need.
ROWS = (
    ("C01", "staff_total", "Tổng số CC, VC, NLĐ", "count", "người", R),
    ("C02", "civil_servants", "Công chức", "count", "người", R),
    ("C03", "public_employees", "Viên chức", "count", "người", R),
    ("C04", "contract_workers", "Người lao động hợp đồng", "count", "người", R),
    ("C05", "staff_briefed", "Đã được quán triệt (lũy kế)", "count", "người", R),
    ("C06", "briefing_sessions", "Số buổi quán triệt", "count", "buổi", R),
    ("C07", "first_briefing_on", "Ngày quán triệt đầu tiên", "day", "", C),
    ("C08", "briefing_form", "Hình thức quán triệt", "choice", "", C),
    ("C09", "pledges_signed", "Số người ký cam kết", "count", "người", O),
    ("C10", "drivers", "Số lái xe cơ quan", "count", "người", O),
    ("C11", "vehicles", "Số xe công quản lý", "count", "xe", O),
    ("C12", "vehicles_valid_inspection", "Số xe còn hạn đăng kiểm", "count", "xe", C),
    ("C13", "violation_cases", "Số trường hợp vi phạm", "count", "trường hợp", R),
    ("C14", "violation_alcohol", "– nồng độ cồn", "count", "trường hợp", R),
    ("C15", "violation_speed", "– tốc độ", "count", "trường hợp", R),
    ("C16", "violation_other", "– hành vi khác", "count", "trường hợp", R),
    ("C17", "staff_crashes", "Số vụ TNGT có CC, VC, NLĐ liên quan", "count", "vụ", R),
    ("C18", "staff_crash_deaths", "Người chết trong các vụ trên", "count", "người", C),
    ("C19", "staff_crash_injured", "Người bị thương trong các vụ trên", "count", "người", C),
    ("C20", "handling_reminder", "Xử lý: nhắc nhở", "count", "trường hợp", R),
    ("C21", "handling_criticism", "Xử lý: phê bình", "count", "trường hợp", R),
    ("C22", "handling_self_criticism", "Xử lý: kiểm điểm", "count", "trường hợp", R),
    ("C23", "handling_discipline", "Xử lý: kỷ luật", "count", "trường hợp", R),
    ("C24", "handling_pending", "Đang xem xét", "count", "trường hợp", R),
    ("C25", "workplan_total", "Chỉ tiêu kế hoạch công tác được giao", "count", "chỉ tiêu", O),
    ("C26", "workplan_done", "Chỉ tiêu hoàn thành đúng hạn", "count", "chỉ tiêu", O),
    ("C27", "workplan_late", "Chỉ tiêu chậm", "count", "chỉ tiêu", O),
    (
        "C28",
        "digital_support_items",
        "Nội dung hỗ trợ kỹ thuật tuyên truyền (banner, video)",
        "count",
        "nội dung",
        O,
    ),
    ("C29", "portal_views", "Lượt xem trên trang/cổng", "count", "lượt", O),
    ("C30", "combined_movements", "Phong trào thi đua lồng ghép", "list_of", "", O),
    ("C31", "assessment", "Đánh giá, kiến nghị", "paragraph", "", O),
    ("C32", "nominations", "Đề nghị khen thưởng", "records", "", O),
)

FIELDS: dict[str, Field] = {
    name: field for name, field in SpecialisedReport().fields.items() if isinstance(field, Field)
}
AGGREGATES = {
    TALLY: {"C08"},
    STOCK: {"C01", "C02", "C03", "C04", "C10", "C11", "C12", "C25", "C27"},
    CUMULATIVE: {"C05", "C09", "C26"},
    EVENT: {"C13", "C14", "C15", "C16", "C20", "C21", "C22", "C23"},
    Aggregation("event", TimeRule.LATEST, UnitRule.SUM): {"C24"},
    FLOW: {"C06", "C17", "C18", "C19", "C28", "C29"},
    NONE: {"C07", "C30", "C31", "C32", ""},
}


def test_rows_c01_to_c32_stand_in_order() -> None:
    codes = [field.code for field in FIELDS.values() if field.code]

    assert codes == [f"C{number:02}" for number in range(1, 33)]


@pytest.mark.parametrize(("code", "name", "label", "kind", "unit", "need"), ROWS)
def test_a_row_says_what_the_printed_form_says(
    code: str, name: str, label: str, kind: str, unit: str, need: Need
) -> None:
    field = FIELDS[name]

    assert (field.code, field.label, field.kind, field.unit, field.need) == (code, label, kind, unit, need)
    assert field.source == f"Biểu C, dòng {code}"


def test_the_table_of_violations_is_the_only_field_beside_the_rows() -> None:
    assert set(FIELDS) - {row[1] for row in ROWS} == {"violations"}
    violations = FIELDS["violations"]
    assert isinstance(violations, Records)
    assert violations.personal


@pytest.mark.parametrize(("aggregate", "codes"), AGGREGATES.items(), ids=lambda value: getattr(value, "kind", ""))
def test_rows_add_up_by_the_rule_of_their_indicator(aggregate: Aggregation, codes: set[str]) -> None:
    assert {field.code for field in FIELDS.values() if field.aggregate == aggregate} == codes


def test_the_work_plan_is_asked_for_at_quarter_and_year_and_the_assessment_at_year() -> None:
    asked = {field.code: field.required_in for field in FIELDS.values() if field.required_in}

    quarter_and_year = ("quarter", "year")
    assert asked == {
        "C25": quarter_and_year,
        "C26": quarter_and_year,
        "C27": quarter_and_year,
        "C31": ("year",),
    }


def test_options_and_lengths_are_those_of_the_form() -> None:
    briefing_form, movements = FIELDS["briefing_form"], FIELDS["combined_movements"]
    assert isinstance(briefing_form, Choice)
    assert isinstance(movements, ListOf)

    assert briefing_form.options == {
        "meeting": "Họp",
        "email": "Văn bản/hộp thư",
        "platform": "Nền tảng số",
        "combined": "Lồng ghép",
    }
    assert (movements.most, movements.length) == (10, 200)
    assert getattr(FIELDS["assessment"], "length", None) == 4000


def test_no_count_is_split_by_topic() -> None:
    assert [name for name, field in FIELDS.items() if isinstance(field, Count) and field.by_topic] == []


def test_rooms_and_centres_share_the_one_form() -> None:
    (form,) = room.forms

    assert form.code == "C"
    assert centre.forms == (form,)
    assert centre.forms[0] is form
