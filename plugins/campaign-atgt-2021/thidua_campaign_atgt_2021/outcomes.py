"""Indicators N31 to N44: awards, other movements, the Office's documents, and accidents."""

from thidua_campaign_atgt_2021.aggregations import LISTED
from thidua_campaign_atgt_2021.aggregations import LISTED_STOCK
from thidua_campaign_atgt_2021.aggregations import NOMINATED
from thidua_campaign_atgt_2021.aggregations import RATIO
from thidua_campaign_atgt_2021.clauses import CONTENT_1
from thidua_campaign_atgt_2021.clauses import DEPARTMENT_OFFICE_1
from thidua_campaign_atgt_2021.clauses import DEPARTMENT_OFFICE_2
from thidua_campaign_atgt_2021.clauses import DISTRICT_3
from thidua_campaign_atgt_2021.clauses import PURPOSE_1
from thidua_campaign_atgt_2021.clauses import PURPOSE_2
from thidua_campaign_atgt_2021.clauses import PURPOSE_3
from thidua_campaign_atgt_2021.clauses import RECIPIENTS
from thidua_sdk import EVENT
from thidua_sdk import FLOW
from thidua_sdk import OUTSIDE
from thidua_sdk import STOCK
from thidua_sdk import FieldSource
from thidua_sdk import Indicator

__all__ = ["OUTCOME_INDICATORS"]

_AWARDS = f"{PURPOSE_2}; {DISTRICT_3}"
_COUNCIL = "Số Hội đồng Thi đua - Khen thưởng Sở chuyển đi; đề nghị của từng đơn vị xem trong danh sách đề nghị."
_OUTSIDE = "Số lũy kế do Ban An toàn giao thông tỉnh cung cấp; các đơn vị không tự thống kê."

