"""Real workers at long work: whatever dies, a rebuild ends as what was counted change by change."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from thidua.adapters.broker import BrokerAddress
from thidua.adapters.broker import CeleryBell
from thidua.adapters.clock import SimulatedClock
from thidua.application.background.job_kinds import REBUILD
from thidua.application.background.jobs import ask_for_job
from thidua.application.background.sample import file_sample
from thidua.application.background.sample import sample_units
from thidua.application.background.verifying import verify
from thidua.application.periods.directory import import_units
from thidua.application.ports.host import Host
from thidua.application.reports.filing import file_report
from thidua.domain.jobs import Job
from thidua.domain.jobs import JobState
from thidua.domain.reports import Channel
from thidua.forms.envelope import read_envelope
from thidua_testkit.broker import BrokerServer
from thidua_testkit.broker import StartWorker
from thidua_testkit.broker import kept
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

pytestmark = pytest.mark.broker

NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
CAMPAIGN, PERIOD = "ATGT-2021", "2021-Q1"
SAMPLE = json.loads((Path(__file__).parents[1] / "samples" / "P01.json").read_text(encoding="utf-8"))
UNITS = 90
#: The smallest pieces, so that there is time to interfere; leases that end while a test waits.
SLOWLY = {"THIDUA_CLOCK": "", "THIDUA_REBUILD_BATCH": "1", "THIDUA_JOB_LEASE_S": "3", "THIDUA_DRAIN_INTERVAL_S": "1"}
Until = Callable[..., float]
_STARTED = datetime.now(UTC)


def installed(url: str, units: int = UNITS) -> Installation:
    """Make an installation with many units that filed and were counted."""
    here = an_installation(url, at=NOON)
    unit_type = here.host.catalogue.campaign(CAMPAIGN).periods[0].forms[0].unit_types[0]
    import_units(here.host, sample_units(units, unit_type, NOON - timedelta(days=800)))
    here = an_installation(url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,))
    with here.host.work.reading() as work:
        roster = work.campaigns.roster(CAMPAIGN, PERIOD)
    filer = here.office().account_id
    for row in roster:
        file_sample(here.host, row, account_id=filer, at=NOON - timedelta(hours=3))
    here.drain()
    return here


def derived(here: Installation) -> dict[str, Any]:
    with here.host.work.reading() as work:
        connection = work._connection  # type: ignore[attr-defined]
        rows = {
            name: sorted(map(repr, connection.execute(text(f"SELECT * FROM {name}"))))
            for name in ("fact", "rollup", "rollup_shard")
        }
        status = work.statuses.get(CAMPAIGN, PERIOD)
    assert status is not None
    return {**rows, "digest": status.digest}


def spoil(here: Installation) -> None:
    with here.host.work.writing() as work:
        connection = work._connection  # type: ignore[attr-defined]
        connection.execute(text("DELETE FROM fact WHERE unit_code LIKE 'LS-18%'"))
        connection.execute(text("UPDATE rollup SET cells = '{}'"))
        connection.execute(text("UPDATE status SET digest = 'spoilt'"))
        work.commit()


def job_of(here: Installation, job_id: int) -> Job:
    with here.host.work.reading() as work:
        found = work.jobs.get(job_id)
    assert found is not None
    return found


def ends(here: Installation, job_id: int) -> Callable[[], bool]:
    return lambda: not job_of(here, job_id).is_open


def clock() -> dict[str, str]:
    """Set the clock of all workers alike: to noon, now."""
    return {"THIDUA_CLOCK": SimulatedClock(NOON, _STARTED).text}


def refile(host: Host, here: Installation, revision: int) -> None:
    fields = SAMPLE["fields"] | {"radio_items": SAMPLE["fields"]["radio_items"] + revision}
    data = {**SAMPLE, "fields": fields, "revision": revision, "correction_reason": "Đếm lại", "confirm_warnings": True}
    envelope, findings = read_envelope(data)
    assert envelope is not None, findings
    file_report(host, here.reporter(SAMPLE["unit_code"]), envelope, channel=Channel.API)


@pytest.fixture
def bell(broker_url: str) -> Iterator[CeleryBell]:
    """Ring a real bell, which is heard as long as the test lasts."""
    found = CeleryBell(BrokerAddress(broker_url), quiet_s=0.5)
    yield found
    found.close()


def asked(here: Installation, bell: CeleryBell, kind: str = REBUILD) -> int:
    job_id, _ = ask_for_job(replace(here.host, bell=bell), None, kind)
    return job_id


def test_a_worker_killed_in_the_middle_of_a_rebuild_is_followed_by_one_that_ends_it(
    database_url: str, broker_url: str, celery_worker: StartWorker, bell: CeleryBell, waiting_for: Until
) -> None:
    here = installed(database_url)
    before = derived(here)
    spoil(here)
    options: dict[str, Any] = {"database_url": database_url, "broker_url": broker_url}
    worker = celery_worker(**options, environment=SLOWLY | clock())
    job_id = asked(here, bell)
    waiting_for(lambda: job_of(here, job_id).progress.done >= 5, what="some pieces done")
    worker.kill()
    stood = job_of(here, job_id)
    assert stood.is_open
    assert stood.stage == 1
    assert stood.progress.done < stood.progress.total
    celery_worker(**options, environment=SLOWLY | clock())
    waiting_for(ends(here, job_id), what="the rebuild ended")
    job = job_of(here, job_id)
    assert job.state is JobState.DONE
    assert derived(here) == before
    assert verify(here.host).differences == ()


def test_without_a_broker_the_timers_do_the_work(
    database_url: str,
    broker_server: BrokerServer,
    broker_url: str,
    celery_worker: StartWorker,
    bell: CeleryBell,
    waiting_for: Until,
) -> None:
    here = installed(database_url, 20)
    before = derived(here)
    spoil(here)
    worker = celery_worker(database_url=database_url, broker_url=broker_url, environment=SLOWLY | clock())
    broker_server.kill()
    try:
        job_id = asked(here, bell)
        waiting_for(kept(worker, ends(here, job_id)), what="the rebuild ended without a broker")
    finally:
        broker_server.start()
    assert job_of(here, job_id).state is JobState.DONE
    assert derived(here) == before
    worker.stop()


@pytest.mark.postgres
def test_the_workers_share_a_rebuild(
    postgres_url: str, broker_url: str, celery_worker: StartWorker, bell: CeleryBell, waiting_for: Until
) -> None:
    here = installed(postgres_url)
    before = derived(here)
    spoil(here)
    environment = SLOWLY | clock() | {"THIDUA_WORKER_POOL": "prefork", "THIDUA_WORKER_PROCESSES": "2"}
    for _ in range(2):
        celery_worker(database_url=postgres_url, broker_url=broker_url, environment=environment)
    job_id = asked(here, bell)
    waiting_for(ends(here, job_id), what="the rebuild ended")
    with here.host.work.reading() as work:
        workers = {chunk.worker for chunk in work.jobs.chunks(job_id)}
    assert len(workers) >= 3, workers
    assert job_of(here, job_id).attempts == 1
    assert derived(here) == before


def test_what_is_filed_during_a_rebuild_is_counted_at_once(
    sqlite_url: str,
    broker_url: str,
    celery_worker: StartWorker,
    bell: CeleryBell,
    waiting_for: Until,
) -> None:
    """As the embedded worker runs: one process, threads, SQLite."""
    here = installed(sqlite_url)
    spoil(here)
    # So slow a timer that only the bell can be what is seen.
    environment = SLOWLY | clock() | {"THIDUA_DRAIN_INTERVAL_S": "60"}
    celery_worker(database_url=sqlite_url, broker_url=broker_url, environment=environment)
    job_id = asked(here, bell)
    ringing = replace(here.host, bell=bell)
    counted = 0
    waiting_for(lambda: job_of(here, job_id).progress.done > 0, what="it began")
    while job_of(here, job_id).is_open and counted < 20:
        refile(ringing, here, counted + 1)
        waiting_for(lambda: waiting(here) == 0, what="it was counted")
        counted += job_of(here, job_id).is_open
    assert counted > 2, "the rebuild was over too soon to tell, or held the counting up"
    waiting_for(ends(here, job_id), what="the rebuild ended")
    assert verify(here.host).differences == ()


def waiting(here: Installation) -> int:
    with here.host.work.reading() as work:
        return work.outbox.waiting()


def test_a_worker_of_one_queue_leaves_the_other_alone(
    sqlite_url: str, broker_url: str, bell: CeleryBell, parts: Any, waiting_for: Until
) -> None:
    here = installed(sqlite_url, 5)
    environment = {"THIDUA_DATABASE_URL": sqlite_url, "THIDUA_BROKER_URL": broker_url, **SLOWLY, **clock()}
    drains = parts.start("worker", "--queues", "drain", **environment)
    job_id = asked(here, bell)
    refile(here.host, here, 1)
    waiting_for(lambda: waiting(here) == 0, what="the report counted")
    assert job_of(here, job_id).state is JobState.WAITING
    os.killpg(drains.process.pid, signal.SIGKILL)
    parts.start("worker", "--queues", "jobs", **environment)
    waiting_for(ends(here, job_id), what="the job done")
    assert parts.run("worker", "--queues", "nothing", check=False, **environment).returncode == 2
