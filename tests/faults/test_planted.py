"""Bugs put in on purpose are caught; those that take longer to show are in ``python -m tests.faults planted``."""

from __future__ import annotations

import pytest

from tests.faults.planted import play
from tests.faults.trial import kept
from thidua_testkit.postgres import PostgresServer


@pytest.mark.postgres
@pytest.mark.parametrize(
    "name", ["cursor by greatest id", "unique key replaced by SELECT", "attempts in the failed transaction"]
)
def test_a_planted_bug_is_caught(postgres_server: PostgresServer, name: str) -> None:
    assert kept(play(postgres_server, name, seed=7)).figures["caught_by"]


@pytest.mark.postgres
@pytest.mark.broker
def test_a_change_that_is_marked_before_it_is_counted_is_caught(postgres_server: PostgresServer) -> None:
    assert kept(play(postgres_server, "marked before it is counted", seed=7, controls=False)).figures["caught_by"]
