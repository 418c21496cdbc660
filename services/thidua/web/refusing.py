"""A page shown again with what was wrong, and the status that says so to programs."""

from __future__ import annotations

from flask import Response

from thidua.domain.errors import BusyError
from thidua.domain.errors import NotSignedInError
from thidua.domain.errors import TooManyTriesError

__all__ = ["shown_again"]

_BUSY_FOR_S = 30


def shown_again(refusal: NotSignedInError | TooManyTriesError | BusyError, page: str) -> Response:
    """Answer with a page that asks once more, and when to come again."""
    if isinstance(refusal, TooManyTriesError):
        return Response(page, 429, {"Retry-After": str(refusal.retry_after_s)})
    if isinstance(refusal, BusyError):
        return Response(page, 503, {"Retry-After": str(_BUSY_FOR_S)})
    return Response(page, 401)
