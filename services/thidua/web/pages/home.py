"""The first page, by what a person does, and the list of campaigns."""

from __future__ import annotations

from flask import Blueprint
from flask import Response
from flask import redirect
from flask import render_template
from flask import url_for
from werkzeug.wrappers import Response as AnyResponse

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import allows
from thidua.application.review.reading import CampaignSeen
from thidua.application.review.reading import PeriodSeen
from thidua.application.review.reading import campaigns_seen
from thidua.domain.reports import PeriodState
from thidua.web import context

__all__ = ["current_period", "page"]

page = Blueprint("home", __name__)


@page.get("/")
def first() -> AnyResponse:
    """Send a reporter to what is due, the Office and leaders to the status, others to the overview."""
    person = context.actor()
    if allows(person, Right.READ_STATUS):
        return campaigns()
    if allows(person, Right.FILE_REPORT):
        return redirect(url_for("due.show"), 303)
    return _overview()


@page.get("/campaigns")
def campaigns() -> AnyResponse:
    """Open the one campaign's newest period, or list the campaigns where there are several."""
    seen = campaigns_seen(context.host(), context.actor())
    if len(seen) == 1 and seen[0].periods and allows(context.actor(), Right.READ_STATUS):
        period = current_period(seen[0])
        return redirect(url_for("status.show", campaign=seen[0].code, period=period.code), 303)
    return _overview()


def current_period(campaign: CampaignSeen) -> PeriodSeen:
    """Return the last open period, the last one if none is open."""
    still_open = [period for period in campaign.periods if period.state is PeriodState.OPEN]
    return (still_open or list(campaign.periods))[-1]


def _overview() -> Response:
    person = context.actor()
    page_text = render_template(
        "pages/overview.html",
        campaigns=campaigns_seen(context.host(), person) if person.roles else (),
        reads_status=allows(person, Right.READ_STATUS),
    )
    return Response(page_text)
