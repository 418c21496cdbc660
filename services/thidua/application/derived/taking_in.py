"""Replace what is kept of some units of a campaign, and the sums they are part of, by what the ledger says.

The caller holds the units' parts (``Shards.lock``), so that whatever was committed before is seen.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from thidua.application.derived.counting import ceased_units
from thidua.application.derived.counting import facts_of
from thidua.application.derived.counting import rollups_of_units
from thidua.application.derived.judging import judged
from thidua.application.ports.counting_ports import CountedFiling
from thidua.application.ports.host import Host
from thidua.application.ports.rows import OutboxRow
from thidua.application.ports.rows import PeriodRow
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.domain.errors import NotFoundError

__all__ = ["TakenIn", "judge_units", "opened_periods", "take_in"]


class TakenIn(NamedTuple):
    """What became of some changes of one campaign.

    ``periods`` are those in which they may show: theirs and all after, whose cumulative figures they are
    in. ``left`` are units whose changes were not counted, for a newer release of a plugin to count.
    """

    periods: Sequence[PeriodRow]
    left: frozenset[str]


def opened_periods(host: Host, work: UnitOfWork, campaign_code: str) -> Sequence[PeriodRow] | None:
    """Return the opened periods of a campaign that this process can count; None where it cannot.

    It cannot where the plugin does not serve, or one was opened that only a newer release of it knows.
    """
    campaign = host.catalogue.campaigns.get(campaign_code)
    if campaign is None:
        return None
    opened = work.campaigns.periods(campaign_code)
    return opened if {row.code for row in opened} <= {period.code for period in campaign.periods} else None


def take_in(
    host: Host,
    work: UnitOfWork,
    campaign_code: str,
    events: Collection[OutboxRow],
    now: datetime,
    opened: Sequence[PeriodRow],
) -> TakenIn:
    """Count the reports and units that some changes of one campaign name, as of a moment.

    ``opened`` are all its opened periods (:func:`opened_periods`).
    """
    touched = sorted({event.report_id for event in events if event.report_id is not None})
    filings = work.counted_filings.of_reports(touched) if touched else ()
    left = frozenset(filing.unit_code for filing in filings if _is_of_newer_form(host, filing))
    if left:
        events = [event for event in events if event.unit_code not in left]
        filings = tuple(filing for filing in filings if filing.unit_code not in left)
        touched = sorted({event.report_id for event in events if event.report_id is not None})
    if not events:
        return TakenIn((), left)
    ordinals = {(period.campaign_code, period.code): period.ordinal for period in opened}
    first = min(ordinals[campaign_code, event.period_code] for event in events)
    periods = [row for row in opened if row.ordinal >= first]
    codes = [period.code for period in periods]
    units = sorted({event.unit_code for event in events})
    facts = facts_of(host, filings, ordinals)
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
    return TakenIn(periods, left)


def _is_of_newer_form(host: Host, filing: CountedFiling) -> bool:
    """Tell whether a revision was filed on a form that only a newer release of a plugin knows.

    Programs are started again one after the other; what the pages of the new release took, a worker of
    the old one would count without the cells it does not know. As a rule such a worker does not come here:
    once the newer year is adopted, the campaign does not serve for it (``as_serving``). That was asked some
    statements ago, though, and nothing keeps a year from being adopted, and filed in, in between: only the
    revision at hand tells for certain.
    """
    try:
        form = host.catalogue.form(filing.campaign_code, filing.period_code, filing.form_code)
    except NotFoundError:
        return True
    return filing.form_version > form.version


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
