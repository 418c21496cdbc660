"""What the audit trail costs and how fast it answers: python bench/audit.py [--postgresql]

One database with a million audit entries and a hundred thousand reports that name violators, laid down
by bulk insert (a measure of reading, not of filing). Measured on it: sealing, checking, who saw a
person's record, a page of the trail, one entry about a read; then filings with and without a pass of
sealing going on beside them, in turns within one run. On PostgreSQL with fsync on.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from pathlib import Path

from psycopg import sql
from sqlalchemy import Connection
from sqlalchemy import Table
from sqlalchemy import insert
from sqlalchemy import text

from thidua.adapters.broker import SilentBell
from thidua.adapters.db import tables
from thidua.adapters.db.engine import make_engine
from thidua.adapters.db.options import DatabaseOptions
from thidua.adapters.db.schema import upgrade
from thidua.adapters.files import read_directory
from thidua.application.background.sample import file_sample
from thidua.application.background.sample import sample_units
from thidua.application.periods.campaigns import open_campaign
from thidua.application.periods.campaigns import open_period
from thidua.application.periods.directory import import_units
from thidua.application.ports.audit_ports import Sought
from thidua.application.ports.host import Host
from thidua.application.trail.auditing import note_alone
from thidua.application.trail.checking_trail import check_trail
from thidua.application.trail.reading_trail import Who
from thidua.application.trail.reading_trail import list_trail
from thidua.application.trail.reading_trail import who_saw
from thidua.application.trail.sealing import anchor_head
from thidua.application.trail.sealing import seal_waiting
from thidua.bootstrap import build_host
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.settings import load
from thidua_testkit.postgres import private_postgres

BEGAN = datetime(2021, 1, 1, tzinfo=UTC)
PERSON = "Nguyễn Văn Giấu Tên"
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Đặng", "Vi", "Nông", "Lý", "Hà")
GIVEN = ("An", "Bình", "Cường", "Dũng", "Đức", "Giang", "Hải", "Khánh", "Lâm", "Mơ", "Ngọc", "Phương", "Thủy", "Vân")
PAGE = 20_000


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--postgresql", action="store_true")
    asked.add_argument("--entries", type=int, default=1_000_000)
    asked.add_argument("--reports", type=int, default=100_000)
    asked.add_argument("--sealed", type=int, default=200_000)
    asked.add_argument("--filings", type=int, default=1000)
    given = asked.parse_args()
    for measure in ("filings", "answers"):
        with tempfile.TemporaryDirectory(prefix="thidua-audit-") as folder, _database(folder, given.postgresql) as url:
            upgrade(url)
            if measure == "filings" and given.filings:
                _filings(url, folder, given.filings)
            if measure == "answers":
                _large(url, folder, given)


def _large(url: str, folder: str, given: argparse.Namespace) -> None:
    host = _host(url, folder)
    _timed("laid down", lambda: _lay_down(url, given.entries, given.reports))
    _sealing(host, given.sealed)
    _answers(host)


def _sealing(host: Host, rows: int) -> None:
    wall, took = _timed("", lambda: seal_waiting(host, most_batches=rows // 1000))
    with host.work.reading() as work:
        head = work.trail.head()
    assert head is not None
    print(f"sealed {head.seq} rows: {_speed(head.seq, wall, took)}", flush=True)
    anchor_head(host)
    wall, took = _timed("", lambda: check_trail(host))
    found = check_trail(host)
    assert found.break_ is None, found.sentence
    print(f"checked {found.sealed} rows: {_speed(found.sealed, wall, took)}", flush=True)
    looks = _several(20, lambda: seal_waiting(host, most_batches=0))
    print(f"a pass that only looks: {looks}", flush=True)


def _answers(host: Host) -> None:
    who = Who(person=PERSON, since=BEGAN, until=BEGAN + timedelta(days=400))
    for loose in (False, True):
        asked = Who(person=who.person, loose=loose, since=who.since, until=who.until)
        wall, took = _timed("", lambda asked=asked: who_saw(host, None, asked))
        print(
            f"who saw a person, {'without' if loose else 'with'} diacritics: {wall:.1f} s, of that {took:.1f} s of "
            f"this process's processor time, {len(who_saw(host, None, asked))} times",
            flush=True,
        )
    for name, sought in (
        ("newest", Sought()),
        ("of one thing", Sought(thing=Thing.REPORT, key="77")),
        ("of one kind that is rare", Sought(act=Act.TRAIL_SHORTENED)),
        ("of one day", Sought(since=BEGAN + timedelta(days=100), until=BEGAN + timedelta(days=101))),
    ):
        print(
            f"a page of entries, {name}: {_several(5, lambda sought=sought: list_trail(host, None, sought))}",
            flush=True,
        )
    note = _several(300, lambda: note_alone(host, None, Act.READ_PEOPLE, Thing.REPORT, "7", revisions=[0]))
    print(f"one entry about a read, durable: {note}", flush=True)


def _filings(url: str, folder: str, count: int) -> None:
    """File in blocks, every second one with passes beside it as a worker makes them."""
    host = _host(url, folder)
    settings = load({"THIDUA_DATA": folder})
    start = datetime.fromisoformat("2021-03-10T09:00:00+07:00")
    units = sample_units(count, "district_culture_office", start - timedelta(days=800))
    import_units(host, (*read_directory(settings.units_dir).units, *units))
    open_campaign(host, "ATGT-2021")
    open_period(host, "ATGT-2021", "2021-Q1")
    with host.work.writing() as work:
        filer = work.accounts.add(
            name="bench", full_name="", position="", password_hash="", memberships=(), now=host.clock.now()
        )
        work.commit()
    with host.work.reading() as work:
        roster = list(work.campaigns.roster("ATGT-2021", "2021-Q1"))[:count]
    speeds: dict[bool, list[float]] = {False: [], True: []}
    block = 100
    for number, first in enumerate(range(0, len(roster) - block + 1, block)):
        with _sealing_beside(url, folder, runs=bool(number % 2)):
            began = time.perf_counter()
            for row in roster[first : first + block]:
                file_sample(host, row, account_id=filer, at=start)
            speeds[bool(number % 2)].append(block / (time.perf_counter() - began))
    without, beside = (statistics.median(speeds[each]) for each in (False, True))
    print(
        f"filings: {without:.0f}/s without, {beside:.0f}/s with sealing beside: ratio {beside / without:.2f} "
        f"(median of {len(speeds[True])} blocks each)",
        flush=True,
    )


@contextmanager
def _sealing_beside(url: str, folder: str, *, runs: bool) -> Iterator[None]:
    host, stopped = _host(url, folder), threading.Event()

    def seal() -> None:
        while not stopped.wait(5.0):
            seal_waiting(host)

    thread = threading.Thread(target=seal)
    if runs:
        thread.start()
    yield
    stopped.set()
    if runs:
        thread.join()


def _lay_down(url: str, entries: int, reports: int) -> None:
    rng = random.Random(9)
    engine = make_engine(url, DatabaseOptions(is_test=True, enforces_foreign_keys=False, statement_timeout_s=600))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        connection.execute(
            insert(tables.account),
            {
                "id": 1000,
                "name": "reader",
                "full_name": "Người đọc",
                "position": "",
                "password_hash": "",
                "created_at": BEGAN,
            },
        )
        _fill(connection, tables.report, reports, _report)
        _fill(connection, tables.report_revision, reports, lambda number: _revision(number, rng))
        _fill(connection, tables.audit_entry, entries, lambda number: _entry(number, reports, rng))
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    engine.dispose()


def _fill(connection: Connection, table: Table, count: int, make: Callable[[int], dict[str, object]]) -> None:
    for first in range(0, count, PAGE):
        connection.execute(insert(table), [make(number) for number in range(first, min(first + PAGE, count))])


#: Above the numbers of the filings that were measured.
_BASE = 100_000


def _report(number: int) -> dict[str, object]:
    return {
        "id": _BASE + number,
        "campaign_code": "ATGT-2021",
        "period_code": f"P{number % 12}",
        "unit_code": f"U{number}",
        "unit_type": "district_culture_office",
        "form_code": "A",
        "state": "submitted",
        "revision": 0,
        "first_received_at": BEGAN,
        "received_at": BEGAN,
        "version": 1,
        "head": "",
        "answered_late": False,
    }


def _revision(number: int, rng: random.Random) -> dict[str, object]:
    names = [f"{rng.choice(FAMILY)} Văn {rng.choice(GIVEN)} {rng.choice(GIVEN)}" for _ in range(2)]
    if number % 20_000 == 77:
        names[1] = PERSON
    rows = [
        {
            "case_id": f"V{place}",
            "occurred_on": "2021-01-05",
            "full_name": name,
            "staff_kind": "civil_servant",
            "behaviour": "other",
            "alcohol_band": None,
            "status": "pending",
            "handling": None,
            "decision_no": None,
        }
        for place, name in enumerate(names)
    ]
    fields = {f"figure_{place}": rng.randrange(1000) for place in range(60)}
    return {
        "id": _BASE + number,
        "report_id": _BASE + number,
        "number": 0,
        "form_version": 1,
        "schema_digest": "",
        "payload": {"fields": fields, "violations": rows, "remarks": "Đã thực hiện theo kế hoạch. " * 10},
        "channel": "web",
        "is_estimate": False,
        "filed_by": 1000,
        "received_at": BEGAN,
        "confirmed": [],
    }


def _entry(number: int, reports: int, rng: random.Random) -> dict[str, object]:
    is_read = number % 2 == 0
    return {
        "happened_at": BEGAN + timedelta(seconds=number * 25),
        "account_id": 1000,
        "act": "read_people" if is_read else rng.choice(("sign_in", "export", "evidence_added")),
        "thing": "report" if is_read else "account",
        "key": str(_BASE + rng.randrange(reports)),
        "outcome": "done",
        "door": "web",
        "request_id": f"{number:012x}",
        "network": f"10.0.{number % 200}.{number % 250}",
        "detail": {"revisions": [0]} if is_read else {},
    }


def _timed(name: str, act: Callable[[], object]) -> tuple[float, float]:
    """Run something; return seconds that passed and seconds of this process's processor time."""
    began, worked = time.perf_counter(), time.process_time()
    act()
    wall, took = time.perf_counter() - began, time.process_time() - worked
    if name:
        print(f"{name}: {wall:.0f} s", flush=True)
    return wall, took


def _speed(rows: int, wall: float, took: float) -> str:
    return f"{rows / wall:,.0f} rows/s, {rows / took:,.0f} a second of this process's processor time"


def _several(times: int, act: Callable[[], object]) -> str:
    runs = [_timed("", act) for _ in range(times)]
    wall, took = (statistics.median(run[place] for run in runs) * 1000 for place in (0, 1))
    return f"median {wall:.1f} ms, of that {took:.1f} ms of this process's processor time"


def _host(url: str, folder: str) -> Host:
    return build_host(
        load({"THIDUA_DATABASE_URL": url, "THIDUA_DATA": folder, "THIDUA_AUDIT_KEY": "a" * 40}),
        bell=SilentBell(),
        database=DatabaseOptions(statement_timeout_s=600),
    )


@contextmanager
def _database(folder: str, is_postgresql: bool) -> Iterator[str]:  # noqa: FBT001  a flag of the command
    if not is_postgresql:
        yield f"sqlite:///{Path(folder)}/audit.sqlite3"
        return
    with private_postgres(durable=True) as server:
        server.execute(sql.SQL("CREATE DATABASE audit"))
        yield server.url_of("audit")


if __name__ == "__main__":
    main()
