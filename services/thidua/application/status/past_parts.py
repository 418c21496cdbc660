"""Count some units as they stood at a moment that is past, from the ledger alone.

No fact, cell or state that the workers keep is read, and of reports and obligations only what was
filed and what the plan set; the rest is told from their chains. What then counts is counted by the
very functions that the workers use.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from thidua.application.derived.composing import statistics_forms
from thidua.application.derived.counting import ceased_units
from thidua.application.derived.counting import facts_of
from thidua.application.derived.counting import rollups_of_units
from thidua.application.derived.judging import judged
from thidua.application.periods.obligations import with_owed_by
from thidua.application.ports.counting_ports import CountedFiling
from thidua.application.ports.host import Host
from thidua.application.ports.rows import PeriodRow
from thidua.application.ports.rows import RosterRow
from thidua.application.ports.rows import UnitFigures
from thidua.application.ports.rows import UnitFiling
from thidua.application.ports.shard_sums import KeptCells
from thidua.application.ports.shard_sums import ShardSums
from thidua.application.ports.shard_sums import kept_filing
from thidua.application.ports.shard_sums import sum_shard
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.status.status_details import days_late
from thidua.domain.ledger import Entry
from thidua.domain.past import obligation_at
from thidua.domain.past import report_at
from thidua.domain.reports import Report
from thidua_sdk import Campaign

__all__ = ["PastMoment", "PastPart", "part_at"]


@dataclass(frozen=True, slots=True)
class PastMoment:
    """What is asked for.

    Attributes:
        campaign: as its plugin has it today.
        periods: those opened by then that go into the period's cumulative figures, the period last.
        at: the moment; what was done at this very moment counts.
        until: when days late end: the moment, or the period's closing if that was before.
    """

    campaign: Campaign
    periods: tuple[PeriodRow, ...]
    at: datetime
    until: datetime

    @property
    def period(self) -> PeriodRow:
        """The period asked for."""
        return self.periods[-1]


@dataclass(frozen=True, slots=True)
class PastPart:
    """Some units as they stood.

    ``days`` are the days late by unit, ``statistics`` the roster's rows in whose forms the Office
    enters figures from outside.
    """

    sums: ShardSums
    filings: tuple[UnitFiling, ...]
    figures: tuple[UnitFigures, ...]
    days: Mapping[str, Mapping[str, int] | None]
    statistics: tuple[RosterRow, ...]


def part_at(host: Host, work: UnitOfWork, moment: PastMoment, unit_codes: Sequence[str]) -> PastPart:
    """Count some units as they stood at a moment.

    Args:
        host: the ports.
        work: a unit of work that reads.
        moment: what is asked for.
        unit_codes: all the units of one part.

    Raises:
        ConflictError: a chain cannot be told.
    """
    campaign, period = moment.campaign, moment.period
    ordinals = {(row.campaign_code, row.code): row.ordinal for row in moment.periods}
    # By what is owed, for a report is found by its unit and period at once, and among all reports it is not.
    owed = work.campaigns.roster_of(campaign.code, [row.code for row in moment.periods], unit_codes)
    stored = [row.report for row in owed if row.report is not None and row.report.first_received_at <= moment.at]
    ledgers = work.reports.entries([report.id for report in stored])
    told = [
        found for report in stored if (found := report_at(report, ledgers.get(report.id, ()), moment.at)) is not None
    ]
    facts = facts_of(host, _counted(work, told), ordinals)
    on_rosters = [(row.obligation.unit_code, row.obligation.period_code, row.obligation.unit_type) for row in owed]
    ceased = ceased_units(campaign, moment.periods, on_rosters)
    rollups = rollups_of_units(host, campaign, [period], facts, ceased)
    roster = _roster(host, work, moment, owed, told)
    filings = tuple(judged(roster, now=moment.at, due_soon_days=campaign.due_soon_days))
    forms = statistics_forms(campaign)
    return PastPart(
        sum_shard((KeptCells(*row[2:]) for row in rollups), map(kept_filing, filings)),
        filings,
        tuple(UnitFigures(row.unit_code, row.cells, row.duties) for row in rollups),
        {
            row.obligation.unit_code: _days(row, filing, ledgers, moment)
            for row, filing in zip(roster, filings, strict=True)
        },
        tuple(row for row in roster if row.obligation.form_code in forms),
    )


def _counted(work: UnitOfWork, reports: Sequence[Report]) -> Iterator[CountedFiling]:
    """Read the revisions by which reports counted: the accepted one and, if another, the provisional one."""
    counted = [
        (report, number)
        for report in reports
        for number in {report.accepted_revision, report.provisional_revision}
        if number is not None
    ]
    payloads = work.reports.payloads([(report.id, number) for report, number in counted])
    for report, number in counted:
        yield CountedFiling(
            report.id,
            report.version,
            report.campaign_code,
            report.period_code,
            report.unit_code,
            report.unit_type,
            report.form_code,
            number,
            filed=number == report.provisional_revision,
            accepted=number == report.accepted_revision,
            payload=payloads[report.id, number],
        )


def _roster(
    host: Host, work: UnitOfWork, moment: PastMoment, owed: Sequence[RosterRow], told: Sequence[Report]
) -> list[RosterRow]:
    """Return what the units owed in the period, each with its report as it stood."""
    code = moment.period.code
    reports = {report.unit_code: report for report in told if report.period_code == code}
    obligations = [row.obligation for row in owed if row.obligation.period_code == code]
    changes = work.obligations.changes([obligation.id for obligation in obligations])
    return [
        RosterRow(
            obligation_at(obligation, with_owed_by(host, obligation, changes.get(obligation.id, ())), moment.at),
            reports.get(obligation.unit_code),
        )
        for obligation in obligations
    ]


def _days(
    row: RosterRow, filing: UnitFiling, ledgers: Mapping[int, Sequence[Entry]], moment: PastMoment
) -> dict[str, int] | None:
    # What came later is after the end of time here and adds nothing.
    entries = ledgers[row.report.id] if row.report else ()
    return days_late(filing.filing, entries, due_at=row.obligation.last_moment, until=moment.until)
