"""Fold what one unit reported into cells, by period and over time; and cells of many units into sums.

A number's key is the name of its field, or ``field/part`` for one topic, one option or one kind of
row. Where records are told apart, ``field/part@record`` is one of them, and no cell is made of it.
Numbers and cells travel whole, a report or a unit at a time: taken one by one they would cost more
to carry than to count.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final
from typing import NamedTuple

from thidua_sdk import TimeRule

__all__ = [
    "SHARDS",
    "Cell",
    "Cells",
    "Measured",
    "PeriodPlace",
    "Readings",
    "Sums",
    "TimeRules",
    "add_cells",
    "add_sums",
    "counting_periods",
    "fold_unit",
    "key_of",
    "parts_of",
    "shard_of",
    "type_up_to",
]

#: How many parts the units of a campaign are summed in: one filing costs the sum of one part again,
#: and the sum of the parts.
SHARDS: Final = 64

# An enumeration's members cost a look-up each; these are asked for with every number.
_SUM, _LATEST, _MAX, _DISTINCT = TimeRule.SUM, TimeRule.LATEST, TimeRule.MAX, TimeRule.DISTINCT
_ordinal = attrgetter("ordinal")


class Measured(NamedTuple):
    """The numbers of one revision by key; ``filed`` and ``accepted`` tell whether it counts as such."""

    ordinal: int
    form_code: str
    numbers: Mapping[str, int]
    filed: bool
    accepted: bool


@dataclass(frozen=True, slots=True)
class PeriodPlace:
    """A period's place in the campaign; ``cumulative`` periods add up with earlier ones.

    ``apart`` are the places of the campaign's periods that stand alone: their days are in another
    period, too, so what they say is in no other period's figures.
    """

    code: str
    ordinal: int
    cumulative: bool
    apart: frozenset[int] = frozenset()


class Cell(NamedTuple):
    """The four readings of one figure; None means no data.

    ``filed`` and ``accepted`` are the period's own, the cumulative ones fold the campaign's
    periods up to it by the field's time rule.
    """

    filed: int | None
    accepted: int | None
    filed_cumulative: int | None
    accepted_cumulative: int | None


#: A cell as it travels: a named tuple takes ten times as long to make.
Readings = tuple[int | None, int | None, int | None, int | None]
#: Cells by form and key.
Cells = Mapping[str, Mapping[str, Readings]]
#: Sums by unit type, form and key, each the four readings of a cell.
Sums = dict[str, dict[str, dict[str, list[int | None]]]]


def key_of(field: str, part: str) -> str:
    """Join a field and its part into a key; the whole field's part is empty."""
    return f"{field}/{part}" if part else field


def parts_of(key: str) -> tuple[str, str]:
    """Split a key into field and part."""
    field, _, part = key.partition("/")
    return field, part


def shard_of(unit_code: str) -> int:
    """Return the part in which a unit is summed, the same on every machine."""
    return zlib.crc32(unit_code.encode()) % SHARDS


class _Said(NamedTuple):
    """The numbers of one revision by the time rule they fold by; ``own`` are all that cells are made of."""

    own: Mapping[str, int]
    added: Mapping[str, int]
    largest: Mapping[str, int]
    # By field: a unit that moved from one choice to another no longer counts under the first.
    latest: Mapping[str, Mapping[str, int]]
    # By field and record: what is told of it, as keys.
    records: Mapping[str, Mapping[str, Sequence[str]]]


class _RulesOfForm(dict[str, tuple[TimeRule | None, str]]):
    """Rule and field by key, found once for each key."""

    def __init__(self, form_code: str, by_field: Mapping[tuple[str, str], TimeRule]) -> None:
        super().__init__()
        self._form_code = form_code
        self._by_field = by_field

    def __missing__(self, key: str) -> tuple[TimeRule | None, str]:
        field, _ = parts_of(key)
        found = self[key] = self._by_field.get((self._form_code, field)), field
        return found

    def sort(self, numbers: Mapping[str, int]) -> _Said:
        added: dict[str, int] = {}
        largest: dict[str, int] = {}
        latest: dict[str, dict[str, int]] = {}
        records: dict[str, dict[str, list[str]]] = {}
        hidden: list[str] = []
        for key, value in numbers.items():
            rule, field = self[key]
            if rule is _SUM:
                added[key] = value
            elif rule is _LATEST:
                latest.setdefault(field, {})[key] = value
            elif rule is _MAX:
                largest[key] = value
            elif rule is _DISTINCT:
                told = records.setdefault(field, {})
                part, of_record, record = key.partition("@")
                if of_record:
                    told.setdefault(record, []).append(part.removesuffix("/"))
                    hidden.append(key)
            elif rule is None:
                hidden.append(key)
        own = {key: value for key, value in numbers.items() if key not in hidden} if hidden else numbers
        return _Said(own, added, largest, latest, records)


class TimeRules:
    """How each field of a campaign's forms folds over time; fields without a rule are left out."""

    def __init__(self, by_field: Mapping[tuple[str, str], TimeRule]) -> None:
        """Take the rules by (form, field)."""
        self._by_field = by_field
        self._forms: dict[str, _RulesOfForm] = {}

    def of_form(self, form_code: str) -> _RulesOfForm:
        """Return the rules of one form, by key."""
        found = self._forms.get(form_code)
        if found is None:
            found = self._forms[form_code] = _RulesOfForm(form_code, self._by_field)
        return found


