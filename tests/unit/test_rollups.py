"""One unit's facts fold into cells whatever their order, and official never mixes with provisional."""

import random

from hypothesis import given
from hypothesis import strategies as st

from thidua.domain.rollups import Cell
from thidua.domain.rollups import Measured
from thidua.domain.rollups import PeriodPlace
from thidua.domain.rollups import RollupCell
from thidua.domain.rollups import fold_unit
from thidua.domain.rollups import type_up_to
from thidua_sdk import TimeRule

PERIODS = (
    PeriodPlace("Q1", 0, cumulative=True),
    PeriodPlace("H1", 1, cumulative=True),
    PeriodPlace("X", 2, cumulative=False),
)
RULES = {("A", "flow"): TimeRule.SUM, ("A", "stock"): TimeRule.LATEST, ("A", "peak"): TimeRule.MAX}


def measured(
    ordinal: int, field: str, value: int, *, part: str = "", filed: bool = True, accepted: bool = True
) -> Measured:
    return Measured(ordinal, "A", field, part, value, filed, accepted)


def cells(*facts: Measured) -> dict[tuple[str, str, str], Cell]:
    return {(each.period_code, each.field, each.part): each.cell for each in fold_unit(facts, PERIODS, RULES)}


def test_flows_add_up_stocks_take_the_latest_and_peaks_the_largest() -> None:
    found = cells(
        *(measured(ordinal, field, value) for field in ("flow", "stock", "peak") for ordinal, value in ((0, 7), (1, 5)))
    )
    assert [found["H1", field, ""].filed_cumulative for field in ("flow", "stock", "peak")] == [12, 5, 7]
    assert [found["H1", field, ""].filed for field in ("flow", "stock", "peak")] == [5, 5, 5]


def test_a_period_that_does_not_cumulate_stands_alone() -> None:
    found = cells(measured(0, "flow", 7), measured(2, "flow", 2))
    assert found["X", "flow", ""] == Cell(2, 2, 2, 2)


def test_a_filed_but_unaccepted_revision_never_shows_in_official_figures() -> None:
    found = cells(measured(0, "flow", 7, filed=False), measured(0, "flow", 9, accepted=False))
    assert found["Q1", "flow", ""] == Cell(9, 7, 9, 7)


def test_no_data_is_not_zero() -> None:
    found = cells(measured(0, "flow", 0))
    assert found["Q1", "flow", ""] == Cell(0, 0, 0, 0)
    assert found["H1", "flow", ""] == Cell(None, None, 0, 0)
    assert ("Q1", "stock", "") not in found


def test_a_unit_that_changed_its_choice_no_longer_counts_under_the_first() -> None:
    found = cells(measured(0, "stock", 1, part="is:not_yet"), measured(1, "stock", 1, part="is:own_plan"))
    assert found["H1", "stock", "is:own_plan"].filed_cumulative == 1
    assert found.get(("H1", "stock", "is:not_yet")) is None


def test_fields_without_a_rule_are_left_out() -> None:
    assert cells(measured(0, "unknown", 3)) == {}


facts = st.lists(
    st.builds(
        measured,
        st.integers(0, 2),
        st.sampled_from(["flow", "stock", "peak"]),
        st.integers(0, 99),
        part=st.sampled_from(["", "topic:a", "topic:b"]),
    ),
    unique_by=lambda fact: (fact.ordinal, fact.field, fact.part),
)


@given(facts, st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(given_facts: list[Measured], shuffle: random.Random) -> None:
    shuffled = list(given_facts)
    shuffle.shuffle(shuffled)
    assert fold_unit(shuffled, PERIODS, RULES) == fold_unit(given_facts, PERIODS, RULES)


@given(facts)
def test_cumulative_flows_equal_the_sum_of_the_periods(given_facts: list[Measured]) -> None:
    found = cells(*given_facts)
    parts = {fact.part for fact in given_facts if fact.field == "flow"}
    for part in parts:
        own = [found[code, "flow", part].filed for code in ("Q1", "H1") if (code, "flow", part) in found]
        known = [value for value in own if value is not None]
        cell = found.get(("H1", "flow", part))
        assert (cell.filed_cumulative if cell else None) == (sum(known) if known else None)


def test_cells_come_sorted() -> None:
    found = fold_unit([measured(1, "stock", 1), measured(0, "flow", 1)], PERIODS, RULES)
    keys = [(each.period_code, each.field) for each in found]
    assert keys == [("Q1", "flow"), ("H1", "flow"), ("H1", "stock")]
    assert all(isinstance(each, RollupCell) for each in found)


def test_the_type_is_that_of_the_newest_report_up_to_the_period() -> None:
    types = {1: "room", 3: "centre"}
    assert [type_up_to(types, ordinal) for ordinal in range(5)] == ["", "room", "room", "centre", "centre"]
