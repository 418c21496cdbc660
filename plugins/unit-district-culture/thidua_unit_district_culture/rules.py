"""Rules of form A that need nothing but the report itself."""

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

#: Counts of items (A11, A15, A16, A17) among which an item about alcohol is counted.
_ITEM_COUNTS = ("radio_items", "tv_items", "online_items", "social_posts")
#: Topics whose items are about alcohol; a campaign that uses this form keeps these codes.
_ALCOHOL_TOPICS = ("alcohol_law", "decree_100")
_ALCOHOL_CELLS = tuple(topic_cell(name, topic) for name in _ITEM_COUNTS for topic in _ALCOHOL_TOPICS)

_MINUTES_PER_BROADCAST = 60
_PARTICIPANTS_PER_SESSION = 2000


def _is_launched(values: Values) -> bool:
    return values["launch_status"] in {"integrated", "own_plan"}


def _silent_stations_have_no_output(values: Values) -> bool:
    output = ("radio_items", "radio_broadcasts", "radio_minutes", "minority_language_broadcasts")
    return values.number("stations_broadcasting") != 0 or all_zero(values, output)


def _has_alcohol_topic(values: Values) -> bool:
    return any((values.topic(name, topic) or 0) > 0 for name in _ITEM_COUNTS for topic in _ALCOHOL_TOPICS)


def _alcohol_items_have_a_topic(values: Values) -> bool:
    return values.count("alcohol_items") == 0 or _has_alcohol_topic(values)


def _alcohol_topics_are_counted(values: Values) -> bool:
    return values.number("alcohol_items") != 0 or not _has_alcohol_topic(values)


