"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint
from flask import Response
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from werkzeug.wrappers import Response as AnyResponse

from thidua.domain.errors import NotSignedInError
from thidua.web import sessions

__all__ = ["page"]

page = Blueprint("sign_in", __name__)

_OWN_NAMES = frozenset({"csrf_token", "next", "name", "password"})


@page.get("/sign-in")
def ask() -> AnyResponse:
    """Ask for name and password."""
    next_path = sessions.relative_path(request.args.get("next", "/"))
    if sessions.is_signed_in():
        return redirect(next_path, 303)
    return Response(render_template("pages/sign_in.html", next=next_path, typed=(), message=""))


@page.post("/sign-in")
def enter() -> AnyResponse:
    """Start a session and go on to where the person wanted to be.

    What was typed into a report before the session ended comes along in hidden controls; it is
    handed on to the report form, so that nothing typed is lost.
    """
    next_path = sessions.relative_path(request.form.get("next", "/"))
    typed = [(name, text) for name, text in request.form.items(multi=True) if name not in _OWN_NAMES]
    try:
        sessions.begin(name=request.form.get("name", ""), password=request.form.get("password", ""))
    except NotSignedInError as refusal:
        again = render_template("pages/sign_in.html", next=next_path, typed=typed, message=refusal.message)
        return Response(again, 401)
    if typed:
        return Response(render_template("pages/go_on.html", next=next_path, typed=typed))
    return redirect(next_path, 303)


@page.post("/sign-out")
def leave() -> AnyResponse:
    """End the session everywhere and empty what the browser kept."""
    sessions.end()
    response = redirect(url_for("sign_in.ask"), 303)
    response.headers["Clear-Site-Data"] = '"cookies", "storage"'
    return response
