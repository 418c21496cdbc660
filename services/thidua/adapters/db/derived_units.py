"""Derived rows by unit, for rebuilding some units of a campaign beside others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection
from sqlalchemy import Delete
from sqlalchemy import Row
from sqlalchemy import Select
from sqlalchemy import Table
from sqlalchemy import bindparam
from sqlalchemy import delete
from sqlalchemy import not_
from sqlalchemy import select
from sqlalchemy import union

from thidua.adapters.db.tables import duty_status
from thidua.adapters.db.tables import fact
from thidua.adapters.db.tables import obligation
from thidua.adapters.db.tables import report
from thidua.adapters.db.tables import rollup
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import is_any_of
from thidua.application.rows import DutyRow
from thidua.application.rows import RollupRow
from thidua.domain.rollups import Cell

__all__ = ["DatabaseDerivedUnits"]

_CODES = union(
    *(
        select(table.c.unit_code).where(table.c.campaign_code == bindparam("campaign_code"))
        for table in (obligation, report, fact, rollup, duty_status)
    )
)


def _of_units(table: Table) -> Select[Any]:
    return select(table).where(
        table.c.campaign_code == bindparam("campaign_code"),
        is_any_of(table.c.unit_code, bindparam("units", type_=Texts)),
    )


def _elsewhere(table: Table) -> Delete:
    return delete(table).where(
        table.c.campaign_code == bindparam("campaign_code"),
        is_any_of(table.c.unit_code, bindparam("units", type_=Texts)),
        not_(is_any_of(table.c.period_code, bindparam("periods", type_=Texts))),
    )


_CELLS, _DUTIES = _of_units(rollup), _of_units(duty_status)
_OTHER_PERIODS = (_elsewhere(rollup), _elsewhere(duty_status))


class DatabaseDerivedUnits:
    """The port ``DerivedUnits``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def codes(self, campaign_code: str) -> tuple[str, ...]:
        """Return every unit that owes, filed, or has derived rows in a campaign, ordered."""
        return tuple(sorted(self._connection.execute(_CODES, {"campaign_code": campaign_code}).scalars()))

    def cells(self, campaign_code: str, unit_codes: Iterable[str]) -> tuple[frozenset[RollupRow], frozenset[DutyRow]]:
        """Return the stored cells and duty states of some units, all periods."""
        wanted = {"campaign_code": campaign_code, "units": list(unit_codes)}
        cells = self._connection.execute(_CELLS, wanted).all()
        duties = self._connection.execute(_DUTIES, wanted).all()
        return (
            frozenset(_cell(row) for row in cells),
            frozenset(DutyRow(*row) for row in duties),
        )

    def drop_other_periods(self, campaign_code: str, unit_codes: Iterable[str], period_codes: Iterable[str]) -> None:
        """Delete cells and duty states of some units that lie in none of the periods."""
        wanted = {"campaign_code": campaign_code, "units": list(unit_codes), "periods": list(period_codes)}
        for statement in _OTHER_PERIODS:
            self._connection.execute(statement, wanted)


def _cell(row: Row[*tuple[Any, ...]]) -> RollupRow:
    campaign_code, period_code, unit_code, unit_type, form_code, field, part, *cell = row
    return RollupRow(campaign_code, period_code, unit_code, unit_type, form_code, field, part, Cell(*cell))
