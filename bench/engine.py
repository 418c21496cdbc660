"""How fast what was filed is counted, on PostgreSQL with fsync on. One command: python bench/engine.py

For each of ``--sizes`` (units x periods), in one run on one database: a backlog of every event drained
by two processes side by side, a full rebuild by the same two with nothing stored and with everything
stored, the documents alone, the status read, and the floor: one process that reads and parses the
payloads those counts come from, and one bare GROUP BY over as many narrow rows. Repeated ``--repeats``
times in turn, of which the least is printed: what other work takes from a machine only adds.

``cpu`` is processor time of the processes and of the whole database server, from ``/proc``: it may be
compared where other work takes turns on the same processors.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC
from datetime import date
from datetime import datetime
from functools import cache
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Final
from typing import NamedTuple

import psycopg
from monthly import CAMPAIGN
from monthly import fill
from monthly import with_monthly
from psycopg import sql

from thidua.adapters.broker import SilentBell
from thidua.adapters.clock import SimulatedClock
from thidua.adapters.db.schema import upgrade
from thidua.application.background.drain import drain
from thidua.application.background.job_kinds import REBUILD
from thidua.application.background.job_kinds import JobOptions
from thidua.application.background.job_running import work_on_jobs
from thidua.application.background.jobs import ask_for_job
from thidua.application.background.rebuilding import rebuild_document
from thidua.application.background.verifying import verify
from thidua.application.ports.host import Host
from thidua.application.status.statuses import read_status
from thidua.bootstrap import build_host
from thidua.bootstrap import settle
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Role
from thidua.settings import load
from thidua_testkit.postgres import PostgresServer
from thidua_testkit.postgres import private_postgres

BATCH: Final = 200
PROCESSES: Final = 2
_TICKS: Final = os.sysconf("SC_CLK_TCK")
#: Numbers of one report, for the floor.
_NUMBERS: Final = 35


#: Settings and name of each process.
Asked = list[tuple[dict[str, str], str]]


class Taken(NamedTuple):
    """What something took: seconds by the clock, and of processor."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:8.2f} s {self.cpu:8.2f} s cpu"


class Part(NamedTuple):
    """What one process did: events or pieces, processor seconds, most resident KiB."""

    done: int
    cpu: float
    memory: int


@cache
def _host(settings: tuple[tuple[str, str], ...]) -> Host:
    host = with_monthly(build_host(load(dict(settings)), bell=SilentBell()))
    settle()
    return host


def host_of(environ: dict[str, str]) -> Host:
    """Return this process's host, built once, as a worker has it."""
    return _host(tuple(environ.items()))


def touch(environ: dict[str, str]) -> None:
    """Load the plugins and connect."""
    with host_of(environ).work.reading() as work:
        work.jobs.open()
    # Long enough for every other process to be given one.
    time.sleep(0.5)


def empty_outbox(asked: tuple[dict[str, str], str]) -> Part:
    """Drain until nothing is left."""
    host, applied, before = host_of(asked[0]), 0, time.process_time()
    while batch := drain(host, limit=BATCH):
        applied += batch
    return Part(applied, time.process_time() - before, most_resident())


def rebuild(asked: tuple[dict[str, str], str]) -> Part:
    """Do pieces of the open rebuild until none is left."""
    environ, worker = asked
    host, pieces, before = host_of(environ), 0, time.process_time()
    while True:
        pieces += work_on_jobs(host, worker, JobOptions()).pieces
        with host.work.reading() as work:
            if not work.jobs.open():
                break
        # The other has the last piece of a stage.
        time.sleep(0.01)
    return Part(pieces, time.process_time() - before, most_resident())


def most_resident() -> int:
    """Return the most that this process had in memory, in KiB; ``getrusage`` tells its parent's where that was more."""
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1])


def processor_of(server: PostgresServer) -> float:
    """Return the processor seconds of a server and all its processes, those that ended included."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        # A process may end while it is looked at.
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(stat.parent.name) == server.pid:
                ticks += sum(map(int, fields[11:15]))
            elif int(fields[1]) == server.pid:
                ticks += sum(map(int, fields[11:13]))
    return ticks / _TICKS


def together(
    pool: Pool, server: PostgresServer, work: Callable[[tuple[dict[str, str], str]], Part], asked: Asked
) -> tuple[Taken, list[Part]]:
    """Have every process do its part side by side."""
    before, started = processor_of(server), time.perf_counter()
    parts = pool.map(work, asked, chunksize=1)
    took = time.perf_counter() - started
    return Taken(took, sum(part.cpu for part in parts) + processor_of(server) - before), parts


def alone(server: PostgresServer, work: Callable[[], object]) -> Taken:
    """Do something in this process."""
    before, own, started = processor_of(server), time.process_time(), time.perf_counter()
    work()
    took = time.perf_counter() - started
    return Taken(took, time.process_time() - own + processor_of(server) - before)


def floor(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Read every payload, and group as many narrow rows as the payloads hold numbers."""
    with connection.transaction(), connection.cursor("payloads") as cursor:
        cursor.itersize = 2000
        cursor.execute("SELECT payload FROM report_revision")
        for (payload,) in cursor:
            assert isinstance(payload, dict), "parsed, by the standard library"
    connection.execute("SELECT period, field, sum(value) FROM narrow GROUP BY period, field").fetchall()


