"""Small counts of the races, on both databases."""

from __future__ import annotations

import pytest

from tests.faults.beats import days_told_by_many
from tests.faults.edits import edited_by_two
from tests.faults.poison import poisoned
from tests.faults.races import delivered_often
from tests.faults.races import drained_by_many
from tests.faults.races import late_commit
from tests.faults.races import sent_at_once
from tests.faults.trial import few
from tests.faults.trial import kept


def test_bells_and_changes_that_come_often_change_nothing(database_url: str) -> None:
    assert kept(delivered_often(database_url, few(20))).counts["replayed"] > 0


def test_the_same_request_at_once_is_one_report_and_one_answer(database_url: str) -> None:
    assert kept(sent_at_once(database_url, few(10), most=12)).counts["answered"] > 10


@pytest.mark.parametrize("units", [1, 40])
def test_many_drains_count_each_change_once(database_url: str, units: int) -> None:
    kept(drained_by_many(database_url, few(80), drainers=2, units=units))


def test_two_people_at_one_report_make_one_line_of_revisions(database_url: str) -> None:
    assert kept(edited_by_two(database_url, few(20))).counts["refused"] > 0


@pytest.mark.postgres
def test_what_commits_late_is_counted_late_and_not_passed_over(postgres_url: str) -> None:
    assert kept(late_commit(postgres_url, few(3))).counts["late"] == 3


def test_each_night_has_one_turn_however_many_look(database_url: str) -> None:
    assert kept(days_told_by_many(database_url, few(15))).counts["laid_down"] > 5


def test_a_report_that_cannot_be_counted_is_set_aside(database_url: str) -> None:
    assert kept(poisoned(database_url, few(3))).counts["set_aside"] == 1
