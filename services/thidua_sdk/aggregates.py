"""How the values of one field add up over time and over units.

The two rules are separate because they differ: head-counts take the latest period but are
summed over units; accident figures come from one outside source and are never summed over
units at all. ``None`` is "no data" and never counts as 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

__all__ = [
    "CUMULATIVE",
    "EVENT",
    "FLOW",
    "NONE",
    "OUTSIDE",
    "STOCK",
    "STOCK_MAX",
    "TALLY",
    "Aggregation",
    "TimeRule",
    "UnitRule",
    "over_time",
    "over_units",
]


class TimeRule(StrEnum):
    """How one unit's values of several periods become one."""

    SUM = "sum"
    LATEST = "latest"
    MAX = "max"
    #: Records told of in several periods count once, as the latest of them tells it.
    DISTINCT = "distinct"
    NEVER = "never"


class UnitRule(StrEnum):
    """How several units' values of one moment become one."""

    SUM = "sum"
    #: Count the units by value (for choices).
    TALLY = "tally"
    #: One source speaks for everyone: the latest value wins, units are never added.
    SOURCE = "source"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Aggregation:
    """A kind of indicator with its two rules; ``kind`` is the word printed for people.

    ``cumulative`` says that each period's value holds the earlier ones in it ("lũy kế"), so that a
    lower value than before asks for a second look. A head-count is a stock and is not cumulative.
    """

    kind: str
    time: TimeRule
    units: UnitRule
    cumulative: bool = False


FLOW = Aggregation("flow", TimeRule.SUM, UnitRule.SUM)
STOCK = Aggregation("stock", TimeRule.LATEST, UnitRule.SUM)
#: Counted from the beginning of the campaign or year to the cut-off, each thing once.
CUMULATIVE = Aggregation("stock", TimeRule.LATEST, UnitRule.SUM, cumulative=True)
STOCK_MAX = Aggregation("stock", TimeRule.MAX, UnitRule.SUM)
TALLY = Aggregation("stock", TimeRule.LATEST, UnitRule.TALLY)
EVENT = Aggregation("event", TimeRule.SUM, UnitRule.SUM)
OUTSIDE = Aggregation("outside", TimeRule.LATEST, UnitRule.SOURCE)
NONE = Aggregation("none", TimeRule.NEVER, UnitRule.NEVER)


def over_time(rule: TimeRule, values: Sequence[int | None]) -> int | None:
    """Fold one unit's values, earliest period first, into one.

    Args:
        rule: the field's time rule.
        values: one entry per period; None where nothing was reported.

    Returns:
        The folded value; None if no period has data or the rule folds nothing.

    Raises:
        ValueError: distinct records cannot be told from their numbers alone.
    """
    if rule is TimeRule.DISTINCT:
        message = "distinct records are not folded from their numbers"
        raise ValueError(message)
    known = [value for value in values if value is not None]
    if not known or rule is TimeRule.NEVER:
        return None
    if rule is TimeRule.SUM:
        return sum(known)
    return known[-1] if rule is TimeRule.LATEST else max(known)


def over_units(rule: UnitRule, values: Iterable[int | None]) -> int | None:
    """Fold the values of several units into one.

    Returns:
        The sum of what is known, or for an outside source its single value; None if nobody
        has data or the rule folds nothing.

    Raises:
        ValueError: two units claim to be the one outside source with different values.
    """
    known = [value for value in values if value is not None]
    if not known or rule in {UnitRule.NEVER, UnitRule.TALLY}:
        return None
    if rule is UnitRule.SUM:
        return sum(known)
    if len(set(known)) > 1:
        message = f"one outside source, but {len(set(known))} different values"
        raise ValueError(message)
    return known[0]
