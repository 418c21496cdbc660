"""Files beside reports: laid, listed, read, taken away."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response
from flask import request
from flask import url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.exceptions import UnsupportedMediaType

from thidua.application.reports.evidence import add_evidence
from thidua.application.reports.evidence import form_of
from thidua.application.reports.evidence import remove_evidence
from thidua.domain.attachments import LARGEST_FILE
from thidua.domain.attachments import MediaType
from thidua.domain.errors import MalformedRequestError
from thidua.web import context
from thidua.web import evidence
from thidua.web.api.answers import answer
from thidua.web.api.answers import only_query

__all__ = ["BODIES", "add_file", "file", "files", "remove_file", "small"]

#: What a file alone may call itself; what it is, is told by its content.
BODIES = ("application/octet-stream", *(kind.value for kind in MediaType))
_MULTIPART = "multipart/form-data"
_PARTS = frozenset({"cell", "file", "csrf_token"})


def files(campaign: str, period: str, unit: str) -> Response:
    """List the files beside a report, oldest first."""
    only_query()
    host, person, place = context.host(), context.actor(), (campaign, period, unit)
    form = form_of(host, person, campaign_code=campaign, period_code=period, unit_code=unit)
    return answer({"files": [_json(each) for each in evidence.listing_of(host, place, form).files]})


def add_file(campaign: str, period: str, unit: str) -> Response:
    """Lay a file beside a cell; the same file at the same cell is laid once, and answered the same again."""
    host, person = context.host(), context.actor()
    form = form_of(host, person, campaign_code=campaign, period_code=period, unit_code=unit)
    pointer, name, content = _sent()
    laid = add_evidence(
        host,
        person,
        campaign_code=campaign,
        period_code=period,
        unit_code=unit,
        pointer=pointer,
        file_name=name,
        content=content,
    )
    shown = evidence.shown_file(host, laid, form)
    return answer(_json(shown), 201, {"Location": url_for("api.evidence", evidence_id=shown.id)})


def file(evidence_id: int) -> Response:
    """Hand out a file as it is kept."""
    only_query()
    return evidence.handed_out(evidence_id)


def small(evidence_id: int) -> Response:
    """Hand out a small JPEG of a picture."""
    only_query()
    return evidence.thumbnail(evidence_id)


def remove_file(evidence_id: int) -> Response:
    """Take a file away from a report that may still be changed."""
    only_query()
    remove_evidence(context.host(), context.actor(), evidence_id)
    return Response(status=204)


def _sent() -> tuple[str, str, bytes]:
    """Read cell, name and content: from the parts of a form, or from the query and the bare body.

    Raises:
        UnsupportedMediaType: the body says that it is something else.
        MalformedRequestError: not exactly one file, or something beside it.
        RequestEntityTooLarge: it is longer than a file may be.
    """
    if request.mimetype == _MULTIPART:
        only_query()
        sent, chosen = request.form, list(request.files.items(multi=True))
        if len(chosen) != 1 or chosen[0][0] != "file" or not sent.keys() <= _PARTS:
            raise MalformedRequestError("Gửi đúng một tệp ở phần “file”, và tên ô ở phần “cell”.", subject="file")
        return sent.get("cell", ""), chosen[0][1].filename or "", chosen[0][1].read()
    if request.mimetype not in BODIES:
        raise UnsupportedMediaType
    query: Mapping[str, str] = only_query("cell", "file_name")
    content = request.get_data(cache=False)
    if len(content) > LARGEST_FILE:
        # A body of undeclared length ends at the request's limit, one byte past what a file may have.
        raise RequestEntityTooLarge
    return query.get("cell", ""), query.get("file_name", ""), content


def _json(file: evidence.ShownFile) -> dict[str, object]:
    return {
        **evidence.file_json(file),
        "url": url_for("api.evidence", evidence_id=file.id),
        "thumbnail": url_for("api.evidence_small", evidence_id=file.id) if file.thumbnail else None,
    }
