"""What the year says of itself: what is not known of it, what laws hold, and what may be set beside 2022."""

from __future__ import annotations

from datetime import date
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from thidua_campaign_atgt_2026 import plugin
from thidua_campaign_atgt_2026.sources import ASSUMED
from thidua_campaign_atgt_2026.sources import CODIFIED
from thidua_campaign_atgt_2026.sources import COMMUNES
from thidua_campaign_atgt_2026.sources import OWNER
from thidua_campaign_atgt_2026.sources import PRESS_NEWS
from thidua_campaign_atgt_2026.sources import PROPOSED
from thidua_campaign_atgt_2026.sources import UNCHECKED
from thidua_campaign_atgt_2026.sources import UNKNOWN_THEME

from thidua.adapters.files import read_calendar
from thidua.plugin_host.comparability import faults_between
from thidua.plugin_host.discovery import found_plugins
from thidua.plugin_host.registry import registry_of
from thidua_sdk import Continuity
from thidua_sdk import TargetKind
from thidua_sdk import Window
from thidua_testkit.installation import CONFIG_DIR

EARLIER = "ATGT-2022"
assert plugin.compares_with is not None
COMPARED = plugin.compares_with
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def test_what_is_not_known_is_not_made_up() -> None:
    assert plugin.theme == ""
    assert (plugin.plan.issued_on, plugin.valid_from, plugin.plan.parent_issued_on) == (None, None, None)
    assert plugin.baselines == ()
    topics = {topic.code: topic for topic in plugin.topics}
    assert topics["annual_theme"].source == UNKNOWN_THEME
    (theme,) = (duty for duty in plugin.duties if duty.code == "O09")
    assert "chưa rõ" in theme.text


def test_nothing_that_nobody_checked_is_told_as_certain() -> None:
    marks = (ASSUMED, CODIFIED, COMMUNES, OWNER, PRESS_NEWS, PROPOSED, UNCHECKED, UNKNOWN_THEME)
    stated = (*plugin.legal_bases, *plugin.duties, *plugin.purposes, *plugin.targets, *plugin.topics)
    for each in (*stated, *plugin.unit_type_names, *plugin.award_forms, *COMPARED.indicators):
        assert any(mark in each.source for mark in marks), each
    assert [each.code for each in plugin.periods if ASSUMED not in each.source] == []


def test_the_department_of_now_leads_and_the_press_has_no_certain_owner() -> None:
    assert plugin.plan.issuer == "Sở Khoa học và Công nghệ tỉnh Lạng Sơn"
    assert OWNER in plugin.plan.source
    names = {each.unit_type: each for each in plugin.unit_type_names}
    assert "chưa rõ thuộc Sở nào" in names["press_publishing_office"].label
    assert "Sở Văn hóa, Thể thao và Du lịch" in names["press_publishing_office"].source
    assert "cần xác nhận" in names["commune_culture_office"].label
    assert {kind for period in plugin.periods for use in period.forms for kind in use.unit_types} == names.keys()


def test_no_target_has_a_number_and_one_is_judged() -> None:
    assert {each.code: each.kind for each in plugin.targets} == {
        **dict.fromkeys(("T1", "T2", "T3", "T5"), TargetKind.DIRECTION_ONLY),
        "T4": TargetKind.ZERO,
    }
    assert {(each.least_percent, each.most_percent) for each in plugin.targets} == {(None, None)}
    assert "“giảm ít nhất 50% số vụ”" in plugin.targets[0].source
    counted = {each.code: each.definition_version for each in plugin.statistics}
    assert {counted[code] for code in ("crashes", "deaths", "injured", "crashes_alcohol")} == {"TT26-2024"}


