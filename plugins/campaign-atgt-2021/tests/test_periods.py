"""The period table, written out by hand, and what the short forms ask."""

from datetime import date
from datetime import time

import pytest
from thidua_campaign_atgt_2021 import plugin

from thidua_sdk import FormUse
from thidua_sdk import Period
from thidua_sdk import Window


def the_period(code: str) -> Period:
    (period,) = (each for each in plugin.periods if each.code == code)
    return period


def the_use(period: str, form: str) -> FormUse:
    (use,) = (each for each in the_period(period).forms if each.form == form)
    return use


# code, tag, statistics, activity, cut-off. The plan's day of issue is unknown, so the first activity
# window begins on the first day it can have been issued.
TABLE = [
    ("2021-LAUNCH", "launch", None, None, None),
    (
        "2021-Q1",
        "quarter",
        Window(date(2020, 12, 15), date(2021, 3, 14)),
        Window(date(2021, 2, 1), date(2021, 3, 14)),
        date(2021, 3, 14),
    ),
    (
        "2021-H1",
        "half_year_1",
        Window(date(2020, 12, 15), date(2021, 6, 14)),
        Window(date(2021, 3, 15), date(2021, 6, 14)),
        date(2021, 6, 14),
    ),
    (
        "2021-9M",
        "nine_months",
        Window(date(2020, 12, 15), date(2021, 9, 14)),
        Window(date(2021, 6, 15), date(2021, 9, 14)),
        date(2021, 9, 14),
    ),
    (
        "2021-Y",
        "year",
        Window(date(2020, 12, 15), date(2021, 12, 14)),
        Window(date(2021, 9, 15), date(2021, 12, 14)),
        date(2021, 12, 14),
    ),
    (
        "2021-CLOSE",
        "close",
        Window(date(2021, 12, 15), date(2021, 12, 31)),
        Window(date(2021, 12, 15), date(2021, 12, 31)),
        date(2021, 12, 31),
    ),
]


def test_the_periods_are_those_of_the_table() -> None:
    found = [
        (period.code, *period.tags, period.statistics, period.activity, period.cutoff_on) for period in plugin.periods
    ]

    assert found == TABLE
    # The launch lies within the first quarter, so that its work would count twice.
    assert [period.code for period in plugin.periods if not period.cumulative] == ["2021-LAUNCH"]
    assert all(period.source for period in plugin.periods)


# Working days after the cut-off by form; a missing letter is a form that is not filed.
@pytest.mark.parametrize(
    ("code", "days"),
    [
        ("2021-LAUNCH", {"A": 1, "C": 1, "D": 3}),
        ("2021-Q1", {"A": 2, "B": 2, "C": 2, "D": 5}),
        ("2021-H1", {"A": 2, "B": 2, "C": 2, "D": 5}),
        ("2021-9M", {"A": 2, "B": 2, "C": 2, "D": 5}),
        ("2021-Y", {"A": 2, "B": 2, "C": 2, "D": 5}),
        ("2021-CLOSE", {"A": 2, "B": 2, "C": 2, "D": 5}),
    ],
)
def test_units_have_two_working_days_and_the_office_five(code: str, days: dict[str, int]) -> None:
    uses = the_period(code).forms

    assert {use.form: use.deadline.working_days for use in uses} == days
    assert {use.deadline.at for use in uses} == {time(17, 0)}


def test_every_type_files_its_own_form() -> None:
    types = {(use.form, use.unit_types) for period in plugin.periods for use in period.forms}

    assert types == {
        ("A", ("district_culture_office",)),
        ("B", ("press_publishing_office",)),
        ("C", ("specialised_room", "affiliated_centre")),
        ("D", ("department_office",)),
    }


def test_only_the_launch_waits_for_the_day_of_issue_and_says_so() -> None:
    waiting = [period.code for period in plugin.periods if period.opens_with]

    assert waiting == ["2021-LAUNCH"]
    assert the_period("2021-LAUNCH").cutoff_on is None
    assert "ngày ban hành Kế hoạch" in the_period("2021-LAUNCH").opens_with


