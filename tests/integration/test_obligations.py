"""More time, exemption and owing again through the use case, on both databases."""

import threading
from datetime import datetime
from typing import Any

import pytest

from thidua.application.background.verifying import verify
from thidua.application.periods.campaigns import close_period
from thidua.application.periods.obligations import Wish
from thidua.application.periods.obligations import change_obligation
from thidua.application.periods.obligations import read_obligation
from thidua.application.status.statuses import read_status
from thidua.domain.accounts import Actor
from thidua.domain.errors import ConflictError
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import ThiduaError
from thidua.domain.reports import Obligation
from thidua.domain.reports import ObligationChangeKind
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

HUU_LUNG = "LS-186-VHTT"
CHI_LANG = "LS-187-VHTT"
PLACE = {"campaign_code": "ATGT-2021", "period_code": "2021-Q1", "unit_code": HUU_LUNG}
EXTENDED, EXEMPTED, OWED_AGAIN = ObligationChangeKind


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2021-{text}:00+07:00")


@pytest.fixture
def here(database_url: str) -> Installation:
    found = an_installation(database_url, at=at("03-16T12:00"), campaign="ATGT-2021", periods=("2021-Q1",))
    found.drain()
    found.office()
    return found


def a_wish(kind: ObligationChangeKind, ends_at: datetime | None = None, **changes: Any) -> Wish:
    given = {"reason": "Mưa lũ", "document_number": "12/CV-UBND", "requested_by": "UBND huyện"}
    return Wish(kind=kind, ends_at=ends_at, **(given | changes))


def change(here: Installation, wish: Wish, actor: Actor | None = None, **place: str) -> Obligation:
    return change_obligation(here.host, actor or here.office(), **(PLACE | place), wish=wish)


def filing(here: Installation) -> dict[str, Any]:
    document: Any = read_status(here.host, here.office(), "ATGT-2021", "2021-Q1").document
    counts: dict[str, Any] = document["filing"]
    six = ("not_due", "due_soon", "on_time", "late", "overdue", "exempt")
    assert sum(counts[state] for state in six) == counts["roster"]
    return counts


def state_of(here: Installation) -> str:
    return next(str(unit["filing"]) for unit in filing(here)["units"] if unit["unit"] == HUU_LUNG)


def test_more_time_is_kept_with_its_paper_and_reaches_the_status(here: Installation) -> None:
    here.clock.instant = at("03-17T08:00")
    here.refresh()
    assert state_of(here) == "overdue"
    rings = here.bell.rings
    change(here, a_wish(EXTENDED, at("03-19T11:30")))
    assert here.bell.rings == rings + 1
    assert here.drain() == 1
    assert state_of(here) == "due_soon"
    sheet = read_obligation(here.host, here.reporter(HUU_LUNG), **PLACE)
    [kept] = sheet.changes
    assert (kept.seq, kept.kind, kept.ends_at) == (0, EXTENDED, at("03-19T11:30"))
    assert (kept.reason, kept.document_number, kept.requested_by) == ("Mưa lũ", "12/CV-UBND", "UBND huyện")
    assert (kept.by, kept.at) == (here.office().account_id, at("03-17T08:00"))
    assert (sheet.deadline.last_moment, sheet.deadline.working_days) == (at("03-19T11:30"), 2)
    assert sheet.can_change is False
    assert verify(here.host).differences == ()


def test_an_exempt_unit_stays_on_the_roster_as_exempt_and_can_owe_again(here: Installation) -> None:
    before = filing(here)
    change(here, a_wish(EXEMPTED))
    here.drain()
    after = filing(here)
    assert (after["roster"], after["exempt"]) == (before["roster"], 1)
    assert verify(here.host).differences == ()
    change(here, a_wish(OWED_AGAIN, document_number="", requested_by=""))
    here.drain()
    assert filing(here)["exempt"] == 0
    assert [kept.seq for kept in read_obligation(here.host, here.office(), **PLACE).changes] == [0, 1]


def test_an_exemption_with_an_end_ends_by_time_alone(here: Installation) -> None:
    owed = change(here, a_wish(EXEMPTED, at("03-25T17:00")))
    # Two working days after the day it ends, as the plan gives after a cut-off.
    assert owed.last_moment == at("03-29T17:00")
    here.drain()
    here.clock.instant = at("03-25T17:01")
    assert here.refresh() == 1
    assert state_of(here) == "due_soon"
    here.clock.instant = at("03-29T17:01")
    here.refresh()
    assert state_of(here) == "overdue"
    assert verify(here.host).differences == ()


def test_a_change_seen_too_late_is_a_conflict_and_leaves_no_trace(here: Installation) -> None:
    change(here, a_wish(EXTENDED, at("03-18T17:00"), seen=0))
    with pytest.raises(ConflictError):
        change(here, a_wish(EXTENDED, at("03-19T17:00"), seen=0))
    with pytest.raises(ConflictError):
        change(here, a_wish(EXTENDED, at("03-18T17:00")))
    sheet = read_obligation(here.host, here.office(), **PLACE)
    assert (len(sheet.changes), sheet.obligation.extended_to) == (1, at("03-18T17:00"))


def test_everything_missing_is_told_at_once(here: Installation) -> None:
    with pytest.raises(InvalidPayloadError) as refused:
        change(here, Wish(kind=EXTENDED, reason=" "))
    cells = [finding.cells[0] for finding in refused.value.findings]
    assert cells == ["/reason", "/document_number", "/requested_by", "/ends_at"]
    with pytest.raises(InvalidPayloadError) as unknown:
        change(here, a_wish(EXTENDED, at("03-18T17:00").replace(year=2031)))
    assert "lịch làm việc" in unknown.value.findings[0].message


def test_only_the_office_changes_and_another_unit_does_not_exist(here: Installation) -> None:
    with pytest.raises(NotAllowedError):
        change(here, a_wish(EXTENDED, at("03-18T17:00")), here.reporter(HUU_LUNG))
    with pytest.raises(NotFoundError):
        read_obligation(here.host, here.reporter(CHI_LANG), **PLACE)
    for wrong in ({"unit_code": "XX"}, {"period_code": "2021-Y"}, {"campaign_code": "XX"}):
        with pytest.raises(NotFoundError):
            change(here, a_wish(EXTENDED, at("03-18T17:00")), **wrong)


def test_a_closed_period_changes_no_deadline(here: Installation) -> None:
    close_period(here.host, "ATGT-2021", "2021-Q1")
    with pytest.raises(ConflictError):
        change(here, a_wish(EXTENDED, at("03-18T17:00")))


@pytest.mark.parametrize("seen", [0, None])
def test_simultaneous_changes_take_their_numbers_in_turn(here: Installation, seen: int | None) -> None:
    start, done, refused = threading.Barrier(6), [], []

    def run(number: int) -> None:
        start.wait()
        try:
            done.append(change(here, a_wish(EXTENDED, at(f"03-{18 + number}T17:00"), seen=seen)))
        except ThiduaError as error:
            refused.append(error)

    running = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(60)
    assert all(isinstance(error, ConflictError) for error in refused), refused
    assert len(done) + len(refused) == 6
    sheet = read_obligation(here.host, here.office(), **PLACE)
    assert [kept.seq for kept in sheet.changes] == list(range(len(done)))
    ends = [kept.ends_at for kept in sheet.changes]
    assert ends == sorted(ends, key=lambda moment: moment or at("01-01T00:00"))
    assert sheet.obligation.extended_to == ends[-1]
    assert len(done) == 1 if seen == 0 else done
    here.drain()
    assert verify(here.host).differences == ()
