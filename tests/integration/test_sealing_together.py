"""Many processes write and seal at once: one chain comes of it, without a fork and without a gap."""

from __future__ import annotations

import multiprocessing
from datetime import datetime
from typing import Final

from sqlalchemy import text
from tampered_trail import NOON
from tampered_trail import attacker
from tampered_trail import seals

from thidua.application.trail.auditing import note
from thidua.application.trail.checking_trail import check_trail
from thidua.application.trail.sealing import anchor_head
from thidua.application.trail.sealing import seal_waiting
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua_testkit.installation import an_installation
from thidua_testkit.installation import beside

_PROCESSES: Final = 8
_ENTRIES: Final = 24


def _write_and_seal(url: str, now: datetime, number: int) -> None:
    here = beside(url, at=now)
    for entry in range(_ENTRIES):
        with here.host.work.writing() as work:
            note(here.host, work, None, Act.EXPORT, Thing.REPORT, f"{number}-{entry}")
            # One in four is given up, and leaves a gap in the numbers.
            if entry % 4 != 3:
                work.commit()
        seal_waiting(here.host)


def test_eight_processes_make_one_chain(database_url: str) -> None:
    here = an_installation(database_url, at=NOON)
    context = multiprocessing.get_context("spawn")
    processes = [
        context.Process(target=_write_and_seal, args=(database_url, NOON, number)) for number in range(_PROCESSES)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(500)
    assert [process.exitcode for process in processes] == [0] * _PROCESSES
    seal_waiting(here.host)
    anchor_head(here.host)
    with attacker(database_url) as connection:
        stored = seals(connection)
        entries = connection.execute(text("SELECT count(*) FROM audit_entry WHERE act = 'export'")).scalar_one()
    assert entries == _PROCESSES * _ENTRIES * 3 // 4
    assert [each["seq"] for each in stored] == list(range(1, len(stored) + 1))
    assert len(stored) >= entries
    assert check_trail(here.host).break_ is None
