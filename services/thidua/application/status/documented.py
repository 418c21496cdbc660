"""What the stored status document itself says of a figure, to hold its parts against."""

from __future__ import annotations

from collections.abc import Mapping

from thidua.application.status.figures import Asked
from thidua.application.status.figures import Span
from thidua.application.status.opened_status import OpenedStatus

__all__ = ["documented_count", "of_unit_type", "within"]


def documented_count(status: OpenedStatus, asked: Asked) -> tuple[int | None, bool]:
    """Return what the document says of the figure, and whether it says anything."""
    if asked.unit:
        return None, False
    if asked.register:
        return _documented_register(status, asked)
    holder = status.entry("indicators", "key", asked.key)
    if asked.topic or asked.value:
        if asked.unit_type:
            return None, False
        holder = within(holder, "by_topic" if asked.topic else "by_value", asked.topic or asked.value)
    elif asked.unit_type:
        holder = of_unit_type(holder, asked.unit_type)
    if asked.span is Span.CUMULATIVE:
        holder = within(holder, "cumulative")
    return _whole(holder, asked.reading.value)


def _documented_register(status: OpenedStatus, asked: Asked) -> tuple[int | None, bool]:
    if asked.unit_type or asked.span is not Span.CUMULATIVE:
        return None, False
    holder = within(within(status.document, "registers"), asked.register)
    if asked.value:
        holder = within(holder, "by", asked.column, "values", asked.value)
        count, is_there = _whole(holder, asked.reading.value)
        # What nobody chose has no parts.
        return count or None, is_there and bool(count)
    return _whole(holder, asked.reading.value)


def of_unit_type(entry: Mapping[str, object] | None, unit_type: str) -> Mapping[str, object] | None:
    """Return what an entry tells of one type of units; a type that is not named has no data."""
    types = within(entry, "by_unit_type")
    nothing = {"official": None, "provisional": None}
    return None if types is None else within(types, unit_type) or {**nothing, "cumulative": nothing}


def within(holder: Mapping[str, object] | None, *names: str) -> Mapping[str, object] | None:
    """Follow names into an object, None where there is none."""
    for name in names:
        inner = holder.get(name) if holder is not None else None
        holder = inner if isinstance(inner, Mapping) else None
    return holder


def _whole(holder: Mapping[str, object] | None, name: str) -> tuple[int | None, bool]:
    if holder is None or name not in holder:
        return None, False
    value = holder[name]
    return (value if isinstance(value, int) else None), True
