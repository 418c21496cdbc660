"""Indicators N01 to N08: how the plan was taken up and the staff briefed."""

from thidua_campaign_atgt_2021.aggregations import LISTED
from thidua_campaign_atgt_2021.aggregations import RATIO
from thidua_campaign_atgt_2021.clauses import CONTENT_2
from thidua_campaign_atgt_2021.clauses import DISTRICT_1
from thidua_campaign_atgt_2021.clauses import DISTRICT_2
from thidua_campaign_atgt_2021.clauses import PRESS_ROOM
from thidua_campaign_atgt_2021.clauses import PURPOSE_2
from thidua_campaign_atgt_2021.clauses import ROOMS
from thidua_sdk import CUMULATIVE
from thidua_sdk import FLOW
from thidua_sdk import STOCK
from thidua_sdk import TALLY
from thidua_sdk import FieldSource
from thidua_sdk import Indicator

__all__ = ["ROLLOUT_INDICATORS"]

ROLLOUT_INDICATORS = (
    Indicator(
        code="N01",
        label="Tình trạng triển khai kế hoạch",
        identifier="launch_status",
        unit_of_measure="đơn vị",
        aggregation=TALLY,
        clause=DISTRICT_1,
        source="Biểu A, dòng A01",
        sources=(FieldSource(form="A", field="launch_status"),),
        note="Đếm số đơn vị theo từng tình trạng. Biểu C không hỏi mục này.",
    ),
    Indicator(
        code="N02",
        label="Văn bản triển khai (số, ngày)",
        identifier="plan_document",
        unit_of_measure="văn bản",
        aggregation=LISTED,
        clause=DISTRICT_1,
        source="Biểu A, dòng A02, A03",
        sources=(FieldSource(form="A", field="plan_document_no"), FieldSource(form="A", field="plan_document_date")),
        note="Liệt kê theo từng đơn vị, không cộng.",
    ),
    Indicator(
        code="N03",
        label="Số văn bản chỉ đạo, hướng dẫn",
        identifier="direction_docs_count",
        unit_of_measure="văn bản",
        aggregation=FLOW,
        clause=f"{CONTENT_2}; {PRESS_ROOM}",
        source="Biểu A, dòng A04; Biểu B, dòng B02",
        sources=(
            FieldSource(form="A", field="direction_docs_count"),
            FieldSource(form="B", field="direction_docs_count"),
        ),
        by_topic=True,
    ),
    Indicator(
        code="N04",
        label="Số văn bản tham mưu trình lãnh đạo",
        identifier="advisory_docs_count",
        unit_of_measure="văn bản",
        aggregation=FLOW,
        clause=PRESS_ROOM,
        source="Biểu B, dòng B01",
        sources=(FieldSource(form="B", field="advisory_docs_count"),),
        note="Biểu D không hỏi mục này.",
    ),
    Indicator(
        code="N05",
        label="Tổng số CC, VC, NLĐ tại thời điểm chốt",
        identifier="staff_total",
        unit_of_measure="người",
        aggregation=STOCK,
        clause=PURPOSE_2,
        source="Biểu A, dòng A05; Biểu B, dòng B31; Biểu C, dòng C01",
        sources=(
            FieldSource(form="A", field="staff_total"),
            FieldSource(form="B", field="staff_total"),
            FieldSource(form="C", field="staff_total"),
        ),
        note="Gồm cả các huyện, thành phố; số riêng của Sở ở Biểu D, dòng D10.",
    ),
    Indicator(
        code="N06",
        label="Số CC, VC, NLĐ đã được quán triệt (lũy kế)",
        identifier="staff_briefed",
        unit_of_measure="người",
        aggregation=CUMULATIVE,
        clause=f"{PURPOSE_2}; {DISTRICT_2}; {ROOMS}",
        source="Biểu A, dòng A06; Biểu B, dòng B32; Biểu C, dòng C05",
        sources=(
            FieldSource(form="A", field="staff_briefed"),
            FieldSource(form="B", field="staff_briefed"),
            FieldSource(form="C", field="staff_briefed"),
        ),
    ),
    Indicator(
        code="N07",
        label="Tỷ lệ được quán triệt",
        identifier="briefed_ratio",
        unit_of_measure="%",
        aggregation=RATIO,
        clause=PURPOSE_2,
        source="Tính từ N06 và N05",
        ratio=("N06", "N05"),
    ),
    Indicator(
        code="N08",
        label="Số người ký cam kết",
        identifier="pledges_signed",
        unit_of_measure="người",
        aggregation=CUMULATIVE,
        clause=DISTRICT_2,
        source="Biểu A, dòng A08; Biểu C, dòng C09",
        sources=(FieldSource(form="A", field="pledges_signed"), FieldSource(form="C", field="pledges_signed")),
    ),
)
