"""What the status counts, whom it counts, and that a rebuild and a check know all of it, on both databases."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from thidua.application.background.sample import file_sample
from thidua.application.background.verifying import verify
from thidua.application.background.verifying import verify_units
from thidua.application.periods.campaigns import close_period
from thidua.application.periods.campaigns import open_campaign
from thidua.application.periods.campaigns import open_period
from thidua.application.periods.directory import import_units
from thidua.application.periods.directory import list_units
from thidua.application.periods.obligations import Wish
from thidua.application.periods.obligations import change_obligation
from thidua.application.reports.filing import file_report
from thidua.application.review.reviewing import accept_report
from thidua.application.review.reviewing import return_report
from thidua.application.status.statuses import read_status
from thidua.application.status.statuses import status_etag
from thidua.bootstrap import installed_plugins
from thidua.domain.cell_sums import shard_of
from thidua.domain.reports import Channel
from thidua.domain.reports import ObligationChangeKind
from thidua.domain.reports import Receipt
from thidua.forms.envelope import read_envelope
from thidua_sdk import DeadlineRule
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

SAMPLE = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))
CAMPAIGN, PERIOD = "ATGT-2021", "2021-Q1"
HUU_LUNG, CHI_LANG, ROOM = "LS-186-VHTT", "LS-187-VHTT", "STTTT-CNTT"
NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
DUE = datetime.fromisoformat("2021-03-16T17:00:00+07:00")
DAY = timedelta(days=1)


@pytest.fixture
def here(database_url: str) -> Installation:
    found = an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,))
    found.office()
    return found


def file(here: Installation, unit_code: str = HUU_LUNG, revision: int = 0, **fields: object) -> Receipt:
    figures = SAMPLE["fields"] | {"stations_total": 12, "stations_broadcasting": 10} | fields
    data = {**SAMPLE, "unit_code": unit_code, "fields": figures, "confirm_warnings": True}
    if revision:
        data |= {"revision": revision, "correction_reason": "Sửa lại số liệu."}
    envelope, findings = read_envelope(data)
    assert envelope is not None, findings
    return file_report(here.host, here.reporter(unit_code), envelope, channel=Channel.API)


def exempt(here: Installation, unit_code: str = HUU_LUNG) -> None:
    wish = Wish(
        kind=ObligationChangeKind.EXEMPTED, reason="Mưa lũ", document_number="12/CV-UBND", requested_by="UBND huyện"
    )
    change_obligation(
        here.host, here.office(), campaign_code=CAMPAIGN, period_code=PERIOD, unit_code=unit_code, wish=wish
    )


def status(here: Installation, period_code: str = PERIOD) -> Any:
    here.drain()
    return read_status(here.host, here.office(), CAMPAIGN, period_code).document


def unit_of(document: Any, unit_code: str = HUU_LUNG) -> Any:
    return next(unit for unit in document["filing"]["units"] if unit["unit"] == unit_code)


def figures_in(document: Any) -> list[object]:
    """Return all figures but the share of units on time, which is of those that must report."""
    return [each["official"] for each in document["indicators"] if each["code"] != "N30"]


def test_a_unit_that_must_not_report_is_in_no_rate_whatever_it_filed(here: Installation) -> None:
    accepted = file(here)
    file(here, CHI_LANG)
    accept_report(here.host, here.office(), accepted.report_id, revision=0)
    before = status(here)
    exempt(here)
    document = status(here)
    filing = document["filing"]
    assert (filing["roster"], filing["exempt"], filing["expected"]) == (17, 1, 16)
    assert (filing["received"], filing["received_on_time"], filing["accepted"]) == (1, 1, 0)
    assert filing["rates"] == {"received": "6.3", "received_on_time": "6.3", "accepted": "0.0"}
    # The figures still have it; the sentence says so and stays a share of those who must report.
    assert document["inputs"]["from_exempt"] == 1
    assert document["inputs"]["sentence"].startswith(
        "Tính từ 1/16 báo cáo đã nộp (0 đã tiếp nhận), thêm 1 báo cáo của đơn vị được miễn, lúc "
    )
    assert figures_in(document) == figures_in(before)
    assert verify(here.host).differences == ()


def test_every_unit_exempt_leaves_nothing_to_share(here: Installation) -> None:
    for unit in status(here)["filing"]["units"]:
        exempt(here, unit["unit"])
    filing = status(here)["filing"]
    assert (filing["expected"], filing["exempt"]) == (0, 17)
    assert set(filing["rates"].values()) == {None}


def test_duties_are_those_of_the_units_that_must_report(here: Installation) -> None:
    file(here)
    exempt(here)
    document = status(here)
    for duty in document["duties"]:
        owed = sum(
            1 for unit in document["filing"]["units"]
            if unit["unit_type"] in duty["unit_types"] and unit["filing"] != "exempt"
        )  # fmt: skip
        assert min(duty["counts"].values()) >= 0
        assert sum(duty["counts"].values()) == owed == len(duty["units"])
        assert HUU_LUNG not in duty["units"]


def test_a_dissolved_unit_keeps_its_figures_and_owes_no_duty_in_later_periods(database_url: str) -> None:
    here = an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,))
    file(here)
    units = {unit.code: unit for unit in list_units(here.host)}
    gone = replace(units[HUU_LUNG].versions[0], valid_to=date(2021, 3, 15))
    import_units(here.host, [replace(units[HUU_LUNG], versions=(gone,))])
    open_period(here.host, CAMPAIGN, "2021-H1")
    accept_report(here.host, here.office(), 1, revision=0)
    document = status(here, "2021-H1")
    assert HUU_LUNG not in {unit["unit"] for unit in document["filing"]["units"]}
    for duty in document["duties"]:
        owed = sum(1 for unit in document["filing"]["units"] if unit["unit_type"] in duty["unit_types"])
        assert min(duty["counts"].values()) >= 0
        assert sum(duty["counts"].values()) == owed
    radio = next(each for each in document["indicators"] if each["key"] == "N10.district")
    assert radio["cumulative"] == {"official": 26, "provisional": 26}
    assert verify(here.host).differences == ()


def test_a_unit_that_changes_its_type_and_keeps_its_form_has_one_row_a_cell(database_url: str) -> None:
    here = an_installation(database_url, at=NOON)
    [unit] = [unit for unit in list_units(here.host) if unit.code == ROOM]
    first = replace(unit.versions[0], valid_to=date(2021, 4, 1))
    second = replace(unit.versions[0], valid_from=date(2021, 4, 1), valid_to=None, type="affiliated_centre")
    import_units(here.host, [replace(unit, versions=(first, second))])
    open_campaign(here.host, CAMPAIGN)
    for period in (PERIOD, "2021-H1"):
        open_period(here.host, CAMPAIGN, period)
        with here.host.work.reading() as work:
            [row] = [row for row in work.campaigns.roster(CAMPAIGN, period) if row.obligation.unit_code == ROOM]
        at = row.obligation.due_at - DAY
        file_sample(here.host, row, account_id=here.reporter(ROOM).account_id, at=at)
        here.drain()
    with here.host.work.reading() as work:
        types = {
            period: {unit.unit_type for unit in work.rollups.of_period(CAMPAIGN, period) if unit.unit_code == ROOM}
            for period in (PERIOD, "2021-H1")
        }
    assert types == {PERIOD: {"specialised_room"}, "2021-H1": {"affiliated_centre"}}
    assert verify(here.host).differences == ()
    here.rebuild()
    assert verify(here.host).differences == ()


def test_a_rebuild_replaces_the_documents_of_periods_without_reports_too(database_url: str) -> None:
    here = an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD, "2021-H1"))
    file(here)
    here.drain()
    with here.host.work.writing() as work:
        connection = work._connection  # type: ignore[attr-defined]  # the adapter's
        connection.execute(text("UPDATE status SET document = '{\"period\": \"2021-Q1\"}', digest = 'x'"))
        connection.execute(
            text(
                "INSERT INTO rollup (campaign_code, period_code, unit_code, unit_type, shard, cells, duties)"
                " VALUES (:campaign, :period, :unit, 'district_culture_office', :shard, :cells, '{}')"
            ),
            {
                "campaign": CAMPAIGN,
                "period": PERIOD,
                "unit": CHI_LANG,
                "shard": shard_of(CHI_LANG),
                "cells": '{"A":{"radio_items":[999,null,999,null]}}',
            },
        )
        work.commit()
    places = [difference.split(":")[0] for difference in verify(here.host).differences]
    assert places[:3] == [
        f"ô tổng hợp {CHI_LANG} / {PERIOD} / A / radio_items",
        f"tổng của phần {shard_of(CHI_LANG)}, kỳ {PERIOD}",
        f"tình hình {PERIOD}",
    ]
    assert len(places) == 4
    here.rebuild()
    assert verify(here.host).differences == ()


@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        ("UPDATE unit_filing SET filing = 'late'", "đang lưu khác với sổ báo cáo"),
        ("DELETE FROM unit_filing", "đang lưu khác với sổ báo cáo"),
        ("UPDATE unit_filing SET period_code = '2020-XX'", "đơn vị không có trong danh sách phải báo cáo"),
    ],
)
def test_where_a_unit_stands_is_judged_again_by_itself(here: Installation, spoilt: str, told: str) -> None:
    assert verify_units(here.host, CAMPAIGN, [CHI_LANG]).differences == ()
    with here.host.work.writing() as work:
        where = f"{spoilt} WHERE unit_code = '{CHI_LANG}' AND period_code = '{PERIOD}'"
        work._connection.execute(text(where))  # type: ignore[attr-defined]  # the adapter's
        work.commit()
    found = verify_units(here.host, CAMPAIGN, [CHI_LANG]).differences
    assert told in {each.partition(": ")[2] for each in found}
    assert {each.partition(" ")[0] for each in found} == {"tình"}
    assert verify_units(here.host, CAMPAIGN, [HUU_LUNG]).differences == ()


def test_a_rebuild_without_any_report_replaces_the_documents(here: Installation) -> None:
    with here.host.work.writing() as work:
        connection = work._connection  # type: ignore[attr-defined]  # the adapter's
        connection.execute(text("UPDATE status SET document = '{}', digest = 'x'"))
        work.commit()
    assert verify(here.host).differences != ()
    assert here.rebuild() == 0
    assert verify(here.host).differences == ()


def test_the_lock_of_a_form_reaches_what_each_unit_owes(database_url: str) -> None:
    catalogue = installed_plugins()
    plan = catalogue.campaigns[CAMPAIGN]
    lock = DeadlineRule(working_days=4, at=DUE.time(), source="thử")
    periods = tuple(
        replace(
            period,
            forms=tuple(replace(use, locks=lock if use.form == "A" else None) for use in period.forms),
        )
        for period in plan.periods
    )
    locked = replace(catalogue, campaigns={**catalogue.campaigns, CAMPAIGN: replace(plan, periods=periods)})
    here = an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,), catalogue=locked)
    with here.host.work.reading() as work:
        rows = work.campaigns.roster(CAMPAIGN, PERIOD)
    found = {row.obligation.form_code: row.obligation.locks_at for row in rows}
    assert found["A"] == DUE + 2 * DAY
    assert {moment for form, moment in found.items() if form != "A"} == {None}


def test_days_late_are_split_by_who_held_the_report(here: Installation) -> None:
    here.clock.instant = DUE + 30 * timedelta(hours=1)
    number = file(here).report_id
    assert unit_of(status(here))["days"] == {"unit": 2, "office": 0}
    here.clock.instant = DUE + 3 * DAY
    # The filing lies at the Office for a day and 18 hours; the figure goes on with nothing written.
    assert unit_of(status(here))["days"] == {"unit": 2, "office": 2}
    return_report(here.host, here.office(), number, revision=0, reason="Số liệu chưa khớp.")
    sent_back = unit_of(status(here))
    assert sent_back["answer_by"] == "2021-03-23T10:00:00+00:00"
    assert sent_back["counted_at"] == (DUE + 30 * timedelta(hours=1)).astimezone(here.clock.now().tzinfo).isoformat()
    # Up to the limit of the return nobody is late; after it the unit is.
    here.clock.instant = DUE + 7 * DAY
    assert unit_of(status(here))["days"] == {"unit": 2, "office": 2}
    here.clock.instant = DUE + 8 * DAY
    assert unit_of(status(here))["days"] == {"unit": 3, "office": 2}
    assert unit_of(status(here), CHI_LANG)["days"] == {"unit": 8, "office": 0}
    exempt(here, CHI_LANG)
    assert unit_of(status(here), CHI_LANG)["days"] is None


def test_nothing_is_held_any_more_in_a_closed_period(here: Installation) -> None:
    file(here)
    here.clock.instant = DUE + DAY
    close_period(here.host, CAMPAIGN, PERIOD)
    here.clock.instant = DUE + 9 * DAY
    document = status(here)
    assert unit_of(document)["days"] == {"unit": 0, "office": 1}
    assert unit_of(document, CHI_LANG)["days"] == {"unit": 1, "office": 0}


def test_a_copy_of_a_status_is_good_for_an_hour_at_most(here: Installation) -> None:
    def etag() -> str:
        return status_etag(here.host, here.office(), CAMPAIGN, PERIOD)

    first = etag()
    here.clock.instant += timedelta(minutes=59)
    assert etag() == first == read_status(here.host, here.office(), CAMPAIGN, PERIOD).etag
    here.clock.instant += timedelta(minutes=1)
    assert etag() != first
