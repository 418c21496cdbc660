"""A deadline as one thing: its moments, the working days around it, and the words for it."""

from dataclasses import replace
from datetime import date
from datetime import datetime
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.domain.calendar import WorkingCalendar
from thidua.domain.deadlines import Deadline
from thidua.domain.deadlines import deadline_of
from thidua.domain.deadlines import say_deadline
from thidua.domain.obligations import ObligationChange
from thidua.domain.obligations import grant_behind
from thidua.domain.reminders import remind
from thidua.domain.reports import Obligation
from thidua.domain.reports import ObligationChangeKind

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CUTOFF = date(2021, 9, 14)
CALENDAR = WorkingCalendar(
    years=frozenset({2021}),
    holidays={date(2021, 9, 20): "Ngày nghỉ thử"},
    workdays=frozenset({date(2021, 9, 18)}),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2021-{text}:00+07:00")


DUE = at("09-16T17:00")
OWED = Obligation(1, "C", "P", "U", "t", "Phòng VH&TT huyện Hữu Lũng", 1, {}, "A", DUE)


def deadline(owed: Obligation = OWED, *, now: str = "09-15T08:00", cutoff_on: date | None = CUTOFF) -> Deadline:
    return deadline_of(
        owed, opened_at=at("09-01T07:30"), cutoff_on=cutoff_on, calendar=CALENDAR, zone=ZONE, now=at(now)
    )


def said(owed: Obligation = OWED, *, now: str = "09-15T08:00", cutoff_on: date | None = CUTOFF) -> str:
    return say_deadline(deadline(owed, now=now, cutoff_on=cutoff_on), at(now), ZONE)


def test_the_deadline_is_written_with_hour_weekday_and_working_days() -> None:
    assert said() == (
        "Hạn nộp: 17 giờ 00, thứ Năm ngày 16/9/2021 (02 ngày làm việc sau ngày chốt; còn 01 ngày làm việc)"
    )


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("09-10T08:00", "còn 04 ngày làm việc"),
        ("09-15T23:59", "còn 01 ngày làm việc"),
        ("09-16T00:00", "hết hạn hôm nay"),
        ("09-16T17:00", "hết hạn hôm nay"),
        ("09-16T17:01", "đã hết hạn"),
    ],
)
def test_what_is_left_is_counted_in_days_of_work(now: str, words: str) -> None:
    assert said(now=now).endswith(f"; {words})")


def test_an_extension_is_named_as_such_and_counts_holidays_and_swapped_days() -> None:
    extended = replace(OWED, extended_to=at("09-21T11:30"))
    # Friday, the swapped Saturday, not Sunday, not the holiday on Monday, Tuesday.
    assert said(extended, now="09-16T20:00") == (
        "Hạn nộp được gia hạn đến 11 giờ 30, thứ Ba ngày 21/9/2021 (còn 03 ngày làm việc)"
    )
    assert deadline(extended, now="09-16T20:00").working_days_left == 3


def test_the_moments_come_named_and_in_order() -> None:
    locked = replace(OWED, locks_at=at("09-18T17:00"))
    assert [name.value for name, _ in deadline().moments] == ["opened_at", "due_at"]
    assert [name.value for name, _ in deadline(locked).moments] == ["opened_at", "due_at", "locks_at"]
    both = deadline(replace(locked, extended_to=at("09-22T17:00")))
    assert [moment for _, moment in both.moments] == [
        at("09-01T07:30"),
        DUE,
        at("09-22T17:00"),
        at("09-22T17:00"),
    ]


def test_days_that_no_calendar_knows_are_not_counted_and_not_guessed() -> None:
    owed = replace(OWED, due_at=datetime.fromisoformat("2022-01-05T17:00:00+07:00"))
    found = deadline_of(
        owed,
        opened_at=at("12-01T08:00"),
        cutoff_on=date(2021, 12, 31),
        calendar=CALENDAR,
        zone=ZONE,
        now=at("12-30T08:00"),
    )
    assert (found.working_days, found.working_days_left) == (None, None)
    assert say_deadline(found, at("12-30T08:00"), ZONE) == "Hạn nộp: 17 giờ 00, thứ Tư ngày 5/1/2022"
    assert said(cutoff_on=None).endswith("(còn 01 ngày làm việc)")


