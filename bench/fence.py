"""What the second fence costs, on PostgreSQL with fsync on. One command: python bench/fence.py

The same program on copies of one database, in turn and in one run: as the owner of the tables, whom no
policy holds and who is told once that it may touch all; and as the role of the program, kept by row-level
security and told whose rows it may touch whenever that changes. Three parts: filings as the web's threads
do them, of another unit every time; the status of many units as the Office reads it; a backlog drained.

Printed are the least and the median of all turns, by the clock and in processor time of process and
server together: where other work takes turns on the same processors, only the latter says something.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Final

from engine import Taken
from engine import alone
from monthly import CAMPAIGN
from monthly import fill
from monthly import with_monthly
from psycopg import sql

from thidua.adapters.broker import SilentBell
from thidua.adapters.clock import SimulatedClock
from thidua.adapters.db import fence
from thidua.adapters.db.schema import upgrade
from thidua.application.background.drain import drain
from thidua.application.background.sample import sample_units
from thidua.application.people.bearer_tokens import actor_of_token
from thidua.application.people.sessions import digest_of
from thidua.application.periods.campaigns import open_campaign
from thidua.application.periods.campaigns import open_period
from thidua.application.periods.directory import import_units
from thidua.application.ports.host import Host
from thidua.application.ports.reach import NOTHING
from thidua.application.ports.reach import reach_of
from thidua.application.ports.rows import TokenRow
from thidua.application.reports.filing import file_report
from thidua.application.status.statuses import read_status
from thidua.bootstrap import build_host
from thidua.bootstrap import settle
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Role
from thidua.domain.reports import Channel
from thidua.forms.envelope import read_envelope
from thidua.settings import load
from thidua_testkit.postgres import PostgresServer
from thidua_testkit.postgres import let_roles_work
from thidua_testkit.postgres import private_postgres

START: Final = datetime.fromisoformat("2021-03-15T08:00:00+07:00")
SAMPLE: Final = json.loads((Path(__file__).parents[1] / "tests/samples/P01.json").read_text(encoding="utf-8"))
#: Filings of one turn: the least that the clock of the server's processes can tell apart.
BATCH: Final = 100
SIDES: Final = ("owner", "fenced")


def environ_of(url: str, folder: str, clock: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "THIDUA_DATA": folder,
        "THIDUA_DATABASE_URL": url,
        "THIDUA_SECRET_KEY": "x" * 40,
        "THIDUA_CLOCK": clock,
    }


class Copies:
    """Copies of a filled database, each reached as the owner or as the program."""

    def __init__(self, server: PostgresServer, name: str, folder: str, at: str) -> None:
        self._server, self._name, self._folder = server, name, folder
        self._clock = SimulatedClock(datetime.fromisoformat(at), datetime.now(UTC)).text
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        upgrade(server.url_of(name))
        let_roles_work(server.url_of(name))
        self.first = self._host(server.url_of(name))
        self._made = 0

    def copy(self, side: str) -> Host:
        self._made += 1
        self.first.work.close()  # type: ignore[attr-defined]  # the adapter's
        name = f"{self._name}_{self._made}"
        self._server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(self._name))
        )
        self._server.execute(sql.SQL("VACUUM ANALYZE"), name)  # type: ignore[arg-type]  # SQL is composed of itself
        return self._host(self._server.url_of(name) if side == "owner" else self._server.app_url_of(name))

    def _host(self, url: str) -> Host:
        return with_monthly(build_host(load(environ_of(url, self._folder, self._clock)), bell=SilentBell()))


def compare(label: str, found: dict[str, list[Taken]], each: int, unit: str) -> None:
    """Print both sides and their ratios; ``each`` is how many things one turn did."""
    for clock in ("cpu", "wall"):
        values = {side: sorted(getattr(taken, clock) / each for taken in found[side]) for side in SIDES}
        least = {side: values[side][0] for side in SIDES}
        middle = {side: statistics.median(values[side]) for side in SIDES}
        scale = {"µs": 1e6, "ms": 1e3, "s": 1}[unit]
        print(
            f"  {label:28}{clock:5}"
            f" least {least['owner'] * scale:9.1f} -> {least['fenced'] * scale:9.1f} {unit}"
            f" ({(least['fenced'] / least['owner'] - 1) * 100:+5.1f} %)"
            f"  median {middle['owner'] * scale:9.1f} -> {middle['fenced'] * scale:9.1f} {unit}"
            f" ({(middle['fenced'] / middle['owner'] - 1) * 100:+5.1f} %)",
            flush=True,
        )


def filings(server: PostgresServer, folder: str, turns: int) -> None:
    """File as the web does: token, then the rest within the reach of whose token it is."""
    copies = Copies(server, "filings", folder, START.isoformat())
    host = copies.first
    import_units(host, sample_units(BATCH, "district_culture_office", START - timedelta(days=400)))
    open_campaign(host, CAMPAIGN)
    code = host.catalogue.campaign(CAMPAIGN).periods[0].code
    open_period(host, CAMPAIGN, code)
    with host.work.writing() as work:
        for number in range(1, BATCH + 1):
            reporter = Membership(Role.UNIT_REPORTER, f"MAU-{number:05d}", date(2020, 1, 1))
            account = work.accounts.add(
                name=f"u{number}",
                full_name="Người nộp",
                position="",
                password_hash="",
                memberships=[reporter],
                now=START,
            )
            token = TokenRow(digest_of(f"token-{number}"), account, "", START, START + timedelta(days=999))
            work.accounts.add_token(token)
        work.commit()
    hosts = {side: copies.copy(side) for side in SIDES}

    def file(side: str, revision: int) -> None:
        for number in range(1, BATCH + 1):
            fields = {**SAMPLE["fields"], "difficulties": "Không có", "stations_total": 20}
            sent = {
                **SAMPLE,
                "fields": fields,
                "unit_code": f"MAU-{number:05d}",
                "period_code": code,
                "confirm_warnings": True,
            }
            if revision:
                sent |= {"revision": revision, "correction_reason": "Đếm lại."}
            envelope, _ = read_envelope(sent)
            assert envelope is not None
            # The owner has no reach to change: as before there was one.
            with nullcontext() if side == "owner" else fence.within(NOTHING):
                actor = actor_of_token(hosts[side], f"token-{number}")
                if side != "owner":
                    fence.let(reach_of(actor))
                file_report(hosts[side], actor, envelope, channel=Channel.API)

    found = in_turn(server, turns, lambda side, turn: lambda: file(side, turn))
    compare("a filing", found, BATCH, "µs")


def in_turn(
    server: PostgresServer, turns: int, work: Callable[[str, int], Callable[[], object]]
) -> dict[str, list[Taken]]:
    """Let both sides do each turn, one after the other, and the other first in the next; the first turn warms up."""
    found: dict[str, list[Taken]] = {side: [] for side in SIDES}
    for turn in range(turns + 1):
        for side in SIDES if turn % 2 else SIDES[::-1]:
            taken = alone(server, work(side, turn))
            if turn:
                found[side].append(taken)
    return found


def statuses(server: PostgresServer, folder: str, turns: int, units: int) -> None:
    """Read the status of many units, all of them and the page's hundred, as the Office."""
    copies = Copies(server, "statuses", folder, "2022-01-10T08:00:00+07:00")
    fill(copies.first, units=units, periods=1)
    while drain(copies.first, limit=2000):
        pass
    hosts = {side: copies.copy(side) for side in SIDES}
    office = Actor(1, "office", "", "", (Membership(Role.OFFICE, None, date(2019, 1, 1)),))
    code = copies.first.catalogue.campaign(CAMPAIGN).periods[0].code

    def read(side: str, most: int | None) -> None:
        with nullcontext() if side == "owner" else fence.within(reach_of(office)):
            for _ in range(10):
                read_status(hosts[side], office, CAMPAIGN, code, most_in_details=most)

    for label, most in (("status of the page", 100), ("status with every unit", None)):
        compare(label, in_turn(server, turns, lambda side, _turn, most=most: lambda: read(side, most)), 10, "ms")


