"""The year's register of indicators.

Codes are those of the year before where the figure is, so that people find it again; what became of each
stands in :mod:`thidua_campaign_atgt_2026.comparison`.
"""

from thidua_campaign_atgt_2026.media import COMMUNICATION
from thidua_campaign_atgt_2026.sources import CONTENT
from thidua_campaign_atgt_2026.sources import GOALS
from thidua_campaign_atgt_2026.sources import OFFICE
from thidua_campaign_atgt_2026.sources import STAFF
from thidua_campaign_atgt_2026.sources import UNITS
from thidua_campaign_atgt_2026.writing import RATIO
from thidua_campaign_atgt_2026.writing import divided
from thidua_campaign_atgt_2026.writing import fed
from thidua_sdk import CUMULATIVE
from thidua_sdk import EVENT
from thidua_sdk import FLOW
from thidua_sdk import OUTSIDE
from thidua_sdk import STOCK
from thidua_sdk import TALLY
from thidua_sdk import Aggregation
from thidua_sdk import Indicator
from thidua_sdk import TimeRule
from thidua_sdk import UnitRule

__all__ = ["INDICATORS"]

_LISTED = Aggregation("event", TimeRule.NEVER, UnitRule.NEVER)
_LISTED_STOCK = Aggregation("stock", TimeRule.NEVER, UnitRule.NEVER)
_NOMINATED = Aggregation("event", TimeRule.LATEST, UnitRule.SUM)

_OUTSIDE = "Số lũy kế do cơ quan ngoài Sở cung cấp; các đơn vị không tự thống kê."
_COUNCIL = "Số Hội đồng Thi đua - Khen thưởng Sở chuyển đi; đề nghị của từng đơn vị xem trong danh sách đề nghị."


def _cases(
    names: tuple[str, str, str], cells: tuple[str, ...], rows: str, *, kind: Aggregation = EVENT, note: str = ""
) -> Indicator:
    """Write a count of violations: a small one points at a person."""
    return fed(names, cells, rows, clause=STAFF, aggregation=kind, unit="trường hợp", about_people=True, note=note)


def _office(
    names: tuple[str, str, str], cells: tuple[str, ...], rows: str, kind: Aggregation, unit: str, note: str = ""
) -> Indicator:
    return fed(names, cells, rows, clause=OFFICE, aggregation=kind, unit=unit, note=note)


def _outcome(names: tuple[str, str, str], row: str, unit: str, kind: Aggregation = OUTSIDE) -> Indicator:
    note = _OUTSIDE if kind is OUTSIDE else "Chưa có văn bản định nghĩa; Văn phòng Sở ghi định nghĩa cùng số liệu."
    cells = (f"D.{names[2]}",)
    return fed(names, cells, f"Biểu D, dòng {row}", clause=GOALS, aggregation=kind, unit=unit, note=note)


