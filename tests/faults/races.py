"""Races in the database: many at once on either engine, without servers around: F20 to F24."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import text

from tests.faults.outcome import Budget
from tests.faults.outcome import Outcome
from tests.faults.seams import seamed
from tests.faults.site import CAMPAIGN
from tests.faults.site import PERIOD
from tests.faults.site import START
from tests.faults.site import envelope
from thidua.application.background.drain import drain_round
from thidua.application.background.sample import sample_units
from thidua.application.background.verifying import verify
from thidua.application.periods.directory import import_units
from thidua.application.ports.host import Host
from thidua.application.reports.filing import file_report
from thidua.domain.accounts import Actor
from thidua.domain.errors import ConflictError
from thidua.domain.errors import UnavailableError
from thidua.domain.reports import Channel
from thidua.domain.reports import Receipt
from thidua.forms.envelope import read_envelope
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

__all__ = [
    "at_once",
    "close_over",
    "delivered_often",
    "drained_by_many",
    "file_one",
    "late_commit",
    "note_failures",
    "rows",
    "sent_at_once",
    "site_on",
    "unit_code",
]

_NOON = START + timedelta(hours=4)
_JOIN_S = 120.0


def site_on(url: str, units: int) -> Installation:
    """Open the campaign for some units, besides those of the province, on a migrated database."""
    here = an_installation(url, at=_NOON)
    import_units(here.host, sample_units(units, "district_culture_office", START - timedelta(days=400)))
    return an_installation(url, at=_NOON, campaign=CAMPAIGN, periods=(PERIOD,))


def unit_code(number: int) -> str:
    return f"MAU-{number + 1:05d}"


def file_one(host: Host, actor: Actor, unit: str, revision: int, mark: str, key: str | None = None) -> Receipt:
    told = envelope(unit, revision, mark)
    read, findings = read_envelope(told)
    assert read is not None, findings
    digest: str | None = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return file_report(
        host, actor, read, channel=Channel.API, idempotency_key=key, request_digest=digest if key else None
    )


def rows(host: Host, statement: str, **given: Any) -> list[Any]:
    with host.work.glancing() as work:
        return list(work._connection.execute(text(statement), given).all())  # type: ignore[attr-defined]


def at_once(acts: Sequence[Callable[[], object]]) -> list[object]:
    """Do all at the same moment; returns what each gave or raised."""
    barrier = threading.Barrier(len(acts))
    found: list[object] = [None] * len(acts)

    def run(place: int) -> None:
        barrier.wait()
        try:
            found[place] = acts[place]()
        except Exception as error:  # noqa: BLE001  told to the caller
            found[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_JOIN_S)
    return found


def close_over(here: Installation, outcome: Outcome) -> Outcome:
    """Count everything and compare."""
    here.drain()
    found = verify(here.host)
    outcome.add(differences=len(found.differences))
    outcome.violations += [f"I4 {each}" for each in found.differences[:5]]
    if found.waiting:
        outcome.violations.append(f"I3 changes of {found.waiting} units still wait")
    return outcome


def delivered_often(url: str, budget: Budget) -> Outcome:
    """F20: each bell is heard 1 to 50 times, by two at once; a tenth of all changes comes again."""
    outcome, chance = Outcome(), random.Random(budget.seed)
    here = site_on(url, units := 20)
    revisions = Counter[str]()
    for number in budget:
        unit = unit_code(chance.randrange(units))
        file_one(here.host, here.reporter(unit), unit, revisions[unit], f"lần {number}")
        revisions[unit] += 1
        bells = chance.randint(1, 50)
        outcome.add(filed=1, bells=bells)
        note_failures(at_once([partial(_hear, here.host, bells // 2 + 1)] * 2), outcome)
        if number % 10 == 9:
            here.drain()
            before = _digests(here)
            again = _replay(here, chance)
            outcome.add(replayed=again)
            here.drain()
            if _digests(here) != before:
                outcome.violations.append(f"I4 {again} changes that came again changed a document")
    return close_over(here, outcome)


def _hear(host: Host, bells: int) -> None:
    for _ in range(bells):
        drain_round(host)


def _replay(here: Installation, chance: random.Random) -> int:
    with here.host.work.writing() as work:
        connection = work._connection  # type: ignore[attr-defined]  # no port takes back what was applied
        applied = connection.execute(text("SELECT id FROM outbox WHERE applied_at IS NOT NULL")).scalars().all()
        again = [each for each in applied if chance.random() < 0.1]
        for each in again:
            connection.execute(text("UPDATE outbox SET applied_at = NULL WHERE id = :id"), {"id": each})
        work.commit()
    return len(again)


def _digests(here: Installation) -> tuple[Any, ...]:
    return tuple(rows(here.host, "SELECT campaign_code, period_code, digest FROM status ORDER BY 1, 2"))


def note_failures(results: Sequence[object], outcome: Outcome) -> None:
    for result in results:
        if isinstance(result, UnavailableError):
            outcome.add(unavailable=1)
        elif isinstance(result, Exception):
            outcome.violations.append(f"I12 {type(result).__name__}: {result}")


def sent_at_once(url: str, budget: Budget, plant: str = "", drops: Sequence[str] = (), most: int = 50) -> Outcome:
    """F21: the same request, key and all, 2 to 50 times at the same moment.

    Args:
        url: a migrated database.
        budget: how many rounds.
        plant: a bug to put in.
        drops: statements that take the constraints away, for a planted bug.
        most: how many at once.
    """
    outcome, chance = Outcome(), random.Random(budget.seed)
    units = max(budget.times // 2, 1)
    here = site_on(url, units)
    host = seamed(here.host, plant=plant) if plant else here.host
    with here.host.work.writing() as work:
        for each in drops:
            work._connection.execute(text(each))  # type: ignore[attr-defined]
        work.commit()
    revisions = Counter[str]()
    for number in budget:
        unit, many = unit_code(number % units), chance.randint(2, most)
        actor, key, mark = here.reporter(unit), f"key-{number}", f"vòng {number}"
        revision = revisions[unit]
        # A host of their own, as each process has.
        results = at_once([partial(file_one, host, actor, unit, revision, mark, key)] * many)
        receipts = [replace(each, replayed=False) for each in results if isinstance(each, Receipt)]
        conflicts = sum(isinstance(each, ConflictError) for each in results)
        outcome.add(sent=many, answered=len(receipts), conflicts=conflicts)
        note_failures([each for each in results if not isinstance(each, ConflictError)], outcome)
        if len(set(map(repr, receipts))) > 1:
            outcome.violations.append(f"I9 {key}: {len(set(map(repr, receipts)))} different answers")
        [[there]] = rows(
            here.host,
            "SELECT count(*) FROM report_revision v JOIN report r ON r.id = v.report_id WHERE r.unit_code = :unit"
            " AND v.number = :number",
            unit=unit,
            number=revision,
        )
        if there != 1:
            outcome.add(duplicated=max(there - 1, 0), lost=int(there == 0 and bool(receipts)))
            if there > 1 or receipts:
                outcome.violations.append(f"I1 {key} sent {many} times is there {there} times")
        revisions[unit] += int(there > 0)
        if plant or (drops and outcome.violations):
            return outcome
    return close_over(here, outcome)


def drained_by_many(url: str, budget: Budget, drainers: int, units: int, plant: str = "") -> Outcome:
    """F22: some drains race while reports of one or of many units come in.

    Args:
        url: a migrated database.
        budget: how many reports come in.
        drainers: how many processes count.
        units: 1 for a hot one.
        plant: a bug to put in.
    """
    outcome = Outcome()
    here = site_on(url, max(units, 1))
    is_over = multiprocessing.get_context("spawn").Event()
    started = multiprocessing.get_context("spawn").Barrier(drainers + 1)
    applied = multiprocessing.get_context("spawn").Queue()
    processes = [
        multiprocessing.get_context("spawn").Process(target=_drain_on, args=(url, is_over, started, applied, plant))
        for _ in range(drainers)
    ]
    for process in processes:
        process.start()
    started.wait(_JOIN_S)
    began = time.monotonic()
    revisions = Counter[str]()
    for number in budget:
        unit = unit_code(number % units)
        try:
            file_one(here.host, here.reporter(unit), unit, revisions[unit], f"lần {number}")
            revisions[unit] += 1
        except UnavailableError:
            outcome.add(unavailable=1)
    is_over.set()
    results = [applied.get(timeout=_JOIN_S) for _ in processes]
    seconds = time.monotonic() - began
    for process in processes:
        process.join(_JOIN_S)
    events = sum(revisions.values())
    outcome.add(events=events, rounds=sum(each[1] for each in results))
    outcome.figures["events_per_s"] = round(events / seconds, 1)
    outcome.violations += [each for result in results for each in result[2]]
    if "postgres" in url:
        [[deadlocks]] = rows(here.host, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        outcome.add(deadlocks=deadlocks)
        if deadlocks * 10_000 > max(events, 10_000):
            outcome.violations.append(f"{deadlocks} deadlocks in {events} changes")
    return close_over(here, outcome)


def _drain_on(url: str, is_over: Any, started: Any, applied: Any, plant: str) -> None:
    """Drain until told and nothing is left; runs in a process of its own."""
    here = an_installation_again(url)
    host = seamed(here.host, plant=plant) if plant else here.host
    events = rounds = 0
    wrong: list[str] = []
    started.wait(_JOIN_S)
    until = time.monotonic() + 600
    while time.monotonic() < until:
        was_over = is_over.is_set()
        try:
            # Small rounds, so that several have something to take.
            drained = drain_round(host, limit=20)
        except UnavailableError:
            continue
        except Exception as error:  # noqa: BLE001  told to the parent
            wrong.append(f"{type(error).__name__}: {error}")
            break
        events += drained.applied
        rounds += bool(drained.applied)
        if was_over and not drained.applied and not drained.leaves_more:
            break
    applied.put((events, rounds, wrong))


def an_installation_again(url: str) -> Installation:
    """Return the installation of a database that has one already."""
    return an_installation(url, at=_NOON)


class _SlowToCommit:
    """Units of work whose acts wait before they commit."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.has_written = threading.Event()
        self.may_commit = threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    @contextmanager
    def acting(self) -> Iterator[Any]:
        with self._inner.writing() as work:
            yield work.reports
            self.has_written.set()
            self.may_commit.wait(_JOIN_S)
            work.commit()


