"""``python -m tests.faults F03 --times 300 --seed 7``: one line of JSON for each fault."""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.faults import beats
from tests.faults import brokers
from tests.faults import edits
from tests.faults import kills
from tests.faults import races
from tests.faults.databases import on_both
from tests.faults.databases import on_postgresql
from tests.faults.outcome import Budget
from tests.faults.outcome import Outcome
from tests.faults.planted import PLANTED
from tests.faults.planted import play
from thidua_testkit.postgres import PostgresServer
from thidua_testkit.postgres import private_postgres


@dataclass(frozen=True)
class _Fault:
    """A fault with its counts, those of a quick look after those of a release."""

    strikes: Callable[[PostgresServer, Budget], Outcome]
    times: tuple[int, int]
    hold_s: tuple[float, float] = (0.0, 0.0)


FAULTS = {
    "F02": _Fault(kills.killed_at_points, (20, 2)),
    "F03": _Fault(kills.killed_workers, (300, 15)),
    "F04": _Fault(kills.restarted, (50, 6)),
    "F05": _Fault(beats.beats_that_die, (60, 5), (600, 5)),
    "F05-days": _Fault(on_both(beats.days_told_by_many), (1000, 60)),
    "F10": _Fault(brokers.killed_brokers, (60, 5)),
    "F11": _Fault(brokers.emptied, (100, 6), (5, 2)),
    "F12": _Fault(brokers.hung, (1, 1), (60, 8)),
    "F13": _Fault(brokers.full, (5, 1), (10, 5)),
    "F14": _Fault(brokers.silent_for, (1, 1), (600, 25)),
    "F14-60s": _Fault(brokers.silent_for, (3, 1), (60, 25)),
    "F15": _Fault(brokers.cut, (1, 1), (300, 10)),
    "F16": _Fault(brokers.absent, (1, 1), (60, 10)),
    "F17": _Fault(kills.stopped, (20, 1), (30, 31)),
    "F20": _Fault(on_both(races.delivered_often), (500, 40)),
    "F21": _Fault(on_both(races.sent_at_once), (1000, 60)),
    "F22-2-hot": _Fault(on_both(partial(races.drained_by_many, drainers=2, units=1)), (5000, 300)),
    "F22-8-hot": _Fault(on_both(partial(races.drained_by_many, drainers=8, units=1)), (5000, 300)),
    "F22-2": _Fault(on_both(partial(races.drained_by_many, drainers=2, units=200)), (5000, 300)),
    "F22-8": _Fault(on_both(partial(races.drained_by_many, drainers=8, units=200)), (5000, 300)),
    "F23": _Fault(on_both(edits.edited_by_two), (1000, 60)),
    "F24": _Fault(on_postgresql(races.late_commit), (20, 5), (30, 0)),
}


def main() -> int:
    """Run what is asked for; the exit code is 1 if a promise was broken or a planted bug not caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("what", nargs="+", help=f"all, planted (or 'planted: NAME'), or of {', '.join(FAULTS)}")
    parser.add_argument("--times", type=int, help="how often the fault strikes")
    parser.add_argument("--hold", type=float, help="how many seconds it lasts each time, where it lasts")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--minutes", type=float, help="after which no other strike begins, shared among the faults")
    parser.add_argument("--within", type=float, default=60.0, help="seconds in which all must be counted at the end")
    parser.add_argument("--quick", action="store_true", help="small counts")
    options = parser.parse_args()
    names = [name for what in options.what for name in _named(what)]
    if unknown := [what for what in options.what if not _named(what) and not what.startswith("planted")]:
        parser.error(f"there is no fault {', '.join(unknown)}")
    # What fails on purpose would fill the screen.
    logging.getLogger("thidua").setLevel(logging.CRITICAL)
    ends = time.monotonic() + (options.minutes or 1e9) * 60
    is_kept = True
    for place, name in enumerate(names):
        with private_postgres(durable=True) as server:
            share = (ends - time.monotonic()) / (len(names) - place)
            fault = FAULTS[name]
            budget = Budget(
                times=options.times or fault.times[options.quick],
                hold_s=fault.hold_s[options.quick] if options.hold is None else options.hold,
                seed=options.seed,
                until=time.monotonic() + share,
                within_s=options.within,
            )
            is_kept &= _run(name, budget, partial(fault.strikes, server, budget))
    if planted := [name for name in PLANTED if {"planted", f"planted: {name}"} & set(options.what)]:
        is_kept &= _show_planted(planted, options.seed)
    return 0 if is_kept else 1


def _named(what: str) -> list[str]:
    if what == "all":
        return list(FAULTS)
    return [name for name in FAULTS if name == what or name.startswith(f"{what}-")]


def _run(name: str, budget: Budget, strike: Callable[[], Outcome]) -> bool:
    began = time.monotonic()
    try:
        outcome = strike()
    except TimeoutError as error:
        outcome = Outcome(violations=[f"I5 {str(error)[:2000]}"])
    outcome.figures["took_s"] = round(time.monotonic() - began)
    print(outcome.line(name, budget), flush=True)
    return not outcome.violations


def _show_planted(names: list[str], seed: int) -> bool:
    caught = 0
    for name in names:
        # A server of its own: one of the bugs kills it.
        with private_postgres(durable=True) as server:
            caught += _run(f"planted: {name}", Budget(1, seed=seed, done=1), partial(play, server, name, seed))
    print(f'{{"planted": {len(names)}, "caught": {caught}}}', flush=True)
    return caught == len(names)


if __name__ == "__main__":
    sys.exit(main())
