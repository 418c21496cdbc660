"""What the person's units owe: the nearest deadline first, with hour and what is left to do."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint
from flask import render_template

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import allows
from thidua.application.reports.on_behalf import entered_on_behalf
from thidua.application.reports.owing import Owed
from thidua.application.reports.owing import owed
from thidua.application.reports.signing_off import heads_unit
from thidua.domain.filing import FilingState
from thidua.web import context

__all__ = ["by_urgency", "page"]

page = Blueprint("due", __name__)

_URGENCY = {
    FilingState.OVERDUE: 0,
    FilingState.DUE_SOON: 1,
    FilingState.NOT_DUE: 2,
}


@page.get("/reports/due")
def show() -> str:
    """List what is to be filed, then what was filed."""
    host = context.host()
    everything = owed(host, context.actor())
    waiting = by_urgency(each for each in everything if each.filing in _URGENCY)
    filed = [each for each in everything if each.report]
    filed.sort(key=lambda each: each.deadline.last_moment, reverse=True)
    return render_template(
        "pages/due.html",
        waiting=[each for each in waiting if each.period_is_open],
        missed=[each for each in waiting if not each.period_is_open],
        filed=filed,
        now=host.clock.now(),
        on_behalf=entered_on_behalf(host, context.actor(), [each.report for each in filed if each.report]),
        may_enter=allows(context.actor(), Right.FILE_ON_BEHALF),
        headed={code for code in context.actor().unit_codes if heads_unit(context.actor(), code)},
        several_units=len({each.unit_code for each in everything}) > 1,
    )


def by_urgency(reports: Iterable[Owed]) -> list[Owed]:
    """Sort: overdue first, then by deadline, the nearest first."""
    return sorted(reports, key=lambda each: (_URGENCY.get(each.filing, 9), each.deadline.last_moment, each.unit_code))
