"""The units and their versions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy import RowMapping
from sqlalchemy import Select
from sqlalchemy import bindparam
from sqlalchemy import delete
from sqlalchemy import insert
from sqlalchemy import select
from sqlalchemy import text

from thidua.adapters.db.tables import unit
from thidua.adapters.db.tables import unit_version
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import is_any_of
from thidua.adapters.db.upsert import upsert
from thidua.domain.units import Unit
from thidua.domain.units import UnitVersion

__all__ = ["DatabaseDirectory"]

# The whole list is checked together, so it is locked by one name; rows that are yet to come have none.
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('thidua units', 0))")
_UNITS = select(unit).order_by(unit.c.list_order, unit.c.code)
_VERSIONS = select(unit_version).order_by(unit_version.c.unit_code, unit_version.c.valid_from)
_SOME_UNITS = _UNITS.where(is_any_of(unit.c.code, bindparam("codes", type_=Texts)))
_SOME_VERSIONS = _VERSIONS.where(is_any_of(unit_version.c.unit_code, bindparam("codes", type_=Texts)))
_FORGET_VERSIONS = delete(unit_version).where(is_any_of(unit_version.c.unit_code, bindparam("codes", type_=Texts)))


class DatabaseDirectory:
    """The port ``Directory``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self) -> None:
        """Let nobody else change units until the transaction ends, and see what whoever did before has written.

        SQLite's transaction has locked everything already.
        """
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(_LOCK)

    def replace(self, units: Sequence[Unit]) -> int:
        """Write units and versions, replacing those with the same codes; returns how many."""
        if not units:
            return 0
        self._connection.execute(upsert(self._connection, unit), [_unit_row(each) for each in units])
        self._connection.execute(_FORGET_VERSIONS, {"codes": [each.code for each in units]})
        versions = [_version_row(each.code, version) for each in units for version in each.versions]
        self._connection.execute(insert(unit_version), versions)
        return len(units)

    def all(self) -> tuple[Unit, ...]:
        """Return every unit, by order then code."""
        return self._read(_UNITS, _VERSIONS)

    def some(self, codes: Iterable[str]) -> tuple[Unit, ...]:
        """Return those of some units that there are, by order then code."""
        wanted = list(codes)
        return self._read(_SOME_UNITS, _SOME_VERSIONS, {"codes": wanted}) if wanted else ()

    def _read(
        self, units: Select[Any], unit_versions: Select[Any], wanted: Mapping[str, object] | None = None
    ) -> tuple[Unit, ...]:
        versions = defaultdict(list)
        for row in self._connection.execute(unit_versions, wanted).mappings():
            versions[row["unit_code"]].append(_version(row))
        return tuple(
            Unit(
                code=row["code"],
                order=row["list_order"],
                area_code=row["area_code"],
                aliases=tuple(row["aliases"]),
                versions=tuple(versions[row["code"]]),
            )
            for row in self._connection.execute(units, wanted).mappings()
        )


def _unit_row(each: Unit) -> dict[str, object]:
    return {
        "code": each.code,
        "list_order": each.order,
        "area_code": each.area_code,
        "aliases": list(each.aliases),
    }


def _version_row(unit_code: str, version: UnitVersion) -> dict[str, object]:
    return {
        "unit_code": unit_code,
        "valid_from": version.valid_from,
        "valid_to": version.valid_to,
        "name": version.name,
        "short_name": version.short_name,
        "unit_type": version.type,
        "parent": version.parent,
        "legal_basis": version.legal_basis,
        "attributes": dict(version.attributes),
        "unverified": sorted(version.unverified),
    }


def _version(row: RowMapping) -> UnitVersion:
    return UnitVersion(
        name=row["name"],
        short_name=row["short_name"],
        type=row["unit_type"],
        parent=row["parent"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        legal_basis=row["legal_basis"],
        attributes=row["attributes"],
        unverified=frozenset(row["unverified"]),
    )