def late_commit(url: str, budget: Budget, plant: str = "") -> Outcome:
    """F24: a filing stays open while later ones commit and are counted, and commits then.

    On PostgreSQL only: SQLite has one writer, whose changes are numbered as they are committed.
    """
    outcome, chance = Outcome(), random.Random(budget.seed)
    here = site_on(url, 20)
    draining = seamed(here.host, plant=plant) if plant else here.host
    revisions = Counter[str]()

    def file(host: Host, unit: str, mark: str) -> None:
        file_one(host, here.reporter(unit), unit, revisions[unit], mark)
        revisions[unit] += 1

    for number in budget:
        slow = _SlowToCommit(here.host.work)
        late, *others = chance.sample([unit_code(n) for n in range(20)], 4)
        here.reporter(late)
        holding = threading.Thread(target=file, args=(replace(here.host, work=slow), late, f"muộn {number}"))
        holding.start()
        slow.has_written.wait(_JOIN_S)
        [[before]] = rows(here.host, "SELECT coalesce(max(id), 0) FROM outbox")
        for unit in others:
            file(here.host, unit, f"sau {number}")
        while drain_round(draining).applied:
            pass
        time.sleep(budget.hold_s)
        slow.may_commit.set()
        holding.join(_JOIN_S)
        while drain_round(draining).applied:
            pass
        [[left]] = rows(here.host, "SELECT count(*) FROM outbox WHERE applied_at IS NULL")
        outcome.add(late=1, after=len(others), skipped=left)
        if left:
            outcome.violations.append(f"I3 {left} changes committed late were passed over (newest before: {before})")
            if plant:
                return outcome
    return close_over(here, outcome)
