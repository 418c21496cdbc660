"""Two tiers of local government, end to end: 65 communes file where eleven districts did."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from datetime import timedelta
from html import unescape
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any
from typing import ClassVar

import pytest
from flask import Flask

from thidua.adapters.db import fence
from thidua.adapters.files import read_directory_file
from thidua.application.background.sample import sample_envelope
from thidua.application.people.bearer_tokens import issue_token
from thidua.application.periods.campaigns import open_campaign
from thidua.application.periods.campaigns import open_period
from thidua.application.periods.directory import import_units
from thidua.application.ports.reach import reach_of
from thidua.application.reports.filing import file_report
from thidua.application.reports.sheets import open_sheet
from thidua.application.review.reviewing import accept_report
from thidua.application.status.statuses import read_status
from thidua.application.status.two_years import compare_years
from thidua.application.status.unit_readings import UnitReading
from thidua.application.status.unit_readings import figures_by_unit
from thidua.domain.accounts import Role
from thidua.domain.lineage import Rest
from thidua.domain.reports import Channel
from thidua.settings import load
from thidua.web.app import create_app
from thidua_testkit.installation import CONFIG_DIR
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

CODE, EARLIER = "ATGT-2026", "ATGT-2022"
QUARTER = {EARLIER: "2022-Q1", CODE: "2026-Q1"}
#: The day after the cut-off.
AT = {code: datetime.fromisoformat(f"{code[-4:]}-03-15T09:00:00+07:00") for code in QUARTER}
FILES = ("lang-son.toml", "lang-son-2025.toml", "lang-son-so-2025.toml")
NA_SAM, TAN_DOAN, OFFICE = "LS-06124-VHXH", "LS-06316-VHXH", "SKHCN-VP"
PASSWORD = "mật khẩu dài 15"


def opened(here: Installation, campaign: str) -> list[Any]:
    """Open a campaign and its first quarter; returns the roster."""
    here.clock.instant = AT[campaign] - timedelta(days=60)
    open_campaign(here.host, campaign)
    here.clock.instant = AT[campaign]
    open_period(here.host, campaign, QUARTER[campaign])
    with here.host.work.reading() as work:
        return list(work.campaigns.roster(campaign, QUARTER[campaign]))


def file_all(here: Installation, campaign: str, leave_out: Iterable[str] = ()) -> None:
    """Open a quarter, and have the units' reports filed and accepted."""
    for row in opened(here, campaign):
        if row.obligation.unit_code in leave_out:
            continue
        envelope = sample_envelope(here.host, here.host.catalogue.campaign(campaign), row.obligation, (), AT[campaign])
        actor = here.reporter(row.obligation.unit_code)
        filed = file_report(here.host, actor, envelope, channel=Channel.API)
        accept_report(here.host, here.office(), filed.report_id, revision=0)
    here.drain()


@pytest.fixture
def here(database_url: str) -> Installation:
    return an_installation(database_url, at=AT[CODE], unit_files=FILES)


def site(here: Installation, tmp_path: Path) -> Flask:
    settings = load({"THIDUA_DATA": str(tmp_path), "THIDUA_SECRET_KEY": "x" * 40}, CONFIG_DIR)
    return create_app(here.host, settings)


