"""What is past is shown under the names of then, wherever units stand beside what they reported."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from datetime import datetime
from typing import Any

from thidua.application.periods.directory import import_units
from thidua.application.periods.directory import list_units
from thidua.application.reports.evidence import add_evidence
from thidua.domain.accounts import Role
from thidua_testkit.files import a_photo

OLD, NEW = "Phòng VH&TT huyện Hữu Lũng", "Phòng Văn hóa mới Hữu Lũng"


def rename(site: Any, code: str = "LS-186-VHTT") -> None:
    """Give the unit another name on 1 October, and go to a day after it."""
    [unit] = list_units(site.here.host, [code])
    first = replace(unit.versions[0], valid_to=date(2021, 10, 1))
    second = replace(unit.versions[0], name=NEW, short_name=NEW, valid_from=date(2021, 10, 1), valid_to=None)
    import_units(site.here.host, [replace(unit, versions=(first, second))])
    site.here.clock.instant = datetime.fromisoformat("2021-10-05T08:00:00+07:00")


def test_reports_and_statuses_of_the_past_bear_the_names_of_then(site: Any) -> None:
    site.file()
    site.here.drain()
    rename(site)
    officer = site.visit("officer")
    for path in ("/reports", "/reports/1", site.status, f"/campaigns/{site.campaign}/by-unit?indicator=N10.district"):
        text = officer.get(path).html.one("main").text
        assert OLD in text, path
        assert NEW not in text, path


def test_where_else_a_photo_was_used_is_told_under_the_name_of_then(site: Any) -> None:
    neighbour = "LS-187-VHTT"
    for unit, person in ((site.unit, "reporter"), (neighbour, "neighbour")):
        add_evidence(
            site.here.host,
            site.here.actors[person],
            campaign_code=site.campaign,
            period_code=site.period,
            unit_code=unit,
            pointer="/fields/mobile_sessions",
            file_name="chợ.jpg",
            content=a_photo(),
        )
    site.file()
    rename(site, neighbour)
    text = site.visit("officer").get("/reports/1").html.one("main").text
    assert "của Phòng VH&TT huyện Chi Lăng" in text
    assert NEW not in text


def test_a_role_held_today_names_the_unit_of_today(site: Any) -> None:
    rename(site)
    site.here.add_account("hoa", (Role.UNIT_HEAD, site.unit))
    assert NEW in site.visit("admin").get("/accounts?unit=" + site.unit).html.one("main").text
