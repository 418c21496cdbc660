"""Whatever changes something asks for the session's token: every route, found in the map of addresses."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from filled import PEOPLE
from filled import Address
from filled import addresses
from filled import contents
from filled import fill

from thidua.application.access.permissions import FREE
from thidua.application.access.permissions import PUBLIC
from thidua.application.access.permissions import ROUTES
from thidua.application.access.permissions import Right
from thidua.application.access.permissions import allows
from thidua.application.people.bearer_tokens import issue_token
from thidua.application.people.sessions import actor_named
from thidua.web import forgery
from thidua_testkit.files import a_pdf

#: Sign-in by a script: no token, but a page of this site; tried apart.
BY_ORIGIN = {"sign_in.again", "sign_in.carry"}
FORGED = "Trang này được mở từ một lần đăng nhập khác"
BULK = "/campaigns/ATGT-2021/periods/2021-9M/acceptance"
#: For each route that shows again what came with a bad token: who does it, where, with what. All but
#: the preview change something when the token is good.
REAL: dict[str, tuple[str, str, Callable[[Any, Any], dict[str, Any]]]] = {
    "form.file": (
        "reporter",
        "/campaigns/ATGT-2021/periods/2021-9M/units/LS-186-VHTT/form",
        lambda site, page: {**page.typed(), "/fields/banners": "31", "action": "save"},
    ),
    "paper.file": (
        "officer",
        "/campaigns/ATGT-2021/periods/2021-9M/units/LS-178-VHTT/paper",
        lambda site, page: {
            **page.typed(),
            **site.typed,
            "/on_behalf/paper_received_at": "14/9/2021 16:30",
            "/on_behalf/reason": "Mất mạng.",
            "action": "attach",
            "file:/on_behalf/scan": _a_scan(),
        },
    ),
    "review.give_back": (
        "officer",
        "/reports/1/return",
        lambda site, page: {
            "/remarks/~1fields~1banners": "Đếm lại.",
            "reason": "Chưa khớp.",
            "revision": "0",
            "action": "return",
        },
    ),
    "deadline.change": (
        "officer",
        "/campaigns/ATGT-2021/periods/2021-9M/units/LS-187-VHTT/deadline",
        lambda site, page: {
            "form": "extend",
            "seen": "0",
            "ends_at": "21/9/2021 11:30",
            "reason": "Mưa lũ, mất điện",
            "document_number": "12/CV-UBND",
            "requested_by": "UBND huyện Chi Lăng",
        },
    ),
    "bulk.preview": ("officer", f"{BULK}/preview", lambda site, page: {"report": "1.0"}),
    "bulk.accept": ("officer", BULK, lambda site, page: {"report": "1.0", "key": "0" * 32}),
}


def _a_scan() -> tuple[Any, str]:
    return io.BytesIO(a_pdf()), "ban-giay.pdf"


def told_by(answer: Any) -> str:
    return str(answer.json["detail"] if answer.is_json else answer.get_data(as_text=True))


@pytest.fixture
def filled(site: Any) -> Any:
    fill(site)
    return site


def unsafe(site: Any) -> list[Address]:
    found = list(addresses(site.app, site, unsafe=True))
    assert len({each.endpoint for each in found}) > 20
    return found


def test_no_route_does_anything_without_the_token_of_the_very_session(filled: Any) -> None:
    tokens: dict[str, str | None] = {"none": None, "empty": "", "made up": "x.y.z"}
    tokens["of another session"] = filled.visit("leader").token()
    visitors = {name: filled.visit(name) for name in PEOPLE}
    tokens["of the same person's other session"] = filled.visit("officer").token()
    before = contents(filled)
    turned_away_for_the_token = set()
    for name, visitor in visitors.items():
        for at in unsafe(filled):
            may = holds(filled, name, ROUTES[at.endpoint])
            for what, token in tokens.items():
                body = {"revision": "0", "name": "reporter", "password": filled.password, "kind": "rebuild"}
                data = body if token is None else {**body, "csrf_token": token}
                headers = {} if token is None else {"X-CSRFToken": token}
                answer = visitor.client.open(at.path, method=at.method, data=data, headers=headers)
                told = (name, at, what, answer.status_code)
                if not may:
                    assert answer.status_code == 403, told
                    continue
                turned_away_for_the_token.add(at.endpoint)
                if at.endpoint in forgery._SHOWS_AGAIN:
                    assert 400 <= answer.status_code < 500 or at.endpoint == "bulk.preview", told
                else:
                    assert answer.status_code == 400, told
                    assert at.endpoint in BY_ORIGIN or FORGED in told_by(answer), told
        assert contents(filled) == before, name
    # Nobody here heads a unit.
    assert {at.endpoint for at in unsafe(filled)} - turned_away_for_the_token == {"form.give_back"}


def holds(site: Any, name: str, needed: str) -> bool:
    """Tell whether a person has what a route needs; who has not is turned away before the token is looked at."""
    return needed in FREE or allows(actor_named(site.here.host, name), Right(needed))


def test_strangers_change_nothing_either(filled: Any) -> None:
    visitor = filled.stranger()
    token = filled.visit("officer").token()
    before = contents(filled)
    for at in unsafe(filled):
        form = {"csrf_token": token, "name": "reporter", "password": filled.password}
        answer = visitor.client.open(at.path, method=at.method, data=form)
        if ROUTES[at.endpoint] == PUBLIC:
            assert answer.status_code == 400, at
        else:
            assert answer.status_code in {303, 401}, (at, answer.status_code)
            assert answer.headers.get("Location", "/sign-in").startswith("/sign-in")
    assert contents(filled) == before


def test_signing_in_by_a_script_needs_a_page_of_this_site(filled: Any) -> None:
    before = contents(filled)
    body = {"name": "reporter", "password": filled.password}
    for headers in (
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://localhost"},
        {"Origin": "http://localhost:8080"},
        {"Origin": "http://localhost.evil.example"},
    ):
        answer = filled.stranger().client.post("/sign-in/again", json=body, headers=headers)
        assert answer.status_code == 400, headers
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        answer = filled.stranger().client.post(
            "/sign-in/again", data=json.dumps(body), content_type=kind, headers={"Origin": "http://localhost"}
        )
        assert answer.status_code == 415, kind
    assert contents(filled) == before
    good = filled.stranger().client.post("/sign-in/again", json=body, headers={"Origin": "http://localhost"})
    assert good.status_code == 200


def test_the_routes_that_show_again_are_those_tried_here() -> None:
    assert set(REAL) == forgery._SHOWS_AGAIN


@pytest.mark.parametrize("endpoint", REAL)
def test_what_would_change_something_with_the_token_changes_nothing_without_it(filled: Any, endpoint: str) -> None:
    """The routes that show again what came with a bad token get bodies that are sound."""
    who, path, body_of = REAL[endpoint]
    visitor = filled.visit(who)
    page = visitor.get(path)
    other = filled.visit(who).token()
    before = contents(filled)
    for token in ({}, {"csrf_token": other}):
        answer = visitor.post(path, {**body_of(filled, page), "csrf_token": "", **token}, token=False)
        assert answer.status in {200, 400}, answer.status
        assert contents(filled) == before
    done = visitor.post(path, body_of(filled, page))
    assert done.status < 400, done.html.one("main").text
    assert (contents(filled) == before) is (endpoint == "bulk.preview")


#: What a form of another site can send without asking the browser's leave.
SIMPLE = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", None)


def test_the_api_takes_neither_the_cookie_alone_nor_what_other_sites_can_send(filled: Any) -> None:
    """The token is there in the second round, and the body is still of a kind that a form can send."""
    visitors = [(name, filled.visit(name)) for name in ("officer", "reporter", "admin")]
    before = contents(filled)
    body = json.dumps({"revision": 0, "campaign_code": filled.campaign, "kind": "rebuild"})
    for at in unsafe(filled):
        if not at.endpoint.startswith("api."):
            continue
        visitor = next(each for name, each in visitors if holds(filled, name, ROUTES[at.endpoint]))
        token = visitor.token()
        alone = visitor.client.open(at.path, method=at.method, data=body, content_type="application/json")
        assert alone.status_code == 400, at
        for kind in SIMPLE:
            answer = visitor.client.open(at.path, method=at.method, data=body, content_type=kind)
            assert answer.status_code == 400, (at, kind)
            if at.method == "DELETE":
                continue  # has no body
            answer = visitor.client.open(
                at.path, method=at.method, data=body, content_type=kind, headers={"X-CSRFToken": token}
            )
            # The one address at which a form may send: a file, and this is none.
            expected = {400, 404, 415} if at.endpoint == "api.add_file" else {415}
            assert answer.status_code in expected, (at, kind, answer.status_code)
    assert contents(filled) == before


def test_a_bearer_token_needs_no_other_and_starts_no_session(filled: Any) -> None:
    bearer = issue_token(filled.here.host, name="officer", label="thử")
    client = filled.stranger().client
    headers = {"Authorization": f"Bearer {bearer}"}
    done = client.post("/api/v1/reports/1/accept", json={"revision": 0}, headers=headers)
    assert done.status_code == 204, done.text
    assert "Set-Cookie" not in done.headers
    # On pages it stands for nobody.
    assert client.post("/reports/1/accept", data={"revision": "0"}, headers=headers).status_code == 303
