"""Two who bring units in at the same moment: the second waits and sees what the first has done."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaitingError
from dataclasses import replace
from datetime import date
from datetime import datetime

import pytest

from thidua.application.periods.directory import import_directory
from thidua.domain.directories import UnitDirectory
from thidua.domain.units import Unit
from thidua.domain.units import UnitVersion
from thidua_testkit.installation import HandClock
from thidua_testkit.installation import beside

NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")


class _SlowClock(HandClock):
    """A clock that is asked in the middle of an import, and answers when it is told to."""

    def __init__(self) -> None:
        super().__init__(NOON)
        self.is_asked, self.may_answer = threading.Event(), threading.Event()

    def now(self) -> datetime:
        self.is_asked.set()
        assert self.may_answer.wait(30)
        return super().now()


def a_unit(number: int, name: str) -> Unit:
    version = UnitVersion(
        name=name, short_name=name, type="library", parent="UBND", valid_from=date(2020, 1, 1), valid_to=None
    )
    return Unit(code=f"TV-{number:03}", order=number, versions=(version,))


def test_the_second_waits_and_finds_what_the_first_brought(database_url: str) -> None:
    units = UnitDirectory(tuple(a_unit(number, f"Thư viện {number}") for number in range(20)))
    renamed = UnitDirectory((a_unit(3, "Thư viện đổi tên"), a_unit(20, "Thư viện mới"), *units.units[:3]))
    first, second = beside(database_url, at=NOON), beside(database_url, at=NOON)
    clock = _SlowClock()
    with ThreadPoolExecutor(2) as people:
        begun = people.submit(import_directory, replace(first.host, clock=clock), units)
        assert clock.is_asked.wait(30)
        waiting = people.submit(import_directory, second.host, renamed)
        with pytest.raises(StillWaitingError):
            waiting.result(0.5)
        clock.may_answer.set()
        assert len(begun.result(30).added) == 20
        effects = waiting.result(30)
    assert [unit.code for unit in effects.added] == ["TV-020"]
    assert [unit.code for unit in effects.changed] == ["TV-003"]
    assert effects.unchanged == 3
