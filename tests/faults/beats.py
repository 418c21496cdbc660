"""Beats that are killed, doubled and missing: F05. Days are told by the database, never by a beat."""

from __future__ import annotations

import random
import signal
import threading
import time
from datetime import UTC
from datetime import datetime
from datetime import timedelta

from sqlalchemy import text

from tests.faults.checker import check
from tests.faults.load import under_load
from tests.faults.outcome import Budget
from tests.faults.outcome import Outcome
from tests.faults.outcome import fractions
from tests.faults.parts import until
from tests.faults.races import site_on
from tests.faults.rig import Rig
from tests.faults.rig import a_rig
from tests.faults.site import START
from tests.faults.watch import watching
from thidua.adapters.clock import SimulatedClock
from thidua.application.background.job_kinds import JobOptions
from thidua.application.background.job_running import work_on_jobs
from thidua.application.background.job_schedule import SCHEDULE
from thidua.application.background.job_schedule import lay_down_due
from thidua_testkit.postgres import PostgresServer

__all__ = ["beats_that_die", "days_told_by_many"]

_KEEP = timedelta(days=10_000)
_SLOTS = "SELECT slot, state, count(*) AS n FROM job WHERE slot LIKE 'verify@%' GROUP BY slot, state"


def beats_that_die(server: PostgresServer, budget: Budget, days: int = 3) -> Outcome:
    """F05: two beats ring beside each other and are killed; then there is none; then days begin.

    Args:
        server: the database server.
        budget: how many are killed, and how long there is none.
        days: how many nights pass.
    """
    outcome, chance = Outcome(), random.Random(budget.seed)
    with a_rig(server, beats=2) as rig:
        worker = rig.workers[0]
        with under_load(rig, seed=budget.seed, per_s=10) as history, watching(rig) as watcher:
            for _ in budget:
                time.sleep(chance.uniform(0.2, 2.0))
                chance.choice(rig.beats).signal(signal.SIGKILL)
                outcome.add(kills=1)
            time.sleep(budget.hold_s)
            began = time.time()
            time.sleep(min(budget.hold_s, 15))
            outcome.figures["heard_with_two_beats"] = len(rig.heard_after(began))
            for beat in rig.beats:
                beat.stop()
            alone = time.monotonic()
            time.sleep(budget.hold_s)
            outcome.figures["oldest_age_s_without_beat"] = fractions(watcher.ages(alone))
        outcome.include(check(rig, history, within_s=budget.within_s))
        outcome.figures["oldest_age_s"] = fractions(watcher.ages())
        # The first turn of all was due before the start; each night adds one.
        for day in range(1, days + 1):
            for beat in rig.beats[: chance.randint(0, 2)]:
                beat.start()
            night = (START + timedelta(days=day)).replace(hour=1, minute=59, second=59)
            rig.again(worker, THIDUA_CLOCK=SimulatedClock(night, datetime.now(UTC)).text)
            done = f"verify@{night:%Y-%m-%d}"
            _wait_for_turn(rig, done)
            for beat in rig.beats:
                beat.signal(chance.choice((signal.SIGKILL, signal.SIGCONT)))
                beat.stop()
        slots = rig.ask(_SLOTS)
        outcome.add(slots=len(slots), nights=days, slots_doubled=sum(row["n"] > 1 for row in slots))
        outcome.violations += [
            f"the turn {row['slot']} is {row['state']} {row['n']} times" for row in slots if row["n"] > 1
        ]
        outcome.violations += [f"the turn {row['slot']} is {row['state']}" for row in slots if row["state"] != "done"]
        if len(slots) != days + 1:
            outcome.violations.append(f"{days + 1} turns were due, {len(slots)} are there")
    return outcome


def _wait_for_turn(rig: Rig, slot: str) -> None:
    until(
        lambda: any(row["slot"] == slot and row["state"] == "done" for row in rig.ask(_SLOTS)),
        within_s=120,
        what=lambda: f"the turn {slot}: {rig.ask(_SLOTS)}",
        every_s=0.2,
    )


def days_told_by_many(url: str, budget: Budget, hosts: int = 8) -> Outcome:
    """F05 without servers: many hosts look at once, day after day; on some days all are down."""
    outcome, chance = Outcome(), random.Random(budget.seed)
    here = site_on(url, 1)
    expected: set[str] = set()
    for day in budget:
        if chance.random() < 0.3:
            outcome.add(days_down=1)
            continue
        moment = START + timedelta(days=day, hours=chance.uniform(-7.9, 15.9))
        here.clock.instant = moment
        slots = {
            f"{each.kind}@{moment if moment.time() >= each.at else moment - timedelta(days=1):%Y-%m-%d}"
            for each in SCHEDULE
        }
        made: list[int] = []
        barrier = threading.Barrier(hosts)

        def look(made: list[int] = made, barrier: threading.Barrier = barrier) -> None:
            barrier.wait()
            made.extend(lay_down_due(here.host, keep=_KEEP))

        threads = [threading.Thread(target=look) for _ in range(hosts)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        outcome.add(looks=hosts, laid_down=len(made))
        if len(made) != len(slots - expected):
            outcome.violations.append(f"{sorted(slots - expected)} were laid down {len(made)} times")
        expected |= slots
        # While one turn is still at work, no other is laid down.
        work_on_jobs(here.host, "this", JobOptions(lease=timedelta(seconds=60), rebuild_batch=25))
    with here.host.work.glancing() as work:
        found = [row[0] for row in work._connection.execute(text("SELECT slot FROM job WHERE slot IS NOT NULL"))]  # type: ignore[attr-defined]
    if sorted(found) != sorted(expected):
        outcome.violations.append(f"turns {sorted(set(found) ^ expected)[:5]} differ")
    return outcome
