"""Whole lives of reports, drawn at random, against a plain model of what the ledger must say.

A history is played through the real use cases on a real database. ``THIDUA_HISTORIES`` says how
many are played on each; the few played by default are the same every time.
"""

from __future__ import annotations

import os
from typing import Final

import pytest
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from lives_at_random import OPENED
from lives_at_random import UNITS
from lives_at_random import Lives
from played import only_units

from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

HISTORIES: Final = int(os.environ.get("THIDUA_HISTORIES", "0"))


@pytest.fixture
def here(database_url: str) -> Installation:
    """Give an installation with three units, whose ledger may be emptied between two histories."""
    found = an_installation(database_url, at=OPENED)
    found.office()
    for code in UNITS:
        found.reporter(code)
    only_units(found, UNITS)
    return found


def test_whatever_happens_to_reports_the_ledger_and_the_status_say_the_same(here: Installation) -> None:
    machine = type("LivesHere", (Lives,), {"here": here})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=HISTORIES or 6,
            stateful_step_count=40,
            derandomize=not HISTORIES,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_an_empty_filing_in_time_buys_nothing(here: Installation) -> None:
    """Play by hand the game that the deadline invites: file nothing in time, and the figures later."""
    machine = type("LivesHere", (Lives,), {"here": here})()
    machine.open()
    code = UNITS[0]
    machine.file(code, 24)
    machine.look()
    assert machine.lives[code].filing(machine.now) == "on_time"
    machine.give_back(code, 0, incomplete=True, pins=False)
    machine.wait_for_a_limit(code, answers=False, is_after=True)
    assert machine.lives[code].filing(machine.now) == "overdue"
    machine.file(code, 40)
    machine.look()
    assert machine.lives[code].filing(machine.now) == "late"
    machine.accept(code, 0, from_now=False)
    machine.look()
    assert machine.lives[code].filing(machine.now) == "late"
