"""Writes plugins/REFERENCE.md from the docstrings and types of thidua_sdk, or checks that it is up to date."""

from __future__ import annotations

import argparse
import ast
import dataclasses
import enum
import inspect
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import thidua_sdk
from thidua_sdk import aggregates
from thidua_sdk import calendar
from thidua_sdk import comparison
from thidua_sdk import contract
from thidua_sdk import evidence
from thidua_sdk import fields
from thidua_sdk import findings
from thidua_sdk import record
from thidua_sdk import record_rules
from thidua_sdk import row_rules
from thidua_sdk import row_states
from thidua_sdk import rules
from thidua_sdk import schema
from thidua_sdk import shorthand
from thidua_sdk import table_rules
from thidua_sdk import wording

DOCUMENT = Path(__file__).parents[1] / "plugins/REFERENCE.md"
MODULES = (
    contract,
    comparison,
    shorthand,
    schema,
    fields,
    rules,
    record_rules,
    row_rules,
    table_rules,
    findings,
    wording,
    record,
    row_states,
    aggregates,
    evidence,
    calendar,
)

#: What attributes mean that are called so in many classes; one that means something else says so in its class.
COMMON = {
    "activity": "the window of the units' own work",
    "aggregation": "how the figure adds up over periods and units",
    "amendments": "the year's changes to forms, applied in this order",
    "api_version": "the version of the contract it is written for",
    "as_of": "the day the figures stand for, None while unknown",
    "at": "a time of day",
    "award_forms": "the awards units may propose",
    "baselines": "figures of the comparison year",
    "unit_type": "a unit type's code",
    "compares_with": "how its indicators compare with an earlier year's, None where no comparison is worth it",
    "unit_type_names": "what the year calls unit types, where that is not their plugins' name",
    "cells": "JSON pointers; the first is where the sentence shows",
    "check": "called with the values and the record; gives findings",
    "clause": "the place in the plan",
    "code": "what programs know it by; it stays for ever",
    "cutoff_on": "the last day that data is taken of",
    "decided_by": "who decides on it",
    "definition_version": "which definition the figures follow",
    "duties": "what units owe",
    "evidence": "the rule by which a unit's state is judged",
    "field": "name of a field",
    "fields": "names of fields",
    "first_day": "the day of the month on which months begin",
    "form": "code of a form",
    "forms": "the forms, or who files which",
    "holds": "called with the values; False where the rule is broken",
    "identifier": "what the API calls it",
    "indicator": "code of an indicator",
    "indicators": "the figures, or codes of them",
    "issued_from": "the earliest day it can have been issued",
    "issued_on": "the day it was issued, None while unknown",
    "issuer": "who issued it",
    "kind": "which kind it is",
    "label": "Vietnamese, as people read it",
    "legal_bases": "the texts the plan rests on",
    "level": "error or warning",
    "message": "a whole Vietnamese sentence",
    "name": "Vietnamese, as people read it",
    "parent_issued_on": "the day the plan above was issued",
    "parent_plan": "the plan above it, in its own words",
    "period": "code of the period, or what is known of it",
    "period_code": "code of the period",
    "periods": "the reporting periods, in order",
    "place": "where it is issued",
    "plan": "identity of the plan document, or its dates",
    "purposes": "what the plan wants without a number",
    "rules_version": "name of the rules as a whole, printed with what they judged",
    "schema": "the class of the form",
    "signer_role": "who signs",
    "source": "the form and row, or the clause, it comes from",
    "source_document": "the document the figures were published in",
    "statistic": "code of a statistic",
    "statistics": "the outside figures, or their window",
    "symbol": "number and symbol of the document",
    "targets": "the criteria judged against last year",
    "text": "as the plan words it",
    "theme": "the campaign's theme, as the plan words it",
    "time": "how periods add up",
    "time_zone": "name of the zone that days and deadlines are meant in",
    "title": "Vietnamese, as people read it",
    "today": "the day on which the report is judged",
    "topics": "the contents by which counts are split",
    "type": "code of the unit type",
    "unit": "the reporting unit",
    "unit_of_measure": "in Vietnamese",
    "unit_types": "codes of unit types",
    "units": "how units add up",
    "valid_from": "the first day, None while unknown",
    "valid_to": "the last day",
    "values": "figures by code",
    "version": "raised when what is asked changes",
    "when": "when it is due, as the plan words it",
    "who": "who owes it, as the plan words it",
    "window": "first and last day",
    "year": "the year",
}


class UndocumentedError(Exception):
    """A public name or attribute that nothing explains; the message names it."""


def reference() -> str:
    """Write the whole reference.

    Raises:
        UndocumentedError: a public name, attribute or method is not explained.
    """
    parts = [
        "# Reference of the SDK",
        "",
        "Written by `scripts/sdk_reference.py --write` from the docstrings and types of `thidua_sdk`.",
        "Import every name from `thidua_sdk` itself.",
    ]
    for module in MODULES:
        parts += ["", f"## {module.__name__.partition('.')[2].replace('_', ' ').capitalize()}", "", _text(module)]
        for name in module.__all__:
            parts += ["", *_of_name(module, name)]
    return "\n".join(parts) + "\n"


