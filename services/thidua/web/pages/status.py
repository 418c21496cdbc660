"""The campaign's status: the whole page, and its main part for the page's own script.

The script asks for the main part again and again; as long as nothing changed it costs one small
read and no body.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint
from flask import Response
from flask import render_template
from flask import request
from flask import url_for

from thidua.application.derived_ports import FilingOrder
from thidua.application.permissions import RIGHTS
from thidua.application.permissions import Right
from thidua.application.reading import campaigns_seen
from thidua.application.statuses import Listing
from thidua.application.statuses import read_status
from thidua.application.statuses import status_etag
from thidua.domain.errors import NotFoundError
from thidua.domain.filing import FILING_LABELS
from thidua.domain.filing import FilingState
from thidua.web import context
from thidua.web.charts import BAR_ORDER
from thidua.web.charts import OUTLOOK_TONES
from thidua.web.charts import VERDICT_TONES
from thidua.web.charts import draw_projection
from thidua.web.charts import draw_target
from thidua.web.charts import filing_segments
from thidua.web.charts import share
from thidua.web.inputs_query import inputs_links
from thidua.web.unit_names import short_names

__all__ = ["page"]

page = Blueprint("status", __name__, url_prefix="/campaigns/<campaign>")

_SORTS = {
    FilingOrder.URGENCY.value: "cần chú ý trước",
    FilingOrder.DUE.value: "theo hạn nộp",
    FilingOrder.LIST.value: "theo danh sách",
}

#: Above these numbers of units a page shows less detail at once, so that it stays light on slow lines.
_MOST_IN_DETAILS = 60
_MOST_IN_TABLE = 100

_DUTY_LABELS = {
    "done": "Đã làm",
    "in_progress": "Đang làm",
    "no_evidence": "Chưa có kết quả",
    "not_applicable": "Không áp dụng",
}


@page.get("/status")
def show(campaign: str) -> Response:
    """Show the whole page."""
    view = _view(campaign)
    seen = next((each for each in campaigns_seen(context.host(), context.actor()) if each.code == campaign), None)
    if seen is None:
        raise NotFoundError("Không tìm thấy đợt thi đua này.", subject=campaign)
    return Response(render_template("pages/status.html", seen=seen, **view))


@page.get("/status/fragment")
def fragment(campaign: str) -> Response:
    """Return the main part alone, or 304 if the asker's copy is good."""
    etag = status_etag(context.host(), context.actor(), campaign, request.args.get("period") or None)
    if request.if_none_match.contains(etag):
        response = Response(status=304)
        response.set_etag(etag)
        return response
    view = _view(campaign)
    response = Response(render_template("status/main.html", **view))
    response.set_etag(view["etag"])
    return response


def _view(campaign: str) -> dict[str, Any]:
    host = context.host()
    period = request.args.get("period") or None
    wanted, sort = request.args.get("filing", ""), request.args.get("sort", "")
    chosen = {
        "filing": wanted if wanted in set(FilingState) else "",
        "sort": sort if sort in _SORTS else FilingOrder.URGENCY.value,
    }
    listing = Listing(
        states=[FilingState(chosen["filing"])] if chosen["filing"] else tuple(FilingState),
        order=FilingOrder(chosen["sort"]),
        at_most=_MOST_IN_TABLE,
    )
    status = read_status(host, context.actor(), campaign, period, most_in_details=_MOST_IN_DETAILS, listing=listing)
    document: Mapping[str, Any] = status.document
    filing = document["filing"]
    chosen["period"] = document["period"]
    units = status.listed
    indicators = document["indicators"]
    return {
        "campaign": campaign,
        "status": document,
        "etag": status.etag,
        "chosen": chosen,
        "sorts": _SORTS,
        "states": [(state.value, FILING_LABELS[state]) for state in BAR_ORDER],
        "segments": filing_segments(filing) if filing["roster"] else (),
        "expected": filing["roster"] - filing["exempt"],
        "share": share,
        "short_names": short_names(host, [unit["unit"] for unit in filing["units"]]),
        "sees_units": not context.actor().roles.isdisjoint(RIGHTS[Right.READ_PROVISIONAL]),
        "units": units,
        "units_left_out": sum(filing[state] for state in listing.states) - len(units) if units else 0,
        "has_details": 0 < len(filing["units"]) <= _MOST_IN_DETAILS,
        "may_enter": not context.actor().roles.isdisjoint(RIGHTS[Right.FILE_ON_BEHALF]),
        "unit_names": {unit["unit"]: unit["name"] for unit in filing["units"]},
        "may_accept": not context.actor().roles.isdisjoint(RIGHTS[Right.ACCEPT_REPORT]),
        "opens_units": not context.actor().roles.isdisjoint(RIGHTS[Right.READ_REPORT]),
        "drawings": {target["code"]: draw_target(target) for target in document["targets"]},
        "projections": {target["code"]: draw_projection(target) for target in document["targets"]},
        "verdict_tones": VERDICT_TONES,
        "outlook_tones": OUTLOOK_TONES,
        "known": [indicator for indicator in indicators if _has_data(indicator)],
        "unknown": [indicator for indicator in indicators if not _has_data(indicator)],
        "duty_labels": _DUTY_LABELS,
        "link": lambda **changes: url_for("status.show", **_query(campaign, chosen, changes)),
        "opened": inputs_links(campaign, document["period"]),
        "fragment_url": url_for("status.fragment", **_query(campaign, chosen, {})),
    }


def _query(campaign: str, chosen: Mapping[str, str], changes: Mapping[str, str]) -> dict[str, Any]:
    defaults = {"filing": "", "sort": "urgency"}
    kept = {key: value for key, value in {**chosen, **changes}.items() if value != defaults.get(key)}
    return {"campaign": campaign, **kept}


def _has_data(indicator: Mapping[str, Any]) -> bool:
    figures = [indicator.get("official"), indicator.get("provisional"), *indicator["cumulative"].values()]
    counted = [entry.get(name) for entry in indicator["by_value"].values() for name in ("official", "provisional")]
    return any(figure is not None for figure in figures) or any(counted)
