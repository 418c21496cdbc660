"""A report that makes counting fail, on either engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from tests.faults.outcome import Budget
from tests.faults.outcome import Outcome
from tests.faults.races import file_one
from tests.faults.races import rows
from tests.faults.races import site_on
from tests.faults.races import unit_code
from tests.faults.seams import seamed
from thidua.application.background.drain import drain_round

__all__ = ["poisoned"]


def poisoned(url: str, budget: Budget, plant: str = "") -> Outcome:
    """A report that makes counting fail is tried five times and set aside; the others are counted."""
    outcome = Outcome()
    here = site_on(url, 5)
    host = seamed(here.host, plant=plant) if plant else here.host
    for number in range(5):
        unit = unit_code(number)
        file_one(here.host, here.reporter(unit), unit, 0, f"lần {number}")
    [[bad]] = rows(here.host, "SELECT id FROM report WHERE unit_code = :unit", unit=unit_code(2))
    failing = replace(host, work=_Choking(host.work, bad))
    rounds = 0
    for _ in range(10 * budget.times):
        if not drain_round(failing).leaves_more:
            break
        rounds += 1
    budget.done = budget.times
    [[aside, waiting]] = rows(
        here.host, "SELECT count(CASE WHEN attempts >= 5 THEN 1 END), count(*) FROM outbox WHERE applied_at IS NULL"
    )
    outcome.add(rounds=rounds, set_aside=aside, waiting=waiting)
    if (aside, waiting) != (1, 1):
        outcome.violations.append(f"I3 {aside} of {waiting} changes that wait were set aside after {rounds} rounds")
    return outcome


class _Choking:
    """Units of work that cannot replace the facts of one report."""

    def __init__(self, inner: Any, report_id: int) -> None:
        self._inner = inner
        self._report_id = report_id

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    @contextmanager
    def writing(self) -> Iterator[Any]:
        with self._inner.writing() as work:
            yield _ChokingWork(work, self._report_id)


class _ChokingWork:
    def __init__(self, inner: Any, report_id: int) -> None:
        self._inner = inner
        self._report_id = report_id

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    @property
    def facts(self) -> Any:
        return _ChokingFacts(self._inner.facts, self._report_id)


class _ChokingFacts:
    def __init__(self, inner: Any, report_id: int) -> None:
        self._inner = inner
        self._report_id = report_id

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def replace(self, report_ids: Any, rows: Any) -> None:
        if self._report_id in report_ids:
            raise RecursionError("a defect")
        self._inner.replace(report_ids, rows)
