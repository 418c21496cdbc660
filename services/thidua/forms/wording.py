"""How values stand in a Vietnamese sentence: ``1.234``, ``12,5``, ``14/9/2021``, “Có”.

Only for sentences of findings; pages and documents have formats of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from datetime import datetime
from decimal import Decimal

from thidua.forms.describe import FieldModel
from thidua_sdk import Values

__all__ = ["NO_DATA", "PLACEHOLDER", "filled", "number", "quoted", "said"]

#: What a missing value is called.
NO_DATA = "không có số liệu"

#: A cell named in a rule's message: ``{staff_total}``.
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}", re.ASCII)

_QUOTED = 40


def number(value: int | Decimal) -> str:
    """Write a number with dots between thousands and a decimal comma."""
    return f"{value:,}".translate({ord(","): ".", ord("."): ","})


def quoted(text: str) -> str:
    """Quote what was typed, cut where it is too long to be shown in a sentence."""
    return f"“{text if len(text) <= _QUOTED else text[:_QUOTED] + '…'}”"


def said(value: object, model: FieldModel | None = None) -> str:  # noqa: PLR0911  one return for each type of value
    """Say a judged value; ``model`` gives the labels of a choice."""
    match value:
        case None | "" | ():
            return NO_DATA
        case bool():
            return "Có" if value else "Không"
        case int() | Decimal():
            return number(value)
        case datetime():
            return f"{value.hour}:{value.minute:02} ngày {said(value.date())}"
        case date():
            return f"{value.day}/{value.month}/{value.year}"
        case str():
            return model.option_label(value) if model is not None else value
        case Mapping():
            return "; ".join(said(part) for part in value.values())
        case Sequence():
            return "; ".join(said(part) for part in value)
        case _:
            return str(value)


def filled(message: str, values: Values, model_of: Callable[[str], FieldModel | None]) -> str:
    """Fill a rule's message: each ``{name}`` becomes the value of that cell, a table its number of rows."""

    def say(match: re.Match[str]) -> str:
        model = model_of(match[1])
        if model is not None and model.is_table:
            return number(len(values.rows(model.name)))
        return said(values[match[1]], model)

    return PLACEHOLDER.sub(say, message)
