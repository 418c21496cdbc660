"""Bounds what one transaction of a worker may take: of time, at whose end the process ends, and of memory."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import AbstractContextManager
from contextlib import contextmanager

from thidua.adapters.last_resort import Guard
from thidua.application.ports.unit_of_work import LedgerActs
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.ports.unit_of_work import UnitsOfWork

__all__ = ["Guard", "GuardedUnitsOfWork", "limit_memory"]


class GuardedUnitsOfWork:
    """Units of work whose writing transactions must end within a limit, each anew.

    So a long backlog or rebuild, which is many transactions, is never ended, and a hang always is.
    """

    def __init__(self, work: UnitsOfWork, limit_s: float) -> None:
        self._work = work
        self._limit_s = limit_s

    @contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        """Open a transaction that may write, and end the process if it does not end."""
        with self._work.writing() as work, Guard(self._limit_s):
            yield work

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """Open a transaction that only reads."""
        return self._work.reading()

    def acting(self) -> AbstractContextManager[LedgerActs]:
        """Open one act of the ledger."""
        return self._work.acting()

    def glancing(self) -> AbstractContextManager[UnitOfWork]:
        """Open look-ups that each stand alone."""
        return self._work.glancing()


def limit_memory(most_bytes: int) -> None:
    """Bound what this process and those that fork off may map each.

    One that runs wild then meets a MemoryError of its own, and not the end of the machine.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most_bytes = most_bytes if hard == resource.RLIM_INFINITY else min(hard, most_bytes)
    resource.setrlimit(resource.RLIMIT_AS, (most_bytes, hard))
