"""The plugins as who operates the installation sees them: which serve, what is wrong, what failed at work."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require_at_console
from thidua.application.ports.host import Host
from thidua.application.ports.rows import CampaignRow
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.years.standing import Standing
from thidua.application.years.standing import YearStanding
from thidua.application.years.standing import standings
from thidua.domain.accounts import Actor
from thidua.domain.plugins import FormHold
from thidua.domain.plugins import Plugin
from thidua.domain.plugins import PluginGroup
from thidua.domain.plugins import RuleTrouble

__all__ = ["PluginsSeen", "list_plugins", "missing_campaigns", "stopped_by_change"]


@dataclass(frozen=True, slots=True)
class PluginsSeen:
    """All plugins, the opened campaigns that do not serve, and what failed at work.

    ``stopped`` are in quarantine with their plugins, ``missing`` have none installed; ``gone`` have none
    and were closed before. ``changed_years`` are under way and differ from what was pinned, or cannot be
    compared with it: nothing is taken or counted in them until that is adopted or taken back.
    ``current`` tells by campaign and form which digest the plugins have now: a
    hold or trouble of another is of the past. ``changed`` names the distributions that were installed,
    replaced or removed since this process loaded its plugins.
    """

    plugins: tuple[Plugin, ...]
    stopped: tuple[str, ...]
    missing: tuple[str, ...]
    gone: tuple[str, ...]
    holds: tuple[FormHold, ...]
    troubles: tuple[RuleTrouble, ...]
    current: Mapping[tuple[str, str], str]
    changed: tuple[str, ...]
    changed_years: tuple[YearStanding, ...]

    def is_current(self, each: FormHold | RuleTrouble) -> bool:
        """Tell whether something is of the plugins as they are now."""
        fault = each.fault
        return self.current.get((fault.campaign_code, fault.form_code)) == each.digest


def list_plugins(host: Host, actor: Actor | None) -> PluginsSeen:
    """Show every plugin with its findings.

    Raises:
        NotAllowedError: the person may not.
    """
    require_at_console(actor, Right.OPERATE_PLUGINS)
    with host.work.reading() as work:
        opened = work.campaigns.all()
        holds, troubles = work.troubles.holds(), work.troubles.all()
        changed_years = stopped_by_change(host, work)
    faults = [*(hold.fault for hold in holds), *(trouble.fault for trouble in troubles)]
    installed = _campaigns_installed(host)
    places = {(fault.campaign_code, fault.form_code) for fault in faults}
    return PluginsSeen(
        host.catalogue.plugins,
        tuple(row.code for row in opened if row.code in installed and row.code not in host.catalogue.campaigns),
        missing_campaigns(host, opened),
        tuple(row.code for row in opened if row.code not in installed and row.closed_at is not None),
        holds,
        troubles,
        {place: host.catalogue.digest(*place) for place in places},
        host.catalogue.changed(),
        changed_years,
    )


def stopped_by_change(host: Host, work: UnitOfWork) -> tuple[YearStanding, ...]:
    """Return the campaigns under way whose plugin serves and is not what was pinned."""
    stopped = {Standing.CHANGED, Standing.DAMAGED}
    return tuple(
        each for each in standings(host, work).values() if each.campaign.closed_at is None and each.standing in stopped
    )


def missing_campaigns(host: Host, opened: Iterable[CampaignRow]) -> tuple[str, ...]:
    """Return the opened campaigns, not closed yet, that no installed plugin brings."""
    installed = _campaigns_installed(host)
    return tuple(row.code for row in opened if row.closed_at is None and row.code not in installed)


def _campaigns_installed(host: Host) -> frozenset[str]:
    """Return the campaigns that plugins bring, in quarantine or not."""
    return frozenset(each.code for each in host.catalogue.plugins if each.group is PluginGroup.CAMPAIGN)
