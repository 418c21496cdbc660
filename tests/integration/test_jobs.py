"""Background work on both databases: taken once, resumed, put aside, cancelled, tried again."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from thidua.application import job_running
from thidua.application.filing import file_report
from thidua.application.job_kinds import KINDS
from thidua.application.job_kinds import REBUILD
from thidua.application.job_kinds import VERIFY
from thidua.application.job_kinds import JobKind
from thidua.application.job_kinds import JobOptions
from thidua.application.job_kinds import Outcome
from thidua.application.job_kinds import Stage
from thidua.application.job_ports import NewChunk
from thidua.application.job_ports import NewJob
from thidua.application.job_running import work_on_jobs
from thidua.application.job_schedule import SCHEDULE
from thidua.application.job_schedule import find_alarms
from thidua.application.job_schedule import lay_down_due
from thidua.application.jobs import ask_for_job
from thidua.application.jobs import cancel_job
from thidua.application.jobs import list_jobs
from thidua.application.jobs import read_job
from thidua.application.jobs import retry_job
from thidua.application.permissions import RIGHTS
from thidua.application.permissions import Right
from thidua.application.rebuilding import rebuild_units
from thidua.application.reviewing import accept_report
from thidua.application.status_document import HOW_IT_WAS_COMPUTED
from thidua.application.verifying import verify
from thidua.domain.accounts import Role
from thidua.domain.cell_sums import shard_of
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotFoundError
from thidua.domain.jobs import Chunk
from thidua.domain.jobs import Job
from thidua.domain.jobs import JobState
from thidua.domain.jobs import Origin
from thidua.domain.reports import Channel
from thidua.forms.envelope import Envelope
from thidua.forms.envelope import read_envelope
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
CAMPAIGN, PERIODS = "ATGT-2021", ("2021-Q1", "2021-H1")
SAMPLE = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))
UNITS = [f"LS-{code}-VHTT" for code in range(180, 190)]
OPTIONS = JobOptions(rebuild_batch=3)
#: When a unit was judged is not what was found.
FILING = (
    "(SELECT campaign_code, period_code, unit_code, filing, counts, accepted, waits, turns_at, entry FROM unit_filing)"
)
DERIVED = ("fact", "rollup", "rollup_shard", FILING)
#: Cells that nobody reported; the colons are escaped for the statement they stand in.
STRAY = r'{"f"\:{"x"\:[1,1,1,1]}}'


@pytest.fixture
def here(database_url: str) -> Installation:
    return an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=PERIODS)


def an_envelope(unit: str, revision: int = 0, period: str = PERIODS[0]) -> Envelope:
    fields = SAMPLE["fields"] | {"stations_total": 12, "stations_broadcasting": 10, "radio_items": 20 + revision}
    data = {**SAMPLE, "unit_code": unit, "period_code": period, "fields": fields, "revision": revision}
    envelope, findings = read_envelope(data | ({"correction_reason": "Đếm lại"} if revision else {}))
    assert envelope is not None, findings
    return replace(envelope, confirm_warnings=True)


def file(here: Installation, unit: str, revision: int = 0, period: str = PERIODS[0]) -> int:
    return file_report(
        here.host, here.reporter(unit), an_envelope(unit, revision, period), channel=Channel.API
    ).report_id


def fill(here: Installation) -> None:
    """File ten units' reports, correct some, accept some, and take all in change by change."""
    for place, unit in enumerate(UNITS):
        report_id = file(here, unit)
        here.drain()
        if place % 2:
            accept_report(here.host, here.office(), report_id, revision=0)
        if place % 3 == 0:
            file(here, unit, 1)
        here.drain()


def derived(here: Installation) -> dict[str, object]:
    """Everything computed from the ledger, as it stands."""
    with here.host.work.reading() as work:
        connection = work._connection  # type: ignore[attr-defined]
        rows = {name: sorted(map(repr, connection.execute(text(f"SELECT * FROM {name} AS kept")))) for name in DERIVED}
        digests = {code: row.digest for code in PERIODS if (row := work.statuses.get(CAMPAIGN, code))}
        documents = {
            code: {key: value for key, value in row.document.items() if key not in HOW_IT_WAS_COMPUTED}
            for code in PERIODS
            if (row := work.statuses.get(CAMPAIGN, code))
        }
    return {**rows, "digests": digests, "documents": documents}


