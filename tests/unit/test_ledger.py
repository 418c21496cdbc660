"""The ledger's chain shows tampering, and what it says of punctuality cannot be gamed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from datetime import datetime
from datetime import timedelta

import pytest

from thidua.domain.errors import ConflictError
from thidua.domain.filing import FilingState
from thidua.domain.filing import filing_state
from thidua.domain.ledger import Delay
from thidua.domain.ledger import Entry
from thidua.domain.ledger import Place
from thidua.domain.ledger import delay_of
from thidua.domain.ledger import first_break
from thidua.domain.ledger import folded
from thidua.domain.lifecycle import Move
from thidua.domain.lifecycle import accept
from thidua.domain.lifecycle import consolidate
from thidua.domain.lifecycle import file_again
from thidua.domain.lifecycle import file_first
from thidua.domain.lifecycle import give_back
from thidua.domain.lifecycle import retold
from thidua.domain.lifecycle import withdraw
from thidua.domain.reports import EventKind
from thidua.domain.reports import Obligation
from thidua.domain.reports import Report
from thidua.domain.reports import ReportState

DUE = datetime(2021, 9, 16, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
OWED = Obligation(1, "C", "P", "U", "t", "Đơn vị", 1, {}, "A", DUE)
PLACE = Place("C", "P", "U")


class History:
    """One report's life, step by step; ``day`` counts from the due moment."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.report: Report | None = None

    def take(self, move: Move) -> None:
        self.entries += move.entries
        self.report = move.after

    @property
    def seen(self) -> Report:
        assert self.report is not None
        return self.report

    def file(self, day: float, *, paper: float | None = None) -> History:
        at = DUE + day * DAY
        body = {} if paper is None else {"paper_received_at": (DUE + paper * DAY).isoformat()}
        kind = EventKind.ENTERED_ON_BEHALF
        if self.report is None:
            self.take(file_first(OWED, {"fields": {}}, at=at, by=1, body=body, kind=kind if body else EventKind.FILED))
        else:
            payload = {"fields": {"n": day}}
            self.take(
                file_again(self.report, payload, at=at, by=1, body=body, kind=kind if body else EventKind.REFILED)
            )
        return self

    def give_back(self, day: float, *, answer_in: float | None = 2, incomplete: bool = False) -> History:
        limit = DUE + (day + answer_in) * DAY if answer_in is not None and not incomplete else None
        remarks = [{"cell": "/fields/n", "text": "Sai"}]
        self.take(
            give_back(
                self.seen,
                at=DUE + day * DAY,
                by=2,
                reason="Sai số",
                remarks=remarks,
                answer_by=limit,
                incomplete=incomplete,
            )
        )
        return self

    def withdraw(self, day: float) -> History:
        self.take(withdraw(self.seen, at=DUE + day * DAY, by=1, reason="Nhầm"))
        return self

    def accept(self, day: float, *, counts_from_now_filed: bool = False) -> History:
        self.take(accept(self.seen, at=DUE + day * DAY, by=2, counts_from_now_filed=counts_from_now_filed))
        return self

    def state(self, day: float) -> FilingState:
        return filing_state(OWED, folded(self.entries), now=DUE + day * DAY, due_soon_days=5)

    def delay(self, day: float) -> tuple[float, float]:
        found = delay_of(self.entries, due_at=DUE, until=DUE + day * DAY)
        return found.unit / DAY, found.office / DAY


def a_long_life() -> History:
    life = History().file(-3).give_back(-2).file(-1).withdraw(-0.5).file(-0.2).accept(1).file(2).accept(3)
    life.take(consolidate(life.seen, at=DUE + 5 * DAY, by=2))
    return life


def test_a_whole_chain_is_whole_and_leads_to_the_report() -> None:
    life = a_long_life()
    assert first_break(PLACE, life.entries, version=life.seen.version, head=life.seen.head) is None
    assert folded(life.entries) == life.seen.standing
    assert retold(life.seen, life.entries) == life.seen
    assert [entry.kind.value for entry in life.entries] == [
        *("filed", "returned", "refiled", "withdrawn", "refiled", "accepted", "refiled"),
        *("accepted", "superseded", "consolidated"),
    ]
    assert life.seen.state is ReportState.CONSOLIDATED


