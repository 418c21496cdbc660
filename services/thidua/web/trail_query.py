"""What is asked of the audit trail, as pages and the API read it, and how an entry is written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from thidua.application.ports.audit_ports import EntryRow
from thidua.application.ports.audit_ports import Sought
from thidua.domain.audit import Act
from thidua.domain.audit import Outcome
from thidua.domain.audit import Thing
from thidua.domain.errors import MalformedRequestError
from thidua.web import context

__all__ = ["FILTERS", "cursor", "entry_json", "first_moment", "report_number", "sought"]

#: What calendars and databases agree on.
_EARLIEST, _LATEST = date(2000, 1, 1), date(8999, 12, 31)

#: Names of the filters in addresses.
FILTERS = ("who", "act", "thing", "key", "outcome", "since", "until")
_LONGEST = 200

_Word = TypeVar("_Word", bound=StrEnum)


def sought(given: Mapping[str, str]) -> Sought:
    """Read the filters; empty ones ask for nothing.

    Raises:
        MalformedRequestError: a word, a day or a length is none that there is.
    """
    for name in ("who", "key"):
        if len(given.get(name, "")) > _LONGEST or "\x00" in given.get(name, ""):
            raise MalformedRequestError("Điều kiện lọc không đúng.", subject=name)
    until = _day(given.get("until", ""), "until")
    return Sought(
        name=given.get("who", "").strip().lower(),
        act=_word(Act, given.get("act", ""), "act"),
        thing=_word(Thing, given.get("thing", ""), "thing"),
        key=given.get("key", "").strip(),
        outcome=_word(Outcome, given.get("outcome", ""), "outcome"),
        since=first_moment(given.get("since", ""), "since"),
        until=None if until is None else _begins(until + timedelta(days=1)),
    )


def first_moment(text: str, name: str) -> datetime | None:
    """Return the first moment of a day, None where nothing is written."""
    day = _day(text, name)
    return None if day is None else _begins(day)


def report_number(text: str, name: str) -> int | None:
    """Read a number that the database may hold, None where nothing is written."""
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 19):  # noqa: PLR2004  more does not fit a bigint
        raise MalformedRequestError("Phải là một số.", subject=name)
    return int(text)


def cursor(text: str) -> int | None:
    """Read the number that the next page goes on below."""
    return report_number(text, "cursor")


def entry_json(row: EntryRow) -> dict[str, object]:
    """Write an entry for programs."""
    entry = row.entry
    return {
        "id": row.id,
        "at": entry.happened_at.isoformat(),
        "account": row.name or None,
        "act": entry.act.value,
        "thing": entry.thing.value,
        "key": entry.key,
        "outcome": entry.outcome.value,
        "door": entry.origin.door.value,
        "network": entry.origin.network,
        "request_id": entry.origin.request_id,
        "detail": dict(entry.detail),
    }


def _word(words: type[_Word], text: str, name: str) -> _Word | None:
    try:
        return words(text) if text else None
    except ValueError:
        raise MalformedRequestError("Điều kiện lọc không đúng.", subject=name) from None


def _day(text: str, name: str) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        raise MalformedRequestError("Ngày phải viết dạng năm-tháng-ngày, ví dụ 2021-09-15.", subject=name) from None
    if day is not None and not _EARLIEST <= day <= _LATEST:
        raise MalformedRequestError("Năm phải từ 2000 trở đi.", subject=name)
    return day


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min, context.host().zone)
