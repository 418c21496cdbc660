"""What is derived is rebuilt from the ledger by several workers, and compared with it by one that only reads."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from jobs_played import CAMPAIGN
from jobs_played import NOON
from jobs_played import OPTIONS
from jobs_played import PERIODS
from jobs_played import UNITS
from jobs_played import derived
from jobs_played import file
from jobs_played import fill
from jobs_played import job_of
from jobs_played import run
from jobs_played import spoil
from sqlalchemy import text

from thidua.application.background.job_kinds import REBUILD
from thidua.application.background.job_kinds import VERIFY
from thidua.application.background.job_kinds import JobOptions
from thidua.application.background.job_running import work_on_jobs
from thidua.application.background.jobs import ask_for_job
from thidua.application.background.jobs import retry_job
from thidua.application.background.rebuilding import rebuild_units
from thidua.application.background.verifying import verify
from thidua.domain.cell_sums import shard_of
from thidua.domain.jobs import JobState
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation


@pytest.fixture
def here(database_url: str) -> Installation:
    return an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=PERIODS)


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


@pytest.mark.parametrize(
    "spoilt",
    [
        "UPDATE unit_filing SET waits = NOT waits",
        "UPDATE rollup SET duties = '{}'",
        "UPDATE fact SET accepted = NOT accepted",
    ],
)
def test_one_wrong_row_that_agrees_with_its_sums_is_mended(here: Installation, spoilt: str) -> None:
    fill(here)
    before = derived(here)
    with here.host.work.writing() as work:
        work._connection.execute(text(f"{spoilt} WHERE unit_code = '{UNITS[1]}'"))  # type: ignore[attr-defined]
        work.shards.sum_up(CAMPAIGN, PERIODS, UNITS[1:2])
        work.commit()
    assert derived(here) != before
    assert rebuild_units(here.host, CAMPAIGN, UNITS)["mended"] == 1
    assert derived(here) == before


def test_wrong_sums_of_right_rows_are_mended(here: Installation) -> None:
    fill(here)
    before = derived(here)
    with here.host.work.writing() as work:
        work._connection.execute(text("UPDATE rollup_shard SET sums = '{}'"))  # type: ignore[attr-defined]
        work.commit()
    assert rebuild_units(here.host, CAMPAIGN, UNITS)["mended"] == 1
    assert derived(here) == before


def test_an_obligation_that_moves_on_during_a_rebuild_is_not_set_back(here: Installation) -> None:
    fill(here)
    spoil(here)
    moved: list[int] = []

    def moves_on() -> None:
        if not moved:
            moved.append(1)
            statement = f"UPDATE obligation SET exempt_reason = 'Lũ' WHERE unit_code = '{UNITS[1]}'"
            with here.host.work.writing() as work:
                work._connection.execute(text(statement))  # type: ignore[attr-defined]
                work.commit()

    rebuild_units(here.host, CAMPAIGN, UNITS, between=moves_on)
    with here.host.work.reading() as work:
        found = work.unit_filings.of_units(CAMPAIGN, [UNITS[1]])
    assert {each.filing.value for each in found} == {"exempt"}


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
