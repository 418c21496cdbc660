"""Cells and duty states by unit, and their sums by parts of the units."""

from __future__ import annotations

from collections import Counter
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from itertools import starmap
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy import Connection
from sqlalchemy import Row
from sqlalchemy import Select
from sqlalchemy import Table
from sqlalchemy import and_
from sqlalchemy import bindparam
from sqlalchemy import func
from sqlalchemy import not_
from sqlalchemy import select
from sqlalchemy import text

from thidua.adapters.db.bulk import write_difference
from thidua.adapters.db.direct import DirectStatement
from thidua.adapters.db.tables import obligation
from thidua.adapters.db.tables import rollup
from thidua.adapters.db.tables import rollup_shard
from thidua.adapters.db.types import Keys
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import from_json
from thidua.adapters.db.types import is_any_of
from thidua.adapters.db.types import to_sorted_json
from thidua.application.rows import DutyCount
from thidua.application.rows import RollupTotal
from thidua.application.rows import UnitFigures
from thidua.application.rows import UnitRollup
from thidua.domain.rollups import Cell
from thidua.domain.rollups import Cells
from thidua.domain.rollups import Sums
from thidua.domain.rollups import add_cells
from thidua.domain.rollups import add_sums
from thidua.domain.rollups import parts_of
from thidua.domain.rollups import shard_of

__all__ = ["DatabaseRollups"]

# Parts are locked before they exist, so the lock is on their name; unnest keeps the array's order.
_LOCK = text(
    "SELECT count(pg_advisory_xact_lock(hashtextextended(:campaign || chr(10) || part, 7469)))"
    " FROM unnest(CAST(:parts AS text[])) AS part"
)


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
_BESIDE = select(rollup.c.period_code, rollup.c.shard, rollup.c.unit_type, rollup.c.cells).where(
    *_in_periods(rollup), is_any_of(rollup.c.shard, bindparam("shards", type_=Keys)), not_(_IS_OF_UNITS)
)
_STORED_SUMS = select(rollup_shard).where(
    *_in_periods(rollup_shard), is_any_of(rollup_shard.c.shard, bindparam("shards", type_=Keys))
)
_IN_SHARDS = is_any_of(rollup.c.shard, bindparam("shards", type_=Keys))
_OF_SHARDS = select(rollup.c.period_code, rollup.c.shard, rollup.c.unit_type, rollup.c.cells).where(
    rollup.c.campaign_code == bindparam("campaign_code"), _IN_SHARDS
)
_SUMS_OF_SHARDS = select(rollup_shard.c.period_code, rollup_shard.c.shard, rollup_shard.c.sums).where(
    rollup_shard.c.campaign_code == bindparam("campaign_code"),
    is_any_of(rollup_shard.c.shard, bindparam("shards", type_=Keys)),
)
_SUMS = DirectStatement(select(rollup_shard.c.shard, rollup_shard.c.sums).where(*_in_period(rollup_shard)))
_PERIOD: Select[Any] = select(rollup).where(*_in_period(rollup)).order_by(rollup.c.unit_code)
_BY_UNIT = DirectStatement(
    select(rollup.c.unit_code, rollup.c.cells, rollup.c.duties).where(*_in_period(rollup)).order_by(rollup.c.unit_code)
)
_UNITS: Select[Any] = (
    select(rollup)
    .where(rollup.c.campaign_code == bindparam("campaign_code"), _IS_OF_UNITS)
    .order_by(rollup.c.period_code, rollup.c.unit_code)
)
# Few units differ in what they did, so that equal texts are counted by the database. A unit that is
# on no roster any more leaves its figures to later periods, but no duties.
_PLACE = ("campaign_code", "period_code", "unit_code")
_DUTY_COUNTS = (
    select(obligation.c.unit_type, rollup.c.duties, func.count())
    .select_from(rollup.join(obligation, and_(*(obligation.c[name] == rollup.c[name] for name in _PLACE))))
    .where(*_in_period(rollup), not_(is_any_of(rollup.c.unit_code, bindparam("besides", type_=Texts))))
    .group_by(obligation.c.unit_type, rollup.c.duties)
)


