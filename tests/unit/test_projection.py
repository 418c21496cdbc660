"""The year's count from its first days: against exact fractions, and against years drawn by chance."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest
from bare_campaigns import a_target
from hypothesis import given
from hypothesis import strategies

from thidua.domain.projection import Outlook
from thidua.domain.projection import Projection
from thidua.domain.projection import outlook_of
from thidua.domain.projection import project
from thidua_sdk import TargetKind

YEAR = 365


def believable(seen: int, total: int, elapsed_days: int, total_days: int, tail: Fraction) -> bool:
    """Tell in exact fractions whether ``total`` is no surprise on either side."""
    share = Fraction(elapsed_days, total_days)
    chances = [math.comb(total, n) * share**n * (1 - share) ** (total - n) for n in range(total + 1)]
    return sum(chances[seen:]) > tail and sum(chances[: seen + 1]) > tail


@given(
    seen=strategies.integers(0, 12),
    elapsed_days=strategies.integers(20, YEAR - 1),
    confidence_percent=strategies.sampled_from([50, 80, 90, 95]),
)
def test_the_interval_is_every_total_that_is_no_surprise(seen: int, elapsed_days: int, confidence_percent: int) -> None:
    found = project(seen, elapsed_days=elapsed_days, total_days=YEAR, confidence_percent=confidence_percent)
    tail = Fraction(100 - confidence_percent, 200)
    assert found.low == seen or not believable(seen, found.low - 1, elapsed_days, YEAR, tail)
    if found.high <= 200:
        assert not believable(seen, found.high + 1, elapsed_days, YEAR, tail)
        if found.high > found.expected:
            assert believable(seen, found.high, elapsed_days, YEAR, tail)
    assert found.low <= found.expected <= found.high


@given(seen=strategies.integers(0, 60), elapsed_days=strategies.integers(1, YEAR - 1))
def test_more_seen_never_lowers_and_more_confidence_never_narrows(seen: int, elapsed_days: int) -> None:
    found = project(seen, elapsed_days=elapsed_days, total_days=YEAR)
    more = project(seen + 1, elapsed_days=elapsed_days, total_days=YEAR)
    surer = project(seen, elapsed_days=elapsed_days, total_days=YEAR, confidence_percent=99)
    assert more.low >= found.low
    assert more.high >= found.high
    assert surer.low <= found.low <= found.high <= surer.high


def test_nine_months_of_2021_in_lang_son() -> None:
    """28 crashes in 274 of 365 days: 37 at this pace, and as few as 32 or as many as 44."""
    assert project(28, elapsed_days=274, total_days=YEAR) == Projection(expected=37, low=32, high=44)


def test_a_year_that_is_over_is_what_it_was() -> None:
    assert project(7, elapsed_days=YEAR, total_days=YEAR) == Projection(7, 7, 7)


@pytest.mark.parametrize(
    ("seen", "elapsed_days", "confidence_percent"), [(-1, 10, 90), (1, 0, 90), (1, 366, 90), (1, 10, 0), (1, 10, 100)]
)
def test_what_cannot_be_projected_is_refused(seen: int, elapsed_days: int, confidence_percent: int) -> None:
    with pytest.raises(ValueError, match="cannot project"):
        project(seen, elapsed_days=elapsed_days, total_days=YEAR, confidence_percent=confidence_percent)


@pytest.mark.parametrize("expected", [4, 13, 34, 120])
def test_years_drawn_by_chance_end_inside_the_interval(expected: int) -> None:
    """At least nine years of ten, for the counts of a district, a province and more, at any cut-off."""
    chance = random.Random(expected)
    inside = 0
    for _ in range(400):
        # A Poisson year as it comes about: waiting times drawn one by one.
        days: list[float] = []
        day = chance.expovariate(expected / YEAR)
        while day < YEAR:
            days.append(day)
            day += chance.expovariate(expected / YEAR)
        elapsed = chance.choice([90, 181, 274])
        found = project(sum(each < elapsed for each in days), elapsed_days=elapsed, total_days=YEAR)
        inside += found.low <= len(days) <= found.high
    # Two standard errors of 400 years below ninety in a hundred.
    assert inside >= 400 * 0.87


@pytest.mark.parametrize(
    ("interval", "baseline", "outlook"),
    [
        ((30, 38), 40, Outlook.LIKELY),
        ((30, 39), 40, Outlook.OPEN),
        ((39, 50), 40, Outlook.UNLIKELY),
        ((30, 38), None, None),
        ((30, 38), 0, None),
    ],
)
def test_an_outlook_is_open_while_the_interval_crosses_the_line(
    interval: tuple[int, int], baseline: int | None, outlook: Outlook | None
) -> None:
    low, high = interval
    assert outlook_of(a_target(), Projection(low, low, high), baseline=baseline) is outlook


def test_none_at_all_is_lost_with_the_first_and_open_until_the_end() -> None:
    zero = a_target(TargetKind.ZERO, least=None, most=None)
    assert outlook_of(zero, Projection(0, 0, 3), baseline=5) is Outlook.OPEN
    assert outlook_of(zero, Projection(2, 1, 3), baseline=5) is Outlook.UNLIKELY


def test_a_direction_without_a_number_has_no_outlook() -> None:
    assert (
        outlook_of(a_target(TargetKind.DIRECTION_ONLY, least=None, most=None), Projection(1, 1, 2), baseline=5) is None
    )
