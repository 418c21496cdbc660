"""What the API takes, in OpenAPI 3.1: one component for each form of each campaign.

Components are plain JSON values, so that the document can be built, diffed and served by
anyone. Bounds are numbers; ``null`` is allowed where a cell may have no data.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping

from thidua.forms.compose import ComposedForm
from thidua.forms.describe import FieldModel
from thidua.forms.envelope import COMMON_TABLES
from thidua.forms.envelope import CORRECTION_REASON_LENGTH
from thidua_sdk import Choice
from thidua_sdk import Count
from thidua_sdk import Day
from thidua_sdk import DocumentNumber
from thidua_sdk import Flag
from thidua_sdk import Group
from thidua_sdk import Line
from thidua_sdk import ListOf
from thidua_sdk import Moment
from thidua_sdk import Need
from thidua_sdk import Paragraph
from thidua_sdk import Percent
from thidua_sdk import Quantity
from thidua_sdk import Records

__all__ = ["component_name", "components"]

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]")


def component_name(form: ComposedForm) -> str:
    """Name a form's component, such as ``ReportA_ATGT-2021``."""
    return _NOT_IN_NAMES.sub("_", f"Report{form.code}_{form.campaign_code}")


def components(forms: Iterable[ComposedForm]) -> dict[str, dict[str, object]]:
    """Make one JSON schema (2020-12, as OpenAPI 3.1 embeds it) for each campaign and form.

    Args:
        forms: the campaigns' whole forms; short forms take less and need no schema of their own.

    Returns:
        Component name to schema, sorted by name. Labels are titles; unit, row code, source and
        aggregation stand under ``x-unit``, ``x-code``, ``x-source`` and ``x-aggregate``.

    Raises:
        ValueError: two different forms would have one name.
    """
    made: dict[str, tuple[str, dict[str, object]]] = {}
    for form in forms:
        name = component_name(form)
        if made.setdefault(name, (form.digest, _envelope(form)))[0] != form.digest:
            raise ValueError(f"two forms named {name}")
    return {name: made[name][1] for name in sorted(made)}


def _envelope(form: ComposedForm) -> dict[str, object]:
    person = {
        **_object({"full_name": _text(100), "position": _text(200)}, ("full_name", "position")),
        "type": ["object", "null"],
    }
    tables: dict[str, object] = {
        name: {"type": ["array", "null"], "maxItems": 0} for name in sorted(COMMON_TABLES - form.tables.keys())
    }
    tables |= {name: _cell(model) for name, model in form.tables.items()}
    split = {
        model.name: {
            **_object({topic.code: _topic(topic.label, model) for topic in form.topics}),
            "type": ["object", "null"],
            "title": model.label,
        }
        for model in form.split_by_topic
    }
    properties: dict[str, object] = {
        "campaign_code": {"const": form.campaign_code},
        "form_code": {"const": form.code},
        "form_version": {"const": form.version},
        "unit_code": _text(60),
        "period_code": _text(60),
        "revision": {"type": ["integer", "null"], "minimum": 0, "maximum": 9999, "default": 0},
        "is_estimate": {"type": ["boolean", "null"], "default": False},
        "prepared_by": person,
        "approved_by": person,
        "correction_reason": {"type": ["string", "null"], "maxLength": CORRECTION_REASON_LENGTH},
        "confirm_warnings": {"type": ["boolean", "null"], "default": False},
        "status": {"enum": ["submitted", None]},
        "submitted_at": {"type": ["string", "null"], "format": "date-time"},
        "attachments": {"type": ["array", "null"], "maxItems": 0},
        "fields": _cells(form.cell_fields.values()),
        "by_topic": {**_object(split), "type": ["object", "null"]},
        **tables,
    }
    required = ("campaign_code", "form_code", "form_version", "unit_code", "period_code", "fields")
    return {"title": form.title, **_object(properties, required)}


def _object(properties: Mapping[str, object], required: Iterable[str] = ()) -> dict[str, object]:
    made: dict[str, object] = {"type": "object", "additionalProperties": False, "properties": dict(properties)}
    names = list(required)
    return {**made, "required": names} if names else made