OUTCOME_INDICATORS = (
    Indicator(
        code="N31",
        label="Số tập thể đề nghị Giấy khen",
        identifier="nominated_collective_gk",
        unit_of_measure="tập thể",
        aggregation=NOMINATED,
        clause=_AWARDS,
        source="Biểu D, dòng D29",
        sources=(FieldSource(form="D", field="nom_collective_gk"),),
        note=_COUNCIL,
    ),
    Indicator(
        code="N32",
        label="Số cá nhân đề nghị Giấy khen",
        identifier="nominated_individual_gk",
        unit_of_measure="cá nhân",
        aggregation=NOMINATED,
        clause=_AWARDS,
        source="Biểu D, dòng D30",
        sources=(FieldSource(form="D", field="nom_individual_gk"),),
        note=_COUNCIL,
    ),
    Indicator(
        code="N33",
        label="Số tập thể đề nghị Bằng khen",
        identifier="nominated_collective_bk",
        unit_of_measure="tập thể",
        aggregation=NOMINATED,
        clause=DEPARTMENT_OFFICE_2,
        source="Biểu D, dòng D29",
        sources=(FieldSource(form="D", field="nom_collective_bk"),),
        note=_COUNCIL,
    ),
    Indicator(
        code="N34",
        label="Số cá nhân đề nghị Bằng khen",
        identifier="nominated_individual_bk",
        unit_of_measure="cá nhân",
        aggregation=NOMINATED,
        clause=DEPARTMENT_OFFICE_2,
        source="Biểu D, dòng D30",
        sources=(FieldSource(form="D", field="nom_individual_bk"),),
        note=_COUNCIL,
    ),
    Indicator(
        code="N35",
        label="Phong trào được lồng ghép",
        identifier="combined_movements",
        unit_of_measure="phong trào",
        aggregation=LISTED_STOCK,
        clause=PURPOSE_3,
        source="Biểu C, dòng C30",
        sources=(FieldSource(form="C", field="combined_movements"),),
        note="Liệt kê tên các phong trào, không cộng. Biểu A và Biểu D không hỏi mục này.",
    ),
    Indicator(
        code="N36",
        label="Tỷ lệ hoàn thành chỉ tiêu kế hoạch công tác",
        identifier="workplan_ratio",
        unit_of_measure="%",
        aggregation=RATIO,
        clause=CONTENT_1,
        source="Tính từ N36a và N36b",
        ratio=("N36a", "N36b"),
    ),
    Indicator(
        code="N36a",
        label="Chỉ tiêu kế hoạch công tác đã hoàn thành",
        identifier="workplan_done",
        unit_of_measure="chỉ tiêu",
        aggregation=STOCK,
        clause=CONTENT_1,
        source="Biểu C, dòng C26; Biểu D, dòng D34",
        sources=(FieldSource(form="C", field="workplan_done"), FieldSource(form="D", field="workplan_done")),
    ),
    Indicator(
        code="N36b",
        label="Chỉ tiêu kế hoạch công tác được giao",
        identifier="workplan_total",
        unit_of_measure="chỉ tiêu",
        aggregation=STOCK,
        clause=CONTENT_1,
        source="Biểu C, dòng C25; Biểu D, dòng D34",
        sources=(FieldSource(form="C", field="workplan_total"), FieldSource(form="D", field="workplan_total")),
    ),
    Indicator(
        code="N37",
        label="Số vấn đề phát sinh",
        identifier="issues_raised",
        unit_of_measure="vấn đề",
        aggregation=EVENT,
        clause=DEPARTMENT_OFFICE_1,
        source="Biểu D, dòng D07",
        sources=(FieldSource(form="D", field="issues_raised"),),
    ),
    Indicator(
        code="N37b",
        label="Số vấn đề phát sinh đã giải quyết",
        identifier="issues_resolved",
        unit_of_measure="vấn đề",
        aggregation=EVENT,
        clause=DEPARTMENT_OFFICE_1,
        source="Biểu D, dòng D08",
        sources=(FieldSource(form="D", field="issues_resolved"),),
        note="Gồm cả vấn đề của kỳ trước chuyển sang.",
    ),
    Indicator(
        code="N38",
        label="Báo cáo gửi Ban ATGT (số, ngày)",
        identifier="report_issued",
        unit_of_measure="văn bản",
        aggregation=LISTED,
        clause=DEPARTMENT_OFFICE_2,
        source="Biểu D, dòng D31",
        sources=(FieldSource(form="D", field="report_no"), FieldSource(form="D", field="report_date")),
        note="Liệt kê, không cộng.",
    ),
    Indicator(
        code="N39",
        label="Đăng tải trên trang TTĐT Sở",
        identifier="published_at",
        unit_of_measure="thời điểm",
        aggregation=LISTED,
        clause=RECIPIENTS,
        source="Biểu B, dòng B17; Biểu D, dòng D33",
        sources=(FieldSource(form="B", field="plan_published_at"), FieldSource(form="D", field="published_at")),
        note="Hai biểu ghi cùng một việc, để đối chiếu với nhau.",
    ),
    Indicator(
        code="N40",
        label="Số vụ tai nạn giao thông",
        identifier="crashes",
        unit_of_measure="vụ",
        aggregation=OUTSIDE,
        clause=PURPOSE_1,
        source="Biểu D, dòng D17",
        sources=(FieldSource(form="D", field="crashes"),),
        note=_OUTSIDE,
    ),
    Indicator(
        code="N41",
        label="Số người chết do tai nạn giao thông",
        identifier="deaths",
        unit_of_measure="người",
        aggregation=OUTSIDE,
        clause=PURPOSE_1,
        source="Biểu D, dòng D18",
        sources=(FieldSource(form="D", field="deaths"),),
        note=_OUTSIDE,
    ),
    Indicator(
        code="N42",
        label="Số người bị thương do tai nạn giao thông",
        identifier="injured",
        unit_of_measure="người",
        aggregation=OUTSIDE,
        clause=PURPOSE_1,
        source="Biểu D, dòng D19",
        sources=(FieldSource(form="D", field="injured"),),
        note=_OUTSIDE,
    ),
    Indicator(
        code="N43",
        label="Số vụ do rượu, bia",
        identifier="crashes_alcohol",
        unit_of_measure="vụ",
        aggregation=OUTSIDE,
        clause=PURPOSE_1,
        source="Biểu D, dòng D20",
        sources=(FieldSource(form="D", field="crashes_alcohol"),),
        note=_OUTSIDE,
    ),
    Indicator(
        code="N44",
        label="Số lần ùn tắc trên tuyến ra cửa khẩu",
        identifier="border_congestion_events",
        unit_of_measure="lần",
        aggregation=FLOW,
        clause=PURPOSE_1,
        source="Biểu D, dòng D22",
        sources=(FieldSource(form="D", field="border_congestion_events"),),
        note="Kế hoạch không định nghĩa thế nào là một lần ùn tắc; Văn phòng Sở ghi định nghĩa cùng số liệu.",
    ),
)
