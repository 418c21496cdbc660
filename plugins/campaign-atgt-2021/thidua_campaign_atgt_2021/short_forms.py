"""Which cells the short forms keep.

At the launch: was the plan taken up, was the staff briefed. For the days between the yearly
cut-off and the end of the campaign: what adds up, because these days belong to no other period;
head-counts and texts were given on the yearly cut-off. A cell that a kept cell is checked
against is kept with it.
"""

__all__ = ["CLOSE_DISTRICT", "CLOSE_PRESS", "CLOSE_ROOM", "LAUNCH_DISTRICT", "LAUNCH_OFFICE", "LAUNCH_ROOM"]

LAUNCH_DISTRICT = (
    "launch_status",
    "plan_document_no",
    "plan_document_date",
    "direction_docs_count",
    "staff_total",
    "staff_briefed",
    "briefing_sessions",
    "pledges_signed",
    "difficulties",
    "recommendations",
)

LAUNCH_ROOM = (
    "staff_total",
    "civil_servants",
    "public_employees",
    "contract_workers",
    "staff_briefed",
    "briefing_sessions",
    "first_briefing_on",
    "briefing_form",
    "pledges_signed",
)

LAUNCH_OFFICE = (
    "units_expected",
    "units_on_time",
    "units_late",
    "units_missing",
    "reminders_sent",
    "published_at",
)

CLOSE_DISTRICT = (
    "direction_docs_count",
    "stations_total",
    "stations_broadcasting",
    "radio_items",
    "radio_broadcasts",
    "radio_minutes",
    "minority_language_broadcasts",
    "tv_items",
    "online_items",
    "social_posts",
    "social_reach",
    "banners",
    "posters",
    "leaflets",
    "mobile_sessions",
    "direct_sessions",
    "direct_participants",
    "school_sessions",
    "border_gate_sessions",
    "alcohol_items",
    "violation_cases",
    "violation_alcohol",
    "violation_handled",
    "violations",
)

CLOSE_PRESS = (
    "advisory_docs_count",
    "direction_docs_count",
    "print_items",
    "online_items",
    "radio_items",
    "tv_items",
    "broadcast_minutes",
    "minority_language_programmes",
    "central_press_items",
    "department_site_items",
    "bulletin_issues",
    "publication_licences",
    "licensed_copies",
    "sms_campaign_messages",
    "false_information_found",
    "false_information_handled",
    "training_classes",
    "trainees",
    "monitoring_visits",
    "alcohol_items",
)

CLOSE_ROOM = (
    "violation_cases",
    "violation_alcohol",
    "violation_speed",
    "violation_other",
    "staff_crashes",
    "staff_crash_deaths",
    "staff_crash_injured",
    "handling_reminder",
    "handling_criticism",
    "handling_self_criticism",
    "handling_discipline",
    "handling_pending",
    "violations",
    "digital_support_items",
    "portal_views",
)
