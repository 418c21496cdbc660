"""Two filings side by side, in words: what a second review shows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from thidua.application.review.comparing import Asked
from thidua.application.review.comparing import Comparison
from thidua.forms.compose import ComposedForm
from thidua.forms.describe import FieldModel
from thidua.forms.differences import Difference
from thidua.forms.evidence_lists import COLUMNS
from thidua.web import formats
from thidua.web.filed import said

__all__ = ["Change", "Piece", "RowChange", "Side", "changes_of", "pieces_of", "where"]

_LONG = frozenset({"paragraph", "list_of"})
_WORDS = re.compile(r"\s+|[^\s]+")
#: Texts of more words than this are set side by side as a whole; comparing takes time squared.
_MOST_WORDS = 3000
_BESIDE = {"is_estimate": "Số liệu ước tính", "prepared_by": "Người lập", "approved_by": "Người duyệt"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: ``kind`` is ``same``, ``gone`` or ``new``."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Side:
    """One value before and after; ``pieces`` are its words where it is a long text."""

    label: str
    before: str
    after: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row of a table: ``kind`` is ``Sửa dòng``, ``Thêm dòng`` or ``Bỏ dòng``, ``number`` as people count."""

    kind: str
    number: int
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One field or table that was changed or that something was asked of.

    ``asked`` pairs each remark with where exactly it stands, empty for the whole field.
    """

    code: str
    label: str
    sides: tuple[Side, ...]
    rows: tuple[RowChange, ...]
    asked: tuple[tuple[str, Asked], ...]
    is_outside: bool

    @property
    def is_changed(self) -> bool:
        """Tell whether anything differs; else it was only asked about."""
        return bool(self.sides or self.rows)


def changes_of(form: ComposedForm, found: Comparison) -> tuple[Change, ...]:
    """Write a comparison in form order, what is beside the cells at the end."""
    outside = {_owner(difference.cell) for difference in found.outside}
    changed: dict[str, list[Difference]] = {}
    for difference in found.changes:
        changed.setdefault(_owner(difference.cell), []).append(difference)
    shown = []
    for model in form.fields:
        asked = tuple(
            (where(form, each.remark.cell), each) for each in found.asked if _owner(each.remark.cell) == model.name
        )
        mine = changed.get(model.name, ())
        if not mine and not asked:
            continue
        is_table = model.is_table and bool(mine)
        shown.append(
            Change(
                model.code,
                model.label,
                () if model.is_table else tuple(_sides(form, model, mine)),
                tuple(_rows(form, model, found)) if is_table else (),
                asked,
                model.name in outside,
            )
        )
    shown += [_beside(form, difference) for difference in found.beside]
    return tuple(shown)


def where(form: ComposedForm, pointer: str) -> str:
    """Say which part of its field or table a cell is, empty for the whole of it."""
    parts = pointer.split("/")[1:]
    if parts[0] == "by_topic" and len(parts) > 2:  # noqa: PLR2004  by_topic, field, topic
        return f"chủ đề {form.topic_labels.get(parts[2], parts[2])}"
    model = form.by_name.get(_owner(pointer))
    if model is None:
        return ""
    columns = {column.name: column.label for column in (COLUMNS if parts[0] == "evidence" else model.columns)}
    rest = parts[1:] if model.is_table else parts[2:]
    words = [f"dòng {int(part) + 1}" if part.isdecimal() else columns.get(part, "") for part in rest]
    return ", ".join(word for word in words if word)


def pieces_of(before: str, after: str) -> tuple[Piece, ...]:
    """Compare two texts word by word."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > _MOST_WORDS:
        return (Piece("gone", before), Piece("new", after))
    pieces: list[Piece] = []
    for kind, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(old[first:last])))
            continue
        if gone := "".join(old[first:last]):
            pieces.append(Piece("gone", gone))
        if came := "".join(new[start:end]):
            pieces.append(Piece("new", came))
    return tuple(pieces)


def _sides(form: ComposedForm, model: FieldModel, differences: Iterable[Difference]) -> Iterator[Side]:
    columns = {column.name: column for column in model.columns}
    for difference in differences:
        parts = difference.cell.split("/")[1:]
        inner = parts[2] if len(parts) > 2 else ""  # noqa: PLR2004  fields, name, column
        if parts[0] == "by_topic":
            yield _side(f"Chủ đề {form.topic_labels.get(inner, inner)}", form, model, difference)
        elif parts[0] == "evidence":
            column = next(each for each in COLUMNS if each.name == parts[3])
            yield _side(f"Danh sách kê, dòng {int(inner) + 1}: {column.label}", form, column, difference)
        elif inner in columns:
            yield _side(columns[inner].label, form, columns[inner], difference)
        else:
            yield _side("", form, model, difference)


def _side(label: str, form: ComposedForm, model: FieldModel, difference: Difference) -> Side:
    before, after = (said(form, model, value) for value in (difference.before, difference.after))
    is_long = model.kind in _LONG and formats.UNKNOWN not in (before, after)
    unit = f" {model.unit}" if model.unit else ""
    return Side(
        label,
        before if before == formats.UNKNOWN else before + unit,
        after if after == formats.UNKNOWN else after + unit,
        pieces_of(before, after) if is_long else (),
    )


def _rows(form: ComposedForm, model: FieldModel, found: Comparison) -> Iterator[RowChange]:
    """Match the rows that stayed, so that one taken from the middle does not make all others differ."""
    old, new = (_texts(form, model, revision.payload) for revision in (found.before, found.after))
    for kind, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        both = min(last - first, end - start)
        for step in range(both):
            yield _row("Sửa dòng", start + step, model, old[first + step], new[start + step])
        for index in range(first + both, last):
            yield _row("Bỏ dòng", index, model, old[index], ())
        for index in range(start + both, end):
            yield _row("Thêm dòng", index, model, (), new[index])


def _row(kind: str, index: int, model: FieldModel, old: Sequence[str], new: Sequence[str]) -> RowChange:
    blank = (formats.UNKNOWN,) * len(model.columns)
    pairs = zip(model.columns, old or blank, new or blank, strict=True)
    return RowChange(
        kind, index + 1, tuple(Side(column.label, before, after) for column, before, after in pairs if before != after)
    )


def _texts(form: ComposedForm, model: FieldModel, payload: Mapping[str, object]) -> list[tuple[str, ...]]:
    rows = payload.get(model.name)
    return [
        tuple(said(form, column, row.get(column.name)) for column in model.columns)
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, Mapping)
    ]


def _beside(form: ComposedForm, difference: Difference) -> Change:
    name = difference.cell.split("/")[1]
    if name == "comments":
        pointer = difference.cell.removeprefix("/comments")
        model = form.by_name.get(_owner(pointer))
        label = f"Ghi chú của đơn vị ở ô {model.code} {model.label}" if model else "Ghi chú của đơn vị"
    else:
        label = _BESIDE[name]
    return Change("", label, (Side("", _plain(difference.before), _plain(difference.after)),), (), (), is_outside=False)


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(str(part) for part in (value.get("full_name"), value.get("position")) if part)
    if isinstance(value, bool):
        return "Có" if value else "Không"
    return formats.UNKNOWN if value is None else str(value)


def _owner(pointer: str) -> str:
    """Return the field or table a cell belongs to."""
    parts = pointer.split("/")[1:]
    if parts and parts[0] in {"fields", "by_topic", "evidence"}:
        return parts[1] if len(parts) > 1 else ""
    return parts[0] if parts else ""
