"""Signing in and out, forged requests, and what is kept of a page when the session ends."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("reporter", "/reports/due"),
        ("officer", "/campaigns/ATGT-2021/status?period=2021-9M"),
        ("leader", "/campaigns/ATGT-2021/status?period=2021-9M"),
        ("observer", "/campaigns/ATGT-2021/status?period=2021-9M"),
    ],
)
def test_everybody_lands_where_their_work_is(site: Any, name: str, place: str) -> None:
    assert site.visit(name).get("/").location == place


def test_an_administrator_sees_the_campaigns_and_no_figures(site: Any) -> None:
    page = site.visit("admin").get("/")
    assert page.status == 200
    assert "Phong trào thi đua bảo đảm trật tự, an toàn giao thông năm 2021" in page.html.text
    assert site.visit("admin").get(site.status).status == 403


def test_an_account_without_a_role_is_told_so(site: Any) -> None:
    assert "chưa được giao vai trò nào" in site.visit("newcomer").get("/").html.text


def test_a_wrong_password_is_answered_in_one_sentence_whoever_is_meant(site: Any) -> None:
    answers = [site.stranger().sign_in(name, "sai mật khẩu") for name in ("reporter", "nobody")]
    assert [answer.status for answer in answers] == [401, 401]
    assert {answer.html.one("div", role="alert").text for answer in answers} == {
        "Tên đăng nhập hoặc mật khẩu không đúng."
    }


def test_the_cookie_is_kept_from_scripts_and_other_sites(site: Any) -> None:
    cookies = site.stranger().sign_in("reporter").answer.headers.getlist("Set-Cookie")
    assert sorted(cookie.partition("=")[0] for cookie in cookies) == ["thidua", "thidua-device"]
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert site.password not in cookie


def test_signing_out_ends_the_session_on_the_server_too(site: Any) -> None:
    visitor = site.visit("reporter")
    kept = visitor.client.get_cookie("thidua").value
    page = visitor.post("/sign-out", {})
    assert page.location == "/sign-in"
    assert "storage" in page.answer.headers["Clear-Site-Data"]
    assert visitor.client.get_cookie("thidua") is None
    visitor.client.set_cookie("thidua", kept)
    assert visitor.get("/reports/due").location.startswith("/sign-in")


def test_signing_in_starts_a_new_session_with_a_new_token(site: Any) -> None:
    visitor = site.stranger()
    before = visitor.token()
    visitor.sign_in("reporter")
    page = visitor.post("/sign-out", {"csrf_token": before}, token=False)
    assert page.status == 400


def test_the_way_back_after_signing_in_leads_to_the_page_that_was_asked_for(site: Any) -> None:
    visitor = site.stranger()
    asked = visitor.get(site.status)
    assert asked.status == 303
    form = visitor.get(asked.location).html.one("form")
    assert form.one("input", name="next").attributes["value"] == site.status
    assert visitor.sign_in("officer", next_path=site.status).location == site.status


def test_what_was_typed_survives_the_end_of_the_session(site: Any) -> None:
    visitor = site.visit("reporter")
    typed = {**visitor.get(site.form).typed(), **site.typed, "action": "file"}
    typed["/fields/difficulties"] = "\nDòng một\nDòng hai “ngoặc” <b>&amp;"
    visitor.client.delete_cookie("thidua")

    asked = visitor.post(site.form, typed)
    assert asked.status == 401
    assert "vẫn còn nguyên" in asked.html.text
    carried = {area.attributes["name"]: area.raw.removeprefix("\n") for area in asked.html.one("main").all("textarea")}
    assert carried["/fields/difficulties"] == typed["/fields/difficulties"]
    again = visitor.post("/sign-in", {**carried, "name": "reporter", "password": "sai", "next": site.form})
    assert again.status == 401
    assert len(again.html.one("main").all("textarea")) == len(carried)

    signed_in = visitor.post("/sign-in", {**carried, "name": "reporter", "password": site.password, "next": site.form})
    assert signed_in.status == 200
    handed_on = {area.attributes["name"]: area.raw.removeprefix("\n") for area in signed_in.html.all("textarea")}
    assert "action" not in handed_on
    back = visitor.post(site.form, {**handed_on, "action": "show"})
    assert back.status == 200
    shown = back.typed()
    for name, text in typed.items():
        if name.startswith("/"):
            assert shown[name] == text, name
    assert visitor.get("/reports").html.all("tbody") == []


def test_what_another_site_posts_is_not_shown(site: Any) -> None:
    visitor = site.stranger()
    page = visitor.post(
        site.form, {"/fields/staff_total": "666"}, token=False, headers={"Origin": "https://evil.example"}
    )
    assert page.status == 303
    page = visitor.post(site.form, {"/fields/staff_total": "6"}, token=False, headers={"Sec-Fetch-Site": "cross-site"})
    assert page.status == 303
