"""What a status as of a past moment costs, and how much memory it takes: python bench/past.py --units 16 400 3321

For each number of units, an installation of twelve monthly periods of the whole form A, everything
filed and every second report accepted, on SQLite or, with ``--postgresql``, on PostgreSQL with fsync on.
The twelfth period's status is computed in a process of its own, whose memory is then that of the
computation: told as the peak, and as what it is above a status of no reports at all.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from monthly import CAMPAIGN
from monthly import fill
from monthly import with_monthly
from psycopg import sql

from thidua.adapters.broker import SilentBell
from thidua.adapters.db.schema import upgrade
from thidua.application.ports.host import Host
from thidua.application.status.past_statuses import past_status
from thidua.bootstrap import build_host
from thidua.domain.accounts import Actor
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Role
from thidua.settings import load
from thidua_testkit.postgres import private_postgres

PERIOD = "2021-M12"
#: More units than a page tells one by one.
MOST_IN_DETAILS = 60


def main() -> None:
    """Measure each size and print one line for it."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--units", type=int, nargs="+", default=[16, 400])
    asked.add_argument("--postgresql", action="store_true")
    asked.add_argument("--compute", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.compute:
        _compute(given.compute)
        return
    for units in given.units:
        with tempfile.TemporaryDirectory(prefix="thidua-past-") as folder, _database(folder, given.postgresql) as url:
            upgrade(url)
            reports = fill(_host(url), units=units, periods=12)
            command = [sys.executable, __file__, "--compute", url]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
            print(f"{units} units, {reports} reports: {told}", flush=True)


def _compute(url: str) -> None:
    host = _host(url)
    now = host.clock.now()
    reader = Actor(0, "bench", "", "", (Membership(Role.OFFICE, None, date(2019, 1, 1)),))
    past_status(host, reader, CAMPAIGN, "2021-M01", at=host.clock.now(), most_reports=None, most_in_details=0)
    empty = _peak_mb()
    took = []
    for most in (MOST_IN_DETAILS, None):
        began = time.perf_counter()
        past_status(host, reader, CAMPAIGN, PERIOD, at=now, most_reports=None, most_in_details=most)
        took.append((time.perf_counter() - began, _peak_mb()))
    (page, page_mb), (whole, whole_mb) = took
    print(
        f"as a page has it {page:.1f} s, peak {page_mb} MB (one period before: {empty} MB); "
        f"with every unit's figures, as the API has it, {whole:.1f} s, peak {whole_mb} MB"
    )


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _host(url: str) -> Host:
    keys = {"THIDUA_SECRET_KEY": "x" * 40, "THIDUA_AUDIT_KEY": "a" * 40}
    environ = {"THIDUA_DATABASE_URL": url, "THIDUA_DATA": "/nonexistent", **keys}
    return with_monthly(build_host(load(environ), bell=SilentBell()))


@contextmanager
def _database(folder: str, is_postgresql: bool) -> Iterator[str]:  # noqa: FBT001  the command line's flag
    if not is_postgresql:
        yield f"sqlite:///{Path(folder) / 'bench.db'}"
        return
    with private_postgres(durable=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier("bench")))
        yield server.url_of("bench")


if __name__ == "__main__":
    main()