_ROLLOUT = (
    fed(
        ("N01", "Tình trạng triển khai kế hoạch", "launch_status"),
        ("E.launch_status",),
        "Biểu E, dòng E01",
        clause=UNITS,
        aggregation=TALLY,
        unit="đơn vị",
        note="Đếm số đơn vị theo từng tình trạng. Biểu C không hỏi mục này.",
    ),
    fed(
        ("N02", "Văn bản triển khai (số, ngày)", "plan_document"),
        ("E.plan_document_no", "E.plan_document_date"),
        "Biểu E, dòng E02, E03",
        clause=UNITS,
        aggregation=_LISTED,
        unit="văn bản",
        note="Liệt kê theo từng đơn vị, không cộng.",
    ),
    fed(
        ("N03", "Số văn bản chỉ đạo, hướng dẫn", "direction_docs_count"),
        ("E.direction_docs_count", "B.direction_docs_count"),
        "Biểu E, dòng E04; Biểu B, dòng B02",
        clause=UNITS,
        unit="văn bản",
        by_topic=True,
    ),
    fed(
        ("N04", "Số văn bản tham mưu trình lãnh đạo", "advisory_docs_count"),
        ("B.advisory_docs_count",),
        "Biểu B, dòng B01",
        clause=UNITS,
        unit="văn bản",
    ),
    fed(
        ("N05", "Tổng số CC, VC, NLĐ tại thời điểm chốt", "staff_total"),
        ("E.staff_total", "B.staff_total", "C.staff_total"),
        "Biểu E, dòng E05; Biểu B, dòng B31; Biểu C, dòng C01",
        clause=STAFF,
        aggregation=STOCK,
        unit="người",
    ),
    fed(
        ("N06", "Số CC, VC, NLĐ đã được quán triệt (lũy kế)", "staff_briefed"),
        ("E.staff_briefed", "B.staff_briefed", "C.staff_briefed"),
        "Biểu E, dòng E06; Biểu B, dòng B32; Biểu C, dòng C05",
        clause=STAFF,
        aggregation=CUMULATIVE,
        unit="người",
    ),
    divided(("N07", "Tỷ lệ được quán triệt", "briefed_ratio"), ("N06", "N05"), clause=STAFF),
    fed(
        ("N08", "Số người ký cam kết", "pledges_signed"),
        ("E.pledges_signed", "C.pledges_signed"),
        "Biểu E, dòng E08; Biểu C, dòng C09",
        clause=STAFF,
        aggregation=CUMULATIVE,
        unit="người",
    ),
)

_CONDUCT = (
    _cases(
        ("N25", "Số trường hợp CC, VC, NLĐ vi phạm ATGT", "violation_cases"),
        ("E.violation_cases", "C.violation_cases"),
        "Biểu E, dòng E26; Biểu C, dòng C13",
    ),
    _cases(
        ("N26", "Trong đó vi phạm nồng độ cồn", "violation_alcohol"),
        ("E.violation_alcohol", "C.violation_alcohol"),
        "Biểu E, dòng E27; Biểu C, dòng C14",
    ),
    _cases(
        ("N27", "Số trường hợp đã xử lý", "violation_handled"),
        (
            "E.violation_handled",
            "C.handling_reminder",
            "C.handling_criticism",
            "C.handling_self_criticism",
            "C.handling_discipline",
        ),
        "Biểu E, dòng E28; Biểu C, dòng C20 đến C23",
    ),
    _cases(
        ("N27a", "Xử lý: nhắc nhở, phê bình", "handling_without_record"),
        ("C.handling_reminder", "C.handling_criticism"),
        "Biểu C, dòng C20, C21",
    ),
    _cases(
        ("N27c", "Xử lý: kiểm điểm", "handling_self_criticism"),
        ("C.handling_self_criticism",),
        "Biểu C, dòng C22",
    ),
    _cases(("N27d", "Xử lý: kỷ luật", "handling_discipline"), ("C.handling_discipline",), "Biểu C, dòng C23"),
    _cases(
        ("N27e", "Đang xem xét", "handling_pending"),
        ("C.handling_pending",),
        "Biểu C, dòng C24",
        kind=STOCK,
        note="Số còn lại cuối kỳ, không cộng các kỳ.",
    ),
    divided(("N28", "Tỷ lệ đã xử lý", "handled_ratio"), ("N27", "N25"), clause=STAFF, about_people=True),
    _office(
        ("N29", "Số thông báo vi phạm do Công an gửi", "police_notices"),
        ("D.police_notices",),
        "Biểu D, dòng D13",
        EVENT,
        "thông báo",
    ),
    Indicator(
        code="N30",
        label="Tỷ lệ đơn vị báo cáo đúng hạn",
        identifier="on_time_ratio",
        unit_of_measure="%",
        aggregation=RATIO,
        clause=OFFICE,
        source="Biểu D, dòng D01, D02",
        filing_states=("on_time",),
        note="Hệ thống tính từ sổ nộp báo cáo: số đơn vị nộp đúng hạn chia cho số đơn vị phải báo cáo.",
    ),
)


