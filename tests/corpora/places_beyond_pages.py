"""Places in forms that no page shows on its own: half-way through signing in, or when a rule has failed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from urllib.parse import quote

from werkzeug.test import TestResponse

from tests.corpora.asking import Place
from tests.corpora.asking import ask
from tests.corpora.asking import quoted
from tests.corpora.site import CAMPAIGN
from tests.corpora.site import HALF_WAY
from tests.corpora.site import Site

__all__ = ["in_forms_between"]

_CARRIED = {"next": "/", "/fields/difficulties": "Không có", "action": "save"}
#: Endpoint, address, who sends it, and a sound form.
_FORMS = (
    ("sign_in.enter_second", "/sign-in/second", HALF_WAY, {"code": "123456", "recovery": "", **_CARRIED}),
    ("sign_in.carry", "/sign-in/carry", "office", _CARRIED),
    ("plugins.release", "/operator/plugins/release", "admin", {"campaign": CAMPAIGN, "form": "A"}),
    ("single_sign_on.confirm", "/confirm/provider", "office", {"next": "/"}),
)


def in_forms_between(_site: Site) -> Iterator[Place]:
    for endpoint, path, who, form in _FORMS:
        for name in form:
            yield Place("control", endpoint, name, partial(_send, path, who, form, name))
        yield Place("name", endpoint, "a control of that name", partial(_name, path, who, form))


def _send(path: str, who: str, form: dict[str, str], name: str, site: Site, case: bytes) -> TestResponse:
    pairs = [f"{_safe(each)}={quoted(case) if each == name else _safe(value)}" for each, value in form.items()]
    return _post(site, path, who, pairs)


def _name(path: str, who: str, form: dict[str, str], site: Site, case: bytes) -> TestResponse:
    pairs = [f"{_safe(each)}={_safe(value)}" for each, value in form.items()]
    return _post(site, path, who, [*pairs, f"{quoted(case)}=x"])


def _post(site: Site, path: str, who: str, pairs: list[str]) -> TestResponse:
    # Some are taken without a token, but from a page of ours alone.
    headers = {"Origin": "http://localhost"}
    typed = "application/x-www-form-urlencoded"
    return ask(site, who, "POST", path, data="&".join(pairs).encode(), content_type=typed, headers=headers)


def _safe(text: str) -> str:
    return quote(text, safe="")
