"""One request for every route and method: what units, the Office and the administrator send in a report's life."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.routing import MapAdapter
from werkzeug.test import TestResponse

from tests.matrix.house import PASSWORD
from tests.matrix.house import UNITS
from tests.matrix.house import House
from tests.matrix.house import Place
from tests.matrix.house import a_report
from thidua_testkit.files import a_photo

Body = Callable[[Place], dict[str, Any]]


def _sends(**data: str) -> Body:
    return lambda place: {"data": {name: text.format(place=place) for name, text in data.items()}}


def _asks(**query: str) -> Body:
    return lambda place: {"query_string": {name: text.format(place=place) for name, text in query.items()}}


def _report(place: Place) -> dict[str, Any]:
    letter = next((letter for letter, unit in UNITS.items() if unit == place.unit), "a")
    return {"json": {**a_report("b" if letter == "c" else letter), "unit_code": place.unit, "revision": 5}}


_DAYS = {"since": "", "last_on": ""}
_NEW = "cánh đồng mùa gặt chín"
_MORE_TIME = {"reason": "Mưa", "document_number": "1/CV", "requested_by": "UBND"}
_JSON: dict[str, Callable[[Place], object]] = {
    "draft.save": lambda _: {"base": 1, "cells": {"/fields/banners": "31"}},
    "draft.carry": lambda _: {},
    "api.accept": lambda place: {"revision": place.revision},
    "api.accept_several": lambda place: {"reports": [{"id": place.report, "revision": place.revision}]},
    "api.give_back": lambda place: {"revision": place.revision, "reason": "Chưa khớp."},
    "api.withdraw": lambda place: {"revision": place.revision, "reason": "Gửi nhầm."},
    "api.change_obligation": lambda _: {
        **_MORE_TIME,
        "kind": "extended",
        "ends_at": "2021-05-04T11:30:00+07:00",
        "seen": 0,
    },
    "api.ask_job": lambda _: {"kind": "rebuild"},
    "api.cancel_job": lambda _: {},
    "api.retry_job": lambda _: {},
    "sign_in.again": lambda _: {"name": "observer", "password": PASSWORD},
}
_BODIES: dict[str, Body] = {
    **{name: (lambda place, make=make: {"json": make(place)}) for name, make in _JSON.items()},
    "api.file": _report,
    "api.add_file": lambda _: {
        "data": a_photo(77, size=(64, 48)),
        "content_type": "image/jpeg",
        "query_string": {"cell": "/fields/mobile_sessions", "file_name": "moi.jpg"},
    },
    "api.between": _asks(**{"from": "0", "to": "{place.revision}"}),
    "api.inputs": _asks(indicator="N10.district", period="{place.period}"),
    "inputs.show": _asks(indicator="N10.district", period="{place.period}"),
    "draft.at_cell": _asks(cell="/fields/banners"),
    "form.file": _sends(
        action="save",
        draft_version="1",
        revision="2",
        idempotency_key="key-matrix",
        **{"/fields/banners": "31"},
    ),
    "form.discard": _sends(draft_version="1"),
    "workbook.compare": lambda _: {
        "data": b'--x\r\nContent-Disposition: form-data; name="workbook"; filename="a.xlsx"\r\n\r\nx\r\n--x--\r\n',
        "content_type": "multipart/form-data; boundary=x",
    },
    "workbook.fill": _sends(draft_version="1", revision="2", take="/fields/banners", **{"to:/fields/banners": "31"}),
    "form.give_back": _sends(draft_version="1", note="Sửa lại."),
    "paper.file": _sends(action="show", revision="0", draft_version="0", idempotency_key="key-paper"),
    "report.accept": _sends(revision="{place.revision}", note=""),
    "review.give_back": _sends(
        revision="{place.revision}", reason="Chưa khớp.", action="return", **{"/remarks/~1fields~1banners": "Đếm lại."}
    ),
    "review.withdraw": _sends(revision="{place.revision}", reason="Gửi nhầm.", action="withdraw"),
    "bulk.preview": _sends(report="{place.report}.{place.revision}"),
    "bulk.accept": _sends(report="{place.report}.{place.revision}", key="bulk-matrix", action="accept"),
    "deadline.change": _sends(**_MORE_TIME, form="extend", seen="0", ends_at="11:30 4/5/2021"),
    "operator.ask": _sends(kind="rebuild"),
    "plugins.release": _sends(campaign="{place.campaign}", form="A"),
    "accounts.invite": _sends(name="nguoi-moi", full_name="Người mới", position="", role="observer", unit="", **_DAYS),
    "accounts.change": _sends(full_name="Tên mới", position=""),
    "accounts.give": _sends(role="observer", unit="", **_DAYS),
    "accounts.end_membership": _sends(last_on=""),
    "accounts.hand_over": _sends(last_on="", successor="", name="", full_name="", position=""),
    "confirm.take": _sends(proof=PASSWORD, next="/"),
    "join.enter": _sends(code="AAAA", password=_NEW, again=_NEW),
    "single_sign_on.begin": _sends(next="/"),
    "single_sign_on.confirm": _sends(next="/"),
    "single_sign_on.back": _asks(state="x", code="x"),
    "single_sign_on.link_account": _sends(subject="nguoi-ay"),
    "sign_in.carry": _sends(next="/"),
    "own_account.change_password": _sends(old=PASSWORD, password=_NEW, again=_NEW),
    "own_tokens.make": _sends(label="Bảng tin", days="30"),
    "second_factor.reset": _sends(name="reporter-a"),
    "second_factor.set_up": _sends(code="000000"),
    "sign_in.enter_second": _sends(code="000000"),
    "trail.seen": _sends(report="{place.report}"),
    "sign_in.enter": _sends(name="observer", password=PASSWORD, next="/"),
}
#: What only pages of this site may send says so.
_SAID = {endpoint: {"Origin": "http://localhost"} for endpoint in ("sign_in.again", "sign_in.carry")}
_CHANGES_SESSIONS = (
    *("sign_in.", "single_sign_on.", "confirm.", "join.", "own_account.", "own_tokens.", "second_factor."),
)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Case:
    """A route with a method, and which parts of a place it names, in its address or its body."""

    endpoint: str
    method: str
    names: frozenset[str]

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint}"

    @property
    def is_of_a_unit(self) -> bool:
        return not self.names.isdisjoint({"unit", "report_id", "evidence_id"})

    @property
    def is_of_a_job(self) -> bool:
        return "job_id" in self.names


def cases(house_or_app: Any) -> Iterator[Case]:
    """Every route with every method it has, but HEAD and OPTIONS, which come with the others."""
    for rule in house_or_app.url_map.iter_rules():
        names = set(rule.arguments)
        if rule.endpoint == "api.file":
            # The unit stands in the body.
            names.add("unit")
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield Case(rule.endpoint, method, frozenset(names))


def without_body(app: Any) -> list[str]:
    """Unsafe routes for which nothing is said here to send: their case would try nothing."""
    unsafe = {case.endpoint for case in cases(app) if case.method not in SAFE | {"DELETE"}}
    empty = {
        *("likeness.draft", "likeness.draft_part", "operator.cancel", "operator.retry", "sign_in.leave"),
        *("accounts.disable", "accounts.enable", "accounts.end_sessions", "accounts.reset"),
        *("own_account.end_others", "own_account.end_session", "own_account.read_news", "own_tokens.revoke"),
        *("second_factor.remake_recovery_codes", "second_factor.turn_off", "waiting.confirm", "waiting.decline"),
        *("single_sign_on.link", "single_sign_on.remove", "single_sign_on.unlink_account"),
    }
    return sorted(unsafe - _BODIES.keys() - empty)


def body_of(case: Case, place: Place) -> dict[str, Any]:
    """What a case sends beside its address."""
    return _BODIES.get(case.endpoint, lambda _: {})(place)


def address(house: House, case: Case, place: Place, job: int) -> str:
    """The path of a case at a place."""
    adapter: MapAdapter = house.app.url_map.bind("localhost")
    values = {name: value for name, value in place.values(job).items() if name in case.names}
    if case.endpoint == "api.file":
        values = {}
    return adapter.build(case.endpoint, values, method=case.method)


def send(
    house: House,
    case: Case,
    place: Place,
    who: str,
    *,
    job: int | None = None,
    by_token: bool = False,
    method: str = "",
    **more: Any,
) -> TestResponse:
    """Send a case's request about a place as somebody; what it changes stays changed."""
    path = address(house, case, place, house.job if job is None else job)
    body = body_of(case, place)
    headers = {**_SAID.get(case.endpoint, {}), **more.pop("headers", {})}
    if by_token:
        client = house.app.test_client()
        headers["Authorization"] = f"Bearer {house.token(who)}"
    else:
        client, token = house.client(who)
        if case.endpoint.startswith(_CHANGES_SESSIONS):
            # What becomes of the session stays with this one browser.
            client = house.copy_of(client)
        if case.method not in SAFE:
            headers["X-CSRFToken"] = token
    answer: TestResponse = client.open(path, method=method or case.method, headers=headers, **{**body, **more})
    return answer


_CHANGING = [
    (re.compile(rb'(name="(?:csrf_token|idempotency_key)" value=")[^"]*'), rb"\1"),
    (re.compile(rb'(content=")[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+(")'), rb"\1\2"),
]


def bare(answer: TestResponse, path: str) -> tuple[int, Mapping[str, str], bytes]:
    """An answer without what differs between any two: the request's own number, its path, the page's token."""
    number = answer.headers["X-Request-ID"]
    left_out = {"X-Request-ID", "Date", "Set-Cookie"}
    body = answer.data.replace(number.encode(), b"NUMBER").replace(path.encode(), b"PATH")
    for pattern, instead in _CHANGING:
        body = pattern.sub(instead, body)
    headers = {
        name: text.replace(path, "PATH").replace(path.replace("/", "%2F"), "PATH")
        for name, text in answer.headers.items()
        if name not in left_out and name != "Content-Length"
    }
    return answer.status_code, headers, body
