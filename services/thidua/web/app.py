"""The application factory: takes a built host, gives a WSGI application."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from wsgiref.types import StartResponse
from wsgiref.types import WSGIApplication
from wsgiref.types import WSGIEnvironment

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from thidua.adapters.db import fence
from thidua.application.ports.host import Host
from thidua.application.ports.reach import NOTHING
from thidua.settings import Settings
from thidua.web import context
from thidua.web import errors
from thidua.web import forgery
from thidua.web import gate
from thidua.web import headers
from thidua.web import limits
from thidua.web import numbers
from thidua.web import rendering
from thidua.web import sessions
from thidua.web import single
from thidua.web import transport
from thidua.web.api import API
from thidua.web.health import HEALTH
from thidua.web.limits import MAX_BODY_BYTES
from thidua.web.pages import PAGES
from thidua.web.security_txt import CONTACT
from thidua.web.security_txt import SECURITY_TXT
from thidua.web.statics import StaticFiles

__all__ = ["MAX_BODY_BYTES", "create_app"]

#: Most inputs of one page: form D with 200 violations and 200 nominations has under 4.000.
_MAX_FORM_PARTS = 8000

_HERE = Path(__file__).parent


def create_app(host: Host, settings: Settings) -> Flask:
    """Make the application for a host.

    Args:
        host: the ports that use cases are given.
        settings: ``secret_key`` signs cookies (``secret_key_fallbacks`` still open old ones);
            ``secure_cookies`` is set where the site is reached over TLS; ``proxy_hops`` says how
            many proxies' ``X-Forwarded-*`` are believed.
    """
    app = Flask("thidua.web", static_folder=None, template_folder=str(_HERE / "templates"))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks),
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        MAX_FORM_PARTS=_MAX_FORM_PARTS,
        **{CONTACT: settings.security_contact},
        SESSION_COOKIE_NAME="__Host-thidua" if settings.secure_cookies else "thidua",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    numbers.bound_numbers(app)
    # Order matters: each of these adds a step before every request.
    context.attach(app, host)
    if settings.secure_cookies:
        transport.require_tls(app)
    limits.limit_bodies(app)
    single.refuse_repeated(app)
    sessions.require_people(app)
    gate.ask_for_rights(app)
    forgery.protect(app)
    headers.add_headers(app, over_tls=settings.secure_cookies)
    _static_files().register(app)
    rendering.prepare(app, host)
    errors.handle_errors(app)
    for blueprint in (*PAGES, API, HEALTH, SECURITY_TXT):
        app.register_blueprint(blueprint)
    app.wsgi_app = _fenced(app.wsgi_app)  # type: ignore[method-assign, assignment]  # as below
    if settings.proxy_hops:
        hops = settings.proxy_hops
        proxied = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
        app.wsgi_app = proxied  # type: ignore[method-assign]  # Flask's documented way to wrap an application
    return app


@cache
def _static_files() -> StaticFiles:
    """Read and pack them once for all applications of a process."""
    return StaticFiles(_HERE / "static")


def _fenced(application: WSGIApplication) -> WSGIApplication:
    """Begin every request with no unit's rows in reach, and leave nothing of its reach to the thread's next."""

    def call(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with fence.within(NOTHING):
            return application(environ, start_response)

    return call
