"""A target's entry: the year it belongs to, the baseline it takes, and what is said of the year's end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from thidua_campaign_atgt_2021 import plugin as campaign_2021

from thidua.application.target_entries import Figures
from thidua.application.target_entries import target_entry
from thidua_sdk import Baseline
from thidua_sdk import Campaign
from thidua_sdk import StatisticalYear

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
