"""How numbers, dates and spans are written in Vietnamese.

Thousands are grouped by dots and decimals set off by a comma; dates are day/month/year. What is
not known is written as a dash, never as 0.
"""

from __future__ import annotations

from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import tzinfo
from decimal import Decimal

from babel.numbers import format_decimal

from thidua.forms.written import typed

__all__ = [
    "UNKNOWN",
    "capitalized",
    "change",
    "day",
    "moment",
    "moment_exact",
    "number",
    "percent",
    "points",
    "punctuality",
    "signed",
    "span",
    "time_of_day",
    "typed",
]

#: What stands where there is no data.
UNKNOWN = "–"

_LOCALE = "vi"
_MINUS = "\N{MINUS SIGN}"


def capitalized(text: str) -> str:
    """Begin a phrase as a sentence, leaving the rest as it is."""
    return text[:1].upper() + text[1:]


def number(value: int | str | Decimal | None) -> str:
    """Write a number; strings are decimals with a point, as status documents carry ratios."""
    if value is None or value == "":
        return UNKNOWN
    places = "#,##0" if isinstance(value, int) else "#,##0.######"
    text = format_decimal(Decimal(value), format=places, locale=_LOCALE)
    return text.replace("-", _MINUS)


def percent(value: str | Decimal | None) -> str:
    """Write a percentage with one decimal: ``17,6%``."""
    if value is None or value == "":
        return UNKNOWN
    text = format_decimal(Decimal(value), format="#,##0.0", locale=_LOCALE)
    return text.replace("-", _MINUS) + "%"


def points(difference: str) -> str:
    """Write a difference of two percentages: ``+2,5 điểm %``."""
    plus = "+" if Decimal(difference) > 0 else ""
    return f"{plus}{percent(difference).removesuffix('%')} điểm %"


def signed(value: int | None) -> str:
    """Write a difference with its sign: ``+3``, ``−6``, ``0``."""
    return f"+{number(value)}" if value is not None and value > 0 else number(value)


def change(difference: int | None, share: str | None) -> str:
    """Write a difference with its percentage: ``−6 (−17,6%)``."""
    if difference is None:
        return UNKNOWN
    if share is None:
        return signed(difference)
    plus = "+" if difference > 0 else ""
    return f"{signed(difference)} ({plus}{percent(share)})"


def day(value: date | None) -> str:
    """Write a civil date: ``17/9/2021``."""
    return UNKNOWN if value is None else f"{value.day}/{value.month}/{value.year}"


def time_of_day(value: datetime, zone: tzinfo) -> str:
    """Write hour and minute in a zone: ``08:00``."""
    return value.astimezone(zone).strftime("%H:%M")


def moment(value: datetime | None, zone: tzinfo) -> str:
    """Write an instant in a zone: ``08:00 ngày 17/9/2021``."""
    return UNKNOWN if value is None else f"{time_of_day(value, zone)} ngày {day(value.astimezone(zone).date())}"


def moment_exact(value: datetime, zone: tzinfo) -> str:
    """Write an instant to the second, padded, for receipts and ledgers: ``16/09/2021 16:59:59``."""
    return value.astimezone(zone).strftime("%d/%m/%Y %H:%M:%S")


def span(value: timedelta) -> str:
    """Write the two largest parts of a length of time: ``1 ngày 3 giờ``."""
    minutes = int(abs(value).total_seconds()) // 60
    if minutes == 0:
        return "dưới 1 phút"
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(days, "ngày"), (hours, "giờ"), (minutes, "phút")]
    first = next(place for place, (count, _) in enumerate(parts) if count)
    return " ".join(f"{count} {word}" for count, word in parts[first : first + 2] if count)


def punctuality(received_at: datetime, due_at: datetime) -> str:
    """Say whether a filing was on time: ``sớm 2 giờ`` or ``trễ 1 ngày 3 giờ``."""
    return f"sớm {span(due_at - received_at)}" if received_at <= due_at else f"trễ {span(received_at - due_at)}"
