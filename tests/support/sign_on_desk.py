"""A site with an identity provider, and what people do there: leave, come back, sign in."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from signing_provider import SETTINGS
from signing_provider import with_provider

from thidua.application.people.identities import link_identity
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
            # One database gives JSON back as text, the other as a value.
            details = [json.loads(each) if isinstance(each, str) else each for (each,) in rows]
            return [each["reason"] for each in details]

    def no_password(self, name: str) -> None:
        with self.site.here.host.work.writing() as work:
            work.accounts.change_password(self.site.here.actors[name].account_id, "")
            work.commit()

    def later(self, **by: float) -> None:
        self.site.here.clock.instant += timedelta(**by)


def refused(desk: Desk, page: Any, reason: str) -> None:
    assert page.status == 401
    assert page.html.one("h1").text == "Chưa đăng nhập được"
    assert desk.reasons()[-1] == reason


def confirming(desk: Desk, visitor: Any) -> str:
    return desk.leave(visitor, "/confirm/provider", next="/second-factor/set-up")


def own_links(desk: Desk, name: str) -> list[str]:
    with desk.site.here.host.work.reading() as work:
        return [each.subject for each in work.identities.of(desk.site.here.actors[name].account_id)]
