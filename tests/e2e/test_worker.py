"""A real worker process on real brokers and databases: whatever is killed, frozen or emptied, nothing is lost."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from thidua.adapters.broker import BrokerAddress
from thidua.adapters.broker import CeleryBell
from thidua.adapters.broker import SilentBell
from thidua.application.campaigns import open_campaign
from thidua.application.campaigns import open_period
from thidua.application.directory import import_units
from thidua.application.filing import file_report
from thidua.application.ports import Bell
from thidua.application.sample import sample_units
from thidua.application.sessions import issue_token
from thidua.application.statuses import read_status
from thidua.application.verifying import verify
from thidua.domain.accounts import Role
from thidua.domain.reports import Channel
from thidua.forms.envelope import read_envelope
from thidua_testkit.broker import BrokerServer
from thidua_testkit.broker import RunningWorker
from thidua_testkit.broker import StartWorker
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

pytestmark = pytest.mark.broker

CAMPAIGN = "ATGT-2021"
PERIOD = "2021-Q1"
NOW = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
#: What one report of ours adds to the indicator of broadcast items.
ITEMS = 26
UNITS = 60
#: Only the bell can be faster than this: the timer's longest interval.
BELL_ONLY = {"THIDUA_DRAIN_INTERVAL_S": "60"}
NOWHERE = "redis+socket:///nonexistent/broker.sock"

TRIGGERS = {
    "sqlite": (
        "CREATE TABLE applications (outbox_id INTEGER)",
        "CREATE TRIGGER applied AFTER UPDATE OF applied_at ON outbox "
        "BEGIN INSERT INTO applications VALUES (NEW.id); END",
    ),
    "postgresql": (
        "CREATE TABLE applications (outbox_id bigint)",
        "CREATE FUNCTION note_applied() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO applications VALUES (NEW.id); RETURN NEW; END $$",
        "CREATE TRIGGER applied AFTER UPDATE OF applied_at ON outbox FOR EACH ROW EXECUTE FUNCTION note_applied()",
    ),
}


@dataclass
class Office:
    """An installation with many units, each of which owes one report of the first quarter."""

    here: Installation
    database_url: str
    report: Callable[..., dict[str, Any]]

    @property
    def units(self) -> list[str]:
        return [f"MAU-{number:05d}" for number in range(1, UNITS + 1)]

    def payload(self, unit: str) -> dict[str, Any]:
        return self.report(unit, PERIOD)

    def file(self, unit: str, bell: Bell) -> None:
        """File one unit's report, as the web server does."""
        envelope, findings = read_envelope(self.payload(unit))
        assert envelope is not None, findings
        file_report(replace(self.here.host, bell=bell), self.here.actors["everyone"], envelope, channel=Channel.API)

    def settings(self) -> dict[str, str]:
        """What a worker of this installation is told besides the database and the broker."""
        return {"THIDUA_CLOCK": f"{NOW.isoformat()}@{datetime.now(UTC).isoformat()}"}

    def counted(self) -> tuple[int, int | None]:
        """Return how many reports the status knows, and how many broadcast items."""
        document: Any = read_status(self.here.host, self.here.office(), CAMPAIGN, PERIOD).document
        indicator = next(entry for entry in document["indicators"] if entry["key"] == "N10.district")
        return document["filing"]["received"], indicator["provisional"]

    def waits(self) -> int:
        with self.here.host.work.reading() as work:
            return work.outbox.waiting()

    def differences(self) -> tuple[str, ...]:
        found = verify(self.here.host)
        assert found.documents == 1
        return found.differences

    def watch_applications(self) -> None:
        """Let the database itself note every time an event is marked applied, in the same transaction."""
        self._query(*TRIGGERS["sqlite" if self.database_url.startswith("sqlite") else "postgresql"])

    def applications(self) -> list[int]:
        return sorted(row[0] for row in self._query("SELECT outbox_id FROM applications"))

    def _query(self, *statements: str) -> list[tuple[int, ...]]:
        if self.database_url.startswith("sqlite"):
            path = self.database_url.removeprefix("sqlite:///")
            connection: Any = sqlite3.connect(path, timeout=10, isolation_level=None)
        else:
            connection = psycopg.connect(self.database_url, autocommit=True)
        try:
            for statement in statements:
                cursor = connection.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()


