"""Example reports: filled forms for authors and API users, and the stuff of sample data; all figures are invented."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["EXAMPLES"]

_Example = Mapping[str, object]

_NO_CASES = dict.fromkeys(("violation_cases", "violation_alcohol"), 0)
_NONE_HANDLED = dict.fromkeys(
    (
        "violation_speed",
        "violation_other",
        "staff_crashes",
        "handling_reminder",
        "handling_criticism",
        "handling_self_criticism",
        "handling_discipline",
        "handling_pending",
    ),
    0,
)


def _commune(
    document: str, day: str, figures: Mapping[str, object], by_topic: Mapping[str, Mapping[str, int]]
) -> _Example:
    return {
        "fields": {
            "launch_status": "own_plan",
            "plan_document_no": document,
            "plan_document_date": day,
            "difficulties": "Kinh phí tuyên truyền còn hạn chế; nhiều thôn ở xa, đi lại khó.",
            "violation_handled": 0,
            **_NO_CASES,
            **figures,
        },
        "by_topic": by_topic,
        "violations": [],
        "nominations": [],
    }


_COMMUNE_ACTIVE = _commune(
    "15/KH-UBND",
    "2026-03-01",
    {
        "direction_docs_count": 2,
        "staff_total": 7,
        "staff_briefed": 7,
        "briefing_sessions": 1,
        "pledges_signed": 7,
        "stations_total": 3,
        "stations_broadcasting": 3,
        "radio_items": 30,
        "radio_broadcasts": 160,
        "minority_language_broadcasts": 40,
        "online_items": 12,
        "social_posts": 20,
        "banners": 18,
        "leaflets": 1000,
        "mobile_sessions": 6,
        "direct_sessions": 2,
        "direct_participants": 240,
        "school_sessions": 1,
        "village_sessions": 1,
        "alcohol_items": 16,
    },
    {
        "direction_docs_count": {"annual_theme": 2},
        "radio_items": {"alcohol_law": 9, "penalty_decree": 8, "annual_theme": 22, "local_directions": 6},
        "online_items": {"alcohol_law": 4, "annual_theme": 9},
        "banners": {"annual_theme": 12},
    },
)

_COMMUNE_SMALL = _commune(
    "04/KH-UBND",
    "2026-03-04",
    {
        "direction_docs_count": 1,
        "staff_total": 5,
        "staff_briefed": 5,
        "briefing_sessions": 1,
        "stations_total": 2,
        "stations_broadcasting": 2,
        "radio_items": 12,
        "radio_broadcasts": 60,
        "online_items": 4,
        "banners": 6,
        "leaflets": 200,
        "mobile_sessions": 2,
        "direct_sessions": 1,
        "direct_participants": 60,
        "alcohol_items": 5,
    },
    {"radio_items": {"alcohol_law": 3, "penalty_decree": 2, "annual_theme": 8}},
)

_PRESS: _Example = {
    "fields": {
        "advisory_docs_count": 3,
        "direction_docs_count": 4,
        "press_agencies_guided": 3,
        "press_agencies_reported": 3,
        "radio_systems_guided": 65,
        "press_briefing_mentions": 2,
        "print_items": 26,
        "online_items": 48,
        "radio_items": 35,
        "tv_items": 20,
        "broadcast_minutes": 480,
        "thematic_columns": 2,
        "minority_language_programmes": 6,
        "central_press_items": 5,
        "department_site_items": 14,
        "plan_published": True,
        "plan_published_at": "2026-03-01",
        "bulletin_issues": 1,
        "stations_total_province": 200,
        "stations_operating": 190,
        "stations_broadcasting": 180,
        "monitoring_visits": 2,
        "alcohol_items": 30,
        "staff_total": 6,
        "staff_briefed": 6,
        "assessment": (
            "Các cơ quan báo chí trong tỉnh duy trì chuyên mục an toàn giao thông, bám sát chỉ đạo của tỉnh; "
            "hệ thống truyền thanh cơ sở phát tin đều hằng tuần."
        ),
    },
    "by_topic": {
        "print_items": {"annual_theme": 14, "alcohol_law": 5},
        "online_items": {"annual_theme": 26, "penalty_decree": 9},
        "radio_items": {"annual_theme": 18, "alcohol_law": 8},
        "tv_items": {"annual_theme": 11, "alcohol_law": 4},
    },
    "nominations": [],
}

_ROOM: _Example = {
    "fields": {
        "staff_total": 6,
        "civil_servants": 6,
        "public_employees": 0,
        "contract_workers": 0,
        "staff_briefed": 6,
        "briefing_sessions": 1,
        "first_briefing_on": "2026-03-04",
        "briefing_form": "meeting",
        "pledges_signed": 6,
        **_NO_CASES,
        **_NONE_HANDLED,
        "workplan_total": 10,
        "workplan_done": 9,
        "workplan_late": 1,
        "combined_movements": ["Lạng Sơn chung sức xây dựng nông thôn mới"],
        "assessment": "Công chức của phòng chấp hành tốt các quy định về an toàn giao thông.",
    },
    "violations": [],
    "nominations": [],
}

_CENTRE: _Example = {
    "fields": {
        "staff_total": 18,
        "civil_servants": 0,
        "public_employees": 15,
        "contract_workers": 3,
        "staff_briefed": 18,
        "briefing_sessions": 1,
        "first_briefing_on": "2026-03-07",
        "briefing_form": "combined",
        "pledges_signed": 18,
        "drivers": 1,
        "vehicles": 1,
        "vehicles_valid_inspection": 1,
        **_NO_CASES,
        **_NONE_HANDLED,
        "workplan_total": 15,
        "workplan_done": 14,
        "workplan_late": 1,
        "digital_support_items": 5,
        "portal_views": 6100,
        "combined_movements": ["Thi đua thực hiện văn hóa công sở"],
        "assessment": "Viên chức của Trung tâm chấp hành tốt các quy định về an toàn giao thông.",
    },
    "violations": [],
    "nominations": [],
}


def _office(period_code: str, figures: tuple[int, int, int], before: tuple[int, int, int], as_of: str) -> _Example:
    """Write the Office's report of one period; crashes, deaths and injured are cumulative."""
    names = ("crashes", "deaths", "injured")
    return {
        "period_code": period_code,
        "fields": {
            "units_expected": 68,
            "units_on_time": 67,
            "units_late": 1,
            "units_missing": 0,
            "reminders_sent": 1,
            "issues_raised": 1,
            "issues_resolved": 1,
            "issues_overdue": 0,
            "department_staff_total": 42,
            "department_staff_briefed": 42,
            "department_violations": 0,
            "police_notices": 0,
            "self_reported": 0,
            "unmatched_notices": 0,
            "department_handled": 0,
            **dict(zip(names, figures, strict=True)),
            "crashes_alcohol": 0,
            "crashes_source": {
                "source_document": "Số liệu mẫu",
                "as_of": as_of,
                "definition_version": "TT26-2024",
            },
            "baseline_same_period": {"version": 1, **dict(zip(names, before, strict=True))},
            "overall_assessment": "Các đơn vị triển khai phong trào thi đua đúng kế hoạch.",
            "shortcomings": "Một số xã, phường còn thiếu cán bộ.",
            "next_tasks": "Tiếp tục tuyên truyền, đôn đốc các đơn vị báo cáo đúng hạn.",
            "workplan_total": 40,
            "workplan_done": 38,
        },
    }


#: By form: whole reports as units file them. ``period_code`` marks one that fits a single period.
EXAMPLES: Mapping[str, tuple[_Example, ...]] = {
    "E": (_COMMUNE_ACTIVE, _COMMUNE_SMALL),
    "B": (_PRESS,),
    "C": (_ROOM, _CENTRE),
    "D": (
        _office("2026-Q1", (8, 8, 2), (9, 9, 2), "2026-03-14"),
        _office("2026-H1", (16, 15, 4), (18, 17, 5), "2026-06-14"),
        _office("2026-9M", (25, 24, 6), (28, 27, 7), "2026-09-14"),
        _office("2026-Y", (33, 31, 9), (37, 36, 10), "2026-12-14"),
        _office("2026-CLOSE", (2, 1, 0), (2, 2, 1), "2026-12-31"),
    ),
}
