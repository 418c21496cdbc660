"""The life of a unit's report as the rules have it, and the acts that a history is made of."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any
from typing import Final

import pytest
from ledger_rows import connection_of
from sqlalchemy import select

from thidua.adapters.db.tables import metadata
from thidua.application.periods.obligations import Wish
from thidua.application.periods.obligations import change_obligation
from thidua.application.reports.answering import Remark
from thidua.application.reports.answering import return_in_force
from thidua.application.reports.filing import file_report
from thidua.domain.errors import ConflictError
from thidua.domain.ledger import Delay
from thidua.domain.ledger import delay_of
from thidua.domain.reports import Channel
from thidua.domain.reports import ObligationChangeKind
from thidua.domain.reports import Report
from thidua.forms.envelope import read_envelope
from thidua_testkit.installation import Installation

__all__ = ["CAMPAIGN", "DUE", "PERIOD", "RADIO", "Life", "LivesHere"]

SAMPLE: Final = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))
CAMPAIGN, PERIOD = "ATGT-2021", "2021-Q1"
DUE: Final = datetime.fromisoformat("2021-03-16T17:00:00+07:00")
RADIO: Final = Remark("/fields/radio_items", "Kiểm tra lại số tin, bài.")


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


class LivesHere:
    """What acts are made of: three units of one installation, the clock, and what is stored of them."""

    here: Installation
    lives: dict[str, Life]
    is_open: bool

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

    def _dump(self) -> dict[str, list[Any]]:
        with self.here.host.work.reading() as work:
            connection = connection_of(work)
            return {
                table.name: sorted(map(repr, connection.execute(select(table)).all()))
                for table in metadata.sorted_tables
            }
