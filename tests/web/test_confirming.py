"""What asks to confirm first: after ten minutes it is asked again who is there, and what was sent waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from second_factor_pages import code_of
from second_factor_pages import set_up
from second_factor_pages import stored

GUARDED = ["/second-factor/set-up", "/second-factor/off", "/second-factor/recovery-codes"]


@pytest.mark.parametrize("path", GUARDED)
def test_after_ten_minutes_it_is_asked_again_who_is_there(site: Any, path: str) -> None:
    visitor = site.visit("officer")
    site.here.clock.instant += timedelta(minutes=10)
    assert visitor.get(path).status == 200
    site.here.clock.instant += timedelta(seconds=1)
    asked = visitor.get(path)
    assert asked.location == f"/confirm?next={path}"
    token = visitor.get(asked.location).html.all("input", name="csrf_token")[0].attributes["value"]
    form = {"csrf_token": token, "confirm_next": path}
    wrong = visitor.post("/confirm", {**form, "proof": "sai"}, token=False)
    assert wrong.status == 401
    assert visitor.get(path).status == 303
    kept = visitor.client.get_cookie("thidua").value
    assert visitor.post("/confirm", {**form, "proof": site.password}, token=False).location == path
    assert visitor.get(path).status == 200
    visitor.client.set_cookie("thidua", kept)
    assert visitor.get(path).location.startswith("/sign-in")


def test_with_a_second_factor_the_password_alone_confirms_nothing(site: Any) -> None:
    visitor = site.visit("officer")
    seed, codes = set_up(site, visitor)
    site.here.clock.instant += timedelta(minutes=11)
    form = {"confirm_next": "/second-factor/off"}
    assert visitor.post("/confirm", {**form, "proof": site.password}).status == 401
    assert visitor.post("/confirm", {**form, "proof": code_of(site, seed)}).status == 303
    site.here.clock.instant += timedelta(minutes=11)
    assert visitor.post("/confirm", {**form, "proof": "", "recovery": codes[0]}).status == 303


def test_confirming_is_slowed_down_like_signing_in(site: Any) -> None:
    visitor = site.visit("officer")
    said = [visitor.post("/confirm", {"confirm_next": "/", "proof": "sai"}).status for _ in range(6)]
    assert said == [401] * 5 + [429]


def test_what_a_form_brought_waits_until_it_is_confirmed(site: Any) -> None:
    visitor = site.visit("admin")
    officer = site.visit("officer")
    set_up(site, officer)
    site.here.clock.instant += timedelta(minutes=11)
    asked = visitor.post("/accounts/second-factor-reset", {"name": "officer"})
    assert asked.status == 403
    assert stored(site, "SELECT 1 FROM second_factor") != []
    token = asked.html.all("input", name="csrf_token")[0].attributes["value"]
    carried = {area.attributes["name"]: area.raw.removeprefix("\n") for area in asked.html.one("main").all("textarea")}
    assert carried == {"name": "officer"}
    form = {"csrf_token": token, "confirm_next": "/accounts/second-factor-reset", "proof": site.password, **carried}
    confirmed = visitor.post("/confirm", form, token=False)
    assert "chưa" in confirmed.html.text
    assert confirmed.html.one("main").one("form").attributes["action"] == "/accounts/second-factor-reset"
    done = visitor.post("/accounts/second-factor-reset", carried)
    assert done.status == 200
    assert stored(site, "SELECT 1 FROM second_factor") == []
