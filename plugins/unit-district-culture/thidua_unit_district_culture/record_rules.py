"""Rules of form A against the record: the unit, the period, the plan's dates, earlier reports."""

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

#: What a district that has not launched the plan cannot have done yet: field to row.
_ACTIVITY = {
    "direction_docs_count": "A04",
    "staff_briefed": "A06",
    "briefing_sessions": "A07",
    "pledges_signed": "A08",
    "stations_broadcasting": "A10",
    "radio_items": "A11",
    "radio_broadcasts": "A12",
    "radio_minutes": "A13",
    "minority_language_broadcasts": "A14",
    "tv_items": "A15",
    "online_items": "A16",
    "social_posts": "A17",
    "social_reach": "A18",
    "banners": "A19",
    "posters": "A20",
    "leaflets": "A21",
    "mobile_sessions": "A22",
    "direct_sessions": "A23",
    "direct_participants": "A24",
    "school_sessions": "A25",
    "border_gate_sessions": "A26",
    "alcohol_items": "A27",
}
#: The second period is the first in which all staff can be expected to be briefed.
_ALL_BRIEFED_FROM = 2


def _plan_date_is_of_the_year(values: Values, record: Record) -> Iterator[Finding]:
    issued_on = values["plan_document_date"]
    if not isinstance(issued_on, date):
        return
    if issued_on.year != record.plan.year:
        message = f"Ngày ban hành ở dòng A03 ({shown_day(issued_on)}) không thuộc năm {record.plan.year}."
        yield Finding("A03", Level.ERROR, message, (cell("plan_document_date"),), "Biểu A, dòng A03")
    if issued_on > record.today:
        message = f"Ngày ban hành ở dòng A03 ({shown_day(issued_on)}) ở sau ngày hôm nay ({shown_day(record.today)})."
        yield Finding("A03", Level.ERROR, message, (cell("plan_document_date"),), "Biểu A, dòng A03")


def _own_plan_is_counted_once(values: Values, record: Record) -> Iterator[Finding]:
    # The plan is issued once, and A04 counts the documents of one period only.
    is_missing = values.number("direction_docs_count") == 0 and not record.ever("direction_docs_count")
    if values["launch_status"] == "own_plan" and is_missing:
        message = (
            "Dòng A01 chọn “Ban hành kế hoạch riêng” thì dòng A04 phải ghi ít nhất 1 văn bản, "
            "ở kỳ này hoặc ở một kỳ trước."
        )
        cells = (cell("direction_docs_count"), cell("launch_status"))
        yield Finding("A04", Level.ERROR, message, cells, "Biểu A, dòng A04")


def _stations_fit_the_communes(values: Values, record: Record) -> Iterator[Finding]:
    stations, communes = values.number("stations_total"), record.unit.number("communes")
    if stations is not None and communes is not None and stations > communes + 1:
        message = (
            f"Số cơ sở truyền thanh ở dòng A09 ({shown_number(stations)}) không được lớn hơn "
            f"{shown_number(communes + 1)}: địa bàn có {shown_number(communes)} xã, phường, thị trấn "
            "và một đài cấp huyện."
        )
        yield Finding("A09", Level.ERROR, message, (cell("stations_total"),), "Biểu A, dòng A09")


def _gate_sessions_need_a_gate(values: Values, record: Record) -> Iterator[Finding]:
    sessions = values.count("border_gate_sessions")
    if sessions > 0 and record.unit.attributes.get("has_border_gate") is False:
        message = (
            f"Địa bàn của đơn vị không có cửa khẩu nên dòng A26 ({shown_number(sessions)} buổi) "
            "phải bằng 0 hoặc để trống."
        )
        yield Finding("A26", Level.ERROR, message, (cell("border_gate_sessions"),), "Biểu A, dòng A26")


