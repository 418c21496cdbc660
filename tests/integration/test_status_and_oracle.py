"""Whatever happens in a campaign and in whatever order it is counted, the status is what the oracle tells.

Units of every type live through four periods by the real use cases, filing any figures, while the
workers count in rounds of any size, get changes twice or in another order, or count all anew.
``THIDUA_HISTORIES`` says how many histories are played on each database; the few played by default
are the same every time.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from datetime import timedelta
from typing import Any
from typing import Final

import pytest
from compared_status import differences
from compared_status import sums_of_parts
from hypothesis import HealthCheck
from hypothesis import Phase
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from hypothesis.stateful import initialize
from hypothesis.stateful import rule
from hypothesis.stateful import run_state_machine_as_test
from played import CAMPAIGN
from played import OPENED
from played import PERIODS
from played import UNITS
from played import Play
from played import a_play
from played import dismissed
from played import emptied

from thidua.application.background.drain import drain_round
from thidua.application.background.rebuilding import rebuild_document
from thidua.application.background.rebuilding import rebuild_units
from thidua.application.background.verifying import verify
from thidua.application.periods.campaigns import close_campaign
from thidua.application.periods.campaigns import open_campaign
from thidua.application.status.statuses import read_status
from thidua.domain.reports import ObligationChangeKind

HISTORIES: Final = int(os.environ.get("THIDUA_HISTORIES", "0"))
INSTANT: Final = timedelta(microseconds=1)
#: A month after the campaign's last day.
LAST_MOMENT: Final = datetime.fromisoformat("2022-01-31T23:59:59+07:00")
WHO: Final = st.sampled_from(UNITS)
WHEN: Final = st.sampled_from(PERIODS)
#: Rounds of any size: a backlog, one by one, all at once.
ROUNDS: Final = st.sampled_from((1, 2, 3, 5, 500))
played: Final[Counter[str]] = Counter()


class Campaigns(RuleBasedStateMachine):
    """Seven units of five types, the Office, the workers and the clock."""

    play: Play

    @initialize(opened=st.sampled_from(([0], [0, 1], [0, 1, 2], [0, 2], [1, 3])), seed=st.integers(0, 2**32))
    def begin(self, opened: list[int], seed: int) -> None:
        emptied(self.play.here)
        self.play.here.clock.instant = OPENED
        open_campaign(self.play.here.host, CAMPAIGN)
        self.is_closed = False
        for place in opened:
            self.play.open(PERIODS[place])
        for turn in range(5):
            self.go_on(seed + turn)
        played["histories"] += 1

    # The clock

    @rule(step=st.timedeltas(timedelta(minutes=1), timedelta(days=30)))
    def wait(self, step: timedelta) -> None:
        self._move_clock(self.play.now + step)

    @rule(who=WHO, when=WHEN, is_after=st.booleans(), answers=st.booleans())
    def wait_for_a_limit(self, who: str, when: str, *, is_after: bool, answers: bool) -> None:
        oracle = self.play.oracle()
        limits = (
            [each.last_moment for each in oracle.owed(when) if each.unit == who] if when in oracle.rows.owed else []
        )
        report = oracle.report(who, when)
        if answers and report and report.standing.answer_by:
            limits = [report.standing.answer_by]
        for limit in limits:
            self._move_clock(limit + INSTANT if is_after else limit)

    def _move_clock(self, to: datetime) -> None:
        self.play.here.clock.instant = max(self.play.now, min(to, LAST_MOMENT))

    # Units and the Office

    @rule(when=WHEN)
    def open(self, when: str) -> None:
        self._count("open", self.play.open(when))

    @rule(seed=st.integers(0, 2**32))
    def go_on(self, seed: int) -> None:
        """Do a handful of things at once: single steps seldom lead far into a campaign."""
        draw = random.Random(seed)
        opened = sorted(self.play.digests())
        for _ in range(6):
            who, when = draw.choice(UNITS), draw.choice(opened)
            match draw.choice(("file", "file", "file", "accept", "accept", "return", "withdraw", "drain")):
                case "file":
                    self.file(who, when, draw.randrange(2**32), "")
                case "accept":
                    self.accept(who, when, from_now=draw.random() < 0.2)
                case "return":
                    self.give_back(who, when, incomplete=draw.random() < 0.3, pins=draw.random() < 0.5)
                case "withdraw":
                    self.withdraw(who, when)
                case _:
                    self.drain(draw.choice((1, 3, 500)))

    @rule(
        who=WHO, when=WHEN, seed=st.integers(0, 2**32), then=st.sampled_from(("", "", "accept", "return", "withdraw"))
    )
    def file(self, who: str, when: str, seed: int, then: str) -> None:
        done = self.play.file(who, when, seed)
        self._count("file", done)
        if done and then == "accept":
            self.accept(who, when, from_now=False)
        elif done and then == "return":
            self.give_back(who, when, incomplete=seed % 3 == 0, pins=seed % 2 == 0)
        elif done and then == "withdraw":
            self.withdraw(who, when)

    @rule(when=WHEN, seed=st.integers(0, 2**32))
    def everybody_files(self, when: str, seed: int) -> None:
        for place, who in enumerate(UNITS):
            self._count("file", self.play.file(who, when, seed + place))

    @rule(who=WHO, when=WHEN, incomplete=st.booleans(), pins=st.booleans())
    def give_back(self, who: str, when: str, *, incomplete: bool, pins: bool) -> None:
        self._count("return", self.play.give_back(who, when, incomplete=incomplete, pins=pins))

    @rule(who=WHO, when=WHEN)
    def withdraw(self, who: str, when: str) -> None:
        self._count("withdraw", self.play.withdraw(who, when))

    @rule(who=WHO, when=WHEN, from_now=st.booleans())
    def accept(self, who: str, when: str, *, from_now: bool) -> None:
        self._count("accept", self.play.accept(who, when, from_now=from_now))

    @rule(who=WHO, when=WHEN, kind=st.sampled_from(ObligationChangeKind), days=st.none() | st.integers(1, 30))
    def change(self, who: str, when: str, kind: ObligationChangeKind, days: int | None) -> None:
        self._count(kind.value, self.play.change(who, when, kind, days))

    # Seldom, or most of a history would be refusals.
    @rule(when=WHEN, does=st.sampled_from((False,) * 11 + (True,)))
    def close(self, when: str, *, does: bool) -> None:
        if does:
            self._count("close", self.play.close(when))

    @rule(does=st.sampled_from((False,) * 39 + (True,)))
    def close_all(self, *, does: bool) -> None:
        if does:
            close_campaign(self.play.here.host, CAMPAIGN)
            self.is_closed = True

    # The workers

    @rule(limit=ROUNDS)
    def drain(self, limit: int) -> None:
        self._count("drain", bool(drain_round(self.play.here.host, limit=limit).applied))

    @rule(every=st.integers(1, 3), again=st.booleans())
    def disturb(self, every: int, *, again: bool) -> None:
        if again:
            self.play.deliver_again(every)
        else:
            self.play.shuffle(every)

    @rule(units=st.sets(WHO, min_size=1), when=WHEN)
    def count_anew(self, units: set[str], when: str) -> None:
        rebuild_units(self.play.here.host, CAMPAIGN, sorted(units))
        if when in self.play.digests():
            rebuild_document(self.play.here.host, CAMPAIGN, when)

    @rule()
    def pass_the_time(self) -> None:
        self.play.here.refresh()

    # What must be true

    @rule(limit=ROUNDS, when=WHEN)
    def look(self, limit: int, when: str) -> None:
        self._settle(limit)
        if when in self.play.digests():
            self._compare(when)

    def teardown(self) -> None:
        if not hasattr(self, "is_closed"):
            return
        self._settle(500)
        for when in self.play.digests():
            self._compare(when)
        assert verify(self.play.here.host).differences == ()
        as_it_went = self.play.digests()
        self.play.here.rebuild()
        assert self.play.digests() == as_it_went, "a rebuild says something else"
        # The same all at once at the end, and in parts, each in another order.
        for limit in (500, 2):
            self.play.forget()
            self.play.shuffle(2)
            self._settle(limit)
            assert self.play.digests() == as_it_went, f"counted anew in rounds of {limit} it is something else"
        assert verify(self.play.here.host).differences == ()

    def _settle(self, limit: int) -> None:
        while drain_round(self.play.here.host, limit=limit).applied:
            pass
        self.play.here.refresh()

    def _compare(self, when: str) -> None:
        document: Any = read_status(self.play.here.host, self.play.here.office(), CAMPAIGN, when).document
        closed = self.play.closed_periods()
        found = differences(
            document, self.play.oracle(), when, is_closed=self.is_closed, period_is_closed=when in closed
        )
        assert found == []
        assert sums_of_parts(document) == []
        played["documents compared"] += 1

    def _count(self, act: str, done: object) -> None:
        played[act if done else f"{act} refused"] += 1


@pytest.fixture
def play(database_url: str) -> Iterator[Play]:
    with dismissed():
        yield a_play(database_url)


def test_the_status_is_what_the_oracle_tells(play: Play) -> None:
    played.clear()
    machine = type("CampaignsHere", (Campaigns,), {"play": play})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=HISTORIES or 8,
            stateful_step_count=40,
            derandomize=not HISTORIES,
            database=None,
            deadline=None,
            report_multiple_bugs=False,
            # A failing history is short enough to read; making it shorter takes minutes.
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    if HISTORIES:
        print(dict(sorted(played.items())))  # noqa: T201  asked for with the number
