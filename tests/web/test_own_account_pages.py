"""My account: sessions, news, the password and tokens, and that a token is never a session."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from thidua.application.people.bearer_tokens import issue_token

NEW = "cánh đồng mùa gặt chín"
FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"}


def bearer(site: Any, name: str = "officer") -> dict[str, str]:
    return {"Authorization": f"Bearer {issue_token(site.here.host, name=name, label='thử')}"}


def test_the_page_shows_roles_sessions_and_sign_ins(site: Any) -> None:
    site.stranger().sign_in("officer", "wrong")
    first, second = site.visit("officer"), site.stranger()
    form = {"name": "officer", "password": site.password, "next": "/", "csrf_token": second.token()}
    second.client.post("/sign-in", data=form, headers=FIREFOX)
    page = first.get("/my-account").html
    assert "Văn phòng Sở , từ 1/1/2020, không thời hạn" in page.text.replace("Sở,", "Sở ,")
    assert page.text.count("phiên này") == 1
    assert "Firefox trên Linux" in page.text
    assert page.text.count("Vào được") == 2
    assert page.text.count("Bị từ chối") == 1


def test_sessions_are_ended_one_or_all_others(site: Any) -> None:
    mine, second, third = (site.visit("officer") for _ in range(3))
    actions = [form.attributes["action"] for form in mine.get("/my-account").html.all("form")]
    assert sum("/sessions/" in each for each in actions) == 4
    assert mine.post("/my-account/sessions/end-others", {}).status == 303
    assert [each.get("/reports").status for each in (mine, second, third)] == [200, 303, 303]
    [own] = [
        form.attributes["action"]
        for form in mine.get("/my-account").html.all("form")
        if "/sessions/" in form.attributes["action"]
    ]
    assert mine.post(own, {}).status == 303
    assert mine.get("/reports").status == 303


def test_nobody_ends_the_session_of_another(site: Any) -> None:
    officer, leader = site.visit("officer"), site.visit("leader")
    [action] = [
        form.attributes["action"]
        for form in leader.get("/my-account").html.all("form")
        if "/sessions/" in form.attributes["action"]
    ]
    assert officer.post(action, {}).status == 404
    assert leader.get("/my-account").status == 200


def test_the_password_is_changed_and_the_banner_stands_until_it_is_read(site: Any) -> None:
    officer, elsewhere = site.visit("officer"), site.visit("officer")
    form = {"old": site.password, "password": NEW, "again": NEW, "end_others": "1"}
    assert officer.post("/my-account/password", {**form, "old": "wrong"}).status == 409
    assert officer.post("/my-account/password", {**form, "again": "khác"}).status == 422
    assert "vừa thay đổi" not in officer.get("/reports").html.text
    assert officer.post("/my-account/password", form).status == 303
    assert elsewhere.get("/reports").status == 303
    assert "vừa thay đổi" in officer.get("/reports").html.text
    again = site.stranger()
    assert again.sign_in("officer", NEW).status == 303
    assert "vừa thay đổi" in again.get("/reports").html.text
    assert "Mật khẩu đã đổi" in again.get("/my-account").html.text
    assert again.post("/my-account/news/read", {}).status == 303
    assert "vừa thay đổi" not in officer.get("/reports").html.text


def test_other_sessions_go_on_where_that_is_wished(site: Any) -> None:
    officer, elsewhere = site.visit("officer"), site.visit("officer")
    form = {"old": site.password, "password": NEW, "again": NEW}
    assert officer.post("/my-account/password", form).status == 303
    assert elsewhere.get("/reports").status == 200


def test_a_token_is_shown_once_used_seen_and_revoked(site: Any) -> None:
    officer = site.visit("officer")
    form = {"label": "Bảng tin", "days": "30", "scopes": ["read_status", "read_report"]}
    page = officer.post("/my-account/tokens", form)
    secret = page.html.one("code", class_="shown-once").text
    assert page.answer.headers["Cache-Control"] == "no-store"
    listed = officer.get("/my-account/tokens")
    assert secret not in listed.answer.text
    assert "chưa dùng" in listed.html.text
    api, headers = site.stranger().client, {"Authorization": f"Bearer {secret}"}
    assert api.get("/api/v1/reports", headers=headers).status_code == 200
    assert api.get("/api/v1/jobs", headers=headers).status_code == 403
    assert "chưa dùng" not in officer.get("/my-account/tokens").html.text
    [revoke] = [
        form.attributes["action"]
        for form in officer.get("/my-account/tokens").html.all("form")
        if form.attributes["action"].endswith("/revoke")
    ]
    assert site.visit("leader").post(revoke, {}).status == 404
    assert officer.post(revoke, {}).status == 303
    assert api.get("/api/v1/reports", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"label": ""}, 409),
        ({"scopes": []}, 409),
        ({"scopes": ["manage_accounts"]}, 400),
        ({"scopes": ["x"]}, 400),
        ({"days": "36500"}, 400),
        ({"days": "-1"}, 400),
    ],
)
def test_a_token_that_cannot_be_is_refused(site: Any, wrong: dict[str, Any], status: int) -> None:
    officer = site.visit("officer")
    page = officer.post("/my-account/tokens", {"label": "x", "days": "30", "scopes": ["read_status"], **wrong})
    assert page.status == status
    assert "Chưa có mã nào." in officer.get("/my-account/tokens").html.text


def test_a_token_opens_no_page_and_never_becomes_a_cookie(site: Any) -> None:
    headers = bearer(site)
    for rule in site.app.url_map.iter_rules():
        path = rule.build(dict.fromkeys(rule.arguments, 1 if "int:" in rule.rule else "x"))[1]
        client = site.stranger().client
        if path.startswith("/api/"):
            answers = [client.open(path, method=each, headers=headers) for each in sorted(rule.methods - {"OPTIONS"})]
            for answer in answers:
                assert "Set-Cookie" not in answer.headers, rule
            continue
        if site.app.view_functions[rule.endpoint].__module__.endswith(("health", "statics")) or path in PUBLIC:
            continue
        for method in sorted(rule.methods & {"GET", "POST"}):
            answer = client.open(path, method=method, headers=headers)
            # Here is no provider to come back from.
            away = {404} if rule.endpoint == "single_sign_on.back" else set()
            assert answer.status_code in {303, 400, 401} | away, (rule, method)
            if answer.status_code == 303:
                assert answer.headers["Location"].startswith("/sign-in"), rule


PUBLIC = {
    "/sign-in",
    "/sign-in/again",
    "/join",
    "/static/x",
    "/healthz",
    "/readyz",
    "/.well-known/security.txt",
    "/sign-in/provider/done",
}


def test_a_token_beside_a_cookie_is_what_counts_on_the_api(site: Any) -> None:
    """The session's rights do not come along with a token that has fewer."""
    officer = site.visit("officer")
    few = issue_token(site.here.host, name="officer", label="x", scopes=["read_status"])
    answer = officer.client.get("/api/v1/reports", headers={"Authorization": f"Bearer {few}"})
    assert answer.status_code == 403
    assert officer.client.get("/api/v1/reports").status_code == 200


def test_use_is_written_down_once_a_minute(site: Any) -> None:
    officer = site.visit("officer")
    site.here.clock.instant += timedelta(seconds=50)
    assert officer.get("/my-account").html.text.count("08:00 ngày 15/9/2021") >= 2
    site.here.clock.instant += timedelta(seconds=20)
    assert "08:01 ngày 15/9/2021" in officer.get("/my-account").html.text
