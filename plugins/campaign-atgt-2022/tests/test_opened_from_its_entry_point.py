"""The year runs in an installation that knows it by its entry point alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

from thidua.application.background.sample import sample_envelope
from thidua.application.people.bearer_tokens import issue_token
from thidua.application.periods.campaigns import open_campaign
from thidua.application.periods.campaigns import open_period
from thidua.application.reports.filing import file_report
from thidua.application.review.reviewing import accept_report
from thidua.application.status.figures import Asked
from thidua.application.status.inputs import FigureInputs
from thidua.application.status.inputs import figure_inputs
from thidua.application.status.opened_status import Page
from thidua.application.status.statuses import read_status
from thidua.bootstrap import installed_plugins
from thidua.domain.accounts import Role
from thidua.domain.reports import Channel
from thidua.settings import load
from thidua.web.app import create_app
from thidua_testkit.installation import CONFIG_DIR
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

CODE, EARLIER = "ATGT-2022", "ATGT-2021"
HALF = {EARLIER: "2021-H1", CODE: "2022-H1"}
CUT_OFF = {code: datetime.fromisoformat(f"{code[-4:]}-06-15T09:00:00+07:00") for code in HALF}
PASSWORD = "mật khẩu dài 15"


def file_half(here: Installation, campaign: str) -> None:
    """Open a half-year, and have every unit's report filed and accepted."""
    host, at = here.host, CUT_OFF[campaign]
    here.clock.instant = at - timedelta(days=120)
    open_campaign(host, campaign)
    here.clock.instant = at
    open_period(host, campaign, HALF[campaign])
    with host.work.reading() as work:
        roster = work.campaigns.roster(campaign, HALF[campaign])
    for row in roster:
        envelope = sample_envelope(host, host.catalogue.campaign(campaign), row.obligation, (), at)
        filed = file_report(host, here.reporter(row.obligation.unit_code), envelope, channel=Channel.API)
        accept_report(host, here.office(), filed.report_id, revision=0)
    here.drain()


@pytest.fixture
def here(sqlite_url: str) -> Installation:
    return an_installation(sqlite_url, at=CUT_OFF[CODE], unit_files=("lang-son.toml",))


def rows(here: Installation, tmp_path: Path, who: str = "office") -> dict[str, dict[str, Any]]:
    settings = load({"THIDUA_DATA": str(tmp_path), "THIDUA_SECRET_KEY": "x" * 40}, CONFIG_DIR)
    client = create_app(here.host, settings).test_client()
    token = issue_token(here.host, name=who, label="thử")
    answer = client.get(
        f"/api/v1/campaigns/{CODE}/comparison?period={HALF[CODE]}&with={EARLIER}",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200
    told: dict[str, Any] = json.loads(answer.text)
    return {"+".join(row["keys"] or row["with_keys"]): row for row in told["rows"]}


def test_it_is_found_by_its_entry_point_alone() -> None:
    (entry,) = (each for each in entry_points(group="thidua.campaigns") if each.name == CODE)
    assert entry.dist is not None
    assert entry.dist.name == "thidua-campaign-atgt-2022"
    assert installed_plugins().origin(CODE).startswith("thidua-campaign-atgt-2022 ")


def test_it_opens_files_counts_and_shows_its_status(here: Installation) -> None:
    file_half(here, CODE)
    document = read_status(here.host, here.office(), CODE, "2022-H1").document
    told: dict[str, Any] = {entry["key"]: entry for entry in document["indicators"]}  # type: ignore[attr-defined]
    assert document["theme"] == "Xây dựng văn hóa giao thông an toàn gắn với kiểm soát hiệu quả dịch COVID-19"
    assert told["N46.district"]["official"] > 0
    assert "N19.district" not in told
    targets: dict[str, Any] = {entry["code"]: entry for entry in document["targets"]}  # type: ignore[attr-defined]
    assert (targets["T6"]["actual"], targets["T6"]["verdict"]) == (0, "tracked")
    assert targets["T1"]["verdict"] in {"met", "exceeded"}
    found = figure_inputs(here.host, here.office(), CODE, "2022-H1", Asked(key="N05"), Page())
    assert isinstance(found, FigureInputs)
    assert {"Trung tâm Công nghệ số", "Phòng Văn hóa và Thông tin huyện/thành phố"} <= {
        each.label for each in found.by_type
    }
    names = {unit["name"] for unit in document["filing"]["units"]}  # type: ignore[index]
    assert {"Phòng HTS", "Phòng CĐS", "Trung tâm CNS"} <= names


def test_it_is_set_beside_the_year_before(here: Installation, tmp_path: Path) -> None:
    if EARLIER not in here.host.catalogue.campaigns:
        pytest.skip("the earlier campaign is not installed")
    file_half(here, EARLIER)
    file_half(here, CODE)
    here.add_account("observer", (Role.OBSERVER, None))
    for who in ("office", "observer"):
        told = rows(here, tmp_path, who)
        split = told["N18.district+N18b.district"]
        assert split["refusal"] == ""
        assert split["with_keys"] == ["N18.district"]
        assert split["change"] == split["value"] - split["with_value"]
        assert [told[key]["refusal"] for key in ("N10.district", "N23.province", "N27a", "N40", "N30")] == [""] * 5
        assert told["N27a"]["with_keys"] == ["N27a", "N27b"]
        for key, begins in {
            "N45": "Mục tiêu thứ tư của năm 2022",
            "N46.district": "Chủ đề năm 2022",
            "N19.district": "Năm 2022 không hỏi số pa nô",
            "N44": "Hai năm dùng định nghĩa thống kê khác nhau",
            "N06": "Hai năm tính những ngày khác nhau: năm nay từ 6/1/2022",
        }.items():
            assert told[key]["refusal"].startswith(begins)
            assert [told[key][name] for name in ("value", "with_value", "change", "change_percent")] == [None] * 4


def test_its_last_period_ends_in_the_next_year(here: Installation) -> None:
    open_campaign(here.host, CODE)
    here.clock.instant = datetime.fromisoformat("2022-12-20T09:00:00+07:00")
    open_period(here.host, CODE, "2022-CLOSE")
    with here.host.work.reading() as work:
        due = {row.obligation.form_code: row.obligation.due_at for row in work.campaigns.roster(CODE, "2022-CLOSE")}
    # Cut off on Saturday 31/12; off are Sunday 1/1 and, in its stead, Monday 2/1.
    assert {code: f"{at.astimezone(here.host.zone):%d/%m/%Y %H:%M}" for code, at in due.items()} == {
        **dict.fromkeys("ABC", "04/01/2023 17:00"),
        "D": "09/01/2023 17:00",
    }


def test_without_the_plugin_everything_else_serves(sqlite_url: str) -> None:
    whole = installed_plugins()
    without = replace(whole, campaigns={code: each for code, each in whole.campaigns.items() if code != CODE})
    here = an_installation(sqlite_url, at=CUT_OFF[EARLIER], catalogue=without, unit_files=("lang-son.toml",))
    if EARLIER not in without.campaigns:
        pytest.skip("the earlier campaign is not installed")
    file_half(here, EARLIER)
    assert read_status(here.host, here.office(), EARLIER, "2021-H1").document["campaign"] == EARLIER
