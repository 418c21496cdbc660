"""What the Office does with a filed report, and how a unit takes one back before that.

Everybody says what was seen: the revision always, the ledger's version where a program knows
it. A request that comes again under its key is answered as it was the first time.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require
from thidua.application.access.permissions import require_unit
from thidua.application.ports.host import Host
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.reports.answering import Remark
from thidua.application.review.remarking import NOTE_LENGTH
from thidua.application.review.remarking import remarks_body
from thidua.application.review.remarking import wrong_note
from thidua.application.review.remarking import wrong_reason
from thidua.application.review.remarking import wrong_remarks
from thidua.application.years.seen import require_serving
from thidua.domain.accounts import Actor
from thidua.domain.errors import ConflictError
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import KeyReusedError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import QuarantinedError
from thidua.domain.errors import StaleVersionError
from thidua.domain.filing import is_locked
from thidua.domain.lifecycle import accept
from thidua.domain.lifecycle import give_back
from thidua.domain.lifecycle import withdraw
from thidua.domain.reports import Obligation
from thidua.domain.reports import PeriodState
from thidua.domain.reports import Report

__all__ = [
    "MOST_AT_ONCE",
    "NOTE_LENGTH",
    "Accepted",
    "Asked",
    "Refused",
    "accept_many",
    "accept_report",
    "answer_limit",
    "return_report",
    "withdraw_report",
]

#: Most reports accepted with one press: a whole roster with room to spare.
MOST_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Asked:
    """How a request was made, where its sender says more than which revision was read.

    Attributes:
        versions: the ledger's versions that were seen, of which one must stand; None if only the
            revision counts.
        key: the sender's name for this request; None where it has none.
        digest: SHA-256 hex of the request's content, required with a key.
    """

    versions: frozenset[int] | None = None
    key: str | None = None
    digest: str = ""

    @property
    def kept(self) -> dict[str, str]:
        """What the ledger keeps, so that the request is known again."""
        return {} if self.key is None else {"key": self.key, "request": self.digest}


#: A request of a page: the revision says it all.
_PLAINLY = Asked()


@dataclass(frozen=True, slots=True)
class Refused:
    """A report that a bulk acceptance left as it was, and why."""

    report_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a bulk acceptance did: ids of those accepted, and those that were left."""

    reports: tuple[int, ...]
    refused: tuple[Refused, ...]


