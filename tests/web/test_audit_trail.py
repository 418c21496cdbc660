"""What people do over the pages and the API stands in the trail, and nothing in it that should not."""

from __future__ import annotations

import csv
import io
import json
import logging
from typing import Any

import pytest

from thidua.application.access.permissions import ROUTES
from thidua.application.people.bearer_tokens import issue_token
from thidua.application.ports.audit_ports import EntryRow
from thidua.application.ports.audit_ports import Sought
from thidua.application.trail.auditing import note_alone
from thidua.domain.audit import Act
from thidua.domain.audit import Outcome
from thidua.domain.audit import Thing
from thidua.domain.errors import PluginError
from thidua.web.tables_out import harmless

PERSON = "Nguyễn Văn Giấu Tên"
VIOLATOR = {
    "/violations/0/case_id": "V1",
    "/violations/0/occurred_on": "1/7/2021",
    "/violations/0/full_name": PERSON,
    "/violations/0/staff_kind": "civil_servant",
    "/violations/0/behaviour": "other",
    "/violations/0/status": "pending",
    "/fields/violation_cases": "1",
}
#: What stands in a text for what may stand nowhere else.
CANARY = "Chim Hoàng Yến 7f3a9c"


def written(site: Any, act: Act | None = None) -> list[EntryRow]:
    with site.here.host.work.reading() as work:
        return list(reversed(work.audit.find(Sought(act=act), before_id=None, limit=10_000)))


def test_signing_in_and_out_stand_in_the_trail_and_wrong_guesses_without_their_words(site: Any) -> None:
    visitor = site.stranger()
    assert visitor.sign_in("reporter", CANARY).status == 401
    assert visitor.sign_in(CANARY, site.password).status == 401
    visitor.sign_in("reporter")
    visitor.post("/sign-out", {})
    found = written(site)
    who = site.here.actors["reporter"].account_id
    assert [
        (row.name, row.entry.act, row.entry.outcome, row.entry.key, dict(row.entry.detail)) for row in found[-4:]
    ] == [
        ("", Act.SIGN_IN, Outcome.REFUSED, str(who), {"reason": "password"}),
        ("", Act.SIGN_IN, Outcome.REFUSED, "", {"reason": "unknown"}),
        ("reporter", Act.SIGN_IN, Outcome.DONE, str(who), {"second_factor": False}),
        ("reporter", Act.SIGN_OUT, Outcome.DONE, str(who), {}),
    ]
    assert {row.entry.origin.network for row in found[-4:]} == {"127.0.0.1"}
    assert all(row.entry.origin.request_id for row in found[-4:])


def test_every_kind_of_refusal_stands_in_the_trail_once(site: Any) -> None:
    visitor = site.visit("reporter")
    before = len(written(site))
    assert visitor.get("/operator/jobs").status == 403
    assert visitor.get(site.other_form).status == 404
    assert visitor.get("/reports/999").status == 404
    assert visitor.post(f"{site.form}/discard", {"version": "0"}, token=False).status == 400
    bad = {"Authorization": "Bearer nonsense"}
    assert site.stranger().get("/api/v1/reports", headers=bad).status == 401
    found = written(site)[before:]
    assert [(row.name, row.entry.key, row.entry.detail) for row in found] == [
        ("reporter", "operator.show", {"status": 403, "right": "operate_jobs"}),
        ("reporter", "form.show", {"status": 404, "unit": "LS-187-VHTT"}),
        ("reporter", "report.show", {"status": 404, "report_id": 999}),
        ("reporter", "form.discard", {"status": 400, "unit": "LS-186-VHTT"}),
        ("", "api.listing", {"status": 401}),
    ]
    assert {(row.entry.act, row.entry.outcome) for row in found} == {(Act.REFUSAL, Outcome.REFUSED)}


def test_addresses_without_a_route_and_pages_before_signing_in_are_no_refusals(site: Any) -> None:
    before = len(written(site))
    assert site.stranger().get("/nowhere").status == 404
    assert site.stranger().get("/reports").status == 303
    assert written(site)[before:] == []


def test_a_flood_of_refusals_is_bounded(site: Any) -> None:
    before = len(written(site))
    stranger = site.stranger()
    for _ in range(100):
        assert stranger.client.get("/api/v1/reports", headers={"Authorization": "Bearer x"}).status_code == 401
    assert len(written(site)) - before == 30


def test_files_and_lists_that_are_carried_away_stand_in_the_trail(site: Any) -> None:
    site.file()
    token = issue_token(site.here.host, name="officer", label="x")
    before = len(written(site))
    for path in ("/api/v1/reports", "/api/v1/obligations", "/api/v1/audit"):
        answer = site.stranger().get(path, headers={"Authorization": f"Bearer {token}"})
        assert answer.status == 200, answer.answer.text
    site.visit("officer").get("/reports")
    found = [(row.entry.act, row.entry.thing, row.entry.origin.door.value) for row in written(site)[before:]]
    assert found == [
        (Act.EXPORT, Thing.REPORT, "api"),
        (Act.EXPORT, Thing.OBLIGATION, "api"),
        (Act.EXPORT, Thing.TRAIL, "api"),
        (Act.SIGN_IN, Thing.ACCOUNT, "web"),
    ]


