"""Signing in at an identity provider: who comes in, who does not, and what a trip there can be used for."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pytest
from filled import contents
from signing_provider import ISSUER
from signing_provider import SETTINGS
from signing_provider import with_provider

from thidua.application.people.identities import link_identity
from thidua.domain.errors import UnavailableError
from thidua.settings import load
from thidua.web.app import create_app
from thidua_testkit.installation import CONFIG_DIR

BACK = "/sign-in/provider/back"
LABEL = SETTINGS.label
#: Its person is linked to this account.
PERSON = "reporter"


class Desk:
    """A site with a provider, at which one person is linked."""

    def __init__(self, site: Any, folder: Path, **rules: Any) -> None:
        self.site = site
        site.here.host, self.far = with_provider(site.here.host, **rules)
        settings = load({"THIDUA_DATA": str(folder), "THIDUA_SECRET_KEY": "x" * 40}, CONFIG_DIR)
        site.app = create_app(site.here.host, settings)
        self.link(PERSON, self.far.subject)

    def link(self, name: str, subject: str) -> None:
        link_identity(self.site.here.host, None, self.site.here.actors[name].account_id, subject)

    def leave(self, visitor: Any, path: str = "/sign-in/provider", **data: Any) -> str:
        """Go to the provider and return the address."""
        page = visitor.post(path, data)
        assert page.status == 200, page.status
        return str(page.html.one("meta", http_equiv="refresh").attributes["content"].removeprefix("0; url="))

    def come_back(self, visitor: Any, address: str, **changed: str) -> Any:
        return visitor.get(BACK, query_string={**self.far.visit(address), **changed})

    def sign_in(self, visitor: Any, next_path: str = "/reports") -> Any:
        return self.come_back(visitor, self.leave(visitor, next=next_path))

    def visit(self) -> Any:
        visitor = self.site.stranger()
        assert self.sign_in(visitor).status == 303
        return visitor

    def reasons(self) -> list[Any]:
        with self.site.here.host.work.reading() as work:
            connection = work._connection
            rows = connection.exec_driver_sql(
                "SELECT detail FROM audit_entry WHERE act = 'sign_in' AND outcome = 'refused' ORDER BY id"
            )
            return [re.search(r'"reason": ?"(\w+)"', str(row[0]))[1] for row in rows]  # type: ignore[index]

    def no_password(self, name: str) -> None:
        with self.site.here.host.work.writing() as work:
            work.accounts.change_password(self.site.here.actors[name].account_id, "")
            work.commit()

    def later(self, **by: float) -> None:
        self.site.here.clock.instant += timedelta(**by)


@pytest.fixture
def desk(site: Any, tmp_path: Path) -> Desk:
    return Desk(site, tmp_path)


@pytest.fixture
def without_passwords(site: Any, tmp_path: Path) -> Desk:
    return Desk(site, tmp_path, takes_passwords=False)


# --- the whole way --------------------------------------------------------------------------------


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


# --- what comes back ------------------------------------------------------------------------------


def refused(desk: Desk, page: Any, reason: str) -> None:
    assert page.status == 401
    assert page.html.one("h1").text == "Chưa đăng nhập được"
    assert desk.reasons()[-1] == reason


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


# --- who nobody is linked to ----------------------------------------------------------------------


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


# --- the second factor, and showing once more who one is ------------------------------------------


def set_up_second_factor(desk: Desk, visitor: Any) -> str:
    offered = visitor.get("/second-factor/set-up").answer.text
    seed = re.search(r"[A-Z2-7]{4}(?: [A-Z2-7]{4}){7}|[A-Z2-7]{32}", offered)
    assert seed
    bare = seed[0].replace(" ", "")
    done = visitor.post("/second-factor/set-up", {"code": pyotp.TOTP(bare).at(desk.site.here.clock.instant)})
    assert done.status == 200, done.html.text
    return bare


def test_our_second_factor_is_asked_for_unless_the_provider_showed_one(desk: Desk) -> None:
    seed = set_up_second_factor(desk, desk.site.visit(PERSON))
    visitor = desk.site.stranger()
    came = desk.sign_in(visitor)
    assert came.location == "/sign-in/second?next=/reports"
    assert not visitor.is_signed_in()
    desk.later(minutes=1)
    code = pyotp.TOTP(seed).at(desk.site.here.clock.instant)
    assert visitor.post("/sign-in/second", {"code": code, "next": "/reports"}).location == "/reports"
    desk.far.claims = {"amr": ["pwd", "otp"], "acr": "1"}
    assert desk.sign_in(desk.site.stranger()).location.startswith("/sign-in/second")
    desk.far.claims = {"amr": ["pwd", "mfa"]}
    assert desk.sign_in(desk.site.stranger()).location == "/reports"


def test_roles_that_need_a_second_factor_set_one_up_unless_the_provider_showed_one(site: Any, tmp_path: Path) -> None:
    desk = Desk(site, tmp_path, needs_second_factor=True)
    desk.link("officer", "can-bo-2")
    desk.far.subject = "can-bo-2"
    assert desk.visit().get("/reports").location == "/second-factor/set-up"
    desk.far.claims = {"acr": "mfa"}
    assert desk.visit().get("/reports").status == 200


@pytest.mark.parametrize(
    ("shown", "is_fresh"),
    [({}, True), ({"auth_time": None}, False), ({"auth_time": -9}, True), ({"auth_time": -11}, False)],
)
def test_signing_in_shows_who_one_is_only_if_that_was_just_shown_there(
    desk: Desk, shown: dict[str, Any], *, is_fresh: bool
) -> None:
    now = int(desk.site.here.clock.instant.timestamp())
    desk.far.claims = {name: value if value is None else now + value * 60 for name, value in shown.items()}
    page = desk.visit().get("/second-factor/set-up")
    assert page.status == (200 if is_fresh else 303)


def test_what_was_shown_at_the_provider_grows_old_from_then_on(desk: Desk) -> None:
    desk.far.claims = {"auth_time": int(desk.site.here.clock.instant.timestamp()) - 9 * 60}
    visitor = desk.visit()
    desk.later(minutes=2)
    assert visitor.get("/second-factor/set-up").status == 303


def confirming(desk: Desk, visitor: Any) -> str:
    return desk.leave(visitor, "/confirm/provider", next="/second-factor/set-up")


def test_who_has_no_password_shows_at_the_provider_who_it_is(desk: Desk) -> None:
    desk.no_password(PERSON)
    visitor = desk.visit()
    desk.later(minutes=11)
    asked = visitor.get("/second-factor/set-up")
    assert asked.location.startswith("/confirm?")
    page = visitor.get(asked.location)
    assert page.html.one("main").all("form")[0].attributes["action"] == "/confirm/provider"
    assert page.html.all("input", type="password") == []
    assert visitor.post("/confirm", {"proof": "", "confirm_next": "/"}).status == 401
    address = confirming(desk, visitor)
    assert "prompt=login" in address
    assert "max_age=0" in address
    secret = visitor.client.get_cookie("thidua").value
    came = desk.come_back(visitor, address)
    assert (came.status, came.location) == (303, "/second-factor/set-up")
    assert visitor.get("/second-factor/set-up").status == 200
    stolen = desk.site.stranger()
    stolen.client.set_cookie("thidua", secret)
    assert not stolen.is_signed_in()


@pytest.mark.parametrize("shown", [None, -60, -5])
def test_a_provider_that_did_not_ask_anew_confirms_nothing(desk: Desk, shown: int | None) -> None:
    desk.no_password(PERSON)
    visitor = desk.visit()
    desk.later(minutes=11)
    now = int(desk.site.here.clock.instant.timestamp())
    desk.far.claims = {"auth_time": None if shown is None else now + shown * 60}
    refused(desk, desk.come_back(visitor, confirming(desk, visitor)), "auth_time")
    assert visitor.get("/second-factor/set-up").status == 303


def test_another_person_at_the_provider_confirms_nothing(desk: Desk) -> None:
    desk.no_password(PERSON)
    desk.link("observer", "can-bo-2")
    visitor = desk.visit()
    desk.later(minutes=11)
    for subject in ("can-bo-2", "nobody"):
        desk.far.subject = subject
        refused(desk, desk.come_back(visitor, confirming(desk, visitor)), "another")
    assert visitor.get("/second-factor/set-up").status == 303


def test_a_trip_is_good_for_what_it_was_begun_for_and_in_its_session(desk: Desk) -> None:
    desk.no_password(PERSON)
    visitor = desk.visit()
    address = confirming(desk, visitor)
    ticket = visitor.client.get_cookie("thidua-trip").value
    elsewhere = desk.visit()
    elsewhere.client.set_cookie("thidua-trip", ticket)
    refused(desk, desk.come_back(elsewhere, address), "session")
    # A confirmation signs nobody in.
    address = confirming(desk, visitor)
    stranger = desk.site.stranger()
    stranger.client.set_cookie("thidua-trip", visitor.client.get_cookie("thidua-trip").value)
    assert desk.come_back(stranger, address).status == 401
    assert not stranger.is_signed_in()


def test_whoever_has_a_password_or_a_second_factor_shows_that_and_not_the_provider(desk: Desk) -> None:
    visitor = desk.visit()
    assert visitor.post("/confirm/provider", {"next": "/"}).status == 409
    set_up_second_factor(desk, visitor)
    desk.no_password(PERSON)
    assert visitor.post("/confirm/provider", {"next": "/"}).status == 409


def test_a_second_factor_set_up_meanwhile_makes_the_provider_not_enough(desk: Desk) -> None:
    desk.no_password(PERSON)
    visitor = desk.visit()
    address = confirming(desk, visitor)
    set_up_second_factor(desk, desk.visit())
    page = desk.come_back(visitor, address)
    assert page.status in {401, 409}


def test_what_a_form_brought_waits_for_the_provider_in_another_tab(desk: Desk) -> None:
    desk.no_password("admin")
    desk.link("admin", "can-bo-2")
    desk.far.subject = "can-bo-2"
    admin = desk.visit()
    desk.later(minutes=11)
    typed = {
        "name": "moi",
        "full_name": "Người mới",
        "position": "",
        "role": "",
        "unit": "",
        "since": "",
        "last_on": "",
    }
    asked = admin.post("/accounts/invite", typed)
    assert asked.status == 403
    there, on = asked.html.one("main").all("form")
    assert (there.attributes["action"], there.attributes["target"]) == ("/confirm/provider", "_blank")
    assert on.attributes["action"] == "/accounts/invite"
    controls = {each.attributes["name"]: each.raw.removeprefix("\n") for each in on.all("textarea")}
    assert controls == typed
    token = on.one("input", name="csrf_token").attributes["value"]
    came = desk.come_back(admin, desk.leave(admin, "/confirm/provider", next="/sign-in/provider/done"))
    assert admin.get(came.location).status == 200
    assert admin.post("/accounts/invite", {**controls, "csrf_token": token}, token=False).status == 200


# --- links ----------------------------------------------------------------------------------------


def own_links(desk: Desk, name: str) -> list[str]:
    with desk.site.here.host.work.reading() as work:
        return [each.subject for each in work.identities.of(desk.site.here.actors[name].account_id)]


def test_a_person_links_the_own_account_by_signing_in_there_anew(desk: Desk) -> None:
    desk.far.subject = "can-bo-2"
    visitor = desk.site.visit("observer")
    address = desk.leave(visitor, "/my-account/identities")
    assert "prompt=login" in address
    came = desk.come_back(visitor, address)
    assert came.location == "/my-account?done=linked"
    assert own_links(desk, "observer") == ["can-bo-2"]
    page = visitor.get(came.location).html.text
    assert "Đã nối với một tài khoản định danh" in page
    assert desk.visit().get("/my-account").html.text.count("Người dùng observer") > 0


def test_linking_asks_first_who_is_there_and_again_at_the_end(desk: Desk) -> None:
    visitor = desk.site.visit("observer")
    address = desk.leave(visitor, "/my-account/identities")
    desk.later(minutes=9, seconds=59)
    stale = desk.site.visit("observer")
    stale_address = desk.leave(stale, "/my-account/identities")
    desk.later(seconds=2)
    assert desk.come_back(visitor, address).status in {303, 401}
    assert own_links(desk, "observer") == []
    desk.later(minutes=9)
    desk.far.subject = "can-bo-2"
    assert desk.come_back(stale, stale_address).location == "/my-account?done=linked"
    desk.later(minutes=2)
    assert desk.site.here.actors["observer"]
    assert stale.post("/my-account/identities", {}).status == 403


@pytest.mark.parametrize("shown", [None, -60])
def test_a_colleague_whom_the_provider_remembers_is_not_linked(desk: Desk, shown: int | None) -> None:
    desk.far.subject = "can-bo-2"
    visitor = desk.site.visit("observer")
    now = int(desk.site.here.clock.instant.timestamp())
    desk.far.claims = {"auth_time": None if shown is None else now + shown * 60}
    refused(desk, desk.come_back(visitor, desk.leave(visitor, "/my-account/identities")), "auth_time")
    assert own_links(desk, "observer") == []


def test_who_is_linked_is_linked_to_nobody_else(desk: Desk) -> None:
    visitor = desk.site.visit("observer")
    came = desk.come_back(visitor, desk.leave(visitor, "/my-account/identities"))
    assert came.status == 409
    assert own_links(desk, "observer") == []
    assert own_links(desk, PERSON) == ["can-bo-1"]


def test_a_link_is_made_by_its_own_session_alone(desk: Desk) -> None:
    attacker, victim = desk.site.visit("neighbour"), desk.site.visit("observer")
    desk.far.subject = "can-bo-2"
    address = desk.leave(attacker, "/my-account/identities")
    victim.client.set_cookie("thidua-trip", attacker.client.get_cookie("thidua-trip").value)
    refused(desk, desk.come_back(victim, address), "session")
    assert own_links(desk, "observer") == []


def test_a_person_removes_the_own_link_and_is_out_elsewhere(desk: Desk) -> None:
    here, there = desk.visit(), desk.visit()
    page = here.get("/my-account").html
    [form] = [each for each in page.all("form") if "/identities/" in each.attributes["action"]]
    assert here.post(form.attributes["action"], {}).location == "/my-account?done=unlinked"
    assert own_links(desk, PERSON) == []
    assert here.is_signed_in()
    assert not there.is_signed_in()
    refused(desk, desk.sign_in(desk.site.stranger()), "unknown")


def test_nobody_removes_the_last_way_in(desk: Desk) -> None:
    desk.no_password(PERSON)
    visitor = desk.visit()
    assert visitor.post("/my-account/identities/1/remove", {}).status == 409
    assert own_links(desk, PERSON) == ["can-bo-1"]


def test_nobody_removes_anothers_link(desk: Desk) -> None:
    assert desk.site.visit("observer").post("/my-account/identities/1/remove", {}).status == 404
    assert own_links(desk, PERSON) == ["can-bo-1"]


def test_who_manages_accounts_links_and_unlinks_others(desk: Desk) -> None:
    admin, person = desk.site.visit("admin"), desk.site.visit("observer")
    account = f"/accounts/{desk.site.here.actors['observer'].account_id}"
    for subject in ("", "can bo", "cán-bộ", "x" * 256, "can-bo-1"):
        again = admin.post(f"{account}/identities", {"subject": subject})
        assert again.status == 409
        assert again.html.one("input", id="subject").attributes["aria-invalid"] == "true"
    assert admin.post(f"{account}/identities", {"subject": " can-bo-2 "}).location == f"{account}?done=linked"
    assert own_links(desk, "observer") == ["can-bo-2"]
    assert "Đã nối với một tài khoản định danh" in person.get("/my-account").html.text
    [form] = [each for each in admin.get(account).html.all("form") if "/remove" in each.attributes["action"]]
    assert admin.post(form.attributes["action"], {}).location == f"{account}?done=unlinked"
    assert own_links(desk, "observer") == []
    assert not person.is_signed_in()


def test_who_manages_accounts_does_not_link_the_own_so(desk: Desk) -> None:
    admin = desk.site.visit("admin")
    own = f"/accounts/{desk.site.here.actors['admin'].account_id}"
    assert admin.post(f"{own}/identities", {"subject": "can-bo-2"}).status == 409
    assert own_links(desk, "admin") == []


def test_an_account_has_three_links_at_most(desk: Desk) -> None:
    admin = desk.site.visit("admin")
    account = f"/accounts/{desk.site.here.actors['observer'].account_id}/identities"
    statuses = [admin.post(account, {"subject": f"nguoi-{number}"}).status for number in range(4)]
    assert statuses == [303, 303, 303, 409]


def test_linking_others_asks_first_who_is_there(desk: Desk) -> None:
    admin = desk.site.visit("admin")
    desk.later(minutes=11)
    account = f"/accounts/{desk.site.here.actors['observer'].account_id}/identities"
    assert admin.post(account, {"subject": "can-bo-2"}).status == 403
    assert admin.post(f"{account}/1/remove", {}).status == 403
    assert own_links(desk, "observer") == []


# --- without passwords ----------------------------------------------------------------------------


def test_where_passwords_are_off_none_is_asked_for_and_none_is_taken(without_passwords: Desk) -> None:
    desk = without_passwords
    visitor = desk.site.stranger()
    page = visitor.get("/sign-in")
    assert page.html.all("input", type="password") == []
    assert [each.text for each in page.html.one("main").all("button")] == [f"Đăng nhập bằng {LABEL}"]
    tried = visitor.post("/sign-in", {"name": PERSON, "password": desk.site.password, "next": "/"})
    assert tried.status == 401
    assert "không dùng mật khẩu" in tried.html.text
    again = visitor.client.post(
        "/sign-in/again",
        json={"name": PERSON, "password": desk.site.password},
        headers={"Origin": "http://localhost"},
    )
    assert again.status_code == 401
    assert not visitor.is_signed_in()
    assert desk.reasons() == ["passwords_off", "passwords_off"]


def test_where_passwords_are_off_none_is_set_and_none_is_reset(without_passwords: Desk) -> None:
    desk = without_passwords
    visitor = desk.visit()
    assert "/my-account/password" not in visitor.get("/my-account").answer.text
    assert visitor.get("/my-account/password").status == 403
    new = {"old": desk.site.password, "password": "cánh đồng mùa gặt chín", "again": "cánh đồng mùa gặt chín"}
    assert visitor.post("/my-account/password", new).status == 403
    code = {"code": "AAAA", "password": new["password"], "again": new["password"]}
    assert desk.site.stranger().post("/join", code).status == 409
    desk.link("admin", "can-bo-2")
    desk.far.subject = "can-bo-2"
    admin = desk.visit()
    account = f"/accounts/{desk.site.here.actors['observer'].account_id}"
    assert f"{account}/reset" not in admin.get(account).answer.text
    assert admin.post(f"{account}/reset", {}).status == 403
    typed = {
        "name": "moi",
        "full_name": "Người mới",
        "position": "",
        "role": "",
        "unit": "",
        "since": "",
        "last_on": "",
    }
    invited = admin.post("/accounts/invite", typed)
    assert invited.status == 200
    assert "/join#" not in invited.answer.text


def test_where_passwords_are_off_a_password_confirms_nothing(without_passwords: Desk) -> None:
    desk = without_passwords
    visitor = desk.visit()
    desk.later(minutes=11)
    assert visitor.post("/confirm", {"proof": desk.site.password, "confirm_next": "/"}).status == 401
    assert visitor.get("/second-factor/set-up").status == 303
    assert desk.come_back(visitor, confirming(desk, visitor)).status == 303
    assert visitor.get("/second-factor/set-up").status == 200


def test_the_last_administrator_who_can_come_in_keeps_the_link(without_passwords: Desk) -> None:
    desk = without_passwords
    desk.link("admin", "can-bo-2")
    desk.far.subject = "can-bo-2"
    admin = desk.visit()
    assert admin.post("/my-account/identities/2/remove", {}).status == 409
    assert own_links(desk, "admin") == ["can-bo-2"]


# --- pages that stay open, and leaving ------------------------------------------------------------


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
