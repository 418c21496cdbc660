"""Whether a filing costs the same however much is stored, and what a status page costs: python bench/flat.py

On PostgreSQL with fsync on, in one process. Three installations, each of twelve monthly periods of the
whole form A of which the first eleven are filed and accepted: 84 units (some 1 000 reports), 3 321 units
(some 38 000), and the same with finished campaigns beside it until a million reports are stored. In each,
some units file for the twelfth period, one after the other, each filing counted at once; then the pages of
the status are asked for, over the application with no server around it.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from datetime import date
from datetime import datetime

import psycopg
from monthly import CAMPAIGN
from monthly import SAMPLE
from monthly import fill
from monthly import with_monthly
from psycopg import sql

from thidua.adapters.broker import SilentBell
from thidua.adapters.clock import SimulatedClock
from thidua.adapters.db.schema import upgrade
from thidua.application.background.drain import drain_round
from thidua.application.background.verifying import verify
from thidua.application.periods.campaigns import open_period
from thidua.application.ports.host import Host
from thidua.application.reports.filing import file_report
from thidua.bootstrap import build_host
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Role
from thidua.domain.reports import Channel
from thidua.forms.envelope import read_envelope
from thidua.settings import load
from thidua.web.app import create_app
from thidua_testkit.postgres import PostgresServer
from thidua_testkit.postgres import private_postgres

PERIOD = "2021-M12"
FILED_BEFORE = 11
PASSWORD = "mật khẩu dài 15"
SINCE = date(2019, 1, 1)
#: What a finished campaign leaves behind, parents first; its keys go up by a stride.
TABLES = ("campaign", "period", "obligation", "report", "report_revision", "report_event")
DERIVED = ("fact", "rollup", "unit_filing", "rollup_shard", "status")
STRIDE = 1_000_000
KEYS = {"id", "report_id", "obligation_id"}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--units", type=int, default=3321)
    options.add_argument("--stored", type=int, default=1_000_000)
    options.add_argument("--filings", type=int, default=60)
    given = options.parse_args()
    base: float | None = None
    with private_postgres(durable=True) as server:
        for name, units, stored in (("few", 84, 0), ("many", given.units, given.stored)):
            with tempfile.TemporaryDirectory() as folder:
                environ = environ_of(server, name, folder)
                host = with_monthly(build_host(load(environ), bell=SilentBell()))
                prepare(host, units)
                base = measure(host, environ, given.filings, base)
                if stored:
                    copies = multiply(environ["THIDUA_DATABASE_URL"], stored)
                    print(f"({copies} finished campaigns laid beside)")
                    measure(host, environ, given.filings, base, first=given.filings)
                # Campaigns laid beside have no plugin, which is told as a difference of its own.
                differences = [each for each in verify(host).differences if not each.startswith("OLD-")]
                print(f"  verify: {len(differences)} differences")


def environ_of(server: PostgresServer, name: str, folder: str) -> dict[str, str]:
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = server.url_of(name)
    upgrade(url)
    return {
        "PATH": os.environ["PATH"],
        "THIDUA_DATA": folder,
        "THIDUA_DATABASE_URL": url,
        "THIDUA_SECRET_KEY": "x" * 40,
        "THIDUA_CLOCK": SimulatedClock(datetime.fromisoformat("2021-12-16T08:00:00+07:00"), datetime.now(UTC)).text,
    }


def prepare(host: Host, units: int) -> None:
    """File eleven periods, open the twelfth and take everything in."""
    fill(host, units=units, periods=FILED_BEFORE)
    open_period(host, CAMPAIGN, PERIOD)
    while drain_round(host, limit=200).applied:
        pass
    with host.work.writing() as work:
        work.accounts.add(
            name="officer",
            full_name="Văn phòng",
            position="",
            password_hash=host.passwords.hash(PASSWORD),
            memberships=(Membership(Role.OFFICE, None, SINCE),),
            now=host.clock.now(),
        )
        work.commit()


def measure(host: Host, environ: dict[str, str], filings: int, base: float | None, *, first: int = 0) -> float:
    """File and count, ask for pages; returns the milliseconds of a filing with its counting."""
    url = environ["THIDUA_DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
        stored = connection.execute("SELECT count(*) FROM report").fetchone()
        size = connection.execute("SELECT pg_size_pretty(pg_database_size(current_database()))").fetchone()
    with host.work.reading() as work:
        roster = [row.obligation for row in work.campaigns.roster(CAMPAIGN, PERIOD)]
    assert stored is not None
    assert size is not None
    print(f"{stored[0]} reports stored, {size[0]}, {len(roster)} units on the roster")
    filed, counted = [], []
    for number, obligation in enumerate(roster[first : first + filings]):
        fields = {**SAMPLE["fields"], "stations_total": 12, "stations_broadcasting": 10, "leaflets": number}
        envelope, findings = read_envelope(
            {**SAMPLE, "fields": fields, "unit_code": obligation.unit_code, "period_code": PERIOD}
        )
        assert envelope is not None, findings
        actor = Actor(1, "filer", "", "", (Membership(Role.UNIT_REPORTER, obligation.unit_code, SINCE),))
        filing = replace(envelope, confirm_warnings=True)
        filed.append(timed(lambda: file_report(host, actor, filing, channel=Channel.API)))  # noqa: B023  called at once
        counted.append(timed(lambda: drain_round(host)))
    both = [one + other for one, other in zip(filed, counted, strict=True)]
    cost = statistics.median(both)
    ratio = f"  {cost / base:.2f} of the first" if base else ""
    print(f"  one filing         {told(filed)}")
    print(f"  counting it        {told(counted)}")
    print(f"  both               {told(both)}{ratio}")
    pages(host, environ)
    return base or cost


def pages(host: Host, environ: dict[str, str]) -> None:
    client = create_app(host, load(environ)).test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text)
    assert token
    form = {"csrf_token": token[1], "name": "officer", "password": PASSWORD}
    assert client.post("/sign-in", data=form).status_code == 303
    for label, path in (
        ("status page", f"/campaigns/{CAMPAIGN}/status?period={PERIOD}"),
        ("its main part alone", f"/campaigns/{CAMPAIGN}/status/fragment?period={PERIOD}"),
    ):
        answers = [client.get(path) for _ in range(3)]
        assert {answer.status_code for answer in answers} == {200}
        times = [timed(lambda: client.get(path)) for _ in range(30)]  # noqa: B023  called at once
        print(f"  {label:18} {told(times)}  {len(answers[0].data) // 1024} KiB")


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def told(times: list[float]) -> str:
    ordered = sorted(times)
    return f"p50 {ordered[len(ordered) // 2]:6.1f} ms  p95 {ordered[int(len(ordered) * 0.95)]:6.1f} ms"


def multiply(url: str, wanted: int) -> int:
    """Lay finished campaigns of the same reports beside until so many are stored; returns how many campaigns."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET session_replication_role = replica")
        here = connection.execute("SELECT count(*) FROM report").fetchone()
        assert here is not None
        copies = max(0, -(-(wanted - here[0]) // here[0]))
        for table in (*TABLES, *DERIVED):
            columns = [
                row[0]
                for row in connection.execute(
                    "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
                    " AND table_schema = 'public' ORDER BY ordinal_position",
                    (table,),
                )
            ]
            code = "code" if table == "campaign" else "campaign_code"
            values = [
                sql.SQL("{} + copy * {}").format(sql.Identifier(name), sql.Literal(STRIDE))
                if name in KEYS
                else sql.SQL("'OLD-' || copy")
                if name == code
                else sql.SQL("NULL")
                if name == "idempotency_key"
                else sql.Identifier(name)
                for name in columns
            ]
            only = (
                sql.SQL("WHERE {} = {}").format(sql.Identifier(code), sql.Literal(CAMPAIGN))
                if code in columns
                else sql.SQL("WHERE report_id < {}").format(sql.Literal(STRIDE))
            )
            connection.execute(
                sql.SQL(
                    "INSERT INTO {table} ({names})"
                    " SELECT {values} FROM {table}, generate_series(1, {copies}) AS copy {only}"
                ).format(
                    table=sql.Identifier(table),
                    names=sql.SQL(", ").join(map(sql.Identifier, columns)),
                    values=sql.SQL(", ").join(values),
                    copies=sql.Literal(copies),
                    only=only,
                )
            )
    return copies


if __name__ == "__main__":
    main()
