"""Pieces of background work on both databases: taken once, resumed, put aside, cancelled, tried again."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from jobs_played import CAMPAIGN
from jobs_played import KIND
from jobs_played import NOON
from jobs_played import OPTIONS
from jobs_played import PERIODS
from jobs_played import counted
from jobs_played import job_of
from jobs_played import lay_down
from jobs_played import run

from thidua.application.background import job_running
from thidua.application.background.job_running import work_on_jobs
from thidua.application.background.job_schedule import find_alarms
from thidua.application.background.jobs import cancel_job
from thidua.application.background.jobs import read_job
from thidua.application.background.jobs import retry_job
from thidua.domain.errors import ConflictError
from thidua.domain.jobs import Chunk
from thidua.domain.jobs import JobState
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation


@pytest.fixture
def here(database_url: str) -> Installation:
    return an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=PERIODS)


def test_every_piece_is_taken_by_one_worker_alone(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []
    counted(monkeypatch, lambda chunk: done.append(chunk.number))
    job_id = lay_down(here, pieces=24)
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            work_on_jobs(here.host, f"here/{number}", OPTIONS)
        except BaseException as error:  # noqa: BLE001  whatever it is, the test tells
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert sorted(done) == list(range(24))
    assert job_of(here, job_id).state is JobState.DONE


def test_a_piece_that_raises_rests_and_is_tried_again(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    def fails_twice(chunk: Chunk) -> None:
        tries.append(chunk.attempts)
        if len(tries) < 3:
            raise ValueError("báo cáo của bà Nguyễn Thị X")

    counted(monkeypatch, fails_twice)
    job_id = lay_down(here)
    run(here)
    seen = read_job(here.host, here.admin(), job_id)
    assert seen.job.state is JobState.WAITING
    assert "thử lại" in seen.why_it_waits
    [piece] = seen.troubled
    assert piece.detail.startswith("ValueError (test_jobs.py:")
    assert "Nguyễn" not in piece.error + piece.detail, "what an error says may be what a report says"
    run(here)
    assert tries == [1], "not before its pause is over"
    for _ in range(2):
        here.clock.instant += timedelta(minutes=1)
        run(here)
    assert tries == [1, 2, 3]
    assert job_of(here, job_id).state is JobState.DONE


def test_a_piece_that_kills_its_process_is_put_aside_and_the_others_are_done(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    class _Killed(BaseException):
        pass

    begun: list[int] = []

    def kills(chunk: Chunk) -> None:
        begun.append(chunk.number)
        if chunk.number == 1:
            raise _Killed

    counted(monkeypatch, kills)
    job_id = lay_down(here, pieces=4)
    for _ in range(20):
        try:
            run(here, "srv1/77")
        except _Killed:
            here.clock.instant += OPTIONS.lease * 2
    job = job_of(here, job_id)
    assert begun.count(1) == OPTIONS.most_attempts
    assert job.state is JobState.QUARANTINED
    assert job.error.startswith("Tiến trình làm việc này đã dừng đột ngột 5 lần, lần cuối ở máy srv1")
    assert job.result == {"pieces": 3}
    assert [alarm.code for alarm in find_alarms(here.host)][-1] == "job_quarantined"


def test_one_who_was_thought_dead_changes_nothing(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    def sleeps(chunk: Chunk) -> None:
        if chunk.worker == "slow/1":
            here.clock.instant += OPTIONS.lease * 2
            run(here, "quick/1")

    counted(monkeypatch, sleeps)
    job_id = lay_down(here)
    run(here, "slow/1")
    job = job_of(here, job_id)
    assert (job.state, job.result) == (JobState.DONE, {"pieces": 1})
    with here.host.work.reading() as work:
        [piece] = work.jobs.chunks(job_id)
    assert (piece.worker, piece.attempts) == ("quick/1", 2)


def test_one_who_takes_its_own_piece_again_ends_the_newer_try_alone(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_overtaken(chunk: Chunk) -> None:
        here.clock.instant += OPTIONS.lease * 2
        with here.host.work.writing() as work:
            found = work.jobs.take([KIND], here.clock.now())
            assert found is not None
            work.jobs.lease(found, "here/1", here.clock.now() + OPTIONS.lease, here.clock.now())
            work.commit()

    counted(monkeypatch, is_overtaken)
    job_id = lay_down(here)
    run(here)
    job = job_of(here, job_id)
    assert (job.state, job.attempts, job.workers) == (JobState.RUNNING, 2, ("here/1",))


def test_no_piece_is_begun_of_a_job_that_is_to_end(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    counted(monkeypatch, lambda chunk: None)
    job_id = lay_down(here, pieces=3)
    with here.host.work.writing() as work:
        found = work.jobs.take([KIND], here.clock.now())
        assert found is not None
        work.jobs.lease(found, "other/1", here.clock.now() + OPTIONS.lease, here.clock.now())
        work.commit()
    cancel_job(here.host, None, job_id)
    assert run(here) == 0
    assert job_of(here, job_id).is_open


def test_a_sign_of_life_puts_off_the_end_of_a_lease(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    counted(monkeypatch, lambda chunk: None)
    job_id = lay_down(here)
    with here.host.work.writing() as work:
        found = work.jobs.take([KIND], here.clock.now())
        assert found is not None
        held = work.jobs.lease(found, "here/1", here.clock.now() + OPTIONS.lease, here.clock.now())
        assert work.jobs.renew(held, here.clock.now() + OPTIONS.lease * 3)
        work.commit()
    here.clock.instant += OPTIONS.lease * 2
    assert run(here, "other/1") == 0
    cancel_job(here.host, here.admin(), job_id)
    with here.host.work.writing() as work:
        assert not work.jobs.renew(held, here.clock.now() + OPTIONS.lease), "its job is to end"


def test_a_cancel_is_seen_between_pieces_and_what_was_done_stays_done(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancels(chunk: Chunk) -> None:
        if chunk.number == 1:
            cancel_job(here.host, here.admin(), chunk.job_id)
            assert "hủy" in read_job(here.host, here.admin(), chunk.job_id).why_it_waits

    counted(monkeypatch, cancels)
    job_id = lay_down(here, pieces=5)
    run(here)
    job = job_of(here, job_id)
    assert (job.state, job.progress.done) == (JobState.CANCELLED, 1)
    with pytest.raises(ConflictError):
        cancel_job(here.host, here.admin(), job_id)
    counted(monkeypatch, lambda chunk: None)
    retry_job(here.host, here.admin(), job_id)
    assert run(here) == 4
    assert job_of(here, job_id).result == {"pieces": 5}


def test_a_cancel_of_a_job_whose_worker_died_ends_it_when_the_lease_runs_out(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted(monkeypatch, lambda chunk: None)
    job_id = lay_down(here)
    with here.host.work.writing() as work:
        found = work.jobs.take([KIND], here.clock.now())
        assert found is not None
        work.jobs.lease(found, "dead/1", here.clock.now() + OPTIONS.lease, here.clock.now())
        work.commit()
    cancel_job(here.host, None, job_id)
    assert job_of(here, job_id).is_open
    here.clock.instant += OPTIONS.lease * 2
    assert job_running.close_cancelled(here.host) == 1
    assert job_of(here, job_id).state is JobState.CANCELLED


def test_where_nobody_works_any_more_leases_are_ended_by_hand(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted(monkeypatch, lambda chunk: None)
    job_id = lay_down(here)
    with here.host.work.writing() as work:
        found = work.jobs.take([KIND], here.clock.now())
        assert found is not None
        work.jobs.lease(found, "dead/1", here.clock.now() + OPTIONS.lease, here.clock.now())
        work.commit()
    assert run(here) == 0
    job_running.free_leases(here.host)
    assert run(here) == 1
    assert job_of(here, job_id).attempts == 2


def test_the_next_stage_begins_once_after_the_last_piece(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    counted(monkeypatch, lambda chunk: time.sleep(0.01), stages=3)
    job_id = lay_down(here, pieces=6)
    told: list[int] = []
    threads = [
        threading.Thread(target=lambda n=n: work_on_jobs(here.host, f"h/{n}", OPTIONS, told=told.append))
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    run(here)
    assert told == [2, 2]
    job = job_of(here, job_id)
    assert (job.state, job.result) == (JobState.DONE, {"pieces": 10})


def test_trying_again_after_the_end_does_the_later_stages_anew(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = [True]

    def fails(chunk: Chunk) -> None:
        if chunk.scope == {"n": 1} and broken[0]:
            raise ValueError

    counted(monkeypatch, fails, stages=2)
    job_id = lay_down(here, pieces=2)
    for _ in range(OPTIONS.most_attempts):
        run(here)
        here.clock.instant += timedelta(minutes=10)
    job = job_of(here, job_id)
    assert (job.state, job.result) == (JobState.QUARANTINED, {"pieces": 3})
    broken[0] = False
    retry_job(here.host, here.admin(), job_id)
    assert run(here) == 3, "the broken piece, and both of the stage after it"
    assert (job_of(here, job_id).state, job_of(here, job_id).result) == (JobState.DONE, {"pieces": 4})
