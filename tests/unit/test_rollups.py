"""One unit's facts fold into cells whatever their order, and official never mixes with provisional."""

import random
from collections import Counter
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from thidua.domain.cell_sums import Sums
from thidua.domain.cell_sums import add_cells
from thidua.domain.cell_sums import add_sums
from thidua.domain.cell_sums import shard_of
from thidua.domain.rollups import Cell
from thidua.domain.rollups import Measured
from thidua.domain.rollups import PeriodPlace
from thidua.domain.rollups import TimeRules
from thidua.domain.rollups import counting_periods
from thidua.domain.rollups import fold_unit
from thidua.domain.rollups import key_of
from thidua.domain.rollups import parts_of
from thidua.domain.rollups import places_after_ceasing
from thidua.domain.rollups import type_up_to
from thidua_sdk import TimeRule
from thidua_sdk import over_time

PERIODS = (
    PeriodPlace("Q1", 0, cumulative=True),
    PeriodPlace("H1", 1, cumulative=True),
    PeriodPlace("X", 2, cumulative=False),
)
BY_FIELD = {
    ("A", "flow"): TimeRule.SUM,
    ("A", "stock"): TimeRule.LATEST,
    ("A", "peak"): TimeRule.MAX,
    ("A", "once"): TimeRule.NEVER,
    ("A", "cases"): TimeRule.DISTINCT,
}
RULES = TimeRules(BY_FIELD)


class Number(NamedTuple):
    """One number as a test tells it."""

    ordinal: int
    field: str
    value: int
    part: str = ""
    filed: bool = True
    accepted: bool = True


def number(
    ordinal: int, field: str, value: int, *, part: str = "", filed: bool = True, accepted: bool = True
) -> Number:
    return Number(ordinal, field, value, part, filed, accepted)


def revisions(*numbers: Number) -> list[Measured]:
    """Put numbers together by the revision they stand in."""
    found: dict[tuple[int, bool, bool], dict[str, int]] = {}
    for each in numbers:
        place = each.ordinal, each.filed, each.accepted
        found.setdefault(place, {})[key_of(each.field, each.part)] = each.value
    return [Measured(ordinal, "A", values, filed, accepted) for (ordinal, filed, accepted), values in found.items()]


def cells(*numbers: Number) -> dict[tuple[str, str, str], Cell]:
    folded = fold_unit(revisions(*numbers), PERIODS, RULES)
    return {
        (period, *parts_of(key)): Cell(*cell)
        for period, forms in folded.items()
        for key, cell in forms.get("A", {}).items()
    }


def test_flows_add_up_stocks_take_the_latest_and_peaks_the_largest() -> None:
    found = cells(
        *(number(ordinal, field, value) for field in ("flow", "stock", "peak") for ordinal, value in ((0, 7), (1, 5)))
    )
    assert [found["H1", field, ""].filed_cumulative for field in ("flow", "stock", "peak")] == [12, 5, 7]
    assert [found["H1", field, ""].filed for field in ("flow", "stock", "peak")] == [5, 5, 5]


def test_a_period_that_does_not_cumulate_stands_alone() -> None:
    found = cells(number(0, "flow", 7), number(2, "flow", 2))
    assert found["X", "flow", ""] == Cell(2, 2, 2, 2)


def test_a_period_that_stands_alone_adds_nothing_to_later_ones() -> None:
    launch, quarter = (PeriodPlace(code, place, place == 1, frozenset({0})) for place, code in enumerate(("L", "Q1")))
    found = fold_unit(revisions(number(0, "flow", 7), number(1, "flow", 9)), (launch, quarter), RULES)
    assert Cell(*found["L"]["A"]["flow"]).filed_cumulative == 7
    assert Cell(*found["Q1"]["A"]["flow"]).filed_cumulative == 9
    assert counting_periods(TimeRule.SUM, {0, 1}, launch) == [0]
    assert counting_periods(TimeRule.SUM, {0, 1}, quarter) == [1]


def test_a_filed_but_unaccepted_revision_never_shows_in_official_figures() -> None:
    found = cells(number(0, "flow", 7, filed=False), number(0, "flow", 9, accepted=False))
    assert found["Q1", "flow", ""] == Cell(9, 7, 9, 7)