def accept_report(
    host: Host,
    actor: Actor,
    report_id: int,
    *,
    revision: int,
    note: str = "",
    counts_from_now_filed: bool = False,
    asked: Asked = _PLAINLY,
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
        asked: versions and key of the request.

    Returns:
        The report as it stands now.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or there is no such report.
        InvalidPayloadError: the note is too long.
        ConflictError: the report is not waiting for acceptance, a newer revision came in, the period
            is closed, or punctuality cannot count from this filing.
        StaleVersionError: the ledger has moved on from the version seen.
        KeyReusedError: the key came before with another content.
    """
    require(actor, Right.ACCEPT_REPORT)
    with host.work.writing() as work:
        report, _ = _found(host, work, actor, Right.ACCEPT_REPORT, report_id)
        if _is_repeated(work, actor, report, asked):
            return report
        _require_seen(report, revision, asked)
        _hold_open(work, report)
        if findings := list(wrong_note(note)):
            raise InvalidPayloadError("Chưa tiếp nhận được báo cáo.", findings, subject=str(report_id))
        move = accept(
            report,
            at=host.clock.now(),
            by=actor.account_id,
            note=note.strip(),
            counts_from_now_filed=counts_from_now_filed,
            request=asked.kept,
        )
        work.reports.move(move)
        work.commit()
    host.bell.ring()
    return move.after


def accept_many(
    host: Host, actor: Actor, seen: Iterable[tuple[int, int]], *, note: str = "", asked: Asked = _PLAINLY
) -> Accepted:
    """Accept several reports, each as it was seen in the preview; one that moved on is left as it is.

    Args:
        host: the ports.
        actor: who accepts.
        seen: (report id, revision) pairs; a report named twice is taken once.
        note: a remark for each ledger.
        asked: key of the request.

    Returns:
        Those accepted, and those that were left with the reason in words.

    Raises:
        NotAllowedError: the person may not accept.
        InvalidPayloadError: the note is too long.
        ConflictError: too many at once.
    """
    require(actor, Right.ACCEPT_REPORT)
    wanted = dict(seen)
    if len(wanted) > MOST_AT_ONCE:
        raise ConflictError(f"Mỗi lần chỉ tiếp nhận nhiều nhất {MOST_AT_ONCE} báo cáo.", subject="reports")
    if findings := list(wrong_note(note)):
        raise InvalidPayloadError("Chưa tiếp nhận được báo cáo nào.", findings)
    accepted: list[int] = []
    refused: list[Refused] = []
    for report_id, revision in wanted.items():
        # A transaction for each: one that is lost to a race takes no other with it.
        try:
            accept_report(host, actor, report_id, revision=revision, note=note, asked=asked)
        except (ConflictError, KeyReusedError, NotFoundError, QuarantinedError) as refusal:
            refused.append(Refused(report_id, refusal.message))
        else:
            accepted.append(report_id)
    return Accepted(tuple(accepted), tuple(refused))


def return_report(
    host: Host,
    actor: Actor,
    report_id: int,
    *,
    revision: int,
    reason: str,
    remarks: Sequence[Remark] = (),
    incomplete: bool = False,
    asked: Asked = _PLAINLY,
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
        asked: versions and key of the request.

    Returns:
        The report as it stands now; ``standing.answer_by`` is the limit for the answer.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or there is no such report.
        InvalidPayloadError: the reason is missing, or a remark names no cell of the form.
        ConflictError: the report is not waiting for review, a newer revision came in, or the period
            is closed or locked, so that no answer could be filed.
        StaleVersionError: the ledger has moved on from the version seen.
        KeyReusedError: the key came before with another content.
    """
    require(actor, Right.RETURN_REPORT)
    with host.work.writing() as work:
        report, obligation = _found(host, work, actor, Right.RETURN_REPORT, report_id)
        if _is_repeated(work, actor, report, asked):
            return report
        _require_seen(report, revision, asked)
        now = host.clock.now()
        _require_open(work, report, obligation, now)
        form = host.catalogue.form(report.campaign_code, report.period_code, report.form_code)
        payload = work.reports.payloads([(report.id, report.revision)])[report.id, report.revision]
        findings = [*wrong_reason(reason), *wrong_remarks(form, payload, remarks)]
        if findings:
            raise InvalidPayloadError("Chưa trả lại được báo cáo.", findings, subject=str(report_id))
        move = give_back(
            report,
            at=now,
            by=actor.account_id,
            reason=reason.strip(),
            remarks=remarks_body(remarks),
            answer_by=None if incomplete else answer_limit(host, obligation, now),
            incomplete=incomplete,
            request=asked.kept,
        )
        work.reports.move(move)
        work.commit()
    host.bell.ring()
    return move.after


def withdraw_report(
    host: Host, actor: Actor, report_id: int, *, revision: int, reason: str, asked: Asked = _PLAINLY
) -> Report:
    """Take a report back before it was accepted.

    Args:
        host: the ports.
        actor: who takes it back, of the unit.
        report_id: the report.
        revision: the number that was read.
        reason: why, in words; mandatory.
        asked: versions and key of the request.

    Returns:
        The report as it stands now: withdrawn, or accepted again where an accepted revision stands.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or there is no such report.
        InvalidPayloadError: the reason is missing.
        ConflictError: the report is no longer waiting for review, or the period is closed or locked.
        StaleVersionError: the ledger has moved on from the version seen.
        KeyReusedError: the key came before with another content.
    """
    require(actor, Right.WITHDRAW_REPORT)
    with host.work.writing() as work:
        report, obligation = _found(host, work, actor, Right.WITHDRAW_REPORT, report_id)
        if _is_repeated(work, actor, report, asked):
            return report
        _require_seen(report, revision, asked)
        now = host.clock.now()
        _require_open(work, report, obligation, now)
        if findings := list(wrong_reason(reason)):
            raise InvalidPayloadError("Chưa thu hồi được báo cáo.", findings, subject=str(report_id))
        move = withdraw(report, at=now, by=actor.account_id, reason=reason.strip(), request=asked.kept)
        work.reports.move(move)
        work.commit()
    host.bell.ring()
    return move.after


def answer_limit(host: Host, obligation: Obligation, now: datetime) -> datetime | None:
    """Return the limit for the answer to a return made now, None where the campaign sets none.

    It is never earlier than the report's own last moment: a unit that filed early keeps the time
    it had anyway.
    """
    rule = host.catalogue.campaign(obligation.campaign_code).answer_within
    if rule is None:
        return None
    limit = host.calendar.due_at(rule, now.astimezone(host.zone).date(), host.zone)
    return max(limit, obligation.last_moment).astimezone(UTC)


def _found(host: Host, work: UnitOfWork, actor: Actor, right: Right, report_id: int) -> tuple[Report, Obligation]:
    """Return the report with its obligation if it is within the person's reach."""
    found = work.reports.get(report_id)
    if found is None:
        raise NotFoundError("Không tìm thấy đơn vị hoặc báo cáo này.", subject=str(report_id))
    require_unit(actor, right, found[0].unit_code)
    require_serving(host, work, found[0].campaign_code)
    return found


def _is_repeated(work: UnitOfWork, actor: Actor, report: Report, asked: Asked) -> bool:
    """Tell whether this very request was done before."""
    if asked.key is None:
        return False
    entries = work.reports.entries([report.id])[report.id]
    earlier = next(
        (entry for entry in entries if entry.by == actor.account_id and entry.body.get("key") == asked.key), None
    )
    if earlier is not None and earlier.body.get("request") != asked.digest:
        raise KeyReusedError("Khóa Idempotency-Key này đã dùng cho một yêu cầu khác.", subject="Idempotency-Key")
    return earlier is not None


def _require_seen(report: Report, revision: int, asked: Asked) -> None:
    """Refuse what was decided on something older than what stands now."""
    if asked.versions is not None and report.version not in asked.versions:
        raise StaleVersionError("Báo cáo đã thay đổi từ khi bạn đọc; hãy đọc lại rồi làm tiếp.", subject="If-Match")
    if report.revision != revision:
        if revision > report.revision:
            raise ConflictError(f"Báo cáo mới nộp đến lần {report.revision + 1}.", subject="revision")
        raise ConflictError(
            f"Đơn vị vừa nộp lần {report.revision + 1}; hãy xem lại bản mới trước khi làm tiếp.", subject="revision"
        )


def _hold_open(work: UnitOfWork, report: Report) -> None:
    """Refuse in a closed period, and keep an open one open until the transaction ends.

    The period is locked before the report is, as whoever closes it does. A report that was read
    before the lock and moved on since is refused by its version.
    """
    if work.obligations.hold_period(report.campaign_code, report.period_code) is not PeriodState.OPEN:
        raise ConflictError("Kỳ báo cáo này đã khóa, báo cáo không thay đổi được nữa.", subject=report.period_code)


def _require_open(work: UnitOfWork, report: Report, obligation: Obligation, now: datetime) -> None:
    """Refuse where nothing could be filed any more: the report would be stuck with its unit."""
    _hold_open(work, report)
    if is_locked(obligation, now):
        raise ConflictError(
            "Đã quá hạn khóa của kỳ này nên đơn vị không nộp lại được; hãy gia hạn cho đơn vị trước.",
            subject=report.period_code,
        )
