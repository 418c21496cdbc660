"""Bring the units of a province in, and list them."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence

from thidua.application.auditing import note
from thidua.application.host import Host
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.units import Unit

__all__ = ["import_units", "list_units"]


def import_units(host: Host, units: Sequence[Unit]) -> int:
    """Write units with their versions, replacing those of the same code; an operator's command.

    Rosters of opened periods do not change: they were frozen when the period opened.

    Returns:
        How many units were written.
    """
    with host.work.writing() as work:
        written = work.directory.replace(units)
        note(host, work, None, Act.UNITS_CHANGED, Thing.UNIT, "all", units=written)
        work.commit()
    return written


def list_units(host: Host, codes: Iterable[str] | None = None) -> tuple[Unit, ...]:
    """Return all units, or those of some codes, by their order."""
    with host.work.reading() as work:
        return work.directory.all() if codes is None else work.directory.some(codes)