@pytest.mark.parametrize(
    ("title", "since"),
    [
        ("Chỉ thị số 23-CT/TW", date(2023, 5, 25)),
        ("Nghị định số 168/2024/NĐ-CP về xử phạt", date(2025, 1, 1)),
        ("Nghị định số 238/2026/NĐ-CP sửa đổi", date(2026, 7, 1)),
        ("Thông tư số 26/2024/TT-BCA", date(2024, 8, 15)),
        ("Nghị quyết số 1672/NQ-UBTVQH15", date(2025, 7, 1)),
        ("Luật Thi đua, khen thưởng số 06/2022/QH15", date(2024, 1, 1)),
        ("Nghị định số 152/2025/NĐ-CP", date(2025, 7, 1)),
        ("Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15", date(2026, 1, 1)),
        ("Nghị định số 234/2026/NĐ-CP", date(2026, 7, 1)),
    ],
)
def test_laws_hold_from_their_day(title: str, since: date) -> None:
    (basis,) = (each for each in plugin.legal_bases if each.title.startswith(title))
    assert basis.valid_from == since


def test_laws_that_ended_are_left_out() -> None:
    titles = "; ".join(each.title for each in plugin.legal_bases)
    assert [gone for gone in ("18-CT/TW", "48/NQ-CP", "100/2019", "91/2017", "13/2023") if gone in titles] == []
    assert {basis.topic for basis in plugin.legal_bases if basis.topic} == {topic.code for topic in plugin.topics}


# Days worked out by hand on a paper calendar of 2026 and 2027.
@pytest.mark.parametrize(
    ("code", "activity", "units_due", "office_due"),
    [
        ("Q1", (date(2026, 1, 6), date(2026, 3, 14)), date(2026, 3, 17), date(2026, 3, 20)),
        ("H1", (date(2026, 3, 15), date(2026, 6, 14)), date(2026, 6, 16), date(2026, 6, 19)),
        ("9M", (date(2026, 6, 15), date(2026, 9, 14)), date(2026, 9, 16), date(2026, 9, 21)),
        ("Y", (date(2026, 9, 15), date(2026, 12, 14)), date(2026, 12, 16), date(2026, 12, 21)),
        ("CLOSE", (date(2026, 12, 15), date(2026, 12, 31)), date(2027, 1, 5), date(2027, 1, 8)),
    ],
)
def test_the_period_table(code: str, activity: tuple[date, date], units_due: date, office_due: date) -> None:
    (period,) = (each for each in plugin.periods if each.code == f"2026-{code}")
    assert period.activity == Window(*activity)
    assert period.cutoff_on == activity[1]
    calendar = read_calendar(CONFIG_DIR / "calendar")
    due = {use.form: calendar.due_at(use.deadline, activity[1], ZONE) for use in period.forms}
    assert due == {
        form: datetime(day.year, day.month, day.day, 17, tzinfo=ZONE)
        for form, day in (("E", units_due), ("B", units_due), ("C", units_due), ("D", office_due))
    }


def test_only_what_happens_somewhere_is_added_up_over_the_province() -> None:
    """Its figures keep the scope of the year they are to meet; what each unit writes anew has another one."""
    scopes = {each.code: {source.scope for source in each.sources if source.form == "E"} for each in plugin.indicators}
    by_sum = {code for code, scope in scopes.items() if scope == {"district"}}
    assert by_sum == {"N09", "N11", "N13", "N18", "N20", "N21", "N22", "N22b"}
    compared = {
        code
        for entry in COMPARED.indicators
        if entry.continuity not in {Continuity.NEW, Continuity.DROPPED}
        for code in entry.now
    }
    assert by_sum <= compared
    # Whoever else is fed by communes begins anew, or shows the province's media alone.
    assert {code for code, scope in scopes.items() if scope - {"district"}} & compared == {"N10", "N16", "N23"}


def test_the_map_fits_the_earlier_campaign_where_that_is_installed() -> None:
    campaigns = registry_of(found_plugins()).campaigns
    if EARLIER not in campaigns:
        pytest.skip("the earlier campaign is not installed")
    assert list(faults_between({EARLIER: campaigns[EARLIER], plugin.code: plugin})) == []


def test_the_campaign_stands_alone_where_the_earlier_one_is_not() -> None:
    without = registry_of(each for each in found_plugins() if each.plugin.code != EARLIER)
    assert plugin.code in without.campaigns


def test_without_the_form_of_communes_it_is_out_and_the_rest_serves() -> None:
    without = registry_of(each for each in found_plugins() if each.plugin.code != "commune_culture_office")
    assert plugin.code not in without.campaigns
    (out,) = without.quarantined
    assert out.code == plugin.code
    assert EARLIER in without.campaigns
