"""A draft written as the modules of a plugin."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Iterator

from thidua.scaffolding.names import UnitNames
from thidua.scaffolding.python_text import LINE
from thidua.scaffolding.python_text import Source
from thidua.scaffolding.python_text import called
from thidua.scaffolding.python_text import collected
from thidua.scaffolding.python_text import literal
from thidua.scaffolding.python_text import quoted
from thidua.scaffolding.xlsform.draft import Cell
from thidua.scaffolding.xlsform.draft import FormDraft
from thidua.scaffolding.xlsform.draft import Table

__all__ = ["form_module", "rules_module"]

_STEP = "    "
#: A comparison with a number that the linter would have a name for.
_COMPARED = re.compile(r"[=><] (?:\d{2,}|[2-9])\b")
_AGGREGATES = frozenset({"FLOW", "NONE", "STOCK", "TALLY"})


def form_module(draft: FormDraft, names: UnitNames) -> str:
    """Write the form: a class for each table's rows, then the form's own."""
    rows = "".join(f"\n\n{_class(table)}\n" for table in draft.tables.values())
    fields = "\n".join(_each(each) for each in draft.in_order())
    sections = collected("(", _sections(draft), 1)
    body = f'''{rows}

class Report(FormSchema):
    """What a unit of this type reports for one period."""

{fields}

    sections: ClassVar[tuple[Section, ...]] = {sections}
    rules: ClassVar[tuple[PayloadRule, ...]] = PAYLOAD_RULES
'''
    cells = [*draft.cells.values(), *_cells_of_tables(draft)]
    words = {str(value) for cell in cells for value in cell.named.values() if isinstance(value, Source)}
    used = {"FormSchema", "PayloadRule", "Section", *(cell.kind for cell in cells), *(words & _AGGREGATES)}
    used |= {"Need"} if any(word.startswith("Need.") for word in words) else set()
    used |= {"RowSchema"} if rows else set()
    imports = "".join(f"from thidua_sdk import {name}\n" for name in _sorted(used))
    has_decimals = any(word.startswith("Decimal(") for word in words)
    decimal = "from decimal import Decimal\n" if has_decimals else ""
    return f'''"""Form {names.form}, read from an XLSForm; DIFFERENCES.md says what could not come along."""

{decimal}from typing import ClassVar

{imports}from {names.package}.rules import PAYLOAD_RULES

__all__ = ["Report"]
{body}'''


def rules_module(draft: FormDraft, names: UnitNames) -> str:
    """Write the rules across cells."""
    makers = sorted({rule.maker for rule in draft.rules})
    entries = [
        called(
            rule.maker,
            (draft.cells[rule.cells[0]].code, *rule.positional),
            {**dict(rule.named), "source": _source(draft.cells[rule.cells[0]])},
            1,
        )
        for rule in draft.rules
    ]
    imports = "".join(f"from thidua_sdk import {name}\n" for name in _sorted(["PayloadRule", *makers]))
    numbers = [each for rule in draft.rules for each in rule.positional if isinstance(each, Source)]
    excuse = "# ruff: noqa: PLR2004  the form's own numbers\n\n" if any(map(_COMPARED.search, numbers)) else ""
    return f'''{excuse}"""Rules across the cells of form {names.form}."""

{imports}
__all__ = ["PAYLOAD_RULES"]

PAYLOAD_RULES: tuple[PayloadRule, ...] = {collected("(", entries, 0)}
'''


def _sorted(names: Iterable[str]) -> list[str]:
    """Order names as the house's imports stand: constants, classes, functions."""
    return sorted(names, key=lambda name: (not name.isupper(), name.islower(), name))


def _each(each: Cell | Table) -> str:
    if isinstance(each, Table):
        return _field(each.cell, {"of": each.class_name})
    return _field(each, {})


def _class(table: Table) -> str:
    fields = "\n".join(_field(column, {}) for column in table.columns)
    return f'class {table.class_name}(RowSchema):\n    """One row of the table."""\n\n{fields}'


def _field(cell: Cell, first: dict[str, str]) -> str:
    named: dict[str, object] = {}
    if cell.code:
        named["code"] = cell.code
    named |= cell.named
    named["source"] = _source(cell)
    start = f"{cell.name} = {cell.kind}"
    written = [f"{word}={name}" for word, name in first.items()]
    written += [literal(value, 2, f"{word}=") for word, value in named.items()]
    label = quoted(cell.label)
    short = f"{_STEP}{start}({', '.join([label, *written])})"
    if len(short) <= LINE and "\n" not in short:
        return short
    return f"{_STEP}{start}{collected('(', [literal(cell.label, 2), *written], 1)}"


def _source(cell: Cell) -> str:
    return f"XLSForm, câu “{cell.place}”"


def _cells_of_tables(draft: FormDraft) -> Iterator[Cell]:
    for table in draft.tables.values():
        yield table.cell
        yield from table.columns


def _sections(draft: FormDraft) -> Iterator[str]:
    for title, names in draft.sections:
        yield called("Section", (title, tuple(names)), {}, 2)
