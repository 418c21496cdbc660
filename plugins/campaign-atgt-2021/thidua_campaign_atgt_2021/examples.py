"""Example reports: filled forms for authors and API users, and the stuff of sample data.

Figures are invented, except the nine-month accident figures, which are those the Committee
published (112/BC-BATGT ngày 15/9/2021). Names are fictional.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["EXAMPLES"]

_Example = Mapping[str, object]

_DISTRICT_ACTIVE: _Example = {
    "fields": {
        "launch_status": "own_plan",
        "plan_document_no": "12/KH-VHTT",
        "plan_document_date": "2021-03-02",
        "direction_docs_count": 2,
        "staff_total": 7,
        "staff_briefed": 7,
        "briefing_sessions": 1,
        "pledges_signed": 7,
        "stations_total": 20,
        "stations_broadcasting": 18,
        "radio_items": 26,
        "radio_broadcasts": 148,
        "radio_minutes": 1184,
        "minority_language_broadcasts": 36,
        "tv_items": 2,
        "online_items": 9,
        "social_posts": 14,
        "social_reach": 21500,
        "banners": 24,
        "posters": 0,
        "leaflets": 1200,
        "mobile_sessions": 6,
        "direct_sessions": 4,
        "direct_participants": 610,
        "school_sessions": 2,
        "border_gate_sessions": None,
        "alcohol_items": 15,
        "violation_cases": 0,
        "violation_alcohol": 0,
        "violation_handled": 0,
        "good_practices": "Phát lại bản tin an toàn giao thông bằng tiếng Tày, Nùng vào phiên chợ.",
        "difficulties": "Một số cụm loa hỏng do mưa đá, chưa có kinh phí sửa chữa.",
    },
    "by_topic": {
        "direction_docs_count": {"annual_theme": 2, "directive_18": 1},
        "radio_items": {
            "directive_18": 5,
            "resolution_12": 4,
            "alcohol_law": 9,
            "decree_100": 8,
            "annual_theme": 20,
            "local_directions": 6,
        },
        "online_items": {
            "directive_18": 1,
            "resolution_12": 1,
            "alcohol_law": 4,
            "decree_100": 3,
            "annual_theme": 7,
            "local_directions": 2,
        },
        "banners": {"annual_theme": 16, "alcohol_law": 8},
    },
    "violations": [],
    "nominations": [],
}

_DISTRICT_STEADY: _Example = {
    "fields": {
        "launch_status": "integrated",
        "plan_document_no": "07/UBND-VHTT",
        "plan_document_date": "2021-02-26",
        "direction_docs_count": 1,
        "staff_total": 8,
        "staff_briefed": 8,
        "briefing_sessions": 2,
        "pledges_signed": 8,
        "stations_total": 12,
        "stations_broadcasting": 11,
        "radio_items": 18,
        "radio_broadcasts": 96,
        "radio_minutes": 720,
        "minority_language_broadcasts": 20,
        "online_items": 6,
        "social_posts": 5,
        "social_reach": 6400,
        "banners": 15,
        "posters": 4,
        "leaflets": 600,
        "mobile_sessions": 3,
        "direct_sessions": 2,
        "direct_participants": 260,
        "school_sessions": 1,
        "alcohol_items": 8,
        "violation_cases": 0,
        "violation_alcohol": 0,
        "violation_handled": 0,
        "difficulties": "Kinh phí tuyên truyền còn hạn chế.",
        "recommendations": "Đề nghị Sở cung cấp thêm tài liệu tuyên truyền bằng tiếng dân tộc.",
    },
    "by_topic": {
        "radio_items": {"directive_18": 3, "alcohol_law": 5, "decree_100": 3, "annual_theme": 12},
        "online_items": {"alcohol_law": 2, "decree_100": 1, "annual_theme": 4},
    },
    "violations": [],
    "nominations": [],
}

_DISTRICT_SMALL: _Example = {
    "fields": {
        "launch_status": "own_plan",
        "plan_document_no": "03/KH-VHTT",
        "plan_document_date": "2021-03-01",
        "direction_docs_count": 1,
        "staff_total": 5,
        "staff_briefed": 5,
        "briefing_sessions": 1,
        "stations_total": 8,
        "stations_broadcasting": 7,
        "radio_items": 11,
        "radio_broadcasts": 54,
        "radio_minutes": 430,
        "minority_language_broadcasts": 6,
        "online_items": 3,
        "banners": 7,
        "leaflets": 150,
        "mobile_sessions": 2,
        "direct_sessions": 1,
        "direct_participants": 95,
        "alcohol_items": 4,
        "violation_cases": 0,
        "violation_alcohol": 0,
        "violation_handled": 0,
        "difficulties": "Cán bộ làm công tác truyền thanh cơ sở kiêm nhiệm nhiều việc.",
    },
    "by_topic": {
        "radio_items": {"alcohol_law": 3, "decree_100": 2, "annual_theme": 8},
        "online_items": {"alcohol_law": 1, "annual_theme": 2},
    },
    "violations": [],
    "nominations": [],
}

_PRESS: _Example = {
    "fields": {
        "advisory_docs_count": 3,
        "direction_docs_count": 4,
        "press_agencies_guided": 3,
        "press_agencies_reported": 3,
        "radio_systems_guided": 11,
        "press_briefing_mentions": 2,
        "print_items": 24,
        "online_items": 41,
        "radio_items": 33,
        "tv_items": 19,
        "broadcast_minutes": 460,
        "thematic_columns": 2,
        "minority_language_programmes": 6,
        "central_press_items": 5,
        "department_site_items": 12,
        "plan_published": True,
        "plan_published_at": "2021-03-01",
        "bulletin_issues": 1,
        "stations_total_province": 200,
        "stations_operating": 186,
        "stations_broadcasting": 172,
        "monitoring_visits": 2,
        "alcohol_items": 30,
        "staff_total": 6,
        "staff_briefed": 6,
        "assessment": (
            "Các cơ quan báo chí trong tỉnh duy trì chuyên mục an toàn giao thông, bám sát chủ đề năm 2021; "
            "hệ thống truyền thanh cơ sở phát tin đều hằng tuần."
        ),
    },
    "by_topic": {
        "print_items": {"annual_theme": 12, "alcohol_law": 5, "directive_18": 4},
        "online_items": {"annual_theme": 20, "decree_100": 9, "local_directions": 8},
        "radio_items": {"annual_theme": 15, "alcohol_law": 8},
        "tv_items": {"annual_theme": 9, "alcohol_law": 4},
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
        "first_briefing_on": "2021-03-05",
        "briefing_form": "meeting",
        "pledges_signed": 6,
        "violation_cases": 0,
        "violation_alcohol": 0,
        "violation_speed": 0,
        "violation_other": 0,
        "staff_crashes": 0,
        "handling_reminder": 0,
        "handling_criticism": 0,
        "handling_self_criticism": 0,
        "handling_discipline": 0,
        "handling_pending": 0,
        "workplan_total": 10,
        "workplan_done": 9,
        "workplan_late": 1,
        "combined_movements": ["Lạng Sơn chung sức xây dựng nông thôn mới"],
        "assessment": "Công chức của phòng chấp hành tốt các quy định về an toàn giao thông.",
    },
    "violations": [],
    "nominations": [],
}

_CENTRE_QUIET: _Example = {
    "fields": {
        "staff_total": 18,
        "civil_servants": 0,
        "public_employees": 15,
        "contract_workers": 3,
        "staff_briefed": 17,
        "briefing_sessions": 1,
        "first_briefing_on": "2021-03-08",
        "briefing_form": "combined",
        "pledges_signed": 17,
        "drivers": 1,
        "vehicles": 1,
        "vehicles_valid_inspection": 1,
        "violation_cases": 0,
        "violation_alcohol": 0,
        "violation_speed": 0,
        "violation_other": 0,
        "staff_crashes": 0,
        "handling_reminder": 0,
        "handling_criticism": 0,
        "handling_self_criticism": 0,
        "handling_discipline": 0,
        "handling_pending": 0,
        "workplan_total": 14,
        "workplan_done": 12,
        "workplan_late": 2,
        "digital_support_items": 4,
        "portal_views": 5200,
        "combined_movements": ["Thi đua thực hiện văn hóa công sở"],
        "assessment": "Viên chức của Trung tâm chấp hành tốt các quy định về an toàn giao thông.",
    },
    "violations": [],
    "nominations": [],
}


def _office(period_code: str, figures: tuple[int, int, int], source: str, as_of: str) -> _Example:
    """Write the Office's report of one period; crashes, deaths and injured are cumulative."""
    crashes, deaths, injured = figures
    return {
        "period_code": period_code,
        "fields": {
            "units_expected": 16,
            "units_on_time": 14,
            "units_late": 2,
            "units_missing": 0,
            "reminders_sent": 3,
            "issues_raised": 2,
            "issues_resolved": 1,
            "issues_overdue": 0,
            "department_staff_total": 42,
            "department_staff_briefed": 41,
            "department_violations": 1,
            "police_notices": 1,
            "self_reported": 1,
            "unmatched_notices": 0,
            "department_handled": 1,
            "crashes": crashes,
            "deaths": deaths,
            "injured": injured,
            "crashes_source": {"source_document": source, "as_of": as_of, "definition_version": "TT58-2009"},
            "baseline_same_period": {"version": 1, "crashes": 34, "deaths": 34, "injured": 13},
            "overall_assessment": "Các đơn vị triển khai phong trào thi đua đúng kế hoạch.",
            "shortcomings": "Một số đơn vị gửi báo cáo còn chậm.",
            "next_tasks": "Tiếp tục tuyên truyền, đôn đốc các đơn vị báo cáo đúng hạn.",
            "workplan_total": 40,
            "workplan_done": 37,
        },
    }


#: By form: whole reports as units file them. ``period_code`` marks one that fits a single period.
EXAMPLES: Mapping[str, tuple[_Example, ...]] = {
    "A": (_DISTRICT_ACTIVE, _DISTRICT_STEADY, _DISTRICT_SMALL),
    "B": (_PRESS,),
    "C": (_ROOM, _CENTRE_QUIET),
    "D": (
        _office("2021-Q1", (9, 9, 2), "Số liệu mẫu quý I", "2021-03-14"),
        _office("2021-H1", (18, 17, 5), "Số liệu mẫu 6 tháng", "2021-06-14"),
        _office("2021-9M", (28, 27, 7), "112/BC-BATGT ngày 15/9/2021", "2021-09-14"),
    ),
}
