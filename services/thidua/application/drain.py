"""Take filed changes into the status: recompute what they touched and replace it.

The order inside the transaction is what makes any order, repetition or crash harmless:
claim the events, lock the touched documents in sorted order, and only then read the reports,
so that whatever was committed before the lock is seen. Facts, cells and documents are
replaced, never incremented, and the events are marked applied by the same commit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import datetime

from thidua.application.host import Host
from thidua.application.ports import UnitOfWork
from thidua.application.rows import DutyCount
from thidua.application.rows import DutyRow
from thidua.application.rows import FactRow
from thidua.application.rows import PeriodRow
from thidua.application.rows import RollupRow
from thidua.application.rows import RollupTotal
from thidua.application.rows import RosterRow
from thidua.application.rows import StatusRow
from thidua.application.status_document import compose_status
from thidua.application.status_document import digest_of
from thidua.application.status_inputs import Inputs
from thidua.domain.reports import Report
from thidua.domain.rollups import Measured
from thidua.domain.rollups import PeriodPlace
from thidua.domain.rollups import fold_unit
from thidua.domain.rollups import type_up_to
from thidua.forms.compose import ComposedForm
from thidua.forms.facts import facts_of
from thidua_sdk import Campaign
from thidua_sdk import TimeRule

__all__ = [
    "compose_document",
    "counted_revisions",
    "document_row",
    "drain",
    "facts_of_reports",
    "note_work",
    "rebuild",
    "refresh_expired",
    "rollups_of_units",
    "time_rules",
]

#: The two readings of a report: the newest filed revision and the accepted one.
Payloads = Mapping[tuple[int, int], Mapping[str, object]]


def drain(host: Host, *, limit: int = 500) -> int:
    """Apply waiting events in one transaction.

    Args:
        host: the ports.
        limit: most events taken at once.

    Returns:
        How many were applied; 0 when nothing waits that another drain does not hold.
    """
    with host.work.glancing() as work:
        if not work.outbox.waiting():
            return 0
    with host.work.writing() as work:
        waiting = work.outbox.claim(limit)
        if not waiting:
            return 0
        _take_in(
            host,
            work,
            {row.report_id: (row.campaign_code, row.period_code) for row in waiting if row.report_id is not None},
            rosters={(row.campaign_code, row.period_code) for row in waiting if row.report_id is None},
        )
        work.outbox.mark_applied((row.id for row in waiting), host.clock.now())
        work.commit()
    return len(waiting)


def rebuild(host: Host, *, chunk: int = 500) -> int:
    """Recompute everything from the ledger, chunk by chunk; filings go on meanwhile.

    Returns:
        The number of reports taken in.
    """
    with host.work.reading() as work:
        ids = work.reports.ids()
    for start in range(0, len(ids), chunk):
        with host.work.writing() as work:
            reports = work.reports.get_many(ids[start : start + chunk])
            _take_in(host, work, {report.id: (report.campaign_code, report.period_code) for report in reports})
            work.commit()
    for campaign_code in host.catalogue.campaigns:
        _rebuild_the_rest(host, campaign_code)
    return len(ids)


def _rebuild_the_rest(host: Host, campaign_code: str) -> None:
    """Replace what hangs on no report: the documents of every period, and cells of units without any."""
    with host.work.writing() as work:
        periods = [row.code for row in work.campaigns.periods(campaign_code)]
        keys = sorted((campaign_code, code) for code in periods)
        work.statuses.lock(keys)
        rosters = {code: work.campaigns.roster(campaign_code, code) for code in periods}
        rows = [row for roster in rosters.values() for row in roster]
        silent = {row.obligation.unit_code for row in rows} - {row.obligation.unit_code for row in rows if row.report}
        work.rollups.replace(campaign_code, periods, silent, (), ())
        now = host.clock.now()
        for _, period_code in keys:
            work.statuses.put(document_row(host, work, campaign_code, period_code, now))
        work.commit()


def refresh_expired(host: Host) -> int:
    """Recompute the documents that time alone has changed: a deadline passed with nothing filed.

    Returns:
        The number of documents replaced.
    """
    now = host.clock.now()
    with host.work.glancing() as work:
        expired = work.statuses.expired(now)
    if not expired:
        return 0
    with host.work.writing() as work:
        keys = sorted(expired)
        work.statuses.lock(keys)
        for campaign_code, period_code in keys:
            if campaign_code in host.catalogue.campaigns:
                work.statuses.put(document_row(host, work, campaign_code, period_code, now))
        work.commit()
    return len(keys)


def note_work(host: Host, worker: str) -> None:
    """Record that a worker's task did its work, which is how a deaf worker is told from a live one."""
    with host.work.writing() as work:
        work.outbox.note_work(worker, host.clock.now())
        work.commit()