TAMPERINGS: dict[str, Callable[[list[Entry], int], list[Entry]]] = {
    "note": lambda chain, at: [*chain[:at], replace(chain[at], note="khác"), *chain[at + 1 :]],
    "moment": lambda chain, at: [*chain[:at], replace(chain[at], at=chain[at].at - DAY), *chain[at + 1 :]],
    "person": lambda chain, at: [*chain[:at], replace(chain[at], by=9), *chain[at + 1 :]],
    "body": lambda chain, at: [*chain[:at], replace(chain[at], body={"incomplete": False}), *chain[at + 1 :]],
    "content": lambda chain, at: [*chain[:at], replace(chain[at], content="0" * 64), *chain[at + 1 :]],
    "delete": lambda chain, at: [*chain[:at], *chain[at + 1 :]],
    "insert": lambda chain, at: [*chain[:at], chain[at], *chain[at:]],
    "cut tail": lambda chain, at: chain[:at],
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_every_tampering_is_found_where_it_was_done(tampering: str) -> None:
    life = a_long_life()
    for at in range(len(life.entries)):
        tampered = TAMPERINGS[tampering](life.entries, at)
        found = first_break(PLACE, tampered, version=life.seen.version, head=life.seen.head)
        assert found is not None
        assert found in {at, at + 1}  # an entry put in shows at the one it pushed back


def test_two_entries_that_changed_places_are_found() -> None:
    life = a_long_life()
    chain = list(life.entries)
    chain[2], chain[3] = chain[3], chain[2]
    assert first_break(PLACE, chain, version=life.seen.version, head=life.seen.head) == 2


def test_a_chain_of_another_report_is_not_this_ones() -> None:
    life = a_long_life()
    other = Place("C", "P", "V")
    assert first_break(other, life.entries, version=life.seen.version, head=life.seen.head) == 0


def test_filed_in_time_and_accepted_later_is_on_time_and_nobody_is_late() -> None:
    life = History().file(-1).accept(4)
    assert life.state(9) is FilingState.ON_TIME
    assert life.delay(9) == (0, 4)


def test_a_late_filing_is_the_units_delay_until_it_was_filed() -> None:
    life = History().file(2).accept(5)
    assert life.state(9) is FilingState.LATE
    assert life.delay(9) == (2, 3)


def test_a_return_answered_in_its_limit_stays_on_time_and_costs_the_unit_nothing() -> None:
    life = History().file(-1).give_back(3).file(4.5).accept(5)
    assert life.state(9) is FilingState.ON_TIME
    assert life.delay(9) == (0, 3.5)


def test_a_return_answered_after_its_limit_is_late_by_what_went_beyond() -> None:
    life = History().file(-1).give_back(3).file(6).accept(6)
    assert life.state(9) is FilingState.LATE
    assert life.delay(9) == (1, 3)


def test_an_empty_filing_that_is_returned_counts_from_its_complete_refiling() -> None:
    life = History().file(-1).give_back(3, incomplete=True)
    assert life.state(4) is FilingState.OVERDUE
    life.file(4)
    assert life.state(9) is FilingState.LATE
    assert life.delay(4) == (1, 3)


def test_an_empty_filing_returned_and_completed_before_the_due_moment_is_on_time() -> None:
    assert History().file(-3).give_back(-2, incomplete=True).file(-1).state(9) is FilingState.ON_TIME


def test_what_was_taken_back_does_not_hold_the_place() -> None:
    life = History().file(-1).withdraw(-0.5)
    assert life.state(1) is FilingState.OVERDUE
    assert life.file(2).state(9) is FilingState.LATE


def test_an_incomplete_first_filing_can_still_be_ruled_out_at_acceptance() -> None:
    life = History().file(-1).file(3)
    assert life.state(4) is FilingState.ON_TIME
    life.accept(4, counts_from_now_filed=True)
    assert life.state(4) is FilingState.LATE


def test_the_stamp_on_the_paper_counts_and_not_the_offices_typing() -> None:
    assert History().file(3, paper=-1).state(9) is FilingState.ON_TIME
    assert History().file(3, paper=1).state(9) is FilingState.LATE


def test_a_correction_after_acceptance_leaves_punctuality_and_the_accepted_figures() -> None:
    life = History().file(-1).accept(1).file(5)
    assert (life.seen.accepted_revision, life.seen.provisional_revision) == (0, 1)
    assert life.state(9) is FilingState.ON_TIME
    life.withdraw(6)
    assert (life.seen.state, life.seen.provisional_revision) == (ReportState.ACCEPTED, 0)
    assert life.state(9) is FilingState.ON_TIME


def test_a_returned_correction_counts_for_nothing_until_it_is_answered() -> None:
    life = History().file(-1).accept(1).file(5).give_back(6)
    assert (life.seen.accepted_revision, life.seen.provisional_revision) == (0, 0)
    with pytest.raises(ConflictError, match="đã từng được tiếp nhận"):
        History().file(-1).accept(1).file(5).give_back(6, incomplete=True)


def test_a_report_not_filed_at_all_is_the_units_delay() -> None:
    assert delay_of([], due_at=DUE, until=DUE + 3 * DAY) == Delay(3 * DAY)
    assert delay_of([], due_at=DUE, until=DUE - DAY) == Delay()


@pytest.mark.parametrize(
    ("act", "lives"),
    [
        ("give_back", [History().file(0).accept(1), History().file(0).give_back(1), History().file(0).withdraw(1)]),
        ("withdraw", [History().file(0).accept(1), History().file(0).give_back(1), History().file(0).withdraw(1)]),
        ("accept", [History().file(0).accept(1), History().file(0).give_back(1), History().file(0).withdraw(1)]),
    ],
)
def test_what_is_not_waiting_for_review_is_neither_returned_nor_taken_back_nor_accepted(
    act: str, lives: list[History]
) -> None:
    for life in lives:
        with pytest.raises(ConflictError):
            getattr(life, act)(2)


def test_a_consolidated_report_takes_no_filing() -> None:
    with pytest.raises(ConflictError, match="đã được tổng hợp"):
        a_long_life().file(9)


def test_taking_back_a_late_answer_does_not_hide_that_it_was_late() -> None:
    # More time was granted after the limit of the return had passed, so the last moment is still to come.
    extended = replace(OWED, extended_to=DUE + 30 * DAY)
    life = History().file(0).give_back(1, answer_in=2).file(9)

    def state(day: float) -> FilingState:
        return filing_state(extended, folded(life.entries), now=DUE + day * DAY, due_soon_days=5)

    assert state(9) is FilingState.LATE
    life.withdraw(10)
    assert state(10) is FilingState.OVERDUE
    life.file(11)
    assert state(11) is FilingState.LATE


def test_what_is_consolidated_is_the_accepted_revision_whatever_waits() -> None:
    for waits in (History().file(0).accept(1).file(2), History().file(0).accept(1).file(2).give_back(3, answer_in=9)):
        move = consolidate(waits.seen, at=DUE + 4 * DAY, by=None)
        waits.take(move)
        assert (waits.entries[-1].revision, waits.entries[-1].by) == (0, None)
        assert waits.seen.provisional_revision == 0
        assert (waits.seen.standing.answer_by, waits.state(90)) == (None, FilingState.ON_TIME)
    with pytest.raises(ConflictError):
        consolidate(History().file(0).seen, at=DUE, by=None)
    with pytest.raises(ConflictError):
        consolidate(a_long_life().seen, at=DUE + 9 * DAY, by=None)


@pytest.mark.parametrize(
    "kinds",
    [
        (EventKind.ACCEPTED,),
        (EventKind.REFILED,),
        (EventKind.FILED, EventKind.FILED),
        (EventKind.FILED, EventKind.ACCEPTED, EventKind.WITHDRAWN),
        (EventKind.FILED, EventKind.RETURNED, EventKind.ACCEPTED),
        (EventKind.FILED, EventKind.ACCEPTED, EventKind.CONSOLIDATED, EventKind.REFILED),
    ],
)
def test_a_chain_that_no_report_can_have_lived_is_not_retold(kinds: tuple[EventKind, ...]) -> None:
    entries = [Entry(seq=seq, revision=0, kind=kind, at=DUE, by=1) for seq, kind in enumerate(kinds)]
    with pytest.raises(ConflictError):
        retold(a_long_life().seen, entries)


def test_begun_days_count_whole() -> None:
    minute = timedelta(minutes=1)
    found = Delay(unit=DAY + minute, office=minute)
    assert (found.unit_days, found.office_days) == (2, 1)
    assert (Delay().unit_days, Delay(unit=2 * DAY).unit_days) == (0, 2)
