"""Figures by unit, then and now, and what became of a unit, over the API."""

from __future__ import annotations

from flask import Response

from thidua.application.periods.lineages import unit_history
from thidua.application.status.unit_readings import READINGS
from thidua.application.status.unit_readings import UnitTable
from thidua.web import context
from thidua.web.api.answers import answer
from thidua.web.api.answers import only_query
from thidua.web.by_unit_query import NAMES
from thidua.web.by_unit_query import asked_table

__all__ = ["by_unit", "history"]


def by_unit(campaign: str) -> Response:
    """Answer one indicator unit by unit; both readings have the same total."""
    return answer(_told(campaign, asked_table(campaign, only_query(*NAMES))))


def history(unit: str) -> Response:
    """Answer what a unit was called, from whom it came and into whom it went."""
    only_query()
    return answer(unit_history(context.host(), context.actor(), unit).in_json())


def _told(campaign: str, table: UnitTable) -> dict[str, object]:
    shown = table.indicator
    return {
        "campaign": campaign,
        "period": table.period,
        "indicator": shown["key"],
        "label": table.indicators.get(str(shown["key"]), str(shown["label"])),
        "unit_of_measure": shown["unit_of_measure"],
        "kind": shown["kind"],
        "units": table.reading.value,
        "since": table.since.isoformat() if table.since else None,
        "on": table.on.isoformat(),
        "rows": [
            {
                "unit": row.code,
                "name": row.name,
                "not_divided": row.reason.value if row.reason else None,
                **dict(zip(READINGS, row.figures, strict=True)),
            }
            for row in table.rows
        ],
        "total": dict(zip(READINGS, table.total, strict=True)) if table.is_added else None,
    }
