"""Short names of the units, for lists and tables: of today, or as they were when something was reported."""

from __future__ import annotations

from collections.abc import Iterable

from thidua.application.periods.directory import list_units
from thidua.application.ports.host import Host
from thidua.application.years.seen import campaign_as_read

__all__ = ["names_then", "short_names"]

#: Campaign, period and unit.
Place = tuple[str, str, str]


def short_names(host: Host, codes: Iterable[str]) -> dict[str, str]:
    """Return some units' short names by code, as valid today; units that have ended by their last name."""
    today = host.clock.now().astimezone(host.zone).date()
    return {unit.code: unit.version_nearest(today).short_name for unit in list_units(host, codes)}


def names_then(host: Host, places: Iterable[Place]) -> dict[Place, str]:
    """Return the short names under which units reported, by campaign, period and unit: as of the cut-off.

    Where nothing tells the campaign's cut-offs, the name is today's.
    """
    wanted = set(places)
    units = {unit.code: unit for unit in list_units(host, {unit for _, _, unit in wanted})}
    today = host.clock.now().astimezone(host.zone).date()
    cutoffs = {
        (code, period.code): period.cutoff_on
        for code in {code for code, _, _ in wanted}
        if (campaign := campaign_as_read(host, code)) is not None
        for period in campaign.periods
    }
    return {
        (campaign, period, code): units[code].version_nearest(cutoffs.get((campaign, period)) or today).short_name
        for campaign, period, code in wanted
        if code in units
    }
