"""Fold one campaign's facts into cells: by unit and period, over time by each field's rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from typing import NamedTuple

from thidua_sdk import TimeRule
from thidua_sdk import over_time

__all__ = ["Cell", "Measured", "PeriodPlace", "RollupCell", "counting_periods", "fold_unit", "type_up_to"]


class Measured(NamedTuple):
    """One whole number of one revision; ``part`` is empty for the whole field.

    ``filed`` and ``accepted`` tell whether the revision is the newest filed and the accepted one.
    """

    ordinal: int
    form_code: str
    field: str
    part: str
    value: int
    filed: bool
    accepted: bool


@dataclass(frozen=True, slots=True)
class PeriodPlace:
    """A period's place in the campaign; ``cumulative`` periods add up with earlier ones."""

    code: str
    ordinal: int
    cumulative: bool


class Cell(NamedTuple):
    """The four readings of one figure; None means no data.

    ``filed`` and ``accepted`` are the period's own, the cumulative ones fold the campaign's
    periods up to it by the field's time rule.
    """

    filed: int | None
    accepted: int | None
    filed_cumulative: int | None
    accepted_cumulative: int | None


class RollupCell(NamedTuple):
    """One unit's cell for one period, field and part."""

    period_code: str
    form_code: str
    field: str
    part: str
    cell: Cell


_NO_DATA: Final = (None, None)
_EMPTY: Final = Cell(None, None, None, None)


def fold_unit(
    measured: Iterable[Measured], periods: Sequence[PeriodPlace], rules: Mapping[tuple[str, str], TimeRule]
) -> tuple[RollupCell, ...]:
    """Fold one unit's facts into the cells of some periods.

    Args:
        measured: all facts of the unit in the campaign, any order.
        periods: the periods to compute.
        rules: time rule by (form, field); facts of other fields are left out.

    Returns:
        Cells by period, form, field and part; none where neither the period nor its past has data.
    """
    values: dict[tuple[str, str, str], dict[int, list[int | None]]] = defaultdict(dict)
    spoken: dict[tuple[str, str], tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for fact in measured:
        readings = values[fact.form_code, fact.field, fact.part].setdefault(fact.ordinal, [None, None])
        filed_in, accepted_in = spoken[fact.form_code, fact.field]
        if fact.filed:
            readings[0] = fact.value
            filed_in.add(fact.ordinal)
        if fact.accepted:
            readings[1] = fact.value
            accepted_in.add(fact.ordinal)
    in_order = [(key, by_ordinal) for key, by_ordinal in sorted(values.items()) if key[:2] in rules]
    cells: list[RollupCell] = []
    for period in periods:
        counting = {
            field: tuple(counting_periods(rules[field], ordinals, period) for ordinals in both)
            for field, both in spoken.items()
            if field in rules
        }
        for (form, field, part), by_ordinal in in_order:
            rule = rules[form, field]
            filed_in_order, accepted_in_order = counting[form, field]
            own = by_ordinal.get(period.ordinal, _NO_DATA)
            cell = Cell(
                own[0],
                own[1],
                over_time(rule, [by_ordinal.get(ordinal, _NO_DATA)[0] for ordinal in filed_in_order]),
                over_time(rule, [by_ordinal.get(ordinal, _NO_DATA)[1] for ordinal in accepted_in_order]),
            )
            if cell != _EMPTY:
                cells.append(RollupCell(period.code, form, field, part, cell))
    return tuple(cells)


def type_up_to(types: Mapping[int, str], ordinal: int) -> str:
    """Return the type a unit had in its newest report up to a period, empty if there is none.

    Args:
        types: unit type by the ordinal of the period reported on.
        ordinal: the period's.
    """
    known = [each for each in types if each <= ordinal]
    return types[max(known)] if known else ""


def counting_periods(rule: TimeRule, spoken: Iterable[int], period: PeriodPlace) -> list[int]:
    """Return the periods, in order, whose readings of a field fold into those of one period.

    The latest value is that of the latest report that speaks of the field at all: a unit that
    moved from one choice to another no longer counts under the first.
    """
    first = 0 if period.cumulative else period.ordinal
    ordinals = sorted(ordinal for ordinal in spoken if first <= ordinal <= period.ordinal)
    return ordinals[-1:] if rule is TimeRule.LATEST else ordinals
