"""How long who guesses has to wait, and that every wait ends by itself."""

from __future__ import annotations

from datetime import UTC
from datetime import datetime
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from thidua.domain.throttling import BY_NETWORK
from thidua.domain.throttling import BY_PERSON
from thidua.domain.throttling import LONGEST_WAIT
from thidua.domain.throttling import Limit
from thidua.domain.throttling import Tried
from thidua.domain.throttling import bucket
from thidua.domain.throttling import forgotten_at
from thidua.domain.throttling import one_more

NOW = datetime(2021, 9, 15, 1, 0, tzinfo=UTC)


def waits(limit: Limit, tries: int) -> list[float]:
    """Guess again as soon as it is allowed; returns the seconds of each wait."""
    found: list[float] = []
    tried, now = None, NOW
    for _ in range(tries):
        tried = one_more(tried, limit, now)
        found.append((tried.free_at - now).total_seconds())
        now = tried.free_at
    return found


def test_after_some_free_tries_each_wait_is_twice_as_long_up_to_a_quarter_of_an_hour() -> None:
    assert waits(BY_PERSON, 14) == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512]


def test_whoever_never_stops_gets_a_try_each_quarter_of_an_hour_and_no_more() -> None:
    assert set(waits(BY_PERSON, 200)[20:]) <= {512.0, 900.0}
    a_day = timedelta(days=1)
    tried, now, guesses = None, NOW, 0
    while now < NOW + a_day:
        tried = one_more(tried, BY_PERSON, now)
        now, guesses = tried.free_at, guesses + 1
    assert guesses <= 130


def test_an_office_behind_one_address_may_mistype_thirty_times_in_the_same_minute() -> None:
    assert set(waits(BY_NETWORK, 30)) == {0}
    assert waits(BY_NETWORK, 33)[30:] == [1, 2, 4]


def test_what_was_tried_is_forgotten_bit_by_bit() -> None:
    tried = None
    for _ in range(8):
        tried = one_more(tried, BY_PERSON, NOW)
    assert tried is not None
    after_two = one_more(tried, BY_PERSON, NOW + 2 * LONGEST_WAIT)
    assert after_two.count == 7
    assert one_more(tried, BY_PERSON, NOW + 8 * LONGEST_WAIT) == Tried(
        1, NOW + 8 * LONGEST_WAIT, NOW + 8 * LONGEST_WAIT
    )


@given(st.lists(st.integers(min_value=0, max_value=5000), max_size=60), st.sampled_from([BY_PERSON, BY_NETWORK]))
def test_no_wait_is_longer_than_a_quarter_of_an_hour_whatever_went_before(gaps_s: list[int], limit: Limit) -> None:
    tried, now = None, NOW
    for gap_s in gaps_s:
        now += timedelta(seconds=gap_s)
        tried = one_more(tried, limit, now)
        assert now <= tried.free_at <= now + LONGEST_WAIT
        assert forgotten_at(tried, limit) <= now + LONGEST_WAIT * 20


def test_a_clock_that_is_put_back_makes_nobody_wait_longer() -> None:
    tried = one_more(None, BY_PERSON, NOW)
    assert one_more(tried, BY_PERSON, NOW - timedelta(days=1)).free_at == NOW - timedelta(days=1)


def test_parts_of_a_bucket_cannot_run_into_each_other() -> None:
    assert bucket("a", "bc", "d").key != bucket("a", "b", "cd").key
    assert "minh" not in bucket("password", "minh", "203.0.113.9").key
