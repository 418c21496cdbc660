"""Signing in at an identity provider: who comes in, who does not, and what a trip there can be used for."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from filled import contents
from sign_on_desk import BACK
from sign_on_desk import LABEL
from sign_on_desk import PERSON
from sign_on_desk import Desk
from sign_on_desk import refused
from signing_provider import ISSUER
from signing_provider import SETTINGS

from thidua.domain.errors import UnavailableError
from thidua.settings import load
from thidua.web.app import create_app
from thidua_testkit.installation import CONFIG_DIR


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def site_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


# --- the whole way ---------------------------------------------------------------------------------


def test_who_is_linked_signs_in_at_the_provider(desk: Desk) -> None:
    visitor = desk.site.stranger()
    asked = visitor.get("/sign-in?next=/reports")
    assert [each.text for each in asked.html.one("main").all("button")] == [
        f"Đăng nhập bằng {LABEL}",
        "Đăng nhập bằng mật khẩu",
    ]
    left = visitor.post("/sign-in/provider", {"next": "/reports"})
    address = left.html.one("meta", http_equiv="refresh").attributes["content"].removeprefix("0; url=")
    assert address == left.html.one("main").all("a")[0].attributes["href"]
    assert address.startswith(f"{ISSUER}/auth?")
    came = desk.come_back(visitor, address)
    assert (came.status, came.location) == (303, "/reports")
    assert visitor.get("/reports").status == 200
    own = visitor.get("/my-account").html.text
    assert "can-bo-1" in own
    assert "chưa lần nào" not in own


def test_signing_in_ends_the_session_that_was_there_and_gives_new_secrets(desk: Desk) -> None:
    visitor = desk.site.visit("observer")
    cookie, token = visitor.client.get_cookie("thidua").value, visitor.token()
    other = desk.site.stranger()
    other.client.set_cookie("thidua", cookie)
    assert desk.sign_in(visitor).status == 303
    assert visitor.client.get_cookie("thidua").value != cookie
    assert visitor.token() != token
    assert not other.is_signed_in()


def test_a_trip_begins_with_a_form_of_ours_alone(desk: Desk) -> None:
    assert desk.site.stranger().post("/sign-in/provider", {"next": "/"}, token=False).status == 400
    assert desk.site.stranger().get("/sign-in/provider").status == 405


def test_the_way_back_leads_to_places_of_this_site_alone(desk: Desk) -> None:
    for path in ("https://evil.example.vn/", "//evil.example.vn", "/\\evil.example.vn"):
        assert desk.sign_in(desk.site.stranger(), path).location == "/"


def test_the_ticket_is_sealed_kept_from_scripts_and_taken_away(desk: Desk, tmp_path: Path) -> None:
    visitor = desk.site.stranger()
    left = visitor.post("/sign-in/provider", {"next": "/"})
    [given] = [each for each in left.answer.headers.getlist("Set-Cookie") if each.startswith("thidua-trip=")]
    assert {"HttpOnly", "SameSite=Lax", "Max-Age=600", "Path=/"} <= {each.strip() for each in given.split(";")}
    ticket = visitor.client.get_cookie("thidua-trip").value
    address = left.html.one("main").all("a")[0].attributes["href"]
    asked = dict(part.split("=", 1) for part in urlsplit(address).query.split("&"))
    assert asked["state"] not in ticket
    assert asked["nonce"] not in ticket
    desk.come_back(visitor, address)
    assert visitor.client.get_cookie("thidua-trip") is None
    environ = {"THIDUA_DATA": str(tmp_path), "THIDUA_SECRET_KEY": "x" * 40, "THIDUA_SECURE_COOKIES": "true"}
    secure = create_app(desk.site.here.host, load(environ, CONFIG_DIR)).test_client()
    page = secure.get("/sign-in", base_url="https://localhost").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    data = {"next": "/", "csrf_token": token[1]}
    headers = {"Referer": "https://localhost/sign-in"}
    left = secure.post("/sign-in/provider", base_url="https://localhost", data=data, headers=headers)
    [given] = [each for each in left.headers.getlist("Set-Cookie") if "-trip=" in each]
    assert given.startswith("__Host-thidua-trip=")
    assert "Secure" in given


def test_nothing_that_the_provider_gives_is_kept(desk: Desk) -> None:
    visitor = desk.visit()
    [sent] = desk.far.redeemed
    given = [desk.far.signed("x").split(".")[0], "access-of-the-provider", sent["code"], sent["code_verifier"]]
    kept = repr(contents(desk.site, but=())) + visitor.client.get_cookie("thidua").value
    assert [each for each in given if each in kept] == []


# --- what comes back -------------------------------------------------------------------------------


def test_who_comes_back_without_having_left_changes_nothing(desk: Desk) -> None:
    before = contents(desk.site)
    visitor = desk.site.stranger()
    refused(desk, visitor.get(BACK), "ticket")
    refused(desk, visitor.get(BACK, query_string={"state": "x", "code": "y", "iss": ISSUER}), "ticket")
    visitor.client.set_cookie("thidua-trip", "rubbish")
    refused(desk, visitor.get(BACK, query_string={"state": "x", "code": "y"}), "ticket")
    assert contents(desk.site) == before
    assert desk.far.calls == []


def test_the_answer_to_another_browser_is_of_no_use(desk: Desk) -> None:
    attacker, victim = desk.site.stranger(), desk.site.stranger()
    theirs = desk.far.visit(desk.leave(attacker, next="/"))
    refused(desk, victim.get(BACK, query_string=theirs), "ticket")
    desk.leave(victim, next="/")
    refused(desk, victim.get(BACK, query_string=theirs), "ticket")
    assert desk.far.redeemed == []


def test_a_trip_is_good_once(desk: Desk) -> None:
    visitor = desk.site.stranger()
    address = desk.leave(visitor, next="/")
    ticket = visitor.client.get_cookie("thidua-trip").value
    brought = desk.far.visit(address)
    assert visitor.get(BACK, query_string=brought).status == 303
    visitor.client.set_cookie("thidua-trip", ticket)
    refused(desk, visitor.get(BACK, query_string=brought), "used")
    visitor.client.set_cookie("thidua-trip", ticket)
    refused(desk, visitor.get(BACK, query_string={**brought, "code": desk.far.visit(address)["code"]}), "used")
    assert len(desk.far.redeemed) == 1


def test_a_trip_takes_ten_minutes_at_most(desk: Desk) -> None:
    visitor = desk.site.stranger()
    address = desk.leave(visitor, next="/")
    desk.later(minutes=10, seconds=1)
    refused(desk, desk.come_back(visitor, address), "ticket")


def test_a_ticket_is_good_for_the_provider_it_was_made_for(desk: Desk) -> None:
    visitor = desk.site.stranger()
    address = desk.leave(visitor, next="/")
    desk.site.here.host.provider._settings = replace(SETTINGS, issuer="https://other.example.vn")
    refused(desk, desk.come_back(visitor, address), "ticket")


@pytest.mark.parametrize("name", ["state", "code", "iss", "error"])
def test_what_is_far_too_long_is_not_looked_at(desk: Desk, name: str) -> None:
    visitor = desk.site.stranger()
    refused(desk, desk.come_back(visitor, desk.leave(visitor, next="/"), **{name: "x" * 5000}), "ticket")


@pytest.mark.parametrize(
    ("said", "noted"),
    [("access_denied", "access_denied"), ("<b>x</b>\r\nforged", "other"), ("server_error", "server_error")],
)
def test_what_the_provider_says_went_wrong_is_told_in_our_words(
    desk: Desk, said: str, noted: str, caplog: pytest.LogCaptureFixture
) -> None:
    visitor = desk.site.stranger()
    state = desk.far.visit(desk.leave(visitor, next="/"))["state"]
    brought = {"state": state, "error": said, "error_description": "Chuyển tiền ngay", "iss": ISSUER}
    page = visitor.get(BACK, query_string=brought)
    refused(desk, page, noted)
    assert "Chuyển tiền" not in page.answer.text
    assert "forged" not in page.answer.text + caplog.text
    assert desk.far.redeemed == []


def test_what_no_token_says_soundly_is_refused_and_noted_by_its_word(desk: Desk) -> None:
    for claims, reason in (({"nonce": "x"}, "nonce"), ({"aud": "x"}, "aud"), ({"exp": 1}, "exp")):
        desk.far.claims = claims
        refused(desk, desk.sign_in(desk.site.stranger()), reason)


def test_a_sender_that_is_another_provider_is_refused(desk: Desk) -> None:
    visitor = desk.site.stranger()
    refused(desk, desk.come_back(visitor, desk.leave(visitor, next="/"), iss="https://evil.example.vn"), "iss")


def test_a_provider_that_is_away_is_told_and_counted_for_nobody(desk: Desk) -> None:
    desk.far.answers["openid-configuration"] = UnavailableError("x")  # carried up as it is
    away = desk.site.stranger().post("/sign-in/provider", {"next": "/"})
    assert away.status == 503
    assert desk.site.visit("observer").get("/").status in {200, 303}


def test_guessing_at_the_way_back_is_slowed_down(desk: Desk) -> None:
    desk.far.claims = {"nonce": "x"}
    visitor = desk.site.stranger()
    statuses = [desk.sign_in(visitor).status for _ in range(32)]
    assert statuses[:30] == [401] * 30
    assert statuses[-1] == 429
    desk.far.claims = {}
    desk.later(minutes=20)
    assert desk.sign_in(visitor).status == 303


# --- who nobody is linked to -----------------------------------------------------------------------


def test_nobody_comes_in_by_a_name_or_an_address(desk: Desk) -> None:
    with desk.site.here.host.work.reading() as work:
        accounts = work.accounts.count()
    desk.far.subject = "officer"
    desk.far.claims = {"email": "officer@example.vn", "email_verified": True, "preferred_username": "officer"}
    page = desk.sign_in(desk.site.stranger())
    refused(desk, page, "unknown")
    assert page.html.one("code").text == "officer"
    assert "người quản trị" in page.html.text
    with desk.site.here.host.work.reading() as work:
        assert work.accounts.count() == accounts
        assert [each.subject for each in work.identities.all()] == ["can-bo-1"]


def test_who_is_disabled_reads_the_same_as_who_is_unknown(desk: Desk) -> None:
    def seen() -> str:
        return re.sub(r'value="[^"]*"|[0-9a-f]{12}', "", desk.sign_in(desk.site.stranger()).answer.text)

    desk.far.subject = "can-bo-2"
    unknown = seen()
    desk.link("observer", "can-bo-2")
    with desk.site.here.host.work.writing() as work:
        work.accounts.disable(desk.site.here.actors["observer"].account_id, desk.site.here.clock.now())
        work.commit()
    assert seen() == unknown
    assert desk.reasons() == ["unknown", "disabled"]


def test_what_the_provider_calls_a_person_is_shown_as_text(desk: Desk) -> None:
    desk.far.subject = "<script>alert(1)</script>"
    page = desk.sign_in(desk.site.stranger())
    assert page.html.one("code").text == desk.far.subject
    assert page.html.all("script") == []


# --- pages that stay open, and leaving -------------------------------------------------------------


def test_what_was_typed_goes_on_after_signing_in_in_another_tab(desk: Desk) -> None:
    visitor = desk.site.stranger()
    gone = visitor.post(desk.site.form, {"/fields/banners": "24", "action": "save"}, token=False)
    assert gone.status == 401
    there, on, _password = gone.html.one("main").all("form")
    assert (there.attributes["action"], there.attributes["target"]) == ("/sign-in/provider", "_blank")
    carried = {each.attributes["name"]: each.raw.removeprefix("\n") for each in on.all("textarea")}
    assert carried["/fields/banners"] == "24"
    data = {**carried, "next": desk.site.form, "csrf_token": on.one("input", name="csrf_token").attributes["value"]}
    assert visitor.post("/sign-in/carry", data, token=False).status == 400
    ours = {"Origin": "http://localhost"}
    assert visitor.post("/sign-in/carry", data, token=False, headers=ours).status == 401
    assert desk.sign_in(visitor, "/sign-in/provider/done").location == "/sign-in/provider/done"
    page = visitor.post("/sign-in/carry", data, token=False, headers=ours)
    assert page.status == 200
    [form] = page.html.one("main").all("form")
    assert form.attributes["action"] == desk.site.form
    assert form.one("textarea", name="/fields/banners").raw.strip() == "24"


def test_a_page_that_stays_open_asks_who_has_signed_in_beside(desk: Desk) -> None:
    visitor = desk.site.stranger()
    ours = {"Origin": "http://localhost"}
    assert visitor.client.post("/sign-in/again", json={}, headers=ours).status_code == 401
    desk.sign_in(visitor)
    answer = visitor.client.post("/sign-in/again", json={}, headers=ours)
    assert (answer.status_code, answer.json["name"]) == (200, PERSON)
    assert visitor.post("/sign-out", {"csrf_token": answer.json["csrf_token"]}, token=False).status == 303


def test_who_leaves_is_told_how_to_leave_the_provider_too(desk: Desk) -> None:
    visitor = desk.visit()
    left = visitor.post("/sign-out", {})
    assert left.location == "/sign-in?left=1"
    hrefs = [each.attributes["href"] for each in visitor.get(left.location).html.one("main").all("a")]
    assert f"{ISSUER}/logout?client_id=thidua" in hrefs
    assert not any("logout" in href for href in hrefs if not href.startswith(ISSUER))


def test_without_a_provider_nothing_of_it_is_there(site: Any) -> None:
    assert "/sign-in/provider" not in site.stranger().get("/sign-in").answer.text
    assert site.stranger().post("/sign-in/provider", {"next": "/"}).status == 404
    assert site.stranger().get(BACK).status == 404
    assert site.visit("observer").post("/my-account/identities", {}).status == 404
