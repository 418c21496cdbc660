"""Windows of a statistical year, for any year and any first day of its months."""

from datetime import date
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua_sdk import StatisticalYear
from thidua_sdk import Window

# The first window may reach into the year before, the day after the last into the year after.
years = st.builds(StatisticalYear, st.integers(2, 9997), st.integers(1, 28))


def joined(*windows: Window) -> Window:
    """Join adjoining windows; raises on any gap or overlap."""
    first, *rest = windows
    for window in rest:
        first = first.joined_to(window)
    return first


@given(years)
def test_months_tile_the_year(year: StatisticalYear) -> None:
    assert joined(*(year.month(number) for number in range(1, 13))) == year.whole


@given(years)
def test_every_day_of_the_year_lies_in_exactly_one_month(year: StatisticalYear) -> None:
    months = [year.month(number) for number in range(1, 13)]

    assert sum(month.days for month in months) == year.whole.days
    for month in months:
        assert sum(month.first_on in other for other in months) == 1
        assert sum(month.last_on in other for other in months) == 1


@given(years, st.integers(1, 4))
def test_a_quarter_is_three_months(year: StatisticalYear, number: int) -> None:
    last = 3 * number

    assert joined(year.month(last - 2), year.month(last - 1), year.month(last)) == year.quarter(number)


@given(years, st.integers(1, 2))
def test_a_half_year_is_two_quarters(year: StatisticalYear, number: int) -> None:
    assert joined(year.quarter(2 * number - 1), year.quarter(2 * number)) == year.half(number)


@given(years)
def test_the_year_is_two_halves(year: StatisticalYear) -> None:
    assert joined(year.half(1), year.half(2)) == year.whole


@given(years)
def test_nine_months_are_the_first_three_quarters(year: StatisticalYear) -> None:
    assert joined(year.quarter(1), year.quarter(2), year.quarter(3)) == year.nine_months


@given(years)
def test_the_next_year_begins_on_the_day_after(year: StatisticalYear) -> None:
    following = StatisticalYear(year.year + 1, year.first_day)

    assert following.whole.first_on == year.whole.last_on + timedelta(days=1)


@given(years)
def test_a_year_has_365_or_366_days_and_its_months_begin_on_the_first_day(year: StatisticalYear) -> None:
    assert year.whole.days in {365, 366}
    assert {year.month(number).first_on.day for number in range(1, 13)} == {year.first_day}


@given(years)
def test_month_m_ends_in_calendar_month_m(year: StatisticalYear) -> None:
    ends = [year.month(number).last_on for number in range(1, 13)]

    assert [(end.year, end.month) for end in ends] == [(year.year, number) for number in range(1, 13)]


@given(years, st.integers(0, 60))
def test_the_tail_begins_after_the_cut_off_and_is_none_if_nothing_is_left(year: StatisticalYear, after: int) -> None:
    last_on = year.whole.last_on + timedelta(days=after)
    tail = year.closing_tail(last_on)

    if after == 0:
        assert tail is None
    else:
        assert tail is not None
        assert tail.days == after
        assert joined(year.whole, tail).last_on == last_on


def test_the_year_2021_runs_from_15_december_to_14_december() -> None:
    year = StatisticalYear(2021, first_day=15)

    assert year.whole == Window(date(2020, 12, 15), date(2021, 12, 14))
    assert year.month(9) == Window(date(2021, 8, 15), date(2021, 9, 14))
    assert year.quarter(1) == Window(date(2020, 12, 15), date(2021, 3, 14))
    assert year.half(2) == Window(date(2021, 6, 15), date(2021, 12, 14))
    assert year.nine_months == Window(date(2020, 12, 15), date(2021, 9, 14))
    assert year.closing_tail(date(2021, 12, 31)) == Window(date(2021, 12, 15), date(2021, 12, 31))


def test_with_the_first_day_1_the_year_is_the_calendar_year() -> None:
    year = StatisticalYear(2024, first_day=1)

    assert year.whole == Window(date(2024, 1, 1), date(2024, 12, 31))
    assert year.month(2) == Window(date(2024, 2, 1), date(2024, 2, 29))


@pytest.mark.parametrize("first_day", [0, 29, 31])
def test_a_first_day_that_some_month_lacks_is_refused(first_day: int) -> None:
    with pytest.raises(ValueError, match="cannot begin on day"):
        StatisticalYear(2021, first_day)


@pytest.mark.parametrize("number", [0, 13])
def test_there_is_no_month_beyond_twelve(number: int) -> None:
    with pytest.raises(ValueError, match="no month"):
        StatisticalYear(2021, 15).month(number)
