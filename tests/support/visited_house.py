"""An installation that somebody else's plugins come to: what its operator types, and what is asked over HTTP."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from datetime import datetime
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.support.third_party import PERIOD
from thidua.adapters.passwords import Argon2Passwords
from thidua.application.people.bearer_tokens import issue_token
from thidua.application.periods.directory import import_units
from thidua.application.reports.filing import file_report
from thidua.domain.accounts import Role
from thidua.domain.reports import Channel
from thidua.domain.units import Unit
from thidua.domain.units import UnitVersion
from thidua.forms.envelope import read_envelope
from thidua_testkit.installation import an_installation

OURS, DOC, FORM = "ATGT-2021", "DOC-2022", "L"
PASSWORD = "mật khẩu chỉ để thử"
THEN = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
NOW = datetime.fromisoformat("2022-04-01T09:00:00+07:00")
UNITS = {"TV-HL": "Thư viện huyện Hữu Lũng", "TV-CL": "Thư viện huyện Chi Lăng", "TV-VL": "Thư viện huyện Văn Lãng"}
Until = Callable[..., float]


def library(code: str, name: str, order: int) -> Unit:
    always = UnitVersion(
        name=name, short_name=name, type="library", parent="UBND huyện", valid_from=date(2020, 1, 1), valid_to=None
    )
    return Unit(code=code, order=order, versions=(always,))


class Browser:
    """A browser as far as cookies and forms go."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        body = None if form is None else urlencode(form).encode()
        request = urllib.request.Request(self.address + path, body, {"Referer": self.address + "/"})
        try:
            with self._opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.read().decode(errors="replace")

    def sign_in(self, name: str) -> None:
        status, page = self.ask("/sign-in", self._hidden("/sign-in") | {"name": name, "password": PASSWORD})
        assert (status, "Đăng xuất" in page) == (200, True), page

    def file(self, path: str, **cells: str) -> tuple[int, str]:
        """Open a form, type into its cells and press the button."""
        typed = {f"/fields/{name}": text for name, text in cells.items()}
        return self.ask(path, self._hidden(path) | typed | {"action": "file"})

    def _hidden(self, path: str) -> dict[str, str]:
        status, page = self.ask(path)
        assert status == 200, page
        inputs = re.findall(r"<input [^>]*>", page.partition('<form class="sheet"')[2] or page)
        attributes = [dict(re.findall(r'([a-z-]+)="([^"]*)"', each)) for each in inputs]
        hidden = {each["name"]: each["value"] for each in attributes if each.get("type") == "hidden"}
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token, page
        return hidden | {"csrf_token": token[1]}


