"""The printed form: rows, labels, units, needs and headings, byte for byte."""

import pytest
from thidua_unit_district_culture.form import DistrictReport

from thidua_sdk import CUMULATIVE
from thidua_sdk import EVENT
from thidua_sdk import FLOW
from thidua_sdk import NONE
from thidua_sdk import STOCK
from thidua_sdk import STOCK_MAX
from thidua_sdk import TALLY
from thidua_sdk import Count
from thidua_sdk import DocumentNumber
from thidua_sdk import Field
from thidua_sdk import Need
from thidua_sdk import Records

# Row, field, label, kind, unit of measure, need, split by topic.
ROWS = (
    ("A01", "launch_status", "Tình trạng triển khai", "choice", "", Need.REQUIRED, False),
    ("A02", "plan_document_no", "Số, ký hiệu văn bản triển khai", "document_number", "", Need.CONDITIONAL, False),
    ("A03", "plan_document_date", "Ngày ban hành", "day", "", Need.CONDITIONAL, False),
    ("A04", "direction_docs_count", "Số văn bản chỉ đạo, hướng dẫn", "count", "văn bản", Need.REQUIRED, True),
    ("A05", "staff_total", "Tổng số CC, VC, NLĐ", "count", "người", Need.REQUIRED, False),
    ("A06", "staff_briefed", "Số đã được quán triệt (lũy kế)", "count", "người", Need.REQUIRED, False),
    ("A07", "briefing_sessions", "Số buổi quán triệt", "count", "buổi", Need.REQUIRED, False),
    ("A08", "pledges_signed", "Số người ký cam kết", "count", "người", Need.OPTIONAL, False),
    ("A09", "stations_total", "Số cơ sở truyền thanh đang hoạt động", "count", "cơ sở", Need.REQUIRED, False),
    ("A10", "stations_broadcasting", "Số cơ sở có phát nội dung ATGT", "count", "cơ sở", Need.REQUIRED, False),
    ("A11", "radio_items", "Số tin, bài phát thanh", "count", "tin, bài", Need.REQUIRED, True),
    ("A12", "radio_broadcasts", "Số lượt phát thanh", "count", "lượt", Need.REQUIRED, True),
    ("A13", "radio_minutes", "Thời lượng phát", "count", "phút", Need.OPTIONAL, False),
    ("A14", "minority_language_broadcasts", "Lượt phát tiếng dân tộc thiểu số", "count", "lượt", Need.OPTIONAL, False),
    ("A15", "tv_items", "Tin, bài, phóng sự truyền hình", "count", "tin, bài, phóng sự", Need.OPTIONAL, True),
    ("A16", "online_items", "Tin, bài trên trang TTĐT huyện", "count", "tin, bài", Need.REQUIRED, True),
    ("A17", "social_posts", "Bài đăng mạng xã hội", "count", "bài", Need.OPTIONAL, True),
    ("A18", "social_reach", "Lượt tiếp cận mạng xã hội", "count", "lượt", Need.OPTIONAL, False),
    ("A19", "banners", "Băng rôn, khẩu hiệu", "count", "chiếc", Need.REQUIRED, True),
    ("A20", "posters", "Pa nô, áp phích", "count", "chiếc", Need.OPTIONAL, True),
    ("A21", "leaflets", "Tờ rơi, tài liệu", "count", "tờ", Need.OPTIONAL, True),
    ("A22", "mobile_sessions", "Buổi tuyên truyền lưu động", "count", "buổi", Need.REQUIRED, False),
    ("A23", "direct_sessions", "Buổi tuyên truyền trực tiếp", "count", "buổi", Need.REQUIRED, True),
    ("A24", "direct_participants", "Lượt người dự", "count", "lượt người", Need.CONDITIONAL, False),
    ("A25", "school_sessions", "Trong đó tại trường học", "count", "buổi", Need.OPTIONAL, False),
    (
        "A26",
        "border_gate_sessions",
        "Buổi tại khu vực cửa khẩu, tuyến ra cửa khẩu",
        "count",
        "buổi",
        Need.OPTIONAL,
        False,
    ),
    ("A27", "alcohol_items", "Tin, bài có nội dung rượu, bia", "count", "tin, bài", Need.REQUIRED, False),
    ("A28", "violation_cases", "Số trường hợp CC, VC, NLĐ vi phạm", "count", "trường hợp", Need.REQUIRED, False),
    ("A29", "violation_alcohol", "Trong đó vi phạm nồng độ cồn", "count", "trường hợp", Need.REQUIRED, False),
    ("A30", "violation_handled", "Số trường hợp đã xử lý", "count", "trường hợp", Need.REQUIRED, False),
    ("A31", "good_practices", "Mô hình, cách làm hay", "paragraph", "", Need.OPTIONAL, False),
    ("A32", "difficulties", "Khó khăn, vướng mắc", "paragraph", "", Need.OPTIONAL, False),
    ("A33", "recommendations", "Kiến nghị, đề xuất", "paragraph", "", Need.OPTIONAL, False),
    ("A34", "nominations", "Đề nghị khen thưởng", "records", "", Need.OPTIONAL, False),
)


