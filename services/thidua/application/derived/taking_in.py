"""Replace what is kept of some units of a campaign, and the sums they are part of, by what the ledger says.

The caller holds the units' parts (``Shards.lock``), so that whatever was committed before is seen.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterable
from datetime import datetime

from thidua.application.derived.counting import ceased_units
from thidua.application.derived.counting import facts_of
from thidua.application.derived.counting import rollups_of_units
from thidua.application.derived.judging import judged
from thidua.application.ports.host import Host
from thidua.application.ports.rows import OutboxRow
from thidua.application.ports.rows import PeriodRow
from thidua.application.ports.unit_of_work import UnitOfWork

__all__ = ["judge_units", "take_in"]


def take_in(
    host: Host, work: UnitOfWork, campaign_code: str, events: Collection[OutboxRow], now: datetime
) -> list[PeriodRow]:
    """Count the reports and units that some changes of one campaign name, as of a moment.

    Returns:
        The periods in which that may show: theirs and all after, whose cumulative figures they are in.
    """
    opened = work.campaigns.periods(campaign_code)
    ordinals = {(period.campaign_code, period.code): period.ordinal for period in opened}
    first = min(ordinals[campaign_code, event.period_code] for event in events)
    periods = [row for row in opened if row.ordinal >= first]
    codes = [period.code for period in periods]
    units = sorted({event.unit_code for event in events})
    touched = sorted({event.report_id for event in events if event.report_id is not None})
    facts = facts_of(host, work.counted_filings.of_reports(touched), ordinals) if touched else []
    # What the units said in their other reports is as stored; these reports' facts are at hand.
    known = [*work.facts.of_units(campaign_code, units, besides=touched), *facts]
    campaign = host.catalogue.campaign(campaign_code)
    # In the first period nobody has ceased.
    on_rosters = work.campaigns.on_rosters(campaign_code, [row.code for row in opened], units) if opened[1:] else ()
    rollups = rollups_of_units(host, campaign, periods, known, ceased_units(campaign, opened, on_rosters))
    work.rollups.replace(campaign_code, codes, units, rollups)
    if touched:
        work.facts.replace(touched, facts)
    judge_units(host, work, campaign_code, sorted({event.period_code for event in events}), units, now)
    work.shards.sum_up(campaign_code, codes, units)
    return periods


def judge_units(
    host: Host,
    work: UnitOfWork,
    campaign_code: str,
    period_codes: Collection[str],
    unit_codes: Iterable[str],
    now: datetime,
) -> None:
    """Judge where some units stand in some periods; their parts are left to be summed."""
    units = list(unit_codes)
    roster = work.campaigns.roster_of(campaign_code, period_codes, units)
    soon = host.catalogue.campaign(campaign_code).due_soon_days
    work.unit_filings.replace(campaign_code, period_codes, units, judged(roster, now=now, due_soon_days=soon))
