"""Whole lives of reports, drawn at random, against a plain model of what the ledger must say.

A history is played through the real use cases on a real database. ``THIDUA_HISTORIES`` says how
many are played on each; the few played by default are the same every time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any
from typing import Final

import pytest
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from hypothesis.stateful import initialize
from hypothesis.stateful import rule
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Connection
from sqlalchemy import delete
from sqlalchemy import select
from sqlalchemy import text
from sqlalchemy import update

from thidua.adapters.db.tables import campaign
from thidua.adapters.db.tables import fact
from thidua.adapters.db.tables import metadata
from thidua.adapters.db.tables import obligation
from thidua.adapters.db.tables import obligation_change
from thidua.adapters.db.tables import outbox
from thidua.adapters.db.tables import period
from thidua.adapters.db.tables import report
from thidua.adapters.db.tables import report_event
from thidua.adapters.db.tables import report_revision
from thidua.adapters.db.tables import rollup
from thidua.adapters.db.tables import rollup_shard
from thidua.adapters.db.tables import status
from thidua.adapters.db.tables import unit
from thidua.adapters.db.tables import unit_version
from thidua.application.answering import Remark
from thidua.application.answering import return_in_force
from thidua.application.campaigns import close_period
from thidua.application.campaigns import open_campaign
from thidua.application.campaigns import open_period
from thidua.application.drain import drain
from thidua.application.filing import file_report
from thidua.application.obligations import Wish
from thidua.application.obligations import change_obligation
from thidua.application.past_statuses import past_status
from thidua.application.reading import read_report
from thidua.application.reviewing import accept_report
from thidua.application.reviewing import return_report
from thidua.application.reviewing import withdraw_report
from thidua.application.statuses import read_status
from thidua.application.verifying import verify
from thidua.domain.errors import ConflictError
from thidua.domain.ledger import Delay
from thidua.domain.ledger import Place
from thidua.domain.ledger import delay_of
from thidua.domain.ledger import first_break
from thidua.domain.lifecycle import retold
from thidua.domain.reports import Channel
from thidua.domain.reports import ObligationChangeKind
from thidua.domain.reports import Report
from thidua.forms.envelope import read_envelope
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

SAMPLE: Final = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))
CAMPAIGN, PERIOD = "ATGT-2021", "2021-Q1"
UNITS: Final = ("LS-185-VHTT", "LS-186-VHTT", "LS-187-VHTT")
OPENED: Final = datetime.fromisoformat("2021-03-08T08:00:00+07:00")
DUE: Final = datetime.fromisoformat("2021-03-16T17:00:00+07:00")
INSTANT: Final = timedelta(microseconds=1)
RADIO: Final = Remark("/fields/radio_items", "Kiểm tra lại số tin, bài.")

HISTORIES: Final = int(os.environ.get("THIDUA_HISTORIES", "0"))
#: What is emptied between two histories, what points at others first.
_EMPTIED: Final = (
    status, rollup_shard, rollup, fact, outbox, report_event, report_revision, report, obligation_change, obligation,
    period, campaign,
)  # fmt: skip
SELDOM: Final = st.sampled_from((0, 0, 0, 0, 1))
_HELD_BY_OFFICE: Final = {"submitted", "accepted", "consolidated"}


@dataclass
class Life:
    """What must be true of one unit: written down from the rules, knowing nothing of the program."""

    state: str = ""
    values: list[int] = field(default_factory=list)
    received: list[datetime] = field(default_factory=list)
    accepted: int | None = None
    counted: datetime | None = None
    answer_by: datetime | None = None
    answered_late: bool = False
    extended_to: datetime | None = None
    is_let_off: bool = False
    let_off_until: datetime | None = None
    entries: int = 0
    changes: int = 0

    @property
    def last_moment(self) -> datetime:
        return self.extended_to or DUE

    @property
    def official(self) -> int | None:
        return None if self.accepted is None else self.values[self.accepted]

    @property
    def provisional(self) -> int | None:
        return self.values[-1] if self.state == "submitted" else self.official

    def is_exempt(self, now: datetime) -> bool:
        return self.is_let_off and (self.let_off_until is None or now <= self.let_off_until)

    def filing(self, now: datetime) -> str:
        if self.is_exempt(now):
            return "exempt"
        if self.counted:
            missed = self.answer_by is not None and now > self.answer_by
            return "late" if self.counted > self.last_moment or self.answered_late or missed else "on_time"
        if now > self.last_moment or self.answered_late:
            return "overdue"
        return "due_soon" if now >= self.last_moment - timedelta(days=5) else "not_due"


class Lives(RuleBasedStateMachine):
    """Three units, the Office and the clock."""

    here: Installation

    @initialize()
    def open(self) -> None:
        with self.here.host.work.writing() as work:
            connection: Connection = work._connection  # type: ignore[attr-defined]  # the adapter's
            for table in _EMPTIED:
                connection.execute(delete(table))
            work.commit()
        self.here.clock.instant = OPENED
        open_campaign(self.here.host, CAMPAIGN)
        open_period(self.here.host, CAMPAIGN, PERIOD)
        self.lives = {code: Life() for code in UNITS}
        #: Digest by the moment at which everything was taken in.
        self.seen: dict[datetime, str] = {}
        self.is_open = True
        assert self.here.host.catalogue.campaigns[CAMPAIGN].due_soon_days == 5

    # The clock

    @rule(step=st.timedeltas(timedelta(minutes=1), timedelta(days=3)))
    def wait(self, step: timedelta) -> None:
        self._move_clock(self.now + step)

    @rule(code=st.sampled_from(UNITS), answers=st.booleans(), is_after=st.booleans())
    def wait_for_a_limit(self, code: str, *, answers: bool, is_after: bool) -> None:
        life = self.lives[code]
        moment = (life.answer_by if answers else life.last_moment) or life.last_moment
        self._move_clock(moment + INSTANT if is_after else moment)

    def _move_clock(self, to: datetime) -> None:
        """Let time pass; it is the unit's or the Office's, by who holds the report, and helps nobody."""
        if to <= self.now:
            return
        before, since = {code: (self._delay(code), self.lives[code].filing(self.now)) for code in UNITS}, self.now
        self.here.clock.instant = to
        for code, life in self.lives.items():
            (was, filing), delay = before[code], self._delay(code)
            passed = max(timedelta(), to - max(since, life.last_moment))
            if life.state in _HELD_BY_OFFICE:
                assert delay.unit == was.unit, "the unit's clock ran while the Office held the report"
                assert delay.office - was.office == (passed if life.accepted is None else timedelta())
            elif life.accepted is None:
                free_until = max(life.last_moment, life.answer_by or life.last_moment)
                assert delay.office == was.office, "the Office's clock ran while the unit held the report"
                assert delay.unit - was.unit == max(timedelta(), to - max(since, free_until))
            if filing in {"late", "overdue"}:
                assert life.filing(to) == filing

    # The unit

    @rule(code=st.sampled_from(UNITS), value=st.integers(24, 60))
    def file(self, code: str, value: int) -> None:
        life, now = self.lives[code], self.now
        allowed = self.is_open and not life.is_exempt(now)
        was = life.filing(now)
        if not self._does(lambda: self._file(code, value, len(life.values)), allowed=allowed):
            return
        life.counted = life.counted or now
        life.answered_late |= life.answer_by is not None and now > life.answer_by
        life.answer_by = None
        life.values.append(value)
        life.received.append(now)
        life.state = "submitted"
        life.entries += 1
        self._check_no_gain(code, was)

    @rule(code=st.sampled_from(UNITS), off_by=st.sampled_from((-1, 1)))
    def file_on_something_else_than_was_seen(self, code: str, off_by: int) -> None:
        number = len(self.lives[code].values) + off_by
        if number >= 0:
            self._does(lambda: self._file(code, 30, number), allowed=False)

    @rule(code=st.sampled_from(UNITS))
    def withdraw(self, code: str) -> None:
        life = self.lives[code]
        if not life.values:
            return
        was = life.filing(self.now)
        unit_, number = self.here.reporter(code), self._report(code).id
        if not self._does(
            lambda: withdraw_report(self.here.host, unit_, number, revision=len(life.values) - 1, reason="Nhầm."),
            allowed=self.is_open and life.state == "submitted",
        ):
            return
        life.entries += 1
        if life.accepted is None:
            life.state, life.counted, life.answer_by = "withdrawn", None, None
        else:
            life.state = "accepted"
        self._check_no_gain(code, was)

    # The Office

    @rule(
        code=st.sampled_from(UNITS),
        value=st.integers(24, 60),
        then=st.sampled_from(("accept", "accept from now", "return", "return as incomplete", "withdraw")),
    )
    def file_and_have_it_read(self, code: str, value: int, then: str) -> None:
        """Go a whole round at once: single steps seldom lead far into a life."""
        self.file(code, value)
        match then:
            case "withdraw":
                self.withdraw(code)
            case "accept" | "accept from now":
                self.accept(code, 0, from_now=then != "accept")
            case _:
                self.give_back(code, 0, incomplete=then != "return", pins=value % 2 == 0)

    @rule(code=st.sampled_from(UNITS), incomplete=st.booleans(), pins=st.booleans(), stale=SELDOM)
    def give_back(self, code: str, stale: int, *, incomplete: bool, pins: bool) -> None:
        life = self.lives[code]
        if not life.values:
            return
        number = self._report(code).id
        allowed = (
            self.is_open and life.state == "submitted" and not stale and not (incomplete and life.accepted is not None)
        )
        if not self._does(
            lambda: return_report(
                self.here.host,
                self.here.office(),
                number,
                revision=len(life.values) - 1 - stale,
                reason="Chưa khớp.",
                remarks=(RADIO,) if pins else (),
                incomplete=incomplete,
            ),
            allowed=allowed,
        ):
            return
        life.entries += 1
        life.state = "returned"
        if incomplete:
            life.counted = None
        else:
            life.answer_by = max(life.last_moment, self._two_working_days_on())
            assert life.answer_by > self.now

    @rule(code=st.sampled_from(UNITS), from_now=st.booleans(), stale=SELDOM)
    def accept(self, code: str, stale: int, *, from_now: bool) -> None:
        life = self.lives[code]
        if not life.values:
            return
        number, newest = self._report(code).id, len(life.values) - 1
        allowed = (
            self.is_open and life.state == "submitted" and not stale
            and not (from_now and (newest == 0 or life.accepted is not None))
        )  # fmt: skip
        if not self._does(
            lambda: accept_report(
                self.here.host, self.here.office(), number, revision=newest - stale, counts_from_now_filed=from_now
            ),
            allowed=allowed,
        ):
            return
        life.entries += 1 if life.accepted is None else 2
        life.state, life.accepted = "accepted", newest
        if from_now:
            life.counted = life.received[-1]

    @rule(
        code=st.sampled_from(UNITS),
        kind=st.sampled_from(ObligationChangeKind),
        days=st.none() | st.integers(-2, 9),
    )
    def change(self, code: str, kind: ObligationChangeKind, days: int | None) -> None:
        """Give more time, let off for a time or for good, or take that back."""
        life, now = self.lives[code], self.now
        until = None if days is None else now + timedelta(days=days)
        is_exempt = life.is_exempt(now)
        match kind:
            case ObligationChangeKind.EXTENDED:
                until = until or now + timedelta(days=20)
                if self._changes(code, kind, until, allowed=not is_exempt and until > life.last_moment):
                    life.extended_to, life.is_let_off, life.let_off_until = until, False, None
            case ObligationChangeKind.EXEMPTED:
                if self._changes(code, kind, until, allowed=not is_exempt and (until is None or until > now)):
                    life.is_let_off, life.let_off_until = True, until
                    later = life.last_moment if until is None else self._two_working_days_on(until)
                    later = max(life.last_moment, later)
                    life.extended_to = later if later > DUE else None
            case ObligationChangeKind.OWED_AGAIN:
                if self._changes(code, kind, None, allowed=is_exempt):
                    life.is_let_off, life.let_off_until = False, None

    # Seldom, or most of a history would be refusals.
    @rule(does=st.sampled_from((False,) * 9 + (True,)))
    def close(self, *, does: bool) -> None:
        if not does:
            return
        if not self._does(lambda: close_period(self.here.host, CAMPAIGN, PERIOD), allowed=self.is_open):
            return
        self.is_open = False
        for life in self.lives.values():
            if life.accepted is not None:
                life.answered_late |= life.answer_by is not None and self.now > life.answer_by
                life.state, life.answer_by, life.entries = "consolidated", None, life.entries + 1

    # The workers

    @rule(how=st.sampled_from(("drain", "drain", "deliver again", "count anew")), which=st.integers(1, 3))
    def work(self, how: str, which: int) -> None:
        match how:
            case "drain":
                drain(self.here.host, limit=which)
            case "deliver again":
                with self.here.host.work.writing() as work:
                    connection: Connection = work._connection  # type: ignore[attr-defined]  # the adapter's
                    connection.execute(update(outbox).where(outbox.c.id % which == 0).values(applied_at=None))
                    work.commit()
            case _:
                self.here.rebuild()

    @rule()
    def look(self) -> None:
        """Take everything in and compare it all with the model."""
        self.here.drain()
        self.here.refresh()
        assert verify(self.here.host).differences == ()
        document: Any = read_status(self.here.host, self.here.office(), CAMPAIGN, PERIOD).document
        filing, lives = document["filing"], self.lives
        found = {each["unit"]: each["filing"] for each in filing["units"]}
        assert found == {code: life.filing(self.now) for code, life in lives.items()}
        six = ("not_due", "due_soon", "on_time", "late", "overdue", "exempt")
        assert sum(filing[state] for state in six) == filing["roster"] == len(UNITS)
        expected = [life for life in lives.values() if not life.is_exempt(self.now)]
        assert filing["expected"] == len(expected)
        assert filing["received"] == sum(1 for life in expected if life.counted)
        assert filing["received_on_time"] == list(found.values()).count("on_time")
        assert filing["accepted"] == sum(1 for life in expected if life.accepted is not None)
        assert filing["accepted"] <= filing["received"] <= filing["expected"]
        [radio] = [each for each in document["indicators"] if each["key"] == "N10.district"]
        assert radio["official"] == _total(life.official for life in lives.values())
        assert radio["provisional"] == _total(life.provisional for life in lives.values())
        for duty in document["duties"]:
            assert min(duty["counts"].values()) >= 0
        for code, life in lives.items():
            self._check_ledger(code, life)
        self.seen[self.now] = document["digest"]
        # What happens next is later than what was seen.
        self._move_clock(self.now + INSTANT)

    def teardown(self) -> None:
        if not hasattr(self, "lives"):
            return
        self.look()
        with self.here.host.work.reading() as work:
            stored = work.statuses.get(CAMPAIGN, PERIOD)
        self.here.rebuild()
        with self.here.host.work.reading() as work:
            again = work.statuses.get(CAMPAIGN, PERIOD)
        assert stored is not None
        assert again is not None
        assert stored.digest == again.digest
        assert verify(self.here.host).differences == ()
        # The past is computed from what the ledger says today, and is what was seen then.
        told = {
            at: past_status(self.here.host, self.here.office(), CAMPAIGN, PERIOD, at=at).document["digest"]
            for at in self.seen
        }
        assert told == self.seen

    # What the rules are made of

    @property
    def now(self) -> datetime:
        return self.here.clock.now()

    def _does(self, act: Callable[[], object], *, allowed: bool) -> bool:
        """Do what is allowed; what is not must be refused and leave every row as it was."""
        if allowed:
            act()
            return True
        before = self._dump()
        with pytest.raises(ConflictError):
            act()
        assert self._dump() == before
        return False

    def _changes(self, code: str, kind: ObligationChangeKind, until: datetime | None, *, allowed: bool) -> bool:
        wish = Wish(kind=kind, reason="Mưa lũ", document_number="12/CV", requested_by="UBND", ends_at=until)
        place = {"campaign_code": CAMPAIGN, "period_code": PERIOD, "unit_code": code}
        done = self._does(
            lambda: change_obligation(self.here.host, self.here.office(), **place, wish=wish),
            allowed=self.is_open and allowed,
        )
        self.lives[code].changes += done
        return done

    def _file(self, code: str, value: int, number: int) -> None:
        figures = SAMPLE["fields"] | {"stations_total": 12, "stations_broadcasting": 10, "radio_items": value}
        data = {**SAMPLE, "unit_code": code, "fields": figures, "confirm_warnings": True}
        if number:
            data |= {"revision": number, "correction_reason": "Sửa lại số liệu."}
        if self._is_pinned(code):
            data["answers"] = [{"cell": RADIO.cell, "text": "Đã đếm lại."}]
        envelope, findings = read_envelope(data)
        assert envelope is not None, findings
        file_report(self.here.host, self.here.reporter(code), envelope, channel=Channel.API)

    def _is_pinned(self, code: str) -> bool:
        """Tell whether a return with a remark waits for its answer."""
        life = self.lives[code]
        if not life.values or life.state in {"accepted", "consolidated"}:
            return False
        report_ = self._report(code)
        with self.here.host.work.reading() as work:
            last = return_in_force(work.reports.entries([report_.id])[report_.id])
        return last is not None and bool(last.body["remarks"])

    def _report(self, code: str) -> Report:
        with self.here.host.work.reading() as work:
            [found] = work.reports.list(unit_codes=[code], campaign_code=CAMPAIGN)
        return found

    def _delay(self, code: str) -> Delay:
        life = self.lives[code]
        if not life.values:
            return delay_of((), due_at=life.last_moment, until=self.now)
        report_ = self._report(code)
        with self.here.host.work.reading() as work:
            entries = work.reports.entries([report_.id])[report_.id]
        return delay_of(entries, due_at=life.last_moment, until=self.now)

    def _two_working_days_on(self, moment: datetime | None = None) -> datetime:
        """Count the working days of March to June 2021 by hand: weekends, 21 and 30 April, 3 May are none."""
        day = (moment or self.now).astimezone(DUE.tzinfo).date()
        left = 2
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < 5 and (day.month, day.day) not in {(4, 21), (4, 30), (5, 3)}
        return datetime.combine(day, DUE.time(), DUE.tzinfo)

    def _check_no_gain(self, code: str, was: str) -> None:
        """Nothing that a unit does by itself makes it punctual again."""
        if was in {"late", "overdue"}:
            assert self.lives[code].filing(self.now) in {"late", "overdue"}

    def _check_ledger(self, code: str, life: Life) -> None:
        host = self.here.host
        if not life.values:
            with host.work.reading() as work:
                assert work.reports.list(unit_codes=[code], campaign_code=CAMPAIGN) == ()
            return
        sheet = read_report(host, self.here.office(), self._report(code).id)
        stored = sheet.report
        place = Place(CAMPAIGN, PERIOD, code)
        assert first_break(place, sheet.entries, version=stored.version, head=stored.head) is None
        assert retold(stored, sheet.entries) == stored
        assert (stored.state, stored.revision, stored.accepted_revision, stored.version) == (
            life.state, len(life.values) - 1, life.accepted, life.entries,
        )  # fmt: skip
        standing = stored.standing
        assert (standing.counted_at, standing.answer_by, standing.answered_late) == (
            life.counted, life.answer_by, life.answered_late,
        )  # fmt: skip
        assert sheet.obligation.last_moment == life.last_moment
        assert sheet.filing == life.filing(self.now)
        can_be_reviewed = self.is_open and life.state == "submitted"
        assert (sheet.can_review, sheet.can_return) == (can_be_reviewed, can_be_reviewed)
        assert [revision.number for revision in sheet.revisions] == list(range(len(life.values)))
        with host.work.reading() as work:
            held = work.obligations.get(CAMPAIGN, PERIOD, code)
        assert held is not None
        assert held.count == life.changes

    def _dump(self) -> dict[str, list[Any]]:
        with self.here.host.work.reading() as work:
            connection: Connection = work._connection  # type: ignore[attr-defined]  # the adapter's
            return {
                table.name: sorted(map(repr, connection.execute(select(table)).all()))
                for table in metadata.sorted_tables
            }


def _total(values: Any) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


@pytest.fixture
def here(database_url: str) -> Installation:
    """Give an installation with three units, whose ledger may be emptied between two histories."""
    found = an_installation(database_url, at=OPENED)
    found.office()
    for code in UNITS:
        found.reporter(code)
    with found.host.work.writing() as work:
        connection: Connection = work._connection  # type: ignore[attr-defined]  # the adapter's
        for table in ("report_event", "report_revision", "obligation_change"):
            if connection.dialect.name == "sqlite":
                connection.execute(text(f"DROP TRIGGER {table}_refuse_delete"))
            else:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        connection.execute(delete(unit_version).where(unit_version.c.unit_code.not_in(UNITS)))
        connection.execute(delete(unit).where(unit.c.code.not_in(UNITS)))
        work.commit()
    return found


def test_whatever_happens_to_reports_the_ledger_and_the_status_say_the_same(here: Installation) -> None:
    machine = type("LivesHere", (Lives,), {"here": here})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=HISTORIES or 6,
            stateful_step_count=40,
            derandomize=not HISTORIES,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_an_empty_filing_in_time_buys_nothing(here: Installation) -> None:
    """Play by hand the game that the deadline invites: file nothing in time, and the figures later."""
    machine = type("LivesHere", (Lives,), {"here": here})()
    machine.open()
    code = UNITS[0]
    machine.file(code, 24)
    machine.look()
    assert machine.lives[code].filing(machine.now) == "on_time"
    machine.give_back(code, 0, incomplete=True, pins=False)
    machine.wait_for_a_limit(code, answers=False, is_after=True)
    assert machine.lives[code].filing(machine.now) == "overdue"
    machine.file(code, 40)
    machine.look()
    assert machine.lives[code].filing(machine.now) == "late"
    machine.accept(code, 0, from_now=False)
    machine.look()
    assert machine.lives[code].filing(machine.now) == "late"
