"""A broker that dies, loses everything, hangs, is full, or never was: F10 to F16."""

from __future__ import annotations

import random
import time

from tests.faults.checker import check
from tests.faults.history import History
from tests.faults.load import under_load
from tests.faults.outcome import Budget
from tests.faults.outcome import Outcome
from tests.faults.outcome import fractions
from tests.faults.outcome import milliseconds
from tests.faults.parts import until
from tests.faults.rig import Rig
from tests.faults.rig import a_rig
from tests.faults.watch import Watcher
from tests.faults.watch import watching
from thidua_testkit.postgres import PostgresServer

__all__ = ["absent", "cut", "emptied", "full", "hung", "killed_brokers", "silent_for"]

_CALM_S = 5.0
_LOSSES = ("FLUSHALL", "DEL _kombu.binding.drain _kombu.binding.jobs", "CLIENT KILL TYPE normal")
#: A request that lasts so long waits for something it should not.
_WAITS_S = 5.0
#: After which the product no longer tries a broker that hangs.
_BREAKER_S = 4.0
_OLDEST_S = 20.0
_DEAF_AFTER_S = 40.0
#: Bells that may lie about when nobody files any more.
_QUEUE = 5


def killed_brokers(server: PostgresServer, budget: Budget) -> Outcome:
    """F10: kill -9 of the broker, down 0.2 to 2.5 s, then started again."""
    outcome = Outcome()
    chance = random.Random(budget.seed)
    resumed: list[float] = []
    with a_rig(server, workers=2) as rig:
        with under_load(rig, seed=budget.seed) as history, watching(rig) as watcher:
            for _ in budget:
                time.sleep(chance.uniform(0.2, 1.0))
                rig.broker.kill()
                time.sleep(chance.uniform(0.2, 2.5))
                rig.broker.start()
                outcome.add(kills=1)
                moment = time.time()
                deaf = rig.deaf(moment, within_s=_DEAF_AFTER_S)
                resumed += [at - moment for at in rig.heard_after(moment).values()]
                outcome.add(deaf=len(deaf))
                for worker in rig.workers:
                    if worker.name in deaf:
                        outcome.violations.append(f"I10 {worker.name} hears nothing {_DEAF_AFTER_S} s after")
                        worker.kill_all()
        outcome.include(_checked(rig, history, watcher, budget))
        outcome.figures["resume_s"] = fractions(resumed)
        outcome.figures["worker_starts"] = [worker.starts for worker in rig.workers]
    return outcome


def emptied(server: PostgresServer, budget: Budget) -> Outcome:
    """F11: FLUSHALL, queues' bindings deleted, every client thrown out, every 1 to 5 s."""
    outcome = Outcome()
    chance = random.Random(budget.seed)
    with a_rig(server, workers=2) as rig:
        with under_load(rig, seed=budget.seed) as history, watching(rig) as watcher:
            for number in budget:
                command = ("FLUSHALL", "DEL _kombu.binding.drain _kombu.binding.jobs", "CLIENT KILL TYPE normal")[
                    number % 3
                ]
                rig.broker.ask(command)
                outcome.add(**{command.split()[0].lower(): 1})
                time.sleep(chance.uniform(budget.hold_s / 5, budget.hold_s))
        outcome.include(_checked(rig, history, watcher, budget))
    return outcome


def hung(
    server: PostgresServer, budget: Budget, plant: str = "", kinds: tuple[str, ...] = (), calm_s: float = _CALM_S
) -> Outcome:
    """F12: a broker that is stopped, accepts and never answers, answers 2 s late, or hears and does not speak.

    Args:
        server: the database server.
        budget: how long it hangs.
        plant: a bug to put in.
        kinds: of these only.
        calm_s: how long people work before it, and after it.
    """
    outcome = Outcome()
    for kind in kinds or ("stopped", "silent", "late", "half-open"):
        with a_rig(server, workers=1, through_proxy=True, plant=plant) as rig:
            with under_load(rig, seed=budget.seed) as history, watching(rig) as watcher:
                # The first requests of each process prepare what later ones use.
                time.sleep(calm_s)
                warm = time.monotonic()
                time.sleep(calm_s)
                began = time.monotonic()
                _hang(rig, kind)
                time.sleep(budget.hold_s)
                ended = time.monotonic()
                _unhang(rig)
                time.sleep(calm_s)
            part = _checked(rig, history, watcher, budget)
            before, during = history.seconds(warm, began), history.seconds(began + _BREAKER_S, ended)
            part.figures |= {
                "before_ms": milliseconds(before),
                "during_ms": milliseconds(during),
                "whole_fault_ms": milliseconds(history.seconds(began, ended)),
                "after_ms": milliseconds(history.seconds(ended)),
            }
            slowest = max(history.seconds(began, ended), default=_WAITS_S)
            if slowest >= _WAITS_S:
                part.violations.append(f"a filing took {slowest:.1f} s while the broker was {kind}")
            outcome.include(part, f"{kind} ")
    budget.done = budget.times
    return outcome