def document_row(host: Host, work: UnitOfWork, campaign_code: str, period_code: str, now: datetime) -> StatusRow:
    """Compose a period's document from the stored cells."""
    return compose_document(
        host,
        work,
        campaign_code,
        period_code,
        now,
        totals=work.rollups.totals(campaign_code, period_code),
        duty_counts=lambda exempt: work.rollups.duty_counts(campaign_code, period_code, besides=exempt),
    )


def compose_document(
    host: Host,
    work: UnitOfWork,
    campaign_code: str,
    period_code: str,
    now: datetime,
    *,
    totals: Sequence[RollupTotal],
    duty_counts: Callable[[frozenset[str]], Sequence[DutyCount]],
) -> StatusRow:
    """Compose a period's document from given totals, as of a moment.

    ``duty_counts`` counts the duty states of the roster's units besides those it is given.
    """
    campaign = host.catalogue.campaign(campaign_code)
    period = next(period for period in campaign.periods if period.code == period_code)
    opened = work.campaigns.get(campaign_code)
    roster = work.campaigns.roster(campaign_code, period_code)
    document, valid_until = compose_status(
        Inputs(
            campaign=campaign,
            period=period,
            roster=roster,
            totals=totals,
            duty_counts=duty_counts(
                frozenset(row.obligation.unit_code for row in roster if row.obligation.is_exempt(now))
            ),
            statistics=_entered_statistics(work, campaign, roster),
            forms=_forms(host, campaign),
            is_closed=opened is not None and opened.closed_at is not None,
            now=now,
            zone=host.zone,
        )
    )
    digest = digest_of(document)
    document |= {"computed_at": now.isoformat(), "digest": digest}
    return StatusRow(campaign_code, period_code, document, digest, 0, now, valid_until)


def facts_of_reports(
    host: Host, reports: Iterable[Report], payloads: Payloads, ordinals: Mapping[tuple[str, str], int]
) -> list[FactRow]:
    """Extract the facts of the revisions that count.

    Args:
        host: the ports.
        reports: reports of campaigns that serve.
        payloads: payloads by (report id, revision number).
        ordinals: place of each period by (campaign, period).
    """
    rows: list[FactRow] = []
    for report in reports:
        form = host.catalogue.form(report.campaign_code, report.period_code, report.form_code)
        for number in counted_revisions(report):
            rows.extend(
                FactRow(
                    report.id,
                    number,
                    report.campaign_code,
                    report.period_code,
                    ordinals[report.campaign_code, report.period_code],
                    report.unit_code,
                    report.unit_type,
                    report.form_code,
                    fact.field,
                    fact.part,
                    fact.value,
                    filed=number == report.provisional_revision,
                    accepted=number == report.accepted_revision,
                )
                for fact in facts_of(form, payloads[report.id, number])
            )
    return rows


def counted_revisions(report: Report) -> tuple[int, ...]:
    """Return the revisions whose numbers count: the accepted one and, if another, the provisional one."""
    counted = {report.accepted_revision, report.provisional_revision}
    return tuple(sorted(number for number in counted if number is not None))


def rollups_of_units(
    host: Host, campaign: Campaign, periods: Sequence[PeriodRow], facts: Iterable[FactRow]
) -> tuple[list[RollupRow], list[DutyRow]]:
    """Fold facts into cells and judge each unit's duties, for the given periods.

    A unit's cell stands under the type it was of by its newest report up to the period.
    """
    rules = time_rules(host, campaign)
    cumulative = {period.code: period.cumulative for period in campaign.periods}
    places = [PeriodPlace(period.code, period.ordinal, cumulative[period.code]) for period in periods]
    by_unit: dict[str, list[Measured]] = defaultdict(list)
    types: dict[str, dict[int, str]] = defaultdict(dict)
    for fact in facts:
        by_unit[fact.unit_code].append(
            Measured(fact.ordinal, fact.form_code, fact.field, fact.part, fact.value, fact.filed, fact.accepted)
        )
        types[fact.unit_code][fact.ordinal] = fact.unit_type
    rollups: list[RollupRow] = []
    duties: list[DutyRow] = []
    for unit_code, measured in by_unit.items():
        type_in = {place.code: type_up_to(types[unit_code], place.ordinal) for place in places}
        reported: dict[str, dict[str, int]] = {place.code: {} for place in places}
        for cell in fold_unit(measured, places, rules):
            rollups.append(
                RollupRow(
                    campaign.code,
                    cell.period_code,
                    unit_code,
                    type_in[cell.period_code],
                    cell.form_code,
                    cell.field,
                    cell.part,
                    cell.cell,
                )
            )
            if cell.cell.filed_cumulative is not None:
                # A choice shows as evidence under "field=option".
                name = cell.field if not cell.part else f"{cell.field}={cell.part.removeprefix('is:')}"
                reported[cell.period_code][name] = cell.cell.filed_cumulative
        duties.extend(
            DutyRow(campaign.code, place.code, unit_code, duty.code, duty.evidence.judge(reported[place.code]).value)
            for place in places
            for duty in campaign.duties
            if type_in[place.code] in duty.unit_types and reported[place.code]
        )
    return rollups, duties


