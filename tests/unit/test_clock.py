"""Real and simulated time."""

from __future__ import annotations

from datetime import UTC
from datetime import datetime
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.adapters.clock import SimulatedClock
from thidua.adapters.clock import SystemClock
from thidua.adapters.clock import clock_from
from thidua.domain.errors import InvalidConfigurationError

A_REAL_MOMENT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2190, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  aware


def test_no_setting_is_the_real_time() -> None:
    clock = clock_from(" ")
    before = datetime.now(UTC)
    assert not clock.is_simulated
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.at(A_REAL_MOMENT) == A_REAL_MOMENT


def test_a_simulated_clock_starts_where_it_is_told_and_runs_on() -> None:
    clock = clock_from("2021-09-17T08:00:00+07:00", real_now=A_REAL_MOMENT)
    assert clock.is_simulated
    assert clock.at(A_REAL_MOMENT) == datetime(2021, 9, 17, 1, 0, tzinfo=UTC)
    assert clock.at(A_REAL_MOMENT + timedelta(hours=5)) == datetime(2021, 9, 17, 6, 0, tzinfo=UTC)


def test_a_simulated_clock_is_anchored_at_the_present_if_no_anchor_is_given() -> None:
    clock = clock_from("2021-09-17T08:00:00+07:00")
    assert abs(clock.now() - datetime(2021, 9, 17, 1, 0, tzinfo=UTC)) < timedelta(seconds=5)


def test_instants_are_given_in_utc_whatever_the_setting_says() -> None:
    clock = clock_from("2021-09-17T08:00:00+07:00@2026-11-24T10:00:00+07:00")
    assert clock.at(A_REAL_MOMENT).tzinfo is UTC
    assert clock.now().tzinfo is UTC
    assert SystemClock().at(A_REAL_MOMENT.astimezone()).tzinfo is UTC


@given(start=INSTANTS, anchor=INSTANTS, moment=INSTANTS)
def test_all_processes_given_the_same_text_agree(start: datetime, anchor: datetime, moment: datetime) -> None:
    clock = SimulatedClock(start=start, anchor=anchor)
    read = clock_from(clock.text)
    assert read.at(moment) == clock.at(moment) == start + (moment - anchor)


@pytest.mark.parametrize(
    "text",
    [
        "2021-09-17T08:00:00",
        "2021-09-17",
        "17/09/2021 08:00",
        "soon",
        "2021-09-17T08:00:00+07:00@",
        "@2021-09-17T08:00:00+07:00",
        "2021-09-17T08:00:00+07:00@2026-11-24T10:00:00",
        "9999-12-31T23:00:00+07:00",
    ],
)
def test_what_is_no_instant_with_an_offset_is_refused(text: str) -> None:
    with pytest.raises(InvalidConfigurationError) as refusal:
        clock_from(text)
    assert refusal.value.subject == "THIDUA_CLOCK"
