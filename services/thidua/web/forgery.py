"""Requests forged by other sites are refused.

Every unsafe request that rides on the cookie must carry the session's token. Requests with a
bearer token carry nothing a browser would add by itself, so they need none. Under the API bodies are
JSON, whoever asks: what a form of another site can send is taken by no address but that for files.
"""

from __future__ import annotations

from flask import Flask
from flask import g
from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from thidua.domain.errors import MalformedRequestError
from thidua.web import form_tokens
from thidua.web import sessions
from thidua.web.form_tokens import ForgeryError

__all__ = ["ForgeryError", "is_doubtful", "is_same_origin", "is_surely_ours", "protect"]

#: Routes that do nothing with a bad token but show again what was typed, with a good one.
_SHOWS_AGAIN = frozenset(
    {"form.file", "paper.file", "review.give_back", "deadline.change", "bulk.preview", "bulk.accept"}
)

#: Signing in again inside a page whose session has ended: the token ended with it. The request must
#: say that it comes from a page of this site, which no other site can make a browser say; its body is
#: JSON, which no other site can send without asking first; and an old session's cookie, which is
#: SameSite, gives it nothing, since name and password decide. What waits in a page for somebody to sign in
#: beside is only shown again.
_BY_ORIGIN = frozenset({"sign_in.again", "sign_in.carry"})

#: Under the API, where a body may be something else than JSON: a file.
_TAKES_FILES = frozenset({"api.add_file"})
#: Every other method that changes something is taken by no address.
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def protect(app: Flask) -> None:
    """Check the token before every unsafe request; runs after the person is known."""
    form_tokens.provide(app)
    app.before_request(_refuse_forgeries)
    app.before_request(_refuse_bodies_of_forms)


def _refuse_forgeries() -> None:
    if request.method not in _CHANGING or sessions.bearer_secret() is not None:
        return
    if request.endpoint in _BY_ORIGIN:
        if not is_surely_ours():
            raise ForgeryError("the request does not come from a page of this site")
        return
    if None in request.form or None in request.files:
        # A part without a name; nobody after this expects one, not even the check of the token.
        raise MalformedRequestError("Nội dung gửi lên có phần không có tên.")
    try:
        form_tokens.require()
    except ForgeryError:
        if request.endpoint not in _SHOWS_AGAIN:
            raise
        g.is_doubtful = True


def _refuse_bodies_of_forms() -> None:
    if request.method in _SAFE or not request.path.startswith(sessions.API_PREFIX) or request.endpoint in _TAKES_FILES:
        return
    has_body = bool(request.content_length) or "Transfer-Encoding" in request.headers
    if request.mimetype != "application/json" and (request.mimetype or has_body):
        raise UnsupportedMediaType


def is_doubtful() -> bool:
    """Tell whether the request's token was bad, so that it may show but not do."""
    return bool(g.get("is_doubtful", False))


def is_surely_ours() -> bool:
    """Tell whether the browser says that a request comes from a page of this site; silence is no."""
    said = {"Sec-Fetch-Site", "Origin"} & {name for name, _ in request.headers}
    return bool(said) and is_same_origin()


def is_same_origin() -> bool:
    """Tell whether a request comes from a page of this site, as far as the browser says."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin" and request.headers.get(
        "Origin", request.host_url.rstrip("/")
    ) == request.host_url.rstrip("/")
