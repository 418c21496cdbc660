"""Real workers on real brokers: whatever dies, what was filed is counted, once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from thidua.adapters.broker import BrokerAddress
from thidua.adapters.broker import CeleryBell
from thidua.application.background.verifying import verify
from thidua.application.ports.host import Host
from thidua.application.reports.filing import file_report
from thidua.domain.reports import Channel
from thidua.forms.envelope import Envelope
from thidua.forms.envelope import read_envelope
from thidua_testkit.broker import BrokerServer
from thidua_testkit.broker import RunningWorker
from thidua_testkit.broker import StartWorker
from thidua_testkit.broker import kept
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

pytestmark = pytest.mark.broker

NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
CLOCK = {"THIDUA_CLOCK": NOON.isoformat()}
SAMPLE = json.loads((Path(__file__).parents[1] / "samples" / "P01.json").read_text(encoding="utf-8"))
UNITS = [f"LS-{code}-VHTT" for code in (180, 181, 182, 183, 184, 185, 186, 187, 188, 189)]
#: Whoever asks a frozen broker waits as long: who took less did not ask.
WAITS_FOR_A_BROKER_S = 3.0
Until = Callable[..., float]


def an_envelope(unit: str, revision: int = 0) -> Envelope:
    fields = SAMPLE["fields"] | {"stations_total": 12, "stations_broadcasting": 10}
    data = {**SAMPLE, "unit_code": unit, "fields": fields, "revision": revision, "confirm_warnings": True}
    envelope, findings = read_envelope(data | ({"correction_reason": "Đếm lại"} if revision else {}))
    assert envelope is not None, findings
    return envelope


@pytest.fixture
def here(database_url: str) -> Installation:
    return an_installation(database_url, at=NOON, campaign="ATGT-2021", periods=("2021-Q1",))


def file(here: Installation, unit: str, revision: int = 0) -> None:
    file_report(here.host, here.reporter(unit), an_envelope(unit, revision), channel=Channel.API)


def waiting(here: Installation) -> int:
    with here.host.work.reading() as work:
        return work.outbox.waiting()


def received(here: Installation) -> int:
    with here.host.work.reading() as work:
        row = work.statuses.get("ATGT-2021", "2021-Q1")
    assert row is not None
    inputs = row.document["inputs"]
    assert isinstance(inputs, dict)
    return int(inputs["revisions"])


def drains(worker: RunningWorker, how: str) -> int:
    """Tell how many tasks to drain a worker has noted."""
    return sum("status.drain" in line and how in line for line in worker.output().splitlines())


@pytest.mark.parametrize("broker", ["broker_url", "redis_url"])
def test_a_rung_bell_makes_a_filed_report_visible_at_once(
    here: Installation,
    database_url: str,
    broker: str,
    celery_worker: StartWorker,
    request: pytest.FixtureRequest,
    waiting_for: Until,
) -> None:
    url = request.getfixturevalue(broker)
    worker = celery_worker(
        database_url=database_url, broker_url=url, environment=CLOCK | {"THIDUA_DRAIN_INTERVAL_S": "60"}
    )
    waiting_for(
        lambda: drains(worker, "received") == drains(worker, "succeeded in"), what="no bell of the start is left"
    )
    before = drains(worker, "succeeded in")
    bell = CeleryBell(BrokerAddress(url), quiet_s=0.5)
    ringing = replace(here.host, bell=bell)
    file_report(ringing, here.reporter(UNITS[0]), an_envelope(UNITS[0]), channel=Channel.API)
    # Timers drain without a task: what is logged was asked for by the bell.
    waiting_for(
        lambda: received(here) == 1 and drains(worker, "succeeded in") > before, what="the report counted for the bell"
    )
    assert verify(here.host).differences == ()
    bell.close()


def test_a_worker_killed_between_commit_and_bell_loses_nothing(
    here: Installation, database_url: str, broker_url: str, celery_worker: StartWorker, waiting_for: Until
) -> None:
    environment = CLOCK | {"THIDUA_DRAIN_INTERVAL_S": "1"}
    celery_worker(database_url=database_url, broker_url=broker_url, environment=environment).kill()
    file(here, UNITS[0])  # the installation's bell only counts: nobody hears it
    assert waiting(here) == 1
    celery_worker(database_url=database_url, broker_url=broker_url, environment=environment)
    waiting_for(lambda: waiting(here) == 0, what="the report counted after a restart")
    assert received(here) == 1
    assert verify(here.host).differences == ()


def test_workers_killed_again_and_again_count_every_report_once(
    here: Installation, database_url: str, broker_url: str, celery_worker: StartWorker, waiting_for: Until
) -> None:
    environment = CLOCK | {"THIDUA_DRAIN_INTERVAL_S": "0.1", "THIDUA_DRAIN_BATCH": "2"}
    for revision in range(3):
        worker = celery_worker(database_url=database_url, broker_url=broker_url, environment=environment)
        for unit in UNITS:
            file(here, unit, revision)
        time.sleep(0.05 * (revision + 1))
        worker.kill()
    celery_worker(database_url=database_url, broker_url=broker_url, environment=environment)
    waiting_for(lambda: waiting(here) == 0, what="everything counted")
    assert received(here) == len(UNITS)
    assert verify(here.host).differences == ()


def seconds_of_filing(host: Host, here: Installation, unit: str) -> float:
    began = time.monotonic()
    file_report(host, here.reporter(unit), an_envelope(unit), channel=Channel.API)
    return time.monotonic() - began


def test_a_dead_broker_delays_and_loses_nothing(
    here: Installation,
    database_url: str,
    broker_server: BrokerServer,
    broker_url: str,
    celery_worker: StartWorker,
    waiting_for: Until,
) -> None:
    worker = celery_worker(
        database_url=database_url, broker_url=broker_url, environment=CLOCK | {"THIDUA_DRAIN_INTERVAL_S": "2"}
    )
    bell = CeleryBell(BrokerAddress(broker_url), quiet_s=0.5)
    ringing = replace(here.host, bell=bell)
    broker_server.kill()
    assert seconds_of_filing(ringing, here, UNITS[0]) < WAITS_FOR_A_BROKER_S
    waiting_for(kept(worker, lambda: waiting(here) == 0), what="the report counted without a broker")
    broker_server.start()
    broker_server.freeze()
    assert seconds_of_filing(ringing, here, UNITS[1]) < WAITS_FOR_A_BROKER_S
    waiting_for(kept(worker, lambda: waiting(here) == 0), what="the report counted beside a frozen broker")
    broker_server.thaw()
    broker_server.ask("FLUSHALL")
    file(here, UNITS[2])
    waiting_for(kept(worker, lambda: waiting(here) == 0), what="the report counted after a flush")
    assert received(here) == 3
    assert verify(here.host).differences == ()
    bell.close()


@pytest.mark.postgres
def test_two_workers_on_one_database_count_every_report_once(
    postgres_url: str, broker_url: str, celery_worker: StartWorker, waiting_for: Until
) -> None:
    here = an_installation(postgres_url, at=NOON, campaign="ATGT-2021", periods=("2021-Q1",))
    environment = CLOCK | {"THIDUA_DRAIN_INTERVAL_S": "0.1", "THIDUA_DRAIN_BATCH": "1", "THIDUA_WORKER_POOL": "prefork"}
    for _ in range(2):
        celery_worker(database_url=postgres_url, broker_url=broker_url, environment=environment)
    for revision in range(4):
        for unit in UNITS:
            file(here, unit, revision)
    waiting_for(lambda: waiting(here) == 0, what="everything counted")
    assert received(here) == len(UNITS)
    assert verify(here.host).differences == ()
