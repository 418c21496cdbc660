"""What differs between two payloads of one form, cell by cell.

Reviews show only this, corrections keep it, and a returned report may differ from what was sent
back only where cells were opened.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from thidua.forms.compose import ComposedForm
from thidua.forms.describe import FieldModel
from thidua.forms.evidence_lists import COLUMNS
from thidua.forms.evidence_lists import evidence_cell
from thidua_sdk import Group
from thidua_sdk import cell
from thidua_sdk import row_cell
from thidua_sdk import topic_cell

__all__ = ["Difference", "differences", "is_open"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell; ``before`` and ``after`` are JSON values, None where there was or is none."""

    cell: str
    before: object
    after: object


def differences(
    form: ComposedForm, before: Mapping[str, object], after: Mapping[str, object], *, was: ComposedForm | None = None
) -> tuple[Difference, ...]:
    """List the cells that differ, in form order; computed cells are the host's and left out.

    Args:
        form: the form that ``after`` was filed in, or is about to be.
        before: a payload as stored.
        after: a payload as stored, or about to be.
        was: the form that ``before`` was filed in, where that is another.

    Returns:
        One difference for each field, topic, group's cell, table's cell and cell of a count's list. ``null`` and a cell
        that is not there are the same: no data. What only the older form knows comes last.
    """
    return tuple(
        Difference(pointer, old, new)
        for pointer, old, new in _pairs(form, was or form, before, after)
        if _differ(old, new)
    )


def is_open(pointer: str, opened: Iterable[str]) -> bool:
    """Tell whether a cell lies in one of the opened ones: itself, its field's split, its row, its table.

    A remark on a field opens its split by topic and its list, too; one on a table, or on any of its cells, opens
    the whole table, since a row cannot be mended without the others' order.
    """
    mine = _owner(pointer)
    return any(_owner(each) == mine for each in opened)


def _owner(pointer: str) -> str:
    """Return the field or table that a cell belongs to."""
    parts = pointer.split("/")[1:]
    if parts and parts[0] in {"fields", "by_topic", "evidence"}:
        return parts[1] if len(parts) > 1 else ""
    return parts[0] if parts else ""


def _differ(old: object, new: object) -> bool:
    # True is not 1 here: a flag and a count never stand in the same cell, but JSON tells them apart.
    return type(old) is not type(new) or old != new if isinstance(old, bool) or isinstance(new, bool) else old != new


def _pairs(
    form: ComposedForm, was: ComposedForm, before: Mapping[str, object], after: Mapping[str, object]
) -> Iterator[tuple[str, Any, Any]]:
    for name in dict.fromkeys((*form.by_name, *was.by_name)):
        here, there = form.by_name.get(name), was.by_name.get(name)
        if any(model is not None and model.computed for model in (here, there)):
            continue
        if here is not None and there is not None and _shape(here) == _shape(there):
            topics = dict.fromkeys(topic.code for each in (form, was) for topic in each.topics)
            yield from _field((here, there), topics, before, after)
            continue
        # The same name for something else, or a field of one form alone: each has its own cells.
        for model, own, old, new in ((there, was, before, {}), (here, form, {}, after)):
            if model is not None:
                yield from _field((model,), [topic.code for topic in own.topics], old, new)


def _shape(model: FieldModel) -> tuple[bool, bool]:
    return model.is_table, model.kind == Group.kind


def _field(
    models: Sequence[FieldModel], topics: Iterable[str], before: Mapping[str, object], after: Mapping[str, object]
) -> Iterator[tuple[str, Any, Any]]:
    """Pair the cells of one field, as one or both of its forms know it: its rows, or its own, its split, its list."""
    name = models[0].name
    columns = list(dict.fromkeys(column.name for model in models for column in model.columns))
    if models[0].is_table:
        old_rows, new_rows = _rows(before.get(name)), _rows(after.get(name))
        for index in range(max(len(old_rows), len(new_rows))):
            old_row, new_row = _at(old_rows, index), _at(new_rows, index)
            for column in columns:
                yield row_cell(name, index, column), old_row.get(column), new_row.get(column)
        return
    old, new = _mapping(before.get("fields")).get(name), _mapping(after.get("fields")).get(name)
    if models[0].kind == Group.kind:
        old_cells, new_cells = _mapping(old), _mapping(new)
        for column in columns:
            yield f"{cell(name)}/{column}", old_cells.get(column), new_cells.get(column)
    else:
        yield cell(name), old, new
    if any(model.by_topic for model in models):
        old_split = _mapping(_mapping(before.get("by_topic")).get(name))
        new_split = _mapping(_mapping(after.get("by_topic")).get(name))
        for topic in topics:
            yield topic_cell(name, topic), old_split.get(topic), new_split.get(topic)
    if any(model.listable for model in models):
        yield from _listed(name, before, after)


def _listed(name: str, before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[tuple[str, Any, Any]]:
    old_items = _rows(_mapping(before.get("evidence")).get(name))
    new_items = _rows(_mapping(after.get("evidence")).get(name))
    for index in range(max(len(old_items), len(new_items))):
        old, new = _at(old_items, index), _at(new_items, index)
        for column in COLUMNS:
            yield evidence_cell(name, index, column.name), old.get(column.name), new.get(column.name)


def _rows(value: object) -> list[Mapping[str, object]]:
    return [_mapping(row) for row in value] if isinstance(value, list | tuple) else []


def _at(rows: list[Mapping[str, object]], index: int) -> Mapping[str, object]:
    return rows[index] if index < len(rows) else {}


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
