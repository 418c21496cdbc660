"""What the Office does with a filed report, and how a unit takes one back before that."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass

from thidua.application.answering import Remark
from thidua.application.host import Host
from thidua.application.permissions import Right
from thidua.application.permissions import require
from thidua.application.permissions import require_unit
from thidua.application.ports import UnitOfWork
from thidua.domain.accounts import Actor
from thidua.domain.errors import ConflictError
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import NotFoundError
from thidua.domain.lifecycle import accept
from thidua.domain.lifecycle import give_back
from thidua.domain.lifecycle import withdraw
from thidua.domain.reports import PeriodState
from thidua.domain.reports import Report
from thidua.forms.compose import ComposedForm
from thidua_sdk import Finding
from thidua_sdk import Level

__all__ = [
    "MOST_AT_ONCE",
    "NOTE_LENGTH",
    "Refused",
    "accept_many",
    "accept_report",
    "return_report",
    "withdraw_report",
]

#: Longest reason, remark or note.
NOTE_LENGTH = 1000
#: Most remarks of one return.
_MOST_REMARKS = 200
#: Most reports accepted with one press: a whole roster with room to spare.
MOST_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Refused:
    """A report that a bulk acceptance left as it was, and why."""

    report_id: int
    reason: str


def accept_report(
    host: Host, actor: Actor, report_id: int, *, revision: int, note: str = "", counts_from_now_filed: bool = False
) -> Report:
    """Accept the revision that the Office has read.

    Args:
        host: the ports.
        actor: who accepts.
        report_id: the report.
        revision: the number that was read; a newer filing makes this a conflict.
        note: a remark for the ledger.
        counts_from_now_filed: earlier filings were empty or knowingly incomplete, so punctuality
            counts from this one.

    Returns:
        The report as it stands now.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or there is no such report.
        ConflictError: the report is not waiting for acceptance, or a newer revision came in.
    """
    require(actor, Right.ACCEPT_REPORT)
    with host.work.writing() as work:
        report = _reviewed(host, work, actor, Right.ACCEPT_REPORT, report_id, revision)
        move = accept(
            report,
            at=host.clock.now(),
            by=actor.account_id,
            note=note,
            counts_from_now_filed=counts_from_now_filed,
        )
        work.reports.move(move)
        work.commit()
    host.bell.ring()
    return move.after


def accept_many(host: Host, actor: Actor, seen: Iterable[tuple[int, int]], *, note: str = "") -> tuple[Refused, ...]:
    """Accept several reports, each as it was seen in the preview; one that moved on is left as it is.

    Args:
        host: the ports.
        actor: who accepts.
        seen: (report id, revision) pairs.
        note: a remark for each ledger.

    Returns:
        Those that were left, with the reason in words.

    Raises:
        NotAllowedError: the person may not accept.
        ConflictError: too many at once.
    """
    require(actor, Right.ACCEPT_REPORT)
    wanted = list(seen)
    if len(wanted) > MOST_AT_ONCE:
        raise ConflictError(f"Mỗi lần chỉ tiếp nhận nhiều nhất {MOST_AT_ONCE} báo cáo.", subject="reports")
    refused: list[Refused] = []
    for report_id, revision in wanted:
        # A transaction for each: one that is lost to a race takes no other with it.
        try:
            accept_report(host, actor, report_id, revision=revision, note=note)
        except (ConflictError, NotFoundError) as refusal:
            refused.append(Refused(report_id, refusal.message))
    return tuple(refused)


def return_report(
    host: Host,
    actor: Actor,
    report_id: int,
    *,
    revision: int,
    reason: str,
    remarks: Sequence[Remark] = (),
    incomplete: bool = False,
) -> Report:
    """Send a report back, with remarks pinned to cells; only those cells open again.

    Args:
        host: the ports.
        actor: who sends it back.
        report_id: the report.
        revision: the number that was read.
        reason: why, in words; mandatory.
        remarks: what is asked of which cell. None opens the whole report.
        incomplete: the filing was empty or knowingly incomplete and does not count as filed.

    Returns:
        The report as it stands now; ``standing.answer_by`` is the limit for the answer.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or there is no such report.
        InvalidPayloadError: the reason is missing, or a remark names no cell of the form.
        ConflictError: the report is not waiting for review, a newer revision came in, or the period
            is closed, so that no answer could be filed.
    """
    require(actor, Right.RETURN_REPORT)
    with host.work.writing() as work:
        report = _reviewed(host, work, actor, Right.RETURN_REPORT, report_id, revision)
        _require_open(work, report)
        form = host.catalogue.form(report.campaign_code, report.period_code, report.form_code)
        payload = work.reports.payloads([(report.id, report.revision)])[report.id, report.revision]
        findings = [*_wrong_reason(reason), *_wrong_remarks(form, payload, remarks)]
        if findings:
            raise InvalidPayloadError("Chưa trả lại được báo cáo.", findings, subject=str(report_id))
        now = host.clock.now()
        rule = host.catalogue.campaign(report.campaign_code).answer_within
        limit = host.calendar.due_at(rule, now.astimezone(host.zone).date(), host.zone) if rule else None
        move = give_back(
            report,
            at=now,
            by=actor.account_id,
            reason=reason.strip(),
            remarks=[
                {"cell": remark.cell, "text": remark.text.strip()} | ({"quote": remark.quote} if remark.quote else {})
                for remark in remarks
            ],
            answer_by=None if incomplete else limit,
            incomplete=incomplete,
        )
        work.reports.move(move)
        work.commit()
    host.bell.ring()
    return move.after


def withdraw_report(host: Host, actor: Actor, report_id: int, *, revision: int, reason: str) -> Report:
    """Take a report back before it was accepted.

    Args:
        host: the ports.
        actor: who takes it back, of the unit.
        report_id: the report.
        revision: the number that was seen.
        reason: why, in words; mandatory.

    Returns:
        The report as it stands now: withdrawn, or accepted again where an accepted revision stands.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or there is no such report.
        InvalidPayloadError: the reason is missing.
        ConflictError: the report is no longer waiting for review, or the period is closed.
    """
    require(actor, Right.WITHDRAW_REPORT)
    with host.work.writing() as work:
        report = _reviewed(host, work, actor, Right.WITHDRAW_REPORT, report_id, revision)
        _require_open(work, report)
        if findings := list(_wrong_reason(reason)):
            raise InvalidPayloadError("Chưa thu hồi được báo cáo.", findings, subject=str(report_id))
        move = withdraw(report, at=host.clock.now(), by=actor.account_id, reason=reason.strip())
        work.reports.move(move)
        work.commit()
    host.bell.ring()
    return move.after


def _reviewed(host: Host, work: UnitOfWork, actor: Actor, right: Right, report_id: int, revision: int) -> Report:
    """Return the report if it is within the person's reach and still as it was seen."""
    found = work.reports.get(report_id)
    if found is None or found[0].campaign_code not in host.catalogue.campaigns:
        raise NotFoundError("Không tìm thấy đơn vị hoặc báo cáo này.", subject=str(report_id))
    report, _ = found
    require_unit(actor, right, report.unit_code)
    if report.revision != revision:
        raise ConflictError(
            f"Đơn vị vừa nộp lần {report.revision}; hãy xem lại bản mới trước khi làm tiếp.", subject="revision"
        )
    return report