PAYLOAD_RULES: tuple[PayloadRule, ...] = (
    required_if(
        "A02",
        "plan_document_no",
        _is_launched,
        "Đã triển khai thì phải ghi số, ký hiệu văn bản triển khai ở dòng A02.",
        source="Biểu A, dòng A02",
    ),
    required_if(
        "A03",
        "plan_document_date",
        _is_launched,
        "Đã triển khai thì phải ghi ngày ban hành văn bản triển khai ở dòng A03.",
        source="Biểu A, dòng A03",
    ),
    at_most(
        "A06",
        "staff_briefed",
        "staff_total",
        "Số người đã được quán triệt ở dòng A06 ({staff_briefed}) không được lớn hơn "
        "tổng số CC, VC, NLĐ ở dòng A05 ({staff_total}).",
        source="Biểu A, dòng A06",
    ),
    at_most(
        "A08",
        "pledges_signed",
        "staff_total",
        "Số người ký cam kết ở dòng A08 ({pledges_signed}) không được lớn hơn "
        "tổng số CC, VC, NLĐ ở dòng A05 ({staff_total}).",
        source="Biểu A, dòng A08",
    ),
    at_most(
        "A10",
        "stations_broadcasting",
        "stations_total",
        "Số cơ sở có phát nội dung ATGT ở dòng A10 ({stations_broadcasting}) không được lớn hơn "
        "số cơ sở truyền thanh đang hoạt động ở dòng A09 ({stations_total}).",
        source="Biểu A, dòng A10",
    ),
    at_least(
        "A12",
        "radio_broadcasts",
        "radio_items",
        "Số lượt phát thanh ở dòng A12 ({radio_broadcasts}) nhỏ hơn số tin, bài ở dòng A11 ({radio_items}). "
        "Mỗi tin, bài thường được phát ít nhất một lượt, hãy kiểm tra lại.",
        level=Level.WARNING,
        source="Biểu A, dòng A12",
    ),
    at_most(
        "A13",
        "radio_minutes",
        "radio_broadcasts",
        "Thời lượng ở dòng A13 ({radio_minutes} phút) quá dài so với {radio_broadcasts} lượt phát ở dòng A12 "
        "(mỗi lượt không quá 60 phút). Hãy kiểm tra lại.",
        times=_MINUTES_PER_BROADCAST,
        level=Level.WARNING,
        source="Biểu A, dòng A13",
    ),
    at_most(
        "A14",
        "minority_language_broadcasts",
        "radio_broadcasts",
        "Số lượt phát tiếng dân tộc thiểu số ở dòng A14 ({minority_language_broadcasts}) không được lớn hơn "
        "số lượt phát thanh ở dòng A12 ({radio_broadcasts}).",
        source="Biểu A, dòng A14",
    ),
    positive_if(
        "A18",
        "social_posts",
        "social_reach",
        "Dòng A17 ghi 0 bài đăng mạng xã hội nên lượt tiếp cận ở dòng A18 ({social_reach}) phải bằng 0 hoặc để trống.",
        first="social_reach",
        source="Biểu A, dòng A18",
    ),
    required_if(
        "A24",
        "direct_participants",
        positive("direct_sessions"),
        "Có buổi tuyên truyền trực tiếp ở dòng A23 thì phải ghi số lượt người dự ở dòng A24.",
        source="Biểu A, dòng A24",
    ),
    positive_if(
        "A24",
        "direct_participants",
        "direct_sessions",
        "Có {direct_sessions} buổi tuyên truyền trực tiếp ở dòng A23 thì số lượt người dự ở dòng A24 phải lớn hơn 0.",
        source="Biểu A, dòng A24",
    ),
    at_most(
        "A24",
        "direct_participants",
        "direct_sessions",
        "Số lượt người dự ở dòng A24 ({direct_participants}) quá lớn so với {direct_sessions} buổi ở dòng A23 "
        "(mỗi buổi không quá 2.000 lượt người). Hãy kiểm tra lại.",
        times=_PARTICIPANTS_PER_SESSION,
        level=Level.WARNING,
        source="Biểu A, dòng A24",
    ),
    at_most(
        "A25",
        "school_sessions",
        "direct_sessions",
        "Số buổi tại trường học ở dòng A25 ({school_sessions}) không được lớn hơn "
        "số buổi tuyên truyền trực tiếp ở dòng A23 ({direct_sessions}).",
        source="Biểu A, dòng A25",
    ),
    at_most(
        "A26",
        "border_gate_sessions",
        ("mobile_sessions", "direct_sessions"),
        "Số buổi tại khu vực cửa khẩu ở dòng A26 ({border_gate_sessions}) không được lớn hơn "
        "tổng số buổi ở dòng A22 ({mobile_sessions}) và dòng A23 ({direct_sessions}).",
        source="Biểu A, dòng A26",
    ),
    at_most(
        "A27",
        "alcohol_items",
        _ITEM_COUNTS,
        "Số tin, bài có nội dung rượu, bia ở dòng A27 ({alcohol_items}) không được lớn hơn "
        "tổng số tin, bài ở các dòng A11, A15, A16 và A17.",
        source="Biểu A, dòng A27",
    ),
    at_most(
        "A29",
        "violation_alcohol",
        "violation_cases",
        "Số trường hợp vi phạm nồng độ cồn ở dòng A29 ({violation_alcohol}) không được lớn hơn "
        "số trường hợp vi phạm ở dòng A28 ({violation_cases}).",
        source="Biểu A, dòng A29",
    ),
    required_if(
        "AX1",
        "difficulties",
        lambda values: values["launch_status"] == "not_yet",
        "Dòng A01 chọn “Chưa triển khai” thì phải nêu khó khăn, vướng mắc ở dòng A32.",
        source="Biểu A, quy tắc AX1",
    ),
    PayloadRule(
        "AX2",
        Level.ERROR,
        "Dòng A10 ghi 0 cơ sở có phát nội dung ATGT thì các dòng A11, A12, A13 và A14 phải bằng 0 hoặc để trống.",
        (
            cell("stations_broadcasting"),
            cell("radio_items"),
            cell("radio_broadcasts"),
            cell("radio_minutes"),
            cell("minority_language_broadcasts"),
        ),
        _silent_stations_have_no_output,
        "Biểu A, quy tắc AX2",
    ),
    positive_if(
        "AX3",
        "stations_broadcasting",
        "radio_broadcasts",
        "Dòng A12 ghi {radio_broadcasts} lượt phát thanh thì dòng A10 phải có ít nhất 1 cơ sở phát nội dung ATGT.",
        first="radio_broadcasts",
        source="Biểu A, quy tắc AX3",
    ),
    PayloadRule(
        "AX5",
        Level.ERROR,
        "Dòng A27 ghi {alcohol_items} tin, bài có nội dung rượu, bia. Hãy ghi số tin, bài về Luật phòng chống tác hại "
        "của rượu, bia hoặc Nghị định số 100/2019/NĐ-CP vào phần chia theo nội dung của dòng A11, A15, A16 hoặc A17.",
        (cell("alcohol_items"), *_ALCOHOL_CELLS),
        _alcohol_items_have_a_topic,
        "Biểu A, quy tắc AX5",
    ),
    PayloadRule(
        "AX5",
        Level.ERROR,
        "Phần chia theo nội dung có tin, bài về Luật phòng chống tác hại của rượu, bia hoặc "
        "Nghị định số 100/2019/NĐ-CP nhưng dòng A27 ghi 0.",
        (cell("alcohol_items"), *_ALCOHOL_CELLS),
        _alcohol_topics_are_counted,
        "Biểu A, quy tắc AX5",
    ),
)
