"""Days and moments as Vietnamese people type them: the day always comes before the month."""

from __future__ import annotations

import re
from datetime import date
from datetime import datetime
from datetime import tzinfo

from thidua.forms.numerals import Unreadable
from thidua.forms.texts import clean_text
from thidua.forms.wording import quoted

__all__ = ["read_day", "read_moment"]

_YEAR = r"(?P<year>[0-9]{4}|[0-9]{2})"
_DAYS = (
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"),
    re.compile(rf"(?:ngày )?(?P<day>[0-9]{{1,2}}) ?(?P<mark>[/.-]) ?(?P<month>[0-9]{{1,2}}) ?(?P=mark) ?{_YEAR}"),
    re.compile(rf"(?:ngày )?(?P<day>[0-9]{{1,2}}) tháng (?P<month>[0-9]{{1,2}}) năm {_YEAR}"),
)
_CLOCK = r"(?P<hour>[0-9]{1,2}) ?(?:[:hg]|giờ) ?(?P<minute>[0-9]{2})"
_MOMENTS = (
    re.compile(rf"(?P<on>.*[0-9]),? (?:lúc )?{_CLOCK}(?: phút)?"),
    re.compile(rf"(?:lúc )?{_CLOCK}(?: phút)?,? (?P<on>.*)"),
)
_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)

#: Years before this are slips of the keyboard: nobody at work was born then.
_FIRST_YEAR = 1900

#: Longer than any way to write a moment.
_LONGEST = 80

_HOW_DAY = "hãy ghi ngày/tháng/năm, ví dụ 14/9/2021"
_HOW_MOMENT = "hãy ghi ngày và giờ, ví dụ 14/9/2021 16:30"


def read_day(text: str) -> str | None:
    """Read a day: ``14/9/2021``, ``14.9.2021``, ``14-09-21``, ``ngày 14 tháng 9 năm 2021``, ISO.

    A year of two digits is 20yy.

    Returns:
        The day as JSON takes it, ``YYYY-MM-DD``; None for an empty cell.

    Raises:
        Unreadable: not a day, or one the calendar does not have.
    """
    typed = clean_text(text, lines=False).lower()
    if not typed:
        return None
    return _day(typed).isoformat()


def read_moment(text: str, *, zone: tzinfo) -> str | None:
    """Read a day with a time: ``14/9/2021 16:30``, ``16 giờ 30 ngày 14/9/2021``, ISO 8601.

    Args:
        text: as typed.
        zone: the campaign's time zone, for moments typed without an offset.

    Returns:
        The moment as JSON takes it, ISO 8601 with offset; None for an empty cell.

    Raises:
        Unreadable: no time of day, or no such moment.
    """
    typed = clean_text(text, lines=False)
    if not typed:
        return None
    try:
        if _ISO.fullmatch(typed):
            moment = datetime.fromisoformat(typed)
            return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()
        for pattern in _MOMENTS:
            if len(typed) <= _LONGEST and (match := pattern.fullmatch(typed.lower())):
                on, hour, minute = _day(match["on"]), int(match["hour"]), int(match["minute"])
                return datetime(on.year, on.month, on.day, hour, minute, tzinfo=zone).isoformat()
    except Unreadable:
        raise
    except ValueError:
        raise Unreadable("type", f"Không có thời điểm {quoted(typed)}; {_HOW_MOMENT}.") from None
    raise Unreadable("type", f"{quoted(typed)} không phải là thời điểm; {_HOW_MOMENT}.")


def _day(typed: str) -> date:
    match = next((match for pattern in _DAYS if (match := pattern.fullmatch(typed))), None)
    if match is None:
        raise Unreadable("type", f"{quoted(typed)} không phải là ngày; {_HOW_DAY}.")
    day, month, year = int(match["day"]), int(match["month"]), int(match["year"])
    if len(match["year"]) == 2:  # noqa: PLR2004  two digits
        year += 2000
    if not 1 <= month <= 12:  # noqa: PLR2004  months
        raise Unreadable("type", f"Không có tháng {month}; {_HOW_DAY}, ngày trước tháng sau.")
    if year < _FIRST_YEAR:
        raise Unreadable("range", f"Năm {year} không hợp lý; {_HOW_DAY}.")
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable("type", f"Tháng {month}/{year} không có ngày {day}; {_HOW_DAY}.") from None
