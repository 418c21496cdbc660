"""Accounts and persons at an identity provider: who links them, who unlinks them."""

from __future__ import annotations

import pytest
from sign_on_desk import PERSON
from sign_on_desk import Desk
from sign_on_desk import own_links
from sign_on_desk import refused


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def site_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


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