def _cells(models: Iterable[FieldModel]) -> dict[str, object]:
    listed = list(models)
    return _object(
        {model.name: _cell(model) for model in listed},
        (model.name for model in listed if model.need is Need.REQUIRED),
    )


def _cell(model: FieldModel) -> dict[str, object]:
    """Make one cell's schema: what its kind says, null unless required, and what people read."""
    made: dict[str, object] = {"title": model.label, **_OF_KIND[model.kind](model)}
    if model.need is not Need.REQUIRED:
        if "type" in made:
            made["type"] = [made["type"], "null"]
        if isinstance(options := made.get("enum"), list):
            made["enum"] = [*options, None]
    said = {
        "description": model.help,
        "x-code": model.code,
        "x-unit": model.unit,
        "x-source": model.source,
        "x-aggregate": model.aggregate.kind,
        "x-weight": model.weight,
        "x-required-in": list(model.required_in),
        "x-computed": model.computed,
    }
    return made | {name: value for name, value in said.items() if value}


def _topic(label: str, model: FieldModel) -> dict[str, object]:
    return {"title": label, "type": ["integer", "null"], "minimum": 0, "maximum": model.maximum}


def _text(length: int) -> dict[str, object]:
    return {"type": "string", "minLength": 1, "maxLength": length}


def _of_count(model: FieldModel) -> dict[str, object]:
    return {"type": "integer", "minimum": model.minimum, "maximum": model.maximum}


def _of_quantity(model: FieldModel) -> dict[str, object]:
    # A number or its text with a decimal point: floats cannot write every decimal.
    decimals = {
        "anyOf": [
            {"type": "number", "minimum": model.minimum, "maximum": model.maximum},
            {"type": "string", "pattern": r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$"},
        ]
    }
    if model.need is not Need.REQUIRED:
        decimals["anyOf"].append({"type": "null"})
    return {**decimals, "x-places": model.places}


def _of_flag(model: FieldModel) -> dict[str, object]:  # noqa: ARG001  the shape of the other kinds
    return {"type": "boolean"}


def _of_choice(model: FieldModel) -> dict[str, object]:
    return {"type": "string", "enum": [code for code, _ in model.options], "x-labels": dict(model.options)}


def _of_day(model: FieldModel) -> dict[str, object]:  # noqa: ARG001
    return {"type": "string", "format": "date"}


def _of_moment(model: FieldModel) -> dict[str, object]:  # noqa: ARG001
    return {"type": "string", "format": "date-time"}


def _of_line(model: FieldModel) -> dict[str, object]:
    made: dict[str, object] = {"type": "string", "maxLength": model.length}
    # An optional text may be empty, however long it must be once there is one.
    if model.need is Need.REQUIRED:
        made["minLength"] = max(model.min_length, 1)
    return made


def _of_document_number(model: FieldModel) -> dict[str, object]:
    pattern = f"^(?:{model.pattern})$"
    return {
        **_of_line(model),
        "pattern": pattern if model.need is Need.REQUIRED else f"^$|{pattern}",
        "examples": [model.example],
    }


def _of_list(model: FieldModel) -> dict[str, object]:
    return {"type": "array", "maxItems": model.most, "items": _text(model.length or 0)}


def _of_group(model: FieldModel) -> dict[str, object]:
    return _cells(model.columns)


def _of_records(model: FieldModel) -> dict[str, object]:
    return {"type": "array", "maxItems": model.most, "items": _cells(model.columns), "x-personal": model.personal}


_OF_KIND: Mapping[str, Callable[[FieldModel], dict[str, object]]] = {
    Count.kind: _of_count,
    Quantity.kind: _of_quantity,
    Percent.kind: _of_quantity,
    Flag.kind: _of_flag,
    Choice.kind: _of_choice,
    Day.kind: _of_day,
    Moment.kind: _of_moment,
    Line.kind: _of_line,
    Paragraph.kind: _of_line,
    DocumentNumber.kind: _of_document_number,
    ListOf.kind: _of_list,
    Group.kind: _of_group,
    Records.kind: _of_records,
}