class House:
    """An installation with data on one database; its programs run in an environment that a test may change."""

    def __init__(self, folder: Path, database_url: str, parts: Any, python: str, given: dict[str, str]) -> None:
        self.parts = parts
        self.parts.python = python
        self.given = given
        self.folder = folder
        self.address = ""
        self.tokens: dict[str, str] = {}
        self.browsers: dict[str, Browser] = {}
        self.missing: list[str] = []
        here = an_installation(database_url, at=THEN, campaign=OURS, periods=("2021-Q1",))
        sample = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))
        envelope, _ = read_envelope(sample | {"confirm_warnings": True})
        assert envelope is not None
        reporter = here.reporter(sample["unit_code"])
        self.report = file_report(here.host, reporter, envelope, channel=Channel.API).report_id
        here.drain()
        here.host = replace(here.host, passwords=Argon2Passwords())
        here.clock.instant = NOW
        import_units(here.host, [library(code, name, 900 + at) for at, (code, name) in enumerate(UNITS.items())])
        for name, *roles in (
            ("quan-tri", (Role.ADMIN, None)),
            ("van-phong", (Role.OFFICE, None)),
            *((code.lower(), (Role.UNIT_REPORTER, code)) for code in UNITS),
        ):
            here.add_account(name, *roles, password=PASSWORD)
            self.tokens[name] = issue_token(here.host, name=name, label="thử")

    # --- what the operator types ---

    def thidua(self, *command: str, check: bool = True) -> Any:
        return self.parts.run(*command, check=check, **self.given)

    def plugins(self, command: str = "list", *, fails: bool = False) -> dict[str, Any]:
        """Ask for the plugins by code; what is told besides stands in ``missing``."""
        done = self.thidua("plugins", command, "--json", check=False)
        assert done.returncode == int(fails), done.stdout + done.stderr
        found = json.loads(done.stdout)
        self.missing = found["missing_campaigns"]
        return {each["code"]: each for each in found["plugins"]}

    # --- what is asked over HTTP ---

    def ask(self, path: str, who: str = "van-phong", body: object = None) -> tuple[int, Any]:
        """Ask the API, or a page with a token's person."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(
                urllib.request.Request(self.address + path, data, headers), timeout=60
            ) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, json.loads(refusal.read())

    def ready(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("/readyz")[1]
        return found

    def figures(self) -> dict[str, Any]:
        """Return the provisional figures of the guide's campaign, and how many reports they are from."""
        status, document = self.ask(f"/api/v1/campaigns/{DOC}/status?period={PERIOD}")
        assert status == 200, document
        found = {each["code"]: each["cumulative"]["provisional"] for each in document["indicators"] if each["sources"]}
        return found | {"received": document["filing"]["received"]}

    def inputs(self) -> tuple[int, int, int]:
        """Return how many reports the status is from, how many changes wait, and how many wait for a plugin."""
        inputs = self.ask(f"/api/v1/campaigns/{DOC}/status?period={PERIOD}")[1]["inputs"]
        return inputs["revisions"], inputs["waiting"], inputs["quarantined"]

    def file(self, unit: str, **fields: int) -> tuple[int, Any]:
        body = {
            "campaign_code": DOC,
            "form_code": FORM,
            "form_version": 1,
            "unit_code": unit,
            "period_code": PERIOD,
            "prepared_by": {"full_name": "Lý Mô Phỏng", "position": "Thủ thư"},
            "fields": {"readers": 1234, "active_readers": 610, "sessions": 4, "remarks": "Thiếu sách.", **fields},
            "by_topic": {"sessions": {"children": 0}},
        }
        return self.ask("/api/v1/reports", unit.lower(), body)

    def all_else_serves(self) -> None:
        """Look at what has nothing to do with the guide's campaign."""
        status, document = self.ask(f"/api/v1/campaigns/{OURS}/status?period=2021-Q1")
        assert (status, document["filing"]["received"]) == (200, 1)
        assert self.ask(f"/api/v1/reports/{self.report}")[0] == 200
        assert self.ask("/api/v1/reports?campaign=" + OURS)[0] == 200
        ready = self.ready()
        assert ready["ready"], ready

    def is_quarantined(self, waiting_for: Until) -> None:
        """Look at the guide's unit type, broken, and its campaign, which is out with it."""
        waiting_for(has_worked(self), what="the worker works")
        self.all_else_serves()
        found = self.plugins("check", fails=True)
        assert {code for code, each in found.items() if each["state"] == "quarantined"} == {"library", DOC}
        [fault] = found["library"]["faults"]
        assert fault["kind"] == "import"
        assert fault["place"].startswith("thidua_unit_library/__init__.py:")
        assert "bản đóng gói thiếu tệp" in fault["wrong"]
        page = self.operator_page()
        assert "2 phần mở rộng đang bị cách ly" in page
        assert "bản đóng gói thiếu tệp" in page
        assert f"Đợt đã mở đang tạm dừng theo: {DOC}" in page
        assert "plugin_quarantined" in self.ready()["alarms"]
        status, told = self.file("TV-HL")
        assert (status, "Không có gì bị mất" in told["detail"]) == (503, True)
        # What was filed is there.
        filed = self.ask(f"/api/v1/reports?campaign={DOC}")[1]["reports"]
        assert {each["unit_code"] for each in filed} >= {"TV-HL"}

    def is_read_as_a_removed_one(self) -> None:
        """Look at the guide's campaign, whose plugins are gone: all of it is read, nothing is taken."""
        mine = [
            each["id"] for each in self.ask("/api/v1/reports", "tv-hl")[1]["reports"] if each["campaign_code"] == DOC
        ]
        for who, path in (
            ("van-phong", f"/api/v1/campaigns/{DOC}/status?period={PERIOD}"),
            ("van-phong", f"/api/v1/reports?campaign={DOC}"),
            ("tv-hl", f"/api/v1/reports/{mine[0]}"),
        ):
            assert self.ask(path, who)[0] == 200, path
        browser = self.browser("tv-hl")
        for path in ("/", "/reports", "/reports/due", f"/reports/{mine[0]}"):
            assert browser.ask(path)[0] == 200, path
        assert browser.ask(FORM_PAGE.format("TV-HL"))[0] == 503
        assert self.file("TV-HL")[0] == 503

    def troubles(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.thidua("plugins", "troubles", "--json").stdout)["troubles"]
        return found

    def operator_page(self) -> str:
        status, page = self.browser("quan-tri").ask("/operator/plugins")
        assert status == 200, page
        return page

    def browser(self, name: str) -> Browser:
        """Return somebody's browser, signed in, at where the pages are now."""
        if name not in self.browsers:
            self.browsers[name] = Browser(self.address)
            self.browsers[name].sign_in(name)
        self.browsers[name].address = self.address
        return self.browsers[name]


class InParts(House):
    """``thidua web`` and ``thidua worker``, each started and stopped by itself."""

    web: Any = None
    worker: Any = None

    def start(self) -> None:
        self.start_web()
        self.start_worker()

    def start_web(self) -> None:
        self.address = self.parts.web(**self.given)
        self.web = self.parts.running[-1]

    def start_worker(self) -> None:
        self.worker = self.parts.start("worker", **self.given)

    def restart_web(self) -> None:
        self.web.stop()
        self.start_web()

    def restart_worker(self) -> None:
        self.worker.stop()
        self.start_worker()


class InOne(House):
    """``thidua serve``: everything in one tree."""

    tree: Any = None
    begin: Any = None

    def start(self) -> None:
        self.tree = self.begin()
        self.address = self.tree.address

    def restart(self) -> None:
        self.tree.interrupt()
        self.tree.start()
        self.address = self.tree.address


FORM_PAGE = f"/campaigns/{DOC}/periods/{PERIOD}/units/{{}}/form"


def has_worked(site: House) -> Callable[[], bool]:
    return lambda: site.ready()["worked_s_ago"] is not None
