"""How the API reads and writes: strict JSON in, JSON and problem documents out."""

from __future__ import annotations

import json
from collections.abc import Mapping

from flask import Response
from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from thidua.domain.errors import ConfirmationNeededError
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import MalformedRequestError
from thidua.domain.errors import RuleBrokenError
from thidua.forms.strict_json import loads
from thidua.web import context
from thidua.web.errors import status_of
from thidua_sdk import Finding

__all__ = ["answer", "findings_json", "invalid_payload", "only_query", "read_json"]

_JSON = "application/json"

#: What a refusal of a report is called for programs, where it is not that the report is wrong.
_PROBLEMS: Mapping[type[InvalidPayloadError], str] = {
    ConfirmationNeededError: "confirmation-needed",
    RuleBrokenError: "rule-broken",
}
#: A rule that failed is mended by people.
_LATER_S = "3600"

_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def read_json() -> object:
    """Read the whole request body as strict JSON, before any transaction opens.

    Raises:
        UnsupportedMediaType: the body is declared as something else.
        MalformedRequestError: it is not sound JSON.
        RequestEntityTooLarge: it is longer than the application takes.
    """
    if request.mimetype != _JSON:
        raise UnsupportedMediaType("Nội dung phải là application/json.")
    return loads(request.get_data(cache=False))


def answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Write a JSON answer."""
    return Response(_COMPACT.encode(value), status, dict(headers or {}), content_type=_JSON)


def findings_json(findings: tuple[Finding, ...]) -> list[dict[str, object]]:
    """Write findings as the ``errors`` of a problem document, one entry per finding."""
    return [
        {
            "pointer": finding.cells[0],
            "code": finding.code,
            "level": finding.level.value,
            "detail": finding.message,
            "cells": list(finding.cells),
            "source": finding.source,
        }
        for finding in findings
    ]


def invalid_payload(error: InvalidPayloadError) -> Response:
    """Write what is wrong with a report, all at once; warnings alone have a type of their own."""
    status, title = status_of(error)
    kind = next((name for kind, name in _PROBLEMS.items() if isinstance(error, kind)), "invalid-report")
    problem = {
        "type": f"urn:thidua:problem:{kind}",
        "title": title,
        "status": status,
        "detail": error.message,
        "instance": context.request_id(),
        "errors": findings_json(error.findings),
    }
    response = answer(problem, status, {"Retry-After": _LATER_S} if isinstance(error, RuleBrokenError) else None)
    response.content_type = "application/problem+json"
    return response


def only_query(*names: str) -> dict[str, str]:
    """Return the query's parameters, none but these; that none comes twice is seen to before.

    Raises:
        MalformedRequestError: a parameter is unknown.
    """
    for name in request.args:
        if name not in names:
            raise MalformedRequestError(f"Không có tham số {name!r}.", subject=name)
    return request.args.to_dict()
