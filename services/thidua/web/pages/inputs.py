"""Where a figure comes from, as a page; and why a unit's report is not counted yet."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint
from flask import render_template
from flask import request
from flask import url_for

from thidua.application.access.permissions import SMALLEST_SHOWN
from thidua.application.access.permissions import Right
from thidua.application.access.permissions import allows
from thidua.application.status.counted import Counted
from thidua.application.status.counted import counted_report
from thidua.application.status.counted import counted_unit
from thidua.application.status.duty_inputs import DUTY_LABELS
from thidua.application.status.duty_inputs import DutyInputs
from thidua.application.status.figures import Reading
from thidua.application.status.figures import Span
from thidua.application.status.filing_inputs import FilingInputs
from thidua.application.status.inputs import FigureInputs
from thidua.application.status.opened_status import Page
from thidua.application.status.target_inputs import TargetInputs
from thidua.application.years.seen import campaign_as_read
from thidua.domain.errors import MalformedRequestError
from thidua.web import context
from thidua.web.charts import VERDICT_TONES
from thidua.web.charts import share
from thidua.web.charts import width_of
from thidua.web.inputs_query import NAMES
from thidua.web.inputs_query import Opened
from thidua.web.inputs_query import inputs_links
from thidua.web.inputs_query import open_inputs

__all__ = ["page"]

page = Blueprint("inputs", __name__)

_PAGE_SIZE = 100

_READINGS = {Reading.OFFICIAL: "Chính thức", Reading.PROVISIONAL: "Tạm tính"}
_SPANS = {Span.PERIOD: "Kỳ này", Span.CUMULATIVE: "Lũy kế"}


@page.get("/campaigns/<campaign>/status/inputs")
def show(campaign: str) -> str:
    """Show a figure with its units, a page at a time."""
    number = _page_number()
    asked = {name: request.args[name] for name in NAMES if request.args.get(name)}
    found = open_inputs(campaign, asked, Page(offset=(number - 1) * _PAGE_SIZE, limit=_PAGE_SIZE))
    period = found.status.period.code
    link = inputs_links(campaign, period)
    asked.pop("period", None)

    def narrowed(**changes: str) -> str:
        return link(**{**asked, **changes})

    last = max(1, -(-_longest(found) // _PAGE_SIZE))
    return render_template(
        f"inputs/{_kind(found)}.html",
        found=found,
        status=found.status,
        campaign=campaign,
        back=url_for("status.show", campaign=campaign, period=period),
        link=link,
        narrowed=narrowed,
        asked=asked,
        pages={
            "number": number,
            "last": last,
            "before": narrowed(page=str(number - 1)) if number > 1 else "",
            "after": narrowed(page=str(number + 1)) if number < last else "",
        },
        tabs=_tabs(found, narrowed) if isinstance(found, FigureInputs) else (),
        share=share,
        width_of=width_of,
        verdict_tones=VERDICT_TONES,
        duty_labels=DUTY_LABELS,
        smallest_shown=SMALLEST_SHOWN,
    )


@page.get("/reports/<int:report_id>/counted")
def report_is_counted(report_id: int) -> str:
    """Say whether a report is counted, and if not, why."""
    return _counted(counted_report(context.host(), context.actor(), report_id))


@page.get("/campaigns/<campaign>/periods/<period>/units/<unit>/counted")
def unit_is_counted(campaign: str, period: str, unit: str) -> str:
    """Say whether what a unit owes is counted, and if not, why."""
    return _counted(counted_unit(context.host(), context.actor(), campaign, period, unit))


def _counted(counted: Counted) -> str:
    campaign = campaign_as_read(context.host(), counted.campaign_code)
    periods = {period.code: period.name for period in campaign.periods} if campaign else {}
    return render_template(
        "pages/counted.html",
        counted=counted,
        campaign_title=campaign.title if campaign else counted.campaign_code,
        period_name=periods.get(counted.period_code, counted.period_code),
        may_read_status=allows(context.actor(), Right.READ_STATUS),
    )


def _kind(found: Opened) -> str:
    match found:
        case FilingInputs():
            return "filing"
        case DutyInputs():
            return "duty"
        case TargetInputs():
            return "target"
        case FigureInputs():
            return "figure"


def _longest(found: Opened) -> int:
    """Return how many entries the longest list has over all pages."""
    if not found.status.sees_units:
        return 0
    match found:
        case FilingInputs():
            return found.count
        case DutyInputs():
            return found.unit_count
        case TargetInputs():
            return 0
        case FigureInputs():
            return max(found.part_count, found.missing_count)


def _tabs(found: FigureInputs, narrowed: Callable[..., str]) -> list[dict[str, object]]:
    """List the readings of the figure that this reader may switch between."""
    if found.asked.register:
        return []
    return [
        {
            "label": f"{span_label} – {reading_label.lower()}",
            "url": narrowed(reading=reading.value, span=span.value, page=""),
            "is_here": (reading, span) == (found.asked.reading, found.asked.span),
        }
        for span, span_label in _SPANS.items()
        for reading, reading_label in _READINGS.items()
        if found.status.sees_units or reading is Reading.OFFICIAL
    ]


def _page_number() -> int:
    text = request.args.get("page", "") or "1"
    if not (text.isascii() and text.isdecimal() and len(text) < 7 and int(text) > 0):  # noqa: PLR2004  more units than people
        raise MalformedRequestError("Địa chỉ trang không đúng.", subject="page")
    return int(text)
