"""The cells of a form by their JSON pointers: which there are, what stands in one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping

from thidua.forms.compose import ComposedForm
from thidua.forms.describe import FieldModel
from thidua.forms.evidence_lists import COLUMNS
from thidua.forms.evidence_lists import MOST_ITEMS
from thidua_sdk import Group

__all__ = [
    "ANSWERS",
    "COMMENTS",
    "ENVELOPE_CELLS",
    "PEOPLE",
    "cell_model",
    "escaped",
    "is_draft_cell",
    "may_be_spoken_of",
    "unescaped",
    "value_at",
]

#: Cells that every form has besides its own.
PEOPLE = ("prepared_by", "approved_by")
ENVELOPE_CELLS = frozenset(
    {f"/{who}/{part}" for who in PEOPLE for part in ("full_name", "position")} | {"/correction_reason", "/is_estimate"}
)
#: What the unit says of a cell, and its answer to a remark, stand at ``/comments/<escaped pointer>``.
COMMENTS = "/comments/"
ANSWERS = "/answers/"

_INDEX = re.compile(r"0|[1-9][0-9]{0,3}", re.ASCII)
_LONGEST = 400


def escaped(pointer: str) -> str:
    """Write a pointer as one part of another (RFC 6901)."""
    return pointer.replace("~", "~0").replace("/", "~1")


def unescaped(part: str) -> str:
    """Undo :func:`escaped`."""
    return part.replace("~1", "/").replace("~0", "~")


def cell_model(form: ComposedForm, pointer: str) -> FieldModel | None:
    """Return the model that judges a cell people type in, None if the form has no such cell.

    That is a field, a field for one topic (the field's model), a cell of a group, a cell of a row
    below the table's ``most``, or a cell of a list that a count may be filed as. Whole groups,
    whole tables and computed cells are not typed.
    """
    match pointer.split("/"):
        case ["", "fields", name]:
            model = form.cell_fields.get(name)
            return model if model is not None and not model.computed and model.kind != Group.kind else None
        case ["", "fields", name, column]:
            model = form.cell_fields.get(name)
            return _column(model, column) if model is not None and not model.computed else None
        case ["", "by_topic", name, topic]:
            model = form.cell_fields.get(name)
            has_it = model is not None and model.by_topic and not model.computed and topic in form.topic_labels
            return model if has_it else None
        case ["", name, index, column]:
            table = form.tables.get(name)
            return _in_row(table.columns, index, column, table.most or 0) if table is not None else None
        case ["", "evidence", name, index, column]:
            return _in_row(COLUMNS if name in form.listable else (), index, column, MOST_ITEMS)
    return None


def is_draft_cell(form: ComposedForm, pointer: str) -> bool:
    """Tell whether a draft may hold a cell: one that is typed, the envelope's, a comment or an answer."""
    if len(pointer) > _LONGEST:
        return False
    if pointer in ENVELOPE_CELLS or cell_model(form, pointer) is not None:
        return True
    for prefix in (COMMENTS, ANSWERS):
        if pointer.startswith(prefix):
            part = pointer.removeprefix(prefix)
            about = unescaped(part)
            return escaped(about) == part and may_be_spoken_of(form, about)
    return False


def may_be_spoken_of(form: ComposedForm, pointer: str) -> bool:
    """Tell whether a remark or a comment can stand somewhere: at a field, a split, a table, a row or a cell."""
    if pointer in form.cells or cell_model(form, pointer) is not None:
        return True
    match pointer.split("/"):
        case ["", name, index]:
            table = form.tables.get(name)
            return table is not None and bool(_INDEX.fullmatch(index)) and int(index) < (table.most or 0)
    return False


def value_at(payload: object, pointer: str) -> object:
    """Return the JSON value a pointer leads to, None where there is none."""
    value = payload
    for part in pointer.split("/")[1:]:
        if isinstance(value, Mapping):
            value = value.get(unescaped(part))
        elif isinstance(value, list | tuple) and _INDEX.fullmatch(part) and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def _in_row(columns: Iterable[FieldModel], index: str, name: str, most: int) -> FieldModel | None:
    if not _INDEX.fullmatch(index) or int(index) >= most:
        return None
    return next((column for column in columns if column.name == name), None)


def _column(model: FieldModel | None, name: str) -> FieldModel | None:
    columns = model.columns if model is not None else ()
    return next((column for column in columns if column.name == name), None)
