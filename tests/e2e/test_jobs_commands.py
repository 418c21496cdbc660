"""``thidua status rebuild`` and ``thidua jobs``, as an operator runs them."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from datetime import datetime
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from thidua.application.background.sample import file_sample
from thidua.application.background.sample import sample_units
from thidua.application.background.verifying import verify
from thidua.application.periods.campaigns import open_period
from thidua.application.periods.directory import import_units
from thidua_testkit.broker import StartWorker
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
CAMPAIGN, PERIOD = "ATGT-2021", "2021-Q1"
Until = Callable[..., float]


@pytest.fixture
def here(sqlite_url: str) -> Installation:
    found = an_installation(sqlite_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,))
    with found.host.work.reading() as work:
        roster = work.campaigns.roster(CAMPAIGN, PERIOD)
    for row in roster:
        file_sample(found.host, row, account_id=found.office().account_id, at=NOON - timedelta(hours=3))
    found.drain()
    spoil(found)
    return found


@pytest.fixture
def given(sqlite_url: str) -> dict[str, str]:
    return {"THIDUA_DATABASE_URL": sqlite_url, "THIDUA_CLOCK": NOON.isoformat(), "THIDUA_REBUILD_BATCH": "1"}


def spoil(here: Installation) -> None:
    with here.host.work.writing() as work:
        work._connection.execute(text("DELETE FROM fact"))  # type: ignore[attr-defined]
        work.commit()


def test_a_rebuild_without_any_worker_is_done_by_the_command_itself(
    here: Installation, given: dict[str, str], parts: Any
) -> None:
    done = parts.run("status", "rebuild", **given)
    assert "Đã tính lại từ" in done.stdout
    assert verify(here.host).differences == ()
    spoil(here)
    done = parts.run("status", "rebuild", "--here", "--campaign", CAMPAIGN, "--json", **given)
    job = json.loads(done.stdout)
    assert (job["state"], job["subject"], job["stage"]) == ("done", CAMPAIGN, "documents")
    assert job["result"]["mended"] == job["result"]["reports"] > 0
    assert verify(here.host).differences == ()
    refused = parts.run("status", "rebuild", "--campaign", "ATGT-1999", check=False, **given)
    assert (refused.returncode, refused.stderr) == (1, "thidua: Đợt thi đua này chưa mở.\n")


def test_a_rebuild_that_was_interrupted_is_gone_on_with(
    here: Installation, given: dict[str, str], parts: Any, waiting_for: Until
) -> None:
    # Many units, so that the rebuild is surely under way when it is stopped.
    import_units(here.host, sample_units(150, "district_culture_office", NOON - timedelta(days=900)))
    open_period(here.host, CAMPAIGN, "2021-H1")
    running = parts.start("status", "rebuild", **given)

    def done() -> int:
        with here.host.work.reading() as work:
            return sum(job.stages[1].done for job in work.jobs.newest(1) if 1 in job.stages)

    waiting_for(lambda: done() >= 3, what="some pieces done")
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(10) == 1
    assert "chạy lại lệnh này để làm tiếp" in running.output()
    stood = done()
    assert stood < 150
    [job] = json.loads(parts.run("jobs", "list", "--json", **given).stdout)["jobs"]
    assert job["state"] in {"waiting", "running"}
    assert job["done"] == stood
    again = parts.run("status", "rebuild", **given)
    assert f"Việc số {job['job']} đang làm dở" in again.stderr
    assert verify(here.host).differences == ()
    [job] = json.loads(parts.run("jobs", "list", "--json", **given).stdout)["jobs"]
    assert (job["state"], job["attempts"]) == ("done", 1)


@pytest.mark.broker
def test_with_workers_the_command_only_follows(
    here: Installation,
    given: dict[str, str],
    parts: Any,
    sqlite_url: str,
    broker_url: str,
    celery_worker: StartWorker,
) -> None:
    worker = celery_worker(database_url=sqlite_url, broker_url=broker_url, environment=given)
    done = parts.run("status", "rebuild", "--json", **given, THIDUA_BROKER_URL=broker_url)
    assert json.loads(done.stdout)["state"] == "done"
    with here.host.work.reading() as work:
        # The nightly comparison of the first look is there as well.
        rebuild = next(job for job in work.jobs.newest(5) if job.kind == "rebuild")
        workers = {chunk.worker.partition("/")[2] for chunk in work.jobs.chunks(rebuild.id)}
    assert workers == {str(worker.process.pid)}
    assert verify(here.host).differences == ()


def test_jobs_are_listed_shown_cancelled_and_tried_again(here: Installation, given: dict[str, str], parts: Any) -> None:
    parts.run("status", "rebuild", **given)
    listed = parts.run("jobs", "list", **given).stdout
    assert "Tính lại số liệu từ sổ báo cáo" in listed
    assert "! “Kiểm tra số liệu với sổ báo cáo” phải chạy hằng ngày nhưng chưa lần nào thành công" in listed
    assert "Theo lịch 02:00 hằng ngày" in listed
    shown = json.loads(parts.run("jobs", "show", "1", "--json", **given).stdout)
    assert shown["state"] == "done"
    assert "Đã xong" in parts.run("jobs", "show", "1", **given).stdout
    for words in (("cancel", "1"), ("retry", "1"), ("show", "7")):
        refused = parts.run("jobs", *words, check=False, **given)
        assert refused.returncode == 1, words
        assert refused.stderr.startswith("thidua: "), words
