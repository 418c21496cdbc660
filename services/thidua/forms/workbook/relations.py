"""Relations between counts, shown while a workbook is filled in: the cell takes a colour where one is broken.

A hint and no more: nothing keeps anybody from typing or saving, and the judge has the last word. It shows only
where both sides are filled in, for a workbook is filled from the top down.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Final

from thidua.forms.compose import ComposedForm
from thidua.forms.wording import PLACEHOLDER
from thidua.forms.workbook import plan
from thidua_sdk import AtMost
from thidua_sdk import Level

__all__ = ["broken_relations", "words_on_relations"]

#: A remark in brackets that names a cell's value, with the space before it.
_REMARK: Final = re.compile(rf"\s*\([^()]*{PLACEHOLDER.pattern}[^()]*\)", re.ASCII)
_NOT_KNOWN: Final = "…"


def words_on_relations(form: ComposedForm, name: str) -> str:
    """Say what a colour of a count's cell means, in the sentences of its relations without the values."""
    said = [rule.message for rule in form.rules if rule.relation is not None and rule.relation.left == name]
    words = " ".join(PLACEHOLDER.sub(_NOT_KNOWN, _REMARK.sub("", message)) for message in said)
    # A rule speaks of what is wrong, and here nothing is yet.
    return f"Nếu ô đổi màu: {words}" if words else ""


def broken_relations(form: ComposedForm, rows: Mapping[str, int], column: int) -> Iterator[tuple[int, str, Level]]:
    """Yield the row of each count that has a relation to others, the formula that tells it broken, and its level.

    Args:
        form: whose rules.
        rows: the row of each field by name; a relation to one that is not there is left to the judge.
        column: of the values.
    """
    for rule in form.rules:
        relation = rule.relation
        if relation is not None and rows.keys() >= {relation.left, *relation.right}:
            cells = {name: plan.address(rows[name], column) for name in (relation.left, *relation.right)}
            yield rows[relation.left], _broken(relation, cells), rule.level


def _broken(relation: AtMost, cells: Mapping[str, str]) -> str:
    left, right = cells[relation.left], ",".join(cells[name] for name in relation.right)
    times = f"*{relation.times}" if relation.times != 1 else ""
    plus = f"+{relation.plus}" if relation.plus else ""
    bound = f"SUM({right}){times}{plus}"
    return f"=AND(ISNUMBER({left}),COUNT({right})={len(relation.right)},{left}>{bound})"
