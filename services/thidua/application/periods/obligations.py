"""Give a unit more time, let it off, or take that back; and read what it owes with its history.

Every change is written with who asked for it, why and by which paper, and is never taken out of
the history. Nothing here counts: the unit's state follows from what it owes after the change.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import allows
from thidua.application.access.permissions import require
from thidua.application.access.permissions import require_unit
from thidua.application.periods.deadlines import deadline_for
from thidua.application.ports.host import Host
from thidua.application.ports.obligation_ports import HeldObligation
from thidua.application.years.seen import as_read
from thidua.application.years.seen import require_serving
from thidua.domain.accounts import Actor
from thidua.domain.deadlines import Deadline
from thidua.domain.errors import ConflictError
from thidua.domain.errors import InvalidConfigurationError
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import NotFoundError
from thidua.domain.filing import FilingState
from thidua.domain.filing import filing_state
from thidua.domain.obligations import ObligationChange
from thidua.domain.obligations import apply_change
from thidua.domain.obligations import seal_change
from thidua.domain.reports import Obligation
from thidua.domain.reports import ObligationChangeKind
from thidua.domain.reports import PeriodState
from thidua.domain.reports import Report
from thidua_sdk import Campaign
from thidua_sdk import DeadlineRule
from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import Period

__all__ = [
    "PAPER_LENGTH",
    "REASON_LENGTH",
    "ObligationSheet",
    "Wish",
    "change_obligation",
    "owed_after_exemption",
    "read_obligation",
    "with_owed_by",
]

#: Longest reason.
REASON_LENGTH = 1000
#: Longest document number, and name of who asked.
PAPER_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the Office wants to change.

    ``ends_at`` is the new last moment of an extension, or the end of an exemption (None: without
    an end). ``seen`` is how many changes there were when the person looked, None where nobody
    looked: a change made since then makes this one a conflict. ``unread`` are findings of what the
    door could not turn into values, told together with all others.
    """

    kind: ObligationChangeKind
    reason: str
    document_number: str = ""
    requested_by: str = ""
    ends_at: datetime | None = None
    seen: int | None = None
    unread: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class ObligationSheet:
    """What a unit owes in a period and how it came to be so; ``people`` maps account id to name."""

    campaign: Campaign
    period: Period
    obligation: Obligation
    report: Report | None
    deadline: Deadline
    filing: FilingState
    changes: tuple[ObligationChange, ...]
    people: Mapping[int, str]
    period_is_open: bool
    can_change: bool
    now: datetime
    #: Says that the year is read from its pin, and why.
    pinned: str = ""

    @property
    def version(self) -> int:
        """How many changes there were: what a wish to change says it has seen."""
        return len(self.changes)


def change_obligation(
    host: Host, actor: Actor, *, campaign_code: str, period_code: str, unit_code: str, wish: Wish
) -> Obligation:
    """Extend, exempt, or make a unit owe again.

    A unit that was exempt for a time owes the report again when it ends, and then has as long as the
    plan gives after a cut-off. Extending also helps a unit that filed late: its state follows.

    Returns:
        What is owed now.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or the unit owes nothing there.
        InvalidPayloadError: reason, paper, requester or moment is missing or cannot be.
        QuarantinedError: the campaign's plugin is gone, in quarantine, or not what was pinned.
        ConflictError: the period is closed, the change does not follow from how things stand, or
            somebody changed it since ``wish.seen`` (its subject is then ``seen``).
    """
    require(actor, Right.CHANGE_OBLIGATION)
    with host.work.glancing() as work:
        require_serving(host, work, campaign_code)
    period = _period(host, campaign_code, period_code)
    if findings := list(_faults(host, period, wish)):
        raise InvalidPayloadError("Chưa ghi được thay đổi.", findings, subject=unit_code)
    with host.work.writing() as work:
        # The order of the locks is that of whoever closes the period: the period first.
        state = work.obligations.hold_period(campaign_code, period_code)
        held = work.obligations.hold(campaign_code, period_code, unit_code)
        if state is None or held is None:
            raise NotFoundError("Đơn vị không có báo cáo nào phải nộp ở kỳ này.", subject=unit_code)
        require_unit(actor, Right.CHANGE_OBLIGATION, unit_code)
        if state is not PeriodState.OPEN:
            raise ConflictError("Kỳ báo cáo này đã khóa, hạn nộp không thay đổi được nữa.", subject=period_code)
        if wish.seen is not None and wish.seen != held.count:
            raise ConflictError(
                "Hạn nộp của đơn vị vừa được người khác thay đổi; hãy xem lại rồi làm tiếp.", subject="seen"
            )
        change = ObligationChange(
            seq=held.count,
            kind=wish.kind,
            reason=wish.reason.strip(),
            document_number=wish.document_number.strip(),
            requested_by=wish.requested_by.strip(),
            ends_at=wish.ends_at,
            by=actor.account_id,
            at=host.clock.now(),
        )
        change = seal_change(
            replace(change, owed_by=owed_after_exemption(host, held.obligation, change)), previous=held.head
        )
        after = apply_change(held.obligation, change)
        work.obligations.change(after, change)
        work.commit()
    host.bell.ring()
    return after


