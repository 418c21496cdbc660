"""Time, figures and rights as reports are returned, withdrawn, accepted and corrected, on both databases."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from datetime import timedelta

import pytest
from reviewed import CHI_LANG
from reviewed import HUU_LUNG
from reviewed import NOON
from reviewed import RADIO
from reviewed import a_review
from reviewed import file
from reviewed import filing
from reviewed import found_by
from reviewed import give_back
from reviewed import radio
from reviewed import refusal
from reviewed import sample

from thidua.application.background.verifying import verify
from thidua.application.periods.campaigns import close_period
from thidua.application.reports.answering import Remark
from thidua.application.reports.filing import file_report
from thidua.application.reports.owing import owed
from thidua.application.review.reading import read_report
from thidua.application.review.reviewing import Asked
from thidua.application.review.reviewing import accept_many
from thidua.application.review.reviewing import accept_report
from thidua.application.review.reviewing import return_report
from thidua.application.review.reviewing import withdraw_report
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Role
from thidua.domain.errors import ConflictError
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import KeyReusedError
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import StaleVersionError
from thidua.domain.errors import ThiduaError
from thidua.domain.filing import FilingState
from thidua.domain.reports import Channel
from thidua.domain.reports import Report
from thidua.domain.reports import ReportState
from thidua.forms.envelope import Answer
from thidua_testkit.installation import Installation


@pytest.fixture
def here(database_url: str) -> Installation:
    return a_review(database_url)


# Time


def test_a_return_leaves_the_filing_its_time_and_its_answer_a_limit(here: Installation) -> None:
    file(here)
    here.clock.instant = NOON + timedelta(days=1)
    returned = give_back(here, RADIO)
    # Two working days after the day of the return, at the hour of the plan's deadlines.
    assert returned.standing.answer_by == datetime.fromisoformat("2021-03-19T17:00:00+07:00")
    assert filing(here) is FilingState.ON_TIME
    here.clock.instant = datetime.fromisoformat("2021-03-19T17:00:01+07:00")
    assert filing(here) is FilingState.LATE
    file(here, 1, ("/fields/radio_items", "Đã đếm lại."), radio_items=27)
    assert filing(here) is FilingState.LATE


def test_a_report_that_came_early_keeps_all_its_time_when_it_is_sent_back(here: Installation) -> None:
    # Two working days after this would end a day before the plan's own deadline.
    here.clock.instant = NOON - timedelta(days=5)
    file(here)
    returned = give_back(here, RADIO)
    assert returned.standing.answer_by == datetime.fromisoformat("2021-03-16T17:00:00+07:00")
    here.clock.instant = NOON
    assert filing(here) is FilingState.ON_TIME
    file(here, 1, ("/fields/radio_items", "Đã đếm lại."), radio_items=27)
    assert filing(here) is FilingState.ON_TIME


def test_an_incomplete_filing_counts_from_its_complete_refiling(here: Installation) -> None:
    file(here)
    here.clock.instant = NOON + timedelta(days=1)
    returned = give_back(here, RADIO, incomplete=True)
    assert (returned.standing.counted_at, returned.standing.answer_by) == (None, None)
    assert filing(here) is FilingState.OVERDUE
    # Everything is open, for it was never a report; the remark is answered all the same.
    file(here, 1, ("/fields/radio_items", "Đã làm đủ."), radio_items=27, banners=25)
    assert filing(here) is FilingState.LATE


def test_acceptance_may_count_from_the_complete_filing_but_only_the_first_one(here: Installation) -> None:
    file(here)
    alone = refusal(lambda: accept_report(here.host, here.office(), 1, revision=0, counts_from_now_filed=True))
    assert isinstance(alone, ConflictError)
    here.clock.instant = NOON + timedelta(days=1)
    file(here, 1, radio_items=27)
    assert filing(here) is FilingState.ON_TIME
    accept_report(here.host, here.office(), 1, revision=1, counts_from_now_filed=True)
    assert filing(here) is FilingState.LATE
    # A voluntary correction cannot cost a unit the time it was once given.
    here.clock.instant = NOON + timedelta(days=9)
    file(here, 2, radio_items=28)
    later = refusal(lambda: accept_report(here.host, here.office(), 1, revision=2, counts_from_now_filed=True))
    assert isinstance(later, ConflictError)


def test_a_filing_that_says_hardly_anything_is_pointed_out_while_it_can_be_ruled_upon(here: Installation) -> None:
    counts = sample().fields
    blank = {name: 0 for name, value in counts.items() if type(value) is int and not name.endswith("_total")}
    bare = replace(
        sample(launch_status="not_yet", plan_document_no=None, plan_document_date=None, **blank),
        by_topic={},
        confirm_warnings=True,
    )
    file_report(here.host, here.reporter(HUU_LUNG), bare, channel=Channel.API)
    assert not read_report(here.host, here.office(), 1).earlier_looks_empty
    file(here, 1)
    assert read_report(here.host, here.office(), 1).earlier_looks_empty
    accept_report(here.host, here.office(), 1, revision=1)
    file(here, 2)
    assert not read_report(here.host, here.office(), 1).earlier_looks_empty


# Figures


def test_returned_figures_leave_the_provisional_totals_until_they_are_answered(here: Installation) -> None:
    file(here)
    assert radio(here) == (None, 26)
    give_back(here, RADIO)
    assert radio(here) == (None, None)
    file(here, 1, ("/fields/radio_items", "Đã đếm lại."), radio_items=27)
    assert radio(here) == (None, 27)
    accept_report(here.host, here.office(), 1, revision=1)
    assert radio(here) == (27, 27)
    assert verify(here.host).differences == ()


def test_a_correction_leaves_official_totals_alone_until_it_is_accepted(here: Installation) -> None:
    file(here)
    accept_report(here.host, here.office(), 1, revision=0)
    file(here, 1, radio_items=30)
    assert radio(here) == (26, 30)
    give_back(here, RADIO, revision=1)
    assert radio(here) == (26, 26)
    file(here, 2, ("/fields/radio_items", "Đã đếm lại."), radio_items=31)
    assert radio(here) == (26, 31)
    accept_report(here.host, here.office(), 1, revision=2)
    assert radio(here) == (31, 31)
    sheet = read_report(here.host, here.office(), 1)
    assert [state.value for state in sheet.states.values()] == ["superseded", "superseded", "accepted"]
    assert [entry.kind.value for entry in sheet.entries][-2:] == ["accepted", "superseded"]
    assert verify(here.host).differences == ()


def test_a_withdrawn_correction_gives_way_to_the_accepted_one(here: Installation) -> None:
    file(here)
    accept_report(here.host, here.office(), 1, revision=0)
    file(here, 1, radio_items=30)
    stands = withdraw_report(here.host, here.reporter(HUU_LUNG), 1, revision=1, reason="Chưa chắc chắn.")
    assert stands.state is ReportState.ACCEPTED
    assert radio(here) == (26, 26)
    assert [state.value for state in read_report(here.host, here.office(), 1).states.values()] == [
        "accepted",
        "withdrawn",
    ]


def test_a_withdrawn_report_counts_as_none_until_it_is_filed_again(here: Installation) -> None:
    file(here)
    withdraw_report(here.host, here.reporter(HUU_LUNG), 1, revision=0, reason="Nhầm kỳ.")
    assert radio(here) == (None, None)
    assert filing(here) is FilingState.DUE_SOON
    assert isinstance(refusal(lambda: accept_report(here.host, here.office(), 1, revision=0)), ConflictError)
    assert isinstance(refusal(lambda: give_back(here, RADIO)), ConflictError)
    again = lambda: withdraw_report(here.host, here.reporter(HUU_LUNG), 1, revision=0, reason="Lại.")  # noqa: E731
    assert isinstance(refusal(again), ConflictError)
    file(here, 1)
    assert radio(here) == (None, 26)


def test_what_was_accepted_is_not_withdrawn_and_a_reason_is_asked(here: Installation) -> None:
    file(here)
    reporter = here.reporter(HUU_LUNG)
    assert found_by(lambda: withdraw_report(here.host, reporter, 1, revision=0, reason=" ")) == [
        ("required", "/reason")
    ]
    accept_report(here.host, here.office(), 1, revision=0)
    late = refusal(lambda: withdraw_report(here.host, reporter, 1, revision=0, reason="Sai."))
    assert isinstance(late, ConflictError)


def test_nothing_is_sent_back_or_taken_back_where_nothing_can_be_filed(here: Installation) -> None:
    file(here)
    close_period(here.host, "ATGT-2021", "2021-Q1")
    assert isinstance(refusal(lambda: give_back(here, RADIO)), ConflictError)
    back = lambda: withdraw_report(here.host, here.reporter(HUU_LUNG), 1, revision=0, reason="Sai.")  # noqa: E731
    assert isinstance(refusal(back), ConflictError)
    sheet = read_report(here.host, here.office(), 1)
    assert (sheet.can_review, sheet.can_return) == (False, False)


def test_nothing_is_accepted_in_a_closed_period(here: Installation) -> None:
    file(here)
    close_period(here.host, "ATGT-2021", "2021-Q1")
    assert isinstance(refusal(lambda: accept_report(here.host, here.office(), 1, revision=0)), ConflictError)
    many = accept_many(here.host, here.office(), [(1, 0)])
    assert (many.reports, [left.report_id for left in many.refused]) == ((), [1])
    sheet = read_report(here.host, here.office(), 1)
    assert (sheet.report.state, sheet.report.version) == (ReportState.SUBMITTED, 1)


# What the unit is told


def test_the_unit_reads_who_sent_it_back_why_and_by_when(here: Installation) -> None:
    file(here)
    assert owed(here.host, here.reporter(HUU_LUNG))[0].sent_back is None
    give_back(here, RADIO)
    [due] = owed(here.host, here.reporter(HUU_LUNG))
    assert due.sent_back is not None
    assert (due.sent_back.reason, due.sent_back.by) == ("Số liệu chưa khớp.", "Người dùng office")
    assert due.sent_back.at == NOON
    assert due.sent_back.remarks == 1
    file(here, 1, ("/fields/radio_items", "Đã đếm lại."))
    assert owed(here.host, here.reporter(HUU_LUNG))[0].sent_back is None


# Races and repeated requests


def test_two_officers_at_once_one_wins_and_the_other_is_told(here: Installation) -> None:
    file(here)
    other = here.add_account("other-officer", (Role.OFFICE, None))
    attempts: list[Callable[[], Report]] = [
        lambda: accept_report(here.host, here.office(), 1, revision=0),
        lambda: return_report(here.host, other, 1, revision=0, reason="Sai.", remarks=[RADIO]),
        lambda: withdraw_report(here.host, here.reporter(HUU_LUNG), 1, revision=0, reason="Sai."),
        lambda: accept_report(here.host, other, 1, revision=0),
    ]
    outcomes = race(attempts)
    assert sum(1 for outcome in outcomes if isinstance(outcome, Report)) == 1, outcomes
    assert sum(1 for outcome in outcomes if isinstance(outcome, ConflictError)) == len(attempts) - 1, outcomes
    sheet = read_report(here.host, here.office(), 1)
    assert len(sheet.entries) == 2
    assert sheet.broken_at is None


def race(attempts: list[Callable[[], Report]]) -> list[Report | ThiduaError]:
    start = threading.Barrier(len(attempts))
    outcomes: list[Report | ThiduaError] = []

    def run(attempt: Callable[[], Report]) -> None:
        start.wait()
        try:
            outcomes.append(attempt())
        except ThiduaError as refused:
            outcomes.append(refused)

    running = [threading.Thread(target=run, args=(attempt,)) for attempt in attempts]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(30)
    assert len(outcomes) == len(attempts)
    return outcomes


def test_a_repeated_request_is_answered_as_the_first_time(here: Installation) -> None:
    file(here)
    asked = Asked(key="k1", digest="d1")
    first = give_back(here, RADIO, asked=asked)
    assert give_back(here, RADIO, asked=asked) == first
    assert isinstance(refusal(lambda: give_back(here, asked=Asked(key="k1", digest="d2"))), KeyReusedError)
    # Another person's key is another key.
    other = here.add_account("other-officer", (Role.OFFICE, None))
    theirs = lambda: return_report(here.host, other, 1, revision=0, reason="Sai.", asked=asked)  # noqa: E731
    assert isinstance(refusal(theirs), ConflictError)
    assert len(read_report(here.host, here.office(), 1).entries) == 2


def test_who_names_a_version_acts_on_that_version_only(here: Installation) -> None:
    file(here)
    give_back(here)
    file(here, 1)
    stale = refusal(
        lambda: accept_report(here.host, here.office(), 1, revision=1, asked=Asked(versions=frozenset({0, 1, 2})))
    )
    assert isinstance(stale, StaleVersionError)
    accept_report(here.host, here.office(), 1, revision=1, asked=Asked(versions=frozenset({3})))


def test_many_are_accepted_each_as_it_was_seen(here: Installation) -> None:
    file(here)
    neighbour = here.reporter(CHI_LANG)
    theirs = replace(sample(stations_total=20), unit_code=CHI_LANG)
    file_report(here.host, neighbour, theirs, channel=Channel.API)
    file(here, 1)
    done = accept_many(here.host, here.office(), [(1, 0), (2, 0), (2, 0), (99, 0)], note="Đã đối chiếu.")
    assert done.reports == (2,)
    assert [each.report_id for each in done.refused] == [1, 99]
    assert "lần 2" in done.refused[0].reason
    assert read_report(here.host, here.office(), 2).entries[-1].note == "Đã đối chiếu."
    assert read_report(here.host, here.office(), 1).report.state is ReportState.SUBMITTED
    too_long = lambda: accept_many(here.host, here.office(), [(1, 1)], note="a" * 1001)  # noqa: E731
    assert isinstance(refusal(too_long), InvalidPayloadError)


# Who may


ACTS: dict[str, Callable[[Installation, Actor], object]] = {
    "accept": lambda here, actor: accept_report(here.host, actor, 1, revision=0),
    "accept_many": lambda here, actor: accept_many(here.host, actor, [(1, 0)]),
    "return": lambda here, actor: return_report(here.host, actor, 1, revision=0, reason="Sai.", remarks=[RADIO]),
    "withdraw": lambda here, actor: withdraw_report(here.host, actor, 1, revision=0, reason="Sai."),
}
#: Role (and unit) by what is allowed; 404 for another unit's people, 403 for everybody else.
MATRIX: dict[tuple[Role, str | None], dict[str, type[ThiduaError] | None]] = {
    (Role.UNIT_REPORTER, HUU_LUNG): {"accept": NotAllowedError, "return": NotAllowedError, "withdraw": None},
    (Role.UNIT_HEAD, HUU_LUNG): {"accept": NotAllowedError, "return": NotAllowedError, "withdraw": None},
    (Role.UNIT_REPORTER, CHI_LANG): {"accept": NotAllowedError, "return": NotAllowedError, "withdraw": NotFoundError},
    (Role.UNIT_HEAD, CHI_LANG): {"accept": NotAllowedError, "return": NotAllowedError, "withdraw": NotFoundError},
    (Role.OFFICE, None): {"accept": None, "return": None, "withdraw": NotAllowedError},
    (Role.LEADER, None): dict.fromkeys(("accept", "return", "withdraw"), NotAllowedError),
    (Role.OBSERVER, None): dict.fromkeys(("accept", "return", "withdraw"), NotAllowedError),
    (Role.ADMIN, None): dict.fromkeys(("accept", "return", "withdraw"), NotAllowedError),
}


@pytest.mark.parametrize(("role", "unit"), MATRIX, ids=str)
@pytest.mark.parametrize("act", ACTS)
def test_who_may_do_what_to_a_filed_report(here: Installation, role: Role, unit: str | None, act: str) -> None:
    file(here)
    actor = here.add_account("somebody", (role, unit))
    expected = MATRIX[role, unit][act.removesuffix("_many")]
    if expected is None:
        ACTS[act](here, actor)
        return
    with pytest.raises(expected):
        ACTS[act](here, actor)
    assert read_report(here.host, here.office(), 1).report.version == 1


def test_every_role_is_in_the_matrix() -> None:
    assert {role for role, _ in MATRIX} == set(Role)


def test_words_about_people_stay_with_the_unit_and_the_office(here: Installation) -> None:
    case = {"case_id": "V1", "occurred_on": "2021-03-01", "full_name": "Nguyễn Văn Giấu Tên",
            "staff_kind": "civil_servant", "behaviour": "other", "status": "pending"}  # fmt: skip
    envelope = sample(violation_cases=1, violation_handled=0)
    envelope = replace(
        envelope,
        rows={**envelope.rows, "violations": [case]},
        confirm_warnings=True,
        comments={"/violations/0/full_name": "Ông Giấu Tên đã nghỉ việc."},
    )
    file_report(here.host, here.reporter(HUU_LUNG), envelope, channel=Channel.API)
    name = Remark("/violations/0/full_name", "Giấu Tên viết thế nào?", "Nguyễn Văn Giấu Tên")
    give_back(here, name, Remark("/fields/violation_cases", "Đếm lại."))
    answers = (Answer("/violations/0/full_name", "Giấu Tên, đúng."), Answer("/fields/violation_cases", "Đúng."))
    again = replace(envelope, revision=1, correction_reason="Đã kiểm tra.", answers=answers)
    file_report(here.host, here.reporter(HUU_LUNG), again, channel=Channel.API)
    leader = here.add_account("leader", (Role.LEADER, None))
    for actor, sees in ((here.office(), True), (here.reporter(HUU_LUNG), True), (leader, False)):
        sheet = read_report(here.host, actor, 1)
        assert ("Giấu Tên" in repr(sheet)) is sees, actor.name
        assert sheet.broken_at is None
        assert sheet.returned is not None
        assert sheet.returned.remarks[1].text == "Đếm lại."
