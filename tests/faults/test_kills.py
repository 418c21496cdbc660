"""Small counts of the faults in which processes die, stop and start again."""

from __future__ import annotations

import pytest

from tests.faults.beats import beats_that_die
from tests.faults.kills import killed_at_points
from tests.faults.kills import killed_workers
from tests.faults.kills import restarted
from tests.faults.kills import stopped
from tests.faults.trial import few
from tests.faults.trial import kept
from thidua_testkit.postgres import PostgresServer

pytestmark = [pytest.mark.postgres, pytest.mark.broker]


def test_pages_and_workers_that_die_around_their_commits_lose_and_double_nothing(
    postgres_server: PostgresServer,
) -> None:
    points = ("web.in_commit", "web.after_commit", "drain.counted")
    assert kept(killed_at_points(postgres_server, few(1), points)).counts["kills_in_commit_window"] >= 2


def test_killed_workers_leave_nothing_uncounted_and_no_lock(postgres_server: PostgresServer) -> None:
    assert kept(killed_workers(postgres_server, few(4))).counts["kills"] == 4


def test_parts_that_are_told_to_end_do_and_come_back(postgres_server: PostgresServer) -> None:
    assert kept(restarted(postgres_server, few(1))).counts["restarts"] == 1


def test_a_process_that_stood_still_writes_nothing_old(postgres_server: PostgresServer) -> None:
    kept(stopped(postgres_server, few(1, hold_s=3), idle_s=1))


def test_beats_that_die_or_are_two_ring_harmlessly_and_each_night_has_one_turn(postgres_server: PostgresServer) -> None:
    kept(beats_that_die(postgres_server, few(2, hold_s=1), days=1))
