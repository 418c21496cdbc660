"""Real processes count, file, rebuild and change obligations side by side: the status is the oracle's.

``THIDUA_RACES`` says how many races are run with two and with four workers; one each by default.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from typing import Any
from typing import Final

import pytest
from compared_status import differences
from played import CAMPAIGN
from played import OPENED
from played import UNITS
from played import Play
from played import a_play
from played import dismissed
from played import emptied
from racers import race
from sqlalchemy import text

from thidua.application.background.verifying import verify
from thidua.application.periods.campaigns import open_campaign
from thidua.application.status.statuses import read_status

RACES: Final = int(os.environ.get("THIDUA_RACES", "1"))

pytestmark = pytest.mark.postgres


@pytest.fixture
def play(postgres_url: str) -> Iterator[Play]:
    with dismissed():
        yield a_play(postgres_url)


def deadlocks(play: Play) -> int:
    """Count the deadlocks the server ever broke in this database."""
    with play.here.host.work.reading() as work:
        asked = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        connection: Any = work
        return int(connection._connection.execute(asked).scalar_one())


@pytest.mark.parametrize("workers", [2, 4])
def test_whoever_works_side_by_side_the_status_is_what_the_oracle_tells(
    play: Play, postgres_url: str, workers: int
) -> None:
    context = multiprocessing.get_context("spawn")
    for seed in range(RACES):
        emptied(play.here)
        play.here.clock.instant = OPENED
        open_campaign(play.here.host, CAMPAIGN)
        play.open("2021-Q1")
        for place, unit in enumerate(UNITS):
            play.file(unit, "2021-Q1", seed + place)
        failures, done = race(context, postgres_url, play, workers=workers, acts=25, seed=seed)
        assert failures == []
        with play.here.host.work.reading() as work:
            assert work.outbox.waiting() == 0
        assert done["changes"] >= done["file"] + done["accept"] + done["return"] + done["withdraw"]
        for period in play.digests():
            document: Any = read_status(play.here.host, play.here.office(), CAMPAIGN, period).document
            closed = period in play.closed_periods()
            assert differences(document, play.oracle(), period, period_is_closed=closed) == [], (seed, period)
        assert verify(play.here.host).differences == ()
        if RACES > 1:
            print(workers, seed, dict(sorted(done.items())), "deadlocks", deadlocks(play))  # noqa: T201