def spoil(here: Installation) -> None:
    """Break the derived rows: some lost, some wrong, one of a unit that never was, documents of yesterday."""
    with here.host.work.writing() as work:
        connection = work._connection  # type: ignore[attr-defined]
        for statement in (
            "UPDATE fact SET numbers = replace(numbers, 'radio_items', 'radio_itemz')",
            "UPDATE rollup SET cells = replace(cells, '26', '27')",
            "UPDATE rollup_shard SET sums = '{}' WHERE shard < 32",
            "UPDATE rollup SET duties = '{}' WHERE unit_code LIKE 'LS-18%'",
            f"INSERT INTO rollup VALUES ('ATGT-2021', '2021-Q1', 'NOBODY', 't', 1, '{STRAY}', '{{}}')",
            f"INSERT INTO rollup VALUES ('ATGT-2021', '2020-XX', 'LS-180-VHTT', 't', 14, '{STRAY}', '{{}}')",
            "UPDATE unit_filing SET filing = 'late', accepted = NOT accepted WHERE unit_code LIKE 'LS-18%'",
            "DELETE FROM unit_filing WHERE unit_code LIKE 'LS-19%'",
            "UPDATE rollup_shard SET roster = replace(roster, 'overdue', 'late') WHERE shard >= 32",
            "UPDATE status SET digest = 'spoilt'",
        ):
            connection.execute(text(statement))
        work.commit()


def job_of(here: Installation, job_id: int) -> Job:
    with here.host.work.reading() as work:
        found = work.jobs.get(job_id)
    assert found is not None
    return found


def run(here: Installation, worker: str = "here/1", **options: object) -> int:
    return work_on_jobs(here.host, worker, OPTIONS, **options).pieces  # type: ignore[arg-type]


def test_a_rebuild_ends_identical_to_what_was_counted_change_by_change(here: Installation) -> None:
    fill(here)
    before = derived(here)
    spoil(here)
    assert verify(here.host).differences
    job_id, is_new = ask_for_job(here.host, here.admin(), REBUILD)
    assert is_new
    assert here.bell.rings_for_jobs == 1
    run(here)
    job = job_of(here, job_id)
    assert (job.state, job.error) == (JobState.DONE, "")
    assert job.result["reports"] == 10
    assert job.result["mended"] > 0
    assert derived(here) == before
    assert verify(here.host).differences == ()


def test_a_rebuild_of_what_is_right_writes_nothing_but_the_documents(here: Installation) -> None:
    fill(here)
    before = derived(here)
    job_id, _ = ask_for_job(here.host, None, REBUILD, CAMPAIGN)
    run(here)
    assert job_of(here, job_id).result["mended"] == 0
    assert derived(here) == before


def test_a_rebuild_from_nothing_brings_everything_back(here: Installation) -> None:
    fill(here)
    before = derived(here)
    with here.host.work.writing() as work:
        for name in ("fact", "rollup", "rollup_shard", "unit_filing", "status"):
            work._connection.execute(text(f"DELETE FROM {name}"))  # type: ignore[attr-defined]
        work.commit()
    ask_for_job(here.host, None, REBUILD)
    run(here)
    assert derived(here) == before


