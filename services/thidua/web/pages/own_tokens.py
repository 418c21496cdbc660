"""My tokens: keys for programs that file or read in my name."""

from __future__ import annotations

from flask import Blueprint
from flask import Response
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from werkzeug.wrappers import Response as AnyResponse

from thidua.application.access.permissions import GRANTS
from thidua.application.access.permissions import Right
from thidua.application.people.own_tokens import LONGEST_LABEL
from thidua.application.people.own_tokens import list_tokens
from thidua.application.people.own_tokens import make_token
from thidua.application.people.own_tokens import offered_rights
from thidua.application.people.own_tokens import revoke_token
from thidua.domain.errors import ConflictError
from thidua.domain.errors import MalformedRequestError
from thidua.web import context
from thidua.web.errors import status_of
from thidua.web.posted import Typed
from thidua.web.posted import posted

__all__ = ["page"]

page = Blueprint("own_tokens", __name__, url_prefix="/my-account/tokens")

#: How long a token can be good, in days, with what people call it.
_LIVES = {"30": "30 ngày", "90": "90 ngày", "180": "180 ngày", "365": "1 năm"}


@page.get("")
def show() -> str:
    """List the tokens, and offer to make one."""
    return _shown(Typed())


@page.post("")
def make() -> Response:
    """Make a token and show it, this once."""
    texts = posted("label", "days", several={"scopes"})
    if texts["days"] not in _LIVES:
        raise MalformedRequestError("Không có thời hạn này.", subject="days")
    typed = Typed(texts=texts)
    try:
        secret = make_token(
            context.host(),
            context.actor(),
            label=texts["label"],
            scopes=set(request.form.getlist("scopes")),
            days=int(texts["days"]),
        )
    except ConflictError as refusal:
        return Response(_shown(typed.refused(refusal)), status_of(refusal)[0])
    return Response(_shown(Typed(), secret=secret, label=texts["label"]))


@page.post("/<handle>/revoke")
def revoke(handle: str) -> AnyResponse:
    """Revoke a token."""
    posted()
    revoke_token(context.host(), context.actor(), handle)
    return redirect(url_for("own_tokens.show"), 303)


def _shown(typed: Typed, *, secret: str = "", label: str = "") -> str:
    person = context.actor()
    return render_template(
        "accounts/tokens.html",
        tokens=list_tokens(context.host(), person),
        now=context.host().clock.now(),
        typed=typed,
        secret=secret,
        label=label,
        lives=_LIVES,
        chosen=set(request.form.getlist("scopes")),
        longest=LONGEST_LABEL,
        offered={right: GRANTS[right].says for right in offered_rights(person)},
        rights={right.value: GRANTS[right].says for right in Right},
    )
