"""What a status says unit by unit, beside the document: figures, duty states, days late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from thidua.application.derived.status_inputs import ratio_percent
from thidua.application.ports.rows import UnitFigures
from thidua.application.ports.totals import OFFICIAL
from thidua.application.ports.totals import OFFICIAL_CUMULATIVE
from thidua.application.ports.totals import PROVISIONAL
from thidua.application.ports.totals import PROVISIONAL_CUMULATIVE
from thidua.domain.filing import FilingState
from thidua.domain.ledger import Delay
from thidua.domain.ledger import Entry
from thidua.domain.ledger import delay_of
from thidua_sdk import DutyState

__all__ = ["add_details", "days_late", "entries_of", "part_of"]

#: One unit's readings of a figure, as a cell has them.
ByUnit = list[int | None]
_READINGS: Final = range(4)


def add_details(
    document: dict[str, object], figures: Iterable[UnitFigures], units: Sequence[Mapping[str, object]]
) -> None:
    """Add figures and duty states unit by unit.

    Args:
        document: of a period; its indicators and duties are replaced by longer ones.
        figures: every unit's readings in the period, read through once.
        units: the entries of the period's roster.
    """
    indicators, duties = entries_of(document, "indicators"), entries_of(document, "duties")
    by_unit: list[dict[str, ByUnit]] = [{} for _ in indicators]
    states: dict[str, Mapping[str, str]] = {}
    places = _places_of(indicators)
    for unit in figures:
        states[unit.unit_code] = unit.duties
        for form, by_key in unit.cells.items():
            for key, cell in by_key.items():
                for place in places.get((form, key), ()):
                    entry = by_unit[place].setdefault(unit.unit_code, [None, None, None, None])
                    for reading in _READINGS:
                        entry[reading] = _plus(entry[reading], cell[reading])
    document["indicators"] = [
        {**indicator, "by_unit": _ratios_of(indicator, indicators, by_unit) or _told(read)}
        for indicator, read in zip(indicators, by_unit, strict=True)
    ]
    nothing: Mapping[str, str] = {}
    document["duties"] = [
        {
            **duty,
            "units": {
                code: states.get(code, nothing).get(
                    str(duty["code"]), str(duty.get("unreported", DutyState.NO_EVIDENCE.value))
                )
                for unit in units
                if unit["unit_type"] in _texts(duty.get("unit_types")) and unit["filing"] != FilingState.EXEMPT
                for code in (str(unit["unit"]),)
            },
        }
        for duty in duties
    ]


def _told(figures: Mapping[str, ByUnit]) -> dict[str, dict[str, object]]:
    return {code: _in_words(entry) for code, entry in figures.items()}


def _in_words(readings: Sequence[object]) -> dict[str, object]:
    return {
        "official": readings[OFFICIAL],
        "provisional": readings[PROVISIONAL],
        "cumulative": {
            "official": readings[OFFICIAL_CUMULATIVE],
            "provisional": readings[PROVISIONAL_CUMULATIVE],
        },
    }


def _ratios_of(
    indicator: Mapping[str, object], indicators: Sequence[Mapping[str, object]], by_unit: Sequence[Mapping[str, ByUnit]]
) -> dict[str, dict[str, object]]:
    """Divide one unit's two sums by each other, for each unit that has either; nothing for what is no ratio."""
    codes = indicator.get("ratio")
    if not isinstance(codes, list):
        return {}
    sums: list[dict[str, ByUnit]] = [{}, {}]
    for side, code in zip(sums, codes, strict=True):
        for entry, figures in zip(indicators, by_unit, strict=True):
            if entry.get("code") == code:
                for unit, readings in figures.items():
                    held = side.setdefault(unit, [None, None, None, None])
                    side[unit] = [_plus(held[reading], readings[reading]) for reading in _READINGS]
    nothing: ByUnit = [None, None, None, None]
    return {
        unit: _in_words(
            [
                ratio_percent(part, whole)
                for part, whole in zip(sums[0].get(unit, nothing), sums[1].get(unit, nothing), strict=True)
            ]
        )
        for unit in sorted({*sums[0], *sums[1]})
    }


def _places_of(indicators: Sequence[Mapping[str, object]]) -> dict[tuple[str, str], list[int]]:
    """Return in which indicators, by place, a field of a form is counted."""
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, indicator in enumerate(indicators):
        for source in entries_of(indicator, "sources"):
            places[str(source["form"]), str(source["field"])].append(place)
    return places


def days_late(filing: str, entries: Sequence[Entry], *, due_at: datetime, until: datetime) -> dict[str, int] | None:
    """Split a unit's days after its last moment by who held the report; None for a unit that is exempt."""
    if filing == FilingState.EXEMPT:
        return None
    delay = delay_of(entries, due_at=due_at, until=until) if due_at < until else Delay()
    return {"unit": delay.unit_days, "office": delay.office_days}


def _plus(left: int | None, right: int | None) -> int | None:
    if left is None or right is None:
        return right if left is None else left
    return left + right


def part_of(document: Mapping[str, object], key: str) -> Mapping[str, object]:
    """Return an object inside a document, empty if there is none."""
    value = document.get(key)
    return value if isinstance(value, Mapping) else {}


def entries_of(holder: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    """Return a list of objects in a document, empty if there is none."""
    value = holder.get(key)
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def _texts(value: object) -> frozenset[str]:
    return frozenset(str(item) for item in value) if isinstance(value, list) else frozenset()
