"""Read a period's figures beside those of the year before."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response

from thidua.application.status.two_years import TwoYears
from thidua.application.status.year_rows import YearRow
from thidua.web.api.answers import answer
from thidua.web.api.answers import only_query
from thidua.web.inputs_query import inputs_links
from thidua.web.years_query import asked_years

__all__ = ["comparison"]


def comparison(campaign: str) -> Response:
    """Answer every figure of a period with that of the year before and the change, or why it is refused."""
    found = asked_years(campaign, only_query("period", "with", "reading", "span"))
    earlier, earlier_period = found.earlier, found.earlier_period
    return answer(
        {
            "campaign": found.campaign.code,
            "period": found.period.code,
            "with": found.comparison.campaign if found.comparison else None,
            "with_period": earlier_period.code if earlier_period else None,
            "reading": found.reading.value,
            "span": found.span.value,
            "source": found.comparison.source if found.comparison else "",
            "sentence": found.sentence,
            "with_sentence": found.earlier_sentence,
            "rows": [
                _row(
                    row,
                    _links(found, found.campaign.code, found.period.code, row.keys),
                    _links(found, earlier.code, earlier_period.code, row.before_keys)
                    if earlier and earlier_period
                    else [],
                )
                for row in found.rows
            ],
        }
    )


def _row(row: YearRow, inputs: Sequence[str], earlier_inputs: Sequence[str]) -> dict[str, object]:
    return {
        "keys": list(row.keys),
        "with_keys": list(row.before_keys),
        "label": row.label,
        "with_label": row.before_label,
        "scope_label": row.scope_label,
        "unit_of_measure": row.unit_of_measure,
        "is_ratio": row.is_ratio,
        "continuity": row.continuity.value,
        "reason": row.reason,
        "source": row.source,
        "value": row.value,
        "with_value": row.before,
        "change": row.change.difference if row.change else None,
        "change_percent": row.change.percent if row.change else None,
        "refusal": row.refusal,
        "as_now": row.as_now,
        "inputs": inputs,
        "with_inputs": earlier_inputs,
    }


def _links(found: TwoYears, campaign: str, period: str, keys: Sequence[str]) -> list[str]:
    link = inputs_links(campaign, period)
    asked = {"reading": found.reading.value, "span": found.span.value}
    return [f"/api/v1{link(indicator=key, **asked)}" for key in keys]
