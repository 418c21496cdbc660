"""The token that every form of this site carries and no other site can know.

Random bytes stand in the signed cookie; a form carries them signed once more, under a salt of its own, so
that neither of the two can be passed off as the other. It lasts as long as the session: a form may stand
open all day while it is filled. The newest key signs, and former ones are believed.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from flask import Flask
from flask import current_app
from flask import g
from flask import request
from flask import session
from itsdangerous import BadData
from itsdangerous import URLSafeSerializer
from werkzeug.exceptions import BadRequest

__all__ = ["FIELD", "ForgeryError", "forget", "provide", "require", "token"]

FIELD = "csrf_token"
#: For scripts, whose bodies are no forms.
HEADER = "X-CSRFToken"
SALT = "thidua-form-token"
_SIGNERS = "thidua-form-token"
_HTTPS_PORT = 443


class ForgeryError(BadRequest):
    """A request that would change something does not come from a page of this site and session."""


def provide(app: Flask) -> None:
    """Let templates write ``csrf_token()``."""
    keys = [*reversed(app.config["SECRET_KEY_FALLBACKS"]), app.config["SECRET_KEY"]]
    app.extensions[_SIGNERS] = URLSafeSerializer(keys, salt=SALT, signer_kwargs={"digest_method": hashlib.sha256})
    app.jinja_env.globals[FIELD] = token


def token() -> str:
    """Return the token for forms of this session, whose random part is made by the first that asks."""
    if FIELD not in g:
        if not isinstance(session.get(FIELD), str):
            session[FIELD] = secrets.token_urlsafe(32)
        g.csrf_token = _signer().dumps(session[FIELD])
    return str(g.csrf_token)


def forget() -> None:
    """Make another token from now on: the session of the one before has ended."""
    g.pop(FIELD, None)


def require() -> None:
    """Refuse a request whose token is not this session's, or over TLS one from another site's page.

    Raises:
        ForgeryError: it may have been forged.
    """
    if not _is_ours(request.form.get(FIELD) or request.headers.get(HEADER, "")):
        raise ForgeryError("the token is not this session's")
    if request.is_secure and not _is_from_here(request.referrer or ""):
        raise ForgeryError("the request does not come from a page of this site")


def _is_ours(given: str) -> bool:
    known = session.get(FIELD)
    try:
        found = _signer().loads(given)
    except BadData:
        return False
    return isinstance(known, str) and isinstance(found, str) and hmac.compare_digest(known.encode(), found.encode())


def _is_from_here(referrer: str) -> bool:
    try:
        theirs, ours = urlsplit(referrer), urlsplit(f"https://{request.host}/")
        ports = theirs.port or _HTTPS_PORT, ours.port or _HTTPS_PORT
    except ValueError:  # no address at all
        return False
    return theirs.scheme == "https" and theirs.hostname == ours.hostname and ports[0] == ports[1]


def _signer() -> URLSafeSerializer:
    found: URLSafeSerializer = current_app.extensions[_SIGNERS]
    return found
