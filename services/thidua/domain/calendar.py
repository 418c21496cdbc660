"""Which days are worked, and when a deadline falls.

The days come from data, one table for each year (holidays of the year and swapped working
days); weekends are Saturday and Sunday. A year without a table is an error, never a guess:
a deadline counted without its holidays would call a punctual unit late.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import tzinfo

from thidua.domain.configuration import Table
from thidua.domain.errors import InvalidConfigurationError
from thidua_sdk import DeadlineRule

__all__ = ["WorkingCalendar", "calendar_from"]

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """The working days of the years that are covered.

    Attributes:
        years: years for which data exist; every question about another year is refused.
        holidays: day off to its name in Vietnamese; may include weekend days.
        workdays: weekend days that are worked in exchange for another day.
        unverified: covered years whose days nobody has yet checked against the official list.
    """

    years: frozenset[int]
    holidays: Mapping[date, str] = field(hash=False)
    workdays: frozenset[date] = frozenset()
    unverified: frozenset[int] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Tell whether a day is worked.

        Raises:
            InvalidConfigurationError: the day's year is not covered; names the file to add.
        """
        if day.year not in self.years:
            file = _file_of(day.year)
            raise InvalidConfigurationError(f"Chưa có lịch làm việc năm {day.year}; hãy thêm tệp {file}.", subject=file)
        if day in self.workdays:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def add_working_days(self, day: date, count: int) -> date:
        """Return the ``count``-th working day after a day, whatever kind of day it is itself.

        Args:
            day: the day from which to count; not counted.
            count: working days, at least 1.

        Raises:
            ValueError: ``count`` is below 1.
            InvalidConfigurationError: the count runs into a year that is not covered.
        """
        if count < 1:
            message = f"cannot count {count} working days ahead"
            raise ValueError(message)
        while count:
            day += _ONE_DAY
            count -= self.is_working_day(day)
        return day

    def working_days_between(self, after: date, until: date) -> int:
        """Count the working days after ``after`` up to and with ``until``; 0 if none lie between.

        The inverse of :meth:`add_working_days`.

        Raises:
            InvalidConfigurationError: a day between lies in a year that is not covered.
        """
        days = (after + timedelta(days=number) for number in range(1, (until - after).days + 1))
        return sum(self.is_working_day(day) for day in days)

    def due_at(self, rule: DeadlineRule, cutoff_on: date, zone: tzinfo) -> datetime:
        """Return the last moment in time to file, in ``zone``.

        The cut-off itself never moves; only the days after it are counted.

        Raises:
            InvalidConfigurationError: the deadline falls in a year that is not covered.
        """
        return datetime.combine(self.add_working_days(cutoff_on, rule.working_days), rule.at, tzinfo=zone)


def calendar_from(tables: Iterable[Mapping[str, object]]) -> WorkingCalendar:
    """Make the calendar from one parsed file for each year.

    A table has ``year``, ``verified``, ``source``, ``workdays`` (list of days) and
    ``holidays``, an array of tables with ``on``, or ``first_on`` and ``last_on`` (both
    included), and ``name``.

    Raises:
        InvalidConfigurationError: a key is missing, unknown or of the wrong type, a day lies
            outside its year or is named twice, a swapped working day is no weekend day, or a
            year comes twice.
    """
    years: set[int] = set()
    unverified: set[int] = set()
    holidays: dict[date, str] = {}
    workdays: set[date] = set()
    for data in tables:
        year = Table(data, "config/calendar").number("year")
        table = Table(data, _file_of(year))
        if year in years:
            raise table.refuse("year", f"năm {year} đã có trong một tệp khác")
        table.number("year")
        table.text("source")
        if not table.flag("verified"):
            unverified.add(year)
        years.add(year)
        ours = _holidays(table, year)
        holidays |= ours
        workdays |= _workdays(table, year, ours)
        table.finish()
    return WorkingCalendar(
        years=frozenset(years),
        holidays=holidays,
        workdays=frozenset(workdays),
        unverified=frozenset(unverified),
    )


def _holidays(table: Table, year: int) -> dict[date, str]:
    holidays: dict[date, str] = {}
    for row in table.tables("holidays"):
        name = row.text("name")
        on = row.day_or_none("on")
        first_on, last_on = (row.day("first_on"), row.day("last_on")) if on is None else (on, on)
        row.finish()
        if last_on < first_on:
            raise row.refuse("last_on", f"ngày {last_on} đứng trước ngày đầu {first_on}")
        for number in range((last_on - first_on).days + 1):
            day = first_on + timedelta(days=number)
            if day.year != year:
                raise row.refuse("", f"ngày {day} không thuộc năm {year}")
            if day in holidays:
                raise row.refuse("", f"ngày {day} đã có tên “{holidays[day]}”")
            holidays[day] = name
    return holidays


def _workdays(table: Table, year: int, holidays: Mapping[date, str]) -> set[date]:
    workdays = table.days("workdays")
    for day in workdays:
        if day.year != year:
            raise table.refuse("workdays", f"ngày {day} không thuộc năm {year}")
        if day.weekday() < _SATURDAY:
            raise table.refuse("workdays", f"ngày {day} không phải thứ Bảy hay Chủ nhật, không thể là ngày làm bù")
        if day in holidays:
            raise table.refuse("workdays", f"ngày {day} đã là ngày nghỉ “{holidays[day]}”")
    return set(workdays)


def _file_of(year: int) -> str:
    return f"config/calendar/{year}.toml"