FIELDS: dict[str, Field] = {name: field for name, field in DistrictReport().fields.items() if isinstance(field, Field)}
AGGREGATES = {
    TALLY: {"A01"},
    STOCK: {"A05", "A09"},
    CUMULATIVE: {"A06", "A08"},
    STOCK_MAX: {"A10"},
    EVENT: {"A28", "A29", "A30"},
    FLOW: {"A04", "A07", *(f"A{number}" for number in range(11, 28))},
    NONE: {"A02", "A03", "A31", "A32", "A33", "A34", ""},
}


def test_rows_a01_to_a34_stand_in_order() -> None:
    codes = [field.code for field in FIELDS.values() if field.code]

    assert codes == [f"A{number:02}" for number in range(1, 35)]


@pytest.mark.parametrize(("code", "name", "label", "kind", "unit", "need", "by_topic"), ROWS)
def test_a_row_says_what_the_printed_form_says(
    code: str,
    name: str,
    label: str,
    kind: str,
    unit: str,
    need: Need,
    by_topic: bool,  # noqa: FBT001
) -> None:
    field = FIELDS[name]

    said = (field.code, field.label, field.kind, field.unit, field.need, getattr(field, "by_topic", False))
    assert said == (code, label, kind, unit, need, by_topic)
    assert field.source == f"Biểu A, dòng {code}"


def test_the_table_of_violations_is_the_only_field_beside_the_rows() -> None:
    assert set(FIELDS) - {row[1] for row in ROWS} == {"violations"}
    violations = FIELDS["violations"]
    assert isinstance(violations, Records)
    assert violations.personal


@pytest.mark.parametrize(("aggregate", "codes"), AGGREGATES.items(), ids=lambda value: getattr(value, "kind", ""))
def test_rows_add_up_by_the_rule_of_their_indicator(aggregate: object, codes: set[str]) -> None:
    assert {field.code for field in FIELDS.values() if field.aggregate is aggregate} == codes


def test_difficulties_are_asked_for_at_half_year_and_year() -> None:
    asked = {field.code: field.required_in for field in FIELDS.values() if field.required_in}

    assert asked == {"A32": ("half_year_1", "year")}


def test_bounds_and_lengths_are_those_of_the_form() -> None:
    staff = FIELDS["staff_total"]
    assert isinstance(staff, Count)
    assert (staff.minimum, staff.maximum) == (1, 60)
    lengths = {field.code: getattr(field, "length", None) for field in FIELDS.values()}
    assert {code: length for code, length in lengths.items() if length} == {
        "A02": 60,
        "A31": 4000,
        "A32": 4000,
        "A33": 4000,
    }


@pytest.mark.parametrize("number", ["45/KH-VHTT", "07/UBND-VHTT", "1/QĐ", "12345/KH-VHTT-TTr"])
def test_a_document_number_in_use_is_taken(number: str) -> None:
    assert DistrictReport(only=("plan_document_no",)).validate({"plan_document_no": number}) == {}


@pytest.mark.parametrize("number", ["KH-VHTT", "45-KH", "45/", "123456/KH", "45/kh", "45/KH-", "4٥/KH"])
def test_another_document_number_is_refused_with_an_example(number: str) -> None:
    field = FIELDS["plan_document_no"]
    assert isinstance(field, DocumentNumber)

    (error,) = DistrictReport(only=("plan_document_no",)).validate({"plan_document_no": number}).values()

    assert error["code"] == "format"
    assert field.example in error["detail"]
