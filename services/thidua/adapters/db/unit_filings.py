"""Where each unit of a period's roster stands."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy import Row
from sqlalchemy import Select
from sqlalchemy import and_
from sqlalchemy import bindparam
from sqlalchemy import case
from sqlalchemy import select

from thidua.adapters.db.bulk import write_difference
from thidua.adapters.db.direct import DirectStatement
from thidua.adapters.db.tables import unit_filing
from thidua.adapters.db.types import Texts
from thidua.adapters.db.types import from_json
from thidua.adapters.db.types import is_any_of
from thidua.application.ports.derived_ports import FilingOrder
from thidua.application.ports.rows import UnitFiling
from thidua.domain.canonical import canonical_json
from thidua.domain.cell_sums import shard_of
from thidua.domain.filing import URGENCY
from thidua.domain.filing import FilingState

__all__ = ["DatabaseUnitFilings"]

_JUDGED_AT = unit_filing.c.keys().index("judged_at")
_CAMPAIGN = unit_filing.c.campaign_code == bindparam("campaign_code")
_IN_PERIOD = and_(_CAMPAIGN, unit_filing.c.period_code == bindparam("period_code"))
_OF_UNITS = (
    select(unit_filing)
    .where(_CAMPAIGN, is_any_of(unit_filing.c.unit_code, bindparam("units", type_=Texts)))
    .order_by(unit_filing.c.period_code, unit_filing.c.unit_code)
)
_OF_UNITS_IN = _OF_UNITS.where(is_any_of(unit_filing.c.period_code, bindparam("periods", type_=Texts)))
_URGENCY = case(*((unit_filing.c.filing == state.value, place) for state, place in URGENCY.items()))
_BY_LIST = (unit_filing.c.place, unit_filing.c.unit_code)
_ORDERS = {
    FilingOrder.LIST: _BY_LIST,
    FilingOrder.URGENCY: (_URGENCY, unit_filing.c.due_at, *_BY_LIST),
    FilingOrder.DUE: (unit_filing.c.due_at, _URGENCY, *_BY_LIST),
}
_LISTED = {
    order: DirectStatement(
        select(unit_filing.c.entry)
        .where(_IN_PERIOD, is_any_of(unit_filing.c.filing, bindparam("states", type_=Texts)))
        .order_by(*columns)
        .limit(bindparam("at_most", type_=unit_filing.c.place.type))
    )
    for order, columns in _ORDERS.items()
}
_PERIOD: Select[Any] = select(unit_filing).where(_IN_PERIOD).order_by(*_BY_LIST)
_TURNED = (
    select(unit_filing.c.campaign_code, unit_filing.c.period_code, unit_filing.c.unit_code)
    .where(
        unit_filing.c.turns_at <= bindparam("now", type_=unit_filing.c.turns_at.type),
        is_any_of(unit_filing.c.campaign_code, bindparam("campaigns", type_=Texts)),
    )
    .order_by(unit_filing.c.campaign_code, unit_filing.c.period_code, unit_filing.c.unit_code)
    .limit(bindparam("at_most", type_=unit_filing.c.place.type))
)


class DatabaseUnitFilings:
    """The port ``UnitFilings``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(
        self, campaign_code: str, period_codes: Iterable[str], unit_codes: Iterable[str], rows: Sequence[UnitFiling]
    ) -> None:
        """Replace what is kept of some units in some periods."""
        wanted = {"campaign_code": campaign_code, "periods": list(period_codes), "units": list(unit_codes)}
        stored = self._connection.execute(_OF_UNITS_IN, wanted).all()
        write_difference(self._connection, unit_filing, stored, list(map(_packed, rows)))

    def listed(
        self,
        campaign_code: str,
        period_code: str,
        *,
        states: Iterable[FilingState] = FilingState,
        order: FilingOrder = FilingOrder.LIST,
        at_most: int | None = None,
    ) -> list[dict[str, object]]:
        """Return the entries of a period's units in some states."""
        wanted = {
            "campaign_code": campaign_code,
            "period_code": period_code,
            "states": [state.value for state in states],
            "at_most": 2**31 - 1 if at_most is None else at_most,
        }
        return [from_json(row["entry"]) for row in _LISTED[order].rows(self._connection, wanted)]

    def of_period(self, campaign_code: str, period_code: str) -> tuple[UnitFiling, ...]:
        """Return where every unit of a period's roster stands, in the roster's order."""
        wanted = {"campaign_code": campaign_code, "period_code": period_code}
        return tuple(map(_unpacked, self._connection.execute(_PERIOD, wanted)))

    def of_units(self, campaign_code: str, unit_codes: Iterable[str]) -> tuple[UnitFiling, ...]:
        """Return where some units stand in all periods, by period and unit."""
        wanted = {"campaign_code": campaign_code, "units": list(unit_codes)}
        return tuple(map(_unpacked, self._connection.execute(_OF_UNITS, wanted)))

    def are_kept(self, campaign_code: str, unit_codes: Iterable[str], rows: Sequence[UnitFiling]) -> bool:
        """Tell whether these, and no others, are kept of some units, whenever they were judged."""
        wanted = {"campaign_code": campaign_code, "units": list(unit_codes)}
        stored = map(tuple, self._connection.execute(_OF_UNITS, wanted))
        return set(map(_but_the_moment, stored)) == set(map(_but_the_moment, map(_packed, rows)))

    def turned(self, campaign_codes: Iterable[str], now: datetime, *, at_most: int) -> tuple[tuple[str, str, str], ...]:
        """Return (campaign, period, unit) of units that time has moved since they were judged, in order."""
        wanted = {"campaigns": list(campaign_codes), "now": now, "at_most": at_most}
        rows = self._connection.execute(_TURNED, wanted)
        return tuple((row.campaign_code, row.period_code, row.unit_code) for row in rows)


def _but_the_moment(row: tuple[object, ...]) -> tuple[object, ...]:
    return row[:_JUDGED_AT] + row[_JUDGED_AT + 1 :]


def _packed(row: UnitFiling) -> tuple[object, ...]:
    return (
        *row[:4],
        shard_of(row.unit_code),
        row.place,
        row.filing.value,
        *row[6:-1],
        canonical_json(row.entry),
    )


def _unpacked(row: Row[*tuple[Any, ...]]) -> UnitFiling:
    return UnitFiling(
        row.campaign_code,
        row.period_code,
        row.unit_code,
        row.unit_type,
        row.place,
        FilingState(row.filing),
        row.counts,
        row.accepted,
        row.waits,
        row.due_at,
        row.judged_at,
        row.turns_at,
        from_json(row.entry),
    )
