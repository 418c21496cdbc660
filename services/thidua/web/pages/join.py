"""Set a password with a single-use code; the page tells nothing of anybody.

The code comes behind the ``#`` of the link, which browsers keep to themselves, so that it stands in no
log of any server on the way; a small script lays it into its field, else it is typed or pasted.
"""

from __future__ import annotations

from flask import Blueprint
from flask import Response
from flask import render_template

from thidua.application.people.account_codes import accept_code
from thidua.domain.errors import ConflictError
from thidua.web import context
from thidua.web.errors import status_of
from thidua.web.posted import secrets_posted

__all__ = ["page"]

page = Blueprint("join", __name__)


@page.get("/join")
def ask() -> str:
    """Ask for the code and the password."""
    return _form({}, code="")


@page.post("/join")
def enter() -> Response:
    """Set the password; else show the page again with the code, not with the passwords."""
    code, password, again = secrets_posted("code", "password", "again")
    if password != again:
        return Response(_form({"again": "Hai lần gõ mật khẩu không giống nhau."}, code), 422)
    try:
        name = accept_code(context.host(), code=code, password=password, origin=context.origin())
    except ConflictError as refusal:
        return Response(_form({refusal.subject: refusal.message}, code), status_of(refusal)[0])
    return Response(render_template("accounts/joined.html", name=name))


def _form(wrong: dict[str, str], code: str) -> str:
    return render_template("accounts/join.html", wrong=wrong, code=code[:100])
