"""Frozen values as plain JSON and back: what a value was is told for ever, without the code that made it.

A dataclass is an object of its fields, those that have their default left out, so that a field which a
later release adds changes nothing that was written before. Reading is strict: whatever is not exactly
of the declared type is refused, with its place.
"""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Hashable
from collections.abc import Mapping
from datetime import date
from datetime import time
from enum import StrEnum
from functools import cache
from typing import Any
from typing import TypeVar
from typing import Union
from typing import cast
from typing import get_args
from typing import get_origin
from typing import get_type_hints

from thidua.forms.watched_rules import names_read
from thidua_sdk import AnyPositive
from thidua_sdk import Complete
from thidua_sdk import DutyState
from thidua_sdk import Evidence
from thidua_sdk import Flagged
from thidua_sdk import Judged

__all__ = ["NotPlainError", "RuleOfThePlugin", "plain", "plain_rule", "rebuilt"]

T = TypeVar("T")

#: Evidence rules of the contract; any other is the plugin's own code and cannot be written down.
_KNOWN = {rule.__name__: rule for rule in (AnyPositive, Complete, Flagged, Judged)}


class NotPlainError(Exception):
    """What was read is no such value; the message is the place and what is wrong there, in English."""


@dataclasses.dataclass(frozen=True, slots=True)
class RuleOfThePlugin:
    """An evidence rule whose code went with its plugin: its name, what it was made of, the facts it looks at.

    It judges no facts any more, and whoever counts leaves its duty out; ``unreported`` is what it said of
    a unit without any.
    """

    name: str
    reads: tuple[str, ...]
    unreported: DutyState
    made_of: str = ""

    def judge(self, facts: Mapping[str, int]) -> DutyState:
        """Look at the facts that the rule looked at, so that pages can tell which; answer as for a unit without any."""
        for name in self.reads:
            facts.get(name)
        return self.unreported


def plain(value: object) -> Any:  # noqa: ANN401, PLR0911  JSON; one way out for each shape
    """Write a value as what ``json`` knows.

    Raises:
        TypeError: something in it is neither a frozen value nor plain.
    """
    if value is None or type(value) in {bool, int, str}:
        return value
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, frozenset | set):
        return sorted(map(plain, value))
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _of_field(field, getattr(value, field.name))
            for field in dataclasses.fields(value)
            if getattr(value, field.name) != _default(field)
        }
    message = f"{type(value).__name__} cannot be written down"
    raise TypeError(message)


def _of_field(field: dataclasses.Field[Any], value: object) -> Any:  # noqa: ANN401
    return plain_rule(value) if field.type in {"Evidence", Evidence} else plain(value)


def plain_rule(rule: Any) -> dict[str, Any]:  # noqa: ANN401  an evidence rule
    """Write an evidence rule; one whose code is the plugin's as what it is called, made of and looks at."""
    name = type(rule).__name__
    if _KNOWN.get(name) is type(rule):
        return {"is": name, "of": plain(rule)}
    if not isinstance(rule, RuleOfThePlugin):
        rule = RuleOfThePlugin(name, names_read(rule, {}), rule.judge({}), _made_of(rule))
    return {"is": "", "of": plain(rule)}


def _made_of(rule: object) -> str:
    """Write what a rule was made of, as far as that can be written; never an address, which is another each time."""
    try:
        return json.dumps(plain(rule), ensure_ascii=False, sort_keys=True)
    except TypeError:
        return ""


def _default(field: dataclasses.Field[Any]) -> object:
    """Return a field's default, and what equals nothing where there is none."""
    if field.default is not dataclasses.MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not dataclasses.MISSING else dataclasses.MISSING


def rebuilt(kind: type[T], data: object, place: str = "") -> T:
    """Read a value that :func:`plain` wrote.

    Args:
        kind: the dataclass.
        data: as ``json`` reads it.
        place: where it stands, for what is said if it is wrong.

    Raises:
        NotPlainError: it is not such a value.
    """
    if not isinstance(data, Mapping):
        raise NotPlainError(f"{place or kind.__name__}: an object was expected")
    hints, fields = _hints(cast("Hashable", kind))
    if unknown := sorted(data.keys() - fields.keys()):
        raise NotPlainError(f"{place or kind.__name__}: {unknown[0]} is unknown")
    values = {name: _read(hints[name], inner, f"{place}.{name}".lstrip(".")) for name, inner in data.items()}
    missing = [name for name, field in fields.items() if name not in data and _default(field) is dataclasses.MISSING]
    if missing:
        raise NotPlainError(f"{place or kind.__name__}: {missing[0]} is missing")
    try:
        return kind(**values)
    except ValueError as refused:
        raise NotPlainError(f"{place or kind.__name__}: {refused}") from None


@cache
def _hints(kind: Hashable) -> tuple[Mapping[str, Any], Mapping[str, dataclasses.Field[Any]]]:
    made = cast("type[Any]", kind)
    return get_type_hints(made), {field.name: field for field in dataclasses.fields(made)}


def _read(hint: Any, data: object, place: str) -> Any:  # noqa: ANN401, PLR0911  one way out for each shape
    if hint is Evidence:
        return _read_rule(data, place)
    origin, inner = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        if data is None and type(None) in inner:
            return None
        [other] = [each for each in inner if each is not type(None)]
        return _read(other, data, place)
    if origin is tuple:
        return _read_tuple(inner, data, place)
    if origin is frozenset:
        return frozenset(_each(inner[0], data, place))
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(data, Mapping):
            raise NotPlainError(f"{place}: an object was expected")
        return {str(key): _read(inner[1], each, f"{place}.{key}") for key, each in data.items()}
    if dataclasses.is_dataclass(hint):
        return rebuilt(cast("type[Any]", hint), data, place)
    return _read_single(hint, data, place)


def _read_single(hint: Any, data: object, place: str) -> Any:  # noqa: ANN401
    if hint in {str, int, bool}:
        if type(data) is not hint:
            raise NotPlainError(f"{place}: {hint.__name__} was expected")
        return data
    if not isinstance(data, str):
        raise NotPlainError(f"{place}: a text was expected")
    try:
        return hint(data) if issubclass(hint, StrEnum) else hint.fromisoformat(data)
    except ValueError:
        raise NotPlainError(f"{place}: no such {hint.__name__}") from None


def _each(hint: Any, data: object, place: str) -> list[Any]:  # noqa: ANN401
    if not isinstance(data, list):
        raise NotPlainError(f"{place}: a list was expected")
    return [_read(hint, each, f"{place}[{number}]") for number, each in enumerate(data)]


def _read_tuple(inner: tuple[Any, ...], data: object, place: str) -> tuple[Any, ...]:
    if len(inner) == 2 and inner[1] is Ellipsis:  # noqa: PLR2004  tuple[X, ...]
        return tuple(_each(inner[0], data, place))
    if not isinstance(data, list) or len(data) != len(inner):
        raise NotPlainError(f"{place}: {len(inner)} values were expected")
    return tuple(
        _read(hint, each, f"{place}[{number}]") for number, (hint, each) in enumerate(zip(inner, data, strict=True))
    )


def _read_rule(data: object, place: str) -> object:
    if not isinstance(data, Mapping) or data.keys() != {"is", "of"}:
        raise NotPlainError(f"{place}: a rule was expected")
    known = RuleOfThePlugin if data["is"] == "" else _KNOWN.get(str(data["is"]))
    if known is None:
        raise NotPlainError(f"{place}: no such rule")
    return rebuilt(cast("type[Any]", known), data["of"], place)
