"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint
from flask import Response
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from werkzeug.wrappers import Response as AnyResponse

from thidua.application.people.single_sign_on import leaving_address
from thidua.domain.errors import BusyError
from thidua.domain.errors import MalformedRequestError
from thidua.domain.errors import NotSignedInError
from thidua.domain.errors import TooManyTriesError
from thidua.web import context
from thidua.web import form_tokens
from thidua.web import sessions
from thidua.web.api.answers import answer
from thidua.web.api.answers import read_json
from thidua.web.refusing import shown_again

__all__ = ["page"]

page = Blueprint("sign_in", __name__)

#: Far above any name and any password taken.
_LONGEST = 500
_OWN_NAMES = frozenset({"csrf_token", "next", "name", "password", "code", "recovery"})


@page.get("/sign-in")
def ask() -> AnyResponse:
    """Ask for name and password."""
    next_path = sessions.relative_path(request.args.get("next", "/"))
    if sessions.is_signed_in():
        return redirect(next_path, 303)
    leaving = leaving_address(context.host()) if request.args.get("left") else ""
    return Response(render_template("pages/sign_in.html", next=next_path, typed=(), message="", leaving=leaving))


@page.post("/sign-in")
def enter() -> AnyResponse:
    """Start a session, or ask for the second factor, and go on to where the person wanted to be.

    What was typed into a report before the session ended comes along in hidden controls; it is
    handed on to the report form, so that nothing typed is lost.
    """
    next_path, typed = _brought()
    try:
        actor = sessions.begin(name=request.form.get("name", ""), password=request.form.get("password", ""))
    except (NotSignedInError, TooManyTriesError, BusyError) as refusal:
        again = render_template("pages/sign_in.html", next=next_path, typed=typed, message=refusal.message)
        return shown_again(refusal, again)
    if actor is None:
        if typed:
            return Response(render_template("pages/sign_in_second.html", next=next_path, typed=typed, message=""))
        return redirect(url_for("sign_in.ask_second", next=next_path), 303)
    return _go_on(next_path, typed)


@page.get("/sign-in/second")
def ask_second() -> AnyResponse:
    """Ask for the code of the telephone."""
    next_path = sessions.relative_path(request.args.get("next", "/"))
    if not sessions.is_pending():
        return redirect(url_for("sign_in.ask", next=next_path), 303)
    return Response(render_template("pages/sign_in_second.html", next=next_path, typed=(), message=""))


@page.post("/sign-in/second")
def enter_second() -> AnyResponse:
    """Take the code and start the session."""
    next_path, typed = _brought()
    if not sessions.is_pending():
        message = "Đã quá lâu kể từ bước trước. Xin đăng nhập lại từ đầu."
        return Response(render_template("pages/sign_in.html", next=next_path, typed=typed, message=message), 401)
    try:
        sessions.begin_by_code(request.form.get("recovery") or request.form.get("code", ""))
    except (NotSignedInError, TooManyTriesError) as refusal:
        again = render_template("pages/sign_in_second.html", next=next_path, typed=typed, message=refusal.message)
        return shown_again(refusal, again)
    return _go_on(next_path, typed)


@page.post("/sign-in/carry")
def carry() -> AnyResponse:
    """Go on with what was typed after signing in beside, in another tab; does nothing but show.

    The page that holds it was made before the session: its token is no good any more, and need not be.
    """
    next_path, typed = _brought()
    if sessions.is_signed_in():
        return Response(render_template("pages/go_on.html", next=next_path, typed=typed))
    message = "Chưa thấy bạn đăng nhập. Hãy đăng nhập ở thẻ kia rồi bấm lại."
    return Response(render_template("pages/sign_in.html", next=next_path, typed=typed, message=message), 401)


@page.post("/sign-in/again")
def again() -> Response:
    """Start a session for a page that stays open, so that nothing typed there is lost.

    The page compares ``name`` with the person it was opened by and decides what to do with what is
    typed; the session is the new person's in any case. Where there is a second factor, the answer to
    name and password asks for it, and the page sends the code alone. Nothing is sent by a page whose
    person has signed in beside, at the provider: it only asks who is there now.
    """
    sent = read_json()
    if not isinstance(sent, dict) or sent.keys() not in ({"name", "password"}, {"code"}, set()):
        raise MalformedRequestError("Cần đúng hai mục name và password, hoặc một mục code, hoặc không mục nào.")
    if not all(isinstance(text, str) and len(text) <= _LONGEST for text in sent.values()):
        raise MalformedRequestError("Tên đăng nhập, mật khẩu và mã phải là chữ, không quá dài.")
    if not sent:
        actor = sessions.find_out()
    elif "code" in sent:
        actor = sessions.begin_by_code(sent["code"])
    elif (entered := sessions.begin(name=sent["name"], password=sent["password"])) is None:
        return answer({"asks_for_code": True})
    else:
        actor = entered
    return answer({"csrf_token": form_tokens.token(), "name": actor.name, "full_name": actor.full_name})


@page.post("/sign-out")
def leave() -> AnyResponse:
    """End the session everywhere and empty what the browser kept."""
    sessions.end()
    left = None if context.host().provider is None else 1
    response = redirect(url_for("sign_in.ask", left=left), 303)
    # Not "cookies": ours is gone already, and the one by which this machine is known has to stay, or
    # guessing from elsewhere could keep its people out.
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def _brought() -> tuple[str, list[tuple[str, str]]]:
    """Return where the person wanted to be, and what had been typed there."""
    typed = [(name, text) for name, text in request.form.items(multi=True) if name not in _OWN_NAMES]
    return sessions.relative_path(request.form.get("next", "/")), typed


def _go_on(next_path: str, typed: list[tuple[str, str]]) -> AnyResponse:
    if typed:
        return Response(render_template("pages/go_on.html", next=next_path, typed=typed))
    return redirect(next_path, 303)
