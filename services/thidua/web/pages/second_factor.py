"""The person's own second factor: set up, renewed, turned off; and taken from somebody who has lost it."""

from __future__ import annotations

import io

import segno
from flask import Blueprint
from flask import Response
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from werkzeug.wrappers import Response as AnyResponse

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require
from thidua.application.people import second_factors
from thidua.application.people.sessions import require_fresh
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import NotSignedInError
from thidua.domain.errors import TooManyTriesError
from thidua.web import context
from thidua.web import sessions
from thidua.web.refusing import shown_again

__all__ = ["page"]

page = Blueprint("second_factor", __name__)

_DARK = "#17242f"


@page.get("/second-factor")
def show() -> str:
    """Tell how it stands."""
    return render_template(
        "pages/second_factor.html", standing=second_factors.standing(context.host(), context.actor())
    )


@page.get("/second-factor/set-up")
def offer() -> AnyResponse:
    """Show what the telephone needs."""
    return Response(_offered())


@page.get("/second-factor/set-up/square.svg")
def square() -> Response:
    """Draw the address for a telephone's camera."""
    offered = second_factors.offer(context.host(), context.actor(), sessions.secret())
    drawn = io.BytesIO()
    segno.make(offered.address, micro=False, error="m").save(
        drawn, kind="svg", scale=6, dark=_DARK, light="#fff", xmldecl=False, omitsize=False, border=4
    )
    return Response(drawn.getvalue(), content_type="image/svg+xml")


@page.post("/second-factor/set-up")
def set_up() -> AnyResponse:
    """Take the first code, and show the recovery codes this once."""
    code = request.form.get("code", "")
    try:
        renewed, codes = second_factors.set_up(context.host(), context.actor(), sessions.secret(), code=code)
    except (NotSignedInError, TooManyTriesError) as refusal:
        return shown_again(refusal, _offered(refusal.message))
    sessions.renew(renewed)
    return Response(render_template("pages/recovery_codes.html", codes=codes))


@page.get("/second-factor/recovery-codes")
def ask_recovery_codes() -> str:
    """Ask whether the codes on paper shall be replaced."""
    require_fresh(context.host(), context.actor())
    return render_template(
        "pages/recovery_codes_ask.html", standing=second_factors.standing(context.host(), context.actor())
    )


@page.post("/second-factor/recovery-codes")
def remake_recovery_codes() -> str:
    """Replace the codes on paper, and show the new ones this once."""
    return render_template(
        "pages/recovery_codes.html", codes=second_factors.remake_recovery_codes(context.host(), context.actor())
    )


@page.get("/second-factor/off")
def ask_off() -> str:
    """Ask whether it shall be turned off."""
    require_fresh(context.host(), context.actor())
    return render_template(
        "pages/second_factor_off.html", standing=second_factors.standing(context.host(), context.actor())
    )


@page.post("/second-factor/off")
def turn_off() -> AnyResponse:
    """Turn it off."""
    sessions.renew(second_factors.turn_off(context.host(), context.actor(), sessions.secret()))
    return redirect(url_for("second_factor.show"), 303)


@page.get("/accounts/second-factor-reset")
def ask_reset() -> str:
    """Ask whose lost second factor shall be taken away."""
    require(context.actor(), Right.MANAGE_ACCOUNTS)
    require_fresh(context.host(), context.actor())
    name = request.args.get("name", "")
    return render_template("pages/second_factor_reset.html", name=name, message="", done="")


@page.post("/accounts/second-factor-reset")
def reset() -> AnyResponse:
    """Take somebody's lost second factor away."""
    name = request.form.get("name", "")
    try:
        second_factors.reset_second_factor(context.host(), context.actor(), name=name)
    except (ConflictError, NotFoundError) as refusal:
        page = render_template("pages/second_factor_reset.html", name=name, message=refusal.message, done="")
        return Response(page, 409 if isinstance(refusal, ConflictError) else 404)
    return Response(render_template("pages/second_factor_reset.html", name="", message="", done=name.strip().lower()))


def _offered(message: str = "") -> str:
    offered = second_factors.offer(context.host(), context.actor(), sessions.secret())
    return render_template(
        "pages/second_factor_set_up.html", offered=offered, message=message, must=context.actor().lacks_second_factor
    )
