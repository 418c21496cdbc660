"""Plugins for who operates the installation: which serve, what is wrong with the others, what failed at work."""

from __future__ import annotations

from flask import Blueprint
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from werkzeug.wrappers import Response as AnyResponse

from thidua.application.background.plugins_seen import list_plugins
from thidua.application.reports.broken_rules import release_form
from thidua.domain.plugins import TROUBLE_LABELS
from thidua.domain.plugins import UNITS_THAT_HOLD
from thidua.domain.plugins import PluginGroup
from thidua.web import context

__all__ = ["page"]

page = Blueprint("plugins", __name__, url_prefix="/operator/plugins")

#: More of a year's changes are listed by the command alone.
_MOST_CHANGES = 20
_KINDS = {PluginGroup.UNIT_TYPE: "Loại đơn vị", PluginGroup.CAMPAIGN: "Đợt thi đua"}


@page.get("")
def show() -> str:
    """Show every plugin."""
    seen = list_plugins(context.host(), context.actor())
    return render_template(
        "pages/plugins.html",
        seen=seen,
        kinds=_KINDS,
        troubles=TROUBLE_LABELS,
        units_that_hold=UNITS_THAT_HOLD,
        most_changes=_MOST_CHANGES,
    )


@page.post("/release")
def release() -> AnyResponse:
    """Let a form that was held back take reports again."""
    place = (request.form.get("campaign", ""), request.form.get("form", ""))
    release_form(context.host(), context.actor(), *place)
    return redirect(url_for("plugins.show"), 303)
