"""Rules of form E against the record: the unit, the period, the plan's dates, earlier reports."""

from collections.abc import Iterator
from datetime import date

from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import Record
from thidua_sdk import RecordRule
from thidua_sdk import Values
from thidua_sdk import cell
from thidua_sdk import differs_from_previous
from thidua_sdk import not_before
from thidua_sdk import settled_at_most
from thidua_sdk import shown_day
from thidua_sdk import shown_number

__all__ = ["RECORD_RULES"]

#: What a commune that has not launched the plan cannot have done yet: field to row.
_ACTIVITY = {
    "direction_docs_count": "E04",
    "staff_briefed": "E06",
    "briefing_sessions": "E07",
    "pledges_signed": "E08",
    "stations_broadcasting": "E10",
    "radio_items": "E11",
    "radio_broadcasts": "E12",
    "minority_language_broadcasts": "E13",
    "online_items": "E14",
    "social_posts": "E15",
    "banners": "E16",
    "posters": "E17",
    "leaflets": "E18",
    "mobile_sessions": "E19",
    "direct_sessions": "E20",
    "direct_participants": "E21",
    "school_sessions": "E22",
    "village_sessions": "E23",
    "border_gate_sessions": "E24",
    "alcohol_items": "E25",
}
#: The second period is the first in which all staff can be expected to be briefed.
_ALL_BRIEFED_FROM = 2


def _plan_date_is_of_the_year(values: Values, record: Record) -> Iterator[Finding]:
    issued_on = values["plan_document_date"]
    if not isinstance(issued_on, date):
        return
    if issued_on.year != record.plan.year:
        message = f"Ngày ban hành ở dòng E03 ({shown_day(issued_on)}) không thuộc năm {record.plan.year}."
        yield Finding("E03", Level.ERROR, message, (cell("plan_document_date"),), "Biểu E, dòng E03")
    if issued_on > record.today:
        message = f"Ngày ban hành ở dòng E03 ({shown_day(issued_on)}) ở sau ngày hôm nay ({shown_day(record.today)})."
        yield Finding("E03", Level.ERROR, message, (cell("plan_document_date"),), "Biểu E, dòng E03")


def _own_plan_is_counted_once(values: Values, record: Record) -> Iterator[Finding]:
    # The plan is issued once, and E04 counts the documents of one period only.
    is_missing = values.number("direction_docs_count") == 0 and not record.ever("direction_docs_count")
    if values["launch_status"] == "own_plan" and is_missing:
        message = (
            "Dòng E01 chọn “Ban hành kế hoạch riêng” thì dòng E04 phải ghi ít nhất 1 văn bản, "
            "ở kỳ này hoặc ở một kỳ trước."
        )
        cells = (cell("direction_docs_count"), cell("launch_status"))
        yield Finding("E04", Level.ERROR, message, cells, "Biểu E, dòng E04")


def _stations_fit_the_area(values: Values, record: Record) -> Iterator[Finding]:
    stations, merged = values.number("stations_total"), record.unit.number("former_communes")
    if stations is not None and merged is not None and stations > merged + 1:
        # Asked and not refused: that each former commune had one station is usual, and nobody has counted them.
        message = (
            f"Số cơ sở truyền thanh ở dòng E09 ({shown_number(stations)}) lớn hơn {shown_number(merged + 1)}: "
            f"địa bàn gồm {shown_number(merged)} xã, phường, thị trấn cũ, "
            "thường mỗi nơi một đài, thêm một đài dùng chung. Hãy kiểm tra lại."
        )
        yield Finding("E09", Level.WARNING, message, (cell("stations_total"),), "Biểu E, dòng E09")


def _gate_sessions_need_a_gate(values: Values, record: Record) -> Iterator[Finding]:
    sessions = values.count("border_gate_sessions")
    if sessions > 0 and record.unit.attributes.get("has_border_gate") is False:
        message = (
            f"Địa bàn của đơn vị không có cửa khẩu nên dòng E24 ({shown_number(sessions)} buổi) "
            "phải bằng 0 hoặc để trống."
        )
        yield Finding("E24", Level.ERROR, message, (cell("border_gate_sessions"),), "Biểu E, dòng E24")


