"""Rules of form D against the record: the period, earlier reports, the sums of other units."""

from collections.abc import Iterator
from collections.abc import Mapping
from datetime import timedelta

from thidua_sdk import EarlierReport
from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import Record
from thidua_sdk import RecordRule
from thidua_sdk import Values
from thidua_sdk import cell
from thidua_sdk import folded
from thidua_sdk import not_before
from thidua_sdk import shown_number

__all__ = ["RECORD_RULES"]

#: Units file two working days after the cut-off. The record does not name that day, but outside
#: of holidays it never lies more than four days ahead.
_UNITS_FILE_WITHIN = timedelta(days=4)
_STAFF_TOLERANCE_PERCENT = 5
_FIGURES = {"crashes": "số vụ (D17)", "deaths": "số người chết (D18)", "injured": "số người bị thương (D19)"}
#: The period between the end of the statistical year and that of the campaign.
_CLOSING = "close"
_FIGURES_SOURCE = f"{cell('crashes_source')}/source_document"


def _missing_units_are_reminded(values: Values, record: Record) -> Iterator[Finding]:
    missing, reminders = values.number("units_missing"), values.number("reminders_sent")
    is_due = record.today > record.period.cutoff_on + _UNITS_FILE_WITHIN
    if is_due and missing is not None and reminders is not None and reminders < missing:
        message = (
            f"Đã quá hạn mà còn {shown_number(missing)} đơn vị chưa nộp (dòng D04) nhưng mới nhắc "
            f"{shown_number(reminders)} lượt (dòng D05). Hãy kiểm tra lại."
        )
        cells = (cell("reminders_sent"), cell("units_missing"))
        yield Finding("D05", Level.WARNING, message, cells, "Biểu D, dòng D05")


def _resolved_fit_the_issues(values: Values, record: Record) -> Iterator[Finding]:
    raised, resolved = values.number("issues_raised"), values.number("issues_resolved")
    carried = record.carried("issues_raised", "issues_resolved")
    if raised is not None and resolved is not None and resolved > raised + carried:
        message = (
            f"Số vấn đề đã giải quyết ở dòng D08 ({shown_number(resolved)}) không được lớn hơn số phát sinh ở dòng D07 "
            f"({shown_number(raised)}) cộng {shown_number(carried)} vấn đề từ kỳ trước chuyển sang."
        )
        cells = (cell("issues_resolved"), cell("issues_raised"))
        yield Finding("D08", Level.ERROR, message, cells, "Biểu D, dòng D08")


def _overdue_are_open(values: Values, record: Record) -> Iterator[Finding]:
    raised, resolved = values.number("issues_raised"), values.number("issues_resolved")
    overdue = values.number("issues_overdue")
    if raised is None or resolved is None or overdue is None:
        return
    still_open = max(record.carried("issues_raised", "issues_resolved") + raised - resolved, 0)
    if overdue > still_open:
        message = (
            f"Số vấn đề tồn quá 30 ngày ở dòng D09 ({shown_number(overdue)}) không được lớn hơn "
            f"{shown_number(still_open)} vấn đề chưa giải quyết."
        )
        cells = (cell("issues_overdue"), cell("issues_raised"), cell("issues_resolved"))
        yield Finding("D09", Level.ERROR, message, cells, "Biểu D, dòng D09")


def _staff_agrees_with_the_units(values: Values, record: Record) -> Iterator[Finding]:
    own, rooms = values.number("department_staff_total"), record.accepted_sums.get(("C", "staff_total"))
    if own is None or rooms is None:
        return
    press = record.accepted_sums.get(("B", "staff_total")) or 0
    units = rooms + press + (record.unit.number("headcount") or 0)
    if 100 * abs(units - own) > _STAFF_TOLERANCE_PERCENT * own:
        message = (
            f"Tổng số CC, VC, NLĐ thuộc Sở ở dòng D10 ({shown_number(own)}) lệch quá {_STAFF_TOLERANCE_PERCENT}% so "
            f"với {shown_number(units)} người cộng từ các đơn vị. Hãy kiểm tra lại."
        )
        cells = (cell("department_staff_total"),)
        yield Finding("CX5", Level.WARNING, message, cells, "Biểu C, quy tắc CX5")


def _document_of(source: object) -> str:
    document = source.get("source_document") if isinstance(source, Mapping) else None
    return folded(document)


def _last_with_figures(record: Record) -> EarlierReport | None:
    """Return the latest earlier report that these accident figures go on from; short forms have none.

    The days after the year's cut-off belong to the next statistical year, which begins from nothing.
    """
    if _CLOSING in record.period.tags:
        return None
    return next((report for report in reversed(record.earlier) if report.count("crashes") is not None), None)


def _cumulative_figures_do_not_fall(values: Values, record: Record) -> Iterator[Finding]:
    previous = _last_with_figures(record)
    if previous is None:
        return
    fallen = {
        name: f"{words} từ {shown_number(before)} xuống {shown_number(now)}"
        for name, words in _FIGURES.items()
        if (now := values.number(name)) is not None and (before := previous.count(name)) is not None and now < before
    }
    is_revised = _document_of(values["crashes_source"]) != _document_of(previous.fields.get("crashes_source"))
    if fallen and not is_revised:
        message = (
            f"Số lũy kế thấp hơn kỳ {previous.period_code}: {'; '.join(fallen.values())}. "
            "Nếu số liệu được điều chỉnh thì ghi văn bản nguồn mới."
        )
        yield Finding("DX1", Level.ERROR, message, (*map(cell, fallen), _FIGURES_SOURCE), "Biểu D, quy tắc DX1")


def _nominated_persons_have_no_open_case(values: Values, record: Record) -> Iterator[Finding]:
    # The form counts persons and does not name them, so the rule can only ask the Office to compare the lists.
    pending = record.accepted_sums.get(("C", "handling_pending")) or 0
    nominated = [name for name in ("nom_individual_gk", "nom_individual_bk") if values.count(name) > 0]
    if nominated and pending > 0:
        message = (
            f"Các phòng, trung tâm còn {shown_number(pending)} trường hợp vi phạm đang xem xét; người đang bị xem xét "
            "thì chưa được đề nghị khen thưởng. Hãy xác nhận đã đối chiếu danh sách cá nhân ở dòng D30."
        )
        yield Finding("DX5", Level.WARNING, message, tuple(map(cell, nominated)), "Biểu D, quy tắc DX5")


RECORD_RULES: tuple[RecordRule, ...] = (
    RecordRule("D05", _missing_units_are_reminded, "Biểu D, dòng D05"),
    RecordRule("D08", _resolved_fit_the_issues, "Biểu D, dòng D08"),
    RecordRule("D09", _overdue_are_open, "Biểu D, dòng D09"),
    not_before(
        "D31",
        "report_date",
        lambda record: record.period.cutoff_on,
        "Ngày Báo cáo ở dòng D31 ({day}) không được trước ngày chốt số liệu ({earliest}).",
        source="Biểu D, dòng D31",
    ),
    RecordRule("CX5", _staff_agrees_with_the_units, "Biểu C, quy tắc CX5"),
    RecordRule("DX1", _cumulative_figures_do_not_fall, "Biểu D, quy tắc DX1"),
    RecordRule("DX5", _nominated_persons_have_no_open_case, "Biểu D, quy tắc DX5"),
)
