"""Whatever became of the units, drawn at random: the two readings agree and every stretch comes to the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from lineages import FIRST
from lineages import a_step
from lineages import a_unit

from thidua.domain.lineage import Lineage
from thidua.domain.lineage import Rest
from thidua.domain.successions import Link
from thidua.domain.successions import Succession
from thidua.domain.successions import SuccessionKind
from thidua.domain.units import Unit


@dataclass
class History:
    """Units and steps as they are drawn; a unit's end is written when it is known."""

    first: dict[str, date] = field(default_factory=dict)
    end: dict[str, date] = field(default_factory=dict)
    steps: list[Succession] = field(default_factory=list)

    def alive(self) -> list[str]:
        return [code for code in self.first if code not in self.end]

    def units(self) -> list[Unit]:
        return [a_unit(code, first, self.end.get(code)) for code, first in self.first.items()]

    def lineage(self) -> Lineage:
        return Lineage(self.units(), self.steps)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Draw up to six steps a year apart, of any kind, with weights or without, over units that are there."""
    made = History({f"U{number}": FIRST for number in range(draw(st.integers(1, 5)))})
    for year in range(draw(st.integers(0, 6))):
        day = date(2021 + year, 7, 1)
        before = draw(st.lists(st.sampled_from(made.alive()), unique=True, min_size=1, max_size=3))
        new = [f"N{year}{number}" for number in range(draw(st.integers(1, 3)))]
        going_on = [code for code in before if draw(st.booleans())]
        links: list[tuple[str, str]] = []
        for code in before:
            after = draw(st.lists(st.sampled_from(new), unique=True, min_size=1))
            links += [(code, each) for each in ([code] if code in going_on else []) + after]
        reached = {after for _, after in links}
        kind = a_kind(before, going_on, reached)
        if kind is None:
            continue
        weighed = draw(st.booleans())
        weights = [draw(st.integers(1, 9)) if weighed else None for _ in links]
        made.steps.append(
            a_step(
                code=f"S{year}",
                kind=kind,
                effective_on=day,
                links=tuple(
                    Link(predecessor=one, successor=other, weight=weight)
                    for (one, other), weight in zip(links, weights, strict=True)
                ),
            )
        )
        made.first |= {code: day for code in new if code in reached}
        made.end |= {code: day for code in before if code not in going_on}
    return made


def a_kind(before: list[str], going_on: list[str], after: set[str]) -> SuccessionKind | None:
    if len(before) > 1 and len(after) > 1:
        return SuccessionKind.MANY_TO_MANY
    if len(before) == 1 and len(after) > 1:
        return SuccessionKind.SPLIT
    return SuccessionKind.MERGE if not going_on else None


FIGURES = st.integers(0, 1000)
DAYS = st.dates(FIRST, date(2030, 1, 1))


def figures_of(history: History, day: date, data: st.DataObject) -> Mapping[str, int]:
    there = [unit.code for unit in history.units() if unit.version_on(day)]
    return data.draw(st.fixed_dictionaries(dict.fromkeys(there, FIGURES)))


@given(histories(), DAYS, DAYS, st.booleans(), st.data())
def test_both_readings_have_one_total_and_stand_with_units_of_their_day(
    history: History,
    one: date,
    other: date,
    divisible: bool,  # noqa: FBT001  drawn
    data: st.DataObject,
) -> None:
    since, now = sorted((one, other))
    figures = figures_of(history, since, data)
    lineage = history.lineage()
    brought = lineage.as_now(figures, since=since, now=now, divisible=divisible)

    assert brought.total == sum(figures.values())
    units = {unit.code: unit for unit in history.units()}
    assert all(units[code].version_on(now) for code in brought.by_unit)
    reached = {code for each in figures for code in lineage.successors(each, since=since, until=now)}
    assert set(brought.by_unit) <= reached
    assert all(reason is not Rest.NO_SUCCESSOR for _, reason in brought.rest)
    if not divisible:
        assert all(reason is Rest.NOT_DIVISIBLE for _, reason in brought.rest)


@given(histories(), DAYS, DAYS)
def test_whose_successor_one_is_has_him_among_the_predecessors(history: History, one: date, other: date) -> None:
    since, until = sorted((one, other))
    lineage = history.lineage()
    before = [unit.code for unit in history.units() if unit.version_on(since)]
    after = [unit.code for unit in history.units() if unit.version_on(until)]
    forth = {(a, b) for a in before for b in lineage.successors(a, since=since, until=until)}
    back = {(a, b) for b in after for a in lineage.predecessors(b, since=since, until=until)}
    assert forth == {(a, b) for a, b in back if a in before}
    assert {b for _, b in forth} <= set(after)


@given(histories(), DAYS, DAYS, DAYS, st.data())
def test_going_in_two_stretches_reaches_the_same_units(
    history: History, one: date, two: date, three: date, data: st.DataObject
) -> None:
    since, between, until = sorted((one, two, three))
    lineage = history.lineage()
    for unit in history.units():
        if unit.version_on(since):
            there = lineage.successors(unit.code, since=since, until=between)
            further = {code for each in there for code in lineage.successors(each, since=between, until=until)}
            assert further == lineage.successors(unit.code, since=since, until=until)
    figures = figures_of(history, since, data)
    first = lineage.as_now(figures, since=since, now=between, divisible=True)
    rest = sum(first.rest.values())
    second = lineage.as_now(first.by_unit, since=between, now=until, divisible=True)
    whole = lineage.as_now(figures, since=since, now=until, divisible=True)
    assert dict(second.by_unit) == dict(whole.by_unit)
    assert rest + sum(second.rest.values()) == sum(whole.rest.values())
