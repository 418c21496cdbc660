"""What a filed report says in whole numbers: the input of all counting."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from collections.abc import Mapping
from typing import Final

from thidua.forms.compose import ComposedForm
from thidua.forms.describe import FieldModel
from thidua_sdk import Choice
from thidua_sdk import Count
from thidua_sdk import Flag
from thidua_sdk import Records

__all__ = ["ESTIMATES", "numbers_of"]

#: The key under which a report that says its figures are an estimate counts as one; no field is called so.
ESTIMATES: Final = "@estimates"

_COUNT, _FLAG, _CHOICE, _RECORDS = Count.kind, Flag.kind, Choice.kind, Records.kind


def numbers_of(form: ComposedForm, payload: Mapping[str, object]) -> dict[str, int]:
    """Extract the numbers of a payload by key, in form order.

    A key is the field's name for the field itself, and ``field/part`` for a part of it:
    ``topic:<code>`` for one topic, ``is:<option>`` for a choice, ``<column>=<option>`` for the rows of
    a table that chose it. Where records are known again, each is also there by itself:
    ``field/@<record>`` for its row, ``field/<column>=<option>@<record>`` for what it chose, the record
    told by a digest of its key, for keys are what people typed.

    Counts and flags give their number (yes is 1, no is 0), a tallied choice gives 1 for its option, a
    table its number of rows and the rows by each choice column. Fields that do not aggregate,
    decimals, text and days give none. ``null`` and what is missing give none; 0 gives a number. An
    estimate is counted as one (``ESTIMATES``).

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
    if payload.get("is_estimate") is True:
        numbers[ESTIMATES] = 1
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
    if model.key:
        _tell_apart(model, [row for row in rows if isinstance(row, Mapping)], choices, numbers)


def _tell_apart(
    model: FieldModel, rows: Iterable[Mapping[str, object]], choices: Iterable[FieldModel], numbers: dict[str, int]
) -> None:
    """Add each record by itself; of two rows with one key the last tells how it is."""
    records = {_record(model, row, place): row for place, row in enumerate(rows)}
    for record, row in records.items():
        numbers[f"{model.name}/@{record}"] = 1
        for column in choices:
            if isinstance(code := row.get(column.name), str) and any(code == option for option, _ in column.options):
                numbers[f"{model.name}/{column.name}={code}@{record}"] = 1


def _record(model: FieldModel, row: Mapping[str, object], place: int) -> str:
    """Return what a record is known again by; a row without a key is like no other, ``#`` and its place."""
    key = [" ".join(str(row.get(name) or "").split()).casefold() for name in model.key]
    if not any(key):
        return f"#{place}"
    return hashlib.sha256("\n".join(key).encode()).hexdigest()[:16]


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
