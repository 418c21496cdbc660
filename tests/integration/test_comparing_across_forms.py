"""Two filings of one report, each in its own form: a year took up another form between them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.changed_years import with_fields
from thidua.application.reports.answering import Remark
from thidua.application.reports.filing import file_report
from thidua.application.review.comparing import Comparison
from thidua.application.review.comparing import compare
from thidua.application.review.reading import read_report
from thidua.application.review.reviewing import return_report
from thidua.application.years.pinning import adopt_year
from thidua.domain.reports import Channel
from thidua.forms.envelope import read_envelope
from thidua.web.changed import NOT_THERE
from thidua.web.changed import Change
from thidua.web.changed import changes_of
from thidua.web.filed import lines_of
from thidua_sdk import Count
from thidua_sdk import Need
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

SAMPLE = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))
CAMPAIGN, PERIOD, UNIT = "ATGT-2021", "2021-Q1", SAMPLE["unit_code"]
NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
DRONES = Count("Lượt phát bằng flycam", code="A99", unit="lượt", source="Biểu A, dòng A99", need=Need.OPTIONAL)


@pytest.fixture
def here(database_url: str) -> Installation:
    return an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,))


def file(here: Installation, revision: int, *, splits: bool, answers: Any = (), **fields: object) -> int:
    by_topic = {name: each for name, each in SAMPLE["by_topic"].items() if splits or name != "radio_items"}
    told = {"revision": revision, "by_topic": by_topic, "fields": {**SAMPLE["fields"], **fields}}
    told |= {"correction_reason": "Đếm lại."} if revision else {}
    told |= {"answers": list(answers)} if answers else {}
    envelope, findings = read_envelope({**SAMPLE, **told})
    assert envelope is not None, findings
    envelope = replace(envelope, confirm_warnings=True)
    return file_report(here.host, here.reporter(UNIT), envelope, channel=Channel.API).report_id


def serve(here: Installation, catalogue: Any) -> None:
    """Take up another form, as an operator does who installed a new release."""
    here.host = replace(here.host, catalogue=catalogue)
    adopt_year(here.host, CAMPAIGN)


def between(here: Installation, report: int, before: int, after: int) -> tuple[Comparison, dict[str, Change]]:
    found = compare(read_report(here.host, here.office(), report), before, after)
    return found, {change.code: change for change in changes_of(found)}


def test_each_side_is_read_by_the_form_it_was_filed_in(here: Installation) -> None:
    first = here.host.catalogue
    report = file(here, 0, splits=True)
    serve(here, with_fields(unit="bài", by_topic=False, label="Số bài phát thanh", added={"drones": DRONES}))
    file(here, 1, splits=False, radio_items=27, drones=3)
    serve(here, first)
    file(here, 2, splits=True, radio_items=27)

    found, changes = between(here, report, 0, 1)
    radio = {side.label: (side.before, side.after) for side in changes["A11"].sides}
    assert (changes["A11"].label, changes["A11"].only_in) == ("Số bài phát thanh", None)
    assert radio.pop("") == ("26 tin, bài", "27 bài")
    # The split went with the form: what was said stands there, and why nothing stands beside it.
    assert radio
    assert {after for _, after in radio.values()} == {NOT_THERE}
    assert all(label.startswith("Chủ đề ") and before.endswith(" tin, bài") for label, (before, _) in radio.items())
    drones = changes["A99"]
    assert (drones.only_in, [(side.before, side.after) for side in drones.sides]) == (1, [(NOT_THERE, "3 lượt")])
    assert found.outside == ()

    _, changes = between(here, report, 1, 2)
    drones = changes["A99"]
    assert (drones.only_in, [(side.before, side.after) for side in drones.sides]) == (1, [("3 lượt", NOT_THERE)])
    assert {side.before for side in changes["A11"].sides if side.label} == {NOT_THERE}

    # Two filings in one form, with another between them: nothing is said of what only that one had.
    _, changes = between(here, report, 0, 2)
    assert list(changes) == ["A11"]
    assert [(side.label, side.before, side.after) for side in changes["A11"].sides] == [
        ("", "26 tin, bài", "27 tin, bài")
    ]


def test_what_went_with_the_form_is_no_change_outside_the_opened_cells(here: Installation) -> None:
    report = file(here, 0, splits=True)
    remarks = [Remark("/fields/banners", "Đếm lại băng rôn.")]
    return_report(here.host, here.office(), report, revision=0, reason="Chưa khớp.", remarks=remarks)
    serve(here, with_fields(by_topic=False))
    answers = [{"cell": "/fields/banners", "text": "Đã đếm lại."}]
    file(here, 1, splits=False, answers=answers, banners=25)
    found, changes = between(here, report, 0, 1)
    assert {"A11", "A19"} <= changes.keys()
    assert found.outside == ()
    assert [asked.remark.cell for _, asked in changes["A19"].asked] == ["/fields/banners"]


def test_the_whole_report_shows_what_the_filing_before_said_in_its_own_words(here: Installation) -> None:
    report = file(here, 0, splits=True)
    serve(here, with_fields(by_topic=False, added={"drones": DRONES}))
    file(here, 1, splits=False, radio_items=27, drones=3)
    sheet = read_report(here.host, here.office(), report)
    parts = lines_of(
        sheet.forms[1], sheet.revisions[1].payload, sheet.revisions[0].payload, was=sheet.forms[0], sees_people=True
    )
    lines = {line.code: line for part in parts for line in part.lines}
    assert (lines["A11"].text, lines["A11"].before) == ("27", "26")
    # It could not be said before, so that it was not changed.
    assert (lines["A99"].text, lines["A99"].before) == ("3", "")