class _Running:
    """One reading of one form's fields, folded over the periods so far."""

    __slots__ = ("_latest", "_records", "_taken", "_values")

    def __init__(self) -> None:
        self._values: dict[str, int] = {}
        self._latest: dict[str, Mapping[str, int]] = {}
        # By field and record: what the latest report that tells of it says, as keys.
        self._records: dict[str, dict[str, Sequence[str]]] = {}
        self._taken = 0

    def add(self, said: _Said) -> None:
        values = self._values
        for key, value in said.added.items():
            values[key] = values.get(key, 0) + value
        for key, value in said.largest.items():
            values[key] = max(values.get(key, value), value)
        self._latest.update(said.latest)
        self._taken += 1
        for field, told in said.records.items():
            known = self._records.setdefault(field, {})
            for record, keys in told.items():
                # One without a key is like none of another report.
                known[f"{self._taken}{record}" if record.startswith("#") else record] = keys

    def values(self) -> Mapping[str, int]:
        found = self._values.copy()
        for field, records in self._records.items():
            found[field] = 0
            for keys in records.values():
                for key in keys:
                    found[key] = found.get(key, 0) + 1
        for latest in self._latest.values():
            found.update(latest)
        return found


#: Filed and accepted, by form.
_Over = defaultdict[str, tuple[_Running, _Running]]


def fold_unit(
    measured: Iterable[Measured], periods: Iterable[PeriodPlace], rules: TimeRules
) -> dict[str, dict[str, dict[str, Readings]]]:
    """Fold one unit's numbers into the cells of some periods.

    Args:
        measured: the numbers of the unit's counted revisions in the campaign, any order.
        periods: the periods to compute.
        rules: how each field folds; fields without a rule are left out.

    Returns:
        Cells by period, form and key; no cell where neither the period nor its past has data, and
        every period asked for is there.
    """
    in_order = sorted(measured, key=_ordinal)
    running = _nothing_so_far()
    folded: dict[str, dict[str, dict[str, Readings]]] = {}
    taken = 0
    for period in sorted(periods, key=_ordinal):
        own: list[tuple[Measured, _Said]] = []
        while taken < len(in_order) and in_order[taken].ordinal <= period.ordinal:
            each = in_order[taken]
            said = rules.of_form(each.form_code).sort(each.numbers)
            if each.ordinal not in period.apart:
                _add(running, each, said)
            if each.ordinal == period.ordinal:
                own.append((each, said))
            taken += 1
        folded[period.code] = _cells(own, running if period.cumulative else _alone(own))
    return folded


def _nothing_so_far() -> _Over:
    return defaultdict(lambda: (_Running(), _Running()))


def _add(over: _Over, each: Measured, said: _Said) -> None:
    filed, accepted = over[each.form_code]
    if each.filed:
        filed.add(said)
    if each.accepted:
        accepted.add(said)


def _alone(own: Iterable[tuple[Measured, _Said]]) -> _Over:
    """Fold a period's own reports by themselves."""
    over = _nothing_so_far()
    for each, said in own:
        _add(over, each, said)
    return over


def _cells(own: Iterable[tuple[Measured, _Said]], over: _Over) -> dict[str, dict[str, Readings]]:
    """Join a period's own readings with those over time."""
    cells: dict[str, dict[str, Readings]] = {}
    for form, readings in over.items():
        filed: dict[str, int] = {}
        accepted: dict[str, int] = {}
        for each, said in own:
            if each.form_code == form and each.filed:
                filed.update(said.own)
            if each.form_code == form and each.accepted:
                accepted.update(said.own)
        filed_over, accepted_over = (reading.values() for reading in readings)
        if keys := {**filed_over, **accepted_over, **filed, **accepted}:
            # Reading by reading and not key by key: there are forty keys in every report.
            columns = (map(reading.get, keys) for reading in (filed, accepted, filed_over, accepted_over))
            cells[form] = dict(zip(keys, zip(*columns, strict=True), strict=True))
    return cells


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
    apart = period.apart - {period.ordinal}
    ordinals = sorted(ordinal for ordinal in spoken if first <= ordinal <= period.ordinal and ordinal not in apart)
    return ordinals[-1:] if rule is TimeRule.LATEST else ordinals


def add_cells(sums: Sums, unit_type: str, cells: Mapping[str, Mapping[str, Sequence[int | None]]]) -> None:
    """Add one unit's cells to the sums of its type; None where nobody has data."""
    by_form = sums.setdefault(unit_type, {})
    for form, by_key in cells.items():
        totals = by_form.setdefault(form, {})
        for key, cell in by_key.items():
            total = totals.get(key)
            if total is None:
                totals[key] = list(cell)
                continue
            # One by one: forty cells of every unit come by here.
            filed, accepted, filed_over, accepted_over = cell
            if filed is not None:
                total[0] = filed + (total[0] or 0)
            if accepted is not None:
                total[1] = accepted + (total[1] or 0)
            if filed_over is not None:
                total[2] = filed_over + (total[2] or 0)
            if accepted_over is not None:
                total[3] = accepted_over + (total[3] or 0)


def add_sums(sums: Sums, others: Mapping[str, Mapping[str, Mapping[str, Sequence[int | None]]]]) -> None:
    """Add the sums of other units."""
    for unit_type, by_form in others.items():
        add_cells(sums, unit_type, by_form)
