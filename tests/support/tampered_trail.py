"""A trail with rows in all its tables, and ways to tamper with it as whoever has the database can."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy import insert
from sqlalchemy import select
from sqlalchemy import text

from thidua.adapters.db.engine import make_engine
from thidua.adapters.db.options import DatabaseOptions
from thidua.adapters.db.tables import audit_entry
from thidua.adapters.db.tables import audit_seal
from thidua.application.periods.obligations import Wish
from thidua.application.periods.obligations import change_obligation
from thidua.application.reports.filing import file_report
from thidua.application.trail.auditing import note
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.reports import Channel
from thidua.domain.reports import ObligationChangeKind
from thidua.forms.envelope import read_envelope
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation
from thidua_testkit.postgres import owners_address

SAMPLE = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))
FIGURES = SAMPLE["fields"] | {"stations_total": 12, "stations_broadcasting": 10, "radio_items": 26}
CAMPAIGN, PERIOD = "ATGT-2021", "2021-Q1"
UNITS = ("LS-186-VHTT", "LS-187-VHTT")
NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")


def write_entries(here: Installation, count: int, *, every: timedelta = timedelta(seconds=1)) -> None:
    """Write some audit entries, a transaction each, the clock going on."""
    office = here.office()
    for number in range(count):
        here.clock.instant += every
        with here.host.work.writing() as work:
            note(here.host, work, office, Act.READ_PEOPLE, Thing.REPORT, str(number), revisions=[number])
            work.commit()


def a_trail(database_url: str, entries: int = 30) -> Installation:
    """Build an installation whose three sealed tables have rows."""
    here = an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,))
    write_entries(here, entries // 2)
    for unit in UNITS:
        envelope, findings = read_envelope({**SAMPLE, "unit_code": unit, "fields": FIGURES, "confirm_warnings": True})
        assert envelope is not None, findings
        file_report(here.host, here.reporter(unit), envelope, channel=Channel.API)
    for days in (0, 1):
        change_obligation(
            here.host,
            here.office(),
            campaign_code=CAMPAIGN,
            period_code=PERIOD,
            unit_code=UNITS[1],
            wish=Wish(
                kind=ObligationChangeKind.EXTENDED,
                reason="Mưa lũ",
                document_number="12/CV",
                requested_by="UBND huyện",
                ends_at=NOON + timedelta(days=20 + days),
            ),
        )
    write_entries(here, entries - entries // 2)
    return here


@contextmanager
def attacker(url: str) -> Iterator[Connection]:
    """Open the database as its owner, with every trigger out of the way for good."""
    engine = make_engine(owners_address(url), DatabaseOptions(is_test=True, enforces_foreign_keys=False))
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                for name in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars():
                    connection.execute(text(f"DROP TRIGGER {name}"))
            else:
                connection.execute(text("SET session_replication_role = replica"))
            yield connection
    finally:
        engine.dispose()


def seals(connection: Connection) -> list[dict[str, object]]:
    """Return all seals as they are stored."""
    return [dict(row._mapping) for row in connection.execute(select(audit_seal).order_by(audit_seal.c.seq))]


def edit_row(connection: Connection, seq: int) -> None:
    """Change a word in the row that a seal covers."""
    source, key = _target(connection, seq)
    column = {"audit_entry": "key", "report_event": "note", "obligation_change": "reason"}[source]
    connection.execute(text(f"UPDATE {source} SET {column} = {column} || ' ' WHERE id = {key}"))


def delete_row(connection: Connection, seq: int) -> None:
    """Take a row away and leave its seal."""
    source, key = _target(connection, seq)
    connection.execute(text(f"DELETE FROM {source} WHERE id = {key}"))


def delete_both(connection: Connection, seq: int) -> None:
    """Take a row and its seal away and close the gap, so that the numbers are whole."""
    delete_row(connection, seq)
    connection.execute(text(f"DELETE FROM audit_seal WHERE seq = {seq}"))
    last = connection.execute(text("SELECT max(seq) FROM audit_seal")).scalar_one()
    for each in range(seq + 1, last + 1):
        connection.execute(text(f"UPDATE audit_seal SET seq = {each - 1} WHERE seq = {each}"))


def insert_backdated(connection: Connection, seq: int) -> int:
    """Put in an audit entry as of a day before, with a free id, as if it had always been there."""
    at = connection.execute(select(audit_seal.c.sealed_at).where(audit_seal.c.seq == seq)).scalar_one()
    values = {
        "happened_at": at - timedelta(days=1),
        "act": "sign_in",
        "thing": "account",
        "key": "1",
        "outcome": "done",
        "door": "web",
        "request_id": "",
        "network": "",
        "detail": {},
    }
    return int(connection.execute(insert(audit_entry).values(values).returning(audit_entry.c.id)).scalar_one())


def insert_sealed(connection: Connection, seq: int) -> None:
    """Put in an entry with a seal of the attacker's own making, and move the others on."""
    key = insert_backdated(connection, seq)
    last = connection.execute(text("SELECT max(seq) FROM audit_seal")).scalar_one()
    for each in range(last, seq - 1, -1):
        connection.execute(text(f"UPDATE audit_seal SET seq = {each + 1} WHERE seq = {each}"))
    neighbour = next(each for each in seals(connection) if each["seq"] == seq + 1)
    connection.execute(
        insert(audit_seal).values(
            {**neighbour, "seq": seq, "source": "audit_entry", "source_id": key, "digest": "0" * 64}
        )
    )


def swap_seals(connection: Connection, one: int, other: int) -> None:
    """Let two seals change places."""
    for old, new in ((one, -1), (other, one), (-1, other)):
        connection.execute(text(f"UPDATE audit_seal SET seq = {new} WHERE seq = {old}"))


def swap_rows(connection: Connection, one: int, other: int) -> None:
    """Let two rows of one table change places."""
    (table, first), (_, second) = _target(connection, one), _target(connection, other)
    for old, new in ((first, -1), (second, first), (-1, second)):
        connection.execute(text(f"UPDATE {table} SET id = {new} WHERE id = {old}"))


def cut_tail(connection: Connection, seq: int) -> None:
    """Take away every row from a seal on, with the seals."""
    for each in seals(connection):
        if int(str(each["seq"])) >= seq:
            connection.execute(text(f"DELETE FROM {each['source']} WHERE id = {each['source_id']}"))
    connection.execute(text(f"DELETE FROM audit_seal WHERE seq >= {seq}"))


def rewrite(connection: Connection, seq: int) -> None:
    """Change a row and write the chain anew from there, as well as it goes without the key."""
    edit_row(connection, seq)
    previous = next((str(each["digest"]) for each in seals(connection) if each["seq"] == seq - 1), "")
    for each in seals(connection):
        if int(str(each["seq"])) >= seq:
            previous = hashlib.sha256(f"{previous}{each}".encode()).hexdigest()
            connection.execute(text(f"UPDATE audit_seal SET digest = '{previous}' WHERE seq = {each['seq']}"))


def _target(connection: Connection, seq: int) -> tuple[str, int]:
    row = connection.execute(select(audit_seal).where(audit_seal.c.seq == seq)).one()
    return row.source, row.source_id
