"""Calendar types for plugin authors: windows of days, statistical years, deadlines.

Dates are civil dates in the campaign's time zone. Windows include both ends, because the
decrees that define them name both ends ("từ ngày 15 … đến ngày 14 …"). Which days are
working days is the host's business (``config/calendar``), so a deadline is stated here
as a rule and computed there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from datetime import time
from datetime import timedelta

__all__ = ["DeadlineRule", "StatisticalYear", "Window"]


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """The days from ``first_on`` to ``last_on``, both included.

    Raises:
        ValueError: the last day lies before the first.
    """

    first_on: date
    last_on: date

    def __post_init__(self) -> None:
        if self.last_on < self.first_on:
            message = f"window ends on {self.last_on} before it begins on {self.first_on}"
            raise ValueError(message)

    def __contains__(self, day: date) -> bool:
        """Tell whether a day lies inside, ends included."""
        return self.first_on <= day <= self.last_on

    @property
    def days(self) -> int:
        """Number of days, ends included; at least 1."""
        return (self.last_on - self.first_on).days + 1

    def clipped_to(self, other: Window) -> Window | None:
        """Return the common days of two windows, None if there are none."""
        first_on, last_on = max(self.first_on, other.first_on), min(self.last_on, other.last_on)
        return Window(first_on, last_on) if first_on <= last_on else None

    def joined_to(self, other: Window) -> Window:
        """Return the window from this one's first to the adjoining other's last day.

        Raises:
            ValueError: the other window does not begin on the day after this one ends.
        """
        if other.first_on != self.last_on + timedelta(days=1):
            message = f"{other} does not begin on the day after {self} ends"
            raise ValueError(message)
        return Window(self.first_on, other.last_on)


@dataclass(frozen=True, slots=True)
class StatisticalYear:
    """A reporting year whose months run from a day of the month before to the day before it.

    With ``first_day=15`` month M is 15 of M-1 to 14 of M, and the year 2021 is 15/12/2020 to
    14/12/2021; the decree that sets the day is named by the campaign. ``first_day=1`` gives
    calendar months. Days above 28 do not exist in every month and are refused.
    """

    year: int
    first_day: int

    def __post_init__(self) -> None:
        if not 1 <= self.first_day <= 28:  # noqa: PLR2004  28: the last day that every month has
            message = f"months cannot begin on day {self.first_day}"
            raise ValueError(message)

    def month(self, number: int) -> Window:
        """Return month 1-12 of the year.

        Raises:
            ValueError: no such month.
        """
        if not 1 <= number <= 12:  # noqa: PLR2004
            message = f"no month {number}"
            raise ValueError(message)
        return Window(self._start(number), self._start(number + 1) - timedelta(days=1))

    def quarter(self, number: int) -> Window:
        """Return quarter 1-4: three whole months."""
        return self._months(3 * number - 2, 3 * number)

    def half(self, number: int) -> Window:
        """Return half-year 1 or 2: two whole quarters."""
        return self._months(6 * number - 5, 6 * number)

    @property
    def nine_months(self) -> Window:
        """Months 1-9."""
        return self._months(1, 9)

    @property
    def whole(self) -> Window:
        """Months 1-12."""
        return self._months(1, 12)

    def closing_tail(self, last_on: date) -> Window | None:
        """Return the days after the year's cut-off up to a campaign's last day, if any."""
        first_on = self._start(13)
        return Window(first_on, last_on) if first_on <= last_on else None

    def _months(self, first: int, last: int) -> Window:
        return Window(self.month(first).first_on, self.month(last).last_on)

    def _start(self, month: int) -> date:
        # Month 1 of a year cut on day 1 begins in January; cut later, it begins in the December before.
        index = month - 1 if self.first_day == 1 else month - 2
        return date(self.year + index // 12, index % 12 + 1, self.first_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRule:
    """So many working days after the cut-off, at a time of day.

    ``working_days`` counts days of work that follow the cut-off (at least 1: Decree
    09/2019/NĐ-CP, Điều 8.5, as quoted by secondary sources). ``at`` is the last moment in
    time.
    """

    working_days: int
    at: time
    source: str

    def __post_init__(self) -> None:
        if self.working_days < 1:
            message = "a deadline leaves at least one working day after the cut-off"
            raise ValueError(message)
