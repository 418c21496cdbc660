"""What the texts, codes and sources of a plugin must be like."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass

from thidua.forms.describe import FieldModel
from thidua.forms.describe import describe
from thidua.forms.wording import PLACEHOLDER
from thidua_sdk import Campaign
from thidua_sdk import Form
from thidua_sdk import FormSchema
from thidua_sdk import UnitType
from thidua_testkit.conformance.project import rules_of

__all__ = ["Text", "faults_of_codes", "faults_of_sources", "faults_of_texts", "texts_of"]


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a plugin that people read; ``is_sentence`` tells that it ends as one."""

    where: str
    text: str
    is_sentence: bool = False


#: Attributes that hold codes or words for programs, not for people.
_FOR_PROGRAMS = frozenset(
    (
        "after",
        "api_version",
        "baseline_field",
        "code",
        "definition_version",
        "done_when",
        "drop",
        "examples",
        "field",
        "fields",
        "filing_states",
        "form",
        "forms",
        "identifier",
        "indicator",
        "indicators",
        "kind",
        "only",
        "part",
        "period",
        "ratio",
        "rules_version",
        "source_field",
        "statistic",
        "tags",
        "time_zone",
        "topic",
        "unit_types",
        "whole",
        "time",
        "units",
    )
)
#: Common English words that are no Vietnamese syllables: where one stands alone, a text was not translated.
_ENGLISH = frozenset(
    (  # noqa: SIM905  read as prose
        "and are cannot choose date description error exceed exceeds field fields from have invalid items label least "
        "lorem missing must name not number numbers please report reports required select should source staff than "
        "that the them they this todo fixme total unit units value values warning when where which with"
    ).split()
)
_WORD = re.compile(r"[^\W\d_]+")
_CITED = re.compile("“[^”]*”")
_SENTENCE_ENDS = (".", "!", "?", "…", ".”", "!”", "?”", ".)")

_CODE_OF = {
    "unit type": re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*"),
    "form": re.compile(r"[A-Za-z][A-Za-z0-9]*([._-][A-Za-z0-9]+)*"),
    "campaign": re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)*"),
    "row": re.compile(r"[A-Z]{1,4}[0-9]{1,3}[a-z]?"),
    "rule": re.compile(r"[A-Z]{1,4}[0-9]{1,3}[a-z]?"),
    "item": re.compile(r"[A-Za-z0-9]+([._-][A-Za-z0-9]+)*"),
}
#: The host's own rules; a plugin's finding under such a code would be taken for one of them.
_OF_THE_HOST = re.compile(r"G[0-9]+")


def texts_of(value: UnitType | Campaign) -> Iterator[Text]:
    """Give every text of a plugin that people read, with its place."""
    if isinstance(value, UnitType):
        yield Text(f"unit type {value.code}, label", value.label)
        yield Text(f"unit type {value.code}, source", value.source)
        for form in value.forms:
            yield from _of_form(form)
        return
    yield from _of_value(value, value.code)
    for amendment in value.amendments:
        if amendment.add is not None:
            yield from _of_schema(f"amendment of form {amendment.form}", amendment.add)


def faults_of_texts(texts: Iterable[Text]) -> list[str]:
    """Say what is wrong with the texts, one sentence each."""
    return [f"{each.where}: {fault}" for each in texts for fault in _faults_of_text(each)]


def _faults_of_text(each: Text) -> Iterator[str]:
    text = each.text
    if not text.strip():
        yield "empty; write what people are to read there."
        return
    shown = f"“{text if len(text) <= 60 else text[:60] + '…'}”"  # noqa: PLR2004  enough to find it
    if not unicodedata.is_normalized("NFC", text):
        yield f"{shown} is not composed Unicode; store unicodedata.normalize('NFC', text)."
    if text != text.strip():
        yield f"{shown} has blanks around it; take them off."
    if re.search(r"[^\S\n]{2,}|[\t\xa0]", text):
        yield f"{shown} has two blanks in a row, a tab or a hard blank; write one plain blank."
    if re.search(r"\s[,.;:!?](\s|$)", text):
        yield f"{shown} has a blank before a mark; put the mark right behind the word."
    # A source may cite something by its own name, in quotes.
    own = _CITED.sub("", text) if each.where.endswith("source") else text
    if english := sorted(
        {word for word in map(str.casefold, _WORD.findall(PLACEHOLDER.sub("", own))) if word in _ENGLISH}
    ):
        yield f"{shown} has English words ({', '.join(english)}); say it in Vietnamese."
    if each.is_sentence:
        if not text.endswith(_SENTENCE_ENDS):
            yield f"{shown} is a sentence; end it with a full stop."
        if text[0].islower():
            yield f"{shown} is a sentence; begin it with a capital letter."


def _of_form(form: Form) -> Iterator[Text]:
    yield Text(f"form {form.code}, title", form.title)
    yield Text(f"form {form.code}, source", form.source)
    yield from _of_schema(f"form {form.code}", form.schema)


