"""Form D, rows D01 to D34, in the order of the printed form."""

from typing import ClassVar

from thidua_sdk import CUMULATIVE
from thidua_sdk import EVENT
from thidua_sdk import FLOW
from thidua_sdk import NONE
from thidua_sdk import OUTSIDE
from thidua_sdk import STOCK
from thidua_sdk import Aggregation
from thidua_sdk import Count
from thidua_sdk import Day
from thidua_sdk import DocumentNumber
from thidua_sdk import FormSchema
from thidua_sdk import Group
from thidua_sdk import Line
from thidua_sdk import Moment
from thidua_sdk import Need
from thidua_sdk import Paragraph
from thidua_sdk import PayloadRule
from thidua_sdk import RecordRule
from thidua_sdk import Section
from thidua_sdk import TimeRule
from thidua_sdk import UnitRule
from thidua_unit_department_office import record_rules
from thidua_unit_department_office import rules
from thidua_unit_department_office.rows import Baseline
from thidua_unit_department_office.rows import FigureSource

__all__ = ["OfficeReport"]

#: What is stated anew in each report and may well fall, so it is no stock: still open, or proposed so far.
_LATEST = Aggregation("event", TimeRule.LATEST, UnitRule.SUM)
_CUMULATIVE = "Lũy kế theo văn bản nguồn, không cộng các kỳ."


