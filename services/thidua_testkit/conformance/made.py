"""Reports made up from what a form asks, to try what golden reports do not reach."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date
from datetime import timedelta
from typing import Any

from thidua.forms.compose import ComposedForm
from thidua.forms.describe import FieldModel
from thidua_sdk import Choice
from thidua_sdk import Count
from thidua_sdk import Day
from thidua_sdk import DocumentNumber
from thidua_sdk import Flag
from thidua_sdk import Group
from thidua_sdk import ListOf
from thidua_sdk import Moment
from thidua_sdk import Percent
from thidua_sdk import Quantity
from thidua_sdk import Records

__all__ = ["made_payloads"]

_EXAMPLES = 6
_MOST_ROWS = 3
_made: dict[str, tuple[dict[str, Any], ...]] = {}

_WORDS = ("Đã quán triệt", "Tuyên truyền lưu động", "Hữu Lũng", "Không", "Ẵm ờ ữ", "phòng, chống", "186/KH")
_LINES = ("Mô hình “Cổng trường an toàn”.", "Thiếu kinh phí;\nthiếu người.", *_WORDS)
_PLACES = 10
_FIRST, _DAYS = date(2000, 1, 1), 36_524


def made_payloads(form: ComposedForm) -> tuple[dict[str, Any], ...]:
    """Make some payloads of a form, the same ones on every run; made once for all laws.

    Cells hold values of their kind and bounds, or nothing; rules may be broken. The first payload has every cell at
    its least value, the second at its largest.
    """
    if form.digest not in _made:
        draw = random.Random(form.digest)  # noqa: S311  no secret
        _made[form.digest] = tuple(_payload(form, draw, number) for number in range(_EXAMPLES))
    return _made[form.digest]


def _payload(form: ComposedForm, draw: random.Random, number: int) -> dict[str, Any]:
    ends = number if number < 2 else None  # noqa: PLR2004  one payload for each end
    fields = {
        model.name: None if ends is None and draw.random() < 0.2 else _value(model, draw, ends)  # noqa: PLR2004
        for model in form.cell_fields.values()
    }
    tables = {model.name: _rows(model, draw, ends) for model in form.tables.values()}
    topics = {
        model.name: {
            topic.code: _whole(0, model.maximum or 0, draw, ends)
            for topic in form.topics
            if ends is not None or draw.random() < 0.5  # noqa: PLR2004
        }
        for model in form.split_by_topic
    }
    return {"fields": fields, "by_topic": topics, **tables}


def _rows(model: FieldModel, draw: random.Random, ends: int | None) -> list[dict[str, Any]]:
    most = min(model.most or 0, _MOST_ROWS)
    number = draw.randint(0, most) if ends is None else most * ends
    return [_cells(model.columns, draw, ends) for _ in range(number)]


def _cells(columns: Iterable[FieldModel], draw: random.Random, ends: int | None) -> dict[str, Any]:
    return {column.name: _value(column, draw, ends) for column in columns}


def _whole(low: int, high: int, draw: random.Random, ends: int | None) -> int:
    if ends is not None:
        return (low, high)[ends]
    # Small numbers as often as large ones: people report both.
    return draw.randint(low, min(high, low + 10 ** draw.randint(0, 7)))


def _value(model: FieldModel, draw: random.Random, ends: int | None) -> Any:  # noqa: ANN401, C901, PLR0911  one return for each kind
    low, high = int(model.minimum or 0), int(model.maximum or 0)
    if model.kind == Count.kind:
        return _whole(low, high, draw, ends)
    if model.kind in {Quantity.kind, Percent.kind}:
        scale = _PLACES ** min(model.places, 1)
        return str(_whole(low * scale, high * scale, draw, ends) / scale)
    if model.kind == Flag.kind:
        return draw.random() < 0.5  # noqa: PLR2004
    if model.kind == Choice.kind:
        return draw.choice([code for code, _ in model.options])
    if model.kind == Day.kind:
        return _day(draw).isoformat()
    if model.kind == Moment.kind:
        return f"{_day(draw)}T16:30:00+07:00"
    if model.kind == DocumentNumber.kind:
        return model.example
    if model.kind == ListOf.kind:
        return draw.choices(_WORDS, k=draw.randint(1, min(model.most or 1, 3)))
    if model.kind == Group.kind:
        return _cells(model.columns, draw, ends)
    if model.kind == Records.kind:
        return _rows(model, draw, ends)
    texts = [text[: model.length] for text in (_LINES if model.kind == "paragraph" else _WORDS)]
    return draw.choice(texts).strip()


def _day(draw: random.Random) -> date:
    return _FIRST + timedelta(days=draw.randint(0, _DAYS))
