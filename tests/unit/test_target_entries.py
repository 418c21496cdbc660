"""A target's entry: the year it belongs to, the baseline it takes, and what is said of the year's end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from thidua_campaign_atgt_2021 import plugin as campaign_2021

from thidua.application.derived.target_entries import Figures
from thidua.application.derived.target_entries import target_entry
from thidua_sdk import Baseline
from thidua_sdk import Campaign
from thidua_sdk import StatisticalYear
from thidua_sdk import Window

CRASHES = next(target for target in campaign_2021.targets if target.statistic == "crashes")


def year_before(crashes: int, *, version: int = 1, definition_version: str = "TT58-2009") -> Baseline:
    return Baseline(
        period="2021-Y",
        version=version,
        window=StatisticalYear(2020, 15).whole,
        values={"crashes": crashes},
        source_document="Báo cáo số 1/BC-BATGT",
        as_of=date(2021, 1, 4),
        definition_version=definition_version,
        source="Báo cáo số 1/BC-BATGT",
    )


def entry(
    period: str = "2021-9M", *, actual: int | None = 28, campaign: Campaign = campaign_2021, **entered: object
) -> dict[str, Any]:
    found = next(each for each in campaign.periods if each.code == period)
    return target_entry(CRASHES, Figures(campaign, found, official=None, provisional=actual, entered=entered))


def with_year(*baselines: Baseline) -> Campaign:
    return replace(campaign_2021, baselines=(*campaign_2021.baselines, *baselines))


def test_nine_months_are_projected_on_the_year_they_belong_to() -> None:
    projection = entry()["projection"]
    assert projection == {
        "period": "2021-Y",
        "elapsed_days": 274,
        "total_days": 365,
        "expected": 37,
        "low": 32,
        "high": 44,
        "confidence_percent": 90,
        "baseline": None,
        "most_allowed": None,
        "outlook": None,
        "outlook_label": "",
    }


@pytest.mark.parametrize(("before", "most", "outlook"), [(47, 44, "likely"), (46, 43, "open"), (33, 31, "unlikely")])
def test_the_year_before_as_a_whole_says_where_the_line_is(before: int, most: int, outlook: str) -> None:
    projection = entry(campaign=with_year(year_before(before)))["projection"]
    assert (projection["baseline"], projection["most_allowed"], projection["outlook"]) == (before, most, outlook)


def test_the_newest_version_of_a_baseline_counts() -> None:
    campaign = with_year(year_before(47, version=2), year_before(33, version=1))
    assert entry(campaign=campaign)["projection"]["baseline"] == 47


def test_another_definition_leaves_the_pace_and_takes_the_outlook() -> None:
    campaign = with_year(year_before(47, definition_version="TT26-2024"))
    projection = entry(campaign=campaign)["projection"]
    assert (projection["expected"], projection["baseline"], projection["outlook"]) == (37, None, None)
    judged = entry(campaign=with_year(year_before(47)), definition_version="TT26-2024")
    assert judged["verdict"] == "not_comparable"
    assert judged["projection"]["outlook"] is None


@pytest.mark.parametrize("period", ["2021-Y", "2021-CLOSE"])
def test_a_year_that_is_over_and_one_that_only_begins_have_no_projection(period: str) -> None:
    """The closing days open the year 2022, whose end no period of the campaign sees."""
    assert entry(period)["projection"] is None


def test_nothing_known_is_not_projected() -> None:
    assert entry(actual=None)["projection"] is None


def test_a_figure_that_ends_before_its_window_is_projected_from_its_own_days_and_compared_with_nothing() -> None:
    early = entry(as_of="2021-09-01")
    assert early["as_of"] == "2021-09-01"
    assert early["projection"]["elapsed_days"] == 261
    assert (early["verdict"], early["change"]) == ("not_comparable", None)
    assert early["reason"] == "Số liệu kỳ này mới tính đến ngày 1/9/2021, chưa hết thời gian lấy số liệu của kỳ."


@pytest.mark.parametrize("as_of", ["2021-09-14", "2021-09-15", "2020-12-14", "ngày 1/9", None, 5])
def test_a_day_that_says_nothing_against_the_window_changes_nothing(as_of: object) -> None:
    found = entry(as_of=as_of)
    assert (found["verdict"], found["projection"]["elapsed_days"]) == ("exceeded", 274)


def test_an_entry_says_which_windows_it_compares_and_by_which_document() -> None:
    found = entry(as_of="2021-09-14")
    assert found["window"] == {"first_on": "2020-12-15", "last_on": "2021-09-14"}
    assert found["baseline_window"] == {"first_on": "2019-12-15", "last_on": "2020-09-14"}
    assert found["baseline_definition_version"] == "TT58-2009"
    assert found["baseline_as_of"] == "2021-09-15"
    assert entry("2021-Q1")["baseline_window"] is None


def test_a_baseline_of_a_longer_window_is_not_the_year_before() -> None:
    two_years = replace(
        year_before(47), period="2021-9M", version=9, window=Window(date(2018, 12, 15), date(2020, 9, 14))
    )
    assert entry(campaign=with_year(two_years))["baseline"] == 34
