"""Where passwords are switched off, none is asked for, taken, set or reset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sign_on_desk import LABEL
from sign_on_desk import PERSON
from sign_on_desk import Desk
from sign_on_desk import confirming
from sign_on_desk import own_links


@pytest.fixture
def without_passwords(site: Any, tmp_path: Path) -> Desk:
    return Desk(site, tmp_path, takes_passwords=False)


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
