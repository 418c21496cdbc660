"""Where people who found a weakness write to (RFC 9116): public, and only if the office has set a contact."""

from __future__ import annotations

from datetime import UTC
from datetime import timedelta

from flask import Blueprint
from flask import Response
from flask import current_app
from werkzeug.exceptions import NotFound

from thidua.web import context

__all__ = ["CONTACT", "SECURITY_TXT"]

SECURITY_TXT = Blueprint("security_txt", __name__)

#: Key of the application's configuration: the contact, empty for none.
CONTACT = "THIDUA_SECURITY_CONTACT"
#: The standard advises less than a year, so that nobody writes to a mailbox that is long closed.
_GOOD_FOR = timedelta(days=180)


@SECURITY_TXT.get("/.well-known/security.txt")
def contact() -> Response:
    """Name the contact, and until when it can be relied upon."""
    where = current_app.config[CONTACT]
    if not where:
        raise NotFound
    expires = context.host().clock.now().astimezone(UTC) + _GOOD_FOR
    lines = (f"Contact: {where}", f"Expires: {expires:%Y-%m-%dT00:00:00Z}", "Preferred-Languages: vi, en")
    return Response("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")
