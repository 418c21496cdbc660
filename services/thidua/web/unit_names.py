"""Short names of the units, for lists and tables: of today, or as they were when something was reported."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from thidua.application.periods.directory import list_units
from thidua.application.ports.host import Host

__all__ = ["names_then", "short_names"]

#: Campaign, period and unit.
Place = tuple[str, str, str]


def short_names(host: Host, codes: Iterable[str]) -> dict[str, str]:
    """Return some units' short names by code, as valid today; units that have ended by their last name."""
    today = host.clock.now().astimezone(host.zone).date()
    return {unit.code: unit.version_nearest(today).short_name for unit in list_units(host, codes)}


def names_then(host: Host, places: Iterable[Place]) -> dict[Place, str]:
    """Return the short names under which units reported, by campaign, period and unit: as of the cut-off.

    Where the campaign's plugin does not serve, the cut-off is not known and the name is today's.
    """
    wanted = set(places)
    units = {unit.code: unit for unit in list_units(host, {unit for _, _, unit in wanted})}
    today = host.clock.now().astimezone(host.zone).date()
    return {
        (campaign, period, code): units[code].version_nearest(_cutoff(host, campaign, period) or today).short_name
        for campaign, period, code in wanted
        if code in units
    }


def _cutoff(host: Host, campaign_code: str, period_code: str) -> date | None:
    campaign = host.catalogue.campaigns.get(campaign_code)
    periods = campaign.periods if campaign else ()
    return next((period.cutoff_on for period in periods if period.code == period_code), None)