def test_no_data_is_not_zero() -> None:
    found = cells(number(0, "flow", 0))
    assert found["Q1", "flow", ""] == Cell(0, 0, 0, 0)
    assert found["H1", "flow", ""] == Cell(None, None, 0, 0)
    assert ("Q1", "stock", "") not in found


def test_a_unit_that_changed_its_choice_no_longer_counts_under_the_first() -> None:
    found = cells(number(0, "stock", 1, part="is:not_yet"), number(1, "stock", 1, part="is:own_plan"))
    assert found["H1", "stock", "is:own_plan"].filed_cumulative == 1
    assert found.get(("H1", "stock", "is:not_yet")) is None


def cases(ordinal: int, **states: str) -> list[Number]:
    """Tell of cases by their state, the way a table of records gives its numbers."""
    found = [number(ordinal, "cases", len(states))]
    found += [
        number(ordinal, "cases", times, part=f"status={state}") for state, times in Counter(states.values()).items()
    ]
    for case, state in states.items():
        found += [number(ordinal, "cases", 1, part=part) for part in (f"@{case}", f"status={state}@{case}")]
    return found


def test_a_case_told_of_again_counts_once_and_as_it_was_told_last() -> None:
    found = cells(*cases(0, a="pending", b="pending"), *cases(1, a="handled", c="handled"))
    assert found["Q1", "cases", ""] == Cell(2, 2, 2, 2)
    assert found["H1", "cases", ""] == Cell(2, 2, 3, 3)
    assert found["H1", "cases", "status=pending"] == Cell(None, None, 1, 1)
    assert found["H1", "cases", "status=handled"] == Cell(2, 2, 2, 2)
    assert not [part for _, _, part in found if "@" in part]


def test_cases_without_a_key_are_like_none_of_another_report_and_an_empty_list_is_none() -> None:
    row = {"#0": "pending"}
    assert cells(*cases(0, **row), *cases(1, **row))["H1", "cases", ""].filed_cumulative == 2
    assert cells(*cases(0))["Q1", "cases", ""] == Cell(0, 0, 0, 0)
    assert cells(*cases(0, a="pending"), *cases(1))["H1", "cases", ""] == Cell(0, 0, 1, 1)


def test_fields_without_a_rule_are_left_out() -> None:
    assert cells(number(0, "unknown", 3)) == {}


@st.composite
def some_numbers(draw: st.DrawFn) -> list[Number]:
    """Numbers of a unit: in each period one revision that counts as both, or one of each kind."""
    found: list[Number] = []
    for ordinal in range(len(PERIODS)):
        for flags in draw(st.sampled_from([((True, True),), ((True, False), (False, True)), ((True, False),)])):
            keys = st.tuples(
                st.sampled_from(["flow", "stock", "peak", "once"]), st.sampled_from(["", "topic:a", "topic:b"])
            )
            values = draw(st.dictionaries(keys, st.integers(0, 99), max_size=6))
            found += [Number(ordinal, field, value, part, *flags) for (field, part), value in values.items()]
    return found


facts = some_numbers()


def plainly(numbers: list[Number], reading: str, period: PeriodPlace, key: tuple[str, str]) -> int | None:
    """Fold one figure over time as the rules are written, looking at every number again."""
    field, part = key
    rule = BY_FIELD["A", field]
    read = [each for each in numbers if getattr(each, reading) and each.field == field]
    values = {each.ordinal: each.value for each in read if each.part == part}
    counting = counting_periods(rule, {each.ordinal for each in read}, period)
    return over_time(rule, [values.get(ordinal) for ordinal in counting])


@given(facts)
def test_every_cell_is_what_the_rules_say(given_facts: list[Number]) -> None:
    found = cells(*given_facts)
    for period in PERIODS:
        for key in {(each.field, each.part) for each in given_facts}:
            mine = [each for each in given_facts if (each.ordinal, each.field, each.part) == (period.ordinal, *key)]
            own = [
                next((each.value for each in mine if getattr(each, reading)), None) for reading in ("filed", "accepted")
            ]
            over = [plainly(given_facts, reading, period, key) for reading in ("filed", "accepted")]
            expected = Cell(own[0], own[1], over[0], over[1])
            assert found.get((period.code, *key), Cell(None, None, None, None)) == expected


