"""Processes that are killed, stopped and restarted while people file: F02, F03, F04, F17."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from contextlib import suppress

from tests.faults.checker import check
from tests.faults.failpoints import DRAIN_POINTS
from tests.faults.failpoints import WEB_POINTS
from tests.faults.load import under_load
from tests.faults.outcome import Budget
from tests.faults.outcome import Outcome
from tests.faults.outcome import fractions
from tests.faults.parts import Part
from tests.faults.parts import children_of
from tests.faults.parts import until
from tests.faults.rig import Rig
from tests.faults.rig import a_rig
from tests.faults.watch import watching
from thidua_testkit.postgres import PostgresServer

__all__ = ["killed_at_points", "killed_workers", "restarted", "stopped"]

#: Deaths after the database was told to commit and before the client was answered.
_WINDOW = frozenset({"web.in_commit", "web.after_commit", "web.after_bell"})
_POINT_S = 60.0
#: How many passings of a point a process survives.
_WEB_NTH, _DRAIN_NTH = 3, 2


def killed_at_points(server: PostgresServer, budget: Budget, points: tuple[str, ...] = ()) -> Outcome:
    """F02: pages and workers die at each failpoint; a round that raises there falls apart, too."""
    outcome = Outcome()
    plans = [
        (point, "soon" if point == "web.in_commit" else "kill") for point in points or (*WEB_POINTS, *DRAIN_POINTS)
    ]
    plans += [(point, "raise") for point in points or DRAIN_POINTS if point in DRAIN_POINTS[:5]]
    with a_rig(server) as rig:
        with under_load(rig, seed=budget.seed) as history:
            tried = []
            for point, action in plans:
                if time.monotonic() < budget.until:
                    tried.append((point, action))
                    _hit(rig, point, action, budget)
            budget.done = budget.times
            _unset(rig)
        outcome.include(check(rig, history, within_s=budget.within_s))
        hits = _hits(rig)
        kills = {f"{name} {action}": hits[name, action] for name, action in tried}
        outcome.figures["hits"] = kills
        outcome.add(
            kills=sum(number for (_, action), number in hits.items() if action != "raise"),
            kills_in_commit_window=sum(number for (name, _), number in hits.items() if name in _WINDOW),
        )
        outcome.violations += [f"{name} was never reached" for name, number in kills.items() if not number]
    return outcome


def _hit(rig: Rig, point: str, action: str, budget: Budget) -> None:
    """Let the processes of one part die at a point until it was hit often enough."""
    is_web = point in WEB_POINTS
    part = rig.web if is_web else rig.workers[0]
    times = 1 if action == "raise" else budget.times
    rig.again(part, FAULT_POINT=f"{point}:{_WEB_NTH if is_web else _DRAIN_NTH}:{action}")
    with suppress(TimeoutError):
        until(
            lambda: _hits(rig)[point, action] >= times or time.monotonic() > budget.until,
            within_s=_POINT_S + 5 * times,
            what=point,
        )
    rig.again(part, FAULT_POINT="")


def _hits(rig: Rig) -> Counter[tuple[str, str]]:
    return Counter((name, action) for name, action, *_ in rig.points_hit())


def _unset(rig: Rig) -> None:
    until(rig.answers, within_s=_POINT_S, what="the pages answer again")


def killed_workers(server: PostgresServer, budget: Budget) -> Outcome:
    """F03: kill -9 of a worker's child, its first process or all of them, at random."""
    outcome = Outcome()
    chance = random.Random(budget.seed)
    waits: dict[str, list[float]] = {"child": [], "parent": [], "group": []}
    with a_rig(server) as rig:
        worker = rig.workers[0]
        with under_load(rig, seed=budget.seed) as history, watching(rig) as watcher:
            for _ in budget:
                time.sleep(chance.uniform(0, 0.7))
                kind = chance.choice(("child", "parent", "group"))
                moment = time.monotonic()
                _kill(worker, kind, chance)
                outcome.add(kills=1)
                try:
                    waits[kind].append(watcher.next_applied(moment, within_s=60))
                except TimeoutError as error:
                    outcome.violations.append(f"I5 after the death of a {kind}: {error}")
        outcome.include(check(rig, history, within_s=budget.within_s))
        outcome.figures["next_applied_s"] = fractions([each for kind in waits.values() for each in kind])
        outcome.figures |= {f"next_applied_s_{kind}": fractions(found) for kind, found in waits.items()}
        outcome.figures["oldest_age_s"] = fractions(watcher.ages())
        outcome.figures["starts"] = worker.starts
    return outcome


