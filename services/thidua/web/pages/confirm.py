"""Show once more who one is, before something that a passer-by must not do."""

from __future__ import annotations

from flask import Blueprint
from flask import Response
from flask import redirect
from flask import render_template
from flask import request
from werkzeug.wrappers import Response as AnyResponse

from thidua.domain.errors import BusyError
from thidua.domain.errors import NotSignedInError
from thidua.domain.errors import TooManyTriesError
from thidua.web import confirming
from thidua.web import sessions
from thidua.web.refusing import shown_again

__all__ = ["page"]

page = Blueprint("confirm", __name__)

_OWN_NAMES = frozenset({"csrf_token", "confirm_next", "proof", "recovery"})


@page.get("/confirm")
def ask() -> AnyResponse:
    """Ask for the password, or for a code."""
    return Response(confirming.asked(next_path=sessions.relative_path(request.args.get("next", "/"))))


@page.post("/confirm")
def take() -> AnyResponse:
    """Take the proof and go on to where the person wanted to be, with what a form had brought."""
    next_path = sessions.relative_path(request.form.get("confirm_next", "/"))
    typed = [(name, text) for name, text in request.form.items(multi=True) if name not in _OWN_NAMES]
    try:
        sessions.confirm(request.form.get("recovery") or request.form.get("proof", ""))
    except (NotSignedInError, TooManyTriesError, BusyError) as refusal:
        return shown_again(refusal, confirming.asked(next_path=next_path, typed=typed, message=refusal.message))
    if typed:
        return Response(render_template("pages/confirmed.html", next=next_path, typed=typed))
    return redirect(next_path, 303)
