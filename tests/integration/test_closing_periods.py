"""A closed period takes nothing in, and what was accepted is consolidated with the closing, on both databases."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from thidua.application.background.verifying import verify
from thidua.application.periods.campaigns import close_campaign
from thidua.application.periods.campaigns import close_period
from thidua.application.reports.filing import file_report
from thidua.application.review.reading import read_report
from thidua.application.review.reviewing import accept_many
from thidua.application.review.reviewing import accept_report
from thidua.application.review.reviewing import return_report
from thidua.application.review.reviewing import withdraw_report
from thidua.application.status.statuses import read_status
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import ThiduaError
from thidua.domain.filing import FilingState
from thidua.domain.reports import Channel
from thidua.domain.reports import EventKind
from thidua.domain.reports import Receipt
from thidua.domain.reports import ReportState
from thidua.domain.revisions import RevisionState
from thidua.forms.envelope import read_envelope
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

SAMPLE = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))
CAMPAIGN, PERIOD = "ATGT-2021", "2021-Q1"
UNITS = tuple(f"LS-{area}-VHTT" for area in (180, 181, 182, 183, 184, 185, 186, 187))
HUU_LUNG = "LS-186-VHTT"
NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")


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


def official(here: Installation) -> object:
    here.drain()
    document: Any = read_status(here.host, here.office(), CAMPAIGN, PERIOD).document
    return next(entry["official"] for entry in document["indicators"] if entry["key"] == "N10.district")


def is_refused(attempt: Callable[[], object]) -> bool:
    with pytest.raises(ConflictError) as refused:
        attempt()
    return "khóa" in refused.value.message


def test_closing_consolidates_what_was_accepted_and_nothing_else(here: Installation) -> None:
    accepted, waiting = file(here), file(here, "LS-187-VHTT")
    accept_report(here.host, here.office(), accepted.report_id, revision=0)
    before, rings = official(here), here.bell.rings
    assert close_period(here.host, CAMPAIGN, PERIOD) == 1
    assert here.bell.rings == rings + 1
    sheet = read_report(here.host, here.office(), accepted.report_id)
    assert sheet.report.state is ReportState.CONSOLIDATED
    assert sheet.entries[-1].kind is EventKind.CONSOLIDATED
    # Nobody's account did it: the operator of the server gave a command.
    assert sheet.entries[-1].by is None
    assert sheet.broken_at is None
    assert read_report(here.host, here.office(), waiting.report_id).report.state is ReportState.SUBMITTED
    assert official(here) == before
    assert verify(here.host).differences == ()
    with pytest.raises(ConflictError):
        close_period(here.host, CAMPAIGN, PERIOD)
    with pytest.raises(NotFoundError):
        close_period(here.host, CAMPAIGN, "2021-H1")


def test_nothing_moves_in_a_closed_period(here: Installation) -> None:
    accepted, waiting = file(here), file(here, "LS-187-VHTT")
    accept_report(here.host, here.office(), accepted.report_id, revision=0)
    close_period(here.host, CAMPAIGN, PERIOD)
    office, unit = here.office(), here.reporter("LS-187-VHTT")
    number = waiting.report_id
    assert is_refused(lambda: accept_report(here.host, office, number, revision=0))
    assert is_refused(lambda: return_report(here.host, office, number, revision=0, reason="Thiếu."))
    assert is_refused(lambda: withdraw_report(here.host, unit, number, revision=0, reason="Sai."))
    assert is_refused(lambda: file(here, "LS-187-VHTT", 1))
    assert is_refused(lambda: file(here, HUU_LUNG, 1))
    assert is_refused(lambda: file(here, "LS-180-VHTT"))
    sheet = read_report(here.host, office, number)
    assert (sheet.can_review, sheet.can_return, sheet.can_refile) == (False, False, False)
    assert sheet.report.version == 1


def test_the_accepted_revision_is_consolidated_although_its_correction_still_waits(here: Installation) -> None:
    number = file(here, radio_items=26).report_id
    accept_report(here.host, here.office(), number, revision=0)
    file(here, HUU_LUNG, 1, radio_items=27)
    return_report(here.host, here.office(), number, revision=1, reason="Chưa rõ.")
    assert read_report(here.host, here.office(), number).report.standing.answer_by is not None
    assert close_period(here.host, CAMPAIGN, PERIOD) == 1
    sheet = read_report(here.host, here.office(), number)
    assert (sheet.report.state, sheet.report.accepted_revision) == (ReportState.CONSOLIDATED, 0)
    assert sheet.states == {0: RevisionState.CONSOLIDATED, 1: RevisionState.RETURNED}
    # The answer can no longer be filed, so time without one is no delay of the unit's.
    here.clock.instant += timedelta(days=30)
    assert read_report(here.host, here.office(), number).filing is FilingState.ON_TIME
    assert official(here) == 26
    assert verify(here.host).differences == ()


def test_an_answer_that_was_late_before_the_closing_stays_late(here: Installation) -> None:
    number = file(here).report_id
    accept_report(here.host, here.office(), number, revision=0)
    file(here, HUU_LUNG, 1)
    return_report(here.host, here.office(), number, revision=1, reason="Chưa rõ.")
    here.clock.instant += timedelta(days=30)
    close_period(here.host, CAMPAIGN, PERIOD)
    assert read_report(here.host, here.office(), number).filing is FilingState.LATE


def test_closing_the_campaign_consolidates_too(here: Installation) -> None:
    number = file(here).report_id
    accept_report(here.host, here.office(), number, revision=0)
    close_campaign(here.host, CAMPAIGN)
    assert read_report(here.host, here.office(), number).report.state is ReportState.CONSOLIDATED
    here.drain()
    assert verify(here.host).differences == ()


def race(*acts: Callable[[], object]) -> list[object]:
    """Run the acts at once; returns what each gave, or the error that refused it."""
    start, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        start.wait()
        try:
            found[place] = act()  # type: ignore[call-overload]
        except ThiduaError as error:
            found[place] = error  # type: ignore[call-overload]

    running = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(60)
    return list(found)


@pytest.mark.parametrize("attempt", range(4))
def test_whoever_closes_and_whoever_acts_never_both_win(here: Installation, attempt: int) -> None:
    filed = [file(here, unit).report_id for unit in UNITS[:6]]
    accept_report(here.host, here.office(), filed[5], revision=0)
    for unit in UNITS[6:]:
        here.reporter(unit)
    office = here.office()
    acts: list[Callable[[], object]] = [
        lambda: accept_report(here.host, office, filed[0], revision=0),
        lambda: accept_many(here.host, office, [(filed[1], 0), (filed[2], 0)]),
        lambda: return_report(here.host, office, filed[3], revision=0, reason="Thiếu."),
        lambda: withdraw_report(here.host, here.reporter(UNITS[4]), filed[4], revision=0, reason="Sai."),
        lambda: file(here, UNITS[5], 1),
        lambda: file(here, UNITS[6]),
        lambda: file(here, UNITS[7]),
    ]
    acts.insert(attempt * 2, lambda: close_period(here.host, CAMPAIGN, PERIOD))
    found = race(*acts)
    refusals = [each for each in found if isinstance(each, Exception)]
    assert all(isinstance(each, ConflictError) for each in refusals), refusals
    assert isinstance(found[attempt * 2], int), found
    with here.host.work.reading() as work:
        reports = work.reports.list(unit_codes=None, campaign_code=CAMPAIGN)
        ledgers = work.reports.entries([report.id for report in reports])
        [period] = work.campaigns.periods(CAMPAIGN)
    # The closing came last in every ledger: each accepted report is in it, and none moved afterwards.
    for report in reports:
        kinds = [entry.kind for entry in ledgers[report.id]]
        has_ended = kinds[-1] is EventKind.CONSOLIDATED
        assert has_ended is (report.accepted_revision is not None), kinds
        assert kinds.count(EventKind.CONSOLIDATED) == has_ended
    assert period.closed_at is not None
    here.drain()
    assert verify(here.host).differences == ()


def test_a_filing_that_waited_for_the_closing_finds_the_period_closed(here: Installation) -> None:
    here.reporter("LS-187-VHTT")
    number = file(here).report_id
    found: list[object] = []

    def late(act: Callable[[], object]) -> None:
        try:
            found.append(act())
        except ThiduaError as error:
            found.append(error)

    waiting = [
        threading.Thread(target=late, args=(act,))
        for act in (
            lambda: file(here, "LS-187-VHTT"),
            lambda: file(here, HUU_LUNG, 1),
            lambda: accept_report(here.host, here.office(), number, revision=0),
        )
    ]
    with here.host.work.writing() as work:
        assert work.campaigns.close_period(CAMPAIGN, PERIOD, NOON)
        for thread in waiting:
            thread.start()
        for thread in waiting:
            thread.join(0.7)
        # The closing is not done, so nobody may have been told anything yet.
        assert found == []
        work.commit()
    for thread in waiting:
        thread.join(60)
    assert [type(each) for each in found] == [ConflictError] * 3, found
    assert read_report(here.host, here.office(), number).report.version == 1


def test_thousands_are_consolidated_in_pages(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("thidua.application.periods.campaigns._PAGE", 3)
    for unit in UNITS:
        accept_report(here.host, here.office(), file(here, unit).report_id, revision=0)
    assert close_period(here.host, CAMPAIGN, PERIOD) == len(UNITS)
    assert here.drain() == 3 * len(UNITS)
    assert verify(here.host).differences == ()