def _require_open(work: UnitOfWork, report: Report) -> None:
    states = {row.code: row.state for row in work.campaigns.periods(report.campaign_code)}
    if states.get(report.period_code) is not PeriodState.OPEN:
        raise ConflictError("Kỳ báo cáo này đã khóa, không nhận báo cáo nữa.", subject=report.period_code)


def _wrong_reason(reason: str) -> Iterator[Finding]:
    if not reason.strip():
        yield Finding("required", Level.ERROR, "Phải ghi lý do.", ("/reason",))
    elif len(reason) > NOTE_LENGTH:
        yield Finding("length", Level.ERROR, f"Lý do tối đa {NOTE_LENGTH} ký tự.", ("/reason",))


def _wrong_remarks(form: ComposedForm, payload: object, remarks: Sequence[Remark]) -> Iterator[Finding]:
    if len(remarks) > _MOST_REMARKS:
        yield Finding("length", Level.ERROR, f"Nhiều nhất {_MOST_REMARKS} yêu cầu sửa.", ("/remarks",))
        return
    seen: set[str] = set()
    for number, remark in enumerate(remarks):
        where = f"/remarks/{number}"
        if not _names_a_cell(form, remark.cell):
            yield Finding("unknown", Level.ERROR, "Biểu này không có ô như vậy.", (f"{where}/cell",))
        elif remark.cell in seen:
            yield Finding("twice", Level.ERROR, "Mỗi ô chỉ ghi một yêu cầu sửa.", (f"{where}/cell",))
        seen.add(remark.cell)
        if not remark.text.strip():
            yield Finding("required", Level.ERROR, "Phải ghi cần sửa gì.", (f"{where}/text",))
        elif len(remark.text) > NOTE_LENGTH:
            yield Finding("length", Level.ERROR, f"Yêu cầu sửa tối đa {NOTE_LENGTH} ký tự.", (f"{where}/text",))
        if remark.quote and remark.quote not in _text_at(payload, remark.cell):
            yield Finding("quote", Level.ERROR, "Câu được trích không có trong ô này.", (f"{where}/quote",))


def _names_a_cell(form: ComposedForm, pointer: str) -> bool:
    """Tell whether a remark can stand there: at a field, a split, a table, or one of its rows or cells."""
    if pointer in form.cells:
        return True
    parts = pointer.split("/")[1:]
    table = form.tables.get(parts[0]) if parts else None
    if table is None or len(parts) not in {2, 3} or not (parts[1].isascii() and parts[1].isdecimal()):
        return False
    return len(parts) == 2 or any(column.name == parts[2] for column in table.columns)  # noqa: PLR2004  table, row


def _text_at(payload: object, pointer: str) -> str:
    """Return the text a pointer leads to, empty where there is none."""
    value = payload
    for part in pointer.split("/")[1:]:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return ""
    return value if isinstance(value, str) else ""
