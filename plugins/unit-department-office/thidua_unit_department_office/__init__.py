"""Unit type: the department's Office, which follows and consolidates the campaign (form D)."""

from thidua_sdk import Form
from thidua_sdk import FromForms
from thidua_sdk import FromRoster
from thidua_sdk import UnitType
from thidua_unit_department_office.form import OfficeReport

__all__ = ["plugin"]

plugin = UnitType(
    code="department_office",
    label="Văn phòng Sở",
    source="Kế hoạch, mục III.4",
    forms=(
        Form(
            code="D",
            title="Biểu D – Văn phòng Sở",
            schema=OfficeReport,
            version=1,
            source="Kế hoạch, mục III.4",
            # All units of the period owe the Office a report, whatever their form; it does not count itself.
            # CX5 adds up the staff of rooms and centres, DX5 asks whether any of their cases is still open.
            computed={
                "units_expected": FromRoster(("not_due", "due_soon", "on_time", "late", "overdue")),
                "units_on_time": FromRoster(("on_time",)),
                "units_late": FromRoster(("late",)),
                "units_missing": FromRoster(("not_due", "due_soon", "overdue")),
                "department_staff_total": FromForms((("C", "staff_total"), ("B", "staff_total"))),
                "department_staff_briefed": FromForms((("C", "staff_briefed"), ("B", "staff_briefed"))),
                "department_violations": FromForms((("C", "violation_cases"),)),
                "department_handled": FromForms(
                    tuple(
                        ("C", f"handling_{form}") for form in ("reminder", "criticism", "self_criticism", "discipline")
                    )
                ),
            },
            sums=(("C", "staff_total"), ("B", "staff_total"), ("C", "handling_pending")),
        ),
    ),
)
