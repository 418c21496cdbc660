"""What a filed report says in whole numbers: the input of all counting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from thidua.forms.compose import ComposedForm
from thidua.forms.describe import FieldModel
from thidua_sdk import Choice
from thidua_sdk import Count
from thidua_sdk import Flag
from thidua_sdk import Records

__all__ = ["numbers_of"]

_COUNT, _FLAG, _CHOICE, _RECORDS = Count.kind, Flag.kind, Choice.kind, Records.kind


def numbers_of(form: ComposedForm, payload: Mapping[str, object]) -> dict[str, int]:
    """Extract the numbers of a payload by key, in form order.

    A key is the field's name for the field itself, and ``field/part`` for a part of it:
    ``topic:<code>`` for one topic, ``is:<option>`` for a choice, ``<column>=<option>`` for the rows of
    a table that chose it.

    Counts and flags give their number (yes is 1, no is 0), a tallied choice gives 1 for its option, a
    table its number of rows and the rows by each choice column. Fields that do not aggregate,
    decimals, text and days give none. ``null`` and what is missing give none; 0 gives a number.

    Args:
        form: the form the payload was judged by.
        payload: as stored (``Envelope.payload``).
    """
    fields, by_topic = _mapping(payload.get("fields")), _mapping(payload.get("by_topic"))
    numbers: dict[str, int] = {}
    for name, kind, topics, model in form.counted:
        if kind == _COUNT:
            value = fields.get(name)
            if type(value) is int:
                numbers[name] = value
            if topics and (counts := _mapping(by_topic.get(name))):
                for topic, key in topics:
                    count = counts.get(topic)
                    if type(count) is int:
                        numbers[key] = count
        elif kind == _RECORDS:
            _count_rows(model, payload.get(name), numbers)
        else:
            numbers.update(_of_other(kind, name, fields.get(name)))
    return numbers


def _of_other(kind: str, name: str, value: object) -> dict[str, int]:
    if kind == _FLAG and isinstance(value, bool):
        return {name: int(value)}
    if kind == _CHOICE and isinstance(value, str) and value:
        return {f"{name}/is:{value}": 1}
    return {}


def _count_rows(model: FieldModel, rows: object, numbers: dict[str, int]) -> None:
    if not isinstance(rows, list | tuple):
        return
    numbers[model.name] = len(rows)
    if not rows:
        return
    choices = [column for column in model.columns if column.kind == _CHOICE]
    chosen = Counter(
        (column.name, code)
        for row in rows
        for column in choices
        if isinstance(row, Mapping) and isinstance(code := row.get(column.name), str)
    )
    for column in choices:
        for code, _ in column.options:
            if (column.name, code) in chosen:
                numbers[f"{model.name}/{column.name}={code}"] = chosen[column.name, code]


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
