"""What a report is alike to: beside the form, beside a filed report, and as pages of their own."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint
from flask import render_template
from flask import request
from flask import url_for

from thidua.application.reports.sheets import open_sheet
from thidua.application.review.likenesses import Likenesses
from thidua.application.review.likenesses import likenesses_of_draft
from thidua.application.review.likenesses import likenesses_of_report
from thidua.forms.compose import ComposedForm
from thidua.forms.readers import read_web
from thidua.web import context
from thidua.web.cells import label_at

__all__ = ["page"]

page = Blueprint("likeness", __name__)

_OF_DRAFT = "/campaigns/<campaign>/periods/<period>/units/<unit>/likeness"
_OF_REPORT = "/reports/<int:report_id>/likeness"


@page.route(_OF_DRAFT, methods=["GET", "POST"])
def draft(campaign: str, period: str, unit: str) -> str:
    """Compare what was posted, else what was filed last, on a page."""
    back = url_for("form.show", campaign=campaign, period=period, unit=unit)
    return _page(_of_draft(campaign, period, unit), back=back, back_label="Về trang điền biểu", asks_to_type=True)


@page.route(f"{_OF_DRAFT}/fragment", methods=["GET", "POST"])
def draft_part(campaign: str, period: str, unit: str) -> str:
    """Compare what was posted, else what was filed last, as a part of the form's page."""
    return _part(_of_draft(campaign, period, unit), asks_to_type=True)


@page.get(_OF_REPORT)
def report(report_id: int) -> str:
    """Compare a filed report, on a page."""
    found = likenesses_of_report(context.host(), context.actor(), report_id)
    back = url_for("report.show", report_id=report_id)
    return _page(found, back=back, back_label="Về báo cáo", asks_to_type=False)


@page.get(f"{_OF_REPORT}/fragment")
def report_part(report_id: int) -> str:
    """Compare a filed report, as a part of its page."""
    return _part(likenesses_of_report(context.host(), context.actor(), report_id), asks_to_type=False)


def _of_draft(campaign: str, period: str, unit: str) -> Likenesses:
    host, actor = context.host(), context.actor()
    payload: dict[str, object] | None = None
    if request.method == "POST":
        sheet = open_sheet(host, actor, campaign_code=campaign, period_code=period, unit_code=unit)
        reading = read_web(sheet.form, request.form.to_dict(flat=False))
        payload = {**reading.rows, "fields": reading.fields, "by_topic": reading.by_topic}
    return likenesses_of_draft(host, actor, campaign_code=campaign, period_code=period, unit_code=unit, payload=payload)


def _page(found: Likenesses, *, back: str, back_label: str, asks_to_type: bool) -> str:
    period = next(each for each in found.campaign.periods if each.code == found.obligation.period_code)
    return render_template(
        "pages/likeness.html",
        found=found,
        label=_labels(found.form),
        asks_to_type=asks_to_type,
        period_name=period.name,
        back=back,
        back_label=back_label,
    )


def _part(found: Likenesses, *, asks_to_type: bool) -> str:
    return render_template("likeness/panel.html", found=found, label=_labels(found.form), asks_to_type=asks_to_type)


def _labels(form: ComposedForm) -> Callable[[str], str]:
    """Return what gives the words people know a cell by, with the topic of a split."""
    rows = {name: list(range(model.most or 0)) for name, model in form.tables.items()}

    def label(pointer: str) -> str:
        known = label_at(form, pointer, rows)
        parts = pointer.split("/")
        topic = form.topic_labels.get(parts[3]) if parts[1] == "by_topic" else None
        return f"{known} – {topic}" if topic else known

    return label
