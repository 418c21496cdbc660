"""A period that opens takes over what the campaign's earlier periods brought, on both databases."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

import pytest

from thidua.application.background.sample import file_sample
from thidua.application.background.verifying import verify
from thidua.application.periods.campaigns import open_period
from thidua.application.status.statuses import read_status
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

CAMPAIGN, FIRST, SECOND, THIRD = "ATGT-2021", "2021-Q1", "2021-H1", "2021-9M"
MORNING = datetime.fromisoformat("2021-03-15T09:00:00+07:00")


@pytest.fixture
def here(database_url: str) -> Installation:
    return an_installation(database_url, at=MORNING, campaign=CAMPAIGN, periods=(FIRST,))


def file_all(here: Installation, period: str, at: datetime = MORNING) -> int:
    with here.host.work.reading() as work:
        roster = work.campaigns.roster(CAMPAIGN, period)
    for row in roster:
        unit = row.obligation.unit_code
        file_sample(here.host, row, account_id=here.reporter(unit).account_id, at=at)
    return len(roster)


def over_time(here: Installation, period: str) -> list[object]:
    here.office()
    document: Any = read_status(here.host, here.actors["office"], CAMPAIGN, period).document
    return [each["cumulative"] for each in document["indicators"]]


def test_a_new_period_begins_with_the_figures_of_those_before(here: Installation) -> None:
    file_all(here, FIRST)
    here.drain()
    rings = here.bell.rings
    open_period(here.host, CAMPAIGN, SECOND)
    assert here.bell.rings == rings + 1
    here.drain()
    assert over_time(here, SECOND) == over_time(here, FIRST)
    assert any(each != {"official": None, "provisional": None} for each in over_time(here, SECOND))
    assert verify(here.host).differences == ()


def test_each_unit_that_filed_waits_once_for_the_new_period(here: Installation) -> None:
    units = file_all(here, FIRST)
    here.drain()
    owing = open_period(here.host, CAMPAIGN, SECOND)
    with here.host.work.writing() as work:
        waiting = work.outbox.claim(100)
    assert {(row.period_code, row.report_id) for row in waiting} == {(SECOND, None)}
    assert len({row.unit_code for row in waiting}) == len(waiting) == units
    # The roster is judged at once.
    filing: Any = read_status(here.host, here.office(), CAMPAIGN, SECOND).document["filing"]
    assert (filing["roster"], len(filing["units"]), filing["received"]) == (owing, owing, 0)


@pytest.mark.postgres
def test_what_is_counted_while_a_period_opens_is_in_it(postgres_url: str) -> None:
    here = an_installation(postgres_url, at=MORNING, campaign=CAMPAIGN, periods=(FIRST,))
    with here.host.work.reading() as work:
        row = work.campaigns.roster(CAMPAIGN, FIRST)[0]
    unit = row.obligation.unit_code
    opening = threading.Thread(target=lambda: open_period(here.host, CAMPAIGN, SECOND))
    with here.host.work.writing() as work:
        # A worker is counting: what it read of the periods is from before the opening.
        work.shards.lock(CAMPAIGN, [unit])
        opening.start()
        opening.join(1)
        assert opening.is_alive(), "the opening did not wait for the worker"
        file_sample(here.host, row, account_id=here.reporter(unit).account_id, at=MORNING)
    opening.join(30)
    here.drain()
    assert over_time(here, SECOND) == over_time(here, FIRST)
    assert verify(here.host).differences == ()
