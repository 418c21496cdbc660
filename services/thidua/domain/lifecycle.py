"""What may happen to a report, and what it leads to.

Every function takes the report as it was seen and returns it as it will stand, with the sealed
entries that the ledger gains; nothing is written here. Who may do it is asked before
(``application.access.permissions``); the store refuses a move from a version that is no longer the
newest, so two people can never both be right.

    (nothing) ─file→ submitted ─return→ returned ─file→ submitted ─accept→ accepted ─consolidate→ consolidated
                     submitted ─withdraw→ withdrawn ─file→ submitted      accepted ─file→ submitted (a correction)

What is consolidated is the revision that was accepted, also where a correction of it still waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime

from thidua.domain.errors import ConflictError
from thidua.domain.ledger import Entry
from thidua.domain.ledger import Place
from thidua.domain.ledger import content_digest
from thidua.domain.ledger import seal
from thidua.domain.ledger import stand
from thidua.domain.reports import EventKind
from thidua.domain.reports import Obligation
from thidua.domain.reports import Report
from thidua.domain.reports import ReportState
from thidua.domain.reports import Standing

__all__ = [
    "MAY_FOLLOW",
    "Move",
    "accept",
    "consolidate",
    "file_again",
    "file_first",
    "give_back",
    "retold",
    "withdraw",
]

#: From which states each thing may happen; a first filing comes from nothing.
MAY_FOLLOW: Mapping[EventKind, frozenset[ReportState]] = {
    EventKind.REFILED: frozenset(ReportState) - {ReportState.CONSOLIDATED},
    EventKind.ENTERED_ON_BEHALF: frozenset(ReportState) - {ReportState.CONSOLIDATED},
    EventKind.RETURNED: frozenset({ReportState.SUBMITTED}),
    EventKind.WITHDRAWN: frozenset({ReportState.SUBMITTED}),
    EventKind.ACCEPTED: frozenset({ReportState.SUBMITTED}),
    EventKind.CONSOLIDATED: frozenset(ReportState) - {ReportState.CONSOLIDATED},
}

_REFUSALS = {
    EventKind.REFILED: "Báo cáo đã được tổng hợp, không nộp lại được; hãy liên hệ Văn phòng Sở.",
    EventKind.ENTERED_ON_BEHALF: "Báo cáo đã được tổng hợp, không nộp lại được.",
    EventKind.RETURNED: "Chỉ trả lại được báo cáo đang chờ duyệt.",
    EventKind.WITHDRAWN: "Chỉ thu hồi được báo cáo đang chờ duyệt.",
    EventKind.ACCEPTED: "Báo cáo này không ở trạng thái chờ tiếp nhận.",
    EventKind.CONSOLIDATED: "Chỉ tổng hợp được báo cáo đã tiếp nhận.",
}


@dataclass(frozen=True, slots=True)
class Move:
    """A report before (None: there was none) and after, with the entries that lead there."""

    before: Report | None
    after: Report
    entries: tuple[Entry, ...]


def file_first(
    obligation: Obligation,
    payload: Mapping[str, object],
    *,
    at: datetime,
    by: int,
    kind: EventKind = EventKind.FILED,
    note: str = "",
    body: Mapping[str, object] | None = None,
) -> Move:
    """Bring in the first revision; ``kind`` is FILED or ENTERED_ON_BEHALF."""
    nothing = Report(
        id=0,
        campaign_code=obligation.campaign_code,
        period_code=obligation.period_code,
        unit_code=obligation.unit_code,
        unit_type=obligation.unit_type,
        form_code=obligation.form_code,
        state=ReportState.SUBMITTED,
        revision=0,
        accepted_revision=None,
        first_received_at=at,
        received_at=at,
        version=0,
        head="",
        standing=Standing(),
    )
    move = _move(
        nothing, [Entry(seq=0, revision=0, kind=kind, at=at, by=by, note=note, body=body or {},
                        content=content_digest(payload))]
    )  # fmt: skip
    return replace(move, before=None)


def file_again(
    report: Report,
    payload: Mapping[str, object],
    *,
    at: datetime,
    by: int,
    kind: EventKind = EventKind.REFILED,
    note: str = "",
    body: Mapping[str, object] | None = None,
) -> Move:
    """Bring in the next revision: an answer to a return, a second try, or a correction after acceptance.

    Raises:
        ConflictError: the report was consolidated.
    """
    _require(report, kind)
    number = report.revision + 1
    entry = _entry(report, kind, at=at, by=by, revision=number, note=note, body=body, content=content_digest(payload))
    return _move(report, [entry], state=ReportState.SUBMITTED, revision=number, received_at=at)


def give_back(
    report: Report,
    *,
    at: datetime,
    by: int,
    reason: str,
    remarks: Sequence[Mapping[str, str]],
    answer_by: datetime | None,
    incomplete: bool,
    request: Mapping[str, str] | None = None,
) -> Move:
    """Send the newest revision back.

    Args:
        report: as seen.
        at: now.
        by: who sends it back.
        reason: why, for the whole report.
        remarks: ``{"cell": pointer, "text": …, "quote": …}`` each; only these cells open again.
            None at all opens the whole report.
        answer_by: the limit for the answer; None where ``incomplete``.
        incomplete: the filing was empty or knowingly incomplete, so it does not count.
        request: by which a repeated request is known again, kept with the entry.

    Raises:
        ConflictError: the report is not waiting for review, or an accepted revision stands, which
            no later return can make uncounted.
    """
    _require(report, EventKind.RETURNED)
    if incomplete and report.accepted_revision is not None:
        raise ConflictError("Báo cáo này đã từng được tiếp nhận, nên không thể coi là nộp thiếu.", subject="incomplete")
    body = {
        "remarks": [dict(remark) for remark in remarks],
        "incomplete": incomplete,
        "answer_by": answer_by.isoformat() if answer_by else None,
        **(request or {}),
    }
    entry = _entry(report, EventKind.RETURNED, at=at, by=by, note=reason, body=body)
    return _move(report, [entry], state=ReportState.RETURNED)


def withdraw(report: Report, *, at: datetime, by: int, reason: str, request: Mapping[str, str] | None = None) -> Move:
    """Take the newest revision back before it was accepted; an accepted one before it then stands again.

    Raises:
        ConflictError: the report is not waiting for review.
    """
    _require(report, EventKind.WITHDRAWN)
    stands = report.accepted_revision is not None
    entry = _entry(
        report, EventKind.WITHDRAWN, at=at, by=by, note=reason, body={"back_to_accepted": stands, **(request or {})}
    )
    return _move(report, [entry], state=ReportState.ACCEPTED if stands else ReportState.WITHDRAWN)


def accept(
    report: Report,
    *,
    at: datetime,
    by: int,
    note: str = "",
    counts_from_now_filed: bool = False,
    request: Mapping[str, str] | None = None,
) -> Move:
    """Accept the newest revision; one accepted before is superseded.

    Args:
        report: as seen.
        at: now.
        by: who accepts.
        note: a remark for the ledger.
        counts_from_now_filed: the filings before were empty or knowingly incomplete, so that
            punctuality counts from the accepted one.
        request: by which a repeated request is known again, kept with the entry.

    Raises:
        ConflictError: the report is not waiting for review; or ``counts_from_now_filed`` is asked
            where there is no earlier filing to leave out, or where an acceptance has already
            ruled on punctuality, which no later correction may undo.
    """
    _require(report, EventKind.ACCEPTED)
    if counts_from_now_filed and report.revision == 0:
        message = "Báo cáo mới nộp một lần, nên không có lần nộp thiếu nào trước đó."
        raise ConflictError(message, subject="counts_from_now_filed")
    if counts_from_now_filed and report.accepted_revision is not None:
        message = "Báo cáo này đã từng được tiếp nhận, nên thời điểm tính đúng hạn không đổi nữa."
        raise ConflictError(message, subject="counts_from_now_filed")
    body = {"counts_from": report.received_at.isoformat()} if counts_from_now_filed else {}
    body |= request or {}
    entries = [_entry(report, EventKind.ACCEPTED, at=at, by=by, note=note, body=body)]
    if report.accepted_revision is not None:
        superseded = Entry(
            seq=report.version + 1, revision=report.accepted_revision, kind=EventKind.SUPERSEDED, at=at, by=by
        )
        entries.append(superseded)
    return _move(report, entries, state=ReportState.ACCEPTED, accepted_revision=report.revision)


def consolidate(report: Report, *, at: datetime, by: int | None) -> Move:
    """Mark the accepted revision of a report as taken into what the department issues.

    A correction that was filed and not accepted by then counts no more.

    Raises:
        ConflictError: none of its revisions is accepted, or it was consolidated before.
    """
    _require(report, EventKind.CONSOLIDATED)
    if report.accepted_revision is None:
        raise ConflictError(_REFUSALS[EventKind.CONSOLIDATED], subject=report.state)
    entry = _entry(report, EventKind.CONSOLIDATED, at=at, by=by, revision=report.accepted_revision)
    return _move(report, [entry], state=ReportState.CONSOLIDATED)


def retold(report: Report, entries: Sequence[Entry]) -> Report:
    """Return the report as its ledger alone tells it: all that is stored of it but which one it is.

    Args:
        report: as stored; only its id, place, unit type and form are taken from it.
        entries: its chain, by ``seq``, at least one.

    Raises:
        ConflictError: an entry cannot follow the one before.
    """
    told = replace(report, state=ReportState.SUBMITTED, revision=-1, accepted_revision=None, version=0, head="",
                   standing=Standing(), first_received_at=entries[0].at, received_at=entries[0].at)  # fmt: skip
    for entry in entries:
        told = replace(
            _retold(told, entry), version=entry.seq + 1, head=entry.digest, standing=stand(told.standing, entry)
        )
    return told


def _retold(report: Report, entry: Entry) -> Report:
    kind = entry.kind
    is_first = report.version == 0
    if is_first and kind not in {EventKind.FILED, EventKind.ENTERED_ON_BEHALF}:
        raise ConflictError("Sổ không bắt đầu bằng một lần nộp.", subject=kind)
    if not is_first and (kind is EventKind.FILED or report.state not in MAY_FOLLOW.get(kind, frozenset(ReportState))):
        raise ConflictError("Dòng này không thể theo sau dòng trước.", subject=kind)
    match kind:
        case EventKind.FILED | EventKind.REFILED | EventKind.ENTERED_ON_BEHALF:
            return replace(report, state=ReportState.SUBMITTED, revision=report.revision + 1, received_at=entry.at)
        case EventKind.RETURNED:
            return replace(report, state=ReportState.RETURNED)
        case EventKind.WITHDRAWN:
            stands = report.accepted_revision is not None
            return replace(report, state=ReportState.ACCEPTED if stands else ReportState.WITHDRAWN)
        case EventKind.ACCEPTED:
            return replace(report, state=ReportState.ACCEPTED, accepted_revision=report.revision)
        case EventKind.SUPERSEDED:
            return report
        case EventKind.CONSOLIDATED:
            return replace(report, state=ReportState.CONSOLIDATED)


def _require(report: Report, kind: EventKind) -> None:
    if report.state not in MAY_FOLLOW[kind]:
        raise ConflictError(_REFUSALS[kind], subject=report.state)


def _entry(
    report: Report,
    kind: EventKind,
    *,
    at: datetime,
    by: int | None,
    revision: int | None = None,
    note: str = "",
    body: Mapping[str, object] | None = None,
    content: str = "",
) -> Entry:
    number = report.revision if revision is None else revision
    return Entry(
        seq=report.version, revision=number, kind=kind, at=at, by=by, note=note, body=body or {}, content=content
    )


def _move(report: Report, entries: Sequence[Entry], **changed: object) -> Move:
    """Seal the entries in turn and fold them into the report."""
    place = Place(report.campaign_code, report.period_code, report.unit_code)
    head, standing, sealed = report.head, report.standing, []
    for entry in entries:
        sealed.append(seal(place, replace(entry, previous=head)))
        head, standing = sealed[-1].digest, stand(standing, sealed[-1])
    after = replace(report, **changed, version=report.version + len(sealed), head=head, standing=standing)  # type: ignore[arg-type]  # names of our own fields
    return Move(report, after, tuple(sealed))