def least(found: list[Taken]) -> Taken:
    return Taken(min(each.wall for each in found), min(each.cpu for each in found))


def say(label: str, taken: Taken, more: str = "") -> None:
    print(f"  {label:42}{taken}  {more}", flush=True)


def measure(server: PostgresServer, pool: Pool, environ: dict[str, str], size: tuple[int, int], repeats: int) -> None:
    """Fill one database and print what counting it takes."""
    units, periods = size
    url = environ["THIDUA_DATABASE_URL"]
    upgrade(url)
    host = host_of(environ)
    reports = fill(host, units=units, periods=periods)
    print(f"{units} units x {periods} periods, {reports} reports", flush=True)
    asked = [(environ, f"bench/{number}") for number in range(PROCESSES)]
    pool.map(touch, [environ] * PROCESSES, chunksize=1)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CREATE TEMPORARY TABLE narrow (unit int, period int, field int, value bigint)")
        connection.execute(
            "INSERT INTO narrow SELECT n %% 1000, n %% 12, n %% 35, n %% 97 FROM generate_series(1, %s) AS n",
            (reports * _NUMBERS,),
        )
        taken, parts = together(pool, server, empty_outbox, asked)
        events = sum(part.done for part in parts)
        say("drain of the backlog", taken, f"{events / taken.wall:.0f} events/s, {_mib(parts)} MiB")
        floors: list[Taken] = []
        empty: list[Taken] = []
        full: list[Taken] = []
        for _ in range(repeats):
            floors.append(alone(server, lambda: floor(connection)))
            for found, is_empty in ((empty, True), (full, False)):
                if is_empty:
                    connection.execute("TRUNCATE fact, rollup, rollup_shard")
                ask_for_job(host, None, REBUILD)
                taken, parts = together(pool, server, rebuild, asked)
                found.append(taken)
        base = least(floors)
        say("floor", base)
        for label, found in (("full rebuild, nothing stored", empty), ("full rebuild, all stored already", full)):
            taken = least(found)
            say(label, taken, f"{taken.wall / base.wall:.1f} times the floor, cpu {taken.cpu / base.cpu:.1f} times")
        print(f"  {'memory of a rebuilding process':42}{_mib(parts):8} MiB")
    codes = [period.code for period in host.catalogue.campaign(CAMPAIGN).periods[:periods]]
    say("of a rebuild, its documents, one process", alone(server, lambda: documents(host, codes)))
    differences = verify(host).differences
    print(f"  verify: {len(differences)} differences {differences[:3]}")
    actor = Actor(1, "office", "", "", (Membership(Role.OFFICE, None, date(2019, 1, 1)),))
    say(
        "one status read",
        least([alone(server, lambda: read_status(host, actor, CAMPAIGN, codes[-1])) for _ in range(3)]),
    )


def documents(host: Host, codes: list[str]) -> None:
    for code in codes:
        rebuild_document(host, CAMPAIGN, code)


def _mib(parts: list[Part]) -> int:
    return max(part.memory for part in parts) // 1024


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", nargs="*", default=["1000x12", "3321x12"])
    options.add_argument("--repeats", type=int, default=3)
    given = options.parse_args()
    with private_postgres(durable=True) as server, tempfile.TemporaryDirectory() as folder:
        print(f"{PROCESSES} processes, rounds of {BATCH}, pieces of {JobOptions().rebuild_batch} units")
        for size in given.sizes:
            units, periods = map(int, size.split("x"))
            name = f"engine_{size}"
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            environ = {
                "PATH": os.environ["PATH"],
                "THIDUA_DATA": folder,
                "THIDUA_DATABASE_URL": server.url_of(name),
                "THIDUA_SECRET_KEY": "x" * 40,
                # With its anchor, so that all processes read the same time.
                "THIDUA_CLOCK": SimulatedClock(
                    datetime.fromisoformat("2022-01-10T08:00:00+07:00"), datetime.now(UTC)
                ).text,
            }
            # Processes of its own for each size: what they held of the one before is no part of it.
            with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
                measure(server, pool, environ, (units, periods), given.repeats)


if __name__ == "__main__":
    main()