@given(facts, st.randoms(use_true_random=False))
def test_the_order_of_revisions_does_not_matter(given_facts: list[Number], shuffle: random.Random) -> None:
    shuffled = revisions(*given_facts)
    shuffle.shuffle(shuffled)
    assert fold_unit(shuffled, PERIODS, RULES) == fold_unit(revisions(*given_facts), PERIODS, RULES)


@given(st.lists(facts, max_size=4), st.integers(0, 4))
def test_sums_are_the_same_in_parts_and_at_once(units: list[list[Number]], cut: int) -> None:
    folded = [fold_unit(revisions(*each), PERIODS, RULES)["H1"] for each in units]
    at_once: Sums = {}
    first: Sums = {}
    second: Sums = {}
    for place, unit in enumerate(folded):
        add_cells(at_once, f"type {place % 2}", unit)
        add_cells(first if place < cut else second, f"type {place % 2}", unit)
    together: Sums = {}
    add_sums(together, second)
    add_sums(together, first)
    assert together == at_once


def test_nobodys_data_stays_no_data_in_a_sum() -> None:
    sums: Sums = {}
    add_cells(sums, "room", {"A": {"flow": (None, 3, None, 0)}})
    add_cells(sums, "room", {"A": {"flow": (None, None, 2, 0)}})
    assert sums == {"room": {"A": {"flow": [None, 3, 2, 0]}}}


def test_a_units_part_is_the_same_on_every_machine() -> None:
    assert [shard_of(code) for code in ("LS-180-VHTT", "LS-186-VHTT", "STTTT-VP")] == [14, 19, 34]


def test_the_type_is_that_of_the_newest_report_up_to_the_period() -> None:
    types = {1: "room", 3: "centre"}
    assert [type_up_to(types, ordinal) for ordinal in range(5)] == ["", "room", "room", "centre", "centre"]


OUTSIDE = TimeRules({("D", "crashes"): TimeRule.LATEST}, outside=[("D", "crashes")])


def told(ordinal: int, value: int, *, accepted: bool = True) -> Measured:
    return Measured(ordinal, "D", {"crashes": value}, filed=True, accepted=accepted)


@given(st.permutations([(told(0, 15),), (told(0, 30), told(1, 28, accepted=False)), (told(1, 27),), ()]))
def test_of_an_outside_figure_the_one_told_last_holds_whoever_is_counted_first(
    units: list[tuple[Measured, ...]],
) -> None:
    sums: Sums = {}
    for unit in units:
        add_cells(sums, "office", fold_unit(unit, PERIODS, OUTSIDE)["H1"])
    # Told of one period twice, it grew; what was told before and accepted is older.
    assert sums["office"]["D"]["crashes"] == [28, 27, 28, 27, 1, 1, 1, 1]


def test_what_was_counted_of_an_outside_figure_before_it_was_told_apart_gives_way() -> None:
    sums: Sums = {}
    add_cells(sums, "office", {"D": {"crashes": (9, 9, 9, 9)}})
    add_cells(sums, "office", fold_unit([told(1, 28)], PERIODS, OUTSIDE)["H1"])
    assert sums["office"]["D"]["crashes"][:4] == [28, 28, 28, 28]


def test_what_there_was_of_a_unit_goes_with_it_and_what_it_did_stays() -> None:
    rules = TimeRules(BY_FIELD, standing=[("A", "stock"), ("A", "peak")])
    given_numbers = revisions(number(0, "flow", 3), number(0, "stock", 4), number(0, "peak", 5))
    assert fold_unit(given_numbers, PERIODS, rules, gone={1})["H1"] == {"A": {"flow": (None, None, 3, 3)}}
    assert fold_unit(given_numbers, PERIODS, rules)["H1"]["A"].keys() == {"flow", "stock", "peak"}


def test_a_unit_is_gone_once_its_like_are_asked_without_it() -> None:
    asked = {0: {"room"}, 1: {"district"}, 2: {"room", "district"}, 3: {"district"}, 4: {"room"}}
    assert places_after_ceasing(asked, {0: "room"}) == {2, 3, 4}
    assert places_after_ceasing(asked, {0: "room", 4: "room"}) == {2, 3}
    assert places_after_ceasing(asked, {0: "room", 2: "district"}) == {3, 4}
    assert places_after_ceasing(asked, {2: "room", 4: "room"}) == set()
