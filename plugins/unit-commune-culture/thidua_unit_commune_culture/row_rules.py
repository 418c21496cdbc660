"""Rules on the rows of form E: violation cases (E26, E28) and nominations (E32).

Messages name rows by number and never print a person's name, because findings are kept and
shown where the tables themselves are not.
"""

from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import Record
from thidua_sdk import RecordRule
from thidua_sdk import Values
from thidua_sdk import cell
from thidua_sdk import row_cell

__all__ = ["ROW_RULES"]

_CASES = "Biểu E, dòng E26"
_HANDLING = "Biểu E, dòng E28"
_AWARDS = "Biểu E, dòng E32"
_SUMMARY_WORDS = 100


def _shown(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def _folded(name: object) -> str:
    return " ".join(str(name or "").split()).casefold()


def _cases_are_counted(values: Values, record: Record) -> Iterator[Finding]:
    counted = values.number("violation_cases")
    if counted is None:
        return
    window = record.period.activity
    rows = values.rows("violations")
    outside = [
        index
        for index, row in enumerate(rows)
        if window is not None and isinstance(day := row.get("occurred_on"), date) and day not in window
    ]
    listed = len(rows) - len(outside)
    if counted != listed:
        when = f" (từ {_shown(window.first_on)} đến {_shown(window.last_on)})" if window else ""
        message = (
            f"Dòng E26 ghi {counted} trường hợp nhưng danh sách vi phạm có {listed} trường hợp xảy ra trong kỳ{when}."
        )
        # A case brought forward is rightly dated before the period; only a new one may be misdated.
        known = {_folded(row.get("case_id")) for report in record.earlier for row in report.rows.get("violations", ())}
        misdated = [index for index in outside if _folded(rows[index].get("case_id")) not in known]
        cells = (cell("violation_cases"), *(row_cell("violations", index, "occurred_on") for index in misdated))
        yield Finding("E26", Level.ERROR, message, cells, _CASES)


def _each_case_stands_once(values: Values, _record: Record) -> Iterator[Finding]:
    first_row: dict[str, int] = {}
    for index, row in enumerate(values.rows("violations")):
        case_id = _folded(row.get("case_id"))
        first = first_row.setdefault(case_id, index) if case_id else index
        if first != index:
            message = f"Dòng {index + 1} của danh sách vi phạm trùng mã vụ việc với dòng {first + 1}."
            cells = (row_cell("violations", index, "case_id"), row_cell("violations", first, "case_id"))
            yield Finding("E26", Level.ERROR, message, cells, _CASES)


def _handled_case_says_how(values: Values, _record: Record) -> Iterator[Finding]:
    for index, row in enumerate(values.rows("violations")):
        if row.get("status") == "handled" and not row.get("handling"):
            message = f"Dòng {index + 1} của danh sách vi phạm đã xử lý thì phải chọn hình thức xử lý."
            yield Finding("E28", Level.ERROR, message, (row_cell("violations", index, "handling"),), _HANDLING)
        missing = [column for column in ("decision_no", "decision_on") if not row.get(column)]
        if row.get("handling") == "discipline" and missing:
            message = f"Dòng {index + 1} của danh sách vi phạm bị kỷ luật thì phải ghi số và ngày quyết định."
            cells = tuple(row_cell("violations", index, column) for column in missing)
            yield Finding("E28", Level.ERROR, message, cells, _HANDLING)


def _nominated_when_called(values: Values, record: Record) -> Iterator[Finding]:
    count = len(values.rows("nominations"))
    if count and "year" not in record.period.tags:
        message = (
            "Đề nghị khen thưởng ở dòng E32 chỉ gửi ở kỳ báo cáo năm hoặc khi Văn phòng Sở có thông báo. "
            "Hãy xác nhận là đã có thông báo."
        )
        cells = tuple(row_cell("nominations", index, "subject_kind") for index in range(count))
        yield Finding("E32", Level.WARNING, message, cells, _AWARDS)


def _subject_is_named(values: Values, _record: Record) -> Iterator[Finding]:
    wanted = {"collective": ("name", "tên tập thể"), "individual": ("full_name", "họ và tên")}
    for index, row in enumerate(values.rows("nominations")):
        column, words = wanted.get(str(row.get("subject_kind")), ("", ""))
        if column and not row.get(column):
            message = f"Dòng {index + 1} của đề nghị khen thưởng chưa ghi {words}."
            yield Finding("E32", Level.ERROR, message, (row_cell("nominations", index, column),), _AWARDS)


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
            yield Finding("E32", Level.ERROR, message, (from_cell, to_cell), _AWARDS)
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
            yield Finding("E32", Level.WARNING, message, tuple(outside), _AWARDS)


def _summary_is_short(values: Values, _record: Record) -> Iterator[Finding]:
    for index, row in enumerate(values.rows("nominations")):
        words = len(str(row.get("summary") or "").split())
        if words > _SUMMARY_WORDS:
            message = (
                f"Dòng {index + 1} của đề nghị khen thưởng: tóm tắt thành tích dài {words} từ, "
                f"hãy rút gọn còn không quá {_SUMMARY_WORDS} từ."
            )
            yield Finding("E32", Level.WARNING, message, (row_cell("nominations", index, "summary"),), _AWARDS)


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
            yield Finding("E32", Level.WARNING, message, cells, _AWARDS)


@dataclass(frozen=True, slots=True)
class _Case:
    """The latest known state of a case; ``cells`` is empty where it stands in an earlier report only."""

    full_name: str
    status: object
    behaviour: object
    cells: tuple[str, ...]


def _latest_cases(values: Values, record: Record) -> list[_Case]:
    """Collect the unit's cases of the campaign so far, each in its latest state."""
    cases: dict[str, _Case] = {}
    tables = [(False, report.rows.get("violations", ())) for report in record.earlier]
    for is_current, rows in (*tables, (True, values.rows("violations"))):
        for index, row in enumerate(rows):
            cells = (row_cell("violations", index, "status"),) if is_current else ()
            cases[_folded(row.get("case_id"))] = _case(row, cells)
    return list(cases.values())


def _case(row: Mapping[str, object], cells: tuple[str, ...]) -> _Case:
    return _Case(_folded(row.get("full_name")), row.get("status"), row.get("behaviour"), cells)


def _violators_are_not_nominated(values: Values, record: Record) -> Iterator[Finding]:
    cases = _latest_cases(values, record)
    for index, row in enumerate(values.rows("nominations")):
        person = _folded(row.get("full_name"))
        own = [case for case in cases if person and case.full_name == person]
        if row.get("subject_kind") != "individual" or not own:
            continue
        pending = [case for case in own if case.status == "pending"]
        cells = (
            row_cell("nominations", index, "full_name"),
            *(where for case in pending or own for where in case.cells),
        )
        if pending:
            message = (
                f"Dòng {index + 1} của đề nghị khen thưởng: người này có vụ việc vi phạm đang xem xét "
                "nên chưa được đề nghị khen thưởng."
            )
            yield Finding("E32", Level.ERROR, message, cells, _AWARDS)
        else:
            message = (
                f"Dòng {index + 1} của đề nghị khen thưởng: người này có vụ việc vi phạm đã xử lý. "
                "Hãy xác nhận vẫn đề nghị khen thưởng."
            )
            yield Finding("E32", Level.WARNING, message, cells, _AWARDS)


def _alcohol_weighs_on_the_collective(values: Values, record: Record) -> Iterator[Finding]:
    alcohol = [case for case in _latest_cases(values, record) if case.behaviour == "alcohol"]
    for index, row in enumerate(values.rows("nominations")):
        if alcohol and row.get("subject_kind") == "collective":
            message = (
                f"Dòng {index + 1} của đề nghị khen thưởng: trong thời gian phong trào, đơn vị có người vi phạm "
                "nồng độ cồn. Hãy xác nhận vẫn đề nghị khen thưởng tập thể."
            )
            cells = (row_cell("nominations", index, "name"), *(where for case in alcohol for where in case.cells))
            yield Finding("E32", Level.WARNING, message, cells, _AWARDS)


ROW_RULES: tuple[RecordRule, ...] = (
    RecordRule("E26", _cases_are_counted, _CASES),
    RecordRule("E26", _each_case_stands_once, _CASES),
    RecordRule("E28", _handled_case_says_how, _HANDLING),
    RecordRule("E32", _nominated_when_called, _AWARDS),
    RecordRule("E32", _subject_is_named, _AWARDS),
    RecordRule("E32", _merit_lies_in_the_campaign, _AWARDS),
    RecordRule("E32", _summary_is_short, _AWARDS),
    RecordRule("E32", _subject_stands_once, _AWARDS),
    RecordRule("E32", _violators_are_not_nominated, _AWARDS),
    RecordRule("E32", _alcohol_weighs_on_the_collective, _AWARDS),
)
