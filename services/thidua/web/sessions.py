"""Who is asking: the cookie, the bearer token, and the rule that every page needs a person.

The signed cookie holds two things only: the opaque secret of the server's session and the
token against forged requests. Ending the session on the server ends it everywhere.
"""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask
from flask import Response
from flask import current_app
from flask import g
from flask import redirect
from flask import request
from flask import session
from flask import url_for
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from thidua.adapters.db import fence
from thidua.application.access.permissions import PUBLIC
from thidua.application.access.permissions import ROUTES
from thidua.application.people import second_factors
from thidua.application.people.bearer_tokens import actor_of_token
from thidua.application.people.second_factors import enter_code
from thidua.application.people.second_factors import pending_account
from thidua.application.people.sessions import Entered
from thidua.application.people.sessions import actor_of_session
from thidua.application.people.sessions import sign_in
from thidua.application.people.sessions import sign_out
from thidua.application.people.single_sign_on import Arrival
from thidua.application.people.single_sign_on import finish_sign_in
from thidua.application.ports.reach import NOTHING
from thidua.application.ports.reach import reach_of
from thidua.domain.accounts import Actor
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotSignedInError
from thidua.web import context
from thidua.web import form_tokens

__all__ = [
    "API_PREFIX",
    "ASKED_BY_SCRIPTS",
    "asks_for_json",
    "bearer_secret",
    "begin",
    "begin_by_code",
    "begin_by_provider",
    "confirm",
    "end",
    "find_out",
    "is_pending",
    "is_signed_in",
    "relative_path",
    "renew",
    "require_people",
    "secret",
]

API_PREFIX = "/api/"

#: What scripts of our own pages ask: JSON in, JSON and problem documents out, never a page.
_SCRIPTS = re.compile(r"/campaigns/[^/]+/periods/[^/]+/units/[^/]+/(?:draft(?:/carry)?|context)|/sign-in/again")

#: Main parts of pages that keep themselves fresh; that nobody asks for them keeps no session alive.
ASKED_BY_SCRIPTS = frozenset({"status.fragment", "jobs.fragment", "operator.fragment"})

#: What can be reached by whoever must have a second factor and has none yet.
_BEFORE_SECOND_FACTOR = frozenset(
    {
        "second_factor.offer",
        "second_factor.set_up",
        "second_factor.square",
        "confirm.ask",
        "confirm.take",
        "single_sign_on.confirm",
        "sign_in.leave",
    }
)

_SECRET = "secret"  # noqa: S105  the key's name in the cookie, not a secret
_PENDING = "pending"
_LONGEST_NEXT = 500
_LONGEST_DEVICE = 100


class _Cookies(SecureCookieSessionInterface):
    """Flask's cookie, signed with HMAC-SHA-256; what signs is made once and not for every request."""

    digest_method = staticmethod(hashlib.sha256)

    def __init__(self) -> None:
        self._signers: dict[Flask, URLSafeTimedSerializer | None] = {}

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if app not in self._signers:
            self._signers[app] = super().get_signing_serializer(app)
        return self._signers[app]


def require_people(app: Flask) -> None:
    """Find out before each request who asks, and turn strangers away from all but public routes."""
    app.session_interface = _Cookies()

    app.after_request(_keep_device)

    @app.before_request
    def identify() -> AnyResponse | None:
        if ROUTES.get(request.endpoint or "") == PUBLIC:
            return None
        token = bearer_secret()
        if token is not None:
            _know(actor_of_token(context.host(), token, context.origin()))
        elif _SECRET in session:
            is_there = request.endpoint not in ASKED_BY_SCRIPTS
            _know(actor_of_session(context.host(), session[_SECRET], context.origin(), is_there=is_there))
        # A path without a route goes on to its 404, whoever asks.
        if request.endpoint is not None and context.actor_if_known() is None:
            raise NotSignedInError("Xin đăng nhập để xem trang này.")
        return _to_set_up() if request.endpoint is not None and context.actor().lacks_second_factor else None