@pytest.fixture
def office(request: pytest.FixtureRequest, database_url: str, report: Callable[..., dict[str, Any]]) -> Iterator[Office]:
    here = an_installation(database_url, at=NOW)
    here.clock.instant = NOW - timedelta(days=60)
    import_units(here.host, sample_units(UNITS, "district_culture_office", NOW - timedelta(days=400)))
    open_campaign(here.host, CAMPAIGN)
    open_period(here.host, CAMPAIGN, PERIOD)
    here.clock.instant = NOW
    found = Office(here, database_url, report)
    here.add_account("everyone", *((Role.UNIT_REPORTER, unit) for unit in found.units))
    here.office()
    here.drain()
    yield found
    here.host.work.close()  # type: ignore[attr-defined]  # the adapter's, not the port's


@pytest.fixture
def bell() -> Iterator[Callable[[str], CeleryBell]]:
    bells: list[CeleryBell] = []

    def over(url: str) -> CeleryBell:
        bells.append(CeleryBell(BrokerAddress(url)))
        return bells[-1]

    yield over
    for each in bells:
        each.close()


@pytest.mark.parametrize("broker", ["broker_url", "redis_url"])
def test_a_filed_report_is_counted_at_the_sound_of_the_bell(
    request: pytest.FixtureRequest,
    broker: str,
    office: Office,
    celery_worker: StartWorker,
    bell: Callable[[str], CeleryBell],
    waiting: Callable[..., float],
) -> None:
    url: str = request.getfixturevalue(broker)
    celery_worker(database_url=office.database_url, broker_url=url, environment=office.settings() | BELL_ONLY)
    assert office.counted() == (0, None)
    office.file("MAU-00001", bell(url))
    took_s = waiting(lambda: office.counted() == (1, ITEMS), within_s=5, what="the status shows the report")
    print(f"receipt to status: {took_s:.2f} s ({broker})")
    assert office.differences() == ()


def test_a_worker_killed_between_commit_and_bell_loses_nothing(
    office: Office, broker_url: str, celery_worker: StartWorker, parts: Any, waiting: Callable[..., float]
) -> None:
    worker = celery_worker(
        database_url=office.database_url, broker_url=broker_url, environment=office.settings() | BELL_ONLY
    )
    office.file("MAU-00001", SilentBell())
    worker.kill()
    assert office.waits() == 1
    assert office.counted() == (0, None)
    # Nobody rings: what a worker finds when it comes up is enough.
    parts.start(
        "worker",
        THIDUA_DATABASE_URL=office.database_url,
        THIDUA_BROKER_URL=broker_url,
        **office.settings(),
        **BELL_ONLY,
    )
    waiting(lambda: office.counted() == (1, ITEMS), within_s=30, what="the next worker counts the report")
    assert office.differences() == ()


def test_five_kills_of_the_worker_under_sixty_filings_lose_and_double_nothing(
    office: Office, broker_url: str, parts: Any, bell: Callable[[str], CeleryBell], waiting: Callable[..., float]
) -> None:
    office.watch_applications()
    given = {
        "THIDUA_DATABASE_URL": office.database_url,
        "THIDUA_BROKER_URL": broker_url,
        # Many small transactions: more of them are hit.
        "THIDUA_DRAIN_BATCH": "2",
        "THIDUA_DRAIN_INTERVAL_S": "0.2",
    }
    rung = bell(broker_url)
    filing = Filing(office, rung, pause_s=0.15)
    draw = random.Random(5)
    hits = 0
    with filing:
        for _ in range(5):
            worker: RunningWorker = parts.start("worker", **given, **office.settings())
            before = len(office.applications())
            # Until it works on what is being filed, then at any moment.
            waiting(
                lambda seen=before: len(office.applications()) > seen or filing.is_done,
                within_s=30,
                what="the worker drains",
            )
            time.sleep(draw.uniform(0.0, 0.3))
            hits += not filing.is_done
            worker.kill()
    assert filing.filed == UNITS
    assert hits >= 3, "the kills came after the filings: they prove nothing"
    parts.start("worker", **given, **office.settings())
    waiting(lambda: office.waits() == 0, within_s=30, what="everything filed is counted")
    assert office.counted() == (UNITS, UNITS * ITEMS)
    assert office.differences() == ()
    assert len(office.applications()) == len(set(office.applications())) == UNITS


