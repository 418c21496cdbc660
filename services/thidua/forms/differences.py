"""What differs between two payloads of one form, cell by cell.

Reviews show only this, corrections keep it, and a returned report may differ from what was sent
back only where cells were opened.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
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
    form: ComposedForm, before: Mapping[str, object], after: Mapping[str, object]
) -> tuple[Difference, ...]:
    """List the cells that differ, in form order; computed cells are the host's and left out.

    Args:
        form: the form both were filed in.
        before: a payload as stored.
        after: a payload as stored, or about to be.

    Returns:
        One difference for each field, topic, group's cell, table's cell and cell of a count's list. ``null`` and a cell
        that is not there are the same: no data.
    """
    return tuple(
        Difference(pointer, old, new) for pointer, old, new in _pairs(form, before, after) if _differ(old, new)
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
    form: ComposedForm, before: Mapping[str, object], after: Mapping[str, object]
) -> Iterator[tuple[str, Any, Any]]:
    for model in form.fields:
        if model.computed:
            continue
        if model.is_table:
            old_rows, new_rows = _rows(before.get(model.name)), _rows(after.get(model.name))
            for index in range(max(len(old_rows), len(new_rows))):
                old_row, new_row = _at(old_rows, index), _at(new_rows, index)
                for column in model.columns:
                    yield row_cell(model.name, index, column.name), old_row.get(column.name), new_row.get(column.name)
            continue
        yield from _field(form, model, before, after)


def _field(
    form: ComposedForm, model: FieldModel, before: Mapping[str, object], after: Mapping[str, object]
) -> Iterator[tuple[str, Any, Any]]:
    """Pair the cells of one field: its own, its split by topic, its list."""
    old, new = _mapping(before.get("fields")).get(model.name), _mapping(after.get("fields")).get(model.name)
    if model.kind == Group.kind:
        old_cells, new_cells = _mapping(old), _mapping(new)
        for column in model.columns:
            yield f"{cell(model.name)}/{column.name}", old_cells.get(column.name), new_cells.get(column.name)
    else:
        yield cell(model.name), old, new
    if model.by_topic:
        old_split = _mapping(_mapping(before.get("by_topic")).get(model.name))
        new_split = _mapping(_mapping(after.get("by_topic")).get(model.name))
        for topic in form.topics:
            yield topic_cell(model.name, topic.code), old_split.get(topic.code), new_split.get(topic.code)
    if model.listable:
        yield from _listed(model.name, before, after)


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