class DatabaseRollups:
    """The port ``Rollups``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, campaign_code: str, unit_codes: Iterable[str]) -> None:
        """Lock the parts in which some units are summed, in order, until the transaction ends.

        SQLite's transaction has locked everything already.
        """
        parts = sorted({shard_of(code) for code in unit_codes})
        if parts and self._connection.dialect.name == "postgresql":
            self._connection.execute(_LOCK, {"campaign": campaign_code, "parts": [str(part) for part in parts]})

    def replace(
        self,
        campaign_code: str,
        period_codes: Iterable[str],
        unit_codes: Iterable[str],
        rows: Sequence[UnitRollup],
    ) -> None:
        """Replace what is kept of some units in some periods, and the sums they are part of."""
        periods, units = list(period_codes), list(unit_codes)
        shards = {shard_of(code) for code in units}
        replaced: dict[str, object] = {"campaign_code": campaign_code, "periods": periods, "units": units}
        stored = self._connection.execute(_STORED, replaced).all()
        write_difference(self._connection, rollup, stored, list(map(_packed, rows)))

        replaced["shards"] = sorted(shards)
        sums: dict[tuple[str, int], Sums] = defaultdict(dict)
        for period, shard, unit_type, cells in self._connection.execute(_BESIDE, replaced):
            add_cells(sums[period, shard], unit_type, from_json(cells))
        for row in rows:
            add_cells(sums[row.period_code, shard_of(row.unit_code)], row.unit_type, row.cells)
        write_difference(
            self._connection,
            rollup_shard,
            self._connection.execute(_STORED_SUMS, replaced).all(),
            [(campaign_code, period, shard, to_sorted_json(found)) for (period, shard), found in sums.items()],
        )

    def totals(self, campaign_code: str, period_code: str) -> tuple[RollupTotal, ...]:
        """Return the sums over units by unit type, form, field and part."""
        total: Sums = {}
        for sums in self.sums(campaign_code, period_code).values():
            add_sums(total, sums)
        rows = (
            RollupTotal(unit_type, form, *parts_of(key), Cell(*cell))
            for unit_type, by_form in total.items()
            for form, by_key in by_form.items()
            for key, cell in by_key.items()
        )
        return tuple(sorted(rows, key=_what))

    def accepted_sum(self, campaign_code: str, period_code: str, form_code: str, field: str) -> int | None:
        """Return a field's sum over the period's accepted reports; None if no report has data."""
        known = [
            cell[1]
            for sums in self.sums(campaign_code, period_code).values()
            for by_form in sums.values()
            if (cell := by_form.get(form_code, {}).get(field)) is not None and cell[1] is not None
        ]
        return sum(known) if known else None

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

    def sums(self, campaign_code: str, period_code: str) -> Mapping[int, Sums]:
        """Return the stored sums by part of the units."""
        rows = _SUMS.rows(self._connection, {"campaign_code": campaign_code, "period_code": period_code})
        return {row["shard"]: from_json(row["sums"]) for row in rows}

    def are_summed(self, campaign_code: str, unit_codes: Iterable[str]) -> bool:
        """Tell whether the sums that some units are part of are those of what is kept of the units."""
        wanted = {"campaign_code": campaign_code, "shards": sorted({shard_of(code) for code in unit_codes})}
        expected: dict[tuple[str, int], Sums] = defaultdict(dict)
        for period, shard, unit_type, cells in self._connection.execute(_OF_SHARDS, wanted):
            add_cells(expected[period, shard], unit_type, from_json(cells))
        stored = self._connection.execute(_SUMS_OF_SHARDS, wanted)
        return expected == {(period, shard): from_json(sums) for period, shard, sums in stored}

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

    def duty_counts(
        self, campaign_code: str, period_code: str, *, besides: Iterable[str] = ()
    ) -> tuple[DutyCount, ...]:
        """Count the duty states of the units on the period's roster, ordered; units ``besides`` are left out."""
        wanted = {"campaign_code": campaign_code, "period_code": period_code, "besides": besides}
        counts: Counter[tuple[str, str, str]] = Counter()
        for unit_type, states, units in self._connection.execute(_DUTY_COUNTS, wanted):
            for duty, state in from_json(states).items():
                counts[duty, unit_type, state] += units
        return tuple(starmap(DutyCount, sorted((*key, units) for key, units in counts.items())))

    def _of_period(
        self, statement: Select[Any], campaign_code: str, period_code: str
    ) -> Sequence[Row[*tuple[Any, ...]]]:
        wanted = {"campaign_code": campaign_code, "period_code": period_code}
        return self._connection.execute(statement, wanted).all()


def _what(total: RollupTotal) -> tuple[str, str, str, str]:
    return total.unit_type, total.form_code, total.field, total.part


def _packed(row: UnitRollup) -> tuple[object, ...]:
    return (*row[:4], shard_of(row.unit_code), to_sorted_json(row.cells), to_sorted_json(row.duties))


def _unpacked(row: Row[*tuple[Any, ...]]) -> UnitRollup:
    cells: Cells = {
        form: {key: tuple(cell) for key, cell in by_key.items()} for form, by_key in from_json(row.cells).items()
    }
    return UnitRollup(row.campaign_code, row.period_code, row.unit_code, row.unit_type, cells, from_json(row.duties))
