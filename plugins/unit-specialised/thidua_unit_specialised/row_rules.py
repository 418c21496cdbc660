"""Rules on the rows of form C: violation cases (C13, C20-C24) and nominations (C32, CX1, CX2).

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
from thidua_sdk import row_cell
from thidua_unit_specialised.wording import folded
from thidua_unit_specialised.wording import shown_day

__all__ = ["ROW_RULES"]

_CASES = "Biểu C, dòng C13"
_HANDLING = "Biểu C, các dòng C20 đến C23"
_DISCIPLINE = "Biểu C, dòng C23"
_AWARDS = "Biểu C, dòng C32"
_SUMMARY_WORDS = 100


def _each_case_stands_once(values: Values, _record: Record) -> Iterator[Finding]:
    first_row: dict[str, int] = {}
    for index, row in enumerate(values.rows("violations")):
        case_id = folded(row.get("case_id"))
        first = first_row.setdefault(case_id, index) if case_id else index
        if first != index:
            message = f"Dòng {index + 1} của danh sách vi phạm trùng mã vụ việc với dòng {first + 1}."
            cells = (row_cell("violations", index, "case_id"), row_cell("violations", first, "case_id"))
            yield Finding("C13", Level.ERROR, message, cells, _CASES)


def _handled_case_says_how(values: Values, _record: Record) -> Iterator[Finding]:
    for index, row in enumerate(values.rows("violations")):
        if row.get("status") == "handled" and not row.get("handling"):
            message = f"Dòng {index + 1} của danh sách vi phạm đã xử lý thì phải chọn hình thức xử lý."
            yield Finding("C20", Level.ERROR, message, (row_cell("violations", index, "handling"),), _HANDLING)


def _discipline_has_a_decision(values: Values, _record: Record) -> Iterator[Finding]:
    for index, row in enumerate(values.rows("violations")):
        missing = [column for column in ("decision_no", "decision_on") if not row.get(column)]
        if row.get("handling") == "discipline" and missing:
            message = f"Dòng {index + 1} của danh sách vi phạm bị kỷ luật thì phải ghi số và ngày quyết định."
            cells = tuple(row_cell("violations", index, column) for column in missing)
            yield Finding("C23", Level.ERROR, message, cells, _DISCIPLINE)


def _subject_is_named(values: Values, _record: Record) -> Iterator[Finding]:
    wanted = {"collective": ("name", "tên tập thể"), "individual": ("full_name", "họ và tên")}
    for index, row in enumerate(values.rows("nominations")):
        column, words = wanted.get(str(row.get("subject_kind")), ("", ""))
        if column and not folded(row.get(column)):
            message = f"Dòng {index + 1} của đề nghị khen thưởng chưa ghi {words}."
            yield Finding("C32", Level.ERROR, message, (row_cell("nominations", index, column),), _AWARDS)


def _merit_lies_in_the_campaign(values: Values, record: Record) -> Iterator[Finding]:
    for index, row in enumerate(values.rows("nominations")):
        first_on, last_on = row.get("merit_from"), row.get("merit_to")
        if not isinstance(first_on, date) or not isinstance(last_on, date):
            continue
        from_cell, to_cell = (row_cell("nominations", index, column) for column in ("merit_from", "merit_to"))
        if first_on > last_on:
            message = (
                f"Dòng {index + 1} của đề nghị khen thưởng: ngày bắt đầu lập thành tích ({shown_day(first_on)}) "
                f"ở sau ngày kết thúc ({shown_day(last_on)})."
            )
            yield Finding("C32", Level.ERROR, message, (from_cell, to_cell), _AWARDS)
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
                f"(từ {shown_day(record.plan.issued_from)} đến {shown_day(record.plan.valid_to)}). Hãy kiểm tra lại."
            )
            yield Finding("C32", Level.WARNING, message, tuple(outside), _AWARDS)


def _summary_is_short(values: Values, _record: Record) -> Iterator[Finding]:
    for index, row in enumerate(values.rows("nominations")):
        words = len(str(row.get("summary") or "").split())
        if words > _SUMMARY_WORDS:
            message = (
                f"Dòng {index + 1} của đề nghị khen thưởng: tóm tắt thành tích dài {words} từ, "
                f"hãy rút gọn còn không quá {_SUMMARY_WORDS} từ."
            )
            yield Finding("C32", Level.WARNING, message, (row_cell("nominations", index, "summary"),), _AWARDS)


def _subject_stands_once(values: Values, _record: Record) -> Iterator[Finding]:
    first_row: dict[tuple[str, str, object], int] = {}
    for index, row in enumerate(values.rows("nominations")):
        column = "name" if row.get("subject_kind") == "collective" else "full_name"
        key = (column, folded(row.get(column)), row.get("birth_year"))
        first = first_row.setdefault(key, index) if key[1] else index
        if first != index:
            message = (
                f"Dòng {index + 1} của đề nghị khen thưởng trùng tên với dòng {first + 1}. "
                "Một thành tích không đề nghị nhiều hình thức khen thưởng, hãy kiểm tra lại."
            )
            cells = (row_cell("nominations", index, column), row_cell("nominations", first, column))
            yield Finding("C32", Level.WARNING, message, cells, _AWARDS)


@dataclass(frozen=True, slots=True)
class _Case:
    """The latest known state of a case; ``row`` is None where it stands in an earlier report only."""

    full_name: str
    status: object
    behaviour: object
    row: int | None

    def cells(self, column: str) -> tuple[str, ...]:
        return () if self.row is None else (row_cell("violations", self.row, column),)


def _latest_cases(values: Values, record: Record) -> list[_Case]:
    """Collect the unit's cases of the campaign so far, each in its latest state."""
    cases: dict[str, _Case] = {}
    for report in record.earlier:
        for row in report.rows.get("violations", ()):
            cases[folded(row.get("case_id"))] = _case(row, None)
    for index, row in enumerate(values.rows("violations")):
        cases[folded(row.get("case_id"))] = _case(row, index)
    return list(cases.values())


