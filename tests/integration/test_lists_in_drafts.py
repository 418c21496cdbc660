"""Lists of counts in drafts, and what the Office sees of paper reports, on both databases."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from thidua.application.periods.campaigns import close_period
from thidua.application.reports.drafting import DraftPlace
from thidua.application.reports.drafts import open_draft
from thidua.application.reports.drafts import save_cells
from thidua.application.reports.evidence import add_evidence
from thidua.application.reports.filing import file_report
from thidua.application.reports.on_behalf import awaited
from thidua.application.reports.on_behalf import entered_on_behalf
from thidua.application.reports.paper import Paper
from thidua.application.review.reading import list_reports
from thidua.application.review.reading import read_report
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotFoundError
from thidua.domain.reports import Channel
from thidua.forms.envelope import Envelope
from thidua.forms.envelope import read_envelope
from thidua.forms.evidence_lists import MOST_ITEMS
from thidua_testkit.files import a_pdf
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

CAMPAIGN, PERIOD, UNIT, OTHER = "ATGT-2021", "2021-Q1", "LS-186-VHTT", "LS-187-VHTT"
NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
SAMPLE = Path(__file__).parents[1] / "samples" / "P01.json"
COUNT, LIST = "/fields/mobile_sessions", "/evidence/mobile_sessions"
PLACE = DraftPlace(CAMPAIGN, PERIOD, UNIT)


@pytest.fixture
def here(database_url: str) -> Installation:
    return an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,))


def sample() -> Envelope:
    envelope, findings = read_envelope(json.loads(SAMPLE.read_text("utf-8")))
    assert envelope is not None
    assert not findings
    return envelope


def enter(here: Installation) -> int:
    place = {"campaign_code": CAMPAIGN, "period_code": PERIOD, "unit_code": UNIT, "pointer": "", "file_name": "x"}
    scan = add_evidence(here.host, here.office(), **place, content=a_pdf()).evidence.attachment.digest
    paper = Paper(NOON, "Đơn vị mất mạng.", scan)
    return file_report(here.host, here.office(), sample(), channel=Channel.WEB, paper=paper).report_id


def test_the_rows_of_a_list_are_saved_judged_and_counted_like_any_cell(here: Installation) -> None:
    person = here.reporter(UNIT)
    typed = {COUNT: "", f"{LIST}/0/on": "10/3/2021", f"{LIST}/0/place": "Chợ phiên", f"{LIST}/1/on": "32/3"}
    saved = save_cells(here.host, person, PLACE, base=0, cells=typed)
    assert [finding.code for finding in saved.findings[f"{LIST}/1/place"]] == ["required"]
    assert len(saved.findings[f"{LIST}/1/on"]) == 1
    assert COUNT not in saved.findings
    save_cells(here.host, person, PLACE, base=saved.version, cells={f"{LIST}/1/on": None, f"{LIST}/0/on": None})
    opened = open_draft(here.host, person, PLACE)
    assert opened.typed[f"{LIST}/0/place"] == "Chợ phiên"
    envelope = opened.desk.judge(opened.typed).envelope
    assert envelope is not None
    assert envelope.fields["mobile_sessions"] == 1


def test_a_row_past_the_longest_list_or_of_a_count_without_one_is_no_cell(here: Installation) -> None:
    for pointer in (f"{LIST}/{MOST_ITEMS}/on", "/evidence/staff_total/0/on"):
        with pytest.raises(InvalidPayloadError):
            save_cells(here.host, here.reporter(UNIT), PLACE, base=0, cells={pointer: "1/3/2021"})


def test_the_office_sees_whose_paper_it_may_still_enter(here: Installation) -> None:
    before = {each.unit_code for each in awaited(here.host, here.office())}
    assert {UNIT, OTHER} <= before
    enter(here)
    assert {each.unit_code for each in awaited(here.host, here.office())} == before - {UNIT}
    with pytest.raises(NotAllowedError):
        awaited(here.host, here.reporter(UNIT))
    close_period(here.host, CAMPAIGN, PERIOD)
    assert awaited(here.host, here.office()) == ()


def test_the_badge_is_that_of_the_newest_filing(here: Installation) -> None:
    report_id = enter(here)
    reports = list_reports(here.host, here.office())
    assert entered_on_behalf(here.host, here.reporter(UNIT), reports) == {report_id}
    assert read_report(here.host, here.office(), report_id).can_enter
    assert not read_report(here.host, here.reporter(UNIT), report_id).can_enter
    with pytest.raises(NotFoundError):
        entered_on_behalf(here.host, here.reporter(OTHER), reports)
    assert entered_on_behalf(here.host, here.reporter(OTHER), []) == frozenset()
