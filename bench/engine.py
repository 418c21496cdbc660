"""How fast what was filed is counted, on PostgreSQL with fsync on. One command: python bench/engine.py

In one run on one database: a backlog of every event of ``--units`` x ``--periods`` reports drained
by two processes side by side, a full rebuild by the same two, one filing counted with all that
stored, the status read, and the floor: reading the payloads those counts come from, and one bare
GROUP BY over as many narrow rows.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC
from datetime import date
from datetime import datetime
from multiprocessing.pool import Pool

import psycopg
from monthly import CAMPAIGN
from monthly import fill
from monthly import with_monthly
from psycopg import sql

from thidua.adapters.broker import SilentBell
from thidua.adapters.clock import SimulatedClock
from thidua.adapters.db.schema import upgrade
from thidua.application.drain import drain
from thidua.application.host import Host
from thidua.application.job_kinds import REBUILD
from thidua.application.job_kinds import JobOptions
from thidua.application.job_running import work_on_jobs
from thidua.application.jobs import ask_for_job
from thidua.application.statuses import read_status
from thidua.application.verifying import verify
from thidua.bootstrap import build_host
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Role
from thidua.settings import load
from thidua_testkit.postgres import private_postgres

BATCH = 200


def host_of(environ: dict[str, str]) -> Host:
    return with_monthly(build_host(load(environ), bell=SilentBell()))


def empty_outbox(environ: dict[str, str]) -> tuple[int, int]:
    """Drain until nothing is left; returns (events, most resident KiB)."""
    host = host_of(environ)
    applied = 0
    while batch := drain(host, limit=BATCH):
        applied += batch
    return applied, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def rebuild(asked: tuple[dict[str, str], str]) -> int:
    """Do pieces of the open rebuild until none is left; returns how many."""
    environ, worker = asked
    host, pieces = host_of(environ), 0
    for _ in range(100):
        pieces += work_on_jobs(host, worker, JobOptions()).pieces
        with host.work.reading() as work:
            if not work.jobs.open():
                break
        # The other has the last piece of a stage.
        time.sleep(0.05)
    return pieces


def timed(label: str, work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    took = time.perf_counter() - started
    print(f"  {label:58} {took:8.2f} s", flush=True)
    return took


def floor(url: str, values: int) -> float:
    """Read every payload, and group as many narrow rows as the payloads hold values."""
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TEMPORARY TABLE narrow (unit int, period int, field int, value bigint)")
        connection.execute(
            "INSERT INTO narrow SELECT n %% 1000, n %% 12, n %% 35, n %% 97 FROM generate_series(1, %s) AS n", (values,)
        )
        started = time.perf_counter()
        with connection.cursor("payloads") as cursor:
            cursor.itersize = 2000
            cursor.execute("SELECT payload FROM report_revision")
            for (payload,) in cursor:
                json.loads(payload) if isinstance(payload, str) else payload
        connection.execute("SELECT period, field, sum(value) FROM narrow GROUP BY period, field").fetchall()
        return time.perf_counter() - started


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--units", type=int, default=1000)
    options.add_argument("--periods", type=int, default=12)
    options.add_argument("--workers", type=int, default=2)
    given = options.parse_args()
    with private_postgres(durable=True) as server, tempfile.TemporaryDirectory() as folder:
        server.execute(sql.SQL("CREATE DATABASE engine"))
        url = server.url_of("engine")
        environ = {
            "PATH": os.environ["PATH"],
            "THIDUA_DATA": folder,
            "THIDUA_DATABASE_URL": url,
            "THIDUA_SECRET_KEY": "x" * 40,
            # With its anchor, so that all processes read the same time.
            "THIDUA_CLOCK": SimulatedClock(datetime.fromisoformat("2022-01-10T08:00:00+07:00"), datetime.now(UTC)).text,
        }
        upgrade(url)
        host = host_of(environ)
        print(f"{given.units} units x {given.periods} periods, {given.workers} processes, batches of {BATCH}")
        reports = 0

        def prepare() -> None:
            nonlocal reports
            reports = fill(host, units=given.units, periods=given.periods)

        timed("(filling the ledger)", prepare)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ANALYZE")
        values = reports * 35
        with multiprocessing.get_context("spawn").Pool(given.workers) as pool:
            warm(pool, environ, given.workers)
            events, took, memory = backlog(pool, environ, given.workers)
            print(f"  {'drain of the backlog':58} {took:8.2f} s  {events / took:9.0f} events/s  {memory // 1024} MiB")
            base = floor(url, values)
            print(f"  {'floor: read the payloads, group the values':58} {base:8.2f} s")
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("TRUNCATE fact, rollup, rollup_shard")
            ask_for_job(host, None, REBUILD)
            asked = [(environ, f"bench/{number}") for number in range(given.workers)]
            took = timed("full rebuild, nothing stored", lambda: pool.map(rebuild, asked, chunksize=1))
            print(f"  {'against the floor':58} {took / base:8.1f} times")
            ask_for_job(host, None, REBUILD)
            timed("full rebuild, all stored already", lambda: pool.map(rebuild, asked, chunksize=1))
        differences = verify(host).differences
        print(f"  verify: {len(differences)} differences {differences[:3]}")
        actor = Actor(1, "office", "", "", (Membership(Role.OFFICE, None, date(2019, 1, 1)),))
        newest = host.catalogue.campaign(CAMPAIGN).periods[given.periods - 1].code
        timed("one status read", lambda: read_status(host, actor, CAMPAIGN, newest))
        timed("one status read", lambda: read_status(host, actor, CAMPAIGN, newest))


def warm(pool: Pool, environ: dict[str, str], workers: int) -> None:
    """Have every process load the plugins before the clock runs."""
    pool.map(touch, [environ] * workers, chunksize=1)


def touch(environ: dict[str, str]) -> None:
    host_of(environ)


def backlog(pool: Pool, environ: dict[str, str], workers: int) -> tuple[int, float, int]:
    started = time.perf_counter()
    done = pool.map(empty_outbox, [environ] * workers, chunksize=1)
    took = time.perf_counter() - started
    return sum(events for events, _ in done), took, max(memory for _, memory in done)


if __name__ == "__main__":
    main()
