"""Counts so small that they point at persons, hidden from readers who are not to know them."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Hashable
from collections.abc import Mapping
from typing import TypeVar

__all__ = ["is_small", "with_cover", "without_small"]

K = TypeVar("K", bound=Hashable)


def is_small(value: int | None, shown_from: int) -> bool:
    """Tell whether a count points at persons; that there was nobody does not.

    Args:
        value: the count, None where nothing is known.
        shown_from: the smallest count of persons that is shown.
    """
    return value is not None and 0 < value < shown_from


def without_small(parts: Mapping[K, int | None], shown_from: int) -> dict[K, int | None]:
    """Return the parts of a shown total with the small ones hidden, and as many others as they need for cover."""
    small = {key for key, value in parts.items() if is_small(value, shown_from)}
    hidden = with_cover(parts, small, shown_from)
    return {key: None if key in hidden else value for key, value in parts.items()}


def with_cover(parts: Mapping[K, int | None], hidden: Collection[K], shown_from: int, beside: int = 0) -> set[K]:
    """Hide so many parts more that the total less what is shown tells of no hidden part.

    What is left of the total stands for two of the hidden at least, and is not small itself: of two
    hidden that come to two, each is one.

    Args:
        parts: the parts of a shown total.
        hidden: those that are hidden already; without any, none needs cover.
        shown_from: the smallest count of persons that is shown.
        beside: what else is in the total and nowhere shown.

    Returns:
        The parts to hide, those given among them. All others are nought if even that does not cover them.
    """
    found = set(hidden)
    others = sorted(
        (value, place, key) for place, (key, value) in enumerate(parts.items()) if value and key not in found
    )
    while found and others:
        left = [value for key in found if (value := parts[key])] + [beside] * (beside > 0)
        if len(left) > 1 and sum(left) >= shown_from:
            break
        found.add(others.pop(0)[2])
    return found
