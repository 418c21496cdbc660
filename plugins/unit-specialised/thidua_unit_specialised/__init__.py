"""Unit types: the department's specialised rooms and its affiliated centres, which share form C."""

from thidua_sdk import Form
from thidua_sdk import UnitType
from thidua_unit_specialised.form import SpecialisedReport

__all__ = ["centre", "room"]

_SOURCE = "Kế hoạch, mục III.3"

_FORM = Form(
    code="C",
    title="Biểu C – Các phòng chuyên môn và Trung tâm trực thuộc",
    schema=SpecialisedReport,
    version=1,
    source=_SOURCE,
)

room = UnitType(code="specialised_room", label="Phòng chuyên môn", source=_SOURCE, forms=(_FORM,))

centre = UnitType(code="affiliated_centre", label="Trung tâm trực thuộc", source=_SOURCE, forms=(_FORM,))
