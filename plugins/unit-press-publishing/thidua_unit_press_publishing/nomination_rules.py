"""Rules on the nominations of form B (B35).

Messages name rows by number and never print a person's name, because findings are kept and
shown where the table itself is not.
"""

from collections.abc import Iterator
from datetime import date

from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import Record
from thidua_sdk import RecordRule
from thidua_sdk import Values
from thidua_sdk import row_cell

__all__ = ["NOMINATION_RULES"]

_SOURCE = "Biểu B, dòng B35"
_SUMMARY_WORDS = 100


def _shown(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def _folded(name: object) -> str:
    return " ".join(str(name or "").split()).casefold()


def _nominated_when_called(values: Values, record: Record) -> Iterator[Finding]:
    count = len(values.rows("nominations"))
    if count and "year" not in record.period.tags:
        message = (
            "Đề nghị khen thưởng ở dòng B35 chỉ gửi ở kỳ báo cáo năm hoặc khi Văn phòng Sở có thông báo. "
            "Hãy xác nhận là đã có thông báo."
        )
        cells = tuple(row_cell("nominations", index, "subject_kind") for index in range(count))
        yield Finding("B35", Level.WARNING, message, cells, _SOURCE)


def _subject_is_named(values: Values, _record: Record) -> Iterator[Finding]:
    wanted = {"collective": ("name", "tên tập thể"), "individual": ("full_name", "họ và tên")}
    for index, row in enumerate(values.rows("nominations")):
        column, words = wanted.get(str(row.get("subject_kind")), ("", ""))
        if column and not row.get(column):
            message = f"Dòng {index + 1} của đề nghị khen thưởng chưa ghi {words}."
            yield Finding("B35", Level.ERROR, message, (row_cell("nominations", index, column),), _SOURCE)


def _merit_lies_in_the_campaign(values: Values, record: Record) -> Iterator[Finding]:
    for index, row in enumerate(values.rows("nominations")):
        first_on, last_on = row.get("merit_from"), row.get("merit_to")
        if not isinstance(first_on, date) or not isinstance(last_on, date):
            continue
        from_cell, to_cell = (row_cell("nominations", index, column) for column in ("merit_from", "merit_to"))
        if first_on > last_on:
            message = (
                f"Dòng {index + 1} của đề nghị khen thưởng: ngày bắt đầu lập thành tích ({_shown(first_on)}) "
                f"ở sau ngày kết thúc ({_shown(last_on)})."
            )
            yield Finding("B35", Level.ERROR, message, (from_cell, to_cell), _SOURCE)
            continue
        outside = [
            where
            for where, is_outside in (
                (from_cell, first_on < record.plan.issued_from),
                (to_cell, last_on > record.plan.valid_to),
            )
            if is_outside
        ]
        if outside:
            message = (
                f"Dòng {index + 1} của đề nghị khen thưởng: thời gian lập thành tích vượt ra ngoài phong trào "
                f"(từ {_shown(record.plan.issued_from)} đến {_shown(record.plan.valid_to)}). Hãy kiểm tra lại."
            )
            yield Finding("B35", Level.WARNING, message, tuple(outside), _SOURCE)


def _summary_is_short(values: Values, _record: Record) -> Iterator[Finding]:
    for index, row in enumerate(values.rows("nominations")):
        words = len(str(row.get("summary") or "").split())
        if words > _SUMMARY_WORDS:
            message = (
                f"Dòng {index + 1} của đề nghị khen thưởng: tóm tắt thành tích dài {words} từ, "
                f"hãy rút gọn còn không quá {_SUMMARY_WORDS} từ."
            )
            yield Finding("B35", Level.WARNING, message, (row_cell("nominations", index, "summary"),), _SOURCE)


def _subject_stands_once(values: Values, _record: Record) -> Iterator[Finding]:
    first_row: dict[tuple[str, object], int] = {}
    for index, row in enumerate(values.rows("nominations")):
        column = "name" if row.get("subject_kind") == "collective" else "full_name"
        key = (_folded(row.get(column)), row.get("birth_year"))
        first = first_row.setdefault(key, index) if key[0] else index
        if first != index:
            message = (
                f"Dòng {index + 1} của đề nghị khen thưởng trùng tên với dòng {first + 1}. "
                "Một thành tích không đề nghị nhiều hình thức khen thưởng, hãy kiểm tra lại."
            )
            cells = (row_cell("nominations", index, column), row_cell("nominations", first, column))
            yield Finding("B35", Level.WARNING, message, cells, _SOURCE)


NOMINATION_RULES: tuple[RecordRule, ...] = (
    RecordRule("B35", _nominated_when_called, _SOURCE),
    RecordRule("B35", _subject_is_named, _SOURCE),
    RecordRule("B35", _merit_lies_in_the_campaign, _SOURCE),
    RecordRule("B35", _summary_is_short, _SOURCE),
    RecordRule("B35", _subject_stands_once, _SOURCE),
)
