"""The campaign's status: the whole page, its main part for the page's own script, and the page as of a past moment.

The script asks for the main part again and again; as long as nothing changed it costs one small
read and no body. What is past does not change, so that page asks for nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint
from flask import Response
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from werkzeug.wrappers import Response as AnyResponse

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require
from thidua.application.review.reading import CampaignSeen
from thidua.application.review.reading import campaigns_seen
from thidua.application.status.past_statuses import past_status
from thidua.application.status.statuses import read_status
from thidua.application.status.statuses import status_etag
from thidua.domain.errors import MalformedRequestError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import ThiduaError
from thidua.domain.errors import TooLargeError
from thidua.web import context
from thidua.web.errors import status_of
from thidua.web.past_query import asked_moment
from thidua.web.past_query import typed_moment
from thidua.web.status_view import Chosen
from thidua.web.status_view import chosen
from thidua.web.status_view import view_of

__all__ = ["page"]

page = Blueprint("status", __name__, url_prefix="/campaigns/<campaign>")


@page.get("/status")
def show(campaign: str) -> AnyResponse:
    """Show the whole page, or, with a moment in the query, the page as of that moment."""
    if request.args.keys() & {"at", "day", "hour"}:
        return _past(campaign)
    return Response(render_template("pages/status.html", seen=_seen(campaign), **_view(campaign)))


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
    asked = chosen()
    status = read_status(
        context.host(),
        context.actor(),
        campaign,
        asked.period,
        most_in_details=asked.most_in_details,
        listing=asked.listing,
    )
    return view_of(campaign, status, asked)


def _past(campaign: str) -> AnyResponse:
    """Show the page as of a moment; what cannot be shown is said over the form, with what was typed."""
    require(context.actor(), Right.READ_STATUS)
    seen, asked = _seen(campaign), chosen()
    try:
        if "at" not in request.args:
            at = typed_moment(request.args.get("day", ""), request.args.get("hour", ""))
            return redirect(url_for("status.show", campaign=campaign, period=asked.period, at=at.isoformat()), 303)
        at = asked_moment(request.args["at"])
        status = past_status(
            context.host(),
            context.actor(),
            campaign,
            asked.period,
            at=at,
            most_in_details=asked.most_in_details,
            listing=asked.listing,
        )
    except (MalformedRequestError, NotFoundError, TooLargeError) as refusal:
        return _not_shown(campaign, seen, asked, refusal)
    return Response(render_template("pages/past_status.html", seen=seen, **view_of(campaign, status, asked, at=at)))


def _not_shown(campaign: str, seen: CampaignSeen, asked: Chosen, refusal: ThiduaError) -> Response:
    code, title = status_of(refusal)
    local = _known_moment().astimezone(context.host().zone)
    text = render_template(
        "pages/past_refused.html",
        campaign=campaign,
        seen=seen,
        title=title,
        message=refusal.message,
        period=asked.period or "",
        typed={
            "day": request.args.get("day", f"{local.day}/{local.month}/{local.year}"),
            "hour": request.args.get("hour", f"{local:%H:%M}"),
        },
        now_url=url_for("status.show", campaign=campaign, period=asked.period),
    )
    return Response(text, code)


def _known_moment() -> datetime:
    try:
        return asked_moment(request.args.get("at", ""))
    except MalformedRequestError:
        return context.host().clock.now()


def _seen(campaign: str) -> CampaignSeen:
    seen = next((each for each in campaigns_seen(context.host(), context.actor()) if each.code == campaign), None)
    if seen is None:
        raise NotFoundError("Không tìm thấy đợt thi đua này.", subject=campaign)
    return seen
