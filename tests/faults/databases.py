"""Fresh databases of either engine for faults that need no processes around them."""

from __future__ import annotations

import time
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from os import getpid
from pathlib import Path
from tempfile import TemporaryDirectory

from psycopg import sql

from tests.faults.outcome import Budget
from tests.faults.outcome import Outcome
from thidua.adapters.db.schema import upgrade
from thidua_testkit.postgres import PostgresServer

__all__ = ["a_database", "a_file", "on_both", "on_postgresql"]

_numbers = count(1)


@contextmanager
def a_database(server: PostgresServer) -> Iterator[str]:
    """Make a migrated PostgreSQL database."""
    name = f"faults_{getpid()}_{next(_numbers)}"
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    upgrade(server.url_of(name))
    yield server.url_of(name)
    server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def a_file() -> Iterator[str]:
    """Make a migrated SQLite file."""
    with TemporaryDirectory(prefix="thidua-faults-") as folder:
        url = f"sqlite:///{Path(folder) / 'thidua.db'}"
        upgrade(url)
        yield url


def on_postgresql(function: Callable[..., Outcome], **given: object) -> Callable[[PostgresServer, Budget], Outcome]:
    """Give the fault a database of its own."""

    def run(server: PostgresServer, budget: Budget) -> Outcome:
        with a_database(server) as url:
            return function(url, budget, **given)

    return run


def on_both(function: Callable[..., Outcome], **given: object) -> Callable[[PostgresServer, Budget], Outcome]:
    """Let the fault strike on both engines in turn, each as often."""

    def run(server: PostgresServer, budget: Budget) -> Outcome:
        outcome = Outcome()
        with a_database(server) as postgresql, a_file() as sqlite:
            ends = budget.until
            # Each engine has half of the time.
            half = time.monotonic() + (ends - time.monotonic()) / 2
            for name, url, until in (("postgresql ", postgresql, half), ("sqlite ", sqlite, ends)):
                budget.until = until
                budget.done = 0
                part = function(url, budget, **given)
                outcome.figures |= {f"{name}{count}": number for count, number in part.counts.items()}
                outcome.include(part, name)
        return outcome

    return run