class OfficeReport(FormSchema):
    """What the department's Office reports for one period, on all units and on the province's accidents."""

    units_expected = Count(
        "Số đơn vị phải báo cáo",
        code="D01",
        unit="đơn vị",
        aggregate=NONE,
        computed=True,
        source="Biểu D, dòng D01",
    )
    units_on_time = Count(
        "Nộp đúng hạn", code="D02", unit="đơn vị", aggregate=NONE, computed=True, source="Biểu D, dòng D02"
    )
    units_late = Count("Nộp muộn", code="D03", unit="đơn vị", aggregate=NONE, computed=True, source="Biểu D, dòng D03")
    units_missing = Count(
        "Chưa nộp", code="D04", unit="đơn vị", aggregate=NONE, computed=True, source="Biểu D, dòng D04"
    )
    reminders_sent = Count("Công văn, lượt nhắc", code="D05", unit="lượt", source="Biểu D, dòng D05", listable=True)
    monitoring_visits = Count(
        "Lượt kiểm tra, theo dõi",
        code="D06",
        unit="lượt",
        need=Need.OPTIONAL,
        source="Biểu D, dòng D06",
        listable=True,
    )
    issues_raised = Count(
        "Vấn đề phát sinh",
        code="D07",
        unit="vấn đề",
        aggregate=EVENT,
        source="Biểu D, dòng D07",
        help="Chỉ đếm vấn đề mới phát sinh trong kỳ.",
    )
    issues_resolved = Count(
        "Đã giải quyết",
        code="D08",
        unit="vấn đề",
        aggregate=EVENT,
        source="Biểu D, dòng D08",
        help="Giải quyết xong trong kỳ, kể cả vấn đề từ kỳ trước chuyển sang.",
    )
    issues_overdue = Count("Tồn quá 30 ngày", code="D09", unit="vấn đề", aggregate=_LATEST, source="Biểu D, dòng D09")
    department_staff_total = Count(
        "Tổng CC, VC, NLĐ thuộc Sở",
        code="D10",
        unit="người",
        aggregate=STOCK,
        computed=True,
        source="Biểu D, dòng D10",
        help="Cộng dòng C01 của các phòng, trung tâm, dòng B31 và người của Văn phòng Sở; không tính các huyện.",
    )
    department_staff_briefed = Count(
        "Đã được quán triệt", code="D11", unit="người", aggregate=CUMULATIVE, computed=True, source="Biểu D, dòng D11"
    )
    department_violations = Count(
        "Trường hợp vi phạm thuộc Sở",
        code="D12",
        unit="trường hợp",
        aggregate=EVENT,
        computed=True,
        source="Biểu D, dòng D12",
    )
    police_notices = Count(
        "Thông báo của Công an gửi về",
        code="D13",
        unit="thông báo",
        aggregate=EVENT,
        source="Biểu D, dòng D13",
        listable=True,
    )
    self_reported = Count(
        "Vi phạm đơn vị tự báo", code="D14", unit="trường hợp", aggregate=EVENT, source="Biểu D, dòng D14"
    )
    unmatched_notices = Count(
        "Chênh lệch chưa khớp",
        code="D15",
        unit="thông báo",
        aggregate=_LATEST,
        source="Biểu D, dòng D15",
        help="Số thông báo của Công an mà chưa đơn vị nào báo vụ việc; nếu lớn hơn 0 thì giải thích ở dòng D24.",
    )
    department_handled = Count(
        "Đã xử lý", code="D16", unit="trường hợp", aggregate=EVENT, computed=True, source="Biểu D, dòng D16"
    )
    crashes = Count(
        "Số vụ TNGT toàn tỉnh (lũy kế)",
        code="D17",
        unit="vụ",
        aggregate=OUTSIDE,
        source="Biểu D, dòng D17",
        help=_CUMULATIVE,
    )
    crashes_source = Group("Nguồn số liệu TNGT", code="D17", of=FigureSource, source="Biểu D, dòng D17")
    deaths = Count(
        "Số người chết (lũy kế)",
        code="D18",
        unit="người",
        aggregate=OUTSIDE,
        source="Biểu D, dòng D18",
        help=_CUMULATIVE,
    )
    injured = Count(
        "Số người bị thương (lũy kế)",
        code="D19",
        unit="người",
        aggregate=OUTSIDE,
        source="Biểu D, dòng D19",
        help=_CUMULATIVE,
    )
    crashes_alcohol = Count(
        "Số vụ do rượu, bia",
        code="D20",
        unit="vụ",
        aggregate=OUTSIDE,
        need=Need.OPTIONAL,
        source="Biểu D, dòng D20",
        help=f"{_CUMULATIVE} Để trống nếu văn bản nguồn không nêu.",
    )
    baseline_same_period = Group(
        "Số liệu cùng kỳ năm trước (vụ, chết, thương)", code="D21", of=Baseline, source="Biểu D, dòng D21"
    )
    border_congestion_events = Count(
        "Số lần ùn tắc tuyến ra cửa khẩu",
        code="D22",
        unit="lần",
        aggregate=FLOW,
        need=Need.OPTIONAL,
        source="Biểu D, dòng D22",
    )
    border_congestion_definition = Line(
        "Cách xác định một lần ùn tắc",
        code="D22",
        length=500,
        need=Need.CONDITIONAL,
        source="Biểu D, dòng D22",
        help="Ghi rõ thế nào là một lần ùn tắc và theo nguồn nào, vì Kế hoạch không quy định.",
    )
    overall_assessment = Paragraph("Đánh giá chung", code="D23", length=8000, source="Biểu D, dòng D23")
    shortcomings = Paragraph("Tồn tại, hạn chế, nguyên nhân", code="D24", length=6000, source="Biểu D, dòng D24")
    next_tasks = Paragraph("Phương hướng, nhiệm vụ", code="D25", length=6000, source="Biểu D, dòng D25")
    recommendations = Paragraph("Kiến nghị", code="D26", length=4000, need=Need.OPTIONAL, source="Biểu D, dòng D26")
    council_met_on = Day(
        "Ngày họp Hội đồng TĐ-KT Sở",
        code="D27",
        need=Need.CONDITIONAL,
        source="Biểu D, dòng D27",
        help="Phải ghi khi có tập thể, cá nhân được đề nghị khen thưởng ở dòng D29, D30.",
    )
    council_present = Count(
        "Số thành viên dự",
        code="D28",
        unit="người",
        aggregate=_LATEST,
        need=Need.CONDITIONAL,
        source="Biểu D, dòng D28",
    )
    council_total = Count(
        "Tổng số thành viên", code="D28", unit="người", aggregate=NONE, need=Need.CONDITIONAL, source="Biểu D, dòng D28"
    )
    nom_collective_gk = Count(
        "Tập thể đề nghị Giấy khen",
        code="D29",
        unit="tập thể",
        aggregate=_LATEST,
        need=Need.CONDITIONAL,
        source="Biểu D, dòng D29",
    )
    nom_collective_bk = Count(
        "Tập thể đề nghị Bằng khen",
        code="D29",
        unit="tập thể",
        aggregate=_LATEST,
        need=Need.CONDITIONAL,
        source="Biểu D, dòng D29",
    )
    nom_individual_gk = Count(
        "Cá nhân đề nghị Giấy khen",
        code="D30",
        unit="cá nhân",
        aggregate=_LATEST,
        need=Need.CONDITIONAL,
        source="Biểu D, dòng D30",
    )
    nom_individual_bk = Count(
        "Cá nhân đề nghị Bằng khen",
        code="D30",
        unit="cá nhân",
        aggregate=_LATEST,
        need=Need.CONDITIONAL,
        source="Biểu D, dòng D30",
    )
    report_no = DocumentNumber(
        "Số Báo cáo gửi Ban ATGT",
        code="D31",
        pattern=r"^\d{2,5}/BC-STTTT$",
        example="112/BC-STTTT",
        need=Need.CONDITIONAL,
        source="Biểu D, dòng D31",
        help="Ghi sau khi báo cáo đã ban hành, ví dụ 112/BC-STTTT.",
    )
    report_date = Day("Ngày Báo cáo gửi Ban ATGT", code="D31", need=Need.CONDITIONAL, source="Biểu D, dòng D31")
    submission_no = DocumentNumber(
        "Số Tờ trình khen thưởng",
        code="D32",
        pattern=r"^\d{2,5}/TTr-STTTT$",
        example="45/TTr-STTTT",
        need=Need.CONDITIONAL,
        source="Biểu D, dòng D32",
        help="Ghi sau khi tờ trình đã ban hành, ví dụ 45/TTr-STTTT.",
    )
    submission_date = Day("Ngày Tờ trình khen thưởng", code="D32", need=Need.CONDITIONAL, source="Biểu D, dòng D32")
    published_at = Moment("Thời điểm đăng trang TTĐT Sở", code="D33", need=Need.OPTIONAL, source="Biểu D, dòng D33")
    workplan_total = Count(
        "Chỉ tiêu công tác Sở: tổng",
        code="D34",
        unit="chỉ tiêu",
        aggregate=STOCK,
        need=Need.OPTIONAL,
        required_in=("year",),
        source="Biểu D, dòng D34",
    )
    workplan_done = Count(
        "Chỉ tiêu công tác Sở: hoàn thành",
        code="D34",
        unit="chỉ tiêu",
        aggregate=STOCK,
        need=Need.OPTIONAL,
        required_in=("year",),
        source="Biểu D, dòng D34",
    )

    sections: ClassVar[tuple[Section, ...]] = (
        Section(
            "Thực hiện chế độ báo cáo",
            (
                "units_expected",
                "units_on_time",
                "units_late",
                "units_missing",
                "reminders_sent",
                "monitoring_visits",
            ),
        ),
        Section("Vấn đề phát sinh", ("issues_raised", "issues_resolved", "issues_overdue")),
        Section(
            "CC, VC, NLĐ thuộc Sở chấp hành quy định về an toàn giao thông",
            (
                "department_staff_total",
                "department_staff_briefed",
                "department_violations",
                "police_notices",
                "self_reported",
                "unmatched_notices",
                "department_handled",
            ),
        ),
        Section(
            "Tai nạn giao thông toàn tỉnh",
            ("crashes", "crashes_source", "deaths", "injured", "crashes_alcohol", "baseline_same_period"),
        ),
        Section("Ùn tắc tuyến ra cửa khẩu", ("border_congestion_events", "border_congestion_definition")),
        Section(
            "Đánh giá, phương hướng, kiến nghị",
            ("overall_assessment", "shortcomings", "next_tasks", "recommendations"),
        ),
        Section(
            "Xét khen thưởng",
            (
                "council_met_on",
                "council_present",
                "council_total",
                "nom_collective_gk",
                "nom_collective_bk",
                "nom_individual_gk",
                "nom_individual_bk",
            ),
        ),
        Section(
            "Văn bản ban hành, đăng tải",
            ("report_no", "report_date", "submission_no", "submission_date", "published_at"),
        ),
        Section("Kế hoạch công tác của Sở", ("workplan_total", "workplan_done")),
    )
    rules: ClassVar[tuple[PayloadRule, ...]] = rules.PAYLOAD_RULES
    record_rules: ClassVar[tuple[RecordRule, ...]] = record_rules.RECORD_RULES
