"""Targets are judged in whole numbers, each alone, against the same window a year before."""

from decimal import ROUND_HALF_UP
from decimal import Decimal

import pytest
from bare_campaigns import a_target
from hypothesis import given
from hypothesis import strategies as st

from thidua.domain.targets import Judged
from thidua.domain.targets import Verdict
from thidua.domain.targets import change_percent
from thidua.domain.targets import judge_target
from thidua_sdk import TargetKind


def judged(
    actual: int | None, baseline: int | None, *, same: bool = True, kind: TargetKind = TargetKind.BAND
) -> Judged:
    return judge_target(a_target(kind), actual=actual, baseline=baseline, same_definition=same)


@pytest.mark.parametrize(
    ("actual", "baseline", "verdict"),
    [
        (95, 100, Verdict.MET),
        (90, 100, Verdict.MET),
        (96, 100, Verdict.NOT_MET),
        (100, 100, Verdict.NOT_MET),
        (89, 100, Verdict.EXCEEDED),
        (101, 100, Verdict.INCREASE),
        (0, 100, Verdict.EXCEEDED),
        # 19/20 is exactly 5 %, which a float division would miss for some baselines.
        (19 * 7, 20 * 7, Verdict.MET),
    ],
)
def test_the_band_of_five_to_ten_per_cent_includes_both_ends(actual: int, baseline: int, verdict: Verdict) -> None:
    assert judged(actual, baseline).verdict is verdict


def test_the_nine_months_of_2021_read_as_the_committee_printed_them() -> None:
    crashes, deaths, injured = judged(28, 34), judged(27, 34), judged(7, 13)
    assert [each.change for each in (crashes, deaths, injured)] == [-6, -7, -6]
    assert [each.change_percent for each in (crashes, deaths, injured)] == ["-17.6", "-20.6", "-46.2"]
    assert {each.verdict for each in (crashes, deaths, injured)} == {Verdict.EXCEEDED}
    assert [each.small_numbers for each in (crashes, deaths, injured)] == [False, False, True]


@pytest.mark.parametrize(
    ("actual", "baseline", "same", "reason"),
    [
        (None, 34, True, "Chưa có số liệu kỳ này."),
        (28, None, True, "Chưa có số liệu cùng kỳ năm trước."),
        (28, 0, True, "Số liệu cùng kỳ bằng 0 nên không tính được tỷ lệ."),
        (28, 34, False, "Hai kỳ dùng định nghĩa thống kê khác nhau."),
    ],
)
def test_what_cannot_be_compared_says_why(actual: int | None, baseline: int | None, *, same: bool, reason: str) -> None:
    found = judged(actual, baseline, same=same)
    assert (found.verdict, found.change, found.reason) == (Verdict.NOT_COMPARABLE, None, reason)


def test_a_goal_without_a_number_is_only_tracked() -> None:
    found = judged(12, 9, kind=TargetKind.DIRECTION_ONLY)
    assert (found.verdict, found.change) == (Verdict.TRACKED, 3)


def test_a_goal_of_zero_is_met_only_by_none() -> None:
    zero = a_target(TargetKind.ZERO, least=None, most=None)
    verdicts = [
        judge_target(zero, actual=actual, baseline=None, same_definition=False).verdict for actual in (0, 1, None)
    ]
    assert verdicts == [Verdict.MET, Verdict.NOT_MET, Verdict.NOT_COMPARABLE]


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_percentages_are_rounded_half_up_to_one_decimal(actual: int, baseline: int) -> None:
    exact = Decimal(abs(actual - baseline)) * 100 / Decimal(baseline)
    rounded = exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
    expected = -rounded if actual < baseline else rounded
    assert Decimal(change_percent(actual, baseline)) == expected


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_every_comparable_pair_gets_exactly_the_verdict_of_its_fraction(actual: int, baseline: int) -> None:
    reduction = Decimal(baseline - actual) / Decimal(baseline) * 100
    expected = (
        Verdict.INCREASE
        if reduction < 0
        else Verdict.NOT_MET
        if Decimal(100 * (baseline - actual)) < Decimal(5 * baseline)
        else Verdict.MET
        if Decimal(100 * (baseline - actual)) <= Decimal(10 * baseline)
        else Verdict.EXCEEDED
    )
    assert judged(actual, baseline).verdict is expected
