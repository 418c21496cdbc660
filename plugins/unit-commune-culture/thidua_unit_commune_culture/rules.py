"""Rules of form E that need nothing but the report itself."""

from thidua_sdk import Level
from thidua_sdk import PayloadRule
from thidua_sdk import Values
from thidua_sdk import all_zero
from thidua_sdk import at_least
from thidua_sdk import at_most
from thidua_sdk import cell
from thidua_sdk import positive
from thidua_sdk import positive_if
from thidua_sdk import required_if
from thidua_sdk import topic_cell

__all__ = ["PAYLOAD_RULES"]

#: Counts of items (E11, E14, E15) among which an item about alcohol is counted.
_ITEM_COUNTS = ("radio_items", "online_items", "social_posts")
#: Topics whose items are about alcohol; a campaign that uses this form keeps these codes.
_ALCOHOL_TOPICS = ("alcohol_law", "penalty_decree")
_ALCOHOL_CELLS = tuple(topic_cell(name, topic) for name in _ITEM_COUNTS for topic in _ALCOHOL_TOPICS)

_PARTICIPANTS_PER_SESSION = 2000


def _is_launched(values: Values) -> bool:
    return values["launch_status"] in {"integrated", "own_plan"}


def _silent_stations_have_no_output(values: Values) -> bool:
    output = ("radio_items", "radio_broadcasts", "minority_language_broadcasts")
    return values.number("stations_broadcasting") != 0 or all_zero(values, output)


def _has_alcohol_topic(values: Values) -> bool:
    return any((values.topic(name, topic) or 0) > 0 for name in _ITEM_COUNTS for topic in _ALCOHOL_TOPICS)


def _alcohol_items_have_a_topic(values: Values) -> bool:
    return values.count("alcohol_items") == 0 or _has_alcohol_topic(values)


def _alcohol_topics_are_counted(values: Values) -> bool:
    return values.number("alcohol_items") != 0 or not _has_alcohol_topic(values)


