"""The second factor, and showing once more who one is, where people sign in at an identity provider."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyotp
import pytest
from sign_on_desk import PERSON
from sign_on_desk import Desk
from sign_on_desk import confirming
from sign_on_desk import refused


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
