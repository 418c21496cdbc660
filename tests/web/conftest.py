"""A site under test: a real installation on SQLite, visited by people with a test client or at a window.

``THIDUA_TEST_SITE=postgres`` puts every site on PostgreSQL instead, where the database keeps each request to
the rows that its person may see.

Chromium is looked for on the machine; ``THIDUA_REQUIRE_ALL_TESTS`` turns its absence into a failure.
"""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from playwright.sync_api import Page as Window
from playwright.sync_api import sync_playwright
from sign_on_desk import Desk
from werkzeug.serving import BaseWSGIServer
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

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

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A process in reserve would die with the tabs that tests kill, and the driver wait for it for ever.
    "--disable-features=SpareRendererForSitePerProcess",
)
DESKTOP = {"width": 1366, "height": 768}

VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})

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


@dataclass
class Element:
    """One element of a parsed page."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text inside, spaces joined."""
        parts = [child if isinstance(child, str) else child.text for child in self.children]
        return " ".join("".join(parts).split())

    @property
    def raw(self) -> str:
        """All text inside as it stands."""
        return "".join(child if isinstance(child, str) else child.raw for child in self.children)

    def all(self, *tags: str, **attributes: str) -> list[Element]:
        """Every element below with one of the tags and all the attributes (``_`` reads as ``-``)."""
        wanted = {name.strip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self._walk()
            if (not tags or element.tag in tags)
            and all(element.attributes.get(name) == value for name, value in wanted.items())
        ]

    def one(self, *tags: str, **attributes: str) -> Element:
        """The only such element."""
        found = self.all(*tags, **attributes)
        assert len(found) == 1, (tags, attributes, len(found))
        return found[0]

    def _walk(self) -> Iterator[Element]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child._walk()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), f"<{tag}> has an attribute twice: {attrs}"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def parse(html: str) -> Element:
    """Parse a page; every element must be closed where it was opened."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader._open) == 1, f"<{reader._open[-1].tag}> is not closed"
    return reader.root


@dataclass
class Page:
    """An answer with its parsed page."""

    answer: TestResponse

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def html(self) -> Element:
        return parse(self.answer.text)

    @property
    def location(self) -> str:
        return self.answer.headers["Location"]

    def typed(self) -> dict[str, str]:
        """What the report form shows in each control, and its hidden fields."""
        form = self.html.one("form", class_="sheet")
        found = {}
        templates = {id(inner) for template in form.all("template") for inner in template.all()}
        for control in form.all("input", "select", "textarea"):
            if id(control) in templates or control.attributes.get("type") in {"radio", "checkbox", "file"}:
                continue
            if control.tag == "select":
                chosen = [option for option in control.all("option") if "selected" in option.attributes]
                found[control.attributes["name"]] = chosen[0].attributes["value"] if chosen else ""
            elif control.tag == "textarea":
                # The newline right after the tag is the template's own and dropped by browsers.
                found[control.attributes["name"]] = control.raw.removeprefix("\n")
            else:
                found[control.attributes["name"]] = control.attributes["value"]
        return found


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
    program = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        if os.environ.get("THIDUA_REQUIRE_ALL_TESTS"):
            pytest.fail("no Chromium on this machine")
        pytest.skip("NO CHROMIUM FOUND: the pages' scripts are not tested")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(_QUIET))
        yield started
        started.close()


class Person:
    """Somebody at a window; anything the browser complains about is an error."""

    def __init__(self, page: Window, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text)
                if message.type == "error" and "Failed to load resource" not in message.text
                else None
            ),
        )

    def open(self, path: str) -> Window:
        self.page.goto(self.address + path)
        return self.page

    def cell(self, pointer: str) -> Any:
        return self.page.locator(f"[name='{pointer}']")

    def fill(self, site: Any, **changes: str) -> None:
        self.page.select_option("[name='/fields/launch_status']", "own_plan")
        for pointer, text in {**site.typed, **changes}.items():
            if pointer.startswith("/fields/") and pointer != "/fields/launch_status":
                self.cell(pointer).fill(text)
        # Topics are folded away; unfold them all as a person would.
        for summary in self.page.locator("[data-topics] summary").all():
            summary.click()
        self.cell("/by_topic/radio_items/alcohol_law").fill("9")


class Windows:
    """People's windows onto one running web server, which can be stopped and started again."""

    def __init__(self, site: Site, browser: Browser) -> None:
        self._site = site
        self._browser = browser
        self._port = 0
        self.people: list[Person] = []
        self.start()

    def __call__(self, name: str, size: dict[str, int] = DESKTOP, *, scripts: bool = True) -> Person:
        """Open a window and sign a person in."""
        context = self._browser.new_context(viewport=size, locale="vi-VN", java_script_enabled=scripts)  # type: ignore[arg-type]
        person = Person(context.new_page(), self.address)
        self.people.append(person)
        person.open("/sign-in")
        person.page.fill("#name", name)
        person.page.fill("#password", self._site.password)
        person.page.press("#password", "Enter")
        person.page.wait_for_url(lambda url: "/sign-in" not in url)
        return person

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start the server, again on the same port."""
        self._server: BaseWSGIServer = make_server("127.0.0.1", self._port, self._site.app, threaded=True)
        self._port = self._server.server_port
        # Looks often whether it is to stop: every test stops it.
        self._serving = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._serving.start()

    def stop(self) -> None:
        """Stop the server: nobody answers any more."""
        self._server.shutdown()
        self._serving.join()
        self._server.server_close()

    def kill_tabs(self, person: Person) -> None:
        """Kill the processes of every tab, as the system does when memory is short; give the person a new tab."""
        session = self._browser.new_browser_cdp_session()
        tabs = [each for each in session.send("SystemInfo.getProcessInfo")["processInfo"] if each["type"] == "renderer"]
        session.detach()
        dead = person.page
        with dead.expect_event("crash"):
            for each in tabs:
                os.kill(each["id"], signal.SIGKILL)
        dead.close()
        person.page = dead.context.new_page()

    def close(self) -> None:
        for context in {person.page.context for person in self.people}:
            context.close()
        self.stop()


@pytest.fixture
def windows(site: Site, browser: Browser) -> Iterator[Windows]:
    opened = Windows(site, browser)
    yield opened
    opened.close()
    assert [complaint for person in opened.people for complaint in person.complaints] == []
