"""What the status page shows of a status, be it of now or of a moment that is past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from typing import Any

from flask import request
from flask import url_for

from thidua.application.access.permissions import SMALLEST_SHOWN
from thidua.application.access.permissions import Right
from thidua.application.access.permissions import allows
from thidua.application.access.permissions import reads_whole_statuses
from thidua.application.ports.derived_ports import FilingOrder
from thidua.application.reports.receipts import said_moment
from thidua.application.status.statuses import Listing
from thidua.application.status.statuses import StatusView
from thidua.application.years.seen import campaign_as_read
from thidua.domain.filing import FILING_LABELS
from thidua.domain.filing import FilingState
from thidua.domain.two_years import earlier_words
from thidua.web import context
from thidua.web.charts import BAR_ORDER
from thidua.web.charts import OUTLOOK_TONES
from thidua.web.charts import VERDICT_TONES
from thidua.web.charts import draw_projection
from thidua.web.charts import draw_target
from thidua.web.charts import filing_segments
from thidua.web.charts import share
from thidua.web.inputs_query import inputs_links

__all__ = ["Chosen", "chosen", "view_of"]

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
_DEFAULTS = {"filing": "", "sort": FilingOrder.URGENCY.value, "at": ""}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for: the period (None: the newest), a filing state, an order."""

    period: str | None
    filing: str
    sort: str

    @property
    def most_in_details(self) -> int:
        """Rosters of more units come without what is told unit by unit."""
        return _MOST_IN_DETAILS

    @property
    def listing(self) -> Listing:
        """The units to list."""
        states = [FilingState(self.filing)] if self.filing else tuple(FilingState)
        return Listing(states=states, order=FilingOrder(self.sort), at_most=_MOST_IN_TABLE)


def chosen() -> Chosen:
    """Read what the address asks for; words that are not known are left out."""
    wanted, sort = request.args.get("filing", ""), request.args.get("sort", "")
    return Chosen(
        request.args.get("period") or None,
        wanted if wanted in set(FilingState) else "",
        sort if sort in _SORTS else FilingOrder.URGENCY.value,
    )


def view_of(campaign: str, status: StatusView, asked: Chosen, *, at: datetime | None = None) -> dict[str, Any]:
    """Return what the templates show.

    Args:
        campaign: the campaign's code.
        status: as the person may see it.
        asked: what was chosen.
        at: the moment as of which it is, None for now. Of a past status nothing can be done, and its
            figures do not open: what opens is of now.
    """
    host, reader = context.host(), context.actor()
    is_past = at is not None
    document: Mapping[str, Any] = status.document
    filing = document["filing"]
    kept = {
        "period": document["period"],
        "filing": asked.filing,
        "sort": asked.sort,
        "at": at.isoformat() if at else "",
    }
    units = status.listed
    indicators = document["indicators"]
    return {
        "campaign": campaign,
        "status": document,
        "etag": status.etag,
        "pinned": status.pinned,
        "chosen": kept,
        "sorts": _SORTS,
        "states": [(state.value, FILING_LABELS[state]) for state in BAR_ORDER],
        "segments": filing_segments(filing) if filing["roster"] else (),
        "expected": filing["roster"] - filing["exempt"],
        "share": share,
        "sees_units": reads_whole_statuses(reader),
        "units": units,
        "units_left_out": sum(filing[state] for state in asked.listing.states) - len(units) if units else 0,
        "has_details": 0 < len(filing["units"]) <= _MOST_IN_DETAILS,
        "may_enter": not is_past and not status.pinned and allows(reader, Right.FILE_ON_BEHALF),
        "unit_names": {unit["unit"]: unit["name"] for unit in filing["units"]},
        "may_accept": not is_past and not status.pinned and allows(reader, Right.ACCEPT_REPORT),
        "opens_units": not is_past and allows(reader, Right.READ_REPORT),
        "drawings": {target["code"]: draw_target(target) for target in document["targets"]},
        "projections": {target["code"]: draw_projection(target) for target in document["targets"]},
        "verdict_tones": VERDICT_TONES,
        "outlook_tones": OUTLOOK_TONES,
        "known": [indicator for indicator in indicators if _has_data(indicator)],
        "unknown": [indicator for indicator in indicators if not _has_data(indicator)],
        "duty_labels": _DUTY_LABELS,
        "link": lambda **changes: url_for("status.show", **_query(campaign, kept, changes)),
        "opened": _opens_nothing if is_past else inputs_links(campaign, document["period"]),
        "fragment_url": "" if is_past else url_for("status.fragment", **_query(campaign, kept, {})),
        "years_url": "" if is_past else _years_url(campaign, document["period"]),
        "years_words": _years_words(campaign),
        "is_past": is_past,
        "smallest_shown": SMALLEST_SHOWN,
        "as_of": said_moment(host, at) if at else "",
        "now_url": url_for("status.show", **_query(campaign, kept, {"at": ""})),
        "typed": _typed(at),
    }


def _years_url(campaign: str, period: str) -> str:
    """Return where the period stands beside the year before's, empty where the campaign compares with none."""
    plan = campaign_as_read(context.host(), campaign)
    compares = plan is not None and plan.compares_with is not None
    return url_for("two_years.show", campaign=campaign, period=period) if compares else ""


def _years_words(campaign: str) -> str:
    """Return what the campaign that this one is compared with is called by its year."""
    plans = context.host().catalogue.campaigns
    plan = plans.get(campaign)
    earlier = plans.get(plan.compares_with.campaign) if plan and plan.compares_with else None
    return earlier_words(plan.year, earlier.year) if plan and earlier else "năm trước"


def _opens_nothing(**_asked: str) -> str:
    return ""


def _typed(at: datetime | None) -> dict[str, str]:
    """Fill the form that asks for a moment: with the one shown, else with the last full hour."""
    local = (at or context.host().clock.now()).astimezone(context.host().zone)
    if at is None:
        local -= timedelta(minutes=local.minute)
    return {"day": f"{local.day}/{local.month}/{local.year}", "hour": f"{local:%H:%M}"}


def _query(campaign: str, kept: Mapping[str, str], changes: Mapping[str, str]) -> dict[str, Any]:
    wanted = {key: value for key, value in {**kept, **changes}.items() if value != _DEFAULTS.get(key)}
    return {"campaign": campaign, **wanted}


def _has_data(indicator: Mapping[str, Any]) -> bool:
    figures = [indicator.get("official"), indicator.get("provisional"), *indicator["cumulative"].values()]
    if indicator.get("small_hidden"):
        return True
    counted = [entry.get(name) for entry in indicator["by_value"].values() for name in ("official", "provisional")]
    return any(figure is not None for figure in figures) or any(counted)
