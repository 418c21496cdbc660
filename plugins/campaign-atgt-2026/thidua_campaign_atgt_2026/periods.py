"""The reporting periods of 2026: as in 2022, four years later.

The campaign's first day is unknown, so the first quarter's work counts from the first day it can have
been, as in 2022: the same day of the year.
"""

from datetime import time

from thidua_campaign_atgt_2026.plan import LAST_ON
from thidua_campaign_atgt_2026.plan import PLAN
from thidua_campaign_atgt_2026.plan import YEAR
from thidua_campaign_atgt_2026.sources import ASSUMED
from thidua_campaign_atgt_2026.targets import FIRST_DAY
from thidua_sdk import DeadlineRule
from thidua_sdk import FormUse
from thidua_sdk import Period
from thidua_sdk import StatisticalYear
from thidua_sdk import Window

__all__ = ["ANSWER_WITHIN", "PERIODS"]

_SOURCE = f"Thời gian chốt số liệu theo Điều 12 Nghị định 09/2019/NĐ-CP; {ASSUMED}"
_DEADLINES = f"Đặt theo khoản 5 Điều 8 Nghị định 09/2019/NĐ-CP; {ASSUMED}"

_STATISTICAL = StatisticalYear(YEAR, FIRST_DAY)
_FROM_ISSUE = Window(PLAN.issued_on or PLAN.issued_from, LAST_ON)

#: Who files what, and how many working days after the cut-off.
_FILED = (
    ("E", ("commune_culture_office",), 2),
    ("B", ("press_publishing_office",), 2),
    ("C", ("specialised_room", "affiliated_centre"), 2),
    ("D", ("department_office",), 5),
)

# Of the days left after the yearly cut-off only what adds up is asked: head-counts and texts were given then.
_CLOSING = {
    "E": (
        "direction_docs_count stations_total stations_broadcasting radio_items radio_broadcasts "
        "minority_language_broadcasts online_items social_posts banners posters leaflets "
        "mobile_sessions direct_sessions direct_participants school_sessions village_sessions border_gate_sessions "
        "alcohol_items violation_cases violation_alcohol violation_handled violations"
    ),
    "B": (
        "advisory_docs_count direction_docs_count print_items online_items radio_items tv_items broadcast_minutes "
        "minority_language_programmes central_press_items department_site_items bulletin_issues publication_licences "
        "licensed_copies sms_campaign_messages false_information_found false_information_handled training_classes "
        "trainees monitoring_visits alcohol_items"
    ),
    "C": (
        "violation_cases violation_alcohol violation_speed violation_other staff_crashes staff_crash_deaths "
        "staff_crash_injured handling_reminder handling_criticism handling_self_criticism handling_discipline "
        "handling_pending violations digital_support_items portal_views"
    ),
}


def _within(working_days: int, source: str = _DEADLINES) -> DeadlineRule:
    return DeadlineRule(working_days=working_days, at=time(17, 0), source=source)


ANSWER_WITHIN = _within(2, f"Đặt bằng thời hạn nộp sau ngày chốt số liệu; {ASSUMED}")

_WHOLE_FORMS = tuple(
    FormUse(form=form, unit_types=unit_types, deadline=_within(days)) for form, unit_types, days in _FILED
)


def _regular(code: str, name: str, tag: str, statistics: Window, own: Window) -> Period:
    """Make a period that is cut off when its statistics end; ``own`` is what no earlier period covers."""
    return Period(
        code=f"{YEAR}-{code}",
        name=name,
        tags=frozenset({tag}),
        cutoff_on=statistics.last_on,
        forms=_WHOLE_FORMS,
        source=_SOURCE,
        statistics=statistics,
        activity=own.clipped_to(_FROM_ISSUE),
    )


PERIODS = (
    _regular("Q1", "Quý I năm 2026", "quarter", _STATISTICAL.quarter(1), _STATISTICAL.quarter(1)),
    _regular("H1", "6 tháng đầu năm 2026", "half_year_1", _STATISTICAL.half(1), _STATISTICAL.quarter(2)),
    _regular("9M", "9 tháng năm 2026", "nine_months", _STATISTICAL.nine_months, _STATISTICAL.quarter(3)),
    _regular("Y", "Năm 2026", "year", _STATISTICAL.whole, _STATISTICAL.quarter(4)),
    Period(
        code=f"{YEAR}-CLOSE",
        name="Kết thúc phong trào (15/12–31/12/2026)",
        tags=frozenset({"close"}),
        cutoff_on=LAST_ON,
        forms=tuple(
            FormUse(
                form=form,
                unit_types=unit_types,
                deadline=_within(days),
                only=tuple(_CLOSING[form].split()) if form in _CLOSING else None,
            )
            for form, unit_types, days in _FILED
        ),
        source=_SOURCE,
        statistics=_STATISTICAL.closing_tail(LAST_ON),
        activity=_STATISTICAL.closing_tail(LAST_ON),
    ),
)
