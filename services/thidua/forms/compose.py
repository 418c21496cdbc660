"""A unit type's form as one campaign uses it.

The form's schema, the year's amendments to it and, for a short form, the fields kept are put
together once, when the registry is built; the result is frozen, serves every report of the
campaign and is identified by its digest.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Collection
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import asdict
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from thidua.domain.errors import PluginError
from thidua.forms.describe import Declared
from thidua.forms.describe import FieldModel
from thidua.forms.describe import Loader
from thidua.forms.describe import declared
from thidua.forms.describe import describe
from thidua.forms.describe import joined
from thidua.forms.describe import named_by
from thidua.forms.soundness import check_form
from thidua_sdk import Amendment
from thidua_sdk import Campaign
from thidua_sdk import Count
from thidua_sdk import Form
from thidua_sdk import FormSchema
from thidua_sdk import PayloadRule
from thidua_sdk import RecordRule
from thidua_sdk import Section
from thidua_sdk import Topic
from thidua_sdk import UnitRule
from thidua_sdk import topic_cell

__all__ = ["ComposedForm", "CountedField", "check_form", "compose"]


class CountedField(NamedTuple):
    """A field that gives numbers, as every report's counting asks for it; ``topics`` are code and key of its parts."""

    name: str
    kind: str
    topics: tuple[tuple[str, str], ...]
    model: FieldModel