def test_a_rebuild_goes_on_where_it_stood_when_its_worker_died(here: Installation) -> None:
    fill(here)
    before = derived(here)
    spoil(here)
    job_id, _ = ask_for_job(here.host, None, REBUILD)
    stops = iter([True, True, True, False])
    run(here, goes_on=lambda: next(stops))
    # It dies holding a piece: taken, and never heard of again.
    with here.host.work.writing() as work:
        held = work.jobs.take([REBUILD], here.clock.now())
        assert held is not None
        work.jobs.lease(held, "dead/1", here.clock.now() + OPTIONS.lease, here.clock.now())
        work.commit()
    done = job_of(here, job_id).progress.done
    assert 0 < done < len(UNITS)
    pieces = run(here, "other/1")
    assert job_of(here, job_id).state is JobState.RUNNING, "the dead one's piece is still under lease"
    here.clock.instant += OPTIONS.lease + timedelta(seconds=1)
    pieces += run(here, "other/1")
    job = job_of(here, job_id)
    assert job.state is JobState.DONE
    assert job.attempts == 2
    with here.host.work.reading() as work:
        assert pieces == len(work.jobs.chunks(job_id)) - 3, "what was done was not done again"
    assert derived(here) == before


def test_units_that_are_summed_together_are_rebuilt_together_if_they_fit(here: Installation) -> None:
    job_id, _ = ask_for_job(here.host, None, REBUILD)
    run(here)
    with here.host.work.reading() as work:
        scopes = [chunk.scope["units"] for chunk in work.jobs.chunks(job_id) if "units" in chunk.scope]
        units = work.derived_units.codes(CAMPAIGN)
    pieces = [units for units in scopes if isinstance(units, list)]
    assert [unit for piece in pieces for unit in piece] == list(units)
    assert max(map(len, pieces)) == OPTIONS.rebuild_batch
    places: dict[int, set[int]] = {}
    for place, piece in enumerate(pieces):
        for unit in piece:
            places.setdefault(shard_of(unit), set()).add(place)
    sizes = Counter(map(shard_of, units))
    assert {shard for shard, found in places.items() if len(found) > 1} == {
        shard for shard, size in sizes.items() if size > OPTIONS.rebuild_batch
    }
    assert max(sizes.values()) > 1


def test_filings_go_on_while_several_workers_rebuild(here: Installation) -> None:
    fill(here)
    spoil(here)
    for unit in UNITS:
        here.reporter(unit)
    job_id, _ = ask_for_job(here.host, None, REBUILD)
    options = JobOptions(rebuild_batch=1)
    workers = [threading.Thread(target=lambda n=n: work_on_jobs(here.host, f"here/{n}", options)) for n in range(3)]
    for worker in workers:
        worker.start()
    for unit in UNITS:
        file(here, unit, period=PERIODS[1])
        here.drain()
    for worker in workers:
        worker.join(60)
        assert not worker.is_alive()
    run(here)
    assert job_of(here, job_id).state is JobState.DONE
    here.drain()
    assert verify(here.host).differences == ()
    incremental = derived(here)
    ask_for_job(here.host, None, REBUILD)
    run(here)
    assert derived(here) == incremental


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


KIND = "test"


def counted(monkeypatch: pytest.MonkeyPatch, work: Callable[[Chunk], object], *, stages: int = 1) -> None:
    """Bring in a kind whose pieces do what the test says."""

    def do(host: object, chunk: Chunk, between: Callable[[], None]) -> Outcome:
        answer = work(chunk)
        between()
        return answer if isinstance(answer, Outcome) else Outcome({"pieces": 1})

    made = tuple(
        Stage(f"s{number}", f"Bước {number}", do, "phần", (lambda *_: [NewChunk({})] * 2) if number else None)
        for number in range(stages)
    )
    kinds = {**KINDS, KIND: JobKind(KIND, "Việc thử", made)}
    for module in ("job_kinds", "job_running", "job_schedule", "jobs"):
        monkeypatch.setattr(f"thidua.application.{module}.KINDS", kinds)


def lay_down(here: Installation, *, pieces: int = 1, subject: str = "") -> int:
    with here.host.work.writing() as work:
        job_id = work.jobs.add(
            NewJob(KIND, subject, Origin.CONSOLE, None, here.clock.now()), [NewChunk({"n": n}) for n in range(pieces)]
        )
        assert job_id is not None
        work.commit()
    return job_id


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