def _unlaunched_has_no_activity(values: Values, _record: Record) -> Iterator[Finding]:
    # A rule of the payload alone, but it names only the cells at fault of the 22 that it looks at.
    active = [name for name in _ACTIVITY if values.count(name) > 0]
    if values["launch_status"] == "not_yet" and active:
        rows = ", ".join(_ACTIVITY[name] for name in active)
        message = (
            f"Dòng A01 chọn “Chưa triển khai” thì phải ghi 0 hoặc để trống ở dòng {rows}. "
            "Nếu đã có hoạt động, hãy chọn lại dòng A01."
        )
        cells = (cell("launch_status"), *map(cell, active))
        yield Finding("AX1", Level.ERROR, message, cells, "Biểu A, quy tắc AX1")


def _all_staff_briefed(values: Values, record: Record) -> Iterator[Finding]:
    briefed, total = values.number("staff_briefed"), values.number("staff_total")
    if briefed is None or total is None or record.period.ordinal < _ALL_BRIEFED_FROM:
        return
    if briefed < total:
        message = (
            f"Mới quán triệt {shown_number(briefed)}/{shown_number(total)} người (dòng A06, A05). "
            "Kế hoạch yêu cầu quán triệt cho toàn thể CC, VC, NLĐ, hãy kiểm tra lại."
        )
        cells = (cell("staff_briefed"), cell("staff_total"))
        yield Finding("AX4", Level.WARNING, message, cells, "Biểu A, quy tắc AX4")


def _briefing_had_a_session(values: Values, record: Record) -> Iterator[Finding]:
    briefed = values.count("staff_briefed")
    if briefed > 0 and values.number("briefing_sessions") == 0 and not record.ever("briefing_sessions"):
        message = (
            f"Dòng A06 ghi {shown_number(briefed)} người đã được quán triệt nhưng dòng A07 "
            "chưa có buổi quán triệt nào, ở kỳ này và các kỳ trước."
        )
        cells = (cell("briefing_sessions"), cell("staff_briefed"))
        yield Finding("AX6", Level.ERROR, message, cells, "Biểu A, quy tắc AX6")


def _earliest_in_the_first_period(record: Record) -> date | None:
    return record.plan.issued_from if record.period.ordinal == 1 else None


RECORD_RULES: tuple[RecordRule, ...] = (
    RecordRule("A03", _plan_date_is_of_the_year, "Biểu A, dòng A03"),
    RecordRule("A04", _own_plan_is_counted_once, "Biểu A, dòng A04"),
    RecordRule("A09", _stations_fit_the_communes, "Biểu A, dòng A09"),
    RecordRule("A26", _gate_sessions_need_a_gate, "Biểu A, dòng A26"),
    settled_at_most(
        "A30",
        "violation_handled",
        "violation_cases",
        "Số trường hợp đã xử lý ở dòng A30 ({settled}) không được lớn hơn số trường hợp ở dòng A28 ({raised}) "
        "cộng {carried} trường hợp từ kỳ trước chuyển sang.",
        source="Biểu A, dòng A30",
    ),
    RecordRule("AX1", _unlaunched_has_no_activity, "Biểu A, quy tắc AX1"),
    RecordRule("AX4", _all_staff_briefed, "Biểu A, quy tắc AX4"),
    RecordRule("AX6", _briefing_had_a_session, "Biểu A, quy tắc AX6"),
    differs_from_previous(
        "AX7",
        ("banners", "posters", "leaflets"),
        "Các dòng A19, A20 và A21 giống hệt kỳ trước, số liệu có thể chép lại. "
        "Hãy kiểm tra: chỉ ghi số làm mới trong kỳ này.",
        source="Biểu A, quy tắc AX7",
    ),
    not_before(
        "AX8",
        "plan_document_date",
        _earliest_in_the_first_period,
        "Ngày ban hành ở dòng A03 ({day}) ở trước ngày sớm nhất có kế hoạch của Sở ({earliest}). Hãy kiểm tra lại.",
        level=Level.WARNING,
        source="Biểu A, quy tắc AX8",
    ),
)
