"""The printed form: rows, labels, units, needs and headings, byte for byte."""

import pytest
from thidua_unit_press_publishing import plugin
from thidua_unit_press_publishing.form import PressReport

from thidua_sdk import CUMULATIVE
from thidua_sdk import EVENT
from thidua_sdk import FLOW
from thidua_sdk import NONE
from thidua_sdk import STOCK
from thidua_sdk import STOCK_MAX
from thidua_sdk import TALLY
from thidua_sdk import Count
from thidua_sdk import Field
from thidua_sdk import Need

# Row, field, label, kind, unit of measure, need, split by topic.
ROWS = (
    ("B01", "advisory_docs_count", "Văn bản tham mưu trình lãnh đạo Sở", "count", "văn bản", Need.REQUIRED, False),
    ("B02", "direction_docs_count", "Văn bản chỉ đạo, hướng dẫn đã ban hành", "count", "văn bản", Need.REQUIRED, True),
    ("B03", "press_agencies_guided", "Cơ quan báo chí được hướng dẫn", "count", "cơ quan", Need.REQUIRED, False),
    ("B04", "press_agencies_reported", "Cơ quan báo chí có báo cáo kết quả", "count", "cơ quan", Need.REQUIRED, False),
    (
        "B05",
        "radio_systems_guided",
        "Hệ thống truyền thanh cơ sở được hướng dẫn",
        "count",
        "hệ thống",
        Need.REQUIRED,
        False,
    ),
    (
        "B06",
        "press_briefing_mentions",
        "Lượt nội dung ATGT trong giao ban báo chí",
        "count",
        "lượt",
        Need.OPTIONAL,
        False,
    ),
    ("B07", "print_items", "Tin, bài báo in", "count", "tin, bài", Need.REQUIRED, True),
    ("B08", "online_items", "Tin, bài báo điện tử", "count", "tin, bài", Need.REQUIRED, True),
    ("B09", "radio_items", "Tin, bài phát thanh tỉnh", "count", "tin, bài", Need.REQUIRED, True),
    ("B10", "tv_items", "Tin, bài, phóng sự truyền hình tỉnh", "count", "tin, bài, phóng sự", Need.REQUIRED, True),
    ("B11", "broadcast_minutes", "Thời lượng phát thanh, truyền hình", "count", "phút", Need.OPTIONAL, False),
    ("B12", "thematic_columns", "Chuyên trang, chuyên mục", "count", "chuyên mục", Need.REQUIRED, False),
    (
        "B13",
        "minority_language_programmes",
        "Chương trình tiếng dân tộc",
        "count",
        "chương trình",
        Need.OPTIONAL,
        False,
    ),
    (
        "B14",
        "central_press_items",
        "Tin, bài của báo chí trung ương thường trú",
        "count",
        "tin, bài",
        Need.OPTIONAL,
        False,
    ),
    ("B15", "department_site_items", "Tin, bài trên trang TTĐT Sở", "count", "tin, bài", Need.REQUIRED, True),
    ("B16", "plan_published", "Kế hoạch đã đăng trên trang TTĐT Sở", "flag", "", Need.REQUIRED, False),
    ("B17", "plan_published_at", "Thời điểm đăng", "day", "", Need.CONDITIONAL, False),
    ("B18", "bulletin_issues", "Số kỳ bản tin", "count", "kỳ", Need.OPTIONAL, False),
    (
        "B19",
        "publication_licences",
        "Giấy phép XB tài liệu không kinh doanh có nội dung ATGT",
        "count",
        "giấy phép",
        Need.OPTIONAL,
        False,
    ),
    ("B20", "licensed_copies", "Số bản in", "count", "bản", Need.CONDITIONAL, False),
    ("B21", "sms_campaign_messages", "Tin nhắn tuyên truyền", "count", "tin nhắn", Need.OPTIONAL, False),
    ("B22", "false_information_found", "Thông tin sai về TNGT phát hiện", "count", "vụ việc", Need.OPTIONAL, False),
    ("B23", "false_information_handled", "Đã xử lý", "count", "vụ việc", Need.CONDITIONAL, False),
    ("B24", "training_classes", "Lớp tập huấn cán bộ truyền thanh", "count", "lớp", Need.OPTIONAL, False),
    ("B25", "trainees", "Lượt học viên", "count", "lượt người", Need.CONDITIONAL, False),
    ("B26", "stations_total_province", "Tổng cơ sở truyền thanh toàn tỉnh", "count", "cơ sở", Need.REQUIRED, False),
    ("B27", "stations_operating", "Cơ sở đang hoạt động", "count", "cơ sở", Need.REQUIRED, False),
    ("B28", "stations_broadcasting", "Cơ sở có phát nội dung ATGT", "count", "cơ sở", Need.REQUIRED, False),
    ("B29", "monitoring_visits", "Lượt kiểm tra, nhắc nhở", "count", "lượt", Need.OPTIONAL, False),
    ("B30", "alcohol_items", "Tin, bài có nội dung rượu, bia", "count", "tin, bài", Need.REQUIRED, False),
    ("B31", "staff_total", "Tổng số CC, NLĐ của phòng", "count", "người", Need.REQUIRED, False),
    ("B32", "staff_briefed", "Đã được quán triệt", "count", "người", Need.REQUIRED, False),
    ("B33", "assessment", "Đánh giá chung", "paragraph", "", Need.REQUIRED, False),
    ("B34", "recommendations", "Kiến nghị, đề xuất", "paragraph", "", Need.OPTIONAL, False),
    ("B35", "nominations", "Đề nghị khen thưởng", "records", "", Need.OPTIONAL, False),
)


FIELDS: dict[str, Field] = {name: field for name, field in PressReport().fields.items() if isinstance(field, Field)}
AGGREGATES = {
    TALLY: {"B16"},
    STOCK: {"B26", "B27", "B31"},
    CUMULATIVE: {"B03", "B04", "B05", "B32"},
    STOCK_MAX: {"B12", "B28"},
    EVENT: {"B22", "B23"},
    FLOW: {
        *("B01", "B02", "B06", "B07", "B08", "B09", "B10", "B11", "B13", "B14", "B15"),
        *("B18", "B19", "B20", "B21", "B24", "B25", "B29", "B30"),
    },
    NONE: {"B17", "B33", "B34", "B35"},
}


def test_rows_b01_to_b35_stand_in_order() -> None:
    assert [field.code for field in FIELDS.values()] == [f"B{number:02}" for number in range(1, 36)]


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
    assert field.source == f"Biểu B, dòng {code}"


@pytest.mark.parametrize(("aggregate", "codes"), AGGREGATES.items(), ids=lambda value: getattr(value, "kind", ""))
def test_rows_add_up_by_the_rule_of_their_indicator(aggregate: object, codes: set[str]) -> None:
    assert {field.code for field in FIELDS.values() if field.aggregate is aggregate} == codes


def test_bounds_and_lengths_are_those_of_the_form() -> None:
    bounds = {field.code: field.maximum for field in FIELDS.values() if isinstance(field, Count)}
    assert {code: most for code, most in bounds.items() if most != 9_999_999} == {"B21": 50_000_000}
    lengths = {field.code: getattr(field, "length", None) for field in FIELDS.values()}
    assert {code: length for code, length in lengths.items() if length} == {"B33": 6000, "B34": 4000}


def test_the_form_asks_for_the_district_sums_it_compares_with() -> None:
    assert plugin.forms[0].sums == (("A", "stations_total"), ("A", "stations_broadcasting"))
