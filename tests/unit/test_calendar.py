"""Working days and deadlines: invariants for any calendar, and the dates of 2021 worked out by hand."""

import tomllib
from collections.abc import Mapping
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.domain.calendar import WorkingCalendar
from thidua.domain.calendar import calendar_from
from thidua.domain.errors import InvalidConfigurationError
from thidua_sdk import DeadlineRule

CONFIG = Path(__file__).parents[2] / "config" / "calendar"
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
TET_2021 = [date(2021, 2, day) for day in range(10, 17)]


def the_shipped_calendar() -> WorkingCalendar:
    return calendar_from(tomllib.loads(path.read_text("utf-8")) for path in sorted(CONFIG.glob("*.toml")))


def a_rule(working_days: int = 2, at: time = time(17, 0)) -> DeadlineRule:
    return DeadlineRule(working_days=working_days, at=at, source="kiểm thử")


def a_year(year: int = 2021, **changes: object) -> Mapping[str, object]:
    return {"year": year, "verified": True, "source": "kiểm thử", "workdays": [], "holidays": []} | changes


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    """Two or three years of any holidays, a fifth of all days at most, and swapped weekend days."""
    days = st.dates(date(2020, 12, 1), date(2022, 1, 31))
    holidays = draw(st.frozensets(days, max_size=80))
    weekend = days.filter(lambda day: day.weekday() >= 5 and day not in holidays)
    return WorkingCalendar(
        years=frozenset(range(2020, 2024)),
        holidays=dict.fromkeys(holidays, "nghỉ"),
        workdays=draw(st.frozensets(weekend, max_size=10)),
    )


cutoffs = st.dates(date(2021, 1, 1), date(2021, 12, 31))


# By hand from a paper calendar of 2021: Tết 10-16/02, 21/4, 30/4, 03/5, 02-03/9, and 03/01/2022 off.
@pytest.mark.parametrize(
    ("cutoff_on", "units_due_on", "office_due_on"),
    [
        pytest.param(date(2021, 3, 14), date(2021, 3, 16), date(2021, 3, 19), id="Q1, cut off on a Sunday"),
        pytest.param(date(2021, 6, 14), date(2021, 6, 16), date(2021, 6, 21), id="H1, over a weekend"),
        pytest.param(date(2021, 9, 14), date(2021, 9, 16), date(2021, 9, 21), id="9M"),
        pytest.param(date(2021, 12, 14), date(2021, 12, 16), date(2021, 12, 21), id="Y"),
        pytest.param(date(2021, 12, 31), date(2022, 1, 5), date(2022, 1, 10), id="CLOSE, over the new year"),
    ],
)
def test_deadlines_of_2021_fall_where_they_fall_on_paper(
    cutoff_on: date, units_due_on: date, office_due_on: date
) -> None:
    calendar = the_shipped_calendar()

    assert calendar.due_at(a_rule(2), cutoff_on, HANOI) == datetime(
        units_due_on.year, units_due_on.month, units_due_on.day, 17, 0, tzinfo=HANOI
    )
    assert calendar.due_at(a_rule(5), cutoff_on, HANOI).date() == office_due_on


def test_launch_counts_ten_working_days_across_tet() -> None:
    # Issued Monday 08/02: 9 | Tết | 17 18 19 | 22 23 24 25 26 | Mon 01/03; by hand.
    calendar = the_shipped_calendar()
    cutoff_on = calendar.add_working_days(date(2021, 2, 8), 10)

    assert cutoff_on == date(2021, 3, 1)
    assert calendar.due_at(a_rule(1), cutoff_on, HANOI).date() == date(2021, 3, 2)
    assert calendar.due_at(a_rule(3), cutoff_on, HANOI).date() == date(2021, 3, 4)


def test_a_deadline_is_a_moment_of_the_campaigns_time_zone() -> None:
    due_at = the_shipped_calendar().due_at(a_rule(), date(2021, 3, 14), HANOI)

    assert due_at.isoformat() == "2021-03-16T17:00:00+07:00"