def _to_set_up() -> AnyResponse | None:
    """Lead whoever must have a second factor and has none to where it is set up, and nowhere else."""
    if request.endpoint in _BEFORE_SECOND_FACTOR:
        return None
    if asks_for_json():
        raise NotAllowedError("Tài khoản này phải thiết lập lớp xác thực thứ hai trước. Xin tải lại trang.")
    return redirect(url_for("second_factor.offer"), 303)


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
    return _SECRET in session and actor_of_session(context.host(), session[_SECRET], context.origin()) is not None


def begin(*, name: str, password: str) -> Actor | None:
    """Sign a person in and return who it is, None if the second factor is asked for first.

    Nothing of an earlier session survives.

    Raises:
        NotSignedInError: name or password is wrong.
        TooManyTriesError: too much was tried.
        BusyError: too many sign in at once.
    """
    entered = sign_in(context.host(), name=name, password=password, origin=context.origin(), device=_device_brought())
    return _take_in(entered)


def begin_by_code(code: str) -> Actor:
    """Go on with the sign-in whose password was right.

    Raises:
        NotSignedInError: the code is wrong, or the sign-in has to be begun anew.
        TooManyTriesError: too much was tried.
    """
    pending = session.get(_PENDING, "")
    entered = enter_code(context.host(), pending, code=code, origin=context.origin(), device=_device_brought())
    _take_in(entered)
    return context.actor()


def begin_by_provider(arrival: Arrival) -> Actor | None:
    """Sign in whom the provider vouches for; None if our own second factor is asked for first.

    Raises:
        NotSignedInError: no account is linked to that person.
    """
    entered = finish_sign_in(context.host(), arrival, origin=context.origin(), device=_device_brought())
    return _take_in(entered)


def find_out() -> Actor:
    """Find out who asks, where a route serves strangers as well.

    Raises:
        NotSignedInError: nobody is signed in.
    """
    _know(actor_of_session(context.host(), secret(), context.origin()))
    return context.actor()


def is_pending() -> bool:
    """Tell whether a second factor is waited for."""
    try:
        pending_account(context.host(), session.get(_PENDING, ""))
    except NotSignedInError:
        return False
    return True


def secret() -> str:
    """Return the session's secret, for use cases that give it a new one.

    Raises:
        NotSignedInError: there is no session.
    """
    found: str = session.get(_SECRET, "")
    if not found:
        raise NotSignedInError("Xin đăng nhập để làm việc này.")
    return found


def renew(new_secret: str) -> None:
    """Give the browser the session's new secret."""
    session[_SECRET] = new_secret


def confirm(proof: str) -> None:
    """Let the person show once more who it is.

    Raises:
        NotSignedInError: the password or code is wrong.
        TooManyTriesError: too much was tried.
        BusyError: too many sign in at once.
    """
    renew(second_factors.confirm(context.host(), context.actor(), secret(), proof=proof, device=_device_brought()))


def end() -> None:
    """Sign the person out on the server and forget the cookie."""
    ended, actor = session.get(_SECRET), context.actor_if_known()
    session.clear()
    _know(None)
    if ended is not None:
        sign_out(context.host(), ended, actor)


def _take_in(entered: Entered) -> Actor | None:
    """Keep what a sign-in gave in the browser, and nothing else."""
    end()
    form_tokens.forget()
    if entered.device:
        g.device = entered.device
    if entered.is_pending:
        session[_PENDING] = entered.secret
        return None
    session[_SECRET] = entered.secret
    _know(actor_of_session(context.host(), entered.secret, context.origin()))
    return context.actor()


def _device_cookie() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-device"


def _device_brought() -> str:
    return request.cookies.get(_device_cookie(), "")[:_LONGEST_DEVICE]


def _keep_device(response: Response) -> Response:
    """Give the browser a secret by which it is known when it comes again."""
    if "device" in g:
        response.set_cookie(
            _device_cookie(),
            g.device,
            max_age=timedelta(days=365),
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return response


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
