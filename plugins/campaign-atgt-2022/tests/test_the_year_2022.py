"""What the year says of itself: theme, goals, names, map to the year before, and how sure each piece is."""

from __future__ import annotations

from datetime import date

import pytest
from thidua_campaign_atgt_2022 import plugin
from thidua_campaign_atgt_2022.sources import ASSUMED
from thidua_campaign_atgt_2022.sources import NAMES
from thidua_campaign_atgt_2022.sources import PRESS_NEWS
from thidua_campaign_atgt_2022.sources import PROPOSED
from thidua_campaign_atgt_2022.sources import UNCHECKED

from thidua.plugin_host.comparability import faults_between
from thidua.plugin_host.discovery import found_plugins
from thidua.plugin_host.registry import registry_of
from thidua_sdk import Continuity
from thidua_sdk import TargetKind
from thidua_sdk import Window

EARLIER = plugin.compares_with.campaign if plugin.compares_with else ""


def test_the_theme_and_what_is_not_known_of_the_plan() -> None:
    assert plugin.theme == "Xây dựng văn hóa giao thông an toàn gắn với kiểm soát hiệu quả dịch COVID-19"
    assert (plugin.plan.issued_on, plugin.plan.issued_from, plugin.valid_from) == (None, date(2022, 1, 6), None)
    assert (plugin.code, plugin.year, plugin.valid_to) == ("ATGT-2022", 2022, date(2022, 12, 31))
    assert "chưa tìm thấy Kế hoạch năm 2022" in plugin.plan.source


def test_nothing_that_nobody_checked_is_told_as_certain() -> None:
    """Decree and resolution are commonly known, theme and goals are in the papers, the rest is assumed or proposed."""
    bases = {basis.code: basis.source for basis in plugin.legal_bases}
    assert UNCHECKED in bases["B3"]
    assert UNCHECKED in bases["B5"]
    assert bases["B7"] == PRESS_NEWS
    stated = (*plugin.duties, *plugin.purposes, *plugin.targets, *plugin.topics, *plugin.amendments)
    for each in (*stated, *plugin.compares_with.indicators):  # type: ignore[union-attr]
        assert any(mark in each.source for mark in (UNCHECKED, PRESS_NEWS, ASSUMED, PROPOSED)), each
    assert [each.source for each in plugin.periods if ASSUMED not in each.source] == []


def test_three_bands_and_three_directions_one_of_them_new() -> None:
    assert [(each.code, each.kind, each.least_percent, each.most_percent) for each in plugin.targets] == [
        *((code, TargetKind.BAND, 5, 10) for code in ("T1", "T2", "T3")),
        *((code, TargetKind.DIRECTION_ONLY, None, None) for code in ("T4", "T5", "T6")),
    ]
    new = plugin.targets[-1]
    assert (new.indicator, new.statistic) == ("N45", "transport_infection_chains")
    assert "COVID-19" in new.label
    assert plugin.baselines == (), "no figure of 2021 could be checked"


def test_topics_follow_the_texts_that_hold() -> None:
    topics = {topic.code: topic for topic in plugin.topics}
    assert "resolution_12" not in topics
    assert topics["resolution_48"].valid_from == date(2022, 4, 5)
    assert topics["decree_100"].label == "Nghị định số 100/2019/NĐ-CP (sửa đổi năm 2021)"
    assert {basis.topic for basis in plugin.legal_bases if basis.topic} == topics.keys()


def test_units_have_the_names_of_the_decision() -> None:
    names = {each.unit_type: each.label for each in plugin.unit_type_names}
    assert names["affiliated_centre"] == "Trung tâm Công nghệ số"
    assert "Phòng Hạ tầng số, Phòng Chuyển đổi số" in names["specialised_room"]
    assert {each.source for each in plugin.unit_type_names} == {NAMES}


@pytest.mark.parametrize(
    ("code", "statistics", "activity"),
    [
        ("Q1", (date(2021, 12, 15), date(2022, 3, 14)), (date(2022, 1, 6), date(2022, 3, 14))),
        ("H1", (date(2021, 12, 15), date(2022, 6, 14)), (date(2022, 3, 15), date(2022, 6, 14))),
        ("9M", (date(2021, 12, 15), date(2022, 9, 14)), (date(2022, 6, 15), date(2022, 9, 14))),
        ("Y", (date(2021, 12, 15), date(2022, 12, 14)), (date(2022, 9, 15), date(2022, 12, 14))),
        ("CLOSE", (date(2022, 12, 15), date(2022, 12, 31)), (date(2022, 12, 15), date(2022, 12, 31))),
    ],
)
def test_the_period_table(code: str, statistics: tuple[date, date], activity: tuple[date, date]) -> None:
    (period,) = (each for each in plugin.periods if each.code == f"2022-{code}")
    assert (period.statistics, period.activity) == (Window(*statistics), Window(*activity))
    assert period.cutoff_on == statistics[1]


def test_every_indicator_of_both_years_is_mapped() -> None:
    comparison = plugin.compares_with
    assert comparison is not None
    kinds = {kind: [each for each in comparison.indicators if each.continuity is kind] for kind in Continuity}
    assert {kind: len(entries) for kind, entries in kinds.items()} == {
        Continuity.SAME: 49,
        Continuity.RENAMED: 1,
        Continuity.SPLIT: 1,
        Continuity.MERGED: 1,
        Continuity.NEW: 2,
        Continuity.DROPPED: 1,
    }
    assert [each.before for each in kinds[Continuity.DROPPED]] == [("N19",)]
    assert [each.now for each in kinds[Continuity.SPLIT]] == [("N18", "N18b")]


def test_the_map_fits_the_earlier_campaign_where_that_is_installed() -> None:
    campaigns = registry_of(found_plugins()).campaigns
    if EARLIER not in campaigns:
        pytest.skip("the earlier campaign is not installed")
    assert list(faults_between({EARLIER: campaigns[EARLIER], plugin.code: plugin})) == []


def test_the_map_stands_alone_where_it_is_not() -> None:
    without = registry_of(each for each in found_plugins() if each.plugin.code != EARLIER)
    assert plugin.code in without.campaigns
    assert list(faults_between(without.campaigns)) == []
