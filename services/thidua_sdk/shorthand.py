"""Shorter ways to write what campaigns are full of.

A year's register belongs to the year and is written out by its campaign, which imports no other. What
would be repeated for every cell of it is written in one word here.
"""

from __future__ import annotations

from thidua_sdk.contract import FieldSource

__all__ = ["fed_by"]


def fed_by(*cells: str) -> tuple[FieldSource, ...]:
    """Write the cells that feed an indicator: ``"A.radio_items"``, with a scope ``"B.radio_items@province"``.

    Raises:
        ValueError: a cell is not written so.
    """
    sources = []
    for cell in cells:
        place, _, scope = cell.partition("@")
        form, dot, name = place.partition(".")
        if not (form and dot and name) or cell.endswith("@"):
            message = f"a cell is written as form.field or form.field@scope, not {cell!r}"
            raise ValueError(message)
        sources.append(FieldSource(form=form, field=name, scope=scope))
    return tuple(sources)
