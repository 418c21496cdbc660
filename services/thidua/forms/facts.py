"""What a filed report says in whole numbers: the input of all counting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping
from typing import NamedTuple

from thidua.forms.compose import ComposedForm
from thidua.forms.describe import FieldModel
from thidua_sdk import Choice
from thidua_sdk import Count
from thidua_sdk import Flag
from thidua_sdk import UnitRule

__all__ = ["Fact", "facts_of"]


class Fact(NamedTuple):
    """One number of one report.

    ``part`` is empty for the field itself, ``topic:<code>`` for one topic, ``is:<option>`` for
    a choice, ``<column>=<option>`` for the rows of a table that chose it.
    """

    field: str
    part: str
    value: int


def facts_of(form: ComposedForm, payload: Mapping[str, object]) -> tuple[Fact, ...]:
    """Extract the facts of a payload, in form order.

    Counts and flags give their number (yes is 1, no is 0), a tallied choice gives 1 for its
    option, a table its number of rows and the rows by each choice column. Fields that do not
    aggregate, decimals, text and days give none. ``null`` and what is missing give none; 0
    gives a fact.

    Args:
        form: the form the payload was judged by.
        payload: as stored (``Envelope.payload``).
    """
    fields, by_topic = _mapping(payload.get("fields")), _mapping(payload.get("by_topic"))
    facts: list[Fact] = []
    for model in form.fields:
        if model.is_table:
            facts += _of_table(model, payload.get(model.name))
        elif model.aggregate.units is not UnitRule.NEVER:
            facts += _OF_KIND.get(model.kind, _of_nothing)(model, fields.get(model.name))
            facts += _of_topics(form, model, _mapping(by_topic.get(model.name)))
    return tuple(facts)


def _of_count(model: FieldModel, value: object) -> list[Fact]:
    return [Fact(model.name, "", value)] if type(value) is int else []


def _of_flag(model: FieldModel, value: object) -> list[Fact]:
    return [Fact(model.name, "", int(value))] if isinstance(value, bool) else []


def _of_choice(model: FieldModel, value: object) -> list[Fact]:
    return [Fact(model.name, f"is:{value}", 1)] if isinstance(value, str) and value else []


def _of_nothing(model: FieldModel, value: object) -> list[Fact]:  # noqa: ARG001  the shape of the other kinds
    return []


def _of_topics(form: ComposedForm, model: FieldModel, counts: Mapping[str, object]) -> Iterator[Fact]:
    for topic in form.topics if model.by_topic else ():
        count = counts.get(topic.code)
        if type(count) is int:
            yield Fact(model.name, f"topic:{topic.code}", count)


def _of_table(model: FieldModel, rows: object) -> list[Fact]:
    if not isinstance(rows, list | tuple):
        return []
    choices = [column for column in model.columns if column.kind == Choice.kind]
    chosen = Counter(
        (column.name, code)
        for row in rows
        for column in choices
        if isinstance(row, Mapping) and isinstance(code := row.get(column.name), str)
    )
    parts = ((column.name, code) for column in choices for code, _ in column.options)
    return [
        Fact(model.name, "", len(rows)),
        *(Fact(model.name, f"{name}={code}", chosen[name, code]) for name, code in parts if (name, code) in chosen),
    ]


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


_OF_KIND = {Count.kind: _of_count, Flag.kind: _of_flag, Choice.kind: _of_choice}
