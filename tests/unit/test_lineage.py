"""Units through time: steps fit the units' days, both readings have one total, nothing is lost or counted twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import date
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.domain.errors import InvalidConfigurationError
from thidua.domain.lineage import Lineage
from thidua.domain.lineage import Rest
from thidua.domain.lineage import apportioned
from thidua.domain.lineage import as_then
from thidua.domain.successions import Link
from thidua.domain.successions import Succession
from thidua.domain.successions import SuccessionKind
from thidua.domain.units import Unit
from thidua.domain.units import UnitVersion

FIRST = date(2020, 1, 1)
CHANGE = date(2025, 7, 1)
EVE = CHANGE - timedelta(days=1)
LATER = date(2026, 1, 1)


def a_unit(code: str, first: date = FIRST, end: date | None = None, *, renamed_on: date | None = None) -> Unit:
    days = [first, *([renamed_on] if renamed_on else []), end]
    versions = [
        UnitVersion(
            name=f"Phòng {code} {place}",
            short_name=f"{code} {place}",
            type="room",
            parent="Sở",
            valid_from=since or FIRST,
            valid_to=until,
        )
        for place, (since, until) in enumerate(pairwise(days))
    ]
    return Unit(code=code, order=len(code) * 1000 + sum(map(ord, code)), versions=tuple(versions))


def a_step(*links: tuple[str, str] | tuple[str, str, int], **changes: object) -> Succession:
    made = tuple(
        Link(predecessor=link[0], successor=link[1], weight=link[2] if len(link) > 2 else None) for link in links
    )
    told: dict[str, object] = {
        "code": "S1",
        "kind": SuccessionKind.SPLIT,
        "effective_on": CHANGE,
        "legal_basis": "NQ 1",
        "source": "Công báo",
        "weighed_by": "số xã",
        "links": made,
    }
    return Succession(**{**told, **changes})


def a_split(*, weights: tuple[int, int] | None = (2, 1)) -> Lineage:
    one, other = weights or (None, None)
    step = a_step(("A", "B"), ("A", "C")) if one is None else a_step(("A", "B", one), ("A", "C", other or 0))
    return Lineage([a_unit("A", end=CHANGE), a_unit("B", CHANGE), a_unit("C", CHANGE)], [step])


# --- The readings


def test_a_flow_of_a_split_unit_is_divided_by_weight_without_losing_one() -> None:
    now = a_split().as_now({"A": 100}, since=EVE, now=LATER, divisible=True)
    assert dict(now.by_unit) == {"B": 67, "C": 33}
    assert now.total == as_then({"A": 100}).total


def test_what_cannot_be_divided_stands_in_the_rest_with_its_reason() -> None:
    stock = a_split().as_now({"A": 7}, since=EVE, now=LATER, divisible=False)
    assert (dict(stock.by_unit), dict(stock.rest)) == ({}, {("A", Rest.NOT_DIVISIBLE): 7})
    unknown = a_split(weights=None).as_now({"A": 7}, since=EVE, now=LATER, divisible=True)
    assert dict(unknown.rest) == {("A", Rest.NO_WEIGHTS): 7}


def test_before_the_day_nothing_has_happened() -> None:
    before = a_split().as_now({"A": 7}, since=FIRST, now=EVE, divisible=True)
    assert dict(before.by_unit) == {"A": 7}
    on_the_day = a_split().as_now({"A": 6}, since=FIRST, now=CHANGE, divisible=True)
    assert dict(on_the_day.by_unit) == {"B": 4, "C": 2}


def test_a_merger_adds_up_stocks_too() -> None:
    units = [a_unit("A", end=CHANGE), a_unit("B", end=CHANGE), a_unit("C", CHANGE)]
    step = a_step(("A", "C"), ("B", "C"), kind=SuccessionKind.MERGE)
    now = Lineage(units, [step]).as_now({"A": 3, "B": 4}, since=EVE, now=LATER, divisible=False)
    assert dict(now.by_unit) == {"C": 7}


def test_a_unit_that_ceased_without_successor_is_told_in_the_rest() -> None:
    now = Lineage([a_unit("A", end=CHANGE)]).as_now({"A": 3, "?": 1}, since=EVE, now=LATER, divisible=True)
    assert (dict(now.by_unit), dict(now.rest)) == ({"?": 1}, {("A", Rest.NO_SUCCESSOR): 3})


def test_a_unit_that_gave_part_away_keeps_its_part_and_what_it_reports_afterwards() -> None:
    units = [a_unit("A"), a_unit("B")]
    lineage = Lineage(units, [a_step(("A", "A", 3), ("A", "B", 1), kind=SuccessionKind.TRANSFER)])
    before = lineage.as_now({"A": 8, "B": 1}, since=EVE, now=LATER, divisible=True)
    assert dict(before.by_unit) == {"A": 6, "B": 3}
    after = lineage.as_now({"A": 8, "B": 1}, since=CHANGE, now=LATER, divisible=True)
    assert dict(after.by_unit) == {"A": 8, "B": 1}


def test_a_closing_report_with_a_cut_off_after_the_end_is_brought_on() -> None:
    late = CHANGE + timedelta(days=14)
    now = a_split().as_now({"A": 3, "B": 1}, since=late, now=LATER, divisible=True)
    assert dict(now.by_unit) == {"B": 3, "C": 1}


def test_units_that_swap_on_one_day_swap_at_once() -> None:
    links = (("A", "A", 1), ("A", "B", 1), ("B", "A", 1), ("B", "B", 1))
    lineage = Lineage([a_unit("A"), a_unit("B")], [a_step(*links, kind=SuccessionKind.MANY_TO_MANY)])
    now = lineage.as_now({"A": 10, "B": 20}, since=EVE, now=LATER, divisible=True)
    assert dict(now.by_unit) == {"A": 15, "B": 15}


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(1, 10**6), min_size=1, max_size=70))
def test_parts_add_up_and_none_is_a_whole_away_from_its_share(value: int, weights: list[int]) -> None:
    parts = apportioned(value, weights)
    assert sum(parts) == value
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - value * weight) < sum(weights)


# --- Any history


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


# --- What is refused

A_TO_B = a_step(("A", "B"), kind=SuccessionKind.RENAME)


@pytest.mark.parametrize(
    ("units", "steps", "words"),
    [
        ([a_unit("A"), a_unit("B", CHANGE)], [A_TO_B], "vẫn hoạt động từ ngày 1/7/2025"),
        ([a_unit("A", end=EVE), a_unit("B", CHANGE)], [A_TO_B], "không còn hoạt động ngay trước ngày"),
        ([a_unit("A", end=CHANGE), a_unit("B", LATER)], [A_TO_B], "chưa hoặc không còn hoạt động vào ngày"),
        ([a_unit("A", end=CHANGE)], [A_TO_B], "không có đơn vị nào mã B"),
        (
            [a_unit("A", end=CHANGE), a_unit("B", CHANGE)],
            [a_step(("A", "A", 1), ("A", "B", 1))],
            "đã hết hiệu lực từ ngày",
        ),
        (
            [a_unit("A", end=CHANGE), a_unit("B", CHANGE), a_unit("C", CHANGE)],
            [A_TO_B, a_step(("A", "C"), code="S2", kind=SuccessionKind.RENAME)],
            "đã chuyển theo thay đổi S1 cùng ngày",
        ),
        # A circle: each gives to the other on one day, which comes first is not said.
        (
            [a_unit("A"), a_unit("B")],
            [
                a_step(("A", "A", 1), ("A", "B", 1)),
                a_step(("B", "B", 1), ("B", "A", 1), code="S2"),
            ],
            "vừa nhận ở đây vừa chuyển đi",
        ),
        # A circle through time: a code is never used again, so the first cannot be there to come back to.
        (
            [a_unit("A", end=CHANGE), a_unit("B", CHANGE, LATER)],
            [A_TO_B, a_step(("B", "A"), code="S2", kind=SuccessionKind.RENAME, effective_on=LATER)],
            "A chưa hoặc không còn hoạt động",
        ),
        ([a_unit("A")], [a_step(("A", "A"), kind=SuccessionKind.RENAME)], "không có tên nào bắt đầu từ ngày"),
        (
            [a_unit("A", end=CHANGE), a_unit("B", CHANGE)],
            [a_step(("A", "B"), kind=SuccessionKind.RENAME, replaces="S0")],
            "không có thay đổi S0 để thay",
        ),
    ],
)
def test_steps_that_do_not_fit_are_refused(units: list[Unit], steps: list[Succession], words: str) -> None:
    with pytest.raises(InvalidConfigurationError, match=words):
        Lineage(units, steps)


@pytest.mark.parametrize(
    ("links", "changes", "words"),
    [
        ((), {}, "chưa ghi đơn vị nào"),
        ((("A", "B"), ("A", "B")), {}, "ghi hai lần"),
        ((("A", "B", 0), ("A", "C", 1)), {}, "số nguyên dương"),
        ((("A", "B", 1), ("A", "C")), {}, "hoặc không ghi cho ai"),
        ((("A", "B", 1), ("A", "C", 1)), {"weighed_by": ""}, "tính theo gì"),
        ((("A", "B"),), {}, "không đúng với loại “Chia, tách”"),
        ((("A", "B"), ("A", "C")), {"kind": SuccessionKind.MERGE}, "Sáp nhập"),
        ((("A", "A"), ("B", "A")), {"kind": SuccessionKind.MERGE}, "Sáp nhập"),
        ((("A", "A"), ("B", "B")), {"kind": SuccessionKind.TRANSFER}, "Chuyển giao"),
        ((("A", "B"), ("A", "C")), {"kind": SuccessionKind.RENAME}, "Đổi tên"),
        ((("A", "B"), ("A", "C")), {"kind": SuccessionKind.MANY_TO_MANY}, "Sắp xếp"),
        ((("A", "B"), ("A", "C")), {"replaces": "S1"}, "thay chính nó"),
    ],
)
def test_links_that_do_not_fit_are_refused(
    links: tuple[tuple[str, str], ...], changes: dict[str, object], words: str
) -> None:
    with pytest.raises(InvalidConfigurationError, match=words):
        a_step(*links, **changes)


def test_a_rename_under_the_same_code_moves_nothing() -> None:
    unit = a_unit("A", renamed_on=CHANGE)
    lineage = Lineage([unit], [a_step(("A", "A"), kind=SuccessionKind.RENAME)])
    assert lineage.successors("A", since=FIRST, until=LATER) == {"A"}
    assert dict(lineage.as_now({"A": 3}, since=FIRST, now=LATER, divisible=False).by_unit) == {"A": 3}
    assert [step.code for step in lineage.of_unit("A")] == ["S1"]


def test_a_renamed_unit_may_take_another_in_on_the_same_day() -> None:
    units = [a_unit("A", renamed_on=CHANGE), a_unit("B", end=CHANGE)]
    steps = [
        a_step(("A", "A"), kind=SuccessionKind.RENAME),
        a_step(("B", "A"), code="S2", kind=SuccessionKind.MERGE),
    ]
    lineage = Lineage(units, steps)
    assert dict(lineage.as_now({"A": 3, "B": 4}, since=EVE, now=LATER, divisible=False).by_unit) == {"A": 7}
    assert lineage.predecessors("A", since=EVE, until=LATER) == {"A", "B"}


def test_a_step_that_stands_in_for_a_wrong_one_holds_in_its_place() -> None:
    units = [a_unit("A", end=CHANGE), a_unit("B", CHANGE), a_unit("C", CHANGE)]
    wrong, right = A_TO_B, a_step(("A", "C"), code="S2", kind=SuccessionKind.RENAME, replaces="S1")
    lineage = Lineage(units, [wrong, right])
    assert lineage.successors("A", since=EVE, until=LATER) == {"C"}
    again = a_step(("A", "B"), code="S3", kind=SuccessionKind.RENAME, replaces="S1")
    with pytest.raises(InvalidConfigurationError, match="đã được thay bằng thay đổi khác"):
        Lineage(units, [wrong, right, again])
    first = a_step(("A", "B"), kind=SuccessionKind.RENAME, replaces="S2")
    with pytest.raises(InvalidConfigurationError, match="thành vòng"):
        Lineage(units, [first, right])


def test_names_as_of_a_day_are_those_of_the_nearest_version_where_it_was_not_there() -> None:
    unit = a_unit("A", CHANGE, LATER, renamed_on=date(2025, 10, 1))
    days = (EVE, CHANGE, date(2025, 10, 1), LATER)
    assert [unit.version_nearest(day).short_name for day in days] == ["A 0", "A 0", "A 1", "A 1"]


@pytest.mark.parametrize(
    ("before", "now", "are"),
    [
        ({"A", "B"}, {"C", "D"}, True),
        # The order of two days: nothing happened yet.
        ({"A", "B"}, {"A", "B"}, False),
        # C has a part of B, and A gave D a part: neither is all of the other.
        ({"A"}, {"C", "D"}, False),
        ({"A", "B"}, {"C"}, False),
        ({"A", "B", "E"}, {"C", "D", "E"}, True),
        ({"A", "B"}, {"C", "D", "E"}, False),
        # F ceased, and nobody is known to have followed.
        ({"A", "B", "F"}, {"C", "D"}, False),
    ],
)
def test_sums_compare_where_units_are_all_that_became_of_those_before(
    before: set[str],
    now: set[str],
    are: bool,  # noqa: FBT001
) -> None:
    units = (*(a_unit(code, end=CHANGE) for code in "ABF"), *(a_unit(code, CHANGE) for code in "CD"), a_unit("E"))
    step = a_step(("A", "C", 1), ("A", "D", 1), ("B", "C", 1), ("B", "D", 2), kind=SuccessionKind.MANY_TO_MANY)
    lineage = Lineage(units, [step])
    assert lineage.is_one_ground(before, now, since=EVE - timedelta(days=900), until=LATER) is are


def test_units_of_one_day_are_the_same_ground_only_if_they_are_the_same() -> None:
    lineage = Lineage([a_unit("A"), a_unit("B")])
    assert lineage.is_one_ground({"A"}, {"A"}, since=FIRST, until=LATER)
    assert not lineage.is_one_ground({"A"}, {"A", "B"}, since=FIRST, until=LATER)
