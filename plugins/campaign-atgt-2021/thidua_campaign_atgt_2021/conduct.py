"""Indicators N25 to N30: the staff's own conduct in traffic, and punctual reporting."""

from thidua_campaign_atgt_2021.aggregations import RATIO
from thidua_campaign_atgt_2021.clauses import DEPARTMENT_OFFICE_1
from thidua_campaign_atgt_2021.clauses import PURPOSE_2
from thidua_sdk import EVENT
from thidua_sdk import STOCK
from thidua_sdk import FieldSource
from thidua_sdk import Indicator

__all__ = ["CONDUCT_INDICATORS"]

_CONDUCT = f"{PURPOSE_2}; {DEPARTMENT_OFFICE_1}"
# Form D's counts are computed from forms C, so adding them would count each case twice.
_NOT_ADDED = "Số của Sở ở Biểu D được tính từ Biểu C để đối chiếu, không cộng thêm."

CONDUCT_INDICATORS = (
    Indicator(
        code="N25",
        label="Số trường hợp CC, VC, NLĐ vi phạm ATGT",
        identifier="violation_cases",
        about_people=True,
        unit_of_measure="trường hợp",
        aggregation=EVENT,
        clause=_CONDUCT,
        source="Biểu A, dòng A28; Biểu C, dòng C13",
        sources=(FieldSource(form="A", field="violation_cases"), FieldSource(form="C", field="violation_cases")),
        note=_NOT_ADDED,
    ),
    Indicator(
        code="N26",
        label="Trong đó vi phạm nồng độ cồn",
        identifier="violation_alcohol",
        about_people=True,
        unit_of_measure="trường hợp",
        aggregation=EVENT,
        clause=_CONDUCT,
        source="Biểu A, dòng A29; Biểu C, dòng C14",
        sources=(FieldSource(form="A", field="violation_alcohol"), FieldSource(form="C", field="violation_alcohol")),
    ),
    Indicator(
        code="N27",
        label="Số trường hợp đã xử lý",
        identifier="violation_handled",
        about_people=True,
        unit_of_measure="trường hợp",
        aggregation=EVENT,
        clause=PURPOSE_2,
        source="Biểu A, dòng A30; Biểu C, dòng C20 đến C23",
        sources=(
            FieldSource(form="A", field="violation_handled"),
            FieldSource(form="C", field="handling_reminder"),
            FieldSource(form="C", field="handling_criticism"),
            FieldSource(form="C", field="handling_self_criticism"),
            FieldSource(form="C", field="handling_discipline"),
        ),
        note=_NOT_ADDED,
    ),
    Indicator(
        code="N27a",
        label="Xử lý: nhắc nhở",
        identifier="handling_reminder",
        about_people=True,
        unit_of_measure="trường hợp",
        aggregation=EVENT,
        clause=PURPOSE_2,
        source="Biểu C, dòng C20",
        sources=(FieldSource(form="C", field="handling_reminder"),),
    ),
    Indicator(
        code="N27b",
        label="Xử lý: phê bình",
        identifier="handling_criticism",
        about_people=True,
        unit_of_measure="trường hợp",
        aggregation=EVENT,
        clause=PURPOSE_2,
        source="Biểu C, dòng C21",
        sources=(FieldSource(form="C", field="handling_criticism"),),
    ),
    Indicator(
        code="N27c",
        label="Xử lý: kiểm điểm",
        identifier="handling_self_criticism",
        about_people=True,
        unit_of_measure="trường hợp",
        aggregation=EVENT,
        clause=PURPOSE_2,
        source="Biểu C, dòng C22",
        sources=(FieldSource(form="C", field="handling_self_criticism"),),
    ),
    Indicator(
        code="N27d",
        label="Xử lý: kỷ luật",
        identifier="handling_discipline",
        about_people=True,
        unit_of_measure="trường hợp",
        aggregation=EVENT,
        clause=PURPOSE_2,
        source="Biểu C, dòng C23",
        sources=(FieldSource(form="C", field="handling_discipline"),),
    ),
    Indicator(
        code="N27e",
        label="Đang xem xét",
        identifier="handling_pending",
        about_people=True,
        unit_of_measure="trường hợp",
        aggregation=STOCK,
        clause=PURPOSE_2,
        source="Biểu C, dòng C24",
        sources=(FieldSource(form="C", field="handling_pending"),),
        note="Số còn lại cuối kỳ; kỳ sau đã gồm số kỳ trước chuyển sang nên không cộng các kỳ.",
    ),
    Indicator(
        code="N28",
        label="Tỷ lệ đã xử lý",
        identifier="handled_ratio",
        about_people=True,
        unit_of_measure="%",
        aggregation=RATIO,
        clause=PURPOSE_2,
        source="Tính từ N27 và N25",
        ratio=("N27", "N25"),
        note="Trong một kỳ có thể quá 100%, vì số đã xử lý gồm cả trường hợp từ kỳ trước chuyển sang.",
    ),
    Indicator(
        code="N29",
        label="Số thông báo vi phạm do Công an gửi",
        identifier="police_notices",
        unit_of_measure="thông báo",
        aggregation=EVENT,
        clause=DEPARTMENT_OFFICE_1,
        source="Biểu D, dòng D13",
        sources=(FieldSource(form="D", field="police_notices"),),
    ),
    Indicator(
        code="N30",
        label="Tỷ lệ đơn vị báo cáo đúng hạn",
        identifier="on_time_ratio",
        unit_of_measure="%",
        aggregation=RATIO,
        clause=DEPARTMENT_OFFICE_1,
        source="Biểu D, dòng D01, D02",
        filing_states=("on_time",),
        note="Hệ thống tính từ sổ nộp báo cáo: số đơn vị nộp đúng hạn chia cho số đơn vị phải báo cáo.",
    ),
)
