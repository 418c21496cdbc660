"""The plugins as who operates the installation sees them: which serve, what is wrong, what failed at work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require_at_console
from thidua.application.ports.host import Host
from thidua.domain.accounts import Actor
from thidua.domain.plugins import FormHold
from thidua.domain.plugins import Plugin
from thidua.domain.plugins import RuleTrouble

__all__ = ["PluginsSeen", "list_plugins"]


@dataclass(frozen=True, slots=True)
class PluginsSeen:
    """All plugins, the opened campaigns that are in quarantine with theirs, and what failed at work.

    ``current`` tells by campaign and form which digest the plugins have now: a hold or trouble of
    another is of the past.
    """

    plugins: tuple[Plugin, ...]
    stopped: tuple[str, ...]
    holds: tuple[FormHold, ...]
    troubles: tuple[RuleTrouble, ...]
    current: Mapping[tuple[str, str], str]

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
        opened = [row.code for row in work.campaigns.all()]
        holds, troubles = work.troubles.holds(), work.troubles.all()
    faults = [*(hold.fault for hold in holds), *(trouble.fault for trouble in troubles)]
    places = {(fault.campaign_code, fault.form_code) for fault in faults}
    return PluginsSeen(
        host.catalogue.plugins,
        tuple(code for code in opened if code not in host.catalogue.campaigns),
        holds,
        troubles,
        {place: host.catalogue.digest(*place) for place in places},
    )
