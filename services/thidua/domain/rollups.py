"""Fold what one unit reported into cells, by period and over time.

A number's key is the name of its field, or ``field/part`` for one topic, one option or one kind of
row. Where records are told apart, ``field/part@record`` is one of them, and no cell is made of it.
Numbers and cells travel whole, a report or a unit at a time: taken one by one they would cost more
to carry than to count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from thidua_sdk import TimeRule

__all__ = [
    "Cell",
    "Cells",
    "Measured",
    "PeriodPlace",
    "Readings",
    "TimeRules",
    "counting_periods",
    "fold_unit",
    "key_of",
    "parts_of",
    "places_after_ceasing",
    "type_up_to",
]

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


#: A cell as it travels: a named tuple takes ten times as long to make. A figure of outside origin has
#: behind its readings the places of the periods that told each of them: of several units that tell of
#: one thing the latest holds.
Readings = tuple[int | None, ...]
#: Cells by form and key.
Cells = Mapping[str, Mapping[str, Readings]]


def key_of(field: str, part: str) -> str:
    """Join a field and its part into a key; the whole field's part is empty."""
    return f"{field}/{part}" if part else field


def parts_of(key: str) -> tuple[str, str]:
    """Split a key into field and part."""
    field, _, part = key.partition("/")
    return field, part


class _Said(NamedTuple):
    """The numbers of one revision by the time rule they fold by; ``own`` are all that cells are made of."""

    own: Mapping[str, int]
    added: Mapping[str, int]
    largest: Mapping[str, int]
    # By field: a unit that moved from one choice to another no longer counts under the first.
    latest: Mapping[str, Mapping[str, int]]
    # By field and record: what is told of it, as keys.
    records: Mapping[str, Mapping[str, Sequence[str]]]
    # Keys of figures of outside origin.
    outside: Sequence[str]


class _RulesOfForm(dict[str, tuple[TimeRule | None, str]]):
    """Rule and field by key, found once for each key."""

    def __init__(
        self,
        form_code: str,
        by_field: Mapping[tuple[str, str], TimeRule],
        outside: frozenset[str],
        standing: frozenset[str],
    ) -> None:
        super().__init__()
        self._form_code = form_code
        self._by_field = by_field
        self._outside = outside
        self._standing = standing

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
        outside = self._outside and [key for key in numbers if self[key][1] in self._outside]
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
        return _Said(own, added, largest, latest, records, tuple(outside))

    def without_standing(self, values: Mapping[str, int]) -> Mapping[str, int]:
        """Leave out what was only so as long as its unit was there."""
        return {key: value for key, value in values.items() if self[key][1] not in self._standing}


class TimeRules:
    """How each field of a campaign's forms folds over time; fields without a rule are left out."""

    def __init__(
        self,
        by_field: Mapping[tuple[str, str], TimeRule],
        *,
        outside: Collection[tuple[str, str]] = (),
        standing: Collection[tuple[str, str]] = (),
    ) -> None:
        """Take the rules by (form, field).

        Args:
            by_field: the rules.
            outside: what one source tells for everybody, so that units are never added.
            standing: what is counted at a moment (stock), and gone with the unit.
        """
        self._by_field = by_field
        self._outside = outside
        self._standing = standing
        self._forms: dict[str, _RulesOfForm] = {}

    def of_form(self, form_code: str) -> _RulesOfForm:
        """Return the rules of one form, by key."""
        found = self._forms.get(form_code)
        if found is None:
            outside, standing = (
                frozenset(field for form, field in fields if form == form_code)
                for fields in (self._outside, self._standing)
            )
            found = self._forms[form_code] = _RulesOfForm(form_code, self._by_field, outside, standing)
        return found


class _Running:
    """One reading of one form's fields, folded over the periods so far."""

    __slots__ = ("_latest", "_records", "_taken", "_values", "told")

    def __init__(self) -> None:
        self._values: dict[str, int] = {}
        self._latest: dict[str, Mapping[str, int]] = {}
        # By field and record: what the latest report that tells of it says, as keys.
        self._records: dict[str, dict[str, Sequence[str]]] = {}
        self._taken = 0
        # The place of the period that told a figure of outside origin last.
        self.told: dict[str, int] = {}

    def add(self, said: _Said, ordinal: int) -> None:
        values = self._values
        for key, value in said.added.items():
            values[key] = values.get(key, 0) + value
        for key, value in said.largest.items():
            values[key] = max(values.get(key, value), value)
        self._latest.update(said.latest)
        for key in said.outside:
            self.told[key] = ordinal
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
    measured: Iterable[Measured], periods: Iterable[PeriodPlace], rules: TimeRules, gone: Collection[int] = ()
) -> dict[str, dict[str, dict[str, Readings]]]:
    """Fold one unit's numbers into the cells of some periods.

    Args:
        measured: the numbers of the unit's counted revisions in the campaign, any order.
        periods: the periods to compute.
        rules: how each field folds; fields without a rule are left out.
        gone: places of periods in which the unit is no more: what it did still counts, what there
            was of it does not.

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
        over = running if period.cumulative else _alone(own)
        folded[period.code] = _cells(own, over, rules, is_gone=period.ordinal in gone)
    return folded


def _nothing_so_far() -> _Over:
    return defaultdict(lambda: (_Running(), _Running()))


def _add(over: _Over, each: Measured, said: _Said) -> None:
    filed, accepted = over[each.form_code]
    if each.filed:
        filed.add(said, each.ordinal)
    if each.accepted:
        accepted.add(said, each.ordinal)


def _alone(own: Iterable[tuple[Measured, _Said]]) -> _Over:
    """Fold a period's own reports by themselves."""
    over = _nothing_so_far()
    for each, said in own:
        _add(over, each, said)
    return over


def _cells(
    own: Sequence[tuple[Measured, _Said]], over: _Over, rules: TimeRules, *, is_gone: bool
) -> dict[str, dict[str, Readings]]:
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
        if is_gone:
            filed_over, accepted_over = map(rules.of_form(form).without_standing, (filed_over, accepted_over))
        if keys := {**filed_over, **accepted_over, **filed, **accepted}:
            # Reading by reading and not key by key: there are forty keys in every report.
            columns = (map(reading.get, keys) for reading in (filed, accepted, filed_over, accepted_over))
            cells[form] = dict(zip(keys, zip(*columns, strict=True), strict=True))
            _add_told(cells[form], own, readings)
    return cells


def _add_told(
    cells: dict[str, Readings], own: Sequence[tuple[Measured, _Said]], over: tuple[_Running, _Running]
) -> None:
    """Say of figures of outside origin which periods told them."""
    filed, accepted = over
    here = own[0][0].ordinal if own else None
    for key in {**filed.told, **accepted.told}:
        if cell := cells.get(key):
            cells[key] = (*cell, here, here, filed.told.get(key), accepted.told.get(key))


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


def places_after_ceasing(asked: Mapping[int, Collection[str]], owed: Mapping[int, str]) -> frozenset[int]:
    """Return the places of the periods in which a unit is no more.

    That shows in the first period that asks units of its type and not this one, and until one asks it again.

    Args:
        asked: the unit types that each opened period asks, by its place.
        owed: the type under which the unit is on a period's roster, by the period's place.
    """
    gone: set[int] = set()
    unit_type, is_gone = "", False
    for place in sorted(asked):
        if place in owed:
            unit_type, is_gone = owed[place], False
        elif unit_type in asked[place]:
            is_gone = True
        if is_gone:
            gone.add(place)
    return frozenset(gone)
