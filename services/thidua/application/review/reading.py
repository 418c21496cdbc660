"""What people read of what was filed, and which campaigns run; for what they owe see ``owing``."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from datetime import datetime

from thidua.application.access.permissions import Field
from thidua.application.access.permissions import Right
from thidua.application.access.permissions import allows
from thidua.application.access.permissions import reaches
from thidua.application.access.permissions import require
from thidua.application.access.permissions import require_a_role
from thidua.application.access.permissions import require_unit
from thidua.application.access.permissions import sees
from thidua.application.access.permissions import sees_all_units
from thidua.application.access.permissions import sees_people
from thidua.application.access.veiling import without_comments_on_people
from thidua.application.access.veiling import without_people
from thidua.application.access.veiling import without_words_on_people
from thidua.application.periods.deadlines import deadline_for
from thidua.application.ports.host import Host
from thidua.application.ports.rows import PeriodRow
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.reports.answering import ReturnedReport
from thidua.application.reports.answering import answers_since
from thidua.application.reports.answering import return_in_force
from thidua.application.reports.filing import receipt
from thidua.application.reports.owing import opened_periods
from thidua.application.review.reviewing import answer_limit
from thidua.application.trail.auditing import note_alone
from thidua.application.trail.auditing import note_people
from thidua.application.years.seen import as_read
from thidua.application.years.seen import forms_as_filed
from thidua.application.years.standing import YearStanding
from thidua.application.years.standing import pinned_year
from thidua.application.years.standing import standings
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Door
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.deadlines import Deadline
from thidua.domain.errors import DamagedPinError
from thidua.domain.errors import NotFoundError
from thidua.domain.filing import FilingState
from thidua.domain.filing import filing_state
from thidua.domain.filing import is_locked
from thidua.domain.ledger import Delay
from thidua.domain.ledger import Entry
from thidua.domain.ledger import Place
from thidua.domain.ledger import delay_of
from thidua.domain.ledger import first_break
from thidua.domain.reports import Channel
from thidua.domain.reports import Obligation
from thidua.domain.reports import PeriodState
from thidua.domain.reports import Receipt
from thidua.domain.reports import Report
from thidua.domain.reports import ReportState
from thidua.domain.reports import Revision
from thidua.domain.revisions import RevisionState
from thidua.domain.revisions import revision_states
from thidua.forms.compose import ComposedForm
from thidua.forms.emptiness import looks_empty
from thidua_sdk import Campaign
from thidua_sdk import Period

__all__ = [
    "CampaignSeen",
    "PeriodSeen",
    "ReportSheet",
    "campaigns_seen",
    "list_reports",
    "read_report",
    "receipt_of",
]

#: States in which no return binds any more.
_SETTLED = frozenset({ReportState.ACCEPTED, ReportState.CONSOLIDATED})


@dataclass(frozen=True, slots=True)
class PeriodSeen:
    """A period that was opened."""

    code: str
    name: str
    state: PeriodState
    cutoff_on: date | None


@dataclass(frozen=True, slots=True)
class CampaignSeen:
    """A campaign that was opened, its periods in the plan's order.

    ``pinned`` says that it is read from its pin, and why; empty where it is not. ``stands`` is how its
    plugin stands to the pin.
    """

    code: str
    title: str
    theme: str
    periods: tuple[PeriodSeen, ...]
    stands: YearStanding
    pinned: str = ""


@dataclass(frozen=True, slots=True)
class ReportSheet:
    """A filed report with its ledger; ``people`` maps account id to name.

    ``returned`` is what the return in force asked for, while its answer is awaited and in the
    filings that answer it, so that a second review can follow it up; ``answers`` are the newest,
    by the remark's cell. ``limit_if_returned`` is the limit that a return made now would set.
    ``broken_at`` is the entry at which the ledger's chain is broken, None if it is whole.
    ``may_review`` and ``is_own`` say what the reader's roles allow, the ``can_…`` what can be done
    now (``can_enter``: from paper, for the unit). ``earlier_looks_empty`` tells that a filing before
    this one said hardly anything, where that can still be ruled upon. ``form`` is that of the newest
    filing, ``forms`` that of each by its number. ``pinned`` says that the year is read from its pin, and
    why; nothing can be done then.
    """

    report: Report
    obligation: Obligation
    deadline: Deadline
    now: datetime
    campaign: Campaign
    period: Period
    form: ComposedForm
    revisions: tuple[Revision, ...]
    entries: tuple[Entry, ...]
    people: Mapping[int, str]
    filing: FilingState
    delay: Delay
    returned: ReturnedReport | None
    answers: Mapping[str, str]
    states: Mapping[int, RevisionState]
    broken_at: int | None
    limit_if_returned: datetime | None
    earlier_looks_empty: bool
    may_review: bool
    is_own: bool
    can_review: bool
    can_return: bool
    can_withdraw: bool
    can_refile: bool
    can_enter: bool
    sees_people: bool
    forms: Mapping[int, ComposedForm]
    pinned: str = ""


def read_report(host: Host, actor: Actor, report_id: int) -> ReportSheet:
    """Read a filed report; names in tables of records only for the unit and the Office.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or there is no such report.
    """
    require(actor, Right.READ_REPORT)
    now = host.clock.now()
    with host.work.reading() as work:
        found = work.reports.get(report_id)
        if found is None:
            raise NotFoundError("Không tìm thấy đơn vị hoặc báo cáo này.", subject=str(report_id))
        report, obligation = found
        require_unit(actor, Right.READ_REPORT, report.unit_code)
        revisions = work.reports.revisions(report_id)
        entries = work.reports.entries([report_id])[report_id]
        period = opened_periods(work, {report.campaign_code})[report.campaign_code, report.period_code]
        changes = work.obligations.changes([obligation.id]).get(obligation.id, ()) if obligation.extended_to else ()
        people = work.accounts.names({entry.by for entry in entries if entry.by is not None})
        year = as_read(host, work, report.campaign_code)
        host = year.host
        campaign = host.catalogue.campaign(report.campaign_code)
        forms = forms_as_filed(
            work,
            campaign,
            host.catalogue.form(report.campaign_code, report.period_code, report.form_code),
            {revision.schema_digest for revision in revisions},
        )
    form = forms[revisions[-1].schema_digest]
    reads_names = sees_people(actor, report.unit_code)
    place = Place(report.campaign_code, report.period_code, report.unit_code)
    broken_at = first_break(place, entries, version=report.version, head=report.head)
    looks_bare = _earlier_looks_empty(form, report, revisions)
    if reads_names:
        shown = {revision.number: revision.payload for revision in revisions}
        note_people(host, actor, form, Thing.REPORT, str(report_id), shown)
    else:
        revisions = tuple(
            replace(revision, payload=without_people(forms[revision.schema_digest], revision.payload))
            for revision in revisions
        )
    if not sees(actor, Field.PEOPLE_WORDS, report.unit_code):
        revisions = tuple(
            replace(revision, payload=without_comments_on_people(forms[revision.schema_digest], revision.payload))
            for revision in revisions
        )
        # A table that named people in any of the forms is veiled wherever words stand about it.
        for each in forms.values():
            entries = tuple(without_words_on_people(each, entry) for entry in entries)
    period_is_open = period.state is PeriodState.OPEN and not year.is_pinned
    is_open = period_is_open and not is_locked(obligation, now)
    waits, last = report.state is ReportState.SUBMITTED, _binding(report, entries)
    may_review = allows(actor, Right.ACCEPT_REPORT)
    is_own = reaches(actor, Right.FILE_REPORT, report.unit_code)
    payloads = {revision.number: revision.payload for revision in revisions}
    return ReportSheet(
        report=report,
        obligation=obligation,
        deadline=deadline_for(host, obligation, opened_at=period.opened_at, now=now, changes=changes),
        now=now,
        campaign=campaign,
        period=next(period for period in campaign.periods if period.code == report.period_code),
        form=form,
        revisions=revisions,
        entries=entries,
        people=people,
        filing=filing_state(obligation, report.standing, now=now, due_soon_days=campaign.due_soon_days),
        delay=delay_of(entries, due_at=obligation.last_moment, until=now),
        returned=None if last is None else ReturnedReport.of(last, payloads[last.revision]),
        answers={} if last is None else answers_since(entries, last),
        states=revision_states(report, entries),
        broken_at=broken_at,
        limit_if_returned=answer_limit(host, obligation, now),
        earlier_looks_empty=looks_bare,
        may_review=may_review,
        is_own=is_own,
        can_review=waits and may_review and period_is_open,
        can_return=waits and may_review and is_open,
        can_withdraw=waits and is_own and is_open,
        can_enter=is_open and allows(actor, Right.FILE_ON_BEHALF) and report.state is not ReportState.CONSOLIDATED,
        can_refile=is_own and is_open and report.state is not ReportState.CONSOLIDATED,
        sees_people=reads_names,
        forms={revision.number: forms[revision.schema_digest] for revision in revisions},
        pinned=year.note,
    )


def receipt_of(host: Host, actor: Actor, report_id: int, revision: int) -> Receipt:
    """Return the receipt of a revision.

    Raises:
        NotAllowedError, NotFoundError: as in :func:`read_report`.
    """
    require(actor, Right.READ_REPORT)
    with host.work.reading() as work:
        found = work.reports.get(report_id)
        if found is None:
            raise NotFoundError("Không tìm thấy đơn vị hoặc báo cáo này.", subject=str(report_id))
        report, obligation = found
        require_unit(actor, Right.READ_REPORT, report.unit_code)
        filed = next((each for each in work.reports.revisions(report_id) if each.number == revision), None)
    if filed is None:
        raise NotFoundError("Không tìm thấy đơn vị hoặc báo cáo này.", subject=str(revision))
    return receipt(
        obligation,
        report,
        filed.id,
        filed.received_at,
        channel=filed.channel,
        revision=revision,
        confirmed=filed.confirmed,
    )


def list_reports(
    host: Host,
    actor: Actor,
    *,
    campaign_code: str | None = None,
    period_code: str | None = None,
    state: ReportState | None = None,
    channel: Channel | None = None,
    after_id: int = 0,
    limit: int = 100,
) -> tuple[Report, ...]:
    """List reports the person may read, by id above ``after_id``; ``channel`` is that of the newest filing.

    Raises:
        NotAllowedError: the person reads no reports.
    """
    require(actor, Right.READ_REPORT)
    if actor.origin.door is Door.API:
        # A program carries the list away; the page shows it.
        note_alone(host, actor, Act.EXPORT, Thing.REPORT, "list", after=after_id, limit=limit)
    with host.work.reading() as work:
        return work.reports.list(
            unit_codes=None if sees_all_units(actor) else actor.unit_codes,
            campaign_code=campaign_code,
            period_code=period_code,
            state=state,
            channel=channel,
            after_id=after_id,
            limit=limit,
        )


def campaigns_seen(host: Host, actor: Actor) -> tuple[CampaignSeen, ...]:
    """List the campaigns that were opened, newest opening first.

    One that is read from its pin is marked; one whose plugin does not serve and that was never pinned has
    its code alone.

    Raises:
        NotAllowedError: the person holds no role.
    """
    require_a_role(actor)
    with host.work.reading() as work:
        return tuple(
            _seen(host, work, stands, work.campaigns.periods(code))
            for code, stands in reversed([*standings(host, work).items()])
        )


def _seen(host: Host, work: UnitOfWork, stands: YearStanding, periods: Sequence[PeriodRow]) -> CampaignSeen:
    code, note = stands.campaign.code, stands.note(host)
    campaign = host.catalogue.campaigns.get(code)
    if stands.pin is not None and stands.is_read_from_pin:
        try:
            campaign = pinned_year(work, stands.pin).campaign
        except DamagedPinError as damage:
            campaign, note = None, damage.message
    if campaign is None:
        # Its names are its plugin's, its periods the ledger's.
        seen = tuple(PeriodSeen(each.code, each.code, each.state, None) for each in periods)
        return CampaignSeen(code, f"Đợt {code} (đang tạm dừng)", "", seen, stands, note)
    states = {period.code: period.state for period in periods}
    return CampaignSeen(
        code,
        campaign.title,
        campaign.theme,
        tuple(
            PeriodSeen(period.code, period.name, states[period.code], period.cutoff_on)
            for period in campaign.periods
            if period.code in states
        ),
        stands,
        note,
    )


def _binding(report: Report, entries: Sequence[Entry]) -> Entry | None:
    """Return the return in force; an accepted report has none."""
    return None if report.state in _SETTLED else return_in_force(entries)


def _earlier_looks_empty(form: ComposedForm, report: Report, revisions: Sequence[Revision]) -> bool:
    """Tell whether punctuality may have been bought with a filing that said hardly anything."""
    if report.accepted_revision is not None or looks_empty(form, revisions[-1].payload):
        return False
    return any(looks_empty(form, revision.payload) for revision in revisions[:-1])
