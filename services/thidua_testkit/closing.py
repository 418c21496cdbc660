"""Connections to a test's own database are closed with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from thidua.adapters.db.unit_of_work import DatabaseUnitsOfWork

__all__ = ["closed_with_its_database", "closing"]

#: What works on the database of a running test, by its address.
_at_work: dict[str, list[DatabaseUnitsOfWork]] = {}


def closed_with_its_database(url: str, units_of_work: DatabaseUnitsOfWork) -> DatabaseUnitsOfWork:
    """Have the connections closed when the test is over, if the database is one test's own."""
    if url in _at_work:
        _at_work[url].append(units_of_work)
    return units_of_work


@contextmanager
def closing(url: str) -> Iterator[str]:
    """Give the address back, and close what works on that database when it is no longer needed."""
    _at_work[url] = []
    try:
        yield url
    finally:
        for each in _at_work.pop(url):
            each.close()