def test_a_report_that_moves_on_during_a_rebuild_is_not_set_back(here: Installation) -> None:
    fill(here)
    spoil(here)
    moved: list[int] = []

    def moves_on() -> None:
        if not moved:
            moved.append(file(here, UNITS[1], 1))
            here.drain()

    assert rebuild_units(here.host, CAMPAIGN, UNITS, between=moves_on)["mended"] == 1
    assert moved
    with here.host.work.reading() as work:
        facts = work.facts.of_units(CAMPAIGN, [UNITS[1]])
    assert {fact.revision for fact in facts if fact.filed} == {1}


@pytest.mark.postgres
def test_rows_are_replaced_under_the_lock_of_the_drains(postgres_url: str) -> None:
    here = an_installation(postgres_url, at=NOON, campaign=CAMPAIGN, periods=PERIODS)
    fill(here)
    spoil(here)
    rebuilding = threading.Thread(target=lambda: rebuild_units(here.host, CAMPAIGN, UNITS))
    with here.host.work.writing() as work:
        work.shards.lock(CAMPAIGN, UNITS[:1])
        rebuilding.start()
        rebuilding.join(1.5)
        assert rebuilding.is_alive()
    rebuilding.join(30)
    assert not rebuilding.is_alive()
    assert verify(here.host).facts


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


