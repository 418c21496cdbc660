"""Rules of form B against the record: the unit, the period, the plan's dates, the districts' sums."""

from collections.abc import Iterator
from datetime import timedelta

from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import Record
from thidua_sdk import RecordRule
from thidua_sdk import Values
from thidua_sdk import cell
from thidua_sdk import not_before
from thidua_sdk import settled_at_most
from thidua_sdk import shown_day
from thidua_sdk import shown_number

__all__ = ["RECORD_RULES"]

_ASSESSMENT_CHARACTERS = 50
_ASSESSED_IN = frozenset({"half_year_1", "nine_months", "year"})
_PRESS_REPORTED_IN = frozenset({"nine_months", "year"})
_PUBLISH_WITHIN = timedelta(days=30)


def _guided_agencies_are_registered(values: Values, record: Record) -> Iterator[Finding]:
    guided, registered = values.number("press_agencies_guided"), record.unit.number("press_agencies")
    if guided is not None and registered is not None and guided > registered:
        message = (
            f"Số cơ quan báo chí ở dòng B03 ({shown_number(guided)}) không được lớn hơn "
            f"{shown_number(registered)} cơ quan có trong danh mục."
        )
        yield Finding("B03", Level.ERROR, message, (cell("press_agencies_guided"),), "Biểu B, dòng B03")


def _guided_systems_fit_the_districts(values: Values, record: Record) -> Iterator[Finding]:
    guided, districts = values.number("radio_systems_guided"), record.unit.number("districts")
    if guided is None or districts is None:
        return
    if guided > districts:
        message = (
            f"Số hệ thống truyền thanh ở dòng B05 ({shown_number(guided)}) không được lớn hơn "
            f"{shown_number(districts)} huyện, thành phố."
        )
        yield Finding("B05", Level.ERROR, message, (cell("radio_systems_guided"),), "Biểu B, dòng B05")


def _province_covers_the_districts(values: Values, record: Record) -> Iterator[Finding]:
    total, reported = values.number("stations_total_province"), record.accepted_sums.get(("A", "stations_total"))
    if total is not None and reported is not None and total < reported:
        message = (
            f"Tổng số cơ sở toàn tỉnh ở dòng B26 ({shown_number(total)}) nhỏ hơn {shown_number(reported)} cơ sở "
            "mà các huyện, thành phố đã báo cáo (cộng dòng A09). Hãy kiểm tra lại."
        )
        yield Finding("B26", Level.WARNING, message, (cell("stations_total_province"),), "Biểu B, dòng B26")


def _broadcasting_agrees_with_the_districts(values: Values, record: Record) -> Iterator[Finding]:
    own, reported = values.number("stations_broadcasting"), record.accepted_sums.get(("A", "stations_broadcasting"))
    if own is not None and reported is not None and own != reported:
        message = (
            f"Số cơ sở có phát nội dung ATGT ở dòng B28 ({shown_number(own)}) khác với {shown_number(reported)} cơ sở "
            "mà các huyện, thành phố đã báo cáo (cộng dòng A10). Hãy kiểm tra lại."
        )
        yield Finding("B28", Level.WARNING, message, (cell("stations_broadcasting"),), "Biểu B, dòng B28")


def _assessment_says_enough(values: Values, record: Record) -> Iterator[Finding]:
    length = len(values.text("assessment").strip())
    if 0 < length < _ASSESSMENT_CHARACTERS and record.period.tags & _ASSESSED_IN:
        message = (
            f"Đánh giá chung ở dòng B33 của kỳ này phải có ít nhất {_ASSESSMENT_CHARACTERS} ký tự, đang có {length}."
        )
        yield Finding("B33", Level.ERROR, message, (cell("assessment"),), "Biểu B, dòng B33")


def _plan_is_published_in_time(values: Values, record: Record) -> Iterator[Finding]:
    issued = record.plan.issued_from
    if values["plan_published"] is False and record.today > issued + _PUBLISH_WITHIN:
        message = (
            f"Đã quá {_PUBLISH_WITHIN.days} ngày kể từ khi ban hành kế hoạch (tính từ {shown_day(issued)}) mà kế hoạch "
            "chưa đăng trên trang TTĐT Sở. Văn phòng Sở sẽ theo dõi việc này."
        )
        yield Finding("BX3", Level.WARNING, message, (cell("plan_published"),), "Biểu B, quy tắc BX3")


def _silent_agencies_are_named(values: Values, record: Record) -> Iterator[Finding]:
    guided, reported = values.number("press_agencies_guided"), values.number("press_agencies_reported")
    if guided is None or reported is None or reported >= guided or not record.period.tags & _PRESS_REPORTED_IN:
        return
    message = (
        f"Có {shown_number(guided - reported)} cơ quan báo chí được hướng dẫn (dòng B03) mà chưa báo cáo (dòng B04). "
        "Hãy kiểm tra đã nêu tên các cơ quan này ở dòng B33."
    )
    cells = (cell("press_agencies_reported"), cell("press_agencies_guided"), cell("assessment"))
    yield Finding("BX4", Level.WARNING, message, cells, "Biểu B, quy tắc BX4")


def _all_districts_are_guided(values: Values, record: Record) -> Iterator[Finding]:
    guided, districts = values.number("radio_systems_guided"), record.unit.number("districts")
    if guided is not None and districts is not None and guided < districts:
        message = (
            f"Mới hướng dẫn {shown_number(guided)}/{shown_number(districts)} hệ thống truyền thanh cơ sở (dòng B05); "
            "từ quý I phải hướng dẫn đủ các huyện, thành phố. Hãy kiểm tra lại."
        )
        yield Finding("BX6", Level.WARNING, message, (cell("radio_systems_guided"),), "Biểu B, quy tắc BX6")


RECORD_RULES: tuple[RecordRule, ...] = (
    RecordRule("B03", _guided_agencies_are_registered, "Biểu B, dòng B03"),
    RecordRule("B05", _guided_systems_fit_the_districts, "Biểu B, dòng B05"),
    not_before(
        "B17",
        "plan_published_at",
        lambda record: record.plan.issued_from,
        "Thời điểm đăng ở dòng B17 ({day}) không thể trước ngày ban hành kế hoạch (sớm nhất {earliest}).",
        source="Biểu B, dòng B17",
    ),
    settled_at_most(
        "B23",
        "false_information_handled",
        "false_information_found",
        "Số vụ việc đã xử lý ở dòng B23 ({settled}) không được lớn hơn số phát hiện ở dòng B22 ({raised}) "
        "cộng {carried} vụ việc từ kỳ trước chuyển sang.",
        source="Biểu B, dòng B23",
    ),
    RecordRule("B26", _province_covers_the_districts, "Biểu B, dòng B26"),
    RecordRule("B28", _broadcasting_agrees_with_the_districts, "Biểu B, dòng B28"),
    RecordRule("B33", _assessment_says_enough, "Biểu B, dòng B33"),
    RecordRule("BX3", _plan_is_published_in_time, "Biểu B, quy tắc BX3"),
    RecordRule("BX4", _silent_agencies_are_named, "Biểu B, quy tắc BX4"),
    RecordRule("BX6", _all_districts_are_guided, "Biểu B, quy tắc BX6"),
)