@given(st.datetimes(datetime(2021, 1, 1), datetime(2021, 12, 30)), st.integers(0, 90))  # noqa: DTZ001  zone below
def test_each_day_of_work_that_passes_takes_one_away(now: datetime, days: int) -> None:
    first = now.replace(tzinfo=ZONE)
    last = min(first + timedelta(days=days), at("12-31T23:59"))
    owed = replace(OWED, due_at=last)

    def left(moment: datetime) -> int | None:
        return deadline_of(
            owed, opened_at=first, cutoff_on=CUTOFF, calendar=CALENDAR, zone=ZONE, now=moment
        ).working_days_left

    count = left(first)
    assert count is not None
    moment = first
    while moment.date() < last.date():
        moment += timedelta(days=1)
        if moment <= last:
            count -= CALENDAR.is_working_day(moment.date())
            assert left(moment) == count
    assert left(last) == 0
    assert left(last + timedelta(seconds=1)) == 0


def reminder(now: str, owed: Obligation = OWED) -> str:
    found = remind(
        deadline(owed, now=now),
        unit_name=owed.unit_name,
        report="Báo cáo 9 tháng năm 2021 – Biểu A",
        campaign="Phong trào thi đua",
        now=at(now),
        zone=ZONE,
    )
    return f"{found.subject}\n{found.text}"


def test_a_reminder_says_the_same_deadline() -> None:
    text = reminder("09-15T08:00", replace(OWED, locks_at=at("09-18T17:00")))
    assert text.splitlines() == [
        "Nhắc nộp: Báo cáo 9 tháng năm 2021 – Biểu A",
        "Kính gửi Phòng VH&TT huyện Hữu Lũng,",
        "Báo cáo 9 tháng năm 2021 – Biểu A của Phong trào thi đua chưa được nộp.",
        f"{said()}.",
        "Sau 17 giờ 00, thứ Bảy ngày 18/9/2021, hệ thống không nhận báo cáo nữa.",
    ]


def test_a_reminder_after_the_deadline_says_what_to_do() -> None:
    text = reminder("09-17T08:00")
    assert text.startswith("Đã quá hạn: ")
    assert "xin gia hạn" in text


def changed(kind: ObligationChangeKind, ends_at: str | None, seq: int = 0, reason: str = "Mưa lũ") -> ObligationChange:
    return ObligationChange(
        seq=seq,
        kind=kind,
        reason=reason,
        document_number="12/CV-UBND",
        requested_by="UBND huyện",
        ends_at=None if ends_at is None else at(ends_at),
        by=1,
        at=at("09-15T08:00"),
    )


EXTENDED, EXEMPTED, OWED_AGAIN = ObligationChangeKind


@pytest.mark.parametrize(
    ("extended_to", "changes", "which"),
    [
        (None, [changed(EXEMPTED, None)], None),
        ("09-21T17:00", [changed(EXTENDED, "09-21T17:00")], 0),
        ("09-22T17:00", [changed(EXTENDED, "09-21T17:00"), changed(EXTENDED, "09-22T17:00", 1)], 1),
        # Exempt until the 22nd, and then two working days.
        ("09-24T17:00", [changed(EXTENDED, "09-21T17:00"), changed(EXEMPTED, "09-22T17:00", 1)], 1),
        # The exemption ended long before the extension that stands.
        ("09-29T17:00", [changed(EXTENDED, "09-29T17:00"), changed(EXEMPTED, "09-20T17:00", 1)], 0),
        (
            "09-21T17:00",
            [changed(EXTENDED, "09-21T17:00"), changed(EXEMPTED, None, 1), changed(OWED_AGAIN, None, 2)],
            0,
        ),
        # Altered by hand: nobody wrote why.
        ("09-21T17:00", [], None),
    ],
)
def test_the_grant_behind_a_later_moment_is_found(
    extended_to: str | None, changes: list[ObligationChange], which: int | None
) -> None:
    owed = replace(OWED, extended_to=None if extended_to is None else at(extended_to))
    assert grant_behind(owed, changes) == (None if which is None else changes[which])


def test_a_reminder_tells_why_there_is_more_time_and_by_which_paper() -> None:
    extended = replace(OWED, extended_to=at("09-21T11:30"))
    found = deadline_of(
        extended,
        opened_at=at("09-01T07:30"),
        cutoff_on=CUTOFF,
        calendar=CALENDAR,
        zone=ZONE,
        now=at("09-16T20:00"),
        changes=[changed(EXTENDED, "09-21T11:30")],
    )
    text = remind(found, unit_name="U", report="R", campaign="C", now=at("09-16T20:00"), zone=ZONE).text
    assert text.splitlines()[2:] == [
        "Hạn nộp được gia hạn đến 11 giờ 30, thứ Ba ngày 21/9/2021 (còn 03 ngày làm việc).",
        "Lý do gia hạn: Mưa lũ; văn bản số 12/CV-UBND; theo đề nghị của UBND huyện.",
    ]
