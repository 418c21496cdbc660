"""The cells of a form as text: how they are typed, where they are, what people call them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence

from thidua.forms.compose import ComposedForm
from thidua.forms.describe import FieldModel
from thidua.forms.evidence_lists import COLUMNS
from thidua.forms.evidence_lists import MOST_ITEMS
from thidua.forms.evidence_lists import list_key
from thidua.forms.written import takes_dots
from thidua.forms.written import text_of
from thidua.forms.written import typed_of

_ROW = re.compile(r"/((?:evidence/)?[a-z0-9_]+)/([0-9]{1,4})/[a-z0-9_]+", re.ASCII)

__all__ = [
    "control_id",
    "escaped",
    "first_cell",
    "label_at",
    "rows_in",
    "rows_of",
    "seen_cell",
    "takes_dots",
    "text_of",
    "typed_of",
    "unescaped",
]


_PAPER = {
    "paper_received_at": "Thời điểm nhận bản giấy",
    "reason": "Lý do nhập thay",
    "scan": "Bản quét",
}


def control_id(pointer: str) -> str:
    """Return the id of a control in the page."""
    return "o" + pointer.replace("/", "-")


def rows_in(form: ComposedForm, names: Iterable[str]) -> dict[str, list[int]]:
    """Return which rows of each table and list the named controls belong to, in order."""
    rows: dict[str, set[int]] = {name: set() for name in (*form.tables, *map(list_key, form.listable))}
    for name in names:
        match = _ROW.fullmatch(name)
        if match and match[1] in rows:
            rows[match[1]].add(int(match[2]))
    return {name: sorted(indexes) for name, indexes in rows.items()}


def rows_of(form: ComposedForm, table: str) -> tuple[int, Sequence[FieldModel]]:
    """Return how many rows a table or a list takes, and its columns; ``table`` is a key of :func:`rows_in`."""
    if table in form.tables:
        model = form.tables[table]
        return model.most or 0, model.columns
    return MOST_ITEMS, COLUMNS


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


def seen_cell(form: ComposedForm, pointer: str, rows: Mapping[str, Sequence[int]]) -> str:
    """Return the control to go to for a cell or a whole row: its table where the row is not shown."""
    _, name, *rest = pointer.split("/")
    key = list_key(rest.pop(0)) if name == "evidence" and rest else name
    if key not in rows:
        return first_cell(form, pointer)
    if not rest or not rest[0].isdecimal() or int(rest[0]) not in rows[key]:
        return f"/{key}"
    return pointer if len(rest) > 1 else f"{pointer}/{rows_of(form, key)[1][0].name}"


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
    if parts[0] == "evidence" and len(parts) > 1 and parts[1] in form.listable:
        model = form.listable[parts[1]]
        return f"{model.code} {model.label}, danh sách kê{_row(rows.get(list_key(parts[1]), ()), parts[2:])}".strip()
    table = form.tables.get(parts[0])
    if table is None:
        return {
            "prepared_by": "Người lập",
            "approved_by": "Người duyệt",
            "correction_reason": "Lý do điều chỉnh",
            "is_estimate": "Số liệu ước tính",
            "on_behalf": _PAPER.get(parts[-1], "Bản giấy"),
        }.get(parts[0], "")
    return f"{table.code} {table.label}{_row(rows.get(table.name, ()), parts[1:])}".strip()


def _row(shown: Sequence[int], parts: Sequence[str]) -> str:
    index = int(parts[0]) if parts and parts[0].isdecimal() else -1
    return f", dòng {list(shown).index(index) + 1}" if index in shown else ""
