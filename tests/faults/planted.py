"""Bugs put in on purpose, each of which the rig must catch, and nothing where none was put in.

They are planted in what the product is given (its ports, its database's constraints and settings),
never in the product.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from typing import Protocol

from psycopg import sql

from tests.faults.brokers import hung
from tests.faults.brokers import silent_for
from tests.faults.checker import check
from tests.faults.databases import a_database
from tests.faults.load import under_load
from tests.faults.outcome import Budget
from tests.faults.outcome import Outcome
from tests.faults.parts import children_of
from tests.faults.parts import until
from tests.faults.poison import poisoned
from tests.faults.races import drained_by_many
from tests.faults.races import late_commit
from tests.faults.races import sent_at_once
from tests.faults.rig import a_rig
from thidua_testkit.postgres import PostgresServer

__all__ = ["PLANTED", "Planted", "play"]

#: What makes the ledger's rules hold in a race; without them a SELECT before the INSERT is all there is.
BY_SELECT = (
    "ALTER TABLE report DROP CONSTRAINT uq_report_campaign_code_period_code_unit_code CASCADE",
    "ALTER TABLE report_revision DROP CONSTRAINT uq_report_revision_report_id_number CASCADE",
    "ALTER TABLE report_revision DROP CONSTRAINT uq_report_revision_filed_by_idempotency_key CASCADE",
    "ALTER TABLE report_event DROP CONSTRAINT uq_report_event_report_id_seq CASCADE",
)
#: The product's own timer must not hide what a bell that came too early leaves behind.
_BELLS_ALONE = {"THIDUA_DRAIN_INTERVAL_S": "60"}
_BELL_S = 10.0


def bell_alone(server: PostgresServer, budget: Budget, plant: str = "") -> Outcome:
    """Let bells alone make workers count: neither beat nor timer comes to their help."""
    outcome = Outcome()
    with a_rig(server, beats=0, plant=plant, given=_BELLS_ALONE) as rig:
        with under_load(rig, seed=budget.seed, per_s=10, clients=4) as history:
            time.sleep(4)
        outcome.include(check(rig, history, within_s=_BELL_S, hears=False))
    budget.done = budget.times
    return outcome


def counted_in_two_steps(server: PostgresServer, budget: Budget, plant: str = "") -> Outcome:
    """Kill a worker where changes are claimed and nothing is counted."""
    outcome = Outcome()
    with a_rig(server, plant=plant) as rig:
        with under_load(rig, seed=budget.seed) as history:
            time.sleep(1)
            rig.again(rig.workers[0], FAULT_POINT="drain.locked:2:kill")
            with suppress(TimeoutError):
                until(lambda: len(rig.points_hit()) >= budget.times, within_s=30, what="a death")
            rig.again(rig.workers[0], FAULT_POINT="")
        outcome.include(check(rig, history, within_s=budget.within_s, hears=False))
        outcome.add(kills=len(rig.points_hit()))
    budget.done = budget.times
    return outcome


def forgotten_keys(server: PostgresServer, budget: Budget, plant: str = "") -> Outcome:
    """Ask again for what was answered."""
    outcome = Outcome()
    with a_rig(server, plant=plant) as rig:
        with under_load(rig, seed=budget.seed) as history:
            time.sleep(4)
        outcome.include(check(rig, history, within_s=budget.within_s, hears=False))
    budget.done = budget.times
    return outcome


def asynchronous_commit(server: PostgresServer, budget: Budget, *, is_off: bool) -> Outcome:
    """Kill the whole database cluster under load: what was acknowledged must be there after its recovery."""
    outcome = Outcome()
    with a_rig(server, workers=0, beats=0) as rig:
        if is_off:
            [name] = rig.ask("SELECT current_database() AS name")
            server.execute(
                sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(name["name"]))
            )
            rig.again(rig.web)
            until(rig.answers, within_s=60, what="the pages answer again")
        with under_load(rig, seed=budget.seed, per_s=300) as history:
            for _ in budget:
                time.sleep(1.5)
                outcome.add(cluster_kills=1)
                _kill_cluster(server)
                server.start()
        rig.reconnect()
        rig.add_worker().start()
        outcome.include(check(rig, history, within_s=60, hears=False, may_be_unavailable=True))
    return outcome


def _kill_cluster(server: PostgresServer) -> None:
    """End every process of a server at once; the kernel keeps what it was given, and only that."""
    pids = [server.pid, *children_of(server.pid)]
    # Stopped first, so that nobody finishes what another has begun.
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
    until(lambda: not any(map(_lives, pids[1:])), within_s=20, what="the end of the cluster")
    server.stop()


def _lives(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    return False


class _Play(Protocol):
    def __call__(self, server: PostgresServer, budget: Budget, *, is_planted: bool) -> Outcome: ...


@dataclass(frozen=True)
class Planted:
    """A bug: ``plays`` with it and, as a control, without it; ``shows`` is how a violation begins."""

    plays: _Play
    shows: tuple[str, ...]
    times: int = 1
    hold_s: float = 0.0


def _drained(url: str, budget: Budget, plant: str) -> Outcome:
    return drained_by_many(url, budget, drainers=4, units=3, plant=plant)


def _asynchronous(server: PostgresServer, budget: Budget, *, is_planted: bool) -> Outcome:
    return asynchronous_commit(server, budget, is_off=is_planted)


def _selected(server: PostgresServer, budget: Budget, *, is_planted: bool) -> Outcome:
    with a_database(server) as url:
        return sent_at_once(url, budget, drops=BY_SELECT if is_planted else (), most=8)


def _in_rig(function: Callable[..., Outcome], plant: str, **given: Any) -> _Play:
    def play(server: PostgresServer, budget: Budget, *, is_planted: bool) -> Outcome:
        return function(server, budget, plant=plant if is_planted else "", **given)

    return play


def _in_process(function: Callable[..., Outcome], plant: str) -> _Play:
    def play(server: PostgresServer, budget: Budget, *, is_planted: bool) -> Outcome:
        with a_database(server) as url:
            return function(url, budget, plant=plant if is_planted else "")

    return play


PLANTED: Mapping[str, Planted] = {
    "bell before commit": Planted(_in_rig(bell_alone, "bell_before_commit"), ("I5",)),
    "marked before it is counted": Planted(_in_rig(counted_in_two_steps, "marked_before_counted"), ("I4",), times=2),
    "cursor by greatest id": Planted(_in_process(late_commit, "cursor_by_greatest_id"), ("I3",), times=5),
    "unique key replaced by SELECT": Planted(_selected, ("I1", "I9"), times=30),
    "no lock on parts": Planted(_in_process(_drained, "no_lock_on_parts"), ("I4",), times=400),
    "attempts in the failed transaction": Planted(
        _in_process(poisoned, "attempts_in_the_failed_transaction"), ("I3",), times=3
    ),
    "key forgotten": Planted(_in_rig(forgotten_keys, "key_forgotten"), ("I9",)),
    "bell that waits": Planted(
        _in_rig(hung, "bell_that_waits", kinds=("stopped",)), ("stopped a filing took", "1"), hold_s=8
    ),
    "timer that needs the broker": Planted(_in_rig(silent_for, "timer_that_needs_the_broker"), ("I5",), hold_s=28),
    "commit that is not flushed": Planted(_asynchronous, ("I1",), times=6),
}


def play(server: PostgresServer, name: str, seed: int, *, controls: bool = True) -> Outcome:
    """Play a fault without a bug and with it; a violation here is a bug that was not caught."""
    planted, outcome = PLANTED[name], Outcome()
    for is_planted in (False, True) if controls else (True,):
        budget = Budget(planted.times, hold_s=planted.hold_s, seed=seed, within_s=30)
        found = planted.plays(server, budget, is_planted=is_planted)
        outcome.versions |= found.versions
        caught = [each for each in found.violations if each.startswith(planted.shows)]
        if is_planted:
            outcome.counts = dict(found.counts)
            outcome.figures = {"caught_by": caught[:2], "violations": len(found.violations)}
            if not caught:
                outcome.violations.append(f"{name} was not caught: {found.violations[:3]}")
        elif found.violations:
            outcome.violations.append(f"without the bug: {found.violations[:3]}")
    return outcome
