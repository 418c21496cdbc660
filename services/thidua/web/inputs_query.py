"""Which figure an address asks to open, the same for pages and the API; and such addresses written."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar
from urllib.parse import quote
from urllib.parse import urlencode

from thidua.application.status.duty_inputs import DutyInputs
from thidua.application.status.duty_inputs import duty_inputs
from thidua.application.status.figures import Asked
from thidua.application.status.figures import Reading
from thidua.application.status.figures import Span
from thidua.application.status.filing_inputs import FilingInputs
from thidua.application.status.filing_inputs import filing_inputs
from thidua.application.status.inputs import FigureInputs
from thidua.application.status.inputs import figure_inputs
from thidua.application.status.opened_status import Page
from thidua.application.status.target_inputs import TargetInputs
from thidua.application.status.target_inputs import target_inputs
from thidua.domain.errors import MalformedRequestError
from thidua.web import context
from thidua_sdk import DutyState

__all__ = ["NAMES", "Opened", "inputs_links", "one_of", "open_inputs"]

Opened = FigureInputs | FilingInputs | DutyInputs | TargetInputs

#: What may be asked, paging aside: by the first four the figure is named, by the others narrowed.
NAMES = (
    "indicator",
    "register",
    "duty",
    "target",
    "filing",
    "period",
    "reading",
    "span",
    "topic",
    "value",
    "column",
    "unit_type",
    "unit",
    "state",
)
_KINDS = ("indicator", "register", "duty", "target", "filing")

E = TypeVar("E", bound=StrEnum)


def open_inputs(campaign: str, query: Mapping[str, str], page: Page) -> Opened:
    """Open the figure that a query names.

    Raises:
        MalformedRequestError: it names none or several, or a word that is not known.
        ThiduaError: as the use cases say.
    """
    host, actor, period = context.host(), context.actor(), query.get("period") or None
    named = [kind for kind in _KINDS if query.get(kind)]
    if len(named) != 1:
        raise MalformedRequestError(
            "Cần đúng một trong các tham số indicator, register, duty, target, filing.", subject="indicator"
        )
    match named[0]:
        case "filing":
            return filing_inputs(host, actor, campaign, period, query["filing"], page)
        case "target":
            return target_inputs(host, actor, campaign, period, query["target"])
        case "duty":
            state = one_of(DutyState, query, "state") if query.get("state") else None
            return duty_inputs(
                host, actor, campaign, period, query["duty"], page, state=state, unit=query.get("unit", "")
            )
    # A register is kept over all periods, and begins with what was filed.
    is_register = named[0] == "register"
    asked = Asked(
        key=query.get("indicator", ""),
        register=query.get("register", ""),
        column=query.get("column", ""),
        topic=query.get("topic", ""),
        value=query.get("value", ""),
        unit_type=query.get("unit_type", ""),
        unit=query.get("unit", ""),
        reading=one_of(Reading, query, "reading", Reading.PROVISIONAL if is_register else Reading.OFFICIAL),
        span=one_of(Span, query, "span", Span.CUMULATIVE if is_register else Span.PERIOD),
    )
    return figure_inputs(host, actor, campaign, period, asked, page)


def inputs_links(campaign: str, period: str) -> Callable[..., str]:
    """Return what writes the address of a figure's inputs; empty words are left out.

    There are thousands of figures on a page, so an address is put together and not looked up.
    """
    start = f"/campaigns/{quote(campaign)}/status/inputs?period={quote(period)}"

    def link(**asked: str) -> str:
        return f"{start}&{urlencode({name: value for name, value in asked.items() if value})}"

    return link


def one_of(words: type[E], query: Mapping[str, str], name: str, default: E | None = None) -> E:
    """Read a parameter that is one of some words.

    Raises:
        MalformedRequestError: it is none of them.
    """
    text = query.get(name, "")
    if not text and default is not None:
        return default
    try:
        return words(text)
    except ValueError:
        known = ", ".join(words)
        raise MalformedRequestError(f"Tham số {name!r} phải là một trong: {known}.", subject=name) from None