class Filing:
    """Files all units' reports one after the other, in a thread of its own."""

    def __init__(self, office: Office, rung: Bell, *, pause_s: float) -> None:
        self.filed = 0
        self._office = office
        self._bell = rung
        self._pause_s = pause_s
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def is_done(self) -> bool:
        return not self._thread.is_alive()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._thread.join(60)

    def _run(self) -> None:
        for unit in self._office.units:
            self._office.file(unit, self._bell)
            self.filed += 1
            time.sleep(self._pause_s)


class Served:
    """The installation behind a real web server with a worker, visited over HTTP."""

    def __init__(self, office: Office, parts: Any, client: Callable[..., Any], broker_url: str) -> None:
        self.office = office
        given = {"THIDUA_DATABASE_URL": office.database_url, "THIDUA_BROKER_URL": broker_url, **office.settings()}
        address = parts.web(**given)
        self.worker: RunningWorker = parts.start("worker", **given)
        self._reporter = client(address, issue_token(office.here.host, name="everyone", label="e2e"))
        self._office = client(address, issue_token(office.here.host, name="office", label="e2e"))

    def file(self, unit: str) -> float:
        """File and return the seconds until the receipt."""
        reply = self._reporter.file(self.office.payload(unit))
        assert reply.status == 201, reply
        return float(reply.seconds)

    def received(self) -> int:
        found: int = self._office.status(PERIOD)["filing"]["received"]
        return found

    def tasks_done(self) -> int:
        return self.worker.output().count("succeeded in")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_any_broker_people_file_at_once_and_the_timer_counts(
    office: Office, parts: Any, client: Callable[..., Any], waiting: Callable[..., float]
) -> None:
    served = Served(office, parts, client, NOWHERE)
    assert served.received() == 0
    assert max(served.file(unit) for unit in office.units[:3]) < 1
    took_s = waiting(lambda: served.received() == 3, within_s=20, what="the timer counts without a broker")
    print(f"receipt to status without a broker, worker just started: {took_s:.1f} s")
    served.file(office.units[3])
    waiting(lambda: served.received() == 4, within_s=10, what="the timer counts again")
    assert office.differences() == ()


@pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
@pytest.mark.parametrize("fault", ["kill", "freeze"])
def test_a_broker_that_dies_or_freezes_delays_a_little_and_is_heard_again(
    fault: str,
    office: Office,
    broker_server: BrokerServer,
    broker_url: str,
    parts: Any,
    client: Callable[..., Any],
    bell: Callable[[str], CeleryBell],
    waiting: Callable[..., float],
) -> None:
    served = Served(office, parts, client, broker_url)
    rung = bell(broker_url)
    served.file(office.units[0])
    waiting(lambda: served.received() == 1, within_s=20, what="the first report is counted")
    waiting(rings_until(rung, lambda: served.tasks_done() > 0), within_s=20, what="the worker hears its bell")
    getattr(broker_server, fault)()
    try:
        slowest_s = max(served.file(unit) for unit in office.units[1:6])
        assert slowest_s < 1
        took_s = waiting(lambda: served.received() == 6, within_s=10, what="the timer counts meanwhile")
    finally:
        broker_server.thaw()
        broker_server.start()
    print(f"{fault}: slowest receipt {slowest_s:.3f} s, receipt to status {took_s:.1f} s")
    done = served.tasks_done()
    # Hears again, or has ended, so that whoever watches over it starts it anew; only deafness is a fault.
    waiting(
        rings_until(rung, lambda: served.tasks_done() > done or served.worker.process.poll() is not None),
        within_s=30,
        what="the worker hears the broker again, or has ended",
    )
    assert office.differences() == ()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_emptied_broker_loses_nothing_and_goes_on_ringing(
    office: Office,
    broker_server: BrokerServer,
    broker_url: str,
    celery_worker: StartWorker,
    bell: Callable[[str], CeleryBell],
    waiting: Callable[..., float],
) -> None:
    worker = celery_worker(
        database_url=office.database_url, broker_url=broker_url, environment=office.settings()
    )
    rung = bell(broker_url)
    for unit in office.units[:20]:
        office.file(unit, rung)
        broker_server.ask("FLUSHALL")
    waiting(lambda: office.counted() == (20, 20 * ITEMS), within_s=10, what="everything filed is counted")
    done = worker.output().count("succeeded in")
    waiting(
        rings_until(rung, lambda: worker.output().count("succeeded in") > done),
        within_s=10,
        what="the bell is heard after the broker was emptied",
    )
    assert office.differences() == ()


