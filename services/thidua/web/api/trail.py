"""The audit trail over the API."""

from __future__ import annotations

from flask import Response

from thidua.application.trail.reading_trail import list_trail
from thidua.domain.errors import MalformedRequestError
from thidua.web import context
from thidua.web.api.answers import answer
from thidua.web.api.answers import only_query
from thidua.web.trail_query import FILTERS
from thidua.web.trail_query import cursor
from thidua.web.trail_query import entry_json
from thidua.web.trail_query import report_number
from thidua.web.trail_query import sought

__all__ = ["trail"]

_MOST = 500


def trail() -> Response:
    """Answer a page of entries, newest first; the request is itself in the trail, as data carried out."""
    query = only_query(*FILTERS, "cursor", "limit")
    limit = report_number(query.get("limit", ""), "limit")
    limit = 50 if limit is None else limit
    if not 1 <= limit <= _MOST:
        raise MalformedRequestError(f"Tham số 'limit' phải là số từ 1 đến {_MOST}.", subject="limit")
    found = list_trail(
        context.host(),
        context.actor(),
        sought(query),
        before_id=cursor(query.get("cursor", "")),
        limit=limit,
        exports=True,
    )
    return answer(
        {
            "entries": [entry_json(row) for row in found.rows],
            "next": None if found.next_before is None else str(found.next_before),
        }
    )
