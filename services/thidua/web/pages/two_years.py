"""A period beside the same period of the year before, as a page."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence

from flask import Blueprint
from flask import render_template
from flask import request
from flask import url_for

from thidua.application.access.permissions import SMALLEST_SHOWN
from thidua.application.status.figures import Reading
from thidua.application.status.figures import Span
from thidua.application.status.two_years import TwoYears
from thidua.application.status.unit_readings import UnitReading
from thidua.application.status.year_rows import YearRow
from thidua.web.charts import draw_years
from thidua.web.inputs_query import inputs_links
from thidua.web.years_query import asked_years
from thidua_sdk import Continuity

__all__ = ["page"]

page = Blueprint("two_years", __name__)

_LABELS = {
    Continuity.SAME: "",
    Continuity.RENAMED: "Đổi tên",
    Continuity.SPLIT: "Tách",
    Continuity.MERGED: "Gộp",
    Continuity.NEW: "Mới",
    Continuity.DROPPED: "Không hỏi nữa",
}
_READINGS = {Reading.OFFICIAL: "chính thức", Reading.PROVISIONAL: "tạm tính"}
_SPANS = {Span.PERIOD: "Kỳ này", Span.CUMULATIVE: "Lũy kế"}


@page.get("/campaigns/<campaign>/two-years")
def show(campaign: str) -> str:
    """Show what compares with its change, and what does not with the reason."""
    found = asked_years(campaign, request.args)
    earlier, earlier_period = found.earlier, found.earlier_period
    compared = [row for row in found.rows if not row.refusal]
    return render_template(
        "pages/two_years.html",
        found=found,
        campaign=campaign,
        back=url_for("status.show", campaign=campaign, period=found.period.code),
        earlier_url=url_for("status.show", campaign=earlier.code, period=earlier_period.code)
        if earlier and earlier_period
        else "",
        compared=compared,
        refused=_by_reason(row for row in found.rows if row.refusal),
        refused_count=len(found.rows) - len(compared),
        drawings=[
            draw_years(row.value, row.before) for row in compared if row.value is not None and row.before is not None
        ],
        labels=_LABELS,
        opened=_opened(found, found.campaign.code, found.period.code),
        opened_before=_opened(found, earlier.code, earlier_period.code) if earlier and earlier_period else None,
        by_unit=_by_unit(found),
        tabs=_tabs(campaign, found),
        smallest_shown=SMALLEST_SHOWN,
    )


def _by_reason(rows: Iterable[YearRow]) -> list[tuple[str, list[YearRow]]]:
    """Say each reason once, over all that it holds for."""
    found: dict[str, list[YearRow]] = {}
    for row in rows:
        found.setdefault(row.refusal, []).append(row)
    return list(found.items())


def _opened(found: TwoYears, campaign: str, period: str) -> Callable[[Sequence[str]], list[tuple[str, str]]]:
    """Return what writes the addresses of the figures that a number is made of, each with its code."""
    link = inputs_links(campaign, period)
    asked = {"reading": found.reading.value, "span": found.span.value}
    return lambda keys: [(key.partition(".")[0], link(indicator=key, **asked)) for key in keys]


def _by_unit(found: TwoYears) -> Callable[[str], str] | None:
    """Return what writes the address of a figure of then with the units of now, for those who read single units."""
    earlier, period = found.earlier, found.earlier_period
    if earlier is None or period is None or not found.sees_units:
        return None
    on = found.period.cutoff_on.isoformat() if found.period.cutoff_on else None
    return lambda key: url_for(
        "by_unit.show",
        campaign=earlier.code,
        period=period.code,
        indicator=key,
        units=UnitReading.NOW.value,
        on=on,
    )


def _tabs(campaign: str, found: TwoYears) -> list[dict[str, object]]:
    return [
        {
            "label": f"{span_label} – {reading_label}",
            "url": url_for(
                "two_years.show",
                campaign=campaign,
                period=found.period.code,
                reading=reading.value,
                span=span.value,
            ),
            "is_here": (reading, span) == (found.reading, found.span),
        }
        for span, span_label in _SPANS.items()
        for reading, reading_label in _READINGS.items()
        if found.sees_units or reading is Reading.OFFICIAL
    ]
