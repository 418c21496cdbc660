"""The first of two locks: before a route does anything, its person must hold the right that the file declares for it.

The use case behind it asks again, for the very thing. A route that the file does not name serves nobody.
"""

from __future__ import annotations

from flask import Flask
from flask import request

from thidua.application.access.permissions import FREE
from thidua.application.access.permissions import PUBLIC
from thidua.application.access.permissions import ROUTES
from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require
from thidua.domain.accounts import Actor
from thidua.domain.errors import InvalidConfigurationError
from thidua.web import context

__all__ = ["ask_for_rights", "let_through"]


def ask_for_rights(app: Flask) -> None:
    """Ask before each request; runs after the person is known."""

    @app.before_request
    def ask() -> None:
        # A path without a route goes on to its 404, and a method that a path does not know to its 405.
        if request.endpoint is not None and ROUTES.get(request.endpoint) != PUBLIC:
            let_through(context.actor(), request.endpoint)


def let_through(actor: Actor, endpoint: str) -> None:
    """Refuse unless the person may come in by a route.

    Raises:
        NotAllowedError: none of the person's roles has the right, or the token was not given it.
        InvalidConfigurationError: nobody has said who may.
    """
    needed = ROUTES.get(endpoint)
    if needed is None:
        raise InvalidConfigurationError("Chưa khai quyền cho địa chỉ này.", subject=endpoint)
    if needed not in FREE:
        require(actor, Right(needed))