def test_a_cut_off_inside_tet_stays_and_the_deadline_waits_for_the_first_working_days() -> None:
    calendar = the_shipped_calendar()

    assert {calendar.add_working_days(day, 1) for day in TET_2021} == {date(2021, 2, 17)}
    assert calendar.due_at(a_rule(2), date(2021, 2, 14), HANOI).date() == date(2021, 2, 18)


def test_every_weekday_of_tet_2021_is_off_and_its_neighbours_are_worked() -> None:
    calendar = the_shipped_calendar()

    assert [day for day in TET_2021 if calendar.is_working_day(day)] == []
    assert calendar.is_working_day(date(2021, 2, 9))
    assert calendar.is_working_day(date(2021, 2, 17))


@pytest.mark.parametrize(
    "day",
    [date(2021, 1, 1), date(2021, 4, 21), date(2021, 4, 30), date(2021, 5, 3), date(2021, 9, 2), date(2021, 9, 3)],
)
def test_the_other_holidays_of_2021_are_off(day: date) -> None:
    assert not the_shipped_calendar().is_working_day(day)


def test_2021_has_the_weekdays_less_the_eleven_weekdays_off() -> None:
    calendar = the_shipped_calendar()

    # 261 weekdays in 2021, less 1/1, five days of Tết, 21/4, 30/4, 3/5, 2/9, 3/9.
    assert calendar.working_days_between(date(2020, 12, 31), date(2021, 12, 31)) == 261 - 11


def test_only_2021_is_marked_as_checked() -> None:
    calendar = the_shipped_calendar()

    assert calendar.years == set(range(2020, 2028))
    assert calendar.unverified == calendar.years - {2021}


# Bộ luật Lao động, Điều 112: eleven days from 2021 on, and one more from 2026 on (to be confirmed); ten before.
@pytest.mark.parametrize(
    ("year", "days"), [(2020, 10), *((year, 11) for year in range(2021, 2026)), (2026, 12), (2027, 12)]
)
def test_every_year_is_off_as_many_working_days_as_the_law_gives(year: int, days: int) -> None:
    """Days that fall on a weekend are made up for, and days that are changed for one are worked."""
    calendar = the_shipped_calendar()
    new_year = date(year, 1, 1)
    weekdays = sum(
        (new_year + timedelta(days=day)).weekday() < 5 for day in range((date(year + 1, 1, 1) - new_year).days)
    )
    assert weekdays - calendar.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == days


def test_a_year_without_data_is_refused_with_the_file_to_add() -> None:
    calendar = calendar_from([a_year(2021)])

    with pytest.raises(InvalidConfigurationError) as refused:
        calendar.due_at(a_rule(2), date(2021, 12, 31), HANOI)

    assert refused.value.subject == "config/calendar/2022.toml"
    assert refused.value.message == "Chưa có lịch làm việc năm 2022; hãy thêm tệp config/calendar/2022.toml."


def test_a_swapped_saturday_is_worked() -> None:
    calendar = calendar_from([a_year(workdays=[date(2021, 5, 8)])])

    assert calendar.is_working_day(date(2021, 5, 8))
    assert not calendar.is_working_day(date(2021, 5, 9))
    assert calendar.add_working_days(date(2021, 5, 7), 1) == date(2021, 5, 8)


@given(calendar=calendars(), cutoff_on=cutoffs, days=st.integers(1, 30))
def test_a_deadline_lies_on_a_working_day_at_least_one_after_the_cut_off(
    calendar: WorkingCalendar, cutoff_on: date, days: int
) -> None:
    due_on = calendar.due_at(a_rule(days), cutoff_on, HANOI).date()

    assert calendar.is_working_day(due_on)
    assert due_on >= calendar.add_working_days(cutoff_on, 1) > cutoff_on


@given(calendar=calendars(), day=cutoffs, count=st.integers(1, 30))
def test_counting_back_gives_the_working_days_that_were_added(calendar: WorkingCalendar, day: date, count: int) -> None:
    assert calendar.working_days_between(day, calendar.add_working_days(day, count)) == count