def rings_until(rung: Bell, holds: Callable[[], bool]) -> Callable[[], bool]:
    def look() -> bool:
        rung.ring()
        return holds()

    return look


@pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_two_workers_that_drain_at_once_apply_each_event_once(
    office: Office, broker_url: str, parts: Any, bell: Callable[[str], CeleryBell], waiting: Callable[..., float]
) -> None:
    office.watch_applications()
    given = {
        "THIDUA_DATABASE_URL": office.database_url,
        "THIDUA_BROKER_URL": broker_url,
        "THIDUA_DRAIN_BATCH": "2",
        "THIDUA_DRAIN_INTERVAL_S": "0.1",
        **office.settings(),
    }
    workers = [
        # As in production, and as in the embedded installation.
        parts.start("worker", **given, THIDUA_WORKER_POOL="prefork", THIDUA_WORKER_PROCESSES="2"),
        parts.start("worker", **given),
    ]
    waiting(lambda: all("ready" in worker.output() for worker in workers), within_s=40, what="both workers are up")
    filing = Filing(office, bell(broker_url), pause_s=0.0)
    with filing:
        pass
    assert filing.filed == UNITS
    waiting(lambda: office.waits() == 0, within_s=20, what="everything filed is counted")
    assert office.applications() == sorted(set(office.applications()))
    assert len(office.applications()) == UNITS
    assert office.counted() == (UNITS, UNITS * ITEMS)
    assert office.differences() == ()
    assert [worker.process.poll() for worker in workers] == [None, None]
    assert not [line for worker in workers for line in worker.output().splitlines() if "ERROR" in line]


@pytest.mark.postgres
def test_the_production_start_without_containers(
    postgres_url: str, redis_url: str, parts: Any, client: Callable[..., Any], report: Any, waiting: Any, tmp_path: Path
) -> None:
    for name, content in {"secret-key": "k" * 48, "database-url": postgres_url}.items():
        (tmp_path / name).write_text(content)
    given = {
        "THIDUA_PROFILE": "production",
        "THIDUA_SECRET_KEY_FILE": str(tmp_path / "secret-key"),
        "THIDUA_DATABASE_URL_FILE": str(tmp_path / "database-url"),
        "THIDUA_BROKER_URL": redis_url,
        "THIDUA_HOST": "127.0.0.1",
        "THIDUA_CLOCK": f"{NOW.isoformat()}@{datetime.now(UTC).isoformat()}",
    }
    for command in (
        ("db", "upgrade"),
        ("units", "import"),
        ("campaign", "open", CAMPAIGN),
        ("period", "open", CAMPAIGN, PERIOD),
    ):
        parts.run(*command, **given)
    accounts = {
        "huu-lung": ("--role", "unit_reporter", "--unit", "LS-186-VHTT"),
        "van-phong": ("--role", "office"),
    }
    tokens = {}
    for name, role in accounts.items():
        made = {"THIDUA_TEST_PASSWORD": "mật khẩu dài 15"}
        parts.run("account", "create", name, "--full-name", name, *role, **given, **made)
        tokens[name] = parts.run("account", "token", name, **given).stdout.strip()
    address = parts.web(**given)
    worker = parts.start("worker", **given)
    beat = parts.start("beat", **given)
    reply = client(address, tokens["huu-lung"]).file(report("LS-186-VHTT", PERIOD))
    assert reply.status == 201, reply
    seen = client(address, tokens["van-phong"])
    waiting(lambda: seen.status(PERIOD)["filing"]["received"] == 1, within_s=20, what="the report is counted")
    # Judged by work done, which the beat sees to.
    waiting(lambda: seen.get("/readyz").body["worked_s_ago"] is not None, within_s=20, what="the worker hears the beat")
    assert parts.run("healthcheck", "worker", **given).returncode == 0
    verified = json.loads(parts.run("status", "verify", "--json", **given).stdout)
    assert (verified["reports"], verified["differences"]) == (1, [])
    for part in (beat, worker):
        part.process.send_signal(signal.SIGTERM)
        assert part.process.wait(25) == 0, part.output()[-2000:]
