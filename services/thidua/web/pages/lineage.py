"""What became of the units: every succession drawn and told, and one unit's names and steps."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint
from flask import render_template

from thidua.application.periods.lineages import LineageSeen
from thidua.application.periods.lineages import read_lineage
from thidua.application.periods.lineages import unit_history
from thidua.domain.successions import KIND_LABELS
from thidua.domain.successions import Succession
from thidua.web import context
from thidua.web.succession_drawing import draw_succession
from thidua.web.unit_names import short_names

__all__ = ["page"]

page = Blueprint("lineage", __name__, url_prefix="/units")


@page.get("/lineage")
def show() -> str:
    """Show all successions, latest first."""
    seen = read_lineage(context.host(), context.actor())
    names = {step.code: _names(seen, step) for step in seen.successions}
    return render_template(
        "pages/lineage.html",
        successions=seen.successions,
        names=names,
        drawings={step.code: draw_succession(step, names[step.code]) for step in seen.successions},
        shared={step.code: _shared(step) for step in seen.successions},
        kinds=KIND_LABELS,
        today=context.host().clock.now().astimezone(context.host().zone).date(),
    )


@page.get("/<unit>/history")
def history(unit: str) -> str:
    """Show what one unit was called, from whom it came and into whom it went."""
    host = context.host()
    seen = unit_history(host, context.actor(), unit)
    named = {code for step in seen.steps for code in (*step.came_from, *step.went_to)}
    return render_template(
        "pages/unit_history.html",
        seen=seen,
        named=seen.unit.version_nearest(host.clock.now().astimezone(host.zone).date()),
        names=short_names(host, named),
        kinds=KIND_LABELS,
    )


def _names(seen: LineageSeen, step: Succession) -> dict[str, tuple[str, str]]:
    """Return by unit code the names on the eve and on the day."""
    eve = step.effective_on - timedelta(days=1)
    return {
        code: (
            seen.units[code].version_nearest(eve).short_name,
            seen.units[code].version_nearest(step.effective_on).short_name,
        )
        for code in (*step.predecessors, *step.successors)
    }


def _shared(step: Succession) -> frozenset[str]:
    """Return the successors that have several predecessors."""
    led_to = [link.successor for link in step.links]
    return frozenset(code for code in led_to if led_to.count(code) > 1)
