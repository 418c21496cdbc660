"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint
from flask import Response
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as AnyResponse

from thidua.domain.errors import MalformedRequestError
from thidua.domain.errors import NotSignedInError
from thidua.web import sessions
from thidua.web.api.answers import answer
from thidua.web.api.answers import read_json

__all__ = ["page"]

page = Blueprint("sign_in", __name__)

#: Far above any name and any password taken.
_LONGEST = 500
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


@page.post("/sign-in/again")
def again() -> Response:
    """Start a session for a page that stays open, so that nothing typed there is lost.

    The page compares ``name`` with the person it was opened by and decides what to do with what is
    typed; the session is the new person's in any case.
    """
    sent = read_json()
    if not isinstance(sent, dict) or sent.keys() != {"name", "password"}:
        raise MalformedRequestError("Cần đúng hai mục: name và password.")
    if not all(isinstance(text, str) and len(text) <= _LONGEST for text in sent.values()):
        raise MalformedRequestError("Tên đăng nhập và mật khẩu phải là chữ, không quá dài.")
    actor = sessions.begin(name=sent["name"], password=sent["password"])
    return answer({"csrf_token": generate_csrf(), "name": actor.name, "full_name": actor.full_name})


@page.post("/sign-out")
def leave() -> AnyResponse:
    """End the session everywhere and empty what the browser kept."""
    sessions.end()
    response = redirect(url_for("sign_in.ask"), 303)
    response.headers["Clear-Site-Data"] = '"cookies", "storage"'
    return response
