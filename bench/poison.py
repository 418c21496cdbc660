"""What a report costs that counting cannot survive: python bench/poison.py --times 3 --seed 1

For each kind of badness, ``--times`` times: a bad report among good ones in an order of chance, a real
worker that is started again whenever it ends, and the seconds until the good ones are counted and the
bad one is set aside. One JSON line for each kind. ``--postgres`` uses a pool of processes on
PostgreSQL with fsync on, else threads on SQLite. ``--cost`` prints instead what the note before each
round adds to counting one filing.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from psycopg import sql

from thidua.adapters.db.rounds import DatabaseRounds
from thidua.adapters.db.schema import upgrade
from thidua.adapters.embedded_broker import embedded_broker
from thidua.application.background.drain import drain_round
from thidua.application.background.verifying import verify
from thidua.application.ports.rows import MOST_ATTEMPTS
from thidua_testkit import poison
from thidua_testkit.broker import BrokerServer
from thidua_testkit.poisoned_site import GOOD
from thidua_testkit.poisoned_site import PoisonedSite
from thidua_testkit.postgres import private_postgres

SIX = ("raise", "loop", "allocate", "exit", "segfault", "recursion")
WITHIN_S = 1200


def quantiles(values: list[float]) -> dict[str, float]:
    return {"median": round(statistics.median(values), 1), "max": round(max(values), 1)}


def one_kind(site: PoisonedSite, kind: str, *, times: int, reports: int, chance: random.Random) -> dict[str, object]:
    units = list(site.units)
    attempts, good_s, aside_s, applied = [], [], [], 0
    deaths = site.deaths
    differences: list[str] = []
    for _ in range(times):
        mine, units = units[: reports + 1], units[reports + 1 :]
        bad = chance.choice(mine)
        chance.shuffle(mine)
        for unit in mine:
            site.file(unit, poison.KINDS[kind] if unit == bad else GOOD)
        good = set(mine) - {bad}
        began = time.monotonic()
        site.work_until(lambda good=good: good <= site.counted(), within_s=WITHIN_S)
        good_s.append(time.monotonic() - began)
        site.work_until(lambda bad=bad: site.attempts().get(bad, 0) >= MOST_ATTEMPTS, within_s=WITHIN_S)
        aside_s.append(time.monotonic() - began)
        attempts.append(site.attempts()[bad])
        applied += len(good & site.counted())
        differences += verify(site.here.host).differences
    return {
        "kind": kind,
        "times": times,
        "attempts": attempts,
        "good_reports": times * reports,
        "good_reports_applied": applied,
        "seconds_until_good_are_counted": quantiles(good_s),
        "seconds_until_set_aside": quantiles(aside_s),
        "deaths_of_the_worker": site.deaths - deaths,
        "differences": len(differences),
    }


@contextmanager
def without_notes() -> Iterator[None]:
    with (
        mock.patch.object(DatabaseRounds, "begin", lambda _, __, changes, **___: frozenset(changes)),
        mock.patch.object(DatabaseRounds, "end", return_value=None),
    ):
        yield


def cost(site: PoisonedSite) -> dict[str, object]:
    """Count single filings with and without the note, in turn."""
    took: dict[bool, list[float]] = {True: [], False: []}
    for number, unit in enumerate(site.units):
        site.file(unit, GOOD)
        is_noted = number % 2 == 0
        with ExitStack() as stack:
            if not is_noted:
                stack.enter_context(without_notes())
            began = time.perf_counter()
            drain_round(site.here.host)
            took[is_noted].append((time.perf_counter() - began) * 1000)
        # The document that a first report announces is no part of it.
        drain_round(site.here.host)
    with_note, without = statistics.median(took[True]), statistics.median(took[False])
    return {
        "filings": len(site.units),
        "round_p50_ms": round(with_note, 2),
        "without_note_p50_ms": round(without, 2),
        "note_ms": round(with_note - without, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reports", type=int, default=30, help="good reports beside each bad one")
    parser.add_argument("--kinds", nargs="*", choices=list(poison.KINDS), default=list(SIX))
    parser.add_argument("--limit", type=int, default=3, help="seconds after which a round is a hang")
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--cost", action="store_true")
    given = parser.parse_args()
    pool = "prefork" if given.postgres else "threads"
    about = {"pool": pool, "database": "postgresql" if given.postgres else "sqlite", "seed": given.seed}
    chance = random.Random(given.seed)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="thidua-", ignore_cleanup_errors=True)))
        server = stack.enter_context(private_postgres(durable=True)) if given.postgres else None
        broker = BrokerServer(embedded_broker(data_dir=folder, socket_dir=folder))
        broker.start()
        stack.callback(broker.kill)
        for place, kind in enumerate(given.kinds[:1] if given.cost else given.kinds):
            own = folder / str(place)
            own.mkdir()
            url = f"sqlite:///{own / 'thidua.db'}"
            if server is not None:
                server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(f"poison{place}")))
                url = server.url_of(f"poison{place}")
            upgrade(url)
            units = 200 if given.cost else given.times * (given.reports + 1)
            site = PoisonedSite(
                own, database_url=url, broker_url=broker.url, pool=pool, units=units, limit_s=given.limit
            )
            try:
                if given.cost:
                    line = cost(site)
                else:
                    line = one_kind(site, kind, times=given.times, reports=given.reports, chance=chance)
            finally:
                site.close()
            print(json.dumps(about | line), flush=True)


if __name__ == "__main__":
    main()