def _nominated(code: str, label: str, field: str, row: str, unit: str) -> Indicator:
    return _office((code, label, field), (f"D.{field}",), f"Biểu D, dòng {row}", _NOMINATED, unit, _COUNCIL)


_AWARDS = (
    _nominated("N31", "Số tập thể đề nghị Giấy khen", "nom_collective_gk", "D29", "tập thể"),
    _nominated("N32", "Số cá nhân đề nghị Giấy khen", "nom_individual_gk", "D30", "cá nhân"),
    _nominated("N33", "Số tập thể đề nghị Bằng khen", "nom_collective_bk", "D29", "tập thể"),
    _nominated("N34", "Số cá nhân đề nghị Bằng khen", "nom_individual_bk", "D30", "cá nhân"),
    fed(
        ("N35", "Phong trào được lồng ghép", "combined_movements"),
        ("C.combined_movements",),
        "Biểu C, dòng C30",
        clause=CONTENT,
        aggregation=_LISTED_STOCK,
        unit="phong trào",
        note="Liệt kê tên các phong trào, không cộng.",
    ),
)

_OFFICE_WORK = (
    divided(("N36", "Tỷ lệ hoàn thành chỉ tiêu kế hoạch công tác", "workplan_ratio"), ("N36a", "N36b"), clause=CONTENT),
    fed(
        ("N36a", "Chỉ tiêu kế hoạch công tác đã hoàn thành", "workplan_done"),
        ("C.workplan_done", "D.workplan_done"),
        "Biểu C, dòng C26; Biểu D, dòng D34",
        clause=CONTENT,
        aggregation=STOCK,
        unit="chỉ tiêu",
    ),
    fed(
        ("N36b", "Chỉ tiêu kế hoạch công tác được giao", "workplan_total"),
        ("C.workplan_total", "D.workplan_total"),
        "Biểu C, dòng C25; Biểu D, dòng D34",
        clause=CONTENT,
        aggregation=STOCK,
        unit="chỉ tiêu",
    ),
    _office(("N37", "Số vấn đề phát sinh", "issues_raised"), ("D.issues_raised",), "Biểu D, dòng D07", EVENT, "vấn đề"),
    _office(
        ("N37b", "Số vấn đề phát sinh đã giải quyết", "issues_resolved"),
        ("D.issues_resolved",),
        "Biểu D, dòng D08",
        EVENT,
        "vấn đề",
    ),
    _office(
        ("N38", "Báo cáo gửi Ban ATGT (số, ngày)", "report_issued"),
        ("D.report_no", "D.report_date"),
        "Biểu D, dòng D31",
        _LISTED,
        "văn bản",
        "Liệt kê, không cộng.",
    ),
    _office(
        ("N39", "Đăng tải trên trang TTĐT Sở", "published_at"),
        ("B.plan_published_at", "D.published_at"),
        "Biểu B, dòng B17; Biểu D, dòng D33",
        _LISTED,
        "thời điểm",
        "Hai biểu ghi cùng một việc, để đối chiếu với nhau.",
    ),
)

_OUTCOMES = (
    _outcome(("N40", "Số vụ tai nạn giao thông", "crashes"), "D17", "vụ"),
    _outcome(("N41", "Số người chết do tai nạn giao thông", "deaths"), "D18", "người"),
    _outcome(("N42", "Số người bị thương do tai nạn giao thông", "injured"), "D19", "người"),
    _outcome(("N43", "Số vụ do rượu, bia", "crashes_alcohol"), "D20", "vụ"),
    _outcome(("N44", "Số lần ùn tắc trên tuyến ra cửa khẩu", "border_congestion_events"), "D22", "lần", FLOW),
)

INDICATORS: tuple[Indicator, ...] = (
    *_ROLLOUT,
    *COMMUNICATION,
    *_CONDUCT,
    *_AWARDS,
    *_OFFICE_WORK,
    *_OUTCOMES,
)
