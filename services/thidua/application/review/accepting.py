"""Before many reports are accepted with one press: which wait, and which of them somebody should read first.

A report is clean where nothing speaks against accepting it unread: on time, no confirmed warnings,
no return that it answers, no correction, nothing copied. Everything else is doubtful, with the
reasons in words. The Office decides; nothing here accepts anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require
from thidua.application.ports.host import Host
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.ports.waiting_ports import FiledReport
from thidua.application.reports.answering import ReturnedReport
from thidua.application.reports.answering import return_in_force
from thidua.application.review.likeness_flags import likeness_flags
from thidua.application.years.seen import require_serving
from thidua.domain.accounts import Actor
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotFoundError
from thidua.domain.filing import FilingState
from thidua.domain.filing import filing_state
from thidua.domain.ledger import Entry
from thidua.domain.reports import REPORT_LABELS
from thidua.domain.reports import Report
from thidua.domain.reports import ReportState
from thidua.forms.emptiness import looks_empty
from thidua_sdk import Campaign
from thidua_sdk import Period

__all__ = [
    "MOST_ON_A_PAGE",
    "AcceptancePreview",
    "Doubt",
    "Moved",
    "WaitingPage",
    "WaitingReport",
    "preview_acceptance",
    "unit_names_of",
    "waiting_reports",
]

#: Reports looked through at once; those accepted make room for the next.
MOST_ON_A_PAGE = 50


class Doubt(StrEnum):
    """Why somebody should read a report before it is accepted."""

    WARNINGS = "warnings"
    ANSWER = "answer"
    CORRECTION = "correction"
    LATE = "late"
    ESTIMATE = "estimate"
    BARE = "bare"
    PLACEHOLDER = "placeholder"
    ALIKE = "alike"


@dataclass(frozen=True, slots=True)
class WaitingReport:
    """A report that waits for acceptance; ``doubts`` maps what speaks against it to a sentence without a full stop."""

    report: Report
    unit_name: str
    received_at: datetime
    filing: FilingState
    doubts: Mapping[Doubt, str]

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing speaks against accepting it unread."""
        return not self.doubts


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """Some of the reports of a period that wait; ``following`` is where the next page begins, None for no more."""

    campaign: Campaign
    period: Period
    reports: tuple[WaitingReport, ...]
    waiting: int
    following: int | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A report that cannot be accepted as it was seen, and why."""

    report_id: int
    unit_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class AcceptancePreview:
    """What a press would accept, the doubtful apart, and what moved on since it was chosen."""

    campaign: Campaign
    period: Period
    clean: tuple[WaitingReport, ...]
    doubtful: tuple[WaitingReport, ...]
    moved: tuple[Moved, ...]


def waiting_reports(
    host: Host,
    actor: Actor,
    *,
    campaign_code: str,
    period_code: str,
    after_id: int = 0,
    limit: int = MOST_ON_A_PAGE,
) -> WaitingPage:
    """List reports of a period that wait for acceptance, by id above ``after_id``.

    Raises:
        NotAllowedError: the person may not accept.
        NotFoundError: the period was never opened.
    """
    require(actor, Right.ACCEPT_REPORT)
    now = host.clock.now()
    with host.work.reading() as work:
        campaign, period = _opened(host, work, campaign_code, period_code)
        found = work.filed_reports.waiting(campaign_code, period_code, after_id=after_id, limit=limit + 1)
        waiting = work.filed_reports.count_waiting(campaign_code, period_code)
        looked_at = _look_through(host, work, campaign, found[:limit], now)
    return WaitingPage(
        campaign,
        period,
        _with_likeness(host, campaign, period_code, looked_at),
        waiting,
        found[limit - 1].report.id if len(found) > limit else None,
    )


def preview_acceptance(
    host: Host, actor: Actor, *, campaign_code: str, period_code: str, seen: Iterable[tuple[int, int]]
) -> AcceptancePreview:
    """Show what accepting some reports would do.

    Args:
        host: the ports.
        actor: who is about to accept.
        campaign_code: the campaign.
        period_code: the period.
        seen: (report id, revision) as they stood on the page where they were chosen.

    Raises:
        NotAllowedError: the person may not accept.
        NotFoundError: the period was never opened.
        ConflictError: too many at once.
    """
    require(actor, Right.ACCEPT_REPORT)
    wanted = dict(seen)
    if len(wanted) > MOST_ON_A_PAGE:
        raise ConflictError(f"Mỗi lần chỉ xem trước nhiều nhất {MOST_ON_A_PAGE} báo cáo.", subject="reports")
    now = host.clock.now()
    with host.work.reading() as work:
        campaign, period = _opened(host, work, campaign_code, period_code)
        found = {
            each.report.id: each
            for each in work.filed_reports.newest(wanted)
            if (each.report.campaign_code, each.report.period_code) == (campaign_code, period_code)
        }
        reasons = {report_id: _moved(found.get(report_id), revision) for report_id, revision in wanted.items()}
        stands = [each for report_id, each in found.items() if not reasons[report_id]]
        looked_at = _look_through(host, work, campaign, stands, now)
    reports = _with_likeness(host, campaign, period_code, looked_at)
    return AcceptancePreview(
        campaign,
        period,
        tuple(each for each in reports if each.is_clean),
        tuple(each for each in reports if not each.is_clean),
        tuple(
            Moved(report_id, found[report_id].obligation.unit_name if report_id in found else "", reason)
            for report_id, reason in reasons.items()
            if reason
        ),
    )


def unit_names_of(host: Host, actor: Actor, report_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of the units whose reports these are, by report id.

    Raises:
        NotAllowedError: the person may not accept.
    """
    require(actor, Right.ACCEPT_REPORT)
    with host.work.glancing() as work:
        return {each.report.id: each.obligation.unit_name for each in work.filed_reports.newest(report_ids)}


