"""Unit type: the department's information, press and publishing room (form B)."""

from thidua_sdk import Form
from thidua_sdk import UnitType
from thidua_unit_press_publishing.form import PressReport

__all__ = ["plugin"]

plugin = UnitType(
    code="press_publishing_office",
    label="Phòng Thông tin - Báo chí - Xuất bản",
    source="Kế hoạch, mục III.2",
    forms=(
        Form(
            code="B",
            title="Biểu B – Phòng Thông tin - Báo chí - Xuất bản",
            schema=PressReport,
            version=1,
            source="Kế hoạch, mục III.2",
            # B26 and B28 are compared with what the districts report.
            sums=(("A", "stations_total"), ("A", "stations_broadcasting")),
        ),
    ),
)
