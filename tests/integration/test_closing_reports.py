"""A unit that is dissolved inside a period owes a report up to its last day, on both databases."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from thidua.application.background.verifying import verify
from thidua.application.periods.campaigns import open_campaign
from thidua.application.periods.campaigns import open_period
from thidua.application.periods.directory import import_units
from thidua.application.periods.directory import list_units
from thidua.application.reports.filing import file_report
from thidua.application.reports.owing import owed
from thidua.application.reports.sheets import open_sheet
from thidua.application.review.reading import read_report
from thidua.application.status.statuses import read_status
from thidua.domain.errors import ConfirmationNeededError
from thidua.domain.reports import Channel
from thidua.domain.reports import Obligation
from thidua.forms.envelope import Envelope
from thidua.forms.envelope import read_envelope
from thidua_sdk import Window
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

SAMPLE = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))
CAMPAIGN, PERIOD = "ATGT-2021", "2021-Q1"
HUU_LUNG, CHI_LANG = "LS-186-VHTT", "LS-187-VHTT"
NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")


@pytest.fixture
def here(database_url: str) -> Installation:
    return an_installation(database_url, at=NOON)


def dissolve(here: Installation, unit_code: str, valid_to: date) -> None:
    units = {unit.code: unit for unit in list_units(here.host)}
    versions = units[unit_code].versions
    ended = replace(units[unit_code], versions=(replace(versions[0], valid_to=valid_to, name="Phòng cũ"),))
    import_units(here.host, [ended])


def opened(here: Installation) -> dict[str, Obligation]:
    open_campaign(here.host, CAMPAIGN)
    open_period(here.host, CAMPAIGN, PERIOD)
    with here.host.work.reading() as work:
        return {row.obligation.unit_code: row.obligation for row in work.campaigns.roster(CAMPAIGN, PERIOD)}


def a_report(**changes: object) -> Envelope:
    envelope, findings = read_envelope({**SAMPLE, **changes})
    assert envelope is not None, findings
    return envelope


# The activity window of the quarter begins on 1 February, its cut-off is 14 March.
@pytest.mark.parametrize(
    ("valid_to", "owes", "ends_on"),
    [
        (date(2021, 2, 1), False, None),
        (date(2021, 2, 2), True, date(2021, 2, 1)),
        (date(2021, 3, 1), True, date(2021, 2, 28)),
        (date(2021, 3, 14), True, date(2021, 3, 13)),
        (date(2021, 3, 15), True, None),
        (date(2021, 3, 16), True, None),
    ],
)
def test_a_unit_owes_up_to_its_last_day(
    here: Installation, valid_to: date, *, owes: bool, ends_on: date | None
) -> None:
    dissolve(here, HUU_LUNG, valid_to)
    roster = opened(here)
    assert (HUU_LUNG in roster) is owes
    assert not roster[CHI_LANG].is_closing
    if owes:
        found = roster[HUU_LUNG]
        assert (found.ends_on, found.is_closing) == (ends_on, ends_on is not None)
        assert found.due_at == roster[CHI_LANG].due_at
        sheet = open_sheet(
            here.host, here.reporter(HUU_LUNG), campaign_code=CAMPAIGN, period_code=PERIOD, unit_code=HUU_LUNG
        )
        assert sheet.activity == Window(date(2021, 2, 1), ends_on or date(2021, 3, 14))
    assert verify(here.host).differences == ()


def test_a_closing_report_is_named_so_and_counts_like_any_other(here: Installation) -> None:
    dissolve(here, HUU_LUNG, date(2021, 3, 1))
    opened(here)
    [due] = owed(here.host, here.reporter(HUU_LUNG))
    assert due.ends_on == date(2021, 2, 28)
    receipt = file_report(here.host, here.reporter(HUU_LUNG), a_report(confirm_warnings=True), channel=Channel.API)
    assert receipt.is_on_time
    assert read_report(here.host, here.reporter(HUU_LUNG), receipt.report_id).obligation.is_closing
    here.drain()
    document: Any = read_status(here.host, here.office(), CAMPAIGN, PERIOD).document
    listed = {unit["unit"]: unit["ends_on"] for unit in document["filing"]["units"]}
    assert listed[HUU_LUNG] == "2021-02-28"
    assert {ends_on for unit, ends_on in listed.items() if unit != HUU_LUNG} == {None}
    assert document["filing"]["received"] == 1
    assert verify(here.host).differences == ()


def test_days_after_the_last_one_are_asked_about(here: Installation) -> None:
    dissolve(here, HUU_LUNG, date(2021, 3, 1))
    opened(here)
    days = ("2021-02-26", "2021-02-28", "2021-03-05")
    items = [{"on": day, "place": f"Xã Hòa Bình, buổi {number}"} for number, day in enumerate(days)]
    fields = SAMPLE["fields"] | {"mobile_sessions": 3, "difficulties": "Loa xã Hòa Bình hỏng."}
    after = a_report(fields=fields, evidence={"mobile_sessions": items})
    with pytest.raises(ConfirmationNeededError) as asked:
        file_report(here.host, here.reporter(HUU_LUNG), after, channel=Channel.API)
    assert [finding.cells for finding in asked.value.findings if finding.code == "G4"] == [
        ("/evidence/mobile_sessions/2/on",)
    ]
