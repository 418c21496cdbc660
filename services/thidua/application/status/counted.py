"""Why a report's figures are not in the status yet, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require
from thidua.application.access.permissions import require_unit
from thidua.application.ports.host import Host
from thidua.application.ports.obligation_ports import HeldObligation
from thidua.application.ports.provenance_ports import WaitingChange
from thidua.application.ports.rows import Health
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.reports.answering import ReturnedReport
from thidua.application.reports.answering import return_in_force
from thidua.application.reports.receipts import no_worker_words
from thidua.application.reports.receipts import unseen_for
from thidua.application.status.figures import Reading
from thidua.application.years.seen import as_read
from thidua.domain.accounts import Actor
from thidua.domain.errors import NotFoundError
from thidua.domain.filing import FilingState
from thidua.domain.filing import filing_state
from thidua.domain.ledger import Entry
from thidua.domain.reports import EventKind
from thidua.domain.reports import Obligation
from thidua.domain.reports import Report
from thidua.domain.reports import ReportState

__all__ = ["Counted", "Told", "counted_report", "counted_unit", "in_short", "moment_words"]

_STANDS = frozenset({ReportState.ACCEPTED, ReportState.CONSOLIDATED})
_NAMES_WHO = frozenset({ReportState.RETURNED, ReportState.WITHDRAWN})
_TOO_LATE = "Không nộp thêm được; cần thì hỏi Văn phòng Sở."
_UNKNOWN = "Không tìm thấy đơn vị hoặc báo cáo này."


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that is so, as a sentence, with what to do (empty if nothing)."""

    code: str
    sentence: str
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """Whether a unit's report is in the status.

    ``in_official`` and ``in_provisional`` are the revisions that its figures are counted from, None
    where none is; while ``waits`` they are those that will be.
    """

    campaign_code: str
    period_code: str
    unit_code: str
    unit_name: str
    report_id: int | None
    in_official: int | None
    in_provisional: int | None
    waits: bool
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """All that the sentences are made from.

    ``by`` is the name of who did the last thing, ``health`` is read while something waits, and
    ``closed_at`` is when the period was closed, None while it is open.
    """

    host: Host
    held: HeldObligation
    entries: tuple[Entry, ...]
    by: str
    waiting: WaitingChange | None
    health: Health | None
    closed_at: datetime | None
    filing: FilingState | None
    is_stopped: bool

    def at(self, moment: datetime) -> str:
        return moment_words(self.host, moment)


def counted_report(host: Host, actor: Actor, report_id: int) -> Counted:
    """Say whether a report is counted, and if not, why.

    Raises:
        NotAllowedError, NotFoundError: the person may not read it, or there is none.
    """
    require(actor, Right.READ_REPORT)
    with host.work.reading() as work:
        found = work.reports.get(report_id)
        if found is None:
            raise NotFoundError(_UNKNOWN, subject=str(report_id))
        report, obligation = found
        require_unit(actor, Right.READ_REPORT, report.unit_code)
        return _counted(host, work, HeldObligation(obligation, report, 0, ""))


def counted_unit(host: Host, actor: Actor, campaign_code: str, period_code: str, unit_code: str) -> Counted:
    """Say whether what a unit owes in a period is counted, and if not, why.

    Raises:
        NotAllowedError, NotFoundError: the person may not read it, or the unit owes nothing there.
    """
    require_unit(actor, Right.READ_REPORT, unit_code)
    with host.work.reading() as work:
        held = work.obligations.get(campaign_code, period_code, unit_code)
        if held is None:
            raise NotFoundError(_UNKNOWN, subject=unit_code)
        return _counted(host, work, held)


def in_short(
    obligation: Obligation, report: Report | None, filing: FilingState, reading: Reading, *, waits: bool
) -> str:
    """Say in a few words why a unit has no part in a figure."""
    if report is None:
        if filing is FilingState.EXEMPT:
            return f"Không thuộc diện báo cáo: {obligation.exempt_reason}"
        return "Quá hạn, chưa nộp" if filing is FilingState.OVERDUE else "Chưa nộp, còn trong hạn"
    counts = report.accepted_revision if reading is Reading.OFFICIAL else report.provisional_revision
    if counts is None:
        return {
            ReportState.RETURNED: "Báo cáo bị trả lại, chưa nộp lại",
            ReportState.WITHDRAWN: "Đơn vị đã thu hồi, chưa nộp lại",
        }.get(report.state, "Đã nộp, Văn phòng Sở chưa tiếp nhận")
    return "Đã nộp, đang chờ hệ thống tính" if waits else "Báo cáo không có số liệu ở ô này"


