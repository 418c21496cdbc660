"""A site under test: a real installation on SQLite, visited by people with a test client."""

from __future__ import annotations

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
            if id(control) in templates or control.attributes.get("type") in {"radio", "checkbox"}:
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

    def __init__(self, here: Installation, app: Flask) -> None:
        self.here = here
        self.app = app
        here.add_account("reporter", (Role.UNIT_REPORTER, HUU_LUNG), password=PASSWORD)
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
def site(sqlite_url: str, tmp_path: Path) -> Site:
    here = an_installation(sqlite_url, at=NOW, campaign=CAMPAIGN, periods=(PERIOD,))
    settings = load({"THIDUA_DATA": str(tmp_path), "THIDUA_SECRET_KEY": "x" * 40}, CONFIG_DIR)
    return Site(here, create_app(here.host, settings))
