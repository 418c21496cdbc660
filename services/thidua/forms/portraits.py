"""What of a filed payload can be compared with another: its texts and the counts of what happened.

Left out are stocks and figures of outside sources, which stay the same honestly, what the host
computed, choices, dates, document numbers, and what a draft carried over untouched.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Mapping
from decimal import Decimal
from decimal import InvalidOperation

from thidua.domain.likeness import Portrait
from thidua.forms.compose import ComposedForm
from thidua.forms.describe import FieldModel
from thidua_sdk import Count
from thidua_sdk import Group
from thidua_sdk import Line
from thidua_sdk import ListOf
from thidua_sdk import Paragraph
from thidua_sdk import Quantity
from thidua_sdk import TimeRule
from thidua_sdk import cell
from thidua_sdk import row_cell
from thidua_sdk import topic_cell

__all__ = ["Painter"]

_TEXTS = frozenset((Line.kind, Paragraph.kind))


class Painter:
    """Draws the portraits of payloads of one form; made once for many of them."""

    def __init__(self, form: ComposedForm) -> None:
        flows = [
            model
            for model in form.fields
            if model.kind in {Count.kind, Quantity.kind} and model.aggregate.time is TimeRule.SUM and not model.computed
        ]
        topics = [topic.code for topic in form.topics]
        self._flows = [
            (
                model.name,
                cell(model.name),
                10**model.places,
                [(topic, topic_cell(model.name, topic)) for topic in topics] if model.by_topic else [],
            )
            for model in flows
        ]
        self._texts = [model for model in form.fields if model.kind in {*_TEXTS, ListOf.kind, Group.kind}]
        self._tables = [
            (model, [column.name for column in model.columns if column.kind in _TEXTS])
            for model in form.tables.values()
        ]
        self._asked = frozenset(
            pointer for _, own, _, split in self._flows for pointer in (own, *(place for _, place in split))
        )

    def portrait(self, payload: Mapping[str, object], carried: Collection[str] = ()) -> Portrait:
        """Draw one payload; parts that are not of the form's shape are left out.

        Args:
            payload: as stored, or as a draft holds it.
            carried: pointers of cells that the host copied from an earlier period and nobody touched.
        """
        fields, by_topic = _mapping(payload.get("fields")), _mapping(payload.get("by_topic"))
        counts: dict[str, int] = {}
        for name, own, scale, split in self._flows:
            _enter(counts, own, fields.get(name), scale)
            given = _mapping(by_topic.get(name)) if split else {}
            if given:
                for topic, pointer in split:
                    _enter(counts, pointer, given.get(topic), 1)
        texts = tuple(self._written(payload, fields))
        if not carried:
            return Portrait(texts, counts, self._asked)
        return Portrait(
            tuple((pointer, text) for pointer, text in texts if pointer not in carried),
            {pointer: count for pointer, count in counts.items() if pointer not in carried},
            self._asked - frozenset(carried),
        )

    def _written(self, payload: Mapping[str, object], fields: Mapping[str, object]) -> Iterator[tuple[str, str]]:
        for model in self._texts:
            for text in _texts_of(model, fields.get(model.name)):
                yield model.pointer, text
        for model, columns in self._tables:
            rows = payload.get(model.name)
            for index, row in enumerate(rows if isinstance(rows, list | tuple) else ()):
                cells = _mapping(row)
                for column in columns:
                    said = cells.get(column)
                    if isinstance(said, str):
                        yield row_cell(model.name, index, column), said


def _texts_of(model: FieldModel, value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif model.kind == ListOf.kind:
        yield from (line for line in (value if isinstance(value, list | tuple) else ()) if isinstance(line, str))
    elif model.kind == Group.kind:
        cells = _mapping(value)
        for column in model.columns:
            if column.kind in _TEXTS and isinstance(text := cells.get(column.name), str):
                yield text


def _enter(counts: dict[str, int], pointer: str, value: object, scale: int) -> None:
    """Note a number unless it is none, zero, or no number."""
    if type(value) is int:
        number = value * scale
    elif isinstance(value, str | float | Decimal):
        try:
            number = int(Decimal(str(value)) * scale)
        except (InvalidOperation, ValueError, OverflowError):
            return
    else:
        return
    if number > 0:
        counts[pointer] = number


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