def test_asking_twice_asks_for_one_job(here: Installation) -> None:
    first, is_new = ask_for_job(here.host, here.admin(), REBUILD)
    assert is_new
    made: list[tuple[int, bool]] = []
    threads = [threading.Thread(target=lambda: made.append(ask_for_job(here.host, None, REBUILD))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert made == [(first, False)] * 4
    assert ask_for_job(here.host, None, REBUILD, CAMPAIGN)[1], "another subject is another job"
    with pytest.raises(NotFoundError):
        ask_for_job(here.host, None, REBUILD, "ATGT-1999")
    with pytest.raises(NotFoundError):
        ask_for_job(here.host, None, "nothing")


def test_a_comparison_that_finds_something_fails_with_what_to_do(here: Installation) -> None:
    fill(here)
    spoil(here)
    job_id, _ = ask_for_job(here.host, None, VERIFY)
    run(here)
    job = job_of(here, job_id)
    assert job.state is JobState.FAILED
    assert "tính lại số liệu" in job.error
    assert job.result["differences"] > 0
    assert "radio_items" in job.detail
    assert "đang lưu" not in job.detail
    ask_for_job(here.host, None, REBUILD)
    run(here)
    retry_job(here.host, here.admin(), job_id)
    run(here)
    job = job_of(here, job_id)
    assert (job.state, job.error, job.result["differences"]) == (JobState.DONE, "", 0)


def test_a_comparison_changes_nothing(here: Installation) -> None:
    fill(here)
    spoil(here)
    before = derived(here)
    job_id, _ = ask_for_job(here.host, None, VERIFY)
    run(here)
    assert job_of(here, job_id).state is JobState.FAILED
    assert derived(here) == before


def test_a_comparison_goes_on_after_it_found_something(here: Installation) -> None:
    fill(here)
    with here.host.work.writing() as work:
        for unit in (UNITS[0], UNITS[-1]):
            work._connection.execute(text(f"UPDATE rollup SET duties = '{{}}' WHERE unit_code = '{unit}'"))  # type: ignore[attr-defined]
        work.commit()
    job_id, _ = ask_for_job(here.host, None, VERIFY)
    work_on_jobs(here.host, "here/1", replace(OPTIONS, rebuild_batch=1))
    job = job_of(here, job_id)
    assert (job.state, job.result["differences"]) == (JobState.FAILED, len(verify(here.host).differences))
    assert {unit for unit in UNITS if unit in job.detail} == {UNITS[0], UNITS[-1]}


def test_trouble_is_told_of_until_a_like_job_does_better(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = iter([Outcome({}, "Sai."), Outcome({}, "Sai."), Outcome({})])
    counted(monkeypatch, lambda chunk: next(outcomes))
    for trouble in (["job_failed"], ["job_failed"], []):
        lay_down(here)
        run(here)
        assert [alarm.code for alarm in find_alarms(here.host)] == ["missed_verify", *trouble]


def test_a_turn_of_the_schedule_is_laid_down_once_however_many_look(here: Installation) -> None:
    made: list[int] = []
    threads = [
        threading.Thread(target=lambda: made.extend(lay_down_due(here.host, keep=timedelta(days=365))))
        for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(made) == 1
    run(here)
    assert job_of(here, made[0]).origin is Origin.SCHEDULE
    here.clock.instant = datetime.fromisoformat("2021-03-17T01:59:00+07:00")
    assert lay_down_due(here.host, keep=timedelta(days=365)) == ()
    # The machine was off for three nights: one turn is made up for, not three.
    here.clock.instant = datetime.fromisoformat("2021-03-20T08:00:00+07:00")
    [late] = lay_down_due(here.host, keep=timedelta(days=365))
    assert job_of(here, late).slot == "verify@2021-03-20"
    assert lay_down_due(here.host, keep=timedelta(days=365)) == ()


def test_a_turn_that_did_not_run_raises_an_alarm_until_one_succeeds(here: Installation) -> None:
    assert [alarm.code for alarm in find_alarms(here.host)] == ["missed_verify"]
    lay_down_due(here.host, keep=timedelta(days=365))
    run(here)
    assert find_alarms(here.host) == ()
    here.clock.instant += SCHEDULE[0].missed_after + timedelta(minutes=1)
    [alarm] = find_alarms(here.host)
    assert alarm.message.endswith("chưa lần nào thành công từ ngày 16/03/2021.")
    lay_down_due(here.host, keep=timedelta(days=365))
    here.clock.instant += timedelta(minutes=3)
    assert [alarm.code for alarm in find_alarms(here.host)] == ["nobody_works", "missed_verify"]
    run(here)
    assert find_alarms(here.host) == ()


def test_the_history_is_kept_as_long_as_asked(here: Installation) -> None:
    lay_down_due(here.host, keep=timedelta(days=30))
    run(here)
    here.clock.instant += timedelta(days=29)
    lay_down_due(here.host, keep=timedelta(days=30))
    run(here)
    assert len(list_jobs(here.host, here.admin()).jobs) == 2
    here.clock.instant += timedelta(days=2)
    lay_down_due(here.host, keep=timedelta(days=30))
    assert len(list_jobs(here.host, here.admin()).jobs) == 2


def test_the_list_comes_page_by_page(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    counted(monkeypatch, lambda chunk: None)
    made = [lay_down(here, subject=f"s{number}") for number in range(5)]
    page = list_jobs(here.host, here.admin(), limit=2)
    assert [seen.job.id for seen in page.jobs] == made[:2:-1]
    page = list_jobs(here.host, here.admin(), limit=3, before_id=page.next_before)
    assert ([seen.job.id for seen in page.jobs], page.next_before) == (made[2::-1], None)


@pytest.fixture
def asked(here: Installation) -> int:
    return ask_for_job(here.host, None, VERIFY)[0]


@pytest.mark.parametrize("role", list(Role))
def test_who_may_do_what(here: Installation, asked: int, role: Role) -> None:
    unit = UNITS[0] if role in {Role.UNIT_REPORTER, Role.UNIT_HEAD} else None
    actor = here.add_account("somebody", (role, unit))
    acts: dict[Right, list[Callable[[], object]]] = {
        Right.READ_JOBS: [lambda: list_jobs(here.host, actor), lambda: read_job(here.host, actor, asked)],
        Right.OPERATE_JOBS: [
            lambda: ask_for_job(here.host, actor, REBUILD),
            lambda: cancel_job(here.host, actor, asked),
            lambda: retry_job(here.host, actor, asked),
        ],
    }
    for right, calls in acts.items():
        for call in calls:
            if role in RIGHTS[right]:
                call()
            else:
                with pytest.raises(NotAllowedError):
                    call()
