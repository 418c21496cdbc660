"""Every unit of a roster is in exactly one filing state, computed from receipt and deadline."""

from dataclasses import replace
from datetime import UTC
from datetime import datetime
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from thidua.domain.filing import FilingState
from thidua.domain.filing import Roster
from thidua.domain.filing import filing_state
from thidua.domain.filing import is_locked
from thidua.domain.filing import next_change
from thidua.domain.reports import Obligation
from thidua.domain.reports import Standing

DUE = datetime(2021, 9, 16, 10, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def an_obligation(*, exempt: str = "", due_at: datetime = DUE) -> Obligation:
    return Obligation(1, "C", "P", "U", "t", "Đơn vị", 1, {}, "A", due_at, exempt)


def state(*, received: datetime | None = None, now: datetime, exempt: str = "") -> FilingState:
    return filing_state(an_obligation(exempt=exempt), Standing(received), now=now, due_soon_days=5)


def test_the_due_moment_itself_is_still_in_time() -> None:
    assert state(received=DUE, now=DUE + timedelta(days=1)) is FilingState.ON_TIME
    assert state(received=DUE + INSTANT, now=DUE + timedelta(days=1)) is FilingState.LATE


def test_an_unfiled_report_passes_from_not_due_over_due_soon_to_overdue() -> None:
    moments = [DUE - timedelta(days=5) - INSTANT, DUE - timedelta(days=5), DUE, DUE + INSTANT]
    assert [state(now=now) for now in moments] == [
        FilingState.NOT_DUE,
        FilingState.DUE_SOON,
        FilingState.DUE_SOON,
        FilingState.OVERDUE,
    ]


def test_an_exempt_unit_is_neither_late_nor_overdue() -> None:
    assert state(now=DUE + timedelta(days=9), exempt="Không còn hoạt động") is FilingState.EXEMPT


moments = st.datetimes(datetime(2021, 1, 1), datetime(2022, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  zone given


standings = st.none() | st.builds(Standing, st.none() | moments, st.none() | moments, st.booleans())


@given(st.lists(st.tuples(standings, st.booleans())), moments)
def test_the_six_states_sum_to_the_roster(units: list[tuple[Standing | None, bool]], now: datetime) -> None:
    roster = Roster.of(
        filing_state(an_obligation(exempt="x" if exempt else ""), standing, now=now, due_soon_days=5)
        for standing, exempt in units
    )
    assert roster.total == len(units) == sum(roster.counts.values())
    assert set(roster.counts) == set(FilingState)


@given(st.lists(st.tuples(moments, standings), min_size=1), moments)
def test_nothing_changes_by_time_alone_before_the_next_change(
    owed: list[tuple[datetime, Standing | None]], now: datetime
) -> None:
    roster = [(an_obligation(due_at=due_at), standing) for due_at, standing in owed]

    def states(at: datetime) -> list[FilingState]:
        return [filing_state(each, standing, now=at, due_soon_days=5) for each, standing in roster]

    following = next_change(roster, now=now, due_soon_days=5)
    assert states(now) == states(now + timedelta(days=4000) if following is None else following - INSTANT)


def test_the_next_change_of_one_unit_is_its_very_next_state() -> None:
    roster = [(an_obligation(), None)]
    for now in (DUE - timedelta(days=6), DUE - timedelta(days=5), DUE):
        following = next_change(roster, now=now, due_soon_days=5)
        assert following is not None
        assert state(now=following) is not state(now=now)
    assert next_change(roster, now=DUE + INSTANT, due_soon_days=5) is None


def test_an_extension_moves_the_last_moment() -> None:
    extended = replace(an_obligation(), extended_to=DUE + timedelta(days=3))
    late_by_the_plan = Standing(DUE + timedelta(days=3))
    assert filing_state(extended, late_by_the_plan, now=DUE, due_soon_days=5) is FilingState.ON_TIME
    assert filing_state(extended, None, now=DUE + INSTANT, due_soon_days=5) is FilingState.DUE_SOON


def test_a_return_not_answered_by_its_limit_makes_late() -> None:
    standing = Standing(DUE, answer_by=DUE + timedelta(days=2))
    in_time, after = DUE + timedelta(days=2), DUE + timedelta(days=2) + INSTANT
    assert filing_state(an_obligation(), standing, now=in_time, due_soon_days=5) is FilingState.ON_TIME
    assert next_change([(an_obligation(), standing)], now=in_time, due_soon_days=5) == after
    assert filing_state(an_obligation(), standing, now=after, due_soon_days=5) is FilingState.LATE


def test_an_extension_beyond_the_lock_moves_the_lock_too() -> None:
    locked = replace(an_obligation(), locks_at=DUE + timedelta(days=1))
    assert not is_locked(an_obligation(), DUE + timedelta(days=400))
    assert not is_locked(locked, DUE + timedelta(days=1))
    assert is_locked(locked, DUE + timedelta(days=1) + INSTANT)
    assert not is_locked(replace(locked, extended_to=DUE + timedelta(days=3)), DUE + timedelta(days=3))
