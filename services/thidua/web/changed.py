"""Two filings side by side, in words: what a second review shows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from thidua.application.review.comparing import Asked
from thidua.application.review.comparing import Comparison
from thidua.forms.compose import ComposedForm
from thidua.forms.describe import FieldModel
from thidua.forms.differences import Difference
from thidua.forms.evidence_lists import COLUMNS
from thidua.forms.pointers import cell_model
from thidua.web import formats
from thidua.web.filed import said

__all__ = ["NOT_THERE", "Change", "Piece", "RowChange", "Side", "changes_of", "pieces_of", "where"]

#: What a side says of a cell that its form does not have.
NOT_THERE = "biểu lúc ấy không có ô này"
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

    ``asked`` pairs each remark with where exactly it stands, empty for the whole field. ``only_in`` is the number
    of the filing whose form alone has the field, None where both have it.
    """

    code: str
    label: str
    sides: tuple[Side, ...]
    rows: tuple[RowChange, ...]
    asked: tuple[tuple[str, Asked], ...]
    is_outside: bool
    only_in: int | None = None

    @property
    def is_changed(self) -> bool:
        """Tell whether anything differs; else it was only asked about."""
        return bool(self.sides or self.rows)


def changes_of(found: Comparison) -> tuple[Change, ...]:
    """Write a comparison in form order, then what only the older form has, at the end what is beside the cells.

    Each side is read by the form that it was filed in: a year may have taken up another between them.
    """
    outside = {_owner(difference.cell) for difference in found.outside}
    changed: dict[str, list[Difference]] = {}
    for difference in found.changes:
        changed.setdefault(_owner(difference.cell), []).append(difference)
    shown = []
    for name in dict.fromkeys((*found.after_form.by_name, *found.before_form.by_name)):
        field = _Field(found, name)
        mine = changed.get(name, ())
        # Asked by who read the older filing.
        asked = tuple(
            (where(found.before_form, each.remark.cell), each)
            for each in found.asked
            if _owner(each.remark.cell) == name
        )
        if not mine and not asked:
            continue
        rows = tuple(field.rows()) if mine and field.is_table else ()
        cells = (each for each in mine if not field.is_row(each.cell))
        sides = tuple(field.side(each) for each in cells)
        only_in = field.only_in
        shown.append(Change(field.code, field.label, sides, rows, asked, name in outside, only_in))
    shown += [_beside(found, difference) for difference in found.beside]
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


@dataclass(frozen=True, slots=True)
class _Field:
    """A field or table as the forms of two filings know it; one of them may not."""

    found: Comparison
    name: str

    @property
    def _models(self) -> tuple[FieldModel | None, FieldModel | None]:
        return self.found.before_form.by_name.get(self.name), self.found.after_form.by_name.get(self.name)

    @property
    def _named(self) -> FieldModel:
        """The newer form's where it has the field: by its words the change is headed."""
        was, now = self._models
        model = now or was
        if model is None:
            raise ValueError("a field of neither form cannot differ")
        return model

    @property
    def code(self) -> str:
        return self._named.code

    @property
    def label(self) -> str:
        return self._named.label

    @property
    def is_table(self) -> bool:
        return any(model is not None and model.is_table for model in self._models)

    @property
    def only_in(self) -> int | None:
        was, now = self._models
        if was is not None and now is not None:
            return None
        return (self.found.after if was is None else self.found.before).number

    def is_row(self, pointer: str) -> bool:
        """Tell whether a cell lies in a row of the table."""
        return pointer.split("/")[1] == self.name

    def side(self, difference: Difference) -> Side:
        """Write one cell before and after, each in the words of its own form."""
        before, after = (_cell(form, difference.cell) for form in (self.found.before_form, self.found.after_form))
        told = [
            NOT_THERE if read is None else _said(form, read[0], value)
            for form, read, value in (
                (self.found.before_form, before, difference.before),
                (self.found.after_form, after, difference.after),
            )
        ]
        label = next((read[1] for read in (after, before) if read is not None), "")
        is_long = all(read is not None and read[0].kind in _LONG for read in (before, after))
        is_long = is_long and formats.UNKNOWN not in told
        return Side(label, told[0], told[1], pieces_of(*told) if is_long else ())

    def rows(self) -> Iterator[RowChange]:
        """Match the rows that stayed, so that one taken from the middle does not make all others differ."""
        was, now = self._models
        columns = {each.name: each.label for model in (now, was) if model and model.is_table for each in model.columns}
        forms = (self.found.before_form, self.found.after_form)
        old, new = (
            _texts(form, model, columns, filed.payload)
            for form, model, filed in zip(forms, self._models, (self.found.before, self.found.after), strict=True)
        )
        blank = dict.fromkeys(columns, formats.UNKNOWN)
        # A cell that a form does not have says as much as an empty one: rows are matched by what they say.
        keys = [
            [tuple(formats.UNKNOWN if text == NOT_THERE else text for text in row.values()) for row in rows]
            for rows in (old, new)
        ]
        for kind, first, last, start, end in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
            if kind == "equal":
                continue
            both = min(last - first, end - start)
            for step in range(both):
                yield _row("Sửa dòng", start + step, columns, old[first + step], new[start + step])
            for index in range(first + both, last):
                yield _row("Bỏ dòng", index, columns, old[index], blank)
            for index in range(start + both, end):
                yield _row("Thêm dòng", index, columns, blank, new[index])


def _cell(form: ComposedForm, pointer: str) -> tuple[FieldModel, str] | None:
    """Return what reads a cell, with the words for it inside its field; None where the form has no such cell."""
    model = cell_model(form, pointer)
    if model is None:
        return None
    parts = pointer.split("/")[1:]
    inner = parts[2] if len(parts) > 2 else ""  # noqa: PLR2004  fields, name, column
    if parts[0] == "by_topic":
        return model, f"Chủ đề {form.topic_labels.get(inner, inner)}"
    if parts[0] == "evidence":
        return model, f"Danh sách kê, dòng {int(inner) + 1}: {model.label}"
    return model, model.label if inner else ""


def _said(form: ComposedForm, model: FieldModel, value: object) -> str:
    text = said(form, model, value)
    return text if text == formats.UNKNOWN or not model.unit else f"{text} {model.unit}"


def _row(
    kind: str, index: int, columns: Mapping[str, str], old: Mapping[str, str], new: Mapping[str, str]
) -> RowChange:
    sides = (Side(label, old[name], new[name]) for name, label in columns.items())
    unknown = {formats.UNKNOWN, NOT_THERE}
    return RowChange(
        kind,
        index + 1,
        tuple(side for side in sides if side.before != side.after and not {side.before, side.after} <= unknown),
    )


def _texts(
    form: ComposedForm, model: FieldModel | None, columns: Iterable[str], payload: Mapping[str, object]
) -> list[dict[str, str]]:
    rows = payload.get(model.name) if model is not None and model.is_table else None
    own = {each.name: each for each in model.columns} if model is not None else {}
    return [
        {name: said(form, own[name], row.get(name)) if name in own else NOT_THERE for name in columns}
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, Mapping)
    ]


def _beside(found: Comparison, difference: Difference) -> Change:
    name = difference.cell.split("/")[1]
    if name == "comments":
        pointer = difference.cell.removeprefix("/comments")
        owner = _owner(pointer)
        model = found.after_form.by_name.get(owner) or found.before_form.by_name.get(owner)
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
