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
from typing import Final
from typing import NamedTuple

from thidua_sdk import TimeRule

__all__ = [
    "SHARDS",
    "Cell",
    "Cells",
    "Measured",
    "PeriodPlace",
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


#: Cells by form and key.
Cells = Mapping[str, Mapping[str, Cell]]
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

    __slots__ = ("_added", "_latest", "_records", "_taken")

    def __init__(self) -> None:
        self._added: dict[str, int] = {}
        # By field and record: what the latest report that tells of it says, as keys.
        self._records: dict[str, dict[str, list[str]]] = {}
        self._taken = 0
        # By field: a unit that moved from one choice to another no longer counts under the first.
        self._latest: dict[str, dict[str, int]] = {}

    def add(self, numbers: Mapping[str, int], rules: _RulesOfForm) -> None:
        added = self._added
        spoken: dict[str, dict[str, int]] = {}
        told: dict[str, dict[str, list[str]]] = {}
        self._taken += 1
        for key, value in numbers.items():
            rule, field = rules[key]
            if rule is TimeRule.SUM:
                added[key] = added.get(key, 0) + value
            elif rule is TimeRule.LATEST:
                spoken.setdefault(field, {})[key] = value
            elif rule is TimeRule.MAX:
                added[key] = max(added.get(key, value), value)
            elif rule is TimeRule.DISTINCT:
                records = told.setdefault(field, {})
                part, of_record, record = key.partition("@")
                if of_record:
                    # One without a key is like none of another report.
                    record = f"{self._taken}{record}" if record.startswith("#") else record
                    records.setdefault(record, []).append(part.removesuffix("/"))
        self._latest.update(spoken)
        for field, records in told.items():
            self._records.setdefault(field, {}).update(records)

    def values(self) -> dict[str, int]:
        found = dict(self._added)
        for latest in self._latest.values():
            found.update(latest)
        for field, records in self._records.items():
            found[field] = 0
            for keys in records.values():
                for key in keys:
                    found[key] = found.get(key, 0) + 1
        return found


def fold_unit(
    measured: Iterable[Measured], periods: Iterable[PeriodPlace], rules: TimeRules
) -> dict[str, dict[str, dict[str, Cell]]]:
    """Fold one unit's numbers into the cells of some periods.

    Args:
        measured: the numbers of the unit's counted revisions in the campaign, any order.
        periods: the periods to compute.
        rules: how each field folds; fields without a rule are left out.

    Returns:
        Cells by period, form and key; no cell where neither the period nor its past has data, and
        every period asked for is there.
    """
    in_order = sorted(measured, key=lambda each: each.ordinal)
    running: dict[str, tuple[_Running, _Running]] = defaultdict(lambda: (_Running(), _Running()))
    folded: dict[str, dict[str, dict[str, Cell]]] = {}
    taken = 0
    for period in sorted(periods, key=lambda each: each.ordinal):
        while taken < len(in_order) and in_order[taken].ordinal <= period.ordinal:
            each = in_order[taken]
            is_apart = each.ordinal in period.apart
            for is_read, reading in zip((each.filed, each.accepted), running[each.form_code], strict=True):
                if is_read and not is_apart:
                    reading.add(each.numbers, rules.of_form(each.form_code))
            taken += 1
        own: dict[str, _Own] = defaultdict(_Own)
        for each in in_order[:taken]:
            if each.ordinal == period.ordinal:
                own[each.form_code].add(each, rules.of_form(each.form_code))
        folded[period.code] = _cells(own, running if period.cumulative else None)
    return folded


class _Own:
    """What one period's own report says of one form: as it stands there, and folded by itself."""

    __slots__ = ("accepted", "filed", "over")

    def __init__(self) -> None:
        self.filed: dict[str, int] = {}
        self.accepted: dict[str, int] = {}
        self.over = _Running(), _Running()

    def add(self, each: Measured, rules: _RulesOfForm) -> None:
        own = {
            key: value
            for key, value in each.numbers.items()
            if (rule := rules[key][0]) is not None and not (rule is TimeRule.DISTINCT and "@" in key)
        }
        if each.filed:
            self.filed.update(own)
            self.over[0].add(each.numbers, rules)
        if each.accepted:
            self.accepted.update(own)
            self.over[1].add(each.numbers, rules)


def _cells(
    own: Mapping[str, _Own], running: Mapping[str, tuple[_Running, _Running]] | None
) -> dict[str, dict[str, Cell]]:
    """Join a period's own readings with those over time; without ``running`` it stands alone."""
    cells: dict[str, dict[str, Cell]] = {}
    for form in own.keys() | (running or {}).keys():
        alone = own[form] if form in own else _Own()
        filed, accepted = alone.filed, alone.accepted
        filed_over, accepted_over = (each.values() for each in (alone.over if running is None else running[form]))
        keys = filed.keys() | accepted.keys() | filed_over.keys() | accepted_over.keys()
        if keys:
            cells[form] = {
                key: Cell(filed.get(key), accepted.get(key), filed_over.get(key), accepted_over.get(key))
                for key in keys
            }
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
            for reading, value in enumerate(cell):
                if value is not None:
                    seen = total[reading]
                    total[reading] = value if seen is None else seen + value


def add_sums(sums: Sums, others: Mapping[str, Mapping[str, Mapping[str, Sequence[int | None]]]]) -> None:
    """Add the sums of other units."""
    for unit_type, by_form in others.items():
        add_cells(sums, unit_type, by_form)
