"""Rebuild the derived rows of some units from the ledger, beside filings, drains and other workers.

Reading and counting need no lock: what is stored is compared with what the ledger says on one
snapshot, and where both agree nothing is written. Where they differ, the parts of the units are locked
as a drain locks them, it is looked whether a report moved on since, and only then are rows replaced. So
several workers count side by side, filings go on, and no drain's newer rows are overwritten.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass

from thidua.application.derived.composing import document_row
from thidua.application.derived.counting import ceased_units
from thidua.application.derived.counting import facts_of
from thidua.application.derived.counting import rollups_of_units
from thidua.application.derived.judging import judged
from thidua.application.ports.host import Host
from thidua.application.ports.rows import ReportFacts
from thidua.application.ports.rows import RosterRow
from thidua.application.ports.rows import UnitFiling
from thidua.application.ports.rows import UnitRollup
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.years.seen import require_serving

__all__ = ["rebuild_document", "rebuild_units"]

#: How often to count again without a lock because reports moved on meanwhile.
_OPTIMISTIC_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class _Counted:
    """What should be stored of some units, and the reports, obligations and periods it was counted from."""

    periods: tuple[str, ...]
    versions: frozenset[tuple[int, int]]
    roster: tuple[RosterRow, ...]
    facts: list[ReportFacts]
    rollups: list[UnitRollup]
    filings: list[UnitFiling]


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
            counted = _count(host, work, campaign_code, unit_codes)
            is_stored = _is_stored(work, campaign_code, unit_codes, counted)
        if is_stored:
            return {"reports": len(counted.versions), "mended": 0}
        between()
        with host.work.writing() as work:
            work.shards.lock(campaign_code, unit_codes)
            if _is_as_seen(work, campaign_code, unit_codes, counted):
                _replace(work, campaign_code, unit_codes, counted)
                work.commit()
                return {"reports": len(counted.versions), "mended": 1}
    with host.work.writing() as work:
        work.shards.lock(campaign_code, unit_codes)
        counted = _count(host, work, campaign_code, unit_codes)
        _replace(work, campaign_code, unit_codes, counted)
        work.commit()
    return {"reports": len(counted.versions), "mended": 1}


def rebuild_document(host: Host, campaign_code: str, period_code: str) -> dict[str, int]:
    """Compose a period's document from the stored cells and replace what is stored."""
    with host.work.writing() as work:
        require_serving(host, work, campaign_code)
        work.statuses.lock([(campaign_code, period_code)])
        work.statuses.put(document_row(host, work, campaign_code, period_code, host.clock.now()))
        work.commit()
    return {"documents": 1}


def _count(host: Host, work: UnitOfWork, campaign_code: str, unit_codes: Sequence[str]) -> _Counted:
    require_serving(host, work, campaign_code)
    campaign = host.catalogue.campaign(campaign_code)
    periods = work.campaigns.periods(campaign_code)
    codes = tuple(period.code for period in periods)
    ordinals = {(period.campaign_code, period.code): period.ordinal for period in periods}
    filings = work.counted_filings.of_units(campaign_code, unit_codes)
    roster = work.campaigns.roster_of(campaign_code, codes, unit_codes)
    on_rosters = [(row.obligation.unit_code, row.obligation.period_code, row.obligation.unit_type) for row in roster]
    facts = facts_of(host, filings, ordinals)
    return _Counted(
        codes,
        frozenset(filing[:2] for filing in filings),
        roster,
        facts,
        rollups_of_units(host, campaign, periods, facts, ceased_units(campaign, periods, on_rosters)),
        judged(roster, now=host.clock.now(), due_soon_days=campaign.due_soon_days),
    )


def _is_stored(work: UnitOfWork, campaign_code: str, unit_codes: Sequence[str], counted: _Counted) -> bool:
    return (
        work.facts.are_kept(campaign_code, unit_codes, counted.facts)
        and work.rollups.are_kept(campaign_code, counted.periods, unit_codes, counted.rollups)
        and work.unit_filings.are_kept(campaign_code, unit_codes, counted.filings)
        and work.shards.are_summed(campaign_code, counted.periods, unit_codes)
    )


def _is_as_seen(work: UnitOfWork, campaign_code: str, unit_codes: Sequence[str], counted: _Counted) -> bool:
    """Tell whether no report or obligation has moved, none has come and no period was opened since."""
    return (
        tuple(row.code for row in work.campaigns.periods(campaign_code)) == counted.periods
        and work.counted_filings.versions(campaign_code, unit_codes) == counted.versions
        and work.campaigns.roster_of(campaign_code, counted.periods, unit_codes) == counted.roster
    )


def _replace(work: UnitOfWork, campaign_code: str, unit_codes: Sequence[str], counted: _Counted) -> None:
    work.facts.forget_units(campaign_code, unit_codes)
    work.facts.replace([report_id for report_id, _ in counted.versions], counted.facts)
    work.rollups.replace(campaign_code, counted.periods, unit_codes, counted.rollups)
    work.unit_filings.replace(campaign_code, counted.periods, unit_codes, counted.filings)
    work.shards.sum_up(campaign_code, counted.periods, unit_codes)
