"""The cells of a form as text: how they are typed, where they are, what people call them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import tzinfo
from zoneinfo import ZoneInfo

from thidua.forms.compose import ComposedForm
from thidua.forms.describe import FieldModel
from thidua.web import formats
from thidua_sdk import topic_cell

__all__ = [
    "control_id",
    "escaped",
    "first_cell",
    "label_at",
    "rows_in",
    "takes_dots",
    "text_of",
    "typed_of",
    "unescaped",
]

#: Counts bounded below this are years and the like, written 1988 and not 1.988.
_MOST_WITHOUT_DOTS = 9999


def control_id(pointer: str) -> str:
    """Return the id of a control in the page."""
    return "o" + pointer.replace("/", "-")


def typed_of(form: ComposedForm, payload: Mapping[str, object]) -> dict[str, str]:
    """Write a filed payload as a person would have typed it, by pointer."""
    zone = ZoneInfo(form.time_zone)
    fields = _mapping(payload.get("fields"))
    typed: dict[str, str] = {}
    for model in form.cell_fields.values():
        value = fields.get(model.name)
        if model.kind == "group":
            typed |= _typed_cells(model.columns, _mapping(value), model.pointer, zone)
        else:
            typed[model.pointer] = text_of(model, value, zone)
    for name, counts in _mapping(payload.get("by_topic")).items():
        for topic, count in _mapping(counts).items():
            typed[topic_cell(name, topic)] = formats.typed("count", count, zone)
    for model in form.tables.values():
        for index, row in enumerate(_rows(payload.get(model.name))):
            typed |= _typed_cells(model.columns, row, f"/{model.name}/{index}", zone)
    for person in ("prepared_by", "approved_by"):
        for name, value in _mapping(payload.get(person)).items():
            typed[f"/{person}/{name}"] = str(value)
    return typed


def text_of(model: FieldModel, value: object, zone: tzinfo) -> str:
    """Write one cell's value as a person would have typed it; small counts, such as years, without dots."""
    if isinstance(value, int) and not isinstance(value, bool) and not takes_dots(model):
        return str(value)
    return formats.typed(model.kind, value, zone)


def takes_dots(model: FieldModel) -> bool:
    """Tell whether numbers of a field are written with dots between thousands."""
    return model.maximum is None or model.maximum > _MOST_WITHOUT_DOTS


def rows_in(form: ComposedForm, names: Iterable[str]) -> dict[str, list[int]]:
    """Return which rows of each table the named controls belong to, in order."""
    rows: dict[str, set[int]] = {name: set() for name in form.tables}
    for name in names:
        match = re.fullmatch(r"/([a-z0-9_]+)/([0-9]{1,4})/[a-z0-9_]+", name, re.ASCII)
        if match and match[1] in rows:
            rows[match[1]].add(int(match[2]))
    return {name: sorted(indexes) for name, indexes in rows.items()}


def escaped(pointer: str) -> str:
    """Write a pointer as one part of another, as in ``/answers/~1fields~1banners``."""
    return pointer.replace("~", "~0").replace("/", "~1")


def unescaped(part: str) -> str:
    """Return the pointer that :func:`escaped` made a part of."""
    return part.replace("~1", "/").replace("~0", "~")


def first_cell(form: ComposedForm, pointer: str) -> str:
    """Return the control to go to for a finding: the first cell of a group, else the cell itself."""
    parts = pointer.split("/")
    if parts[1] == "fields" and len(parts) == 3:  # noqa: PLR2004  "", "fields", name
        model = form.cell_fields.get(parts[2])
        if model is not None and model.kind == "group":
            return f"{pointer}/{model.columns[0].name}"
    return f"{pointer}/full_name" if pointer in {"/prepared_by", "/approved_by"} else pointer


def label_at(form: ComposedForm, pointer: str, rows: Mapping[str, Sequence[int]]) -> str:
    """Return the words by which a person knows a cell, empty if the form has no such cell.

    ``rows`` are the rows shown of each table, as in :class:`Drawer`.
    """
    parts = pointer.split("/")[1:]
    if parts[0] == "answers":
        asked = unescaped(parts[1]) if len(parts) > 1 else ""
        about = label_at(form, asked, rows) if asked.startswith("/") else ""
        return f"Trả lời yêu cầu sửa: {about}" if about else "Trả lời yêu cầu sửa"
    if parts[0] in {"fields", "by_topic"} and len(parts) > 1:
        model = form.cell_fields.get(parts[1])
        return f"{model.code} {model.label}".strip() if model else ""
    table = form.tables.get(parts[0])
    if table is None:
        return {
            "prepared_by": "Người lập",
            "approved_by": "Người duyệt",
            "correction_reason": "Lý do điều chỉnh",
            "is_estimate": "Số liệu ước tính",
        }.get(parts[0], "")
    shown = list(rows.get(table.name, ()))
    index = int(parts[1]) if len(parts) > 1 and parts[1].isdecimal() else -1
    row = f", dòng {shown.index(index) + 1}" if index in shown else ""
    return f"{table.code} {table.label}{row}".strip()


def _typed_cells(
    columns: Iterable[FieldModel], values: Mapping[str, object], pointer: str, zone: tzinfo
) -> dict[str, str]:
    return {f"{pointer}/{column.name}": text_of(column, values.get(column.name), zone) for column in columns}


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _rows(value: object) -> list[Mapping[str, object]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
