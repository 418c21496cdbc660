"""Cells by unit, their totals, and the states of duties."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy import ColumnElement
from sqlalchemy import Connection
from sqlalchemy import Row
from sqlalchemy import Select
from sqlalchemy import Table
from sqlalchemy import and_
from sqlalchemy import bindparam
from sqlalchemy import cast
from sqlalchemy import func
from sqlalchemy import not_
from sqlalchemy import select

from thidua.adapters.db.bulk import write_difference
from thidua.adapters.db.direct import DirectStatement
from thidua.adapters.db.tables import duty_status
from thidua.adapters.db.tables import obligation
from thidua.adapters.db.tables import rollup
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import is_any_of
from thidua.application.rows import DutyCount
from thidua.application.rows import DutyRow
from thidua.application.rows import RollupRow
from thidua.application.rows import RollupTotal
from thidua.domain.rollups import Cell

__all__ = ["DatabaseRollups"]


def _in_period(table: Table) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        table.c.campaign_code == bindparam("campaign_code"),
        table.c.period_code == bindparam("period_code"),
    )


def _stored(table: Table) -> Select[Any]:
    return select(table).where(
        table.c.campaign_code == bindparam("campaign_code"),
        is_any_of(table.c.period_code, bindparam("periods", type_=Texts)),
        is_any_of(table.c.unit_code, bindparam("units", type_=Texts)),
    )


_what = itemgetter(0, 1, 2, 3)
_CELLS = (rollup.c.filed, rollup.c.accepted, rollup.c.filed_cumulative, rollup.c.accepted_cumulative)
_WHAT = (rollup.c.unit_type, rollup.c.form_code, rollup.c.field, rollup.c.part)
_STORED_CELLS, _STORED_DUTIES = _stored(rollup), _stored(duty_status)

# The sum over no data is NULL and not nought, in both engines; the cast undoes NUMERIC. Asked for
# in order, PostgreSQL without fresh statistics sorts every cell first, which costs thrice the sum.
_TOTALS = DirectStatement(
    select(*_WHAT, *(cast(func.sum(cell), BigInteger).label(cell.name) for cell in _CELLS))
    .where(*_in_period(rollup))
    .group_by(*_WHAT)
)
_PERIOD: Select[Any] = (
    select(rollup)
    .where(*_in_period(rollup))
    .order_by(rollup.c.unit_code, rollup.c.form_code, rollup.c.field, rollup.c.part)
)
_WHOLE_FIELDS = _PERIOD.where(rollup.c.part == "")
# A unit that is on no roster any more leaves its figures to later periods, but no duties.
_PLACE = ("campaign_code", "period_code", "unit_code")
_STATES = (duty_status.c.duty, obligation.c.unit_type, duty_status.c.state)
_DUTY_COUNTS = (
    select(*_STATES, func.count())
    .select_from(
        duty_status.join(
            obligation,
            and_(
                *(obligation.c[name] == duty_status.c[name] for name in ("campaign_code", "period_code", "unit_code"))
            ),
        )
    )
    .where(*_in_period(duty_status))
    .where(not_(is_any_of(duty_status.c.unit_code, bindparam("besides", type_=Texts))))
    .group_by(*_STATES)
    .order_by(*_STATES)
)
_DUTIES = select(duty_status).where(*_in_period(duty_status)).order_by(duty_status.c.duty, duty_status.c.unit_code)


class DatabaseRollups:
    """The port ``Rollups``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(
        self,
        campaign_code: str,
        period_codes: Iterable[str],
        unit_codes: Iterable[str],
        rows: Sequence[RollupRow],
        duties: Sequence[DutyRow],
    ) -> None:
        """Replace the cells and duty states of some units in some periods."""
        replaced = {"campaign_code": campaign_code, "periods": list(period_codes), "units": list(unit_codes)}
        for table, statement, wanted in (
            (rollup, _STORED_CELLS, [(*row[:-1], *row.cell) for row in rows]),
            (duty_status, _STORED_DUTIES, duties),
        ):
            write_difference(self._connection, table, self._connection.execute(statement, replaced).all(), wanted)

    def totals(self, campaign_code: str, period_code: str) -> tuple[RollupTotal, ...]:
        """Sum the cells over units by unit type, form, field and part."""
        rows = _TOTALS.rows(self._connection, {"campaign_code": campaign_code, "period_code": period_code})
        totals = (
            RollupTotal(
                row["unit_type"],
                row["form_code"],
                row["field"],
                row["part"],
                Cell(*(row[cell.name] for cell in _CELLS)),
            )
            for row in rows
        )
        return tuple(sorted(totals, key=_what))

    def by_unit(self, campaign_code: str, period_code: str) -> tuple[RollupRow, ...]:
        """Return every unit's cells with an empty part, by unit, form, field."""
        return tuple(_rollup(row) for row in self._of_period(_WHOLE_FIELDS, campaign_code, period_code))

    def cells(self, campaign_code: str, period_code: str) -> tuple[RollupRow, ...]:
        """Return every cell of a period, by unit, form, field, part."""
        return tuple(_rollup(row) for row in self._of_period(_PERIOD, campaign_code, period_code))

    def duty_counts(
        self, campaign_code: str, period_code: str, *, besides: Iterable[str] = ()
    ) -> tuple[DutyCount, ...]:
        """Count the duty states of the units on the period's roster, ordered; units ``besides`` are left out."""
        wanted = {"campaign_code": campaign_code, "period_code": period_code, "besides": besides}
        return tuple(DutyCount(*row) for row in self._connection.execute(_DUTY_COUNTS, wanted))

    def duties(self, campaign_code: str, period_code: str) -> tuple[DutyRow, ...]:
        """Return every unit's duty states, by duty then unit."""
        return tuple(DutyRow(*row) for row in self._of_period(_DUTIES, campaign_code, period_code))

    def _of_period(
        self, statement: Select[Any], campaign_code: str, period_code: str
    ) -> Sequence[Row[*tuple[Any, ...]]]:
        wanted = {"campaign_code": campaign_code, "period_code": period_code}
        return self._connection.execute(statement, wanted).all()


def _rollup(row: Row[*tuple[Any, ...]]) -> RollupRow:
    campaign_code, period_code, unit_code, unit_type, form_code, field, part, *cell = row
    return RollupRow(campaign_code, period_code, unit_code, unit_type, form_code, field, part, Cell(*cell))
