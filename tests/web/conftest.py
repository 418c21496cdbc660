"""A site under test: a real installation on SQLite, visited by people with a test client or at a window.

``THIDUA_TEST_SITE=postgres`` puts every site on PostgreSQL instead, where the database keeps each request to
the rows that its person may see.

Chromium is looked for on the machine; ``THIDUA_REQUIRE_ALL_TESTS`` turns its absence into a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from parsed_pages import Page
from parsed_pages import parse
from playwright.sync_api import Browser
from playwright.sync_api import expect
from playwright.sync_api import sync_playwright
from sign_on_desk import Desk
from windows import PROGRAMS
from windows import QUIET
from windows import Windows

from tests.support.patience import PATIENCE_S
from thidua.domain.accounts import Role
from thidua.settings import load
from thidua.web.app import create_app
from thidua_testkit.installation import CONFIG_DIR
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

CAMPAIGN = "ATGT-2021"
PERIOD = "2021-9M"
HUU_LUNG = "LS-186-VHTT"
CHI_LANG = "LS-187-VHTT"
#: The day before the deadline of the nine-month report.
NOW = datetime.fromisoformat("2021-09-15T08:00:00+07:00")
PASSWORD = "mật khẩu dài 15"

#: A sound nine-month report of Hữu Lũng as a person types it.
TYPED = {
    "/fields/launch_status": "own_plan",
    "/fields/plan_document_no": "12/KH-VHTT",
    "/fields/plan_document_date": "2/3/2021",
    "/fields/direction_docs_count": "2",
    "/fields/staff_total": "7",
    "/fields/staff_briefed": "7",
    "/fields/briefing_sessions": "1",
    "/fields/stations_total": "22",
    "/fields/stations_broadcasting": "18",
    "/fields/radio_items": "26",
    "/fields/radio_broadcasts": "1.148",
    "/fields/radio_minutes": "1184",
    "/fields/online_items": "9",
    "/fields/social_reach": "",
    "/fields/banners": "24",
    "/fields/mobile_sessions": "6",
    "/fields/direct_sessions": "4",
    "/fields/direct_participants": "610",
    "/fields/alcohol_items": "15",
    "/by_topic/radio_items/alcohol_law": "9",
    "/fields/violation_cases": "0",
    "/fields/violation_alcohol": "0",
    "/fields/violation_handled": "0",
    "/prepared_by/full_name": "Hoàng Thị Mẫu Đơn",
    "/prepared_by/position": "Chuyên viên",
}


class Visitor:
    """A person at a browser of their own."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **options: Any) -> Page:
        return Page(self.client.get(path, **options))

    def post(self, path: str, data: dict[str, Any], *, token: bool = True, **options: Any) -> Page:
        """Post as from a page: with the token of the session unless told otherwise."""
        if token:
            data = {**data, "csrf_token": self.token()}
        return Page(self.client.post(path, data=data, **options))

    def token(self) -> str:
        page = self.get("/sign-in" if not self.is_signed_in() else "/nowhere").html
        return page.all("input", name="csrf_token")[0].attributes["value"]

    def is_signed_in(self) -> bool:
        return self.get("/sign-in").status == 303

    def sign_in(self, name: str, password: str = PASSWORD, next_path: str = "/") -> Page:
        return self.post("/sign-in", {"name": name, "password": password, "next": next_path})


class Site:
    """The application with its people; also where the tests find what they share."""

    campaign = CAMPAIGN
    period = PERIOD
    unit = HUU_LUNG
    form = f"/campaigns/{CAMPAIGN}/periods/{PERIOD}/units/{HUU_LUNG}/form"
    other_form = f"/campaigns/{CAMPAIGN}/periods/{PERIOD}/units/{CHI_LANG}/form"
    status = f"/campaigns/{CAMPAIGN}/status?period={PERIOD}"
    fragment = f"/campaigns/{CAMPAIGN}/status/fragment?period={PERIOD}"
    typed = TYPED
    password = PASSWORD
    parse = staticmethod(parse)
    page = Page

    def __init__(self, here: Installation, app: Flask) -> None:
        self.here = here
        self.app = app
        here.add_account("reporter", (Role.UNIT_REPORTER, HUU_LUNG), password=PASSWORD)
        here.add_account("head", (Role.UNIT_HEAD, HUU_LUNG), password=PASSWORD)
        here.add_account("neighbour", (Role.UNIT_REPORTER, CHI_LANG), password=PASSWORD)
        here.add_account("officer", (Role.OFFICE, None), (Role.UNIT_REPORTER, "STTTT-VP"), password=PASSWORD)
        here.add_account("leader", (Role.LEADER, None), password=PASSWORD)
        here.add_account("observer", (Role.OBSERVER, None), password=PASSWORD)
        here.add_account("admin", (Role.ADMIN, None), password=PASSWORD)
        here.add_account("newcomer", password=PASSWORD)
        here.drain()

    def stranger(self) -> Visitor:
        return Visitor(self.app.test_client())

    def visit(self, name: str) -> Visitor:
        visitor = self.stranger()
        assert visitor.sign_in(name).status == 303
        return visitor

    def file(self, visitor: Visitor | None = None, **changes: str) -> Page:
        """File Hữu Lũng's report from its page and count it."""
        visitor = visitor or self.visit("reporter")
        typed = {**visitor.get(self.form).typed(), **TYPED, "action": "file", **changes}
        page = visitor.post(self.form, typed)
        self.here.drain()
        return page


@pytest.fixture
def site_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{os.environ.get('THIDUA_TEST_SITE', 'sqlite')}_url")
    return url


@pytest.fixture
def site_with(site_url: str, tmp_path: Path) -> Callable[..., Site]:
    """Build a site with other plugins or another campaign than usual."""

    def build(campaign: str = CAMPAIGN, periods: tuple[str, ...] = (PERIOD,), **options: Any) -> Site:
        here = an_installation(site_url, at=NOW, campaign=campaign, periods=periods, **options)
        settings = load({"THIDUA_DATA": str(tmp_path), "THIDUA_SECRET_KEY": "x" * 40}, CONFIG_DIR)
        return Site(here, create_app(here.host, settings))

    return build


@pytest.fixture
def site(site_with: Callable[..., Site]) -> Site:
    return site_with()


@pytest.fixture
def desk(site: Site, tmp_path: Path) -> Desk:
    """A site at whose provider one person is linked."""
    return Desk(site, tmp_path)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        if os.environ.get("THIDUA_REQUIRE_ALL_TESTS"):
            pytest.fail("no Chromium on this machine")
        pytest.skip("NO CHROMIUM FOUND: the pages' scripts are not tested")
    expect.set_options(timeout=PATIENCE_S * 1000)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture
def windows(site: Site, browser: Browser) -> Iterator[Windows]:
    opened = Windows(site, browser)
    yield opened
    opened.close()
    assert [complaint for person in opened.people for complaint in person.complaints] == []
