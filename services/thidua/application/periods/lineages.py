"""Read what became of units: one unit's names and steps, and all successions for the picture of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require
from thidua.application.access.permissions import require_at_console
from thidua.application.ports.host import Host
from thidua.domain.accounts import Actor
from thidua.domain.directories import UnitDirectory
from thidua.domain.errors import NotFoundError
from thidua.domain.successions import Succession
from thidua.domain.successions import SuccessionKind
from thidua.domain.units import Unit

__all__ = ["LineageSeen", "Step", "UnitHistory", "read_lineage", "unit_history"]


@dataclass(frozen=True, slots=True)
class Step:
    """A succession as one unit lives it: from whom it came, and into whom it went; each is empty if it is no part."""

    code: str
    kind: SuccessionKind
    effective_on: date
    legal_basis: str
    came_from: tuple[str, ...]
    went_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitHistory:
    """A unit with its versions and the steps it was part of, earliest first."""

    unit: Unit
    steps: tuple[Step, ...]

    def in_json(self) -> dict[str, object]:
        """Write it for programs; days as texts, ``valid_to`` the day after the last."""
        return {
            "code": self.unit.code,
            "area_code": self.unit.area_code,
            "versions": [
                {
                    "name": version.name,
                    "short_name": version.short_name,
                    "type": version.type,
                    "parent": version.parent,
                    "valid_from": version.valid_from.isoformat(),
                    "valid_to": version.valid_to.isoformat() if version.valid_to else None,
                    "legal_basis": version.legal_basis,
                    "attributes": dict(version.attributes),
                    "unverified": sorted(version.unverified),
                }
                for version in self.unit.versions
            ],
            "successions": [
                {
                    "code": step.code,
                    "kind": step.kind.value,
                    "effective_on": step.effective_on.isoformat(),
                    "legal_basis": step.legal_basis,
                    "came_from": list(step.came_from),
                    "went_to": list(step.went_to),
                }
                for step in self.steps
            ],
        }


@dataclass(frozen=True, slots=True)
class LineageSeen:
    """All successions in force, latest first, and the units they name by code."""

    successions: tuple[Succession, ...]
    units: dict[str, Unit]


def unit_history(host: Host, actor: Actor | None, code: str) -> UnitHistory:
    """Return what a unit was over time; None is whoever sits at the server's console.

    Raises:
        NotAllowedError: the person may not read it.
        NotFoundError: there is no such unit.
    """
    require_at_console(actor, Right.READ_LINEAGE)
    directory = _directory(host)
    unit = next((each for each in directory.units if each.code == code), None)
    if unit is None:
        raise NotFoundError("Không tìm thấy đơn vị này.", subject=code)
    steps = directory.lineage().of_unit(code)
    return UnitHistory(unit, tuple(_step(succession, code) for succession in steps))


def read_lineage(host: Host, actor: Actor) -> LineageSeen:
    """Return all successions in force.

    Raises:
        NotAllowedError: the person may not read them.
    """
    require(actor, Right.READ_LINEAGE)
    directory = _directory(host)
    successions = directory.lineage().successions
    named = {code for each in successions for code in (*each.predecessors, *each.successors)}
    return LineageSeen(
        tuple(reversed(successions)), {unit.code: unit for unit in directory.units if unit.code in named}
    )


def _directory(host: Host) -> UnitDirectory:
    with host.work.reading() as work:
        return UnitDirectory(work.directory.all(), work.successions.all())


def _step(succession: Succession, code: str) -> Step:
    return Step(
        succession.code,
        succession.kind,
        succession.effective_on,
        succession.legal_basis,
        tuple(link.predecessor for link in succession.links if link.successor == code),
        tuple(link.successor for link in succession.links if link.predecessor == code),
    )