def time_rules(host: Host, campaign: Campaign) -> dict[tuple[str, str], TimeRule]:
    """Return the time rule of every field of the campaign's forms; tables of records add up."""
    return {
        (form.code, field.name): TimeRule.SUM if field.kind == "records" else field.aggregate.time
        for form in _forms(host, campaign).values()
        for field in form.fields
    }


def _take_in(
    host: Host,
    work: UnitOfWork,
    touched: Mapping[int, tuple[str, str]],
    *,
    rosters: Collection[tuple[str, str]] = (),
) -> None:
    """Replace facts, cells and documents that the given reports touch, and documents of changed rosters."""
    opened: dict[str, tuple[PeriodRow, ...]] = {}
    for campaign_code, _ in touched.values():
        # A campaign in quarantine waits as it is; its reports stay readable.
        if campaign_code in host.catalogue.campaigns and campaign_code not in opened:
            opened[campaign_code] = work.campaigns.periods(campaign_code)
    ordinals = {(period.campaign_code, period.code): period.ordinal for rows in opened.values() for period in rows}
    first: dict[str, int] = {}
    for campaign_code, period_code in touched.values():
        if campaign_code in opened:
            ordinal = ordinals[campaign_code, period_code]
            first[campaign_code] = min(ordinal, first.get(campaign_code, ordinal))
    affected = {code: [row for row in rows if row.ordinal >= first[code]] for code, rows in opened.items()}
    documents = {(row.campaign_code, row.code) for rows in affected.values() for row in rows}
    documents |= {key for key in rosters if key[0] in host.catalogue.campaigns}
    keys = sorted(documents)
    work.statuses.lock(keys)

    ids = [report_id for report_id, (campaign_code, _) in touched.items() if campaign_code in opened]
    reports = work.reports.get_many(ids)
    payloads = work.reports.payloads(
        [(report.id, number) for report in reports for number in counted_revisions(report)]
    )
    facts = facts_of_reports(host, reports, payloads, ordinals)
    now = host.clock.now()
    for campaign_code, periods in affected.items():
        units = {report.unit_code for report in reports if report.campaign_code == campaign_code}
        # What the units said in their other reports is as stored; these reports' facts are at hand.
        known = [
            *work.facts.of_units(campaign_code, units, besides=ids),
            *(fact for fact in facts if fact.campaign_code == campaign_code),
        ]
        rollups, duties = rollups_of_units(host, host.catalogue.campaign(campaign_code), periods, known)
        work.rollups.replace(campaign_code, [period.code for period in periods], units, rollups, duties)
    work.facts.replace(ids, facts)
    for campaign_code, period_code in keys:
        work.statuses.put(document_row(host, work, campaign_code, period_code, now))


def _entered_statistics(
    work: UnitOfWork, campaign: Campaign, roster: Sequence[RosterRow]
) -> dict[tuple[str, str], Mapping[str, object]]:
    """Read what the Office entered beside outside figures: document, day, definition."""
    wanted = {(statistic.form, statistic.source_field) for statistic in campaign.statistics if statistic.source_field}
    entered: dict[tuple[str, str], Mapping[str, object]] = {}
    for row in roster:
        groups = [group for form, group in wanted if form == row.obligation.form_code]
        if row.report is None or not groups:
            continue
        counts = row.report.accepted_revision
        if counts is None:
            counts = row.report.provisional_revision
        if counts is None:
            continue
        payload = work.reports.payloads([(row.report.id, counts)])[row.report.id, counts]
        fields = payload.get("fields")
        for group in groups:
            value = fields.get(group) if isinstance(fields, Mapping) else None
            if isinstance(value, Mapping):
                entered[row.obligation.form_code, group] = value
    return entered


def _forms(host: Host, campaign: Campaign) -> dict[str, ComposedForm]:
    codes = {use.form for period in campaign.periods for use in period.forms}
    return {code: host.catalogue.whole_form(campaign.code, code) for code in sorted(codes)}
