"""The states of background work: what waits and why, how long a piece rests."""

from __future__ import annotations

from datetime import UTC
from datetime import datetime
from datetime import timedelta
from typing import Any

import pytest

from thidua.application.background.job_kinds import KINDS
from thidua.application.background.job_schedule import SCHEDULE
from thidua.domain.jobs import JOB_LABELS
from thidua.domain.jobs import MOST_ATTEMPTS
from thidua.domain.jobs import ORIGIN_LABELS
from thidua.domain.jobs import Job
from thidua.domain.jobs import JobState
from thidua.domain.jobs import Origin
from thidua.domain.jobs import StageProgress
from thidua.domain.jobs import backoff
from thidua.domain.jobs import died_midway
from thidua.domain.jobs import why_it_waits

NOW = datetime(2021, 9, 15, 1, 0, tzinfo=UTC)
PATIENCE = timedelta(seconds=30)


def a_job(state: JobState = JobState.RUNNING, **changed: Any) -> Job:
    given: dict[str, Any] = {
        "id": 1,
        "kind": "rebuild",
        "subject": "",
        "slot": None,
        "origin": Origin.CONSOLE,
        "asked_by": None,
        "state": state,
        "stage": 0,
        "cancel_asked": False,
        "created_at": NOW,
        "started_at": None,
        "finished_at": None,
        "error": "",
        "detail": "",
        "result": {},
        "version": 1,
    }
    return Job(**(given | changed))


@pytest.mark.parametrize(
    ("job", "words"),
    [
        (a_job(leased_until=NOW + timedelta(seconds=1)), ""),
        (a_job(leased_until=NOW + timedelta(seconds=1), free_at=NOW - timedelta(hours=1)), ""),
        (a_job(leased_until=NOW - timedelta(seconds=1)), "không còn trả lời"),
        (a_job(leased_until=NOW + timedelta(seconds=1), cancel_asked=True), "yêu cầu hủy"),
        (a_job(JobState.WAITING, free_at=NOW + timedelta(minutes=2)), "gặp lỗi, máy tự thử lại"),
        (a_job(JobState.WAITING, free_at=NOW - timedelta(minutes=2)), "Chưa có tiến trình nào nhận"),
        (a_job(JobState.WAITING, free_at=NOW), "đến lượt"),
        (a_job(JobState.DONE), ""),
        (a_job(JobState.CANCELLED, cancel_asked=True), ""),
        (a_job(JobState.QUARANTINED, free_at=NOW), ""),
    ],
)
def test_a_job_says_why_it_waits_and_nothing_while_it_moves(job: Job, words: str) -> None:
    said = why_it_waits(job, NOW, patience=PATIENCE)
    assert words in said
    assert bool(said) == bool(words)


def test_only_what_ended_badly_can_be_tried_again() -> None:
    can = {state for state in JobState if a_job(state).can_be_retried}
    assert can == {JobState.FAILED, JobState.QUARANTINED, JobState.CANCELLED}
    assert {state for state in JobState if a_job(state).is_open} == {JobState.WAITING, JobState.RUNNING}


def test_a_piece_rests_longer_after_each_failure_up_to_a_bound() -> None:
    rests = [backoff(attempts) for attempts in range(1, MOST_ATTEMPTS + 3)]
    assert rests == sorted(rests)
    assert rests[0] == timedelta(seconds=1)
    assert rests[-1] == timedelta(minutes=5)


def test_progress_is_that_of_the_present_stage() -> None:
    job = a_job(stage=1, stages={0: StageProgress(1, 1), 1: StageProgress(3, 9)})
    assert job.progress == StageProgress(3, 9)
    assert a_job().progress == StageProgress(0, 0)


def test_who_died_is_named_by_machine_alone() -> None:
    said = died_midway(5, "srv1/4711")
    assert "5 lần" in said
    assert "srv1;" in said
    assert "4711" not in said


def test_every_state_origin_and_kind_has_words() -> None:
    assert set(JOB_LABELS) == set(JobState)
    assert set(ORIGIN_LABELS) == set(Origin)
    for code, kind in KINDS.items():
        assert kind.code == code
        assert kind.label
        assert kind.stages
        assert all(stage.label for stage in kind.stages)
        assert kind.stages[0].plan is None, "the first stage is one piece"
        assert all(stage.plan for stage in kind.stages[1:])


def test_the_schedule_is_data_with_its_reason() -> None:
    for each in SCHEDULE:
        assert each.kind in KINDS
        assert len(each.reason) > 40
        assert timedelta(days=1) < each.missed_after < timedelta(days=2)
