"""Second factors at the pages: set up, asked for, used once, taken away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from second_factor_pages import SET_UP
from second_factor_pages import code_of
from second_factor_pages import enter
from second_factor_pages import other_than
from second_factor_pages import seed_on
from second_factor_pages import set_up
from second_factor_pages import stored
from sqlalchemy import create_engine

from thidua.adapters.seals import AesSeals
from thidua.application.people.bearer_tokens import issue_token
from thidua.application.people.second_factors import reset_second_factor
from thidua.application.people.sessions import actor_of_session
from thidua.application.people.sessions import begin_session
from thidua.domain.accounts import Origin
from thidua.domain.errors import NotAllowedError
from thidua.settings import load
from thidua.web.app import create_app
from thidua_testkit.installation import CONFIG_DIR


@pytest.fixture
def strict(site: Any, tmp_path: Path) -> Iterator[Any]:
    """The site with a second factor required."""
    rules = replace(site.here.host.sign_in_rules, needs_second_factor=True)
    site.here.host = replace(site.here.host, sign_in_rules=rules)
    settings = load({"THIDUA_DATA": str(tmp_path), "THIDUA_SECRET_KEY": "x" * 40}, CONFIG_DIR)
    site.app = create_app(site.here.host, settings)
    return site


def test_after_the_password_comes_the_code_and_no_session_before_it(site: Any) -> None:
    seed, _ = set_up(site, site.visit("officer"))
    visitor = site.stranger()
    asked = visitor.sign_in("officer", next_path=site.status)
    assert asked.location.startswith("/sign-in/second?next=")
    assert visitor.get(site.status).location.startswith("/sign-in?")
    assert visitor.get("/api/v1/reports").status == 401
    page = visitor.get(asked.location)
    assert page.html.one("input", id="code").attributes["autocomplete"] == "one-time-code"
    token = page.html.all("input", name="csrf_token")[0].attributes["value"]
    form = {"csrf_token": token, "next": site.status}
    refused = visitor.post("/sign-in/second", {**form, "code": other_than(code_of(site, seed))}, token=False)
    assert refused.status == 401
    assert "Mã không đúng" in refused.html.one("div", role="alert").text
    assert visitor.get(site.status).location.startswith("/sign-in?")
    entered = visitor.post("/sign-in/second", {**form, "code": code_of(site, seed)}, token=False)
    assert entered.location == site.status
    assert visitor.get(site.status).status == 200


def test_a_code_is_good_once_and_so_is_every_older_one(site: Any) -> None:
    seed, _ = set_up(site, site.visit("officer"))
    code, older = code_of(site, seed), code_of(site, seed, -1)
    assert enter(site, "officer", code=code).status == 303
    assert enter(site, "officer", code=code).status == 401
    assert enter(site, "officer", code=older).status == 401
    site.here.clock.instant += timedelta(seconds=30)
    assert enter(site, "officer", code=code_of(site, seed)).status == 303


def test_the_code_that_set_it_up_is_used_up_too(site: Any) -> None:
    visitor = site.visit("officer")
    seed = seed_on(visitor.get(SET_UP))
    code = code_of(site, seed)
    assert visitor.post(SET_UP, {"code": code}).status == 200
    assert enter(site, "officer", code=code).status == 401


def test_a_code_on_paper_is_good_once_and_its_use_is_written_down(site: Any) -> None:
    _, codes = set_up(site, site.visit("officer"))
    assert len(codes) == 10
    assert enter(site, "officer", recovery=codes[3].lower()).status == 303
    assert enter(site, "officer", recovery=codes[3]).status == 401
    assert enter(site, "officer", recovery=codes[4].replace("-", "")).status == 303
    rows = stored(site, "SELECT act, outcome, key FROM audit_entry ORDER BY id")
    acts, officer = [tuple(row) for row in rows], str(site.here.actors["officer"].account_id)
    assert ("second_factor_added", "done", officer) in acts
    assert acts.count(("recovery_code_used", "done", officer)) == 2
    assert ("sign_in", "refused", officer) in acts


def test_neither_seed_nor_codes_lie_open_in_the_database(site: Any, sqlite_url: str) -> None:
    seed, codes = set_up(site, site.visit("officer"))
    engine = create_engine(sqlite_url)
    with engine.connect() as connection:
        dump = "\n".join(connection.connection.iterdump())  # type: ignore[attr-defined]  # SQLite's
    engine.dispose()
    assert "second_factor" in dump
    for secret in (seed, *codes, *(code.replace("-", "") for code in codes)):
        assert secret not in dump


def test_a_second_factor_outlives_a_change_of_the_signing_key(site: Any) -> None:
    seed, _ = set_up(site, site.visit("officer"))
    site.here.host = replace(site.here.host, seals=AesSeals("n" * 40, ["x" * 40]))
    settings = load({"THIDUA_DATA": "/nonexistent", "THIDUA_SECRET_KEY": "n" * 40}, CONFIG_DIR)
    site.app = create_app(site.here.host, settings)
    assert enter(site, "officer", code=code_of(site, seed)).status == 303


def test_codes_cannot_be_guessed_one_after_the_other_from_many_networks(site: Any) -> None:
    seed, _ = set_up(site, site.visit("officer"))
    answers = []
    for number in range(8):
        visitor = site.stranger()
        elsewhere = {"environ_overrides": {"REMOTE_ADDR": f"198.51.100.{number}"}}
        form = {"name": "officer", "password": site.password, "next": "/"}
        assert visitor.post("/sign-in", form, **elsewhere).status == 303
        page = visitor.get("/sign-in/second")
        token = page.html.all("input", name="csrf_token")[0].attributes["value"]
        wrong = {"csrf_token": token, "code": other_than(code_of(site, seed))}
        answers.append(visitor.post("/sign-in/second", wrong, token=False, **elsewhere))
    assert [answer.status for answer in answers] == [401] * 5 + [429] * 3
    assert answers[-1].answer.headers["Retry-After"] == "1"
    assert "Xin đợi 1 giây" in answers[-1].html.one("div", role="alert").text


def test_a_sign_in_under_way_ends_after_some_minutes(site: Any) -> None:
    seed, _ = set_up(site, site.visit("officer"))
    visitor = site.stranger()
    visitor.sign_in("officer")
    page = visitor.get("/sign-in/second")
    token = page.html.all("input", name="csrf_token")[0].attributes["value"]
    site.here.clock.instant += timedelta(minutes=5)
    form = {"csrf_token": token, "code": code_of(site, seed), "/fields/staff_total": "7"}
    late = visitor.post("/sign-in/second", form, token=False)
    assert late.status == 401
    assert "từ đầu" in late.html.one("div", role="alert").text
    # What had been typed elsewhere still comes along.
    assert late.html.one("textarea", name="/fields/staff_total").raw.strip() == "7"


def test_what_was_typed_comes_along_through_the_code_too(site: Any) -> None:
    seed, _ = set_up(site, site.visit("reporter"))
    visitor = site.stranger()
    form = {"name": "reporter", "password": site.password, "next": site.form, "/fields/staff_total": "7"}
    asked = visitor.post("/sign-in", form)
    assert asked.status == 200
    token = asked.html.all("input", name="csrf_token")[0].attributes["value"]
    carried = {"csrf_token": token, "next": site.form, "code": code_of(site, seed), "/fields/staff_total": "7"}
    handed_on = visitor.post("/sign-in/second", carried, token=False)
    assert handed_on.html.one("textarea", name="/fields/staff_total").raw.strip() == "7"
    assert [area.attributes["name"] for area in handed_on.html.all("textarea")] == ["/fields/staff_total"]


def test_who_must_have_one_can_do_nothing_before(strict: Any) -> None:
    for name in ("officer", "admin"):
        visitor = strict.visit(name)
        assert visitor.get("/").location == SET_UP
        assert visitor.get(strict.status).location == SET_UP
        assert visitor.get("/operator/jobs").location == SET_UP
        assert visitor.get("/second-factor").location == SET_UP
        assert visitor.get("/api/v1/reports").status == 403
        assert visitor.post("/reports/1/accept", {"revision": "0"}).location == SET_UP
        page = visitor.get(SET_UP)
        assert "phải có lớp xác thực thứ hai" in page.html.text
        assert page.html.all("nav") == [] or page.html.one("nav").all("a") == []
        set_up(strict, visitor)
        assert visitor.get("/").status in {200, 303}
        assert visitor.get("/").answer.headers.get("Location") != SET_UP
    assert strict.visit("reporter").get("/reports/due").status == 200
    assert strict.visit("leader").get(strict.status).status == 200


def test_who_lacks_one_has_no_roles_whatever_the_pages_do(strict: Any) -> None:
    secret = "s" * 43
    with strict.here.host.work.writing() as work:
        account = work.accounts.by_name("officer")
        begin_session(strict.here.host, work, account, secret, Origin())
        work.commit()
    actor = actor_of_session(strict.here.host, secret)
    assert actor
    assert actor.lacks_second_factor
    assert actor.roles == frozenset()


def test_signing_out_is_possible_without_one(strict: Any) -> None:
    visitor = strict.visit("officer")
    token = visitor.get(SET_UP).html.all("input", name="csrf_token")[0].attributes["value"]
    assert visitor.post("/sign-out", {"csrf_token": token}, token=False).location == "/sign-in"


def test_tokens_of_programs_need_none(strict: Any) -> None:
    token = issue_token(strict.here.host, name="officer", label="thử")
    answer = strict.stranger().get("/api/v1/reports", headers={"Authorization": f"Bearer {token}"})
    assert answer.status == 200


def test_the_square_is_a_picture_of_our_own_and_says_what_the_key_says(site: Any) -> None:
    visitor = site.visit("officer")
    page = visitor.get(SET_UP)
    picture = visitor.get(page.html.one("img", class_="square").attributes["src"])
    assert picture.answer.content_type == "image/svg+xml"
    assert picture.answer.text.startswith("<svg")
    assert "style=" not in picture.answer.text
    assert seed_on(page) == seed_on(visitor.get(SET_UP))
    assert seed_on(page) != seed_on(site.visit("officer").get(SET_UP))


def test_a_wrong_first_code_sets_nothing_up(site: Any) -> None:
    visitor = site.visit("officer")
    seed = seed_on(visitor.get(SET_UP))
    page = visitor.post(SET_UP, {"code": other_than(code_of(site, seed))})
    assert page.status == 401
    assert seed_on(page) == seed
    assert stored(site, "SELECT 1 FROM second_factor") == []


def test_setting_up_gives_the_session_a_new_secret_and_ends_the_others(site: Any) -> None:
    elsewhere, visitor = site.visit("officer"), site.visit("officer")
    kept = visitor.client.get_cookie("thidua").value
    set_up(site, visitor)
    assert elsewhere.get("/reports").location.startswith("/sign-in")
    assert visitor.get("/reports").status == 200
    visitor.client.set_cookie("thidua", kept)
    assert visitor.get("/reports").location.startswith("/sign-in")


def test_turning_it_off_forgets_the_codes_on_paper_too(site: Any) -> None:
    visitor = site.visit("officer")
    set_up(site, visitor)
    assert visitor.post("/second-factor/off", {}).location == "/second-factor"
    assert stored(site, "SELECT 1 FROM second_factor UNION SELECT 1 FROM recovery_code") == []
    assert site.stranger().sign_in("officer").location == "/"
    assert visitor.post("/second-factor/off", {}).status == 404


def test_new_codes_on_paper_take_the_place_of_the_old(site: Any) -> None:
    visitor = site.visit("officer")
    _, old = set_up(site, visitor)
    page = visitor.post("/second-factor/recovery-codes", {})
    new = [item.text for item in page.html.one("ol", class_="card codes").all("code")]
    assert not set(new) & set(old)
    assert enter(site, "officer", recovery=old[0]).status == 401
    assert enter(site, "officer", recovery=new[0]).status == 303


def test_a_lost_one_is_taken_away_by_another_person_with_the_right(site: Any) -> None:
    officer = site.visit("officer")
    set_up(site, officer)
    path = "/accounts/second-factor-reset"
    assert site.visit("leader").get(path).status == 403
    assert site.visit("leader").post(path, {"name": "officer"}).status == 403
    admin = site.visit("admin")
    assert admin.post(path, {"name": "khong-co-ai"}).status == 404
    assert admin.post(path, {"name": "reporter"}).status == 404
    set_up(site, admin)
    assert admin.post(path, {"name": "admin"}).status == 409
    assert admin.post(path, {"name": " Officer "}).status == 200
    assert officer.get("/reports").location.startswith("/sign-in")
    assert site.stranger().sign_in("officer").location == "/"
    rows = stored(site, "SELECT account_id, key, outcome FROM audit_entry WHERE act = 'second_factor_removed'")
    me, other = site.here.actors["admin"].account_id, str(site.here.actors["officer"].account_id)
    assert [tuple(row) for row in rows] == [(me, str(me), "refused"), (me, other, "done")]


def test_signing_in_again_within_a_page_asks_for_the_code(site: Any) -> None:
    seed, _ = set_up(site, site.visit("officer"))
    visitor = site.stranger()
    ours = {"Sec-Fetch-Site": "same-origin"}

    def send(**sent: str) -> Any:
        return visitor.client.post("/sign-in/again", json=sent, headers=ours)

    assert send(code="123456").status_code == 401
    assert send(name="officer", password=site.password).json == {"asks_for_code": True}
    assert visitor.get("/reports").status == 303
    wrong = send(code=other_than(code_of(site, seed)))
    assert (wrong.status_code, wrong.json["detail"][:14]) == (401, "Mã không đúng ")
    signed = send(code=code_of(site, seed))
    assert signed.json["name"] == "officer"
    assert visitor.post("/sign-out", {"csrf_token": signed.json["csrf_token"]}, token=False).status == 303
    for odd in ({"code": 5}, {"code": "1", "name": "x"}, {"name": "x"}):
        assert visitor.client.post("/sign-in/again", json=odd, headers=ours).status_code == 400


def test_too_many_tries_are_answered_with_when_to_come_again(site: Any) -> None:
    visitor = site.stranger()
    answers = [visitor.sign_in("reporter", "sai") for _ in range(6)]
    assert [answer.status for answer in answers] == [401] * 5 + [429]
    last = answers[-1]
    assert last.answer.headers["Retry-After"] == "1"
    assert re.search(r"Xin đợi 1 giây rồi thử lại, từ 08:00:01\.", last.html.one("div", role="alert").text)
    again = visitor.client.post(
        "/sign-in/again", json={"name": "reporter", "password": "x"}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert (again.status_code, again.headers["Retry-After"]) == (429, "1")
    assert again.json["detail"].startswith("Đã thử sai nhiều lần.")


def test_a_right_alone_does_not_take_a_second_factor_away(site: Any) -> None:
    with pytest.raises(NotAllowedError):
        reset_second_factor(site.here.host, site.here.actors["officer"], name="reporter")