def documented() -> frozenset[str]:
    """Return the names that the reference has."""
    return frozenset(name for module in MODULES for name in module.__all__)


def _of_name(module: ModuleType, name: str) -> Iterator[str]:
    value = getattr(module, name)
    if inspect.isclass(value):
        yield from _of_class(module, name, value)
    elif inspect.isfunction(value):
        yield f"### `{name}{_signature(value)}`"
        yield ""
        yield _text(value)
    else:
        yield f"### `{name}`"
        yield ""
        yield f"{_remark(module, name) or 'One of the ways to add up:'} `{_shown(value)}`"


def _of_class(module: ModuleType, name: str, value: type[Any]) -> Iterator[str]:
    yield f"### `{name}`"
    yield ""
    yield _text(value)
    items: list[tuple[str, str]] = []
    if issubclass(value, enum.Enum):
        items = [(f"{each.name} = {each.value!r}", _remark(module, each.name, name)) for each in value]
    elif dataclasses.is_dataclass(value):
        items = [
            (f"{each.name}: {each.type}{_default(each)}", _meaning(module, name, value, each.name))
            for each in dataclasses.fields(value)
        ]
    elif "__init__" in vars(value):
        items = [(f"{name}{_signature(value)}", "how it is made")]
    for member, method in vars(value).items():
        if member.startswith("_") or issubclass(value, enum.Enum):
            continue
        if isinstance(method, property):
            items.append((member, _first_line(method.fget, f"{name}.{member}")))
        elif inspect.isfunction(method):
            items.append((f"{member}{_signature(method)}", _first_line(method, f"{name}.{member}")))
    if items:
        yield ""
        yield from (f"- `{what}`{': ' if meaning else ''}{meaning}" for what, meaning in items)


def _meaning(module: ModuleType, name: str, value: type[Any], attribute: str) -> str:
    if remark := _remark(module, attribute, name):
        return remark
    said = value.__doc__ or ""
    if f"``{attribute}``" in said or f"\n        {attribute}: " in said:
        return "see above"
    if attribute not in COMMON:
        raise UndocumentedError(f"{name}.{attribute} is explained neither in its class nor in COMMON")
    return COMMON[attribute]


def _default(each: dataclasses.Field[Any]) -> str:
    if each.default is not dataclasses.MISSING:
        return f" = {_shown(each.default)}"
    return " = empty" if each.default_factory is not dataclasses.MISSING else ""


def _shown(value: object) -> str:
    return f"{type(value).__name__}.{value.name}" if isinstance(value, enum.Enum) else repr(value)


def _signature(function: Any) -> str:  # noqa: ANN401  anything that can be called
    return re.sub(
        r"<function (\w+)[^>]*>", r"\1", str(inspect.signature(function)).replace("''", '""').replace("'", "")
    )


def _first_line(function: Any, where: str) -> str:  # noqa: ANN401
    text = inspect.getdoc(function)
    if not text:
        raise UndocumentedError(f"{where} has no docstring")
    return text.partition("\n")[0].replace("``", "`")


def _text(value: Any) -> str:  # noqa: ANN401
    text = inspect.cleandoc(value.__doc__ or "")
    if not text:
        raise UndocumentedError(f"{value.__name__} has no docstring")
    text = re.sub(r":class:`([^`]+)`", r"`\1`", text).replace("``", "`")
    # Google's sections become lists.
    text = re.sub(r"^(Args|Raises|Returns):$", r"*\1*\n", text, flags=re.MULTILINE)
    return re.sub(r"^ {4}(?=\w)", "- ", text, flags=re.MULTILINE)


@cache
def _remarks(path: str) -> dict[tuple[str, str], str]:
    """Read the ``#:`` remarks above names, by class (empty for the module) and name."""
    source = Path(path).read_text(encoding="utf-8")
    lines = source.splitlines()
    found: dict[tuple[str, str], str] = {}

    def look(body: list[ast.stmt], owner: str) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef):
                look(node.body, node.name)
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                said: list[str] = []
                line = node.lineno - 2
                while line >= 0 and lines[line].strip().startswith("#:"):
                    said.insert(0, lines[line].strip().removeprefix("#:").strip())
                    line -= 1
                if said and isinstance(target, ast.Name):
                    found[owner, target.id] = " ".join(said)

    look(ast.parse(source).body, "")
    return found


def _remark(module: ModuleType, name: str, owner: str = "") -> str:
    return _remarks(str(module.__file__)).get((owner, name), "").replace("``", "`")


def main() -> int:
    """Write or check; 1 if the document differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    text = reference()
    if set(thidua_sdk.__all__) != documented():
        sys.exit("a module of thidua_sdk is not among MODULES")
    if parser.parse_args().write:
        DOCUMENT.write_text(text, encoding="utf-8")
        return 0
    return int(not DOCUMENT.is_file() or DOCUMENT.read_text(encoding="utf-8") != text)


if __name__ == "__main__":
    sys.exit(main())