PAYLOAD_RULES: tuple[PayloadRule, ...] = (
    required_if(
        "E02",
        "plan_document_no",
        _is_launched,
        "Đã triển khai thì phải ghi số, ký hiệu văn bản triển khai ở dòng E02.",
        source="Biểu E, dòng E02",
    ),
    required_if(
        "E03",
        "plan_document_date",
        _is_launched,
        "Đã triển khai thì phải ghi ngày ban hành văn bản triển khai ở dòng E03.",
        source="Biểu E, dòng E03",
    ),
    at_most(
        "E06",
        "staff_briefed",
        "staff_total",
        "Số người đã được quán triệt ở dòng E06 ({staff_briefed}) không được lớn hơn "
        "tổng số CC, VC, NLĐ ở dòng E05 ({staff_total}).",
        source="Biểu E, dòng E06",
    ),
    at_most(
        "E08",
        "pledges_signed",
        "staff_total",
        "Số người ký cam kết ở dòng E08 ({pledges_signed}) không được lớn hơn "
        "tổng số CC, VC, NLĐ ở dòng E05 ({staff_total}).",
        source="Biểu E, dòng E08",
    ),
    at_most(
        "E10",
        "stations_broadcasting",
        "stations_total",
        "Số cơ sở có phát nội dung ATGT ở dòng E10 ({stations_broadcasting}) không được lớn hơn "
        "số cơ sở truyền thanh đang hoạt động ở dòng E09 ({stations_total}).",
        source="Biểu E, dòng E10",
    ),
    at_least(
        "E12",
        "radio_broadcasts",
        "radio_items",
        "Số lượt phát thanh ở dòng E12 ({radio_broadcasts}) nhỏ hơn số tin, bài ở dòng E11 ({radio_items}). "
        "Mỗi tin, bài thường được phát ít nhất một lượt, hãy kiểm tra lại.",
        level=Level.WARNING,
        source="Biểu E, dòng E12",
    ),
    at_most(
        "E13",
        "minority_language_broadcasts",
        "radio_broadcasts",
        "Số lượt phát tiếng dân tộc thiểu số ở dòng E13 ({minority_language_broadcasts}) không được lớn hơn "
        "số lượt phát thanh ở dòng E12 ({radio_broadcasts}).",
        source="Biểu E, dòng E13",
    ),
    required_if(
        "E21",
        "direct_participants",
        positive("direct_sessions"),
        "Có buổi tuyên truyền trực tiếp ở dòng E20 thì phải ghi số lượt người dự ở dòng E21.",
        source="Biểu E, dòng E21",
    ),
    positive_if(
        "E21",
        "direct_participants",
        "direct_sessions",
        "Có {direct_sessions} buổi tuyên truyền trực tiếp ở dòng E20 thì số lượt người dự ở dòng E21 phải lớn hơn 0.",
        source="Biểu E, dòng E21",
    ),
    at_most(
        "E21",
        "direct_participants",
        "direct_sessions",
        "Số lượt người dự ở dòng E21 ({direct_participants}) quá lớn so với {direct_sessions} buổi ở dòng E20 "
        "(mỗi buổi không quá 2.000 lượt người). Hãy kiểm tra lại.",
        times=_PARTICIPANTS_PER_SESSION,
        level=Level.WARNING,
        source="Biểu E, dòng E21",
    ),
    at_most(
        "E22",
        "school_sessions",
        "direct_sessions",
        "Số buổi tại trường học ở dòng E22 ({school_sessions}) không được lớn hơn "
        "số buổi tuyên truyền trực tiếp ở dòng E20 ({direct_sessions}).",
        source="Biểu E, dòng E22",
    ),
    at_most(
        "E23",
        "village_sessions",
        "direct_sessions",
        "Số buổi tại thôn, khối phố, tổ dân phố ở dòng E23 ({village_sessions}) không được lớn hơn "
        "số buổi tuyên truyền trực tiếp ở dòng E20 ({direct_sessions}).",
        source="Biểu E, dòng E23",
    ),
    at_most(
        "E24",
        "border_gate_sessions",
        ("mobile_sessions", "direct_sessions"),
        "Số buổi tại khu vực cửa khẩu ở dòng E24 ({border_gate_sessions}) không được lớn hơn "
        "tổng số buổi ở dòng E19 ({mobile_sessions}) và dòng E20 ({direct_sessions}).",
        source="Biểu E, dòng E24",
    ),
    at_most(
        "E25",
        "alcohol_items",
        _ITEM_COUNTS,
        "Số tin, bài có nội dung rượu, bia ở dòng E25 ({alcohol_items}) không được lớn hơn "
        "tổng số tin, bài ở các dòng E11, E14 và E15.",
        source="Biểu E, dòng E25",
    ),
    at_most(
        "E27",
        "violation_alcohol",
        "violation_cases",
        "Số trường hợp vi phạm nồng độ cồn ở dòng E27 ({violation_alcohol}) không được lớn hơn "
        "số trường hợp vi phạm ở dòng E26 ({violation_cases}).",
        source="Biểu E, dòng E27",
    ),
    required_if(
        "EX1",
        "difficulties",
        lambda values: values["launch_status"] == "not_yet",
        "Dòng E01 chọn “Chưa triển khai” thì phải nêu khó khăn, vướng mắc ở dòng E30.",
        source="Biểu E, quy tắc EX1",
    ),
    PayloadRule(
        "EX2",
        Level.ERROR,
        "Dòng E10 ghi 0 cơ sở có phát nội dung ATGT thì các dòng E11, E12 và E13 phải bằng 0 hoặc để trống.",
        (
            cell("stations_broadcasting"),
            cell("radio_items"),
            cell("radio_broadcasts"),
            cell("minority_language_broadcasts"),
        ),
        _silent_stations_have_no_output,
        "Biểu E, quy tắc EX2",
    ),
    positive_if(
        "EX3",
        "stations_broadcasting",
        "radio_broadcasts",
        "Dòng E12 ghi {radio_broadcasts} lượt phát thanh thì dòng E10 phải có ít nhất 1 cơ sở phát nội dung ATGT.",
        first="radio_broadcasts",
        source="Biểu E, quy tắc EX3",
    ),
    PayloadRule(
        "EX5",
        Level.ERROR,
        "Dòng E25 ghi {alcohol_items} tin, bài có nội dung rượu, bia. Hãy ghi số tin, bài về Luật phòng chống tác hại "
        "của rượu, bia hoặc nghị định xử phạt vi phạm giao thông vào phần chia theo nội dung của dòng E11, E14, E15.",
        (cell("alcohol_items"), *_ALCOHOL_CELLS),
        _alcohol_items_have_a_topic,
        "Biểu E, quy tắc EX5",
    ),
    PayloadRule(
        "EX5",
        Level.ERROR,
        "Phần chia theo nội dung có tin, bài về Luật phòng chống tác hại của rượu, bia hoặc "
        "nghị định xử phạt vi phạm giao thông nhưng dòng E25 ghi 0.",
        (cell("alcohol_items"), *_ALCOHOL_CELLS),
        _alcohol_topics_are_counted,
        "Biểu E, quy tắc EX5",
    ),
)
