"""Unit type: the culture and information office of a district or city (form A)."""

from thidua_sdk import Form
from thidua_sdk import UnitType
from thidua_unit_district_culture.form import DistrictReport

__all__ = ["plugin"]

plugin = UnitType(
    code="district_culture_office",
    label="Phòng Văn hóa và Thông tin huyện/thành phố",
    source="Kế hoạch, mục III.1",
    forms=(
        Form(
            code="A",
            title="Biểu A – Phòng Văn hóa và Thông tin huyện/thành phố",
            schema=DistrictReport,
            version=1,
            source="Kế hoạch, mục III.1",
        ),
    ),
)
