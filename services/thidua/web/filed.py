"""A filed payload as lines to read and print: labels, values in words, what changed since the filing before."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from thidua.forms.compose import ComposedForm
from thidua.forms.describe import FieldModel
from thidua.forms.evidence_lists import COLUMNS
from thidua.web import formats
from thidua.web.cells import text_of

__all__ = ["Line", "Part", "Table", "lines_of", "said"]


@dataclass(frozen=True, slots=True)
class Line:
    """One field.

    ``before`` is what the filing before said, empty if the same; ``topics`` pairs label, text;
    ``comment`` is what the unit says of it. ``pointer`` is the field's cell; ``is_computed`` tells
    that the host fills it.
    """

    code: str
    label: str
    text: str
    unit: str
    is_long: bool = False
    before: str = ""
    topics: tuple[tuple[str, str], ...] = ()
    pointer: str = ""
    is_computed: bool = False
    comment: str = ""
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A row of the list that a count was filed as; ``digest`` names the file that shows it, empty for none."""

    on: str
    place: str
    link: str
    digest: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of records; ``hidden`` tells that its rows are not for this reader."""

    code: str
    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    hidden: bool
    pointer: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the form with its lines and tables, in form order."""

    title: str
    lines: tuple[Line, ...]
    tables: tuple[Table, ...]


def lines_of(
    form: ComposedForm,
    payload: Mapping[str, object],
    before: Mapping[str, object] | None,
    *,
    was: ComposedForm | None = None,
    sees_people: bool,
) -> tuple[Part, ...]:
    """Write a payload section by section.

    Args:
        form: the form it was filed in.
        payload: as filed.
        before: the payload of the filing before, None for the first.
        was: the form that one was filed in, where it is another; what only that form has is not shown.
        sees_people: whether rows that name people may be shown.
    """
    reader = _Reader(form, was or form)
    return tuple(
        Part(
            section.title,
            tuple(reader.lines(models, payload, before)),
            tuple(reader.table(model, payload, sees_people=sees_people) for model in models if model.is_table),
        )
        for section in form.sections
        if (models := form.in_section(section))
    )


def said(form: ComposedForm, model: FieldModel, value: object) -> str:
    """Write one value in words, a dash where there is none."""
    return _Reader(form, form).text(model, value)


class _Reader:
    def __init__(self, form: ComposedForm, was: ComposedForm) -> None:
        self._was = was.by_name
        self._topics = form.topics
        self._zone = ZoneInfo(form.time_zone)

    def lines(
        self, models: Iterable[FieldModel], payload: Mapping[str, object], before: Mapping[str, object] | None
    ) -> Iterator[Line]:
        for model in models:
            if model.is_table:
                continue
            text = self.text(model, _mapping(payload.get("fields")).get(model.name))
            there = None if before is None else self._was.get(model.name)
            # A field that the form before did not have was not changed.
            old = text if there is None else self.text(there, _mapping((before or {}).get("fields")).get(model.name))
            counts = _mapping(_mapping(payload.get("by_topic")).get(model.name))
            yield Line(
                model.code,
                model.label,
                text,
                model.unit if text != formats.UNKNOWN else "",
                is_long=model.kind in {"paragraph", "list_of"} and text != formats.UNKNOWN,
                before=old if old != text else "",
                topics=tuple(
                    (topic.label, self.text(model, counts[topic.code]))
                    for topic in self._topics
                    if topic.code in counts
                ),
                pointer=model.pointer,
                is_computed=bool(model.computed),
                comment=self._comment(model, payload),
                items=tuple(self._items(model, payload)),
            )

    def _items(self, model: FieldModel, payload: Mapping[str, object]) -> Iterator[Item]:
        listed = _mapping(payload.get("evidence")).get(model.name)
        for item in map(_mapping, listed if isinstance(listed, list) else ()):
            words = (self.text(column, item.get(column.name)) for column in COLUMNS[:2])
            yield Item(*words, *(str(item.get(name) or "") for name in ("link", "attachment")))

    def table(self, model: FieldModel, payload: Mapping[str, object], *, sees_people: bool) -> Table:
        rows = payload.get(model.name)
        known = [_mapping(row) for row in rows] if isinstance(rows, list) else []
        return Table(
            model.code,
            model.label,
            tuple(column.label for column in model.columns),
            tuple(tuple(self.text(column, row.get(column.name)) for column in model.columns) for row in known),
            hidden=model.personal and not sees_people,
            pointer=model.pointer,
            comment="" if model.personal and not sees_people else self._comment(model, payload),
        )

    def _comment(self, model: FieldModel, payload: Mapping[str, object]) -> str:
        """Return what the unit says of a field and of the cells inside it."""
        name = model.name
        inside = (f"/{name}/", f"/fields/{name}/", f"/by_topic/{name}/", f"/evidence/{name}/")
        said = _mapping(payload.get("comments"))
        return "\n".join(
            str(text) for pointer, text in said.items() if pointer == model.pointer or pointer.startswith(inside)
        )

    def text(self, model: FieldModel, value: object) -> str:
        if value is None or value in ("", [], ()):
            return formats.UNKNOWN
        if model.kind == "group":
            cells = _mapping(value)
            return "; ".join(f"{column.label}: {self.text(column, cells.get(column.name))}" for column in model.columns)
        if model.kind == "flag":
            return "Có" if value is True else "Không"
        text = text_of(model, value, self._zone)
        return model.option_label(text) if model.kind == "choice" else text


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
