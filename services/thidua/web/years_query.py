"""Which comparison of two years an address asks for, the same for pages and the API."""

from __future__ import annotations

from collections.abc import Mapping

from thidua.application.status.figures import Reading
from thidua.application.status.figures import Span
from thidua.application.status.two_years import TwoYears
from thidua.application.status.two_years import compare_years
from thidua.web import context
from thidua.web.inputs_query import one_of

__all__ = ["asked_years"]


def asked_years(campaign: str, query: Mapping[str, str]) -> TwoYears:
    """Compare what a query asks for.

    Raises:
        MalformedRequestError: a word is not known.
        ThiduaError: as the use case says.
    """
    return compare_years(
        context.host(),
        context.actor(),
        campaign,
        query.get("period") or None,
        earlier_code=query.get("with") or None,
        reading=one_of(Reading, query, "reading", Reading.OFFICIAL),
        span=one_of(Span, query, "span", Span.PERIOD),
    )
