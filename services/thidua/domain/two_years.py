"""What may be set beside the year before's, and what the difference is.

A refusal is a sentence and never a number: two numbers side by side would be compared whatever is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from datetime import timedelta
from decimal import ROUND_HALF_UP
from decimal import Decimal

from thidua.domain.targets import change_percent
from thidua_sdk import Window

__all__ = ["Change", "change_of", "earlier_words", "is_years_later", "windows_differ"]


@dataclass(frozen=True, slots=True)
class Change:
    """By how much a figure differs; ``percent`` is None for ratios, whose difference is in points, and from 0."""

    difference: int | str
    percent: str | None


def earlier_words(now: int, before: int) -> str:
    """Name the earlier of two years: the one before is called so, another one by its number."""
    return "năm trước" if now - before == 1 else f"năm {before}"


def change_of(now: int | str, before: int | str) -> Change:
    """Return the difference of two counts, or of two percentages as status documents write them."""
    if isinstance(now, int) and isinstance(before, int):
        return Change(now - before, change_percent(now, before) if before > 0 else None)
    points = (Decimal(now) - Decimal(before)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Change(str(points + 0), None)


def is_years_later(later: date, earlier: date, years: int) -> bool:
    """Tell whether two days are the same of the calendar; the last days of February are."""
    if later.year - earlier.year != years:
        return False
    return (later.month, later.day) == (earlier.month, earlier.day) or (
        _ends_february(later) and _ends_february(earlier)
    )


def windows_differ(now: Window | None, before: Window | None, years: int) -> str:
    """Say how two windows differ, empty where they are the same days of their years."""
    if now is None or before is None:
        return "Một trong hai năm không định rõ những ngày được tính."
    if is_years_later(now.first_on, before.first_on, years) and is_years_later(now.last_on, before.last_on, years):
        return ""
    words = earlier_words(now.last_on.year, now.last_on.year - years)
    return f"Hai năm tính những ngày khác nhau: năm nay {_said(now)}, {words} {_said(before)}."


def _ends_february(day: date) -> bool:
    return (day + timedelta(days=1)).replace(day=1) == day + timedelta(days=1) and day.month == 2  # noqa: PLR2004


def _said(window: Window) -> str:
    first, last = window.first_on, window.last_on
    return f"từ {first.day}/{first.month}/{first.year} đến {last.day}/{last.month}/{last.year}"