@dataclass(frozen=True, kw_only=True)
class ComposedForm:
    """A form of one campaign: what pages, API, readers, judge and facts work from.

    ``digest`` is the SHA-256 of fields, topics and rules: it changes whenever what is asked
    or how it is judged changes. ``time_zone`` is the campaign's, for moments typed without one.
    ``schema`` is the joined schema; only ``judge`` loads with it.
    """

    code: str
    title: str
    version: int
    campaign_code: str
    topics: tuple[Topic, ...]
    fields: tuple[FieldModel, ...]
    sections: tuple[Section, ...]
    rules: tuple[PayloadRule, ...]
    record_rules: tuple[RecordRule, ...]
    sums: tuple[tuple[str, str], ...]
    time_zone: str
    digest: str
    schema: FormSchema = dataclasses.field(repr=False, compare=False)

    def field(self, name: str) -> FieldModel:
        """Return a field by name.

        Raises:
            KeyError: the form has no such field.
        """
        return self.by_name[name]

    def in_section(self, section: Section) -> tuple[FieldModel, ...]:
        """Return the fields under a heading, in order."""
        return tuple(self.by_name[name] for name in section.fields)

    @cached_property
    def by_name(self) -> Mapping[str, FieldModel]:
        """The fields and tables by name, in form order."""
        return {model.name: model for model in self.fields}

    @cached_property
    def cell_fields(self) -> Mapping[str, FieldModel]:
        """What stands under ``/fields``: everything but the tables."""
        return {model.name: model for model in self.fields if not model.is_table}

    @cached_property
    def tables(self) -> Mapping[str, FieldModel]:
        """The tables of records, which stand beside ``fields``."""
        return {model.name: model for model in self.fields if model.is_table}

    @cached_property
    def topic_labels(self) -> Mapping[str, str]:
        """Vietnamese label by topic code."""
        return {topic.code: topic.label for topic in self.topics}

    @cached_property
    def split_by_topic(self) -> tuple[FieldModel, ...]:
        """The counts that split by topic."""
        return tuple(model for model in self.fields if model.by_topic)

    @cached_property
    def counts(self) -> tuple[FieldModel, ...]:
        """The whole numbers people report; the host's own computed ones are not among them."""
        return tuple(model for model in self.fields if model.kind == Count.kind and not model.computed)

    @cached_property
    def counted(self) -> tuple[CountedField, ...]:
        """The fields and tables that give numbers, in form order."""
        keys = [(topic.code, f"/topic:{topic.code}") for topic in self.topics]
        return tuple(
            CountedField(
                model.name,
                model.kind,
                tuple((topic, model.name + part) for topic, part in keys) if model.by_topic else (),
                model,
            )
            for model in self.fields
            if model.is_table or model.aggregate.units is not UnitRule.NEVER
        )

    @cached_property
    def listable(self) -> Mapping[str, FieldModel]:
        """The counts that may be filed as a list of what was counted, by name."""
        return {model.name: model for model in self.fields if model.listable}

    @cached_property
    def required_sometimes(self) -> tuple[FieldModel, ...]:
        """The fields that some kinds of period require."""
        return tuple(model for model in self.fields if model.required_in)

    @cached_property
    def cells(self) -> tuple[str, ...]:
        """Pointers of all cells in form order; a table is one cell, its rows are the report's."""
        pointers: list[str] = []
        for model in self.fields:
            pointers.append(model.pointer)
            if not model.is_table:
                pointers.extend(f"{model.pointer}/{column.name}" for column in model.columns)
            if model.by_topic:
                pointers.extend(topic_cell(model.name, topic.code) for topic in self.topics)
        return tuple(pointers)

    @cached_property
    def loader(self) -> Loader:
        """The strict judge of the schema, made once."""
        return Loader(self.schema, {model.name: model.pointer for model in self.fields})

    @cached_property
    def rule_names(self) -> tuple[tuple[PayloadRule, frozenset[str]], ...]:
        """Each payload rule with the names of the fields and tables its cells stand in."""
        return tuple((rule, named_by(rule.cells)) for rule in self.rules)

    @cached_property
    def _places(self) -> Mapping[str, tuple[int, Mapping[str, int]]]:
        topics = {topic.code: number for number, topic in enumerate(self.topics)}
        return {
            model.name: (
                number,
                {column.name: place for place, column in enumerate(model.columns)} if model.columns else topics,
            )
            for number, model in enumerate(self.fields)
        }

    def place(self, pointer: str) -> tuple[int, int, int, str]:
        """Return where a cell stands, for sorting: form order, then the envelope, then what no form has."""
        _, first, *rest = pointer.split("/") if pointer.startswith("/") else ("", pointer)
        beyond = len(self.fields)
        if first in self.tables:
            number, columns = self._places[first]
            row = int(rest[0]) if rest and rest[0].isdecimal() else -1
            return number, row, columns.get(rest[1], len(columns)) if len(rest) > 1 else -1, pointer
        if first == "evidence" and rest and rest[0] in self.cell_fields:
            row = int(rest[1]) if len(rest) > 1 and rest[1].isdecimal() else -1
            # Behind the field's own cells and topics.
            return self._places[rest[0]][0], 2, row, pointer
        if first in {"fields", "by_topic"} and rest and rest[0] in self.cell_fields:
            number, inner = self._places[rest[0]]
            return number, first == "by_topic", inner.get(rest[1], len(inner)) if len(rest) > 1 else -1, pointer
        return beyond + (first in {"fields", "by_topic"}), 0, 0, pointer


@dataclass(slots=True)
class _Draft:
    """A form while its amendments are applied to it, one after the other."""

    fields: dict[str, Declared]
    sections: list[tuple[str, list[str]]]
    rules: list[PayloadRule]
    record_rules: list[RecordRule]

    def amend(self, amendment: Amendment) -> None:
        added = declared(amendment.add) if amendment.add else {}
        anchors = [amendment.after] if amendment.after else []
        for name in [*amendment.drop, *anchors]:
            if name not in self.fields:
                raise PluginError(f"{amendment.source}: biểu {amendment.form} không có ô “{name}”.", subject=name)
        for name in added:
            if name in self.fields and name not in amendment.drop:
                raise PluginError(f"{amendment.source}: biểu {amendment.form} đã có ô “{name}”.", subject=name)
        order = _inserted(list(self.fields), list(added), amendment.after, amendment.drop)
        self.fields = {name: added.get(name) or self.fields[name] for name in order}
        last = self.sections[-1][0] if self.sections else ""
        self.sections = [
            (title, _inserted(names, list(added), amendment.after, amendment.drop))
            if amendment.after in names or (not amendment.after and title == last)
            else (title, [name for name in names if name not in amendment.drop])
            for title, names in self.sections
        ]
        if amendment.add:
            self.rules += amendment.add.rules
            self.record_rules += amendment.add.record_rules

    def keep(self, only: tuple[str, ...]) -> None:
        self.fields = {name: kept for name, kept in self.fields.items() if name in only}
        self.sections = [(title, [name for name in names if name in only]) for title, names in self.sections]


