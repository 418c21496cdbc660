"""Where a status document and the oracle differ, place by place."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from oracle import READINGS
from oracle import Oracle
from oracle_filing import SIX
from oracle_targets import light
from oracle_targets import state
from oracle_targets import targets
from oracle_targets import together

__all__ = ["differences", "sums_of_parts"]


def differences(
    document: Any, oracle: Oracle, period: str, *, is_closed: bool = False, period_is_closed: bool = False
) -> list[str]:
    """Compare a period's whole document, as the Office reads it, with what the oracle tells."""
    judged = targets(oracle, period)
    return [
        *_filing(document["filing"], oracle.filing(period)),
        *_same("inputs", {key: document["inputs"][key] for key in oracle.inputs(period)}, oracle.inputs(period)),
        *_indicators(document["indicators"], oracle, period),
        *_duties(document["duties"], oracle, period),
        *_targets(document["targets"], judged),
        *_same("targets_together", _without_label(document["targets_together"]), together(judged)),
        *_registers(document["registers"], oracle.registers(period)),
        *_same("light", document["light"], light(oracle, period, judged.values(), is_closed=period_is_closed)),
        *_same(
            "official_light",
            document["official_light"]["light"],
            light(
                oracle,
                period,
                [each for each in judged.values() if not each["is_provisional"]],
                is_closed=period_is_closed,
            ),
        ),
        *_same(
            "state",
            document["state"],
            state(oracle, datetime.fromisoformat(document["computed_at"]), is_closed=is_closed),
        ),
    ]


def _without_label(entry: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return entry and {key: value for key, value in entry.items() if not key.endswith("_label")}


def _same(place: str, said: object, told: object) -> Iterator[str]:
    if said != told:
        yield f"{place}: the document says {said!r}, the oracle {told!r}"


def _filing(said: Any, told: Mapping[str, Any]) -> Iterator[str]:
    if sum(said[each] for each in SIX) != said["roster"]:
        yield "filing: the six states do not add up to the roster"
    for key in told.keys() - {"units"}:
        yield from _same(f"filing.{key}", said[key], told[key])
    units = {each["unit"]: each for each in said["units"]}
    yield from _same("filing.units", sorted(units), sorted(told["units"]))
    for unit, cells in told["units"].items():
        for key, value in cells.items():
            found = units.get(unit, {}).get(key)
            if isinstance(value, datetime) and found is not None:
                found = datetime.fromisoformat(found)
            yield from _same(f"filing.{unit}.{key}", found, value)


def _indicators(said: Sequence[Any], oracle: Oracle, period: str) -> Iterator[str]:
    told = oracle.indicators(period)
    yield from _same("indicators", [each["key"] for each in said], list(told))
    for entry in said:
        mine, key = told[entry["key"]], entry["key"]
        for reading in READINGS:
            yield from _same(f"{key}.{reading}", entry.get(reading), mine[reading])
            yield from _same(f"{key}.cumulative.{reading}", entry["cumulative"][reading], mine["cumulative"][reading])
        for split in ("by_unit_type", "by_unit", "by_topic", "by_value"):
            yield from _same(f"{key}.{split}", _with_data(entry[split]), _with_data(mine[split]))


def _with_data(split: Mapping[str, Any]) -> dict[str, tuple[object, ...]]:
    """Leave the parts that have data; a part without is no data whether it is named or not."""
    figures = {code: _four(part) for code, part in split.items()}
    return {code: figure for code, figure in figures.items() if any(value is not None for value in figure)}


def _four(part: Mapping[str, Any]) -> tuple[object, ...]:
    return (*(part[reading] for reading in READINGS), *(part["cumulative"][reading] for reading in READINGS))


def _duties(said: Sequence[Any], oracle: Oracle, period: str) -> Iterator[str]:
    told, accepted = oracle.duties(period), oracle.duties(period, "official")
    yield from _same("duties", [each["code"] for each in said], list(told))
    for duty in said:
        states = told[duty["code"]]
        yield from _same(f"duties.{duty['code']}.units", duty["units"], states)
        for name, found in (("counts", states), ("official_counts", accepted[duty["code"]])):
            numbers = {state_: sum(1 for each in found.values() if each == state_) for state_ in duty[name]}
            yield from _same(f"duties.{duty['code']}.{name}", duty[name], numbers)


def _targets(said: Sequence[Any], told: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield from _same("targets", [each["code"] for each in said], list(told))
    for target in said:
        mine = dict(told[target["code"]])
        expected = mine.pop("projection")
        for key, value in mine.items():
            yield from _same(f"targets.{target['code']}.{key}", target[key], value)
        found = target["projection"]
        found = found and {key: found[key] for key in expected or {}}
        yield from _same(f"targets.{target['code']}.projection", found, expected)


def _registers(said: Mapping[str, Any], told: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield from _same("registers", sorted(said), sorted(told))
    for name, register in told.items():
        yield from _same(f"registers.{name}", _both(said[name]), _both(register))
        for column, options in register["by"].items():
            found = {option: _both(each) for option, each in said[name]["by"][column]["values"].items()}
            yield from _same(f"registers.{name}.{column}", found, options)


def _both(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {reading: entry[reading] for reading in READINGS}


def sums_of_parts(document: Any) -> list[str]:
    """Tell where units or types of units do not add up to a figure that is their sum."""
    found = []
    for entry in document["indicators"]:
        if entry["kind"] == "ratio":
            continue
        for split in ("by_unit_type", "by_unit"):
            parts = [_four(part) for part in entry[split].values()]
            for place, whole in enumerate(_four(entry)):
                known: list[Any] = [part[place] for part in parts if part[place] is not None]
                if (sum(known) if known else None) != whole:
                    found.append(f"{entry['key']}, reading {place}: {known} of {split} are not {whole}")
    return found
