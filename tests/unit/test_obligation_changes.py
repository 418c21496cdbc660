"""More time, let off, owed again: what follows from each, and what cannot follow."""

from dataclasses import replace
from datetime import UTC
from datetime import datetime
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.domain.errors import ConflictError
from thidua.domain.filing import FilingState
from thidua.domain.filing import filing_state
from thidua.domain.filing import next_change
from thidua.domain.obligations import ObligationChange
from thidua.domain.obligations import apply_change
from thidua.domain.obligations import replayed
from thidua.domain.reports import Obligation
from thidua.domain.reports import ObligationChangeKind
from thidua.domain.reports import Standing

DUE = datetime(2021, 9, 16, 10, tzinfo=UTC)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
OWED = Obligation(1, "C", "P", "U", "t", "Đơn vị", 1, {}, "A", DUE)
EXTENDED, EXEMPTED, OWED_AGAIN = ObligationChangeKind


def a_change(
    kind: ObligationChangeKind,
    *,
    ends_at: datetime | None = None,
    at: datetime = DUE - DAY,
    owed_by: datetime | None = None,
) -> ObligationChange:
    return ObligationChange(
        seq=0,
        kind=kind,
        reason="Mưa lũ",
        document_number="12/CV",
        requested_by="UBND",
        ends_at=ends_at,
        by=1,
        at=at,
        owed_by=owed_by,
    )


def state(owed: Obligation, now: datetime, standing: Standing | None = None) -> FilingState:
    return filing_state(owed, standing, now=now, due_soon_days=5)


def test_more_time_moves_the_last_moment_and_makes_a_late_filing_punctual() -> None:
    filed = Standing(DUE + DAY)
    assert state(OWED, DUE + 2 * DAY, filed) is FilingState.LATE
    extended = apply_change(OWED, a_change(EXTENDED, ends_at=DUE + DAY, at=DUE + 2 * DAY))
    assert state(extended, DUE + 2 * DAY, filed) is FilingState.ON_TIME
    assert state(extended, DUE + 2 * DAY, Standing(DUE + DAY + INSTANT)) is FilingState.LATE


@pytest.mark.parametrize("ends_at", [DUE, DUE - DAY, None])
def test_an_extension_must_give_time(ends_at: datetime | None) -> None:
    with pytest.raises(ConflictError):
        apply_change(OWED, a_change(EXTENDED, ends_at=ends_at))


def test_a_second_extension_counts_from_the_first() -> None:
    once = apply_change(OWED, a_change(EXTENDED, ends_at=DUE + 3 * DAY))
    with pytest.raises(ConflictError):
        apply_change(once, a_change(EXTENDED, ends_at=DUE + 2 * DAY))
    assert apply_change(once, a_change(EXTENDED, ends_at=DUE + 4 * DAY)).last_moment == DUE + 4 * DAY


def test_a_unit_let_off_without_an_end_never_changes_by_time() -> None:
    exempt = apply_change(OWED, a_change(EXEMPTED))
    assert state(exempt, DUE + 900 * DAY) is FilingState.EXEMPT
    assert next_change([(exempt, None)], now=DUE - DAY, due_soon_days=5) is None


def test_a_unit_let_off_for_a_time_owes_again_by_time_alone_and_has_days_to_file() -> None:
    end, owed_by = DUE + 10 * DAY, DUE + 12 * DAY
    exempt = apply_change(OWED, a_change(EXEMPTED, ends_at=end, owed_by=owed_by))
    assert state(exempt, end) is FilingState.EXEMPT
    assert next_change([(exempt, None)], now=DUE, due_soon_days=1) == end + INSTANT
    assert state(exempt, end + INSTANT) is FilingState.DUE_SOON
    assert state(exempt, owed_by) is FilingState.DUE_SOON
    assert next_change([(exempt, None)], now=owed_by, due_soon_days=1) == owed_by + INSTANT
    assert state(exempt, owed_by + INSTANT) is FilingState.OVERDUE


def test_an_exemption_that_ends_before_the_deadline_leaves_the_deadline() -> None:
    exempt = apply_change(OWED, a_change(EXEMPTED, ends_at=DUE - 8 * DAY, at=DUE - 20 * DAY, owed_by=DUE - 6 * DAY))
    assert (exempt.last_moment, exempt.extended_to) == (DUE, None)
    assert state(exempt, DUE - 8 * DAY + INSTANT) is FilingState.NOT_DUE


def test_what_cannot_follow_is_refused() -> None:
    exempt = apply_change(OWED, a_change(EXEMPTED))
    for change in (a_change(EXEMPTED), a_change(EXTENDED, ends_at=DUE + DAY)):
        with pytest.raises(ConflictError):
            apply_change(exempt, change)
    with pytest.raises(ConflictError):
        apply_change(OWED, a_change(OWED_AGAIN))
    with pytest.raises(ConflictError):
        apply_change(OWED, a_change(EXEMPTED, ends_at=DUE - DAY, at=DUE - DAY))


def test_after_an_exemption_has_ended_it_can_be_granted_anew_or_extended() -> None:
    exempt = apply_change(OWED, a_change(EXEMPTED, ends_at=DUE, owed_by=DUE + DAY))
    later = DUE + DAY
    again = apply_change(exempt, a_change(EXEMPTED, at=later))
    assert state(again, DUE + 50 * DAY) is FilingState.EXEMPT
    extended = apply_change(exempt, a_change(EXTENDED, ends_at=DUE + 5 * DAY, at=later))
    assert (extended.exempt_reason, extended.exempt_until) == ("", None)


def test_owed_again_keeps_the_time_that_was_given() -> None:
    extended = apply_change(OWED, a_change(EXTENDED, ends_at=DUE + 3 * DAY))
    exempt = apply_change(extended, a_change(EXEMPTED))
    owed = apply_change(exempt, a_change(OWED_AGAIN))
    assert owed == extended


changes = st.lists(
    st.builds(
        a_change,
        st.sampled_from(ObligationChangeKind),
        ends_at=st.none() | st.integers(-30, 60).map(lambda days: DUE + days * DAY),
        at=st.integers(-20, 20).map(lambda days: DUE + days * DAY),
    ),
    max_size=8,
)


@given(changes)
def test_replaying_the_history_gives_what_stands(wanted: list[ObligationChange]) -> None:
    owed, history = OWED, []
    for change in sorted(wanted, key=lambda each: each.at):
        owed_by = None if change.ends_at is None else change.ends_at + 2 * DAY
        numbered = replace(change, seq=len(history), owed_by=owed_by)
        try:
            owed = apply_change(owed, numbered)
        except ConflictError:
            continue
        history.append(numbered)
    assert replayed(owed, history) == owed
    assert owed.last_moment >= DUE