def _inserted(names: list[str], added: list[str], after: str, drop: Collection[str]) -> list[str]:
    """Put new names behind one of the old, at the end if there is none, and leave out the dropped."""
    place = names.index(after) + 1 if after in names else len(names)
    before, behind = ([name for name in part if name not in drop] for part in (names[:place], names[place:]))
    return [*before, *added, *behind]


def compose(form: Form, campaign: Campaign, only: tuple[str, ...] | None = None) -> ComposedForm:
    """Apply a campaign's amendments to a form, then keep the fields of a short form.

    Amendments apply in the campaign's order. Fields of an added schema stand behind ``after``,
    in its section (at the end without one); a name that is dropped and added by the same
    amendment is changed. Base rules and added rules both hold; a rule with a cell that is gone
    goes with it. Rules against the record stay, and their findings on cells that are gone are
    left out by the judge.

    Raises:
        PluginError: an amendment or ``only`` names a field the form does not have, or adds one
            it already has; the message names the amendment's source.
    """
    schema = form.schema
    draft = _Draft(
        declared(schema),
        [(section.title, list(section.fields)) for section in schema.sections],
        list(schema.rules),
        list(schema.record_rules),
    )
    for amendment in campaign.amendments:
        if amendment.form == form.code:
            draft.amend(amendment)
    if only is not None:
        for name in only:
            if name not in draft.fields:
                raise PluginError(f"Biểu rút gọn {form.code}: không có ô “{name}”.", subject=name)
        draft.keep(only)
    names = draft.fields.keys()
    made = joined(draft.fields, f"{form.code}_{campaign.code}")
    models = describe(type(made))
    rules = tuple(rule for rule in draft.rules if names >= named_by(rule.cells))
    record_rules = tuple(draft.record_rules)
    return ComposedForm(
        code=form.code,
        title=form.title,
        version=form.version,
        campaign_code=campaign.code,
        topics=campaign.topics,
        fields=models,
        sections=tuple(
            Section(title, kept)
            for title, section in draft.sections
            if (kept := tuple(name for name in section if name in names))
        ),
        rules=rules,
        record_rules=record_rules,
        sums=form.sums,
        time_zone=campaign.time_zone,
        digest=_digest(models, campaign.topics, rules, record_rules),
        schema=made,
    )


def _asked(model: FieldModel) -> dict[str, object]:
    """Return what a field asks; taking a value over, or counting a record once, neither asks nor judges.

    What came after the first digests is left out where a field does not use it, so that those stay.
    """
    asked = asdict(model)
    del asked["carries"], asked["key"]
    if not asked["listable"]:
        del asked["listable"]
    return asked | {"columns": tuple(_asked(column) for column in model.columns)}


def _digest(
    models: Sequence[FieldModel],
    topics: Sequence[Topic],
    rules: Sequence[PayloadRule],
    record_rules: Sequence[RecordRule],
) -> str:
    content = {
        "fields": [_asked(model) for model in models],
        "topics": [[topic.code, topic.label] for topic in topics],
        "rules": [[rule.code, rule.level] for rule in rules],
        "record_rules": [rule.code for rule in record_rules],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