def _kill(worker: Part, kind: str, chance: random.Random) -> None:
    children = children_of(worker.pid)
    if kind == "group":
        worker.kill_all()
    elif kind == "parent" or not children:
        worker.signal(signal.SIGKILL)
    else:
        with suppress(ProcessLookupError):
            os.kill(chance.choice(children), signal.SIGKILL)


def restarted(server: PostgresServer, budget: Budget) -> Outcome:
    """F04: workers and pages are told to end, one after the other, and are started again."""
    outcome = Outcome()
    chance = random.Random(budget.seed)
    stops: dict[str, list[float]] = {"SIGTERM": [], "SIGQUIT": [], "pages": []}
    with a_rig(server, workers=2) as rig:
        with under_load(rig, seed=budget.seed) as history, watching(rig) as watcher:
            for number in budget:
                part = (*rig.workers, rig.web)[number % 3]
                time.sleep(chance.uniform(0, 0.5))
                # To the pages it is the order to end at once.
                quits = part is not rig.web and number % 2 == 1
                kind = "pages" if part is rig.web else "SIGQUIT" if quits else "SIGTERM"
                stops[kind].append(_end(part, signal.SIGQUIT if quits else signal.SIGTERM))
                outcome.add(restarts=1)
                moment = time.time()
                if part is rig.web:
                    until(rig.answers, within_s=60, what="the pages answer again")
                elif rig.deaf(moment, within_s=60):
                    outcome.violations.append(f"I10 {part.name} hears nothing after a restart")
        outcome.include(check(rig, history, within_s=budget.within_s))
        outcome.figures |= {f"stop_s_{kind}": fractions(found) for kind, found in stops.items()}
        outcome.figures["oldest_age_s"] = fractions(watcher.ages())
        outcome.add(late_stops=sum(seconds > 25 for found in stops.values() for seconds in found))
    return outcome


def _end(part: Part, order: signal.Signals) -> float:
    """Tell a part to end; returns how many seconds it took. It is there again when this returns."""
    process = part.process
    assert process is not None
    part.signal(order)
    seconds = until(lambda: process.poll() is not None, within_s=60, what=f"{part.name} ends", every_s=0.01)
    until(lambda: part.process is not process, within_s=20, what=f"{part.name} starts again")
    return seconds


def stopped(server: PostgresServer, budget: Budget, idle_s: int = 0) -> Outcome:
    """F17: a process stands still for a while and then goes on as if nothing had been.

    Args:
        server: the database server.
        budget: how long each stands still.
        idle_s: after which the database frees what it holds; by default the product's 30 s.
    """
    outcome = Outcome()
    chance = random.Random(budget.seed)
    given = {"FAULT_IDLE_S": str(idle_s)} if idle_s else {}
    stops: Counter[str] = Counter()
    with a_rig(server, workers=2, given=given) as rig:
        with under_load(rig, seed=budget.seed) as history, watching(rig) as watcher:
            for _ in budget:
                for kind in ("web", "parent", "beat", "backend"):
                    pid = _one_of(rig, kind, chance)
                    if pid:
                        _stand_still(pid, budget.hold_s)
                        stops[kind] += 1
                stops["holder"] += _stop_holder(rig, budget.hold_s)
        outcome.include(check(rig, history, within_s=budget.within_s, may_be_unavailable=True))
        outcome.add(**{f"stopped_{kind}": number for kind, number in stops.items()})
        outcome.figures["oldest_age_s"] = fractions(watcher.ages())
        if not stops["holder"]:
            outcome.violations.append("no process was stopped while it held changes")
    return outcome


def _one_of(rig: Rig, kind: str, chance: random.Random) -> int:
    if kind == "web":
        return chance.choice(children_of(rig.web.pid) or [0])
    if kind == "parent":
        return chance.choice(rig.workers).pid
    if kind == "beat":
        return rig.beats[0].pid
    backends = rig.ask(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND application_name = 'thidua'"
    )
    return int(chance.choice(backends)["pid"]) if backends else 0


def _stand_still(pid: int, seconds: float) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(pid, signal.SIGCONT)


def _stop_holder(rig: Rig, hold_s: float) -> int:
    """Stop a process of one worker that holds changes and the locks of their parts; returns how many."""
    worker, before = rig.workers[0], len(rig.points_hit())
    rig.again(worker, FAULT_POINT="drain.counted:2:stop")
    with suppress(TimeoutError):
        until(lambda: len(rig.points_hit()) > before, within_s=_POINT_S, what="a holder")
    time.sleep(hold_s)
    held = rig.points_hit()[before:]
    # Those that stopped meanwhile as well; from here on nobody does any more.
    worker.is_wanted = False
    for _, _, pid, _ in rig.points_hit()[before:]:
        with suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGCONT)
    time.sleep(min(hold_s, 2))
    rig.again(worker, FAULT_POINT="")
    return len(held)
