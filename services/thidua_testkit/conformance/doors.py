"""A report goes out through a door and comes back in: nothing of it may have changed on the way."""

from __future__ import annotations

import json
import reprlib
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from datetime import UTC
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from thidua.forms.compose import ComposedForm
from thidua.forms.describe import FieldModel
from thidua.forms.envelope import Envelope
from thidua.forms.envelope import read_envelope
from thidua.forms.readers import Unreadable
from thidua.forms.readers import read_cell
from thidua.forms.readers import read_web
from thidua.forms.strict_json import loads
from thidua.forms.texts import clean_json
from thidua.forms.wording import number
from thidua.forms.written import envelope_data
from thidua.forms.written import text_of
from thidua.forms.written import typed_of
from thidua_sdk import Count
from thidua_sdk import Moment
from thidua_sdk import Percent
from thidua_sdk import Quantity
from thidua_testkit.conformance.workbook import through_the_workbook

__all__ = ["DOORS", "changed_on_the_way", "differences", "misread_numbers"]

_NOTHING: tuple[object, ...] = (None, "", [], {})


def _through_the_page(form: ComposedForm, payload: Mapping[str, Any]) -> Envelope | None:
    fields = payload.get("fields") or {}
    computed = {name: fields[name] for name, model in form.cell_fields.items() if model.computed and name in fields}
    reading = read_web(form, typed_of(form, payload))
    data = envelope_data(form, reading, unit_code="X", period_code="X", revision=0, computed=computed)
    return read_envelope(data)[0]


def _through_the_api(form: ComposedForm, payload: Mapping[str, Any]) -> Envelope | None:
    body = {
        "campaign_code": form.campaign_code,
        "form_code": form.code,
        "form_version": form.version,
        "unit_code": "X",
        "period_code": "X",
        **payload,
    }
    return read_envelope(clean_json(loads(json.dumps(body, ensure_ascii=False).encode())))[0]


#: The ways out and in again, by the name of the door.
DOORS: Mapping[str, Callable[[ComposedForm, Mapping[str, Any]], Envelope | None]] = {
    "page": _through_the_page,
    "api": _through_the_api,
    "workbook": through_the_workbook,
}


def _told(value: object) -> str:
    """Write a value for a sentence: a long text by its beginning."""
    return reprlib.repr(value)


def changed_on_the_way(form: ComposedForm, payload: Mapping[str, Any], door: str) -> list[str]:
    """Send a payload out through a door and in again, and say which cells came back otherwise."""
    envelope = DOORS[door](form, payload)
    if envelope is None:
        return [f"form {form.code}: the {door} does not take back what it gave out."]
    return [
        f"form {form.code}, {pointer}: {_told(before)} comes back from the {door} as {_told(after)}; "
        "take a kind of field, bounds or options that hold it as it is typed."
        for pointer, before, after in differences(form, payload, envelope.payload)
    ]


def differences(
    form: ComposedForm, payload: Mapping[str, Any], other: Mapping[str, Any]
) -> list[tuple[str, object, object]]:
    """Return the cells that say something else in another payload: pointer, and what either says."""
    before, after = dict(_said(form, payload)), dict(_said(form, other))
    return [
        (pointer, before.get(pointer), after.get(pointer))
        for pointer in {**before, **after}
        if before.get(pointer) != after.get(pointer)
    ]


def misread_numbers(form: ComposedForm, payload: Mapping[str, Any]) -> list[str]:
    """Type every number of a payload in each way Vietnamese write it, and say which is read otherwise."""
    zone = ZoneInfo(form.time_zone)
    return [
        f"form {form.code}, {model.name}: {value!r} typed as {text!r} is read as {read!r}; bound it as people write it."
        for model, value in _numbers(form, payload)
        for text in _spellings(model, value, zone)
        if (read := _read(model, text, zone)) != _plain(model, value)
    ]


def _read(model: FieldModel, text: str, zone: ZoneInfo) -> object:
    try:
        return _plain(model, read_cell(model, text, zone))
    except Unreadable as unreadable:
        return f"nothing ({unreadable.sentence})"


def _numbers(form: ComposedForm, payload: Mapping[str, Any]) -> Iterator[tuple[FieldModel, Any]]:
    fields = payload.get("fields") or {}
    for model in form.cell_fields.values():
        value = fields.get(model.name)
        if model.kind in {Count.kind, Quantity.kind, Percent.kind} and value is not None:
            yield model, value


def _spellings(model: FieldModel, value: Any, zone: ZoneInfo) -> set[str]:  # noqa: ANN401  a number of JSON
    if model.kind != Count.kind:
        return {text_of(model, value, zone)}
    dotted = number(value)
    return {str(value), dotted, dotted.replace(".", " "), f" {dotted} ", text_of(model, value, zone)}


def _plain(model: FieldModel, value: Any) -> object:  # noqa: ANN401
    return float(value) if model.kind in {Quantity.kind, Percent.kind} and value is not None else value


def _said(form: ComposedForm, payload: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Give the cells that say something, by pointer."""
    fields = payload.get("fields") or {}
    for name, value in fields.items():
        model = form.cell_fields.get(name)
        if isinstance(value, Mapping):
            yield from _said_of_cells(f"/fields/{name}", model.columns if model else (), value)
        elif value not in _NOTHING:
            yield f"/fields/{name}", _same(model, value)
    for name, counts in (payload.get("by_topic") or {}).items():
        yield from _said_of_cells(f"/by_topic/{name}", (), counts or {})
    for name, table in form.tables.items():
        for index, row in enumerate(payload.get(name) or ()):
            yield from _said_of_cells(f"/{name}/{index}", table.columns, row)
    for who in ("prepared_by", "approved_by"):
        yield from _said_of_cells(f"/{who}", (), payload.get(who) or {})


def _said_of_cells(
    pointer: str, columns: Iterable[FieldModel], cells: Mapping[str, Any]
) -> Iterator[tuple[str, object]]:
    by_name = {column.name: column for column in columns}
    for name, value in cells.items():
        if value not in _NOTHING:
            yield f"{pointer}/{name}", _same(by_name.get(name), value)


def _same(model: FieldModel | None, value: Any) -> object:  # noqa: ANN401
    """Write a value so that two spellings of one value are equal."""
    if model is not None and model.kind == Moment.kind:
        return datetime.fromisoformat(value).astimezone(UTC).isoformat()
    if model is not None and model.kind in {Quantity.kind, Percent.kind}:
        return float(value)
    return list(value) if isinstance(value, tuple) else value