class Person:
    """Somebody at a browser without scripts."""

    sign: ClassVar = re.compile(r'name="csrf_token" value="([^"]+)"')

    def __init__(self, app: Flask, name: str) -> None:
        self.client = app.test_client()
        token = self.sign.search(self.client.get("/sign-in").text)
        assert token is not None
        data = {"name": name, "password": PASSWORD, "csrf_token": token[1], "next": "/"}
        assert self.client.post("/sign-in", data=data).status_code == 303

    def read(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def send(self, path: str, typed: dict[str, str]) -> Any:
        """Send a form as it came, with what is typed."""
        page = self.read(path)
        form = page[page.index('class="sheet') :]
        given = dict(re.findall(r'<input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', form))
        given |= {name: value for value, name in re.findall(r'<input[^>]*? value="([^"]*)"[^>]*? name="([^"]+)"', form)}
        told = {name: unescape(value) for name, value in given.items()}
        return self.client.post(path, data={**told, **typed, "action": "file"})


TYPED = {
    "/fields/launch_status": "own_plan",
    "/fields/plan_document_no": "07/KH-UBND",
    "/fields/plan_document_date": "2/3/2026",
    "/fields/direction_docs_count": "1",
    "/fields/staff_total": "6",
    "/fields/staff_briefed": "6",
    "/fields/briefing_sessions": "1",
    "/fields/stations_total": "4",
    "/fields/stations_broadcasting": "3",
    "/fields/radio_items": "12",
    "/fields/radio_broadcasts": "1.204",
    "/fields/online_items": "3",
    "/fields/banners": "8",
    "/fields/mobile_sessions": "2",
    "/fields/direct_sessions": "2",
    "/fields/direct_participants": "140",
    "/fields/village_sessions": "1",
    "/fields/alcohol_items": "4",
    "/by_topic/radio_items/penalty_decree": "4",
    "/fields/violation_cases": "0",
    "/fields/violation_alcohol": "0",
    "/fields/violation_handled": "0",
    "/prepared_by/full_name": "Hoàng Thị Mẫu Đơn",
    "/prepared_by/position": "Chuyên viên",
}


def test_it_is_found_by_its_entry_point_alone() -> None:
    (entry,) = (each for each in entry_points(group="thidua.campaigns") if each.name == CODE)
    assert entry.dist is not None
    assert entry.dist.name == "thidua-campaign-atgt-2026"


def test_communes_file_by_page_and_program_and_the_status_counts_them(here: Installation, tmp_path: Path) -> None:
    roster = opened(here, CODE)
    by_form: dict[str, set[str]] = {}
    for row in roster:
        by_form.setdefault(row.obligation.form_code, set()).add(row.obligation.unit_code)
    assert {form: len(units) for form, units in by_form.items()} == {"E": 65, "B": 1, "C": 2, "D": 1}
    assert {code[:3] for code in by_form["E"]} == {"LS-"}

    app = site(here, tmp_path)
    here.add_account("na-sam", (Role.UNIT_REPORTER, NA_SAM), password=PASSWORD)
    person = Person(app, "na-sam")
    path = f"/campaigns/{CODE}/periods/2026-Q1/units/{NA_SAM}/form"
    page = person.read(path)
    assert "Phòng VH-XH xã Na Sầm" in page
    assert "đơn vị được giao báo cáo: cần xác nhận" in page
    refused = person.send(path, {**TYPED, "/fields/village_sessions": "3"})
    assert refused.status_code == 422
    assert "không được lớn hơn số buổi tuyên truyền trực tiếp ở dòng E20 (2)" in refused.text
    filed = person.send(path, TYPED)
    assert filed.status_code == 303, filed.text

    here.reporter(TAN_DOAN)
    token = issue_token(here.host, name=f"reporter-{TAN_DOAN}".lower(), label="thử")
    body = {
        "campaign_code": CODE,
        "form_code": "E",
        "form_version": 1,
        "unit_code": TAN_DOAN,
        "period_code": "2026-Q1",
        "revision": 0,
        "prepared_by": {"full_name": "Đàm Thị Minh Họa", "position": "Chuyên viên"},
        "fields": {
            "launch_status": "not_yet",
            "difficulties": "Chờ UBND xã phân công.",
            **dict.fromkeys(
                (
                    *("direction_docs_count", "staff_briefed", "briefing_sessions", "stations_total"),
                    *("stations_broadcasting", "radio_items", "radio_broadcasts", "online_items", "banners"),
                    *("mobile_sessions", "direct_sessions", "alcohol_items"),
                    *("violation_cases", "violation_alcohol", "violation_handled"),
                ),
                0,
            ),
            "staff_total": 5,
        },
    }
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "0123456789abcdef"}
    answer = app.test_client().post("/api/v1/reports", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    here.drain()

    document: dict[str, Any] = dict(read_status(here.host, here.office(), CODE, "2026-Q1").document)
    told = {entry["key"]: entry for entry in document["indicators"]}
    assert (document["theme"], document["filing"]["roster"], document["filing"]["received"]) == ("", 69, 2)
    assert told["N11.district"]["provisional"] == 1204
    assert told["N05"]["provisional"] == 11
    assert told["N22c.commune"]["provisional"] == 1
    targets = {entry["code"]: entry["verdict"] for entry in document["targets"]}
    assert targets == {**dict.fromkeys(("T1", "T2", "T3", "T5"), "tracked"), "T4": "not_comparable"}

    here.add_account("officer", (Role.OFFICE, None), password=PASSWORD)
    officer = Person(app, "officer")
    status = officer.read(f"/campaigns/{CODE}/status?period=2026-Q1")
    assert "Chủ đề: chưa biết" in status
    assert "So với cùng kỳ năm 2022" in status
    table = officer.read(f"/campaigns/{CODE}/by-unit?period=2026-Q1&indicator=N11.district")
    assert "Phòng VH-XH xã Na Sầm" in table
    assert "1.204" in table


def test_the_office_counts_every_unit_that_owes_it_a_report(here: Installation) -> None:
    opened(here, CODE)
    sheet = open_sheet(here.host, here.reporter(OFFICE), campaign_code=CODE, period_code="2026-Q1", unit_code=OFFICE)
    assert [sheet.computed[name] for name in ("units_expected", "units_missing", "units_on_time")] == [68, 68, 0]


def test_there_is_an_example_for_every_form_of_every_period(sqlite_url: str) -> None:
    here = an_installation(sqlite_url, at=AT[CODE], unit_files=FILES)
    plan = here.host.catalogue.campaign(CODE)
    here.clock.instant = AT[CODE]
    here.open(CODE, *(period.code for period in plan.periods))
    for period in plan.periods:
        with here.host.work.reading() as work:
            owing = {row.obligation.form_code: row.obligation for row in work.campaigns.roster(CODE, period.code)}
        assert sorted(owing) == ["B", "C", "D", "E"]
        for obligation in owing.values():
            assert sample_envelope(here.host, plan, obligation, (), obligation.due_at).form_code == obligation.form_code


def test_it_is_set_beside_2022_by_the_sum_of_the_province_alone(here: Installation, tmp_path: Path) -> None:
    if EARLIER not in here.host.catalogue.campaigns:
        pytest.skip("the earlier campaign is not installed")
    file_all(here, EARLIER)
    file_all(here, CODE, leave_out=[NA_SAM])
    office = here.office()
    key = "N21.district"
    rows = {"+".join(row.keys or row.before_keys): row for row in compare_years(here.host, office, CODE).rows}
    assert rows[key].refusal == "Số năm nay chưa đủ: Quý I năm 2026 mới tiếp nhận 64/65 báo cáo."

    with here.host.work.reading() as work:
        (row,) = (each for each in work.campaigns.roster(CODE, "2026-Q1") if each.obligation.unit_code == NA_SAM)
    envelope = sample_envelope(here.host, here.host.catalogue.campaign(CODE), row.obligation, (), AT[CODE])
    filed = file_report(here.host, here.reporter(NA_SAM), envelope, channel=Channel.API)
    accept_report(here.host, office, filed.report_id, revision=0)
    here.drain()
    found = compare_years(here.host, office, CODE)
    rows = {"+".join(row.keys or row.before_keys): row for row in found.rows}
    compared = {name for name, row in rows.items() if not row.refusal}
    assert compared == {f"{code}.district" for code in ("N09", "N11", "N13", "N18", "N20", "N21", "N22", "N22b")}
    assert {rows[name].as_now for name in compared} == {
        "Tổng của 11 đơn vị năm 2022, nay là 65 đơn vị; không so từng đơn vị."
    }
    for name, begins in {
        "N10.commune": "Một trong hai năm không có chỉ số này ở phạm vi này",
        "N10.province": "Hai năm không cùng những đơn vị phải báo cáo",
        "N05": "Đếm người của đơn vị báo cáo",
        "N30": "Năm 2022 có 11 huyện, thành phố, năm 2026 có 65 xã, phường",
        "N40": "Hai năm dùng định nghĩa thống kê khác nhau: năm nay TT26-2024, năm 2022 TT58-2009.",
        "N46.district": "Chủ đề riêng của năm 2022",
    }.items():
        assert rows[name].refusal.startswith(begins), rows[name].refusal
        assert (rows[name].value, rows[name].before, rows[name].change) == (None, None, None)

    # The committee sees the same, behind the database's own fence.
    observer = here.add_account("observer", (Role.OBSERVER, None), password=PASSWORD)
    with fence.within(reach_of(observer)):
        assert compare_years(here.host, observer, CODE).rows == found.rows
    token = issue_token(here.host, name="observer", label="thử")
    app = site(here, tmp_path)
    answer = app.test_client().get(f"/api/v1/campaigns/{CODE}/comparison", headers={"Authorization": f"Bearer {token}"})
    told = {"+".join(each["keys"]): each for each in json.loads(answer.text)["rows"] if each["keys"]}
    assert (told[key]["value"], told[key]["with_value"]) == (rows[key].value, rows[key].before)
    assert told[key]["as_now"] == rows[key].as_now
    page = Person(app, "observer").read(f"/campaigns/{CODE}/two-years")
    assert "So với cùng kỳ năm 2022" in page
    assert "năm trước" not in page
    assert "by-unit" not in page

    # Commune by commune, the districts' figures are divided by what is known of each, or stand undivided.
    asked: dict[str, Any] = {"reading": UnitReading.NOW, "on": AT[CODE].date()}
    flow = figures_by_unit(here.host, office, EARLIER, "2022-Q1", indicator=key, **asked)
    assert len(flow.rows) == 65
    assert {row.reason for row in flow.rows} == {None}
    assert flow.total[0] == rows[key].before
    stock = figures_by_unit(here.host, office, EARLIER, "2022-Q1", indicator="N09.district", **asked)
    assert {row.reason for row in stock.rows} == {Rest.NOT_DIVISIBLE}
    assert stock.total[0] == rows["N09.district"].before


def test_where_nobody_recorded_who_took_over_nothing_is_added_up(sqlite_url: str) -> None:
    here = an_installation(sqlite_url, at=AT[CODE], unit_files=("lang-son.toml", "lang-son-so-2025.toml"))
    import_units(here.host, read_directory_file(CONFIG_DIR / "units" / "lang-son-2025.toml").units)
    if EARLIER not in here.host.catalogue.campaigns:
        pytest.skip("the earlier campaign is not installed")
    file_all(here, EARLIER)
    file_all(here, CODE)
    rows = compare_years(here.host, here.office(), CODE).rows
    assert {row.value for row in rows} == {None}
    (sessions,) = (row for row in rows if row.keys == ("N21.district",))
    assert sessions.refusal == "Hai năm không cùng những đơn vị phải báo cáo."
