"""Acts drawn at random upon reports, each with what it must come to by a plain model of the ledger."""

from __future__ import annotations

from datetime import datetime
from datetime import timedelta
from typing import Any
from typing import Final

from compared_status import differences
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from hypothesis.stateful import initialize
from hypothesis.stateful import rule
from ledger_rows import connection_of
from ledger_rows import read_ledger
from lives import CAMPAIGN
from lives import DUE
from lives import PERIOD
from lives import RADIO
from lives import Life
from lives import LivesHere
from oracle import Oracle
from played import emptied
from sqlalchemy import update

from thidua.adapters.db.tables import outbox
from thidua.application.background.drain import drain
from thidua.application.background.verifying import verify
from thidua.application.periods.campaigns import close_period
from thidua.application.periods.campaigns import open_campaign
from thidua.application.periods.campaigns import open_period
from thidua.application.review.reading import read_report
from thidua.application.review.reviewing import accept_report
from thidua.application.review.reviewing import return_report
from thidua.application.review.reviewing import withdraw_report
from thidua.application.status.past_statuses import past_status
from thidua.application.status.statuses import read_status
from thidua.domain.ledger import Place
from thidua.domain.ledger import first_break
from thidua.domain.lifecycle import retold
from thidua.domain.reports import ObligationChangeKind

UNITS: Final = ("LS-185-VHTT", "LS-186-VHTT", "LS-187-VHTT")
OPENED: Final = datetime.fromisoformat("2021-03-08T08:00:00+07:00")
INSTANT: Final = timedelta(microseconds=1)

SELDOM: Final = st.sampled_from((0, 0, 0, 0, 1))
_HELD_BY_OFFICE: Final = {"submitted", "accepted", "consolidated"}


class Lives(LivesHere, RuleBasedStateMachine):
    """Three units, the Office and the clock."""

    @initialize()
    def open(self) -> None:
        emptied(self.here)
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
                    connection_of(work).execute(update(outbox).where(outbox.c.id % which == 0).values(applied_at=None))
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
        with self.here.host.work.reading() as work:
            oracle = Oracle(read_ledger(connection_of(work), CAMPAIGN), self.now)
        assert differences(document, oracle, PERIOD) == []
        [radio] = [each for each in document["indicators"] if each["key"] == "N10.district"]
        assert radio["official"] == _total(life.official for life in lives.values())
        assert radio["provisional"] == _total(life.provisional for life in lives.values())
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

    # What is looked at

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


def _total(values: Any) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
