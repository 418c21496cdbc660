"""Fold one campaign's facts into cells: by unit and period, over time by each field's rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

from thidua_sdk import TimeRule
from thidua_sdk import over_time

__all__ = ["Cell", "Measured", "PeriodPlace", "RollupCell", "fold_unit"]


@dataclass(frozen=True, slots=True)
class Measured:
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


@dataclass(frozen=True, slots=True)
class Cell:
    """The four readings of one figure; None means no data.

    ``filed`` and ``accepted`` are the period's own, the cumulative ones fold the campaign's
    periods up to it by the field's time rule.
    """

    filed: int | None
    accepted: int | None
    filed_cumulative: int | None
    accepted_cumulative: int | None


@dataclass(frozen=True, slots=True)
class RollupCell:
    """One unit's cell for one period, field and part."""

    period_code: str
    form_code: str
    field: str
    part: str
    cell: Cell


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
    cells: list[RollupCell] = []
    for period in periods:
        for (form, field, part), by_ordinal in sorted(values.items()):
            rule = rules.get((form, field))
            if rule is None:
                continue
            own = by_ordinal.get(period.ordinal, [None, None])
            cell = Cell(
                own[0],
                own[1],
                _cumulative(rule, by_ordinal, spoken[form, field][0], 0, period),
                _cumulative(rule, by_ordinal, spoken[form, field][1], 1, period),
            )
            if cell != Cell(None, None, None, None):
                cells.append(RollupCell(period.code, form, field, part, cell))
    return tuple(cells)


def _cumulative(
    rule: TimeRule, by_ordinal: Mapping[int, Sequence[int | None]], spoken: set[int], reading: int, period: PeriodPlace
) -> int | None:
    """Fold the readings up to a period.

    The latest value is that of the latest report that speaks of the field at all: a unit that
    moved from one choice to another no longer counts under the first.
    """
    first = 0 if period.cumulative else period.ordinal
    ordinals = sorted(ordinal for ordinal in spoken if first <= ordinal <= period.ordinal)
    if rule is TimeRule.LATEST:
        ordinals = ordinals[-1:]
    return over_time(rule, [by_ordinal.get(ordinal, (None, None))[reading] for ordinal in ordinals])