def _opened(host: Host, work: UnitOfWork, campaign_code: str, period_code: str) -> tuple[Campaign, Period]:
    if all(row.code != period_code for row in work.campaigns.periods(campaign_code)):
        raise NotFoundError("Kỳ báo cáo này chưa mở.", subject=period_code)
    require_serving(host, work, campaign_code)
    campaign = host.catalogue.campaign(campaign_code)
    return campaign, next(period for period in campaign.periods if period.code == period_code)


def _moved(found: FiledReport | None, revision: int) -> str:
    """Say why a report is no longer as it was seen; empty where it is."""
    if found is None:
        return "Không tìm thấy báo cáo này trong kỳ"
    if found.report.revision != revision:
        return f"Đơn vị vừa nộp lần {found.report.revision + 1}; hãy xem bản mới"
    if found.report.state is not ReportState.SUBMITTED:
        return f"Không còn chờ duyệt: {REPORT_LABELS[found.report.state].lower()}"
    return ""


def _look_through(
    host: Host, work: UnitOfWork, campaign: Campaign, found: Sequence[FiledReport], now: datetime
) -> list[WaitingReport]:
    """Find what speaks against each, but for likeness; two statements at most, however many there are."""
    busy = [each.report.id for each in found if not each.report.was_only_filed]
    entries = work.reports.entries(busy) if busy else {}
    before = [
        (each.report.id, number)
        for each in found
        if each.report.accepted_revision is None
        for number in range(each.report.revision)
    ]
    earlier: dict[int, list[Mapping[str, object]]] = {}
    for (report_id, _), payload in (work.reports.payloads(before) if before else {}).items():
        earlier.setdefault(report_id, []).append(payload)
    looked_at = []
    for each in found:
        filing = filing_state(each.obligation, each.report.standing, now=now, due_soon_days=campaign.due_soon_days)
        doubts = dict(_doubts(host, each, filing, entries.get(each.report.id, ()), earlier.get(each.report.id, ())))
        looked_at.append(
            WaitingReport(each.report, each.obligation.unit_name, each.revision.received_at, filing, doubts)
        )
    return looked_at


def _doubts(
    host: Host,
    filed: FiledReport,
    filing: FilingState,
    entries: Sequence[Entry],
    earlier: Sequence[Mapping[str, object]],
) -> Iterator[tuple[Doubt, str]]:
    report, revision = filed.report, filed.revision
    if revision.confirmed:
        codes = ", ".join(dict.fromkeys(str(each["code"]) for each in revision.confirmed))
        yield Doubt.WARNINGS, f"{len(revision.confirmed)} cảnh báo số liệu do đơn vị tự xác nhận ({codes})"
    if (last := return_in_force(entries)) is not None:
        asked = len(ReturnedReport.of(last, {}).remarks)
        yield Doubt.ANSWER, f"Nộp lại sau khi bị trả lại{f', với {asked} yêu cầu sửa' if asked else ''}"
    if report.accepted_revision is not None:
        yield Doubt.CORRECTION, f"Thay cho lần nộp {report.accepted_revision + 1} đã tiếp nhận"
    if filing is FilingState.LATE:
        yield Doubt.LATE, "Nộp muộn, hoặc trả lời muộn"
    if revision.is_estimate:
        yield Doubt.ESTIMATE, "Số liệu ước tính"
    form = host.catalogue.form(report.campaign_code, report.period_code, report.form_code)
    is_bare = looks_empty(form, revision.payload)
    if is_bare:
        yield Doubt.BARE, "Gần như toàn số 0 hoặc để trống"
    elif any(looks_empty(form, payload) for payload in earlier):
        yield Doubt.PLACEHOLDER, "Lần nộp trước gần như trống: cần định đúng hạn tính từ lần nào"


def _with_likeness(
    host: Host, campaign: Campaign, period_code: str, looked_at: Sequence[WaitingReport]
) -> tuple[WaitingReport, ...]:
    """Add what each is alike to; texts are compared outside any transaction."""
    flags = likeness_flags(host, campaign, period_code, [each.report for each in looked_at])
    return tuple(
        WaitingReport(
            each.report,
            each.unit_name,
            each.received_at,
            each.filing,
            {**each.doubts, Doubt.ALIKE: flags[each.report.id]} if each.report.id in flags else each.doubts,
        )
        for each in looked_at
    )
