"""A period's light says why it is what it is, and a campaign's state changes at midnight of its own days."""

from __future__ import annotations

from datetime import date
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from thidua.domain.filing import FilingState
from thidua.domain.filing import Roster
from thidua.domain.lights import CampaignState
from thidua.domain.lights import Light
from thidua.domain.lights import campaign_state
from thidua.domain.lights import light_of
from thidua.domain.lights import next_state_change
from thidua.domain.targets import Together
from thidua.domain.targets import Verdict
from thidua.domain.targets import judged_together

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAYS = {"starts_on": date(2021, 2, 1), "ends_on": date(2021, 12, 31)}


def light(*states: FilingState, verdicts: tuple[tuple[str, Verdict], ...] = (), **waiting: int) -> Light:
    return light_of(Roster.of(states), verdicts, **({"waiting_acceptance": 0} | waiting))


@pytest.mark.parametrize(
    ("states", "reason"),
    [
        ([FilingState.ON_TIME, FilingState.NOT_DUE], "Các đơn vị nộp đúng hạn, không có việc tồn."),
        ([FilingState.NOT_DUE, FilingState.EXEMPT], "Chưa đến hạn nộp, không có việc tồn."),
        ([FilingState.EXEMPT], "Không có đơn vị nào phải báo cáo."),
    ],
)
def test_green_says_no_more_than_is_so(states: list[FilingState], reason: str) -> None:
    assert light(*states) == Light("green", (reason,))


def test_a_report_sent_back_is_work_left() -> None:
    found = light(FilingState.ON_TIME, returned=1)
    assert found == Light("amber", ("01 báo cáo bị trả lại, đơn vị chưa nộp lại.",))


def test_what_is_overdue_or_went_up_is_red_and_comes_first() -> None:
    found = light(
        FilingState.OVERDUE,
        FilingState.LATE,
        verdicts=(("Số vụ", Verdict.INCREASE), ("Số người chết", Verdict.NOT_MET), ("Bị thương", Verdict.EXCEEDED)),
        waiting_acceptance=2,
    )
    assert found.colour == "red"
    assert found.reasons == (
        "01 đơn vị quá hạn chưa nộp báo cáo.",
        "Số vụ: tăng so với cùng kỳ.",
        "Số người chết: chưa đạt mức giảm theo kế hoạch.",
        "01 đơn vị nộp muộn.",
        "02 báo cáo đã nộp đang chờ tiếp nhận.",
    )


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2021, 1, 31), CampaignState.PLANNED),
        (date(2021, 2, 1), CampaignState.RUNNING),
        (date(2021, 12, 31), CampaignState.RUNNING),
        (date(2022, 1, 1), CampaignState.COMPILING),
    ],
)
def test_the_state_follows_the_campaigns_days(today: date, state: CampaignState) -> None:
    assert campaign_state(today=today, is_closed=False, **DAYS) is state
    assert campaign_state(today=today, is_closed=True, **DAYS) is CampaignState.CLOSED


@pytest.mark.parametrize(
    ("now", "change"),
    [
        ("2021-01-31T23:59:59+07:00", "2021-02-01T00:00:00+07:00"),
        ("2021-02-01T00:00:00+07:00", "2022-01-01T00:00:00+07:00"),
        # Still the last day in Hanoi, though New Year's Eve is over further east.
        ("2021-12-31T16:59:59+00:00", "2022-01-01T00:00:00+07:00"),
        ("2022-01-01T00:00:00+07:00", None),
    ],
)
def test_the_next_change_is_a_midnight_there(now: str, change: str | None) -> None:
    moment = datetime.fromisoformat(now)
    expected = change and datetime.fromisoformat(change)
    assert next_state_change(moment, ZONE, is_closed=False, **DAYS) == expected
    assert next_state_change(moment, ZONE, is_closed=True, **DAYS) is None


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        ([(Verdict.MET, -2), (Verdict.EXCEEDED, -7)], Together(Verdict.MET, all_fell=True)),
        ([(Verdict.MET, -2), (Verdict.NOT_MET, -1)], Together(Verdict.NOT_MET, all_fell=True)),
        ([(Verdict.MET, -2), (Verdict.NOT_MET, 0)], Together(Verdict.NOT_MET, all_fell=False)),
        ([(Verdict.EXCEEDED, -9), (Verdict.INCREASE, 1)], Together(Verdict.NOT_MET, all_fell=False)),
        ([(Verdict.MET, -2), (Verdict.NOT_COMPARABLE, None)], Together(Verdict.NOT_COMPARABLE, all_fell=False)),
        ([(Verdict.NOT_MET, -1), (Verdict.NOT_COMPARABLE, None)], Together(Verdict.NOT_MET, all_fell=False)),
        ([(Verdict.TRACKED, -3)], None),
    ],
)
def test_criteria_together_are_met_if_each_is(
    judged: list[tuple[Verdict, int | None]], expected: Together | None
) -> None:
    assert judged_together(judged) == expected