def test_the_page_lists_what_is_sought_page_by_page(site: Any) -> None:
    for number in range(60):
        note_alone(site.here.host, site.here.actors["leader"], Act.EXPORT, Thing.REPORT, f"r{number}")
    admin = site.visit("admin")
    page = admin.get("/audit?act=export&who=leader").html
    rows = page.one("tbody").all("tr")
    assert len(rows) == 50
    assert "r59" in rows[0].text
    onward = next(link for link in page.all("a") if link.text == "Những dòng trước nữa").attributes["href"]
    rows = admin.get(onward).html.one("tbody").all("tr")
    assert [row.text.split()[row.text.split().index("cáo") + 1] for row in rows] == [f"r{n}" for n in range(9, -1, -1)]
    assert admin.get("/audit?who=leader&until=2021-09-14").html.all("tbody") == []
    assert len(admin.get("/audit?since=2021-09-15&until=2021-09-15&key=r3").html.one("tbody").all("tr")) == 1
    for wrong in (
        "act=nothing",
        "since=15/9/2021",
        "before=x",
        "since=0001-01-01",
        f"who={'x' * 300}",
        "until=9999-12-31",
    ):
        assert admin.get(f"/audit?{wrong}").status == 400, wrong


@pytest.mark.parametrize("who", ["reporter", "leader", "observer", "newcomer"])
def test_only_the_office_and_the_administrator_read_the_trail(site: Any, who: str) -> None:
    visitor = site.visit(who)
    for path in ("/audit", "/audit/entries.csv", "/audit/seen"):
        assert visitor.get(path).status == 403
    asked = {"report": "1", "since": "2021-09-01", "until": "2021-09-15"}
    assert visitor.post("/audit/seen", asked).status == 403


def test_the_table_for_spreadsheets_holds_no_formula_and_is_itself_written_down(site: Any) -> None:
    for key in ("=1+1", "@SUM(A1)", "  +1", "＝1", "-2"):
        note_alone(site.here.host, None, Act.EXPORT, Thing.REPORT, key)
    answer = site.visit("officer").get("/audit/entries.csv?act=export&thing=report").answer
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row[5] for row in rows[1:]] == ["'-2", "'＝1", "'  +1", "'@SUM(A1)", "'=1+1"]
    assert written(site)[-1].entry.detail == {"rows": 5}
    assert harmless("an toàn - đủ") == "an toàn - đủ"


def test_who_saw_a_record_is_asked_on_a_page_and_no_name_stands_in_an_address(site: Any) -> None:
    report = site.file(**VIOLATOR).location.split("/")[2]
    site.visit("officer").get(f"/reports/{report}")
    day = {"since": "2021-09-15", "until": "2021-09-15", "report": ""}
    page = site.visit("officer").post("/audit/seen", {**day, "person": PERSON.upper()})
    assert page.status == 200
    assert "Người dùng officer" in page.html.one("tbody").text
    admin = site.visit("admin")
    assert admin.get("/audit/seen").html.all("input", name="person") == []
    assert admin.post("/audit/seen", {**day, "person": PERSON}).status == 403
    found = admin.post("/audit/seen", {**day, "report": report}).html
    assert PERSON not in found.text
    assert "Người dùng officer" in found.one("tbody").text
    assert site.visit("officer").post("/audit/seen", {**day, "person": "x"}).status == 400
    assert site.visit("officer").post("/audit/seen", {**day, "since": ""}).status == 400
    assert site.visit("officer").post("/audit/seen", {**day, "report": "9" * 30}).status == 400


def test_no_words_of_people_get_into_the_trail_or_the_log(site: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    stranger = site.stranger()
    stranger.sign_in(CANARY, CANARY)
    stranger.client.post(
        "/sign-in/again", json={"name": CANARY, "password": CANARY}, headers={"Origin": "http://localhost"}
    )
    stranger.client.get("/api/v1/reports", headers={"Authorization": "Bearer Canary7f3a9c"})
    reporter, officer = site.visit("reporter"), site.visit("officer")
    report = site.file(reporter, **{**VIOLATOR, "/violations/0/full_name": CANARY}).location.split("/")[2]
    texts = {name: CANARY for name in reporter.get(site.form).typed() if name.startswith("/")}
    reporter.post(site.form, {**texts, **VIOLATOR, "/violations/0/full_name": CANARY, "action": "save"})
    reporter.post(f"{site.form}/discard", {"version": CANARY}, token=False)
    officer.get(f"/reports/{report}")
    officer.post(f"/reports/{report}/return", {"reason": CANARY, "revision": CANARY, "action": CANARY})
    officer.post("/audit/seen", {"person": CANARY, "report": "", "since": "2021-09-01", "until": "2021-09-15"})
    for path in (f"/campaigns/{CANARY}/periods/{CANARY}/units/{CANARY}/form", f"/reports?state={CANARY}"):
        reporter.get(path)
    everything = json.dumps([_all_of(row) for row in written(site)], ensure_ascii=False)
    assert len(written(site)) > 8
    for word in (CANARY, "7f3a9c", PERSON, site.password):
        assert word not in everything
        assert word not in caplog.text


def test_a_line_of_the_log_cannot_be_forged(
    site: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise PluginError("hỏng\r\n2021-01-01 ERROR giả\x1b[31m", subject="a\u2028b\x9b1m")

    monkeypatch.setitem(ROUTES, "broken", "person")  # type: ignore[arg-type]  # a plain dictionary
    site.app.add_url_rule("/broken", "broken", broken)
    assert site.visit("reporter").get("/broken").status == 500
    [line] = [record.getMessage() for record in caplog.records if "PluginError" in record.getMessage()]
    assert line.isprintable()
    assert "hỏng" in line


def _all_of(row: EntryRow) -> list[object]:
    entry = row.entry
    return [entry.key, dict(entry.detail), entry.origin.network, entry.origin.request_id]
