"""One indicator unit by unit, with the units of then or with those of now."""

from __future__ import annotations

from flask import Blueprint
from flask import render_template
from flask import request

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require
from thidua.application.review.reading import campaigns_seen
from thidua.application.status.unit_readings import UnitReading
from thidua.domain.errors import NotFoundError
from thidua.domain.lineage import REST_LABELS
from thidua.web import context
from thidua.web.by_unit_query import asked_reading
from thidua.web.by_unit_query import asked_table

__all__ = ["page"]

page = Blueprint("by_unit", __name__, url_prefix="/campaigns/<campaign>")

_READINGS = {UnitReading.THEN: "Đơn vị khi báo cáo", UnitReading.NOW: "Đơn vị hiện nay"}


@page.get("/by-unit")
def show(campaign: str) -> str:
    """Show the table; both readings have the same total."""
    require(context.actor(), Right.READ_PROVISIONAL)
    asked = {
        "period": request.args.get("period", ""),
        "indicator": request.args.get("indicator", ""),
        "units": request.args.get("units", ""),
        "on": request.args.get("on", ""),
    }
    seen = next((each for each in campaigns_seen(context.host(), context.actor()) if each.code == campaign), None)
    if seen is None:
        raise NotFoundError("Không tìm thấy đợt thi đua này.", subject=campaign)
    return render_template(
        "pages/by_unit.html",
        campaign=campaign,
        seen=seen,
        table=asked_table(campaign, asked),
        asked=asked_reading(asked),
        readings=_READINGS,
        reasons=REST_LABELS,
    )