def read_obligation(
    host: Host, actor: Actor, *, campaign_code: str, period_code: str, unit_code: str
) -> ObligationSheet:
    """Read what a unit owes, with its history.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or the unit owes nothing there.
    """
    require_unit(actor, Right.READ_REPORT, unit_code)
    now = host.clock.now()
    with host.work.reading() as work:
        year = as_read(host, work, campaign_code)
        host = year.host
        period = _period(host, campaign_code, period_code)
        held: HeldObligation | None = work.obligations.get(campaign_code, period_code, unit_code)
        if held is None:
            raise NotFoundError("Đơn vị không có báo cáo nào phải nộp ở kỳ này.", subject=unit_code)
        changes = work.obligations.changes([held.obligation.id]).get(held.obligation.id, ())
        people = work.accounts.names({change.by for change in changes})
        opened = next(row for row in work.campaigns.periods(campaign_code) if row.code == period_code)
    campaign = host.catalogue.campaign(campaign_code)
    is_open = opened.state is PeriodState.OPEN and not year.is_pinned
    return ObligationSheet(
        campaign=campaign,
        period=period,
        obligation=held.obligation,
        report=held.report,
        deadline=deadline_for(host, held.obligation, opened_at=opened.opened_at, now=now, changes=changes),
        filing=filing_state(
            held.obligation,
            held.report.standing if held.report else None,
            now=now,
            due_soon_days=campaign.due_soon_days,
        ),
        changes=changes,
        people=people,
        period_is_open=is_open,
        can_change=is_open and allows(actor, Right.CHANGE_OBLIGATION),
        now=now,
        pinned=year.note,
    )


def owed_after_exemption(host: Host, obligation: Obligation, change: ObligationChange) -> datetime | None:
    """Return until when a unit may file after an exemption with an end, None for any other change.

    The plan gives some working days after the cut-off; whoever was let off until a day gets the
    same after that day.
    """
    if change.kind is not ObligationChangeKind.EXEMPTED or change.ends_at is None:
        return None
    rule = _deadline_rule(host, obligation)
    return host.calendar.due_at(rule, change.ends_at.astimezone(host.zone).date(), host.zone)


def with_owed_by(
    host: Host, obligation: Obligation, changes: Iterable[ObligationChange]
) -> tuple[ObligationChange, ...]:
    """Return changes each with what follows from it; those made before they kept that are counted anew."""
    return tuple(
        change if change.owed_by else replace(change, owed_by=owed_after_exemption(host, obligation, change))
        for change in changes
    )


def _deadline_rule(host: Host, obligation: Obligation) -> DeadlineRule:
    period = _period(host, obligation.campaign_code, obligation.period_code)
    return next(
        use.deadline
        for use in period.forms
        if use.form == obligation.form_code and obligation.unit_type in use.unit_types
    )


def _period(host: Host, campaign_code: str, period_code: str) -> Period:
    campaign = host.catalogue.campaigns.get(campaign_code)
    periods: Sequence[Period] = campaign.periods if campaign else ()
    found = next((period for period in periods if period.code == period_code), None)
    if found is None:
        raise NotFoundError("Không có kỳ báo cáo này.", subject=period_code)
    return found


def _faults(host: Host, period: Period, wish: Wish) -> Iterator[Finding]:
    yield from _text_faults("reason", wish.reason, REASON_LENGTH, "Phải ghi lý do.")
    is_granted = wish.kind is not ObligationChangeKind.OWED_AGAIN
    asks_paper = "Phải ghi số văn bản đề nghị hoặc cho phép." if is_granted else ""
    asks_person = "Phải ghi ai đề nghị." if is_granted else ""
    yield from _text_faults("document_number", wish.document_number, PAPER_LENGTH, asks_paper)
    yield from _text_faults("requested_by", wish.requested_by, PAPER_LENGTH, asks_person)
    yield from wish.unread
    if any("/ends_at" in finding.cells for finding in wish.unread):
        return
    if wish.kind is ObligationChangeKind.EXTENDED and wish.ends_at is None:
        yield Finding("required", Level.ERROR, "Phải ghi hạn mới, cả ngày và giờ.", ("/ends_at",))
    if wish.kind is ObligationChangeKind.OWED_AGAIN and wish.ends_at is not None:
        yield Finding("unknown", Level.ERROR, "Bỏ miễn thì không ghi thời hạn.", ("/ends_at",))
    elif wish.ends_at is not None and (missing := _missing_calendar(host, period, wish.ends_at)):
        yield Finding("range", Level.ERROR, missing, ("/ends_at",))


def _missing_calendar(host: Host, period: Period, ends_at: datetime) -> str:
    """Say why the working days up to a moment, and those the plan gives after it, cannot be counted."""
    try:
        ends_on = ends_at.astimezone(host.zone).date()
        host.calendar.working_days_between(period.cutoff_on or ends_on, ends_on)
        for use in period.forms:
            host.calendar.due_at(use.deadline, ends_on, host.zone)
    except InvalidConfigurationError as error:
        return f"Không đặt được thời hạn này. {error.message}"
    except OverflowError:
        return "Không có thời hạn như vậy."
    return ""


def _text_faults(name: str, text: str, longest: int, missing: str) -> Iterator[Finding]:
    if not text.strip():
        if missing:
            yield Finding("required", Level.ERROR, missing, (f"/{name}",))
    elif len(text) > longest:
        yield Finding("length", Level.ERROR, f"Tối đa {longest} ký tự.", (f"/{name}",))
