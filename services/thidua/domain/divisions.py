"""Make reporting units out of the communes and wards of a province.

A list of administrative divisions knows places, not offices: who reports for a commune, under what name and as
what type of unit is said beside it, and is marked as not checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from thidua.domain.errors import InvalidConfigurationError
from thidua.domain.units import Unit
from thidua.domain.units import UnitVersion
from thidua.domain.units import check_apart

__all__ = ["Commune", "Office", "Province", "units_file", "units_of"]

#: Places in the list that communes take, behind the units that are there.
_FIRST_ORDER = 1001


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune, ward or special zone: its area code as text of five digits, and its name with its kind."""

    area_code: str
    name: str


@dataclass(frozen=True, slots=True)
class Province:
    """A province with its communes, as the list orders them; the code as text of two digits."""

    code: str
    name: str
    communes: tuple[Commune, ...]


@dataclass(frozen=True, kw_only=True)
class Office:
    """Who reports for a commune; ``{name}``, ``{area}`` and ``{province}`` stand for the commune's.

    Raises:
        InvalidConfigurationError: a pattern lacks what tells communes apart, or holds something else.
    """

    code: str = "{province}-{area}-VHXH"
    name: str = "Phòng Văn hóa - Xã hội {name}"
    short_name: str = "Phòng VH-XH {name}"
    parent: str = "UBND {name}"
    type: str
    valid_from: date
    legal_basis: str = ""

    def __post_init__(self) -> None:
        patterns = ((self.code, "{area}"), (self.name, "{name}"), (self.short_name, "{name}"), (self.parent, ""))
        for pattern, needed in patterns:
            rest = pattern.replace("{name}", "").replace("{area}", "").replace("{province}", "")
            if needed not in pattern or "{" in rest or "}" in rest or pattern != pattern.strip():
                raise InvalidConfigurationError(
                    f"Mẫu “{pattern}” phải có {needed or 'chữ'}, và ngoài {{name}}, {{area}}, {{province}} "
                    "không có dấu ngoặc nhọn nào.",
                    subject=pattern,
                )

    def _filled(self, pattern: str, province: Province, commune: Commune) -> str:
        name = commune.name[:1].lower() + commune.name[1:]
        filled = pattern.replace("{province}", province.code).replace("{area}", commune.area_code)
        return filled.replace("{name}", name)

    def of(self, province: Province, commune: Commune, order: int) -> Unit:
        """Make the office of a commune."""
        version = UnitVersion(
            name=self._filled(self.name, province, commune),
            short_name=self._filled(self.short_name, province, commune),
            type=self.type,
            parent=self._filled(self.parent, province, commune),
            valid_from=self.valid_from,
            valid_to=None,
            legal_basis=self.legal_basis,
            unverified=frozenset({"name", "type"}),
        )
        return Unit(
            code=self._filled(self.code, province, commune),
            order=order,
            area_code=commune.area_code,
            versions=(version,),
        )


def units_of(province: Province, office: Office) -> tuple[Unit, ...]:
    """Make the offices of all communes of a province, by area code.

    Raises:
        InvalidConfigurationError: two could be taken for each other.
    """
    communes = sorted(province.communes, key=lambda commune: commune.area_code)
    units = tuple(office.of(province, commune, _FIRST_ORDER + place) for place, commune in enumerate(communes))
    check_apart(units)
    return units


def units_file(units: Sequence[Unit], source: str) -> str:
    """Write units that have one version each, as a file that ``thidua units import`` reads."""
    return "\n".join(_lines(units, source)) + "\n"


def _lines(units: Sequence[Unit], source: str) -> Iterator[str]:
    yield f"source = {_text(source)}"
    for unit in units:
        [version] = unit.versions
        yield from ("", "[[units]]", f"code = {_text(unit.code)}", f"order = {unit.order}")
        yield from (f"area_code = {_text(unit.area_code)}", "", "[[units.versions]]")
        for key in ("name", "short_name", "type", "parent"):
            yield f"{key} = {_text(getattr(version, key))}"
        yield f"valid_from = {version.valid_from.isoformat()}"
        if version.legal_basis:
            yield f"legal_basis = {_text(version.legal_basis)}"
        yield f"unverified = [{', '.join(_text(name) for name in sorted(version.unverified))}]"


def _text(value: str) -> str:
    """Write a text as TOML does; its basic strings are JSON's."""
    return json.dumps(value, ensure_ascii=False)
