"""Read the status of a campaign."""

from __future__ import annotations

from flask import Response
from flask import request

from thidua.application.status.past_statuses import past_status
from thidua.application.status.statuses import read_status
from thidua.application.status.statuses import status_etag
from thidua.web import context
from thidua.web.api.answers import answer
from thidua.web.api.answers import only_query
from thidua.web.past_query import asked_moment

__all__ = ["status"]


def status(campaign: str) -> Response:
    """Answer the status document of a period, or 304 if the asker has it already; ``at`` asks for a past one."""
    query = only_query("period", "at")
    period = query.get("period")
    if "at" in query:
        past = past_status(context.host(), context.actor(), campaign, period, at=asked_moment(query["at"]))
        return _tagged(answer(past.document), past.etag)
    if request.if_none_match:
        etag = status_etag(context.host(), context.actor(), campaign, period)
        if request.if_none_match.contains_weak(etag):
            return _tagged(Response(status=304), etag)
    view = read_status(context.host(), context.actor(), campaign, period)
    return _tagged(answer(view.document), view.etag)


def _tagged(response: Response, etag: str) -> Response:
    response.set_etag(etag)
    return response
