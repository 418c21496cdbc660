"""One cell both ways: the text as typed on the page, and the value in the workbook.

A text that can be read becomes a number, a date or a choice's words; one that cannot is written as it
was typed, right and wrong alike. The other way round every value becomes a text that says the same,
which the reader of typed texts then judges.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

from thidua.forms.describe import FieldModel
from thidua.forms.numerals import Unreadable
from thidua.forms.readers import read_cell
from thidua.forms.texts import clean_text
from thidua.forms.wording import number
from thidua.forms.written import TICKED
from thidua.forms.written import takes_dots
from thidua_sdk import Choice
from thidua_sdk import Count
from thidua_sdk import Day
from thidua_sdk import Flag
from thidua_sdk import Moment
from thidua_sdk import Percent
from thidua_sdk import Quantity

__all__ = ["CellValue", "from_cell", "option_words", "says_the_same", "storable", "to_cell"]

#: A cell of a workbook; moments without a zone are the campaign's.
CellValue: TypeAlias = str | int | float | bool | date | datetime | None

#: The calendars of spreadsheets agree with ours from here on.
_FIRST_YEAR = 1901
#: More digits than a cell keeps.
_MOST_DIGITS = 15
_FLAG_WORDS = {TICKED: "Có", "no": "Không"}
_UNSTORABLE = re.compile("[\x00\ud800-\udfff\ufffe\uffff]")


def storable(text: str) -> str:
    """Replace what no workbook can hold by a visible mark."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def to_cell(model: FieldModel, text: str, zone: tzinfo) -> CellValue:
    """Write a typed text as a cell's value; what cannot be read stays text.

    Args:
        model: the field or column; no group, no table.
        text: as typed on the page.
        zone: the campaign's.
    """
    if not clean_text(text, lines=True):
        return None
    try:
        value = read_cell(model, text, zone)
    except Unreadable:
        return storable(text)
    return _as_cell(model, value, zone) or storable(text)


def _as_cell(model: FieldModel, value: object, zone: tzinfo) -> CellValue:  # noqa: PLR0911  one return for each kind
    """Return the value of a kind that is more than text, empty text where text says it better."""
    match model.kind:
        case Count.kind if isinstance(value, int):
            return _Zero(0) if value == 0 else value
        case Quantity.kind | Percent.kind:
            exact = Decimal(str(value))
            if len(exact.as_tuple().digits) <= _MOST_DIGITS:
                return float(exact) or _Zero(0)
        case Flag.kind:
            return _FLAG_WORDS[TICKED if value else "no"]
        case Choice.kind:
            return storable(option_words(model).get(str(value), ""))
        case Day.kind:
            day = date.fromisoformat(str(value))
            return day if day.year >= _FIRST_YEAR else ""
        case Moment.kind:
            at = datetime.fromisoformat(str(value)).astimezone(zone).replace(tzinfo=None)
            return at if at.year >= _FIRST_YEAR and not at.microsecond else ""
    return ""


class _Zero(int):
    """A nought that is not taken for nothing."""

    def __bool__(self) -> bool:
        return True


@lru_cache(maxsize=1024)
def _words_by_code(options: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    folded = [_folded(label) for _, label in options]
    return {code: label if folded.count(_folded(label)) == 1 else f"{label} [{code}]" for code, label in options}


def option_words(model: FieldModel) -> Mapping[str, str]:
    """Return what stands in the workbook for each code of a choice; equal labels are told apart by their codes."""
    return _words_by_code(model.options)


def from_cell(model: FieldModel, value: CellValue) -> str:  # noqa: PLR0911  one return for each type of value
    """Write a cell's value as a person would have typed it on the page; nothing is judged here."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _from_text(model, value)
    if isinstance(value, bool):
        # As a choice of yes and no it says so; anywhere else it is shown as Excel shows it.
        said = TICKED if value else "no"
        return said if model.kind == Flag.kind else str(value).upper()
    if isinstance(value, datetime):
        return _from_moment(model, value)
    if isinstance(value, date):
        return f"{value.day}/{value.month}/{value.year}"
    # As many digits as a spreadsheet shows: what its sums leave behind beyond them is not meant.
    exact = Decimal(f"{value:.{_MOST_DIGITS}g}")
    plain = exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact.normalize()
    if model.kind in {Quantity.kind, Percent.kind} or (model.kind == Count.kind and takes_dots(model)):
        return number(Decimal(f"{plain:f}"))
    return f"{plain:f}".replace(".", ",")


def _from_text(model: FieldModel, text: str) -> str:
    if model.kind == Flag.kind:
        return {"có": TICKED, "không": "no"}.get(_folded(text), text)
    if model.kind == Choice.kind:
        told = _folded(text)
        words = option_words(model)
        codes = [code for code in words if told == _folded(words[code]) or text.strip() == code]
        return codes[0] if len(codes) == 1 else text
    return text


def _from_moment(model: FieldModel, value: datetime) -> str:
    # Times are parts of a day in a workbook, and come back a hair early or late.
    at = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
    day = f"{at.day}/{at.month}/{at.year}"
    if model.kind == Moment.kind or at.time() != datetime.min.time():
        return f"{day} {at:%H:%M}" if not at.second else at.isoformat(sep=" ")
    return day


def says_the_same(model: FieldModel, one: str, other: str, zone: tzinfo) -> bool:
    """Tell whether two typed texts are one value, such as ``1234`` and ``1.234``."""
    if one == other or clean_text(one, lines=True) == clean_text(other, lines=True):
        return True
    try:
        values = [read_cell(model, text, zone) for text in (one, other)]
    except Unreadable:
        return False
    if model.kind in {Quantity.kind, Percent.kind} and None not in values:
        return Decimal(str(values[0])) == Decimal(str(values[1]))
    if model.kind == Moment.kind and None not in values:
        first, second = (datetime.fromisoformat(str(value)) for value in values)
        return first == second
    return values[0] == values[1]


def _folded(text: str) -> str:
    return " ".join(clean_text(text, lines=False).casefold().split())
