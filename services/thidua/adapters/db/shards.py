"""Sums of the parts that a campaign's units are counted in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy import Connection
from sqlalchemy import Table
from sqlalchemy import and_
from sqlalchemy import bindparam
from sqlalchemy import select
from sqlalchemy import text

from thidua.adapters.db.bulk import write_difference
from thidua.adapters.db.direct import DirectStatement
from thidua.adapters.db.tables import rollup
from thidua.adapters.db.tables import rollup_shard
from thidua.adapters.db.tables import unit_filing
from thidua.adapters.db.types import Keys
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import from_json
from thidua.adapters.db.types import is_any_of
from thidua.adapters.db.types import to_sorted_json
from thidua.application.ports.shard_sums import KeptCells
from thidua.application.ports.shard_sums import KeptFiling
from thidua.application.ports.shard_sums import RosterSums
from thidua.application.ports.shard_sums import ShardSums
from thidua.application.ports.shard_sums import sum_shard
from thidua.domain.cell_sums import shard_of

__all__ = ["DatabaseShards"]

# Parts are locked before they exist, so the lock is on their name; unnest keeps the array's order.
_LOCK = text(
    "SELECT count(pg_advisory_xact_lock(hashtextextended(:campaign || chr(10) || part, 7469)))"
    " FROM unnest(CAST(:parts AS text[])) AS part"
)


def _in_parts(table: Table) -> ColumnElement[bool]:
    return and_(
        table.c.campaign_code == bindparam("campaign_code"),
        is_any_of(table.c.period_code, bindparam("periods", type_=Texts)),
        is_any_of(table.c.shard, bindparam("shards", type_=Keys)),
    )


_STORED = select(rollup_shard).where(_in_parts(rollup_shard))
_CELLS = select(
    rollup.c.period_code, rollup.c.shard, rollup.c.unit_code, rollup.c.unit_type, rollup.c.cells, rollup.c.duties
).where(_in_parts(rollup))
_FILINGS = select(
    unit_filing.c.period_code,
    unit_filing.c.shard,
    *(unit_filing.c[name] for name in KeptFiling._fields),
).where(_in_parts(unit_filing))
_PERIOD = DirectStatement(
    select(rollup_shard.c.shard, rollup_shard.c.sums, rollup_shard.c.roster).where(
        rollup_shard.c.campaign_code == bindparam("campaign_code"),
        rollup_shard.c.period_code == bindparam("period_code"),
    )
)


class DatabaseShards:
    """The port ``Shards``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, campaign_code: str, unit_codes: Iterable[str]) -> None:
        """Lock the parts in which some units are summed, in order, until the transaction ends.

        SQLite's transaction has locked everything already.
        """
        parts = _parts(unit_codes)
        if parts and self._connection.dialect.name == "postgresql":
            self._connection.execute(_LOCK, {"campaign": campaign_code, "parts": [str(part) for part in parts]})

    def sum_up(self, campaign_code: str, period_codes: Iterable[str], unit_codes: Iterable[str]) -> None:
        """Sum the parts of some units in some periods anew, from what is kept of all their units."""
        where = _where(campaign_code, period_codes, unit_codes)
        stored = self._connection.execute(_STORED, where).all()
        write_difference(self._connection, rollup_shard, stored, self._summed(where))

    def are_summed(self, campaign_code: str, period_codes: Iterable[str], unit_codes: Iterable[str]) -> bool:
        """Tell whether the parts of some units are the sums of what is kept of their units."""
        where = _where(campaign_code, period_codes, unit_codes)
        stored = self._connection.execute(_STORED, where).all()
        return {tuple(row) for row in stored} == set(self._summed(where))

    def of_period(self, campaign_code: str, period_code: str) -> dict[int, ShardSums]:
        """Return a period's sums by part."""
        rows = _PERIOD.rows(self._connection, {"campaign_code": campaign_code, "period_code": period_code})
        return {row["shard"]: ShardSums(from_json(row["sums"]), _roster(from_json(row["roster"]))) for row in rows}

    def _summed(self, where: Mapping[str, object]) -> list[tuple[object, ...]]:
        cells: dict[tuple[str, int], list[KeptCells]] = defaultdict(list)
        for period, shard, unit_code, unit_type, numbers, duties in self._connection.execute(_CELLS, where):
            cells[period, shard].append(KeptCells(unit_code, unit_type, from_json(numbers), from_json(duties)))
        filings: dict[tuple[str, int], list[KeptFiling]] = defaultdict(list)
        for period, shard, *kept in self._connection.execute(_FILINGS, where):
            filings[period, shard].append(KeptFiling(*kept))
        summed = ((key, sum_shard(cells[key], filings[key])) for key in sorted({*cells, *filings}))
        return [
            (where["campaign_code"], period, shard, to_sorted_json(found.cells), _packed(found.roster))
            for (period, shard), found in summed
        ]


def _parts(unit_codes: Iterable[str]) -> list[int]:
    return sorted({shard_of(code) for code in unit_codes})


def _where(campaign_code: str, period_codes: Iterable[str], unit_codes: Iterable[str]) -> dict[str, object]:
    return {"campaign_code": campaign_code, "periods": list(period_codes), "shards": _parts(unit_codes)}


def _packed(roster: RosterSums) -> str:
    turns_at = roster.turns_at.isoformat() if roster.turns_at else None
    return to_sorted_json({name: getattr(roster, name) for name in RosterSums.__slots__} | {"turns_at": turns_at})


def _roster(kept: Mapping[str, Any]) -> RosterSums:
    turns_at = datetime.fromisoformat(kept["turns_at"]) if kept["turns_at"] else None
    return RosterSums(**{**kept, "turns_at": turns_at})