def _unlaunched_has_no_activity(values: Values, _record: Record) -> Iterator[Finding]:
    # A rule of the payload alone, but it names only the cells at fault of the 20 that it looks at.
    active = [name for name in _ACTIVITY if values.count(name) > 0]
    if values["launch_status"] == "not_yet" and active:
        rows = ", ".join(_ACTIVITY[name] for name in active)
        message = (
            f"Dòng E01 chọn “Chưa triển khai” thì phải ghi 0 hoặc để trống ở dòng {rows}. "
            "Nếu đã có hoạt động, hãy chọn lại dòng E01."
        )
        cells = (cell("launch_status"), *map(cell, active))
        yield Finding("EX1", Level.ERROR, message, cells, "Biểu E, quy tắc EX1")


def _all_staff_briefed(values: Values, record: Record) -> Iterator[Finding]:
    briefed, total = values.number("staff_briefed"), values.number("staff_total")
    if briefed is None or total is None or record.period.ordinal < _ALL_BRIEFED_FROM:
        return
    if briefed < total:
        message = (
            f"Mới quán triệt {shown_number(briefed)}/{shown_number(total)} người (dòng E06, E05). "
            "Kế hoạch yêu cầu quán triệt cho toàn thể CC, VC, NLĐ, hãy kiểm tra lại."
        )
        cells = (cell("staff_briefed"), cell("staff_total"))
        yield Finding("EX4", Level.WARNING, message, cells, "Biểu E, quy tắc EX4")


def _briefing_had_a_session(values: Values, record: Record) -> Iterator[Finding]:
    briefed = values.count("staff_briefed")
    if briefed > 0 and values.number("briefing_sessions") == 0 and not record.ever("briefing_sessions"):
        message = (
            f"Dòng E06 ghi {shown_number(briefed)} người đã được quán triệt nhưng dòng E07 "
            "chưa có buổi quán triệt nào, ở kỳ này và các kỳ trước."
        )
        cells = (cell("briefing_sessions"), cell("staff_briefed"))
        yield Finding("EX6", Level.ERROR, message, cells, "Biểu E, quy tắc EX6")


def _earliest_in_the_first_period(record: Record) -> date | None:
    return record.plan.issued_from if record.period.ordinal == 1 else None


RECORD_RULES: tuple[RecordRule, ...] = (
    RecordRule("E03", _plan_date_is_of_the_year, "Biểu E, dòng E03"),
    RecordRule("E04", _own_plan_is_counted_once, "Biểu E, dòng E04"),
    RecordRule("E09", _stations_fit_the_area, "Biểu E, dòng E09"),
    RecordRule("E24", _gate_sessions_need_a_gate, "Biểu E, dòng E24"),
    settled_at_most(
        "E28",
        "violation_handled",
        "violation_cases",
        "Số trường hợp đã xử lý ở dòng E28 ({settled}) không được lớn hơn số trường hợp ở dòng E26 ({raised}) "
        "cộng {carried} trường hợp từ kỳ trước chuyển sang.",
        source="Biểu E, dòng E28",
    ),
    RecordRule("EX1", _unlaunched_has_no_activity, "Biểu E, quy tắc EX1"),
    RecordRule("EX4", _all_staff_briefed, "Biểu E, quy tắc EX4"),
    RecordRule("EX6", _briefing_had_a_session, "Biểu E, quy tắc EX6"),
    differs_from_previous(
        "EX7",
        ("banners", "posters", "leaflets"),
        "Các dòng E16, E17 và E18 giống hệt kỳ trước, số liệu có thể chép lại. "
        "Hãy kiểm tra: chỉ ghi số làm mới trong kỳ này.",
        source="Biểu E, quy tắc EX7",
    ),
    not_before(
        "EX8",
        "plan_document_date",
        _earliest_in_the_first_period,
        "Ngày ban hành ở dòng E03 ({day}) ở trước ngày sớm nhất có kế hoạch của Sở ({earliest}). Hãy kiểm tra lại.",
        level=Level.WARNING,
        source="Biểu E, quy tắc EX8",
    ),
)
