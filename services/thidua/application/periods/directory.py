"""Bring the units of a province in, with the successions between them, and list them."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import date

from thidua.application.ports.host import Host
from thidua.application.ports.succession_ports import Hanging
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.trail.auditing import note
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.directories import UnitDirectory
from thidua.domain.errors import ConflictError
from thidua.domain.successions import Succession
from thidua.domain.units import Unit

__all__ = ["Effects", "import_directory", "import_units", "list_units"]


@dataclass(frozen=True, slots=True)
class Effects:
    """What bringing a directory in changes.

    Attributes:
        added: units that were not there.
        changed: units whose names, days or attributes become others.
        unchanged: how many stay as they are.
        recorded: successions that were not recorded before.
        ends: unit and day of each predecessor that ceases by one of these.
        begins: unit and day of each successor that begins with one of these.
        hanging: what hangs on the units that end, from the day they end on.
    """

    added: tuple[Unit, ...] = ()
    changed: tuple[Unit, ...] = ()
    unchanged: int = 0
    recorded: tuple[Succession, ...] = ()
    ends: tuple[tuple[Unit, date], ...] = ()
    begins: tuple[tuple[Unit, date], ...] = ()
    hanging: Mapping[str, Hanging] = field(default_factory=dict)

    @property
    def written(self) -> int:
        """How many units the directory brought."""
        return len(self.added) + len(self.changed) + self.unchanged


def import_units(host: Host, units: Sequence[Unit]) -> int:
    """Write units with their versions, replacing those of the same code; an operator's command.

    Rosters of opened periods do not change: they were frozen when the period opened.

    Returns:
        How many units were written.

    Raises:
        InvalidConfigurationError: as :func:`import_directory`.
    """
    return import_directory(host, UnitDirectory(tuple(units))).written


def import_directory(host: Host, changes: UnitDirectory, *, dry_run: bool = False) -> Effects:
    """Write units, and record the successions that were not recorded yet; an operator's command.

    Any number of times: what is there already stays as it is. All of it is checked together with what
    is there before anything is written.

    Args:
        host: the ports.
        changes: units and successions.
        dry_run: tell what would change, and change nothing.

    Raises:
        InvalidConfigurationError: units could be taken for each other, or a succession does not fit.
        ConflictError: a succession was recorded under this code, and says something else.
    """
    with host.work.writing() as work:
        work.directory.lock()
        stored = UnitDirectory(work.directory.all(), work.successions.all())
        effects = _effects(work, stored, changes)
        if dry_run:
            return effects
        work.directory.replace(changes.units)
        work.successions.add(effects.recorded, host.clock.now())
        note(
            host,
            work,
            None,
            Act.UNITS_CHANGED,
            Thing.UNIT,
            "all",
            units=effects.written,
            added=len(effects.added),
            changed=[unit.code for unit in effects.changed],
        )
        for succession in effects.recorded:
            note(
                host,
                work,
                None,
                Act.SUCCESSION_RECORDED,
                Thing.UNIT,
                succession.code,
                kind=succession.kind.value,
                effective_on=succession.effective_on.isoformat(),
                predecessors=list(succession.predecessors),
                successors=list(succession.successors),
                replaces=succession.replaces,
            )
        work.commit()
    return effects


def list_units(host: Host, codes: Iterable[str] | None = None) -> tuple[Unit, ...]:
    """Return all units, or those of some codes, by their order."""
    with host.work.reading() as work:
        return work.directory.all() if codes is None else work.directory.some(codes)


def _effects(work: UnitOfWork, stored: UnitDirectory, changes: UnitDirectory) -> Effects:
    before = {unit.code: unit for unit in stored.units}
    recorded = {succession.code: succession for succession in stored.successions}
    for succession in changes.successions:
        if recorded.get(succession.code, succession) != succession:
            raise ConflictError(
                f"Thay đổi đơn vị {succession.code} đã ghi với nội dung khác. Cái đã ghi không sửa được; "
                f"hãy ghi một thay đổi mới, mã khác, có replaces = “{succession.code}”.",
                subject=succession.code,
            )
    after = stored.with_changes(changes)
    after.lineage()
    new = tuple(each for each in changes.successions if each.code not in recorded)
    units = {unit.code: unit for unit in after.units}
    ends = tuple((units[code], step.effective_on) for step in new for code in step.ending)
    hanging: dict[str, Hanging] = {}
    for step in new:
        if step.ending:
            hanging.update(work.successions.hanging_on(step.ending, step.effective_on))
    return Effects(
        added=tuple(unit for unit in changes.units if unit.code not in before),
        changed=tuple(unit for unit in changes.units if unit.code in before and before[unit.code] != unit),
        unchanged=sum(before.get(unit.code) == unit for unit in changes.units),
        recorded=new,
        ends=ends,
        begins=tuple(
            (units[code], step.effective_on)
            for step in new
            for code in step.beginning
            if units[code].versions[0].valid_from == step.effective_on
        ),
        hanging=hanging,
    )
