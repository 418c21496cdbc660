"""A second factor as a person sets it up and is asked for it at the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyotp
from sqlalchemy import text

SET_UP = "/second-factor/set-up"


def code_of(site: Any, seed: str, steps: int = 0) -> str:
    return pyotp.TOTP(seed).at(int(site.here.clock.now().timestamp()) + 30 * steps)


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def seed_on(page: Any) -> str:
    return str(page.html.one("code", class_="seed").text.replace(" ", ""))


def set_up(site: Any, visitor: Any) -> tuple[str, list[str]]:
    """Set a second factor up; returns the seed and the codes on paper."""
    seed = seed_on(visitor.get(SET_UP))
    page = visitor.post(SET_UP, {"code": code_of(site, seed)})
    assert page.status == 200, page.answer.text
    site.here.clock.instant += timedelta(seconds=90)
    return seed, [item.text for item in page.html.one("ol", class_="card codes").all("code")]


def stored(site: Any, statement: str) -> list[Any]:
    with site.here.host.work.reading() as work:
        return list(work._connection.execute(text(statement)))


def enter(site: Any, name: str, **proof: str) -> Any:
    """Sign in with the password and one more proof; returns the answer to that."""
    visitor = site.stranger()
    assert visitor.sign_in(name).location.startswith("/sign-in/second")
    page = visitor.get("/sign-in/second")
    token = page.html.all("input", name="csrf_token")[0].attributes["value"]
    answer = visitor.post("/sign-in/second", {"csrf_token": token, "next": "/", **proof}, token=False)
    answer.visitor = visitor
    return answer