def moment_words(host: Host, at: datetime) -> str:
    """Write an instant as people read it."""
    local = at.astimezone(host.zone)
    return f"{local:%H:%M} ngày {local.day}/{local.month}/{local.year}"


def _counted(host: Host, work: UnitOfWork, held: HeldObligation) -> Counted:
    obligation, report = held.obligation, held.report
    entries = work.reports.entries([report.id]).get(report.id, ()) if report else ()
    waiting = work.provenance.waiting_change(report.id) if report else None
    year = as_read(host, work, obligation.campaign_code)
    campaign = year.host.catalogue.campaigns.get(obligation.campaign_code)
    known = _Known(
        host,
        held,
        entries,
        _by(work, report, _last_act(entries)),
        waiting,
        work.health() if waiting else None,
        # What was accepted counts the same whether the period is open or not.
        None if report is not None and report.state in _STANDS else _closed_at(work, obligation),
        None
        if campaign is None
        else filing_state(
            obligation,
            report.standing if report else None,
            now=host.clock.now(),
            due_soon_days=campaign.due_soon_days,
        ),
        not year.serves,
    )
    return Counted(
        obligation.campaign_code,
        obligation.period_code,
        obligation.unit_code,
        obligation.unit_name,
        report.id if report else None,
        report.accepted_revision if report else None,
        report.provisional_revision if report else None,
        waiting is not None,
        tuple(_told(known)),
    )


def _by(work: UnitOfWork, report: Report | None, last: Entry | None) -> str:
    """Name who sent the report back or took it back."""
    if report is None or report.state not in _NAMES_WHO or last is None or last.by is None:
        return ""
    return work.accounts.names([last.by]).get(last.by, "")


def _closed_at(work: UnitOfWork, obligation: Obligation) -> datetime | None:
    periods = work.campaigns.periods(obligation.campaign_code)
    return next((row.closed_at for row in periods if row.code == obligation.period_code), None)


def _last_act(entries: tuple[Entry, ...]) -> Entry | None:
    """Return what the Office or the unit did last, beyond the ledger's own notes of it."""
    return next((entry for entry in reversed(entries) if entry.kind is not EventKind.SUPERSEDED), None)


def _told(known: _Known) -> Iterator[Told]:
    if known.is_stopped:
        yield Told(
            "quarantined",
            "Phần mềm riêng của đợt thi đua này không chạy nên hệ thống không tính thêm số liệu nào; "
            "báo cáo vẫn còn nguyên.",
            "Báo quản trị hệ thống; khi phần mở rộng chạy lại, số liệu tự được tính.",
        )
    if known.filing is FilingState.EXEMPT:
        reason = known.held.obligation.exempt_reason
        yield Told("exempt", f"Đơn vị không thuộc diện báo cáo kỳ này: {reason}", "Không phải làm gì.")
    if known.held.report is None:
        yield from _not_filed(known)
        return
    if known.waiting is not None:
        yield _waits(known, known.waiting)
    yield from _by_state(known, known.held.report)


def _not_filed(known: _Known) -> Iterator[Told]:
    limit = known.at(known.held.obligation.last_moment)
    if known.closed_at is not None and known.filing is not FilingState.EXEMPT:
        yield Told(
            "closed",
            f"Kỳ báo cáo đã khóa lúc {known.at(known.closed_at)} mà đơn vị chưa nộp, nên không có số liệu của đơn vị.",
            _TOO_LATE,
        )
    elif known.filing is FilingState.OVERDUE:
        yield Told(
            "overdue",
            f"Đơn vị chưa nộp báo cáo kỳ này; hạn nộp là {limit}, nay đã quá hạn.",
            "Đơn vị nộp ngay trên trang “Báo cáo phải nộp”; báo cáo giấy thì Văn phòng Sở nhập thay.",
        )
    elif known.filing is not FilingState.EXEMPT:
        yield Told(
            "not_filed",
            f"Đơn vị chưa nộp báo cáo kỳ này; chưa đến hạn, hạn nộp là {limit}.",
            "Đơn vị nộp trên trang “Báo cáo phải nộp” trước hạn.",
        )