def _case(row: Mapping[str, object], index: int | None) -> _Case:
    return _Case(folded(row.get("full_name")), row.get("status"), row.get("behaviour"), index)


def _own_cases(values: Values, record: Record) -> Iterator[tuple[int, list[_Case]]]:
    """Pair each nominated person's row with the person's cases, found by name; skip who has none."""
    cases = _latest_cases(values, record)
    for index, row in enumerate(values.rows("nominations")):
        person = folded(row.get("full_name"))
        own = [case for case in cases if person and case.full_name == person]
        if own and row.get("subject_kind") == "individual":
            yield index, own


def _drinkers_are_not_nominated(values: Values, record: Record) -> Iterator[Finding]:
    for index, own in _own_cases(values, record):
        alcohol = [case for case in own if case.behaviour == "alcohol"]
        if alcohol:
            message = (
                f"Dòng {index + 1} của đề nghị khen thưởng: người này vi phạm nồng độ cồn trong thời gian phong trào "
                "nên không được đề nghị khen thưởng."
            )
            where = (cell for case in alcohol for cell in case.cells("behaviour"))
            cells = (row_cell("nominations", index, "full_name"), *where)
            yield Finding("CX1", Level.ERROR, message, cells, "Biểu C, quy tắc CX1")


def _pending_are_not_nominated(values: Values, record: Record) -> Iterator[Finding]:
    for index, own in _own_cases(values, record):
        pending = [case for case in own if case.status == "pending"]
        if pending:
            message = (
                f"Dòng {index + 1} của đề nghị khen thưởng: người này có vụ việc vi phạm đang xem xét nên chưa được "
                "đề nghị khen thưởng. Nếu đã xử lý xong, hãy ghi kết quả vào danh sách vi phạm với mã vụ việc cũ."
            )
            where = (cell for case in pending for cell in case.cells("status"))
            cells = (row_cell("nominations", index, "full_name"), *where)
            yield Finding("CX2", Level.ERROR, message, cells, "Biểu C, quy tắc CX2")


def _handled_case_is_confirmed(values: Values, record: Record) -> Iterator[Finding]:
    for index, own in _own_cases(values, record):
        if all(case.status == "handled" and case.behaviour != "alcohol" for case in own):
            message = (
                f"Dòng {index + 1} của đề nghị khen thưởng: người này có vụ việc vi phạm đã xử lý. "
                "Hãy xác nhận vẫn đề nghị khen thưởng."
            )
            where = (cell for case in own for cell in case.cells("status"))
            cells = (row_cell("nominations", index, "full_name"), *where)
            yield Finding("C32", Level.WARNING, message, cells, _AWARDS)


def _alcohol_weighs_on_the_collective(values: Values, record: Record) -> Iterator[Finding]:
    alcohol = [case for case in _latest_cases(values, record) if case.behaviour == "alcohol"]
    for index, row in enumerate(values.rows("nominations")):
        if alcohol and row.get("subject_kind") == "collective":
            message = (
                f"Dòng {index + 1} của đề nghị khen thưởng: trong thời gian phong trào, đơn vị có người vi phạm "
                "nồng độ cồn. Hãy xác nhận vẫn đề nghị khen thưởng tập thể."
            )
            where = (cell for case in alcohol for cell in case.cells("behaviour"))
            yield Finding("C32", Level.WARNING, message, (row_cell("nominations", index, "name"), *where), _AWARDS)


ROW_RULES: tuple[RecordRule, ...] = (
    RecordRule("C13", _each_case_stands_once, _CASES),
    RecordRule("C20", _handled_case_says_how, _HANDLING),
    RecordRule("C23", _discipline_has_a_decision, _DISCIPLINE),
    RecordRule("C32", _subject_is_named, _AWARDS),
    RecordRule("C32", _merit_lies_in_the_campaign, _AWARDS),
    RecordRule("C32", _summary_is_short, _AWARDS),
    RecordRule("C32", _subject_stands_once, _AWARDS),
    RecordRule("C32", _handled_case_is_confirmed, _AWARDS),
    RecordRule("C32", _alcohol_weighs_on_the_collective, _AWARDS),
    RecordRule("CX1", _drinkers_are_not_nominated, "Biểu C, quy tắc CX1"),
    RecordRule("CX2", _pending_are_not_nominated, "Biểu C, quy tắc CX2"),
)