def test_forms_are_short_at_the_launch_and_after_the_yearly_cut_off_only() -> None:
    short = {(period.code, use.form) for period in plugin.periods for use in period.forms if use.only is not None}

    assert short == {
        ("2021-LAUNCH", "A"),
        ("2021-LAUNCH", "C"),
        ("2021-LAUNCH", "D"),
        ("2021-CLOSE", "A"),
        ("2021-CLOSE", "B"),
        ("2021-CLOSE", "C"),
    }


def test_activity_windows_follow_each_other_without_gap_to_the_last_day_of_the_campaign() -> None:
    windows = [period.activity for period in plugin.periods if period.activity]
    whole = windows[0]
    for window in windows[1:]:
        whole = whole.joined_to(window)

    assert whole == Window(plugin.plan.issued_from, plugin.valid_to)


def test_accident_figures_of_the_last_days_do_not_continue_those_of_the_year() -> None:
    year, close = the_period("2021-Y").statistics, the_period("2021-CLOSE").statistics

    assert year is not None
    assert close is not None
    assert year.clipped_to(close) is None


# Pairs of (kept cell, cells it is checked against), from the rules printed on forms A, B and C.
CHECKED_AGAINST = {
    "A": {
        "plan_document_no": {"launch_status"},
        "plan_document_date": {"launch_status"},
        "staff_briefed": {"staff_total", "briefing_sessions"},
        "pledges_signed": {"staff_total"},
        "launch_status": {"difficulties", "direction_docs_count"},
        "stations_broadcasting": {"stations_total"},
        "radio_items": {"stations_broadcasting", "radio_broadcasts"},
        "radio_minutes": {"radio_broadcasts"},
        "minority_language_broadcasts": {"radio_broadcasts"},
        "social_reach": {"social_posts"},
        "direct_sessions": {"direct_participants"},
        "school_sessions": {"direct_sessions"},
        "border_gate_sessions": {"mobile_sessions", "direct_sessions"},
        "alcohol_items": {"radio_items", "tv_items", "online_items", "social_posts"},
        "violation_cases": {"violation_alcohol", "violation_handled", "violations"},
    },
    "B": {
        "direction_docs_count": {"advisory_docs_count"},
        "broadcast_minutes": {"radio_items", "tv_items"},
        "minority_language_programmes": {"radio_items", "tv_items"},
        "publication_licences": {"licensed_copies"},
        "false_information_found": {"false_information_handled"},
        "training_classes": {"trainees"},
        "alcohol_items": {"print_items", "online_items", "radio_items", "tv_items", "department_site_items"},
    },
    "C": {
        "staff_total": {"civil_servants", "public_employees", "contract_workers"},
        "staff_briefed": {"staff_total", "briefing_sessions", "first_briefing_on", "briefing_form"},
        "pledges_signed": {"staff_total"},
        "violation_cases": {
            "violation_alcohol",
            "violation_speed",
            "violation_other",
            "violations",
            "handling_reminder",
            "handling_criticism",
            "handling_self_criticism",
            "handling_discipline",
            "handling_pending",
        },
        "staff_crashes": {"staff_crash_deaths", "staff_crash_injured"},
        "portal_views": {"digital_support_items"},
    },
}


@pytest.mark.parametrize(
    ("period", "form"),
    [("2021-LAUNCH", "A"), ("2021-LAUNCH", "C"), ("2021-CLOSE", "A"), ("2021-CLOSE", "B"), ("2021-CLOSE", "C")],
)
def test_a_short_form_keeps_what_its_cells_are_checked_against(period: str, form: str) -> None:
    kept = set(the_use(period, form).only or ())
    needed = {name: against for name, against in CHECKED_AGAINST[form].items() if name in kept}

    assert needed
    assert {name: against - kept for name, against in needed.items() if against - kept} == {}


@pytest.mark.parametrize("form", ["A", "B", "C"])
def test_the_closing_form_keeps_every_field_whose_indicator_adds_up_over_time(form: str) -> None:
    kept = set(the_use("2021-CLOSE", form).only or ())
    adding = {
        source.field
        for indicator in plugin.indicators
        for source in indicator.sources
        if source.form == form and indicator.aggregation.time.value == "sum"
    }

    assert adding
    assert adding <= kept


def test_no_short_form_names_a_cell_twice() -> None:
    for period in plugin.periods:
        for use in period.forms:
            assert len(set(use.only or ())) == len(use.only or ()), (period.code, use.form)
