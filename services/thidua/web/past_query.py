"""The past moment that an address asks for, the same for pages and the API."""

from __future__ import annotations

import re
from datetime import UTC
from datetime import datetime

from thidua.domain.errors import MalformedRequestError
from thidua.forms.days import read_moment
from thidua.forms.numerals import Unreadable
from thidua.web import context

__all__ = ["asked_moment", "typed_moment"]

#: An offset whose plus sign was read as the blank that it stands for in a query.
_BLANK_FOR_PLUS = re.compile(r"(?<=[0-9]) (?=[0-9]{2}:[0-9]{2}$)")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}.*")


def asked_moment(text: str) -> datetime:
    """Read an ISO 8601 moment; one without an offset is in the host's zone.

    Raises:
        MalformedRequestError: it is none.
    """
    given = text.strip()
    if _ISO.fullmatch(given):
        return _read(_BLANK_FOR_PLUS.sub("+", given), given)
    raise MalformedRequestError("Thời điểm (at) phải ghi như 2021-10-05T17:00:00+07:00.", subject="at")


def typed_moment(day: str, hour: str) -> datetime:
    """Read a day and an hour as people type them.

    Raises:
        MalformedRequestError: they are none.
    """
    return _read(f"{day.strip()} {hour.strip()}".strip(), day)


def _read(text: str, subject: str) -> datetime:
    try:
        read = read_moment(text, zone=context.host().zone)
    except Unreadable as problem:
        raise MalformedRequestError(problem.sentence, subject=subject) from problem
    if read is None:
        raise MalformedRequestError("Hãy ghi ngày và giờ cần xem, ví dụ 5/10/2021 và 17:00.", subject="at")
    try:
        # Both ways, for a day at the end of the calendar has no place in every zone.
        return datetime.fromisoformat(read).astimezone(UTC).astimezone(context.host().zone)
    except OverflowError:
        raise MalformedRequestError("Không có thời điểm như vậy.", subject=subject) from None
