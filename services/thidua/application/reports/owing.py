"""What units owe, and what waits for their answer."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from datetime import datetime

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require
from thidua.application.periods.deadlines import read_deadlines
from thidua.application.ports.host import Host
from thidua.application.ports.rows import PeriodRow
from thidua.application.ports.rows import RosterRow
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.reports.answering import ReturnedReport
from thidua.application.reports.answering import return_in_force
from thidua.application.trail.auditing import note_alone
from thidua.application.years.seen import as_serving
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Door
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.deadlines import Deadline
from thidua.domain.drafts import Draft
from thidua.domain.filing import FilingState
from thidua.domain.filing import filing_state
from thidua.domain.reports import PeriodState
from thidua.domain.reports import Report
from thidua.domain.reports import ReportState

__all__ = ["Owed", "SentBack", "opened_periods", "owed", "owed_rows"]


@dataclass(frozen=True, slots=True)
class SentBack:
    """A return that waits for its answer, in short; ``by`` is a name."""

    reason: str
    by: str
    at: datetime
    answer_by: datetime | None
    is_incomplete: bool
    remarks: int


@dataclass(frozen=True, slots=True)
class Owed:
    """One report a unit owes or has filed; ``sent_back`` while it is returned."""

    campaign_code: str
    campaign_title: str
    period_code: str
    period_name: str
    unit_code: str
    unit_name: str
    form_code: str
    form_title: str
    deadline: Deadline
    filing: FilingState
    report: Report | None
    period_is_open: bool
    #: The unit's last day, where this is the closing report of one that was dissolved.
    ends_on: date | None = None
    sent_back: SentBack | None = None
    #: What is typed and not filed, without its cells.
    draft: Draft | None = None


def owed(host: Host, actor: Actor) -> tuple[Owed, ...]:
    """List what the person's units owe in all opened periods, the nearest deadline first among open ones.

    Raises:
        NotAllowedError: the person reports for no unit.
    """
    require(actor, Right.FILE_REPORT)
    if actor.origin.door is Door.API:
        note_alone(host, actor, Act.EXPORT, Thing.OBLIGATION, "list")
    now = host.clock.now()
    with host.work.reading() as work:
        rows = work.campaigns.owed_by(actor.unit_codes)
        host = as_serving(host, work)
        rows = tuple(row for row in rows if row.obligation.campaign_code in host.catalogue.campaigns)
        found = owed_rows(host, work, rows, now=now)
        sent_back = _sent_back(work, [row.report for row in rows if row.report])
        drafts = {
            (seen.campaign_code, seen.period_code, seen.unit_code): seen.draft
            for seen in work.drafts.of_units(actor.unit_codes)
        }
    return tuple(
        replace(
            each,
            sent_back=sent_back.get(row.report.id) if row.report else None,
            draft=drafts.get((each.campaign_code, each.period_code, each.unit_code)),
        )
        for row, each in zip(rows, found, strict=True)
    )


def owed_rows(host: Host, work: UnitOfWork, rows: Sequence[RosterRow], *, now: datetime) -> tuple[Owed, ...]:
    """Say in short what units owe, in the order given; of campaigns that serve."""
    periods = opened_periods(work, {row.obligation.campaign_code for row in rows})
    opened = {place: period.opened_at for place, period in periods.items()}
    deadlines = read_deadlines(host, work, [row.obligation for row in rows], opened=opened, now=now)
    return tuple(_owed(host, row, deadlines[row.obligation.id], periods, now) for row in rows)


def _owed(
    host: Host, row: RosterRow, deadline: Deadline, periods: Mapping[tuple[str, str], PeriodRow], now: datetime
) -> Owed:
    obligation = row.obligation
    campaign = host.catalogue.campaign(obligation.campaign_code)
    form = host.catalogue.form(campaign.code, obligation.period_code, obligation.form_code)
    return Owed(
        campaign_code=campaign.code,
        campaign_title=campaign.title,
        period_code=obligation.period_code,
        period_name=next(period.name for period in campaign.periods if period.code == obligation.period_code),
        unit_code=obligation.unit_code,
        unit_name=obligation.unit_name,
        form_code=form.code,
        form_title=form.title,
        deadline=deadline,
        filing=filing_state(
            obligation,
            row.report.standing if row.report else None,
            now=now,
            due_soon_days=campaign.due_soon_days,
        ),
        report=row.report,
        period_is_open=periods[campaign.code, obligation.period_code].state is PeriodState.OPEN,
        ends_on=obligation.ends_on,
    )


def opened_periods(work: UnitOfWork, campaign_codes: set[str]) -> dict[tuple[str, str], PeriodRow]:
    """Return the opened periods of some campaigns by campaign and code."""
    return {(code, period.code): period for code in campaign_codes for period in work.campaigns.periods(code)}


def _sent_back(work: UnitOfWork, reports: Sequence[Report]) -> dict[int, SentBack]:
    """Return what waits for an answer, by report id."""
    waiting = [report.id for report in reports if report.state is ReportState.RETURNED]
    if not waiting:
        return {}
    found = {report_id: return_in_force(entries) for report_id, entries in work.reports.entries(waiting).items()}
    asked = {report_id: ReturnedReport.of(entry, {}) for report_id, entry in found.items() if entry is not None}
    people = work.accounts.names({each.by for each in asked.values() if each.by is not None})
    return {
        report_id: SentBack(
            each.reason, people.get(each.by or 0, ""), each.at, each.answer_by, each.is_incomplete, len(each.remarks)
        )
        for report_id, each in asked.items()
    }
