"""Counts so small that they point at persons, hidden from readers who are not to know them."""

from __future__ import annotations

from collections.abc import Hashable
from collections.abc import Mapping
from typing import Final
from typing import TypeVar

__all__ = ["SMALLEST_SHOWN", "is_small", "without_small"]

#: Counts of one person up to one fewer than this many are hidden.
SMALLEST_SHOWN: Final = 5

K = TypeVar("K", bound=Hashable)


def is_small(value: int | None) -> bool:
    """Tell whether a count points at persons; that there was nobody does not."""
    return value is not None and 0 < value < SMALLEST_SHOWN


def without_small(parts: Mapping[K, int | None]) -> dict[K, int | None]:
    """Return the parts of a shown total with the small ones hidden.

    One hidden part alone could be had back from the total, so the smallest of the others then
    goes with it.
    """
    hidden = {key for key, value in parts.items() if is_small(value)}
    if len(hidden) == 1:
        others = [
            (value, place, key) for place, (key, value) in enumerate(parts.items()) if value and key not in hidden
        ]
        if others:
            hidden.add(min(others, key=lambda other: other[:2])[2])
    return {key: None if key in hidden else value for key, value in parts.items()}
