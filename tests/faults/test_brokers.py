"""Small counts of the faults of a broker: who files notices none of them."""

from __future__ import annotations

import pytest

from tests.faults.brokers import absent
from tests.faults.brokers import cut
from tests.faults.brokers import emptied
from tests.faults.brokers import full
from tests.faults.brokers import hung
from tests.faults.brokers import killed_brokers
from tests.faults.brokers import silent_for
from tests.faults.trial import few
from tests.faults.trial import kept
from thidua_testkit.postgres import PostgresServer

pytestmark = [pytest.mark.postgres, pytest.mark.broker]


def test_workers_hear_again_after_the_broker_was_killed(postgres_server: PostgresServer) -> None:
    assert kept(killed_brokers(postgres_server, few(2))).counts["deaf"] == 0


def test_a_broker_that_forgets_everything_only_delays(postgres_server: PostgresServer) -> None:
    kept(emptied(postgres_server, few(3, hold_s=0.5)))


def test_a_broker_that_hangs_holds_up_no_filing(postgres_server: PostgresServer) -> None:
    kept(hung(postgres_server, few(1, hold_s=5), kinds=("silent",), calm_s=0.5))


def test_a_full_broker_refuses_bells_and_nothing_else(postgres_server: PostgresServer) -> None:
    assert kept(full(postgres_server, few(1, hold_s=1))).counts["refused"] == 1


def test_without_a_broker_the_timers_count(postgres_server: PostgresServer) -> None:
    kept(silent_for(postgres_server, few(1, hold_s=6), oldest_s=60, after_s=1))


def test_connections_that_are_cut_again_and_again_make_nobody_deaf(postgres_server: PostgresServer) -> None:
    assert kept(cut(postgres_server, few(1, hold_s=2))).counts["cut"] > 0


def test_everything_starts_and_counts_where_the_broker_never_did(postgres_server: PostgresServer) -> None:
    kept(absent(postgres_server, few(1, hold_s=2)))
