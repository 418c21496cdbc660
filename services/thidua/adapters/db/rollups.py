"""Cells and duty states by unit."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy import Connection
from sqlalchemy import Row
from sqlalchemy import Select
from sqlalchemy import Table
from sqlalchemy import bindparam
from sqlalchemy import select

from thidua.adapters.db.bulk import write_difference
from thidua.adapters.db.direct import DirectStatement
from thidua.adapters.db.tables import rollup
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import from_json
from thidua.adapters.db.types import is_any_of
from thidua.adapters.db.types import to_sorted_json
from thidua.application.ports.rows import UnitFigures
from thidua.application.ports.rows import UnitRollup
from thidua.domain.cell_sums import shard_of
from thidua.domain.rollups import Cells

__all__ = ["DatabaseRollups"]


def _in_period(table: Table) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        table.c.campaign_code == bindparam("campaign_code"),
        table.c.period_code == bindparam("period_code"),
    )


def _in_periods(table: Table) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        table.c.campaign_code == bindparam("campaign_code"),
        is_any_of(table.c.period_code, bindparam("periods", type_=Texts)),
    )


_IS_OF_UNITS = is_any_of(rollup.c.unit_code, bindparam("units", type_=Texts))
_STORED = select(rollup).where(*_in_periods(rollup), _IS_OF_UNITS)
_PERIOD: Select[Any] = select(rollup).where(*_in_period(rollup)).order_by(rollup.c.unit_code)
_BY_UNIT = DirectStatement(
    select(rollup.c.unit_code, rollup.c.cells, rollup.c.duties).where(*_in_period(rollup)).order_by(rollup.c.unit_code)
)
_UNITS: Select[Any] = (
    select(rollup)
    .where(rollup.c.campaign_code == bindparam("campaign_code"), _IS_OF_UNITS)
    .order_by(rollup.c.period_code, rollup.c.unit_code)
)


class DatabaseRollups:
    """The port ``Rollups``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(
        self,
        campaign_code: str,
        period_codes: Iterable[str],
        unit_codes: Iterable[str],
        rows: Sequence[UnitRollup],
    ) -> None:
        """Replace what is kept of some units in some periods."""
        periods, units = list(period_codes), list(unit_codes)
        replaced: dict[str, object] = {"campaign_code": campaign_code, "periods": periods, "units": units}
        stored = self._connection.execute(_STORED, replaced).all()
        write_difference(self._connection, rollup, stored, list(map(_packed, rows)))

    def by_unit(self, campaign_code: str, period_code: str) -> Iterator[UnitFigures]:
        """Yield every unit's readings as they are kept, to be read through once."""
        wanted = {"campaign_code": campaign_code, "period_code": period_code}
        for row in _BY_UNIT.rows(self._connection, wanted):
            yield UnitFigures(row["unit_code"], from_json(row["cells"]), from_json(row["duties"]))

    def of_period(self, campaign_code: str, period_code: str) -> tuple[UnitRollup, ...]:
        """Return what is kept of every unit in a period, by unit."""
        return tuple(map(_unpacked, self._of_period(_PERIOD, campaign_code, period_code)))

    def of_units(self, campaign_code: str, unit_codes: Iterable[str]) -> tuple[UnitRollup, ...]:
        """Return what is kept of some units in all periods, by period and unit."""
        wanted = {"campaign_code": campaign_code, "units": list(unit_codes)}
        return tuple(map(_unpacked, self._connection.execute(_UNITS, wanted).all()))

    def are_kept(
        self,
        campaign_code: str,
        period_codes: Iterable[str],
        unit_codes: Iterable[str],
        rows: Sequence[UnitRollup],
    ) -> bool:
        """Tell whether these, and no others, are kept of some units in some periods."""
        wanted = {"campaign_code": campaign_code, "periods": period_codes, "units": unit_codes}
        stored = self._connection.execute(_STORED, wanted).all()
        return len(stored) == len(rows) and set(map(tuple, stored)) == set(map(_packed, rows))

    def _of_period(
        self, statement: Select[Any], campaign_code: str, period_code: str
    ) -> Sequence[Row[*tuple[Any, ...]]]:
        wanted = {"campaign_code": campaign_code, "period_code": period_code}
        return self._connection.execute(statement, wanted).all()


def _packed(row: UnitRollup) -> tuple[object, ...]:
    return (*row[:4], shard_of(row.unit_code), to_sorted_json(row.cells), to_sorted_json(row.duties))


def _unpacked(row: Row[*tuple[Any, ...]]) -> UnitRollup:
    cells: Cells = {
        form: {key: tuple(cell) for key, cell in by_key.items()} for form, by_key in from_json(row.cells).items()
    }
    return UnitRollup(row.campaign_code, row.period_code, row.unit_code, row.unit_type, cells, from_json(row.duties))
