from __future__ import annotations

from contextlib import suppress
from datetime import date
from datetime import datetime
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.forms.readers import Unreadable
from thidua.forms.readers import read_day
from thidua.forms.readers import read_moment

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    "typed",
    [
        "14/9/2021",
        "14/09/2021",
        "14.9.2021",
        "14-09-2021",
        "14-09-21",
        "14/9/21",
        "14 / 9 / 2021",
        "ngày 14/9/2021",
        "ngày 14 tháng 9 năm 2021",
        "Ngày 14 tháng 09 năm 2021",
        "14 tháng 9 năm 2021",
        "2021-09-14",
        "  14/9/2021\u00a0",
    ],
)
def test_a_day_is_read_day_first(typed: str) -> None:
    assert read_day(typed) == "2021-09-14"


def test_a_day_that_could_be_a_month_is_still_the_day() -> None:
    assert read_day("3/4/2021") == "2021-04-03"


def test_an_empty_day_is_no_data() -> None:
    assert read_day(" ") is None


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("31/4/2021", "Tháng 4/2021 không có ngày 31"),
        ("29/2/2021", "Tháng 2/2021 không có ngày 29"),
        ("0/4/2021", "không có ngày 0"),
        ("9/14/2021", "Không có tháng 14"),
        ("14/0/2021", "Không có tháng 0"),
        ("14/9", "không phải là ngày"),
        ("14/9-2021", "không phải là ngày"),
        ("2021/09/14", "không phải là ngày"),
        ("44453", "không phải là ngày"),
        ("hôm qua", "không phải là ngày"),
        ("14/9/0021", "Năm 21 không hợp lý"),
        ("١٤/9/2021", "không phải là ngày"),
    ],
)
def test_a_day_the_calendar_does_not_have_is_refused_with_a_hint(typed: str, hint: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_day(typed)
    assert hint in refused.value.sentence
    assert "14/9/2021" in refused.value.sentence


@given(st.dates(date(1900, 1, 1), date(2999, 12, 31)))
def test_every_day_reads_back(day: date) -> None:
    assert read_day(f"{day.day}/{day.month}/{day.year}") == day.isoformat()
    assert read_day(day.isoformat()) == day.isoformat()


@pytest.mark.parametrize(
    "typed",
    [
        "14/9/2021 16:30",
        "14/9/2021 16h30",
        "14/9/2021, 16:30",
        "14.9.2021 lúc 16 giờ 30",
        "ngày 14 tháng 9 năm 2021 16 giờ 30 phút",
        "16:30 14/9/2021",
        "16 giờ 30 ngày 14/9/2021",
        "Lúc 16h30 phút, ngày 14 tháng 9 năm 2021",
        "2021-09-14T16:30",
        "2021-09-14 16:30:00",
        "2021-09-14T16:30:00+07:00",
    ],
)
def test_a_moment_takes_the_campaigns_zone_unless_it_says_its_own(typed: str) -> None:
    assert read_moment(typed, zone=ZONE) == "2021-09-14T16:30:00+07:00"


def test_a_moment_keeps_its_own_offset() -> None:
    assert read_moment("2021-09-14T16:30:00Z", zone=ZONE) == "2021-09-14T16:30:00+00:00"


def test_an_empty_moment_is_no_data() -> None:
    assert read_moment("", zone=ZONE) is None


@pytest.mark.parametrize(
    "typed",
    [
        "14/9/2021",
        "14/9/2021 24:00",
        "14/9/2021 16:61",
        "31/4/2021 08:00",
        "2021-02-30T08:00",
        "16:30",
        "x" * 500,
        "2021-09-14T16:30+99:00",
    ],
)
def test_a_moment_without_time_or_out_of_the_calendar_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_moment(typed, zone=ZONE)
    assert "ví dụ 14/9/2021" in refused.value.sentence


@given(st.datetimes(datetime(1900, 1, 1), datetime(2999, 12, 31)))  # noqa: DTZ001  local times as people write them
def test_every_minute_reads_back(moment: datetime) -> None:
    typed = f"{moment.day}/{moment.month}/{moment.year} {moment.hour}:{moment.minute:02}"
    read = datetime.fromisoformat(read_moment(typed, zone=ZONE) or "")
    assert read.replace(tzinfo=None) == moment.replace(second=0, microsecond=0)
    assert read.utcoffset() != timedelta(0)


@given(st.text(max_size=60))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    for read in (read_day, lambda typed: read_moment(typed, zone=ZONE)):
        with suppress(Unreadable):
            assert read(text) is None or text.strip()
