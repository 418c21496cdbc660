"""How an address asks for figures by unit, the same for the page and the API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from thidua.application.status.unit_readings import UnitReading
from thidua.application.status.unit_readings import UnitTable
from thidua.application.status.unit_readings import figures_by_unit
from thidua.domain.errors import MalformedRequestError
from thidua.web import context

__all__ = ["NAMES", "asked_reading", "asked_table"]

#: Parameters of the query.
NAMES = ("period", "indicator", "units", "on")

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def asked_table(campaign: str, query: Mapping[str, str]) -> UnitTable:
    """Read what is asked for.

    Raises:
        MalformedRequestError: ``units`` or ``on`` cannot be read.
    """
    return figures_by_unit(
        context.host(),
        context.actor(),
        campaign,
        query.get("period") or None,
        indicator=query.get("indicator", ""),
        reading=asked_reading(query),
        on=_day(query.get("on", "")),
    )


def asked_reading(query: Mapping[str, str]) -> UnitReading:
    """Read with whose units the figures are to stand.

    Raises:
        MalformedRequestError: it is neither of the two.
    """
    text = query.get("units", "")
    try:
        return UnitReading(text) if text else UnitReading.THEN
    except ValueError:
        raise MalformedRequestError("Cách đọc (units) phải là then hoặc now.", subject="units") from None


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise MalformedRequestError("Ngày (on) phải ghi như 2025-07-01.", subject="on")
