"""What a request can reach: the host, the person asking, the request's own id."""

from __future__ import annotations

import secrets

from flask import Flask
from flask import current_app
from flask import g
from flask import has_app_context
from flask import request

from thidua.application.ports.host import Host
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Door
from thidua.domain.accounts import Origin
from thidua.domain.errors import NotSignedInError

__all__ = ["actor", "actor_if_known", "attach", "host", "origin", "request_id", "request_id_if_any"]

_EXTENSION = "thidua"

#: Longest name of a browser that is kept.
_AGENT_LENGTH = 200


def attach(app: Flask, host: Host) -> None:
    """Give an application the host that its views pass to use cases."""
    app.extensions[_EXTENSION] = host

    @app.before_request
    def number_the_request() -> None:
        g.request_id = secrets.token_hex(6)


def host() -> Host:
    """Return the process's host."""
    found: Host = current_app.extensions[_EXTENSION]
    return found


def actor() -> Actor:
    """Return who asks.

    Raises:
        NotSignedInError: nobody is signed in.
    """
    found = actor_if_known()
    if found is None:
        raise NotSignedInError("Xin đăng nhập để xem trang này.")
    return found


def actor_if_known() -> Actor | None:
    """Return who asks as far as this request has found out; never asks the database."""
    found: Actor | None = g.get("actor")
    return found


def request_id() -> str:
    """Return the id printed on error pages and in the log."""
    found: str = g.get("request_id", "")
    return found


def request_id_if_any() -> str:
    """Return the id of the request that this thread answers, empty where it answers none."""
    return request_id() if has_app_context() else ""


def origin() -> Origin:
    """Return where the request came from; the network address is the proxy's word only where one is configured."""
    door = Door.API if request.path.startswith("/api/") else Door.WEB
    agent = "".join(letter for letter in request.user_agent.string[:_AGENT_LENGTH] if letter.isprintable())
    return Origin(door, request_id(), request.remote_addr or "", agent)
