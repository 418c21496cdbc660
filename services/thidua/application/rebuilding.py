"""Rebuild the derived rows of some units from the ledger, beside filings, drains and other workers.

Reading and counting need no lock: what is stored is compared with what the ledger says on one
snapshot, and where both agree nothing is written. Where they differ, the parts of the units are locked
as a drain locks them, it is looked whether a report moved on since, and only then are rows replaced. So
several workers count side by side, filings go on, and no drain's newer rows are overwritten.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime

from thidua.application.composing import document_row
from thidua.application.counting import counted_revisions
from thidua.application.counting import facts_of_reports
from thidua.application.counting import rollups_of_units
from thidua.application.host import Host
from thidua.application.judging import judged
from thidua.application.ports import UnitOfWork
from thidua.application.reports_read import reports_of
from thidua.application.rows import PeriodRow
from thidua.application.rows import ReportFacts
from thidua.application.rows import RosterRow
from thidua.application.rows import UnitFiling
from thidua.application.rows import UnitRollup
from thidua.domain.reports import Report

__all__ = ["rebuild_document", "rebuild_units"]

#: How often to count again without a lock because reports moved on meanwhile.
_OPTIMISTIC_ROUNDS = 3
_NO_MOMENT = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one snapshot holds of some units."""

    periods: tuple[PeriodRow, ...]
    reports: tuple[Report, ...]
    payloads: Mapping[tuple[int, int], Mapping[str, object]]
    facts: tuple[ReportFacts, ...]
    rollups: tuple[UnitRollup, ...]
    roster: tuple[RosterRow, ...]
    filings: tuple[UnitFiling, ...]
    are_summed: bool


@dataclass(frozen=True, slots=True)
class _Counted:
    """What should be stored of them."""

    facts: list[ReportFacts]
    rollups: list[UnitRollup]
    filings: list[UnitFiling]

    def is_stored(self, seen: _Seen) -> bool:
        return (
            seen.are_summed
            and {fact[:2]: fact for fact in seen.facts} == {fact[:2]: fact for fact in self.facts}
            and {row[:3]: row for row in seen.rollups} == {row[:3]: row for row in self.rollups}
            and _as_of_no_moment(seen.filings) == _as_of_no_moment(self.filings)
        )


def rebuild_units(
    host: Host, campaign_code: str, unit_codes: Sequence[str], *, between: Callable[[], None] = lambda: None
) -> dict[str, int]:
    """Make facts, cells, duty states and filing states of some units what the ledger says.

    Args:
        host: the ports.
        campaign_code: a campaign that serves.
        unit_codes: the units.
        between: called between the steps; raises to stop before anything else is written.

    Returns:
        How many reports were counted (``reports``), and 1 under ``mended`` if something was amiss.
    """
    for _ in range(_OPTIMISTIC_ROUNDS):
        with host.work.reading() as work:
            seen = _see(work, campaign_code, unit_codes)
        counted = _count(host, campaign_code, seen)
        if counted.is_stored(seen):
            return {"reports": len(seen.reports), "mended": 0}
        between()
        with host.work.writing() as work:
            work.shards.lock(campaign_code, unit_codes)
            if _is_as_seen(work, campaign_code, unit_codes, seen):
                _replace(work, campaign_code, unit_codes, seen, counted)
                work.commit()
                return {"reports": len(seen.reports), "mended": 1}
    with host.work.writing() as work:
        work.shards.lock(campaign_code, unit_codes)
        seen = _see(work, campaign_code, unit_codes)
        _replace(work, campaign_code, unit_codes, seen, _count(host, campaign_code, seen))
        work.commit()
    return {"reports": len(seen.reports), "mended": 1}


def rebuild_document(host: Host, campaign_code: str, period_code: str) -> dict[str, int]:
    """Compose a period's document from the stored cells and replace what is stored."""
    with host.work.writing() as work:
        work.statuses.lock([(campaign_code, period_code)])
        work.statuses.put(document_row(host, work, campaign_code, period_code, host.clock.now()))
        work.commit()
    return {"documents": 1}


def _is_as_seen(work: UnitOfWork, campaign_code: str, unit_codes: Sequence[str], seen: _Seen) -> bool:
    """Tell whether no report or obligation has moved, none has come and no period was opened since."""
    periods = [row.code for row in work.campaigns.periods(campaign_code)]
    now = {(report.id, report.version) for report in reports_of(work, campaign_code, unit_codes)}
    return (
        periods == [row.code for row in seen.periods]
        and now == {(report.id, report.version) for report in seen.reports}
        and work.campaigns.roster_of(campaign_code, periods, unit_codes) == seen.roster
    )


def _see(work: UnitOfWork, campaign_code: str, unit_codes: Sequence[str]) -> _Seen:
    reports = reports_of(work, campaign_code, unit_codes)
    periods = work.campaigns.periods(campaign_code)
    codes = [period.code for period in periods]
    return _Seen(
        periods=periods,
        reports=reports,
        payloads=work.reports.payloads(
            [(report.id, number) for report in reports for number in counted_revisions(report)]
        ),
        facts=work.facts.of_units(campaign_code, unit_codes),
        rollups=work.rollups.of_units(campaign_code, unit_codes),
        roster=work.campaigns.roster_of(campaign_code, codes, unit_codes),
        filings=work.unit_filings.of_units(campaign_code, unit_codes),
        are_summed=work.shards.are_summed(campaign_code, codes, unit_codes),
    )


def _count(host: Host, campaign_code: str, seen: _Seen) -> _Counted:
    ordinals = {(period.campaign_code, period.code): period.ordinal for period in seen.periods}
    campaign = host.catalogue.campaign(campaign_code)
    facts = facts_of_reports(host, seen.reports, seen.payloads, ordinals)
    return _Counted(
        facts,
        rollups_of_units(host, campaign, seen.periods, facts),
        judged(seen.roster, now=host.clock.now(), due_soon_days=campaign.due_soon_days),
    )


def _replace(work: UnitOfWork, campaign_code: str, unit_codes: Sequence[str], seen: _Seen, counted: _Counted) -> None:
    stale = {fact.report_id for fact in work.facts.of_units(campaign_code, unit_codes)}
    periods = [period.code for period in seen.periods]
    work.facts.replace(sorted(stale | {report.id for report in seen.reports}), counted.facts)
    work.rollups.replace(campaign_code, periods, unit_codes, counted.rollups)
    work.unit_filings.replace(campaign_code, periods, unit_codes, counted.filings)
    work.derived_units.drop_other_periods(campaign_code, periods)
    work.shards.sum_up(campaign_code, periods, unit_codes)


def _as_of_no_moment(filings: Iterable[UnitFiling]) -> dict[tuple[str, str], UnitFiling]:
    return {(row.period_code, row.unit_code): row._replace(judged_at=_NO_MOMENT) for row in filings}