def _hang(rig: Rig, kind: str) -> None:
    assert rig.proxy is not None
    if kind == "stopped":
        rig.broker.freeze()
    elif kind == "late":
        rig.proxy.latency_s = 2.0
    else:
        rig.proxy.mode = {"silent": "silent", "half-open": "half"}[kind]


def _unhang(rig: Rig) -> None:
    assert rig.proxy is not None
    rig.broker.thaw()
    rig.proxy.latency_s, rig.proxy.mode = 0.0, "open"
    # What a proxy kept back for long is of no use to anybody.
    rig.proxy.reset_all()


def full(server: PostgresServer, budget: Budget) -> Outcome:
    """F13: the broker's memory is full and it refuses every write."""
    outcome = Outcome()
    with a_rig(server) as rig:
        with under_load(rig, seed=budget.seed) as history, watching(rig) as watcher:
            for _ in budget:
                rig.broker.ask("CONFIG SET maxmemory 1mb")
                refused = rig.broker.ask("SET a b")
                outcome.add(refused=int("OOM" in refused))
                if "OOM" not in refused:
                    outcome.violations.append(f"the broker was not full: {refused}")
                time.sleep(budget.hold_s)
                rig.broker.ask("CONFIG SET maxmemory 64mb")
                time.sleep(1)
        outcome.include(_checked(rig, history, watcher, budget))
        outcome.figures["filing_ms"] = milliseconds(history.seconds())
    return outcome


def silent_for(
    server: PostgresServer, budget: Budget, plant: str = "", oldest_s: float = _OLDEST_S, after_s: float = 10.0
) -> Outcome:
    """F14: the broker is gone for a while; the workers' own timers count.

    Args:
        server: the database server.
        budget: how often and how long.
        plant: a bug to put in.
        oldest_s: the longest that a change may wait.
        after_s: how long the queue is looked at afterwards.
    """
    outcome = Outcome()
    depths: list[int] = []
    with a_rig(server, plant=plant) as rig:
        with under_load(rig, seed=budget.seed) as history, watching(rig) as watcher:
            for _ in budget:
                rig.broker.kill()
                time.sleep(budget.hold_s)
                rig.broker.start()
                for _ in range(int(10 * after_s)):
                    depths.append(_depth(rig))
                    time.sleep(0.1)
        outcome.include(_checked(rig, history, watcher, budget))
        outcome.figures["queue_depth_after"] = max(depths)
        oldest = max(watcher.ages(), default=0)
        if oldest > oldest_s:
            outcome.violations.append(f"I5 a change waited {oldest:.1f} s while the broker was gone")
        try:
            outcome.figures["queue_empty_s"] = round(until(lambda: _depth(rig) <= _QUEUE, within_s=60, what="bells"), 1)
        except TimeoutError:
            outcome.violations.append(f"{_depth(rig)} bells lie about although everybody hears")
    return outcome


def _depth(rig: Rig) -> int:
    """Count the bells that nobody has heard yet."""
    return int(rig.broker.ask("LLEN drain").lstrip(":") or 0)


def cut(server: PostgresServer, budget: Budget) -> Outcome:
    """F15: every connection to the broker is cut every 0.1 to 0.5 s."""
    outcome = Outcome()
    with a_rig(server, workers=2, through_proxy=True) as rig:
        assert rig.proxy is not None
        with under_load(rig, seed=budget.seed) as history, watching(rig) as watcher:
            for number in budget:
                outcome.add(cut=rig.proxy.reset_for(budget.hold_s, random.Random(budget.seed + number)))
        moment = time.time()
        outcome.include(_checked(rig, history, watcher, budget, moment))
        heard = rig.heard_after(moment)
        outcome.figures["resume_s"] = fractions([at - moment for at in heard.values()])
        outcome.figures["worker_starts"] = [worker.starts for worker in rig.workers]
    return outcome


def absent(server: PostgresServer, budget: Budget) -> Outcome:
    """F16: everything is started and the broker is not."""
    outcome = Outcome()
    with a_rig(server, workers=2, starts=False) as rig:
        rig.start(broker=False)
        with under_load(rig, seed=budget.seed) as history, watching(rig) as watcher:
            time.sleep(budget.hold_s)
        try:
            outcome.figures["settled_without_broker_s"] = round(rig.settle(budget.within_s), 1)
        except TimeoutError as error:
            outcome.violations.append(f"I5 without a broker: {error}")
        rig.broker.start()
        moment = time.time()
        outcome.include(_checked(rig, history, watcher, budget, moment))
        outcome.figures["resume_s"] = fractions([at - moment for at in rig.heard_after(moment).values()])
    budget.done = budget.times
    return outcome


def _checked(rig: Rig, history: History, watcher: Watcher, budget: Budget, moment: float = 0.0) -> Outcome:
    """Compare; nobody who files may have noticed anything of the broker."""
    outcome = check(rig, history, within_s=budget.within_s, moment=moment)
    outcome.figures["oldest_age_s"] = fractions(watcher.ages())
    if outcome.counts["info"]:
        outcome.violations.append(f"{outcome.counts['info']} requests were left without an answer")
    return outcome
