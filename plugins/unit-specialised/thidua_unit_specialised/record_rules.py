"""Rules of form C against the record: the unit's type, the plan's dates, earlier reports."""

from collections.abc import Iterator

from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import Record
from thidua_sdk import RecordRule
from thidua_sdk import Values
from thidua_sdk import cell
from thidua_sdk import folded
from thidua_sdk import not_before
from thidua_sdk import row_cell
from thidua_sdk import shown_number

__all__ = ["RECORD_RULES"]

_HANDLING = (
    "handling_reminder",
    "handling_criticism",
    "handling_self_criticism",
    "handling_discipline",
    "handling_pending",
)
#: A collective is expected to have done this share of its work plan, in percent.
_EXPECTED_DONE_PERCENT = 70


def _centres_have_no_civil_servants(values: Values, record: Record) -> Iterator[Finding]:
    number = values.count("civil_servants")
    if number > 0 and record.unit.type == "affiliated_centre":
        message = (
            f"Trung tâm thường không có công chức nhưng dòng C02 ghi {shown_number(number)} người. Hãy kiểm tra lại."
        )
        yield Finding("C02", Level.WARNING, message, (cell("civil_servants"),), "Biểu C, dòng C02")


def _rooms_have_no_public_employees(values: Values, record: Record) -> Iterator[Finding]:
    number = values.count("public_employees")
    if number > 0 and record.unit.type == "specialised_room":
        message = (
            f"Phòng chuyên môn thường không có viên chức nhưng dòng C03 ghi {shown_number(number)} người. "
            "Hãy kiểm tra lại."
        )
        yield Finding("C03", Level.WARNING, message, (cell("public_employees"),), "Biểu C, dòng C03")


def _new_cases_are_listed(values: Values, record: Record) -> Iterator[Finding]:
    # A case of an earlier report comes again under its old key when it has been handled; it is not new.
    counted = values.number("violation_cases")
    cases = {folded(row.get("case_id")) for row in values.rows("violations")}
    listed = len(cases - record.known("violations", "case_id"))
    if counted is not None and counted != listed:
        message = (
            f"Dòng C13 ghi {shown_number(counted)} trường hợp nhưng danh sách vi phạm có "
            f"{shown_number(listed)} vụ việc mới. Hãy ghi mỗi vụ việc một dòng, mỗi dòng một mã."
        )
        yield Finding("C13", Level.ERROR, message, (cell("violation_cases"), "/violations"), "Biểu C, dòng C13")


def _discipline_is_listed(values: Values, _record: Record) -> Iterator[Finding]:
    counted = values.count("handling_discipline")
    listed = sum(row.get("handling") == "discipline" for row in values.rows("violations"))
    if counted > listed:
        message = (
            f"Dòng C23 ghi {shown_number(counted)} trường hợp kỷ luật nhưng danh sách vi phạm mới ghi "
            f"{shown_number(listed)}. Mỗi trường hợp kỷ luật phải có số và ngày quyết định trong danh sách."
        )
        yield Finding("C23", Level.ERROR, message, (cell("handling_discipline"), "/violations"), "Biểu C, dòng C23")


def _pending_before(record: Record) -> int:
    """Return the open cases as last reported, 0 if none were."""
    for report in reversed(record.earlier):
        pending = report.count("handling_pending")
        if pending is not None:
            return pending
    return 0


def _cases_are_accounted_for(values: Values, record: Record) -> Iterator[Finding]:
    cases = values.number("violation_cases")
    states = [number for name in _HANDLING if (number := values.number(name)) is not None]
    carried = _pending_before(record)
    if cases is None or len(states) < len(_HANDLING) or sum(states) == cases + carried:
        return
    message = (
        f"Tổng các dòng C20 đến C24 ({shown_number(sum(states))}) phải bằng số trường hợp vi phạm ở dòng C13 "
        f"({shown_number(cases)}) cộng {shown_number(carried)} trường hợp đang xem xét từ kỳ trước chuyển sang."
    )
    cells = (cell("handling_pending"), *map(cell, _HANDLING[:-1]), cell("violation_cases"))
    yield Finding("C24", Level.ERROR, message, cells, "Biểu C, dòng C24")


def _briefing_needs_a_session(values: Values, record: Record) -> Iterator[Finding]:
    # The briefed are counted from the campaign's first day, sessions in one period only.
    is_missing = values.number("briefing_sessions") == 0 and not record.ever("briefing_sessions")
    if values.count("staff_briefed") > 0 and is_missing and values["briefing_form"] != "email":
        message = (
            "Có người đã được quán triệt ở dòng C05 thì số buổi quán triệt ở dòng C06 phải lớn hơn 0, ở kỳ này hoặc "
            "một kỳ trước. Nếu quán triệt bằng văn bản, hộp thư thì chọn hình thức đó ở dòng C08."
        )
        cells = (cell("briefing_sessions"), cell("staff_briefed"), cell("briefing_form"))
        yield Finding("CX4", Level.ERROR, message, cells, "Biểu C, quy tắc CX4")


def _nominated_collective_has_done_its_work(values: Values, _record: Record) -> Iterator[Finding]:
    total, done = values.number("workplan_total"), values.number("workplan_done")
    collectives = [
        row_cell("nominations", index, "subject_kind")
        for index, row in enumerate(values.rows("nominations"))
        if row.get("subject_kind") == "collective"
    ]
    if not collectives or not total or done is None or 100 * done >= _EXPECTED_DONE_PERCENT * total:
        return
    message = (
        f"Đơn vị mới hoàn thành {shown_number(done)}/{shown_number(total)} chỉ tiêu (dòng C26, C25), "
        f"dưới {_EXPECTED_DONE_PERCENT}%, mà đề nghị khen thưởng tập thể. Hãy kiểm tra lại."
    )
    cells = (cell("workplan_done"), cell("workplan_total"), *collectives)
    yield Finding("CX6", Level.WARNING, message, cells, "Biểu C, quy tắc CX6")


RECORD_RULES: tuple[RecordRule, ...] = (
    RecordRule("C02", _centres_have_no_civil_servants, "Biểu C, dòng C02"),
    RecordRule("C03", _rooms_have_no_public_employees, "Biểu C, dòng C03"),
    not_before(
        "C07",
        "first_briefing_on",
        lambda record: record.plan.issued_from,
        "Ngày quán triệt đầu tiên ở dòng C07 ({day}) không thể trước ngày ban hành kế hoạch (sớm nhất {earliest}).",
        source="Biểu C, dòng C07",
    ),
    RecordRule("C13", _new_cases_are_listed, "Biểu C, dòng C13"),
    RecordRule("C23", _discipline_is_listed, "Biểu C, dòng C23"),
    RecordRule("C24", _cases_are_accounted_for, "Biểu C, dòng C24"),
    RecordRule("CX4", _briefing_needs_a_session, "Biểu C, quy tắc CX4"),
    RecordRule("CX6", _nominated_collective_has_done_its_work, "Biểu C, quy tắc CX6"),
)
