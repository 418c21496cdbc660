"""Roles that wait for a second person: confirm them, or let them go."""

from __future__ import annotations

from flask import Blueprint
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from werkzeug.wrappers import Response as AnyResponse

from thidua.application.access.permissions import may_give
from thidua.application.people.memberships import confirm_membership
from thidua.application.people.memberships import decline_membership
from thidua.application.people.memberships import list_waiting
from thidua.web import context
from thidua.web.posted import posted
from thidua.web.unit_names import short_names

__all__ = ["page"]

page = Blueprint("waiting", __name__, url_prefix="/waiting-roles")

_DONE = {"confirmed": "Đã xác nhận: người đó giữ vai trò này.", "declined": "Đã từ chối: vai trò này không được giao."}


@page.get("")
def show() -> str:
    """List what waits within the person's reach."""
    person = context.actor()
    found = list_waiting(context.host(), person)
    codes = {each.prepared.wished.unit_code for each in found}
    return render_template(
        "accounts/waiting.html",
        waiting=found,
        confirms={
            each.prepared.id
            for each in found
            if not each.is_own and may_give(person, each.prepared.wished.role, each.prepared.wished.unit_code)
        },
        units=short_names(context.host(), [code for code in codes if code]),
        done=_DONE.get(request.args.get("done", ""), ""),
    )


@page.post("/<int:prepared_id>/confirm")
def confirm(prepared_id: int) -> AnyResponse:
    """Make it a role that is held."""
    posted()
    confirm_membership(context.host(), context.actor(), prepared_id)
    return redirect(url_for("waiting.show", done="confirmed"), 303)


@page.post("/<int:prepared_id>/decline")
def decline(prepared_id: int) -> AnyResponse:
    """Let it never be held."""
    posted()
    decline_membership(context.host(), context.actor(), prepared_id)
    return redirect(url_for("waiting.show", done="declined"), 303)
