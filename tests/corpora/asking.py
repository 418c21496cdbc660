"""One place that takes input, and asking there as somebody whom it answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.corpora.site import CAMPAIGN
from tests.corpora.site import PERIOD
from tests.corpora.site import Site

__all__ = ["Place", "ask", "filled", "methods_of", "quoted", "sound_parts", "who_may"]

_ROLES = ("reporter", "office", "admin", "head", "leader", "observer")


@dataclass(frozen=True)
class Place:
    """One place: ``throw`` sends an otherwise sound request with the given bytes in it.

    ``kind`` is path, query, header, value, name, body, control, file, file name or type.
    """

    kind: str
    endpoint: str
    name: str
    throw: Callable[[Site, bytes], TestResponse]

    @property
    def label(self) -> str:
        """How a report of a run names it."""
        return f"{self.endpoint} {self.kind} {self.name}"


def sound_parts(site: Site, rule: Rule) -> dict[str, str]:
    """Return sound parts of an address; a part of a new name needs a value here."""
    known = {"campaign": CAMPAIGN, "period": PERIOD, "unit": site.filed_unit, "revision": "0", "hashed": "thidua.css"}
    # There are none at first.
    known |= dict.fromkeys(("membership_id", "prepared_id"), "999999") | {"handle": "0" * 16}
    return {name: known[name] if name in known else str(site.ids[name]) for name in rule.arguments}


def filled(rule: Rule, values: Mapping[str, str]) -> str:
    return re.sub(r"<(?:[^:>]*:)?([^>]+)>", lambda match: quote(values[match[1]], safe="%"), rule.rule)


def methods_of(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def who_may(site: Site, rule: Rule) -> str:
    """Find somebody whom an address answers."""
    path = filled(rule, sound_parts(site, rule))
    for role in _ROLES:
        name = f"reporter-{site.filed_unit}".lower() if role == "reporter" else role
        if ask(site, name, "GET", path).status_code < 400:
            return name
    return "office"


def ask(site: Site, who: str, method: str, path: str, query: str = "", **options: Any) -> TestResponse:
    """Send a request whose path and query are taken as they are, by token below the API, else by session."""
    environ = options.pop("environ_overrides", {}) | {
        "PATH_INFO": _unquoted(path),
        "QUERY_STRING": query,
        "REQUEST_URI": path,
        "RAW_URI": path,
    }
    headers = dict(options.pop("headers", {}))
    person = site.speaker(who)
    if path.startswith("/api/"):
        headers.setdefault("Authorization", f"Bearer {person.token}")
        client = site.app.test_client()
    else:
        client = person.client
        if method != "GET":
            headers.setdefault("X-CSRFToken", person.csrf)
    answer = client.open("/x", method=method, headers=headers, environ_overrides=environ, **options)
    if answer.status_code == 303 and answer.headers.get("Location", "").startswith("/sign-in"):
        site.sign_in(person)
    return answer


def _unquoted(path: str) -> str:
    return re.sub(r"%([0-9A-Fa-f]{2})", lambda match: chr(int(match[1], 16)), path)


def quoted(case: bytes) -> str:
    return "".join(chr(byte) if chr(byte).isalnum() and byte < 128 else f"%{byte:02X}" for byte in case)
