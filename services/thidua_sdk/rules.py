"""Rules across cells: of the payload alone, and against the record.

Both kinds are frozen values with the code of the form's rule table (``A27``, ``AX5``), a
level and a source. Rules do no I/O and change nothing. The host runs every rule whose cells
could be read, so that a person sees all findings at once.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

from thidua_sdk.findings import Finding
from thidua_sdk.findings import Level
from thidua_sdk.findings import cell
from thidua_sdk.record import Record

__all__ = [
    "AtMost",
    "PayloadRule",
    "RecordRule",
    "Values",
    "all_zero",
    "at_least",
    "at_most",
    "equals",
    "positive",
    "positive_if",
    "required_if",
]


class Values(Mapping[str, object]):
    """A judged report as rules see it: field name to value, None where there is no data."""

    __slots__ = ("_by_topic", "_fields", "_rows")

    def __init__(
        self,
        fields: Mapping[str, object],
        by_topic: Mapping[str, Mapping[str, int]] | None = None,
        rows: Mapping[str, Sequence[Mapping[str, object]]] | None = None,
    ) -> None:
        self._fields = fields
        self._by_topic = by_topic or {}
        self._rows = rows or {}

    def __getitem__(self, name: str) -> object:
        return self._fields.get(name)

    def __contains__(self, name: object) -> bool:
        return self._fields.get(str(name)) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def number(self, name: str) -> int | None:
        """Return a whole-number field, None if it has no data."""
        value = self._fields.get(name)
        return value if type(value) is int else None

    def count(self, name: str) -> int:
        """Return a whole-number field, 0 where there is no data."""
        return self.number(name) or 0

    def text(self, name: str) -> str:
        """Return a text field, empty where there is none."""
        value = self._fields.get(name)
        return value if isinstance(value, str) else ""

    def topic(self, name: str, topic: str) -> int | None:
        """Return a field's count for one topic, None if not given."""
        return self._by_topic.get(name, {}).get(topic)

    def topics(self, name: str) -> Mapping[str, int]:
        """Return a field's counts by topic; empty if none were given."""
        return self._by_topic.get(name, {})

    def rows(self, name: str) -> Sequence[Mapping[str, object]]:
        """Return a table of records, empty if not given."""
        return self._rows.get(name, ())


@dataclass(frozen=True, slots=True)
class AtMost:
    """The relation ``left ≤ (sum of right) × times + plus`` between counts, as ``at_most`` states it."""

    #: The count that is bounded.
    left: str
    #: The counts whose sum bounds it.
    right: tuple[str, ...]
    #: How often their sum is taken.
    times: int = 1
    #: How much is added.
    plus: int = 0


@dataclass(frozen=True, slots=True)
class PayloadRule:
    """A rule of the report alone.

    ``holds`` returns False where the rule is broken. ``message`` may name cells in braces
    (``{staff_total}``); the host prints their values there. ``relation`` says again what ``holds``
    judges, where that is a relation between counts: a workbook can show it while it is filled in.
    """

    code: str
    level: Level
    message: str
    cells: tuple[str, ...]
    holds: Callable[[Values], bool]
    source: str = ""
    relation: AtMost | None = None


@dataclass(frozen=True, slots=True)
class RecordRule:
    """A rule of the report against the record; ``check`` returns its findings, empty if it holds."""

    code: str
    check: Callable[[Values, Record], Iterable[Finding]]
    source: str = ""


def at_most(
    code: str,
    left: str,
    right: str | Sequence[str],
    message: str,
    *,
    times: int = 1,
    plus: int = 0,
    level: Level = Level.ERROR,
    source: str = "",
) -> PayloadRule:
    """Make the rule ``left ≤ (sum of right) × times + plus``.

    It holds where ``left`` has no data, or where none of ``right`` has.
    """
    names = (right,) if isinstance(right, str) else tuple(right)
    relation = AtMost(left, names, times, plus)

    def holds(values: Values) -> bool:
        value = values.number(left)
        if value is None or all(values.number(name) is None for name in names):
            return True
        return value <= sum(values.count(name) for name in names) * times + plus

    return PayloadRule(code, level, message, (cell(left), *map(cell, names)), holds, source, relation)


def at_least(
    code: str,
    left: str,
    right: str,
    message: str,
    *,
    level: Level = Level.ERROR,
    source: str = "",
) -> PayloadRule:
    """Make the rule ``left ≥ right``, shown at ``left``; holds where either has no data."""

    def holds(values: Values) -> bool:
        value = values.number(left)
        return value is None or value >= values.count(right)

    return PayloadRule(code, level, message, (cell(left), cell(right)), holds, source)


def equals(
    code: str,
    left: str,
    parts: Sequence[str],
    message: str,
    *,
    level: Level = Level.ERROR,
    source: str = "",
) -> PayloadRule:
    """Make the rule ``left = sum of parts``; holds where any of them has no data."""

    def holds(values: Values) -> bool:
        numbers = [values.number(name) for name in (left, *parts)]
        return None in numbers or numbers[0] == sum(number or 0 for number in numbers[1:])

    return PayloadRule(code, level, message, (cell(left), *map(cell, parts)), holds, source)


def required_if(
    code: str,
    name: str,
    when: Callable[[Values], bool],
    message: str,
    *,
    source: str = "",
) -> PayloadRule:
    """Make the rule that a cell must be filled whenever ``when`` says so."""

    def holds(values: Values) -> bool:
        return not when(values) or values[name] not in {None, ""}

    return PayloadRule(code, Level.ERROR, message, (cell(name),), holds, source)


def positive_if(
    code: str,
    name: str,
    cause: str,
    message: str,
    *,
    first: str = "",
    source: str = "",
) -> PayloadRule:
    """Make the rule that a count is not 0 where ``cause`` is above 0; holds where either has no data.

    Args:
        code: of the rule.
        name: the count that must not be 0.
        cause: the count that asks for it.
        message: the sentence.
        first: the one of the two at which it is shown, ``name`` if not said.
        source: of the rule.

    Raises:
        ValueError: ``first`` is neither of them.
    """
    if first not in {"", name, cause}:
        text = f"rule {code} is shown at {name} or {cause}, not at {first}"
        raise ValueError(text)

    def holds(values: Values) -> bool:
        return values.count(cause) == 0 or values.number(name) != 0

    cells = (cause, name) if first == cause else (name, cause)
    return PayloadRule(code, Level.ERROR, message, tuple(map(cell, cells)), holds, source)


def positive(name: str) -> Callable[[Values], bool]:
    """Make the condition that a count is above 0, for ``required_if``."""
    return lambda values: values.count(name) > 0


def all_zero(values: Values, names: Iterable[str]) -> bool:
    """Tell whether every named count is 0 or has no data."""
    return all(values.count(name) == 0 for name in names)