def drains(server: PostgresServer, folder: str, turns: int, units: int, periods: int) -> None:
    """Drain one backlog again and again, each time in a fresh copy."""
    copies = Copies(server, "drains", folder, "2022-01-10T08:00:00+07:00")
    reports = fill(copies.first, units=units, periods=periods)

    def work(side: str, _turn: int) -> Callable[[], object]:
        host = copies.copy(side)

        def empty() -> None:
            while drain(host, limit=200):
                pass
            host.work.close()  # type: ignore[attr-defined]  # the adapter's

        return empty

    compare(f"drain of {reports} reports", in_turn(server, turns, work), 1, "s")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--turns", type=int, default=20)
    options.add_argument("--drains", type=int, default=5)
    options.add_argument("--size", default="1000x12")
    options.add_argument("--units", type=int, default=3321)
    options.add_argument("--parts", default="filings,statuses,drains")
    given = options.parse_args()
    settle()
    units, periods = map(int, given.size.split("x"))
    parts = given.parts.split(",")
    with private_postgres(durable=True) as server, tempfile.TemporaryDirectory() as folder:
        if "filings" in parts:
            filings(server, folder, given.turns)
        if "statuses" in parts:
            statuses(server, folder, given.turns, given.units)
        if "drains" in parts:
            drains(server, folder, given.drains, units, periods)


if __name__ == "__main__":
    main()
