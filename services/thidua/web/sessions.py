"""Who is asking: the cookie, the bearer token, and the rule that every page needs a person.

The signed cookie holds two things only: the opaque secret of the server's session and the
token against forged requests. Ending the session on the server ends it everywhere.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import Flask
from flask import g
from flask import request
from flask import session
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from thidua.adapters.db import fence
from thidua.application.reach import NOTHING
from thidua.application.reach import reach_of
from thidua.application.sessions import actor_of_session
from thidua.application.sessions import actor_of_token
from thidua.application.sessions import sign_in
from thidua.application.sessions import sign_out
from thidua.domain.accounts import Actor
from thidua.domain.errors import NotSignedInError
from thidua.web import context

__all__ = [
    "API_PREFIX",
    "PUBLIC_ENDPOINTS",
    "asks_for_json",
    "bearer_secret",
    "begin",
    "end",
    "is_signed_in",
    "relative_path",
    "require_people",
]

API_PREFIX = "/api/"

#: Everything that may be fetched without signing in; all other routes need a person.
PUBLIC_ENDPOINTS = frozenset(
    {"static", "sign_in.ask", "sign_in.enter", "sign_in.again", "api.openapi", "health.alive", "health.ready"}
)

#: What scripts of our own pages ask: JSON in, JSON and problem documents out, never a page.
_SCRIPTS = re.compile(r"/campaigns/[^/]+/periods/[^/]+/units/[^/]+/(?:draft(?:/carry)?|context)|/sign-in/again")

_SECRET = "secret"  # noqa: S105  the key's name in the cookie, not a secret
_LONGEST_NEXT = 500


class _Cookies(SecureCookieSessionInterface):
    """Flask's signed cookie; what signs is made once and not for every request."""

    def __init__(self) -> None:
        self._signers: dict[Flask, URLSafeTimedSerializer | None] = {}

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if app not in self._signers:
            self._signers[app] = super().get_signing_serializer(app)
        return self._signers[app]


def require_people(app: Flask) -> None:
    """Find out before each request who asks, and turn strangers away from all but public routes."""
    app.session_interface = _Cookies()

    @app.before_request
    def identify() -> None:
        if request.endpoint in PUBLIC_ENDPOINTS:
            return
        token = bearer_secret()
        if token is not None:
            _know(actor_of_token(context.host(), token))
        elif _SECRET in session:
            _know(actor_of_session(context.host(), session[_SECRET]))
        # A path without a route goes on to its 404, whoever asks.
        if request.endpoint is not None and context.actor_if_known() is None:
            raise NotSignedInError("Xin đăng nhập để xem trang này.")


def _know(actor: Actor | None) -> None:
    """Note who asks, and let the database show what that person may see."""
    g.actor = actor
    fence.let(NOTHING if actor is None else reach_of(actor))


def asks_for_json() -> bool:
    """Tell whether a request is answered in JSON, whatever becomes of it: the API's, or a page's script's."""
    return request.path.startswith(API_PREFIX) or _SCRIPTS.fullmatch(request.path) is not None


def bearer_secret() -> str | None:
    """Return the token of an API request, None on pages and where the session is used."""
    authorization = request.authorization
    if not request.path.startswith(API_PREFIX) or authorization is None or authorization.type != "bearer":
        return None
    return authorization.token or ""


def is_signed_in() -> bool:
    """Tell whether the browser brings a session that is still good."""
    return _SECRET in session and actor_of_session(context.host(), session[_SECRET]) is not None


def begin(*, name: str, password: str) -> Actor:
    """Sign a person in and return who it is; nothing of an earlier session survives.

    Raises:
        NotSignedInError: name or password is wrong.
    """
    secret = sign_in(context.host(), name=name, password=password)
    session.clear()
    g.pop("csrf_token", None)
    session[_SECRET] = secret
    _know(actor_of_session(context.host(), secret))
    return context.actor()


def end() -> None:
    """Sign the person out on the server and forget the cookie."""
    secret = session.get(_SECRET)
    session.clear()
    _know(None)
    if secret is not None:
        sign_out(context.host(), secret)


def relative_path(text: str) -> str:
    """Return a place of this site to go to after signing in, ``/`` where the text names anything else.

    Browsers read a backslash as a slash and drop tabs and newlines, so that such a path can lead
    away; neither is ever part of our addresses.
    """
    if not text.startswith("/") or text.startswith("//") or len(text) > _LONGEST_NEXT:
        return "/"
    if "\\" in text or any(char <= " " or char == "\x7f" for char in text):
        return "/"
    parts = urlsplit(text)
    return "/" if parts.scheme or parts.netloc else text
