"""Unit type: the room of culture and society of a commune or ward (form E)."""

from thidua_sdk import Form
from thidua_sdk import UnitType
from thidua_unit_commune_culture.form import CommuneReport
from thidua_unit_commune_culture.sources import ASSIGNED

__all__ = ["plugin"]

plugin = UnitType(
    code="commune_culture_office",
    label="Phòng Văn hóa - Xã hội xã, phường",
    source=ASSIGNED,
    forms=(
        Form(
            code="E",
            # People who fill it in read there that it is not settled whether they are the ones.
            title="Biểu E – Phòng Văn hóa - Xã hội xã, phường (đơn vị được giao báo cáo: cần xác nhận)",
            schema=CommuneReport,
            version=1,
            source=ASSIGNED,
        ),
    ),
)
