"""How often a worker counts: at once after a quiet while, in large rounds when much comes in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field

import pytest

from thidua.application.background.drain import Drained
from thidua_workers import draining
from thidua_workers.draining import BUDGET_S
from thidua_workers.draining import MOST_ROUNDS
from thidua_workers.draining import Pace
from thidua_workers.draining import drain_all

#: As the task has it.
_SOFT_LIMIT_S = 45
#: A round that takes so many leaves some behind.
FULL = 10


@dataclass
class Hand:
    """A clock that moves when told to; sleeping moves it."""

    at: float = 100.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.at += seconds

    def a_round(self, applied: int, took: float) -> Callable[[], Drained]:
        def drain_some() -> int:
            self.at += took
            return Drained(applied, leaves_more=applied == FULL)

        return drain_some


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def pace(hand: Hand) -> Pace:
    return Pace(rests_per_round=4, longest_rest_s=1.0, clock=hand.now, sleep=hand.sleep)


def test_the_first_round_waits_for_nothing(pace: Pace, hand: Hand) -> None:
    assert pace.round(hand.a_round(3, 0.1)).applied == 3
    assert hand.slept == []


def test_the_next_round_waits_as_long_as_the_last_one_was_dear(pace: Pace, hand: Hand) -> None:
    pace.round(hand.a_round(3, 0.1))
    hand.at += 0.15
    pace.round(hand.a_round(1, 0.01))
    assert hand.slept == [0.25]


def test_who_files_after_a_quiet_while_waits_for_nobodys_rest(pace: Pace, hand: Hand) -> None:
    pace.round(hand.a_round(3, 0.1))
    hand.at += 0.4
    pace.round(hand.a_round(1, 0.1))
    assert hand.slept == []


def test_no_rest_is_longer_than_its_bound(pace: Pace, hand: Hand) -> None:
    pace.round(hand.a_round(3, 2.0))
    pace.round(hand.a_round(0, 0.0))
    assert hand.slept == [1.0]


def test_what_was_left_behind_is_taken_in_at_once(pace: Pace, hand: Hand) -> None:
    pace.round(hand.a_round(10, 0.5))
    pace.round(hand.a_round(10, 0.5))
    assert hand.slept == []


@pytest.mark.parametrize("applied", [0, 1])
def test_where_there_is_no_crowd_there_is_no_rest(pace: Pace, hand: Hand, applied: int) -> None:
    pace.round(hand.a_round(applied, 0.1))
    pace.round(hand.a_round(applied, 0.1))
    assert hand.slept == []


@pytest.mark.parametrize(
    ("rounds", "applied", "left"),
    [([10, 10, 4, 7], 24, [7]), ([0, 5], 0, [5]), ([10] * 70, 10 * MOST_ROUNDS, [10] * (70 - MOST_ROUNDS))],
)
def test_one_call_goes_on_while_rounds_are_full(
    pace: Pace, monkeypatch: pytest.MonkeyPatch, rounds: list[int], applied: int, left: list[int]
) -> None:
    def a_round(_host: object, *, limit: int) -> Drained:
        applied = rounds.pop(0)
        return Drained(applied, leaves_more=applied == limit)

    monkeypatch.setattr(draining, "drain_round", a_round)
    assert drain_all(None, pace, limit=FULL) == applied  # type: ignore[arg-type]  # no host is needed
    assert rounds == left


def test_a_long_backlog_ends_no_task_by_its_limit_in_time(
    hand: Hand, pace: Pace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def a_round(_host: object, *, limit: int) -> Drained:
        hand.at += 4
        return Drained(limit, leaves_more=True)

    monkeypatch.setattr(draining, "drain_round", a_round)
    began = hand.at
    drain_all(None, pace, limit=FULL, clock=hand.now)  # type: ignore[arg-type]  # no host is needed
    # One more round than fits, and it may take as long again.
    assert BUDGET_S <= hand.at - began <= BUDGET_S + 4 < _SOFT_LIMIT_S
