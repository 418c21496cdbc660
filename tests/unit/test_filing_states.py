"""Every unit of a roster is in exactly one filing state, computed from receipt and deadline."""

from datetime import UTC
from datetime import datetime
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from thidua.domain.filing import FilingState
from thidua.domain.filing import Roster
from thidua.domain.filing import filing_state
from thidua.domain.filing import next_change
from thidua.domain.reports import Obligation

DUE = datetime(2021, 9, 16, 10, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def an_obligation(*, exempt: str = "", due_at: datetime = DUE) -> Obligation:
    return Obligation(1, "C", "P", "U", "t", "Đơn vị", 1, {}, "A", due_at, exempt)


def state(*, received: datetime | None = None, now: datetime, exempt: str = "") -> FilingState:
    return filing_state(an_obligation(exempt=exempt), received, now=now, due_soon_days=5)


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


@given(st.lists(st.tuples(st.none() | moments, st.booleans())), moments)
def test_the_six_states_sum_to_the_roster(units: list[tuple[datetime | None, bool]], now: datetime) -> None:
    roster = Roster.of(
        filing_state(an_obligation(exempt="x" if exempt else ""), received, now=now, due_soon_days=5)
        for received, exempt in units
    )
    assert roster.total == len(units) == sum(roster.counts.values())
    assert set(roster.counts) == set(FilingState)


@given(st.lists(moments, min_size=1), moments)
def test_nothing_changes_by_time_alone_before_the_next_change(dues: list[datetime], now: datetime) -> None:
    obligations = [an_obligation(due_at=due_at) for due_at in dues]

    def states(at: datetime) -> list[FilingState]:
        return [filing_state(each, None, now=at, due_soon_days=5) for each in obligations]

    following = next_change(obligations, now=now, due_soon_days=5)
    if following is None:
        assert states(now) == states(now + timedelta(days=4000))
    else:
        assert states(now) == states(following - INSTANT)
        assert states(now) != states(following)