def _waits(known: _Known, waiting: WaitingChange) -> Told:
    # The outbox is written by the database's clock, people are told the product's time.
    since = known.at(known.host.clock.at(waiting.since))
    if waiting.is_set_aside:
        return Told(
            "set_aside",
            f"Thay đổi lúc {since} chưa được tính vì máy gặp lỗi khi tính; báo cáo đã nộp vẫn còn nguyên.",
            "Báo người quản trị; sửa xong, hệ thống tính lại mà đơn vị không phải nộp lại.",
        )
    if known.health is not None and (
        missing := no_worker_words(
            known.health.database_now - waiting.since,
            unseen_for(known.host, known.health),
            was_never_seen=known.health.worked_at is None,
        )
    ):
        return Told(
            "worker_not_seen",
            f"Thay đổi lúc {since} đang chờ vì {missing}; báo cáo đã nộp vẫn còn nguyên.",
            "Báo người quản trị; máy chạy lại thì số liệu tự được tính.",
        )
    worked_at = known.health.worked_at if known.health else None
    ahead = f"có {waiting.ahead} thay đổi đứng trước" if waiting.ahead else "không còn thay đổi nào đứng trước"
    worked = f"hệ thống tính lần gần nhất lúc {known.at(worked_at)}" if worked_at else "chưa thấy hệ thống tính lần nào"
    return Told(
        "waiting",
        f"Thay đổi lúc {since} đang chờ hệ thống tính: {ahead}; {worked}.",
        "Thường chỉ vài giây; nếu quá vài phút vẫn chưa tính, hãy báo quản trị hệ thống.",
    )


def _by_state(known: _Known, report: Report) -> Iterator[Told]:
    accepted, filed = report.accepted_revision, report.revision
    if report.state is ReportState.SUBMITTED:
        yield _submitted(known, report)
    elif report.state is ReportState.RETURNED:
        yield _returned(known)
        yield from _closed(known)
    elif report.state is ReportState.WITHDRAWN:
        last = _last_act(known.entries)
        when = f" lúc {known.at(last.at)}" if last else ""
        who = f" ({known.by})" if known.by else ""
        why = f" Lý do: {last.note}" if last and last.note else ""
        yield Told(
            "withdrawn",
            f"Đơn vị{who} đã thu hồi báo cáo{when} nên không lần nộp nào được tính.{why}",
            "" if known.closed_at else "Đơn vị sửa rồi nộp lại.",
        )
        yield from _closed(known)
    if accepted is not None:
        if report.provisional_revision is not None and accepted < report.provisional_revision:
            text = (
                f"Số chính thức vẫn lấy từ lần nộp {accepted + 1} đã tiếp nhận; "
                f"số tạm tính lấy từ lần nộp {filed + 1} mới hơn."
            )
            yield Told("accepted_earlier", text, "Khi lần nộp mới được tiếp nhận, nó sẽ thay lần cũ.")
        else:
            text = f"Lần nộp {accepted + 1} đã được tiếp nhận nên là số chính thức."
            yield Told("official", text if known.waiting is None else text.replace("nên là", "và sẽ là"))
    if filed and accepted is None and report.state is ReportState.SUBMITTED:
        text = f"Các lần nộp trước đã được lần nộp {filed + 1} thay thế, không còn được tính."
        yield Told("superseded", text)


def _submitted(known: _Known, report: Report) -> Told:
    if known.closed_at is not None:
        return Told(
            "closed",
            f"Kỳ báo cáo khóa lúc {known.at(known.closed_at)} khi lần nộp {report.revision + 1} chưa được tiếp nhận, "
            "nên lần nộp này chỉ ở số tạm tính, không vào số chính thức.",
            "Không tiếp nhận thêm được; cần thì hỏi Văn phòng Sở.",
        )
    counted = "đã được tính vào số tạm tính" if known.waiting is None else "sẽ được tính vào số tạm tính"
    return Told(
        "not_accepted",
        f"Lần nộp {report.revision + 1}, nhận lúc {known.at(report.received_at)}, {counted}; "
        "Văn phòng Sở chưa tiếp nhận nên chưa là số chính thức.",
        "Văn phòng Sở xem và tiếp nhận hoặc trả lại báo cáo.",
    )


def _closed(known: _Known) -> Iterator[Told]:
    if known.closed_at is not None:
        said = f"Kỳ báo cáo đã khóa lúc {known.at(known.closed_at)} nên báo cáo không nộp lại được nữa."
        yield Told("closed", said, _TOO_LATE)


def _returned(known: _Known) -> Told:
    entry = return_in_force(known.entries)
    if entry is None:
        todo = "" if known.closed_at else "Đơn vị sửa rồi nộp lại."
        return Told("returned", "Báo cáo đang bị trả lại.", todo)
    asked = ReturnedReport.of(entry, {})
    who = f" ({known.by})" if known.by else ""
    limit = f" trước {known.at(asked.answer_by)}" if asked.answer_by else ""
    return Told(
        "returned",
        f"Văn phòng Sở{who} đã trả lại lần nộp {entry.revision + 1} lúc {known.at(entry.at)} "
        f"nên lần nộp này không được tính. Lý do: {asked.reason}",
        "" if known.closed_at else f"Đơn vị sửa những chỗ được yêu cầu và nộp lại{limit}.",
    )