def _of_schema(where: str, schema: type[FormSchema]) -> Iterator[Text]:
    for section in schema.sections:
        yield Text(f"{where}, title of a section", section.title)
    for model in describe(schema):
        yield from _of_field(f"{where}, field {model.name}", model)
    for rule in schema.rules:
        yield Text(f"{where}, rule {rule.code}, message", rule.message, is_sentence=True)


def _of_field(where: str, model: FieldModel) -> Iterator[Text]:
    yield Text(f"{where}, label", model.label)
    for name, text in (("unit", model.unit), ("source", model.source)):
        if text:
            yield Text(f"{where}, {name}", text)
    if model.help:
        yield Text(f"{where}, help", model.help, is_sentence=True)
    for code, label in model.options:
        yield Text(f"{where}, option {code}", label)
    for column in model.columns:
        yield from _of_field(f"{where}.{column.name}", column)


def _of_value(value: object, where: str) -> Iterator[Text]:
    if isinstance(value, str):
        if value:
            yield Text(where, value)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _of_value(inner, f"{where}[{key}]")
    elif isinstance(value, tuple | list | frozenset):
        for number, inner in enumerate(value):
            yield from _of_value(inner, f"{where}[{getattr(inner, 'code', number)}]")
    elif dataclasses.is_dataclass(value):
        for each in dataclasses.fields(value):
            if each.name not in _FOR_PROGRAMS:
                yield from _of_value(getattr(value, each.name), f"{where}.{each.name}")


def faults_of_sources(value: UnitType | Campaign) -> list[str]:
    """Say which part of a plugin does not name the form, row or clause it comes from."""
    if isinstance(value, UnitType):
        return [fault for form in value.forms for fault in _unsourced(f"form {form.code}", form.schema)] + _bare(
            value, value.code
        )
    added = [(each.form, each.add) for each in value.amendments if each.add is not None]
    return _bare(value, value.code) + [
        fault for code, schema in added for fault in _unsourced(f"amendment of form {code}", schema)
    ]


def _unsourced(where: str, schema: type[FormSchema]) -> Iterator[str]:
    mend = "name the form and row, or the clause, in source=."
    for model in describe(schema):
        for each in (model, *model.columns):
            if not each.source.strip():
                name = model.name if each is model else f"{model.name}.{each.name}"
                yield f"{where}, field {name} has no source; {mend}"
    for rule in rules_of(schema):
        if not rule.source.strip():
            yield f"{where}, rule {rule.code} has no source; {mend}"


def _bare(value: object, where: str) -> list[str]:
    if isinstance(value, tuple | list):
        return [
            fault
            for number, inner in enumerate(value)
            for fault in _bare(inner, f"{where}[{getattr(inner, 'code', number)}]")
        ]
    if not dataclasses.is_dataclass(value):
        return []
    found = []
    source = getattr(value, "source", None)
    if isinstance(source, str) and not source.strip():
        found.append(f"{where} has no source; name the clause it comes from in source=.")
    for each in dataclasses.fields(value):
        found += _bare(getattr(value, each.name), f"{where}.{each.name}")
    return found


def faults_of_codes(value: UnitType | Campaign) -> list[str]:
    """Say which codes are malformed or used twice."""
    if isinstance(value, UnitType):
        found = _malformed("unit type", value.code, "unit type")
        for form in value.forms:
            found += _malformed("form", form.code, "form")
            found += _of_rows(form)
        return found
    found = _malformed("campaign", value.code, "campaign")
    for each in dataclasses.fields(value):
        items = getattr(value, each.name)
        codes = [item.code for item in items if hasattr(item, "code")] if isinstance(items, tuple) else []
        for code in codes:
            found += _malformed("item", code, f"{value.code}.{each.name}:")
        found += [
            f"{value.code}.{each.name}: code {code} is used {times} times; give each its own."
            for code, times in Counter(codes).items()
            if times > 1
        ]
    return found


def _of_rows(form: Form) -> list[str]:
    models = describe(form.schema)
    rows = [model.code for model in models if model.code]
    found = [fault for code in rows for fault in _malformed("row", code, f"form {form.code}, row")]
    # One printed row may have several cells, side by side.
    blocks = [code for place, code in enumerate(rows) if place == 0 or rows[place - 1] != code]
    found += [
        f"form {form.code}: row {code} stands in {times} places; put the cells of one row side by side."
        for code, times in Counter(blocks).items()
        if times > 1
    ]
    placed = [name for section in form.schema.sections for name in section.fields]
    if placed != [model.name for model in models] and sorted(placed) == sorted(model.name for model in models):
        found.append(
            f"form {form.code}: its sections name the fields in another order than the schema; keep one order."
        )
    for rule in rules_of(form.schema):
        found += _malformed("rule", rule.code, f"form {form.code}, rule")
        if _OF_THE_HOST.fullmatch(rule.code):
            found.append(f"form {form.code}, rule {rule.code}: G and a number are the host's own rules; take another.")
    return found


def _malformed(kind: str, code: str, where: str) -> list[str]:
    if _CODE_OF[kind].fullmatch(code) and code.isascii():
        return []
    return [f"{where} {code!r} is no code of a {kind}; it looks like {_CODE_OF[kind].pattern}."]