@given(calendar=calendars(), day=cutoffs, first=st.integers(1, 15), second=st.integers(1, 15))
def test_working_days_added_in_two_steps_are_those_added_at_once(
    calendar: WorkingCalendar, day: date, first: int, second: int
) -> None:
    in_steps = calendar.add_working_days(calendar.add_working_days(day, first), second)

    assert in_steps == calendar.add_working_days(day, first + second)


@given(calendar=calendars(), day=cutoffs, later=st.integers(0, 10), count=st.integers(1, 15))
def test_a_later_cut_off_never_has_an_earlier_deadline(
    calendar: WorkingCalendar, day: date, later: int, count: int
) -> None:
    assert calendar.add_working_days(day + timedelta(days=later), count) >= calendar.add_working_days(day, count)


@given(calendar=calendars(), day=cutoffs, earlier=st.integers(0, 30))
def test_no_working_day_lies_between_a_day_and_an_earlier_one(
    calendar: WorkingCalendar, day: date, earlier: int
) -> None:
    assert calendar.working_days_between(day, day - timedelta(days=earlier)) == 0


@pytest.mark.parametrize("count", [0, -1])
def test_working_days_are_counted_forwards_only(count: int) -> None:
    with pytest.raises(ValueError, match="working days ahead"):
        the_shipped_calendar().add_working_days(date(2021, 3, 1), count)


TET = {"first_on": date(2021, 2, 10), "last_on": date(2021, 2, 16), "name": "Tết"}


@pytest.mark.parametrize(
    ("tables", "subject", "reason"),
    [
        ([a_year(holydays=[])], "config/calendar/2021.toml: holydays", "không có khóa nào"),
        ([a_year(verified="yes")], "config/calendar/2021.toml: verified", "true hoặc false"),
        ([dict(a_year(), year="2021")], "config/calendar: year", "số nguyên"),
        ([a_year(), a_year()], "config/calendar/2021.toml: year", "đã có trong một tệp khác"),
        ([a_year(source="")], "config/calendar/2021.toml: source", "không để trống"),
        ([a_year(holidays="Tết")], "config/calendar/2021.toml: holidays", "danh sách bảng"),
        (
            [a_year(holidays=[{"on": date(2022, 1, 1), "name": "Tết Dương lịch"}])],
            "config/calendar/2021.toml: holidays[0]",
            "không thuộc năm 2021",
        ),
        (
            [a_year(holidays=[TET, {"on": date(2021, 2, 12), "name": "Mùng một"}])],
            "config/calendar/2021.toml: holidays[1]",
            "đã có tên “Tết”",
        ),
        (
            [a_year(holidays=[TET | {"last_on": date(2021, 2, 9)}])],
            "config/calendar/2021.toml: holidays[0].last_on",
            "đứng trước ngày đầu",
        ),
        (
            [a_year(holidays=[TET | {"on": date(2021, 2, 10)}])],
            "config/calendar/2021.toml: holidays[0].first_on",
            "không có khóa nào",
        ),
        (
            [a_year(holidays=[{"on": datetime(2021, 1, 1, tzinfo=HANOI), "name": "Tết"}])],
            "config/calendar/2021.toml: holidays[0].on",
            "không có giờ",
        ),
        ([a_year(holidays=[{"name": "Tết"}])], "config/calendar/2021.toml: holidays[0].first_on", "thiếu ngày"),
        ([a_year(workdays=[date(2021, 5, 7)])], "config/calendar/2021.toml: workdays", "không thể là ngày làm bù"),
        ([a_year(workdays=[date(2020, 5, 9)])], "config/calendar/2021.toml: workdays", "không thuộc năm 2021"),
        (
            [a_year(holidays=[TET], workdays=[date(2021, 2, 13)])],
            "config/calendar/2021.toml: workdays",
            "đã là ngày nghỉ “Tết”",
        ),
        ([a_year(workdays=date(2021, 5, 8))], "config/calendar/2021.toml: workdays", "danh sách ngày"),
    ],
)
def test_a_wrong_calendar_file_is_refused_at_its_key(
    tables: list[Mapping[str, object]], subject: str, reason: str
) -> None:
    with pytest.raises(InvalidConfigurationError) as refused:
        calendar_from(tables)

    assert refused.value.subject == subject
    assert reason in refused.value.message
