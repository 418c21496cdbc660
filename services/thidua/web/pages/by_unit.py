"""One indicator unit by unit, with the units of then or with those of now."""

from __future__ import annotations

import re
from datetime import date

from flask import Blueprint
from flask import render_template
from flask import request

from thidua.application.permissions import Right
from thidua.application.permissions import require
from thidua.application.reading import campaigns_seen
from thidua.application.unit_readings import UnitReading
from thidua.application.unit_readings import figures_by_unit
from thidua.domain.errors import MalformedRequestError
from thidua.domain.errors import NotFoundError
from thidua.domain.lineage import REST_LABELS
from thidua.web import context

__all__ = ["page"]

page = Blueprint("by_unit", __name__, url_prefix="/campaigns/<campaign>")

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LABELS = {UnitReading.THEN: "Đơn vị khi báo cáo", UnitReading.NOW: "Đơn vị hiện nay"}


@page.get("/by-unit")
def show(campaign: str) -> str:
    """Show the table; both readings have the same total."""
    host, person = context.host(), context.actor()
    require(person, Right.READ_PROVISIONAL)
    seen = next((each for each in campaigns_seen(host, person) if each.code == campaign), None)
    if seen is None:
        raise NotFoundError("Không tìm thấy đợt thi đua này.", subject=campaign)
    table = figures_by_unit(
        host,
        person,
        campaign,
        request.args.get("period") or None,
        indicator=request.args.get("indicator", ""),
        reading=_reading(request.args.get("units", "")),
        on=_day(request.args.get("on", "")),
    )
    return render_template(
        "pages/by_unit.html",
        campaign=campaign,
        seen=seen,
        table=table,
        asked=_reading(request.args.get("units", "")),
        readings=LABELS,
        reasons=REST_LABELS,
    )


def _reading(text: str) -> UnitReading:
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
