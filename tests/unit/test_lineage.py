"""Units through time: steps fit the units' days, both readings have one total, nothing is lost or counted twice."""

from datetime import date
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lineages import CHANGE
from lineages import EVE
from lineages import FIRST
from lineages import LATER
from lineages import a_step
from lineages import a_unit

from thidua.domain.errors import InvalidConfigurationError
from thidua.domain.lineage import Lineage
from thidua.domain.lineage import Rest
from thidua.domain.lineage import apportioned
from thidua.domain.lineage import as_then
from thidua.domain.successions import Succession
from thidua.domain.successions import SuccessionKind
from thidua.domain.units import Unit


def a_split(*, weights: tuple[int, int] | None = (2, 1)) -> Lineage:
    one, other = weights or (None, None)
    step = a_step(("A", "B"), ("A", "C")) if one is None else a_step(("A", "B", one), ("A", "C", other or 0))
    return Lineage([a_unit("A", end=CHANGE), a_unit("B", CHANGE), a_unit("C", CHANGE)], [step])


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
