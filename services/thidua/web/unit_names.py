"""Short names of the units, for lists and tables."""

from __future__ import annotations

from collections.abc import Iterable

from thidua.application.directory import list_units
from thidua.application.host import Host

__all__ = ["short_names"]


def short_names(host: Host, codes: Iterable[str]) -> dict[str, str]:
    """Return some units' short names by code, as valid today; units that have ended by their last name."""
    today = host.clock.now().astimezone(host.zone).date()
    return {unit.code: (unit.version_on(today) or unit.versions[-1]).short_name for unit in list_units(host, codes)}
