"""Form C, rows C01 to C32, in the order of the printed form."""

from typing import ClassVar

from thidua_sdk import CUMULATIVE
from thidua_sdk import EVENT
from thidua_sdk import STOCK
from thidua_sdk import TALLY
from thidua_sdk import Aggregation
from thidua_sdk import Choice
from thidua_sdk import Count
from thidua_sdk import Day
from thidua_sdk import FormSchema
from thidua_sdk import ListOf
from thidua_sdk import Need
from thidua_sdk import Paragraph
from thidua_sdk import PayloadRule
from thidua_sdk import RecordRule
from thidua_sdk import Records
from thidua_sdk import Section
from thidua_sdk import TimeRule
from thidua_sdk import UnitRule
from thidua_unit_specialised import record_rules
from thidua_unit_specialised import row_rules
from thidua_unit_specialised import rules
from thidua_unit_specialised.rows import NominationRow
from thidua_unit_specialised.rows import ViolationRow

__all__ = ["SpecialisedReport"]

#: Cases still open: each report states them anew, so the latest count holds; it is no stock, for it may well fall.
_OPEN_CASES = Aggregation("event", TimeRule.LATEST, UnitRule.SUM)


class SpecialisedReport(FormSchema):
    """What a specialised room or an affiliated centre reports for one period."""

    staff_total = Count(
        "Tổng số CC, VC, NLĐ",
        code="C01",
        unit="người",
        aggregate=STOCK,
        help="Số người của đơn vị tại ngày chốt số liệu, bằng tổng các dòng C02, C03 và C04.",
        source="Biểu C, dòng C01",
    )
    civil_servants = Count(
        "Công chức",
        code="C02",
        unit="người",
        aggregate=STOCK,
        source="Biểu C, dòng C02",
    )
    public_employees = Count(
        "Viên chức",
        code="C03",
        unit="người",
        aggregate=STOCK,
        source="Biểu C, dòng C03",
    )
    contract_workers = Count(
        "Người lao động hợp đồng",
        code="C04",
        unit="người",
        aggregate=STOCK,
        source="Biểu C, dòng C04",
    )
    staff_briefed = Count(
        "Đã được quán triệt (lũy kế)",
        code="C05",
        unit="người",
        aggregate=CUMULATIVE,
        help="Lũy kế từ đầu phong trào đến ngày chốt số liệu; mỗi người chỉ tính một lần.",
        source="Biểu C, dòng C05",
    )
    briefing_sessions = Count(
        "Số buổi quán triệt",
        code="C06",
        unit="buổi",
        help="Chỉ đếm các buổi trong kỳ.",
        source="Biểu C, dòng C06",
        listable=True,
    )
    first_briefing_on = Day(
        "Ngày quán triệt đầu tiên",
        code="C07",
        need=Need.CONDITIONAL,
        help="Ngày đầu tiên của cả phong trào, các kỳ sau ghi lại như kỳ trước.",
        source="Biểu C, dòng C07",
    )
    briefing_form = Choice(
        "Hình thức quán triệt",
        code="C08",
        options={"meeting": "Họp", "email": "Văn bản/hộp thư", "platform": "Nền tảng số", "combined": "Lồng ghép"},
        need=Need.CONDITIONAL,
        aggregate=TALLY,
        source="Biểu C, dòng C08",
    )
    pledges_signed = Count(
        "Số người ký cam kết",
        code="C09",
        unit="người",
        aggregate=CUMULATIVE,
        need=Need.OPTIONAL,
        help="Lũy kế từ đầu phong trào đến ngày chốt số liệu; mỗi người chỉ tính một lần.",
        source="Biểu C, dòng C09",
    )
    drivers = Count(
        "Số lái xe cơ quan",
        code="C10",
        unit="người",
        aggregate=STOCK,
        need=Need.OPTIONAL,
        source="Biểu C, dòng C10",
    )
    vehicles = Count(
        "Số xe công quản lý",
        code="C11",
        unit="xe",
        aggregate=STOCK,
        need=Need.OPTIONAL,
        source="Biểu C, dòng C11",
    )
    vehicles_valid_inspection = Count(
        "Số xe còn hạn đăng kiểm",
        code="C12",
        unit="xe",
        aggregate=STOCK,
        need=Need.CONDITIONAL,
        source="Biểu C, dòng C12",
    )
    violation_cases = Count(
        "Số trường hợp vi phạm",
        code="C13",
        unit="trường hợp",
        aggregate=EVENT,
        help="Chỉ đếm vụ việc mới của kỳ này; ghi từng vụ việc vào danh sách vi phạm.",
        source="Biểu C, dòng C13",
    )
    violation_alcohol = Count(
        "– nồng độ cồn",
        code="C14",
        unit="trường hợp",
        aggregate=EVENT,
        source="Biểu C, dòng C14",
    )
    violation_speed = Count(
        "– tốc độ",
        code="C15",
        unit="trường hợp",
        aggregate=EVENT,
        source="Biểu C, dòng C15",
    )
    violation_other = Count(
        "– hành vi khác",
        code="C16",
        unit="trường hợp",
        aggregate=EVENT,
        source="Biểu C, dòng C16",
    )
    staff_crashes = Count(
        "Số vụ TNGT có CC, VC, NLĐ liên quan",
        code="C17",
        unit="vụ",
        source="Biểu C, dòng C17",
    )
    staff_crash_deaths = Count(
        "Người chết trong các vụ trên",
        code="C18",
        unit="người",
        need=Need.CONDITIONAL,
        source="Biểu C, dòng C18",
    )
    staff_crash_injured = Count(
        "Người bị thương trong các vụ trên",
        code="C19",
        unit="người",
        need=Need.CONDITIONAL,
        source="Biểu C, dòng C19",
    )
    handling_reminder = Count(
        "Xử lý: nhắc nhở",
        code="C20",
        unit="trường hợp",
        aggregate=EVENT,
        help="Xử lý xong trong kỳ, kể cả vụ việc từ kỳ trước chuyển sang; mỗi vụ việc chỉ ghi ở một dòng C20 đến C24.",
        source="Biểu C, dòng C20",
    )
    handling_criticism = Count(
        "Xử lý: phê bình",
        code="C21",
        unit="trường hợp",
        aggregate=EVENT,
        source="Biểu C, dòng C21",
    )
    handling_self_criticism = Count(
        "Xử lý: kiểm điểm",
        code="C22",
        unit="trường hợp",
        aggregate=EVENT,
        source="Biểu C, dòng C22",
    )
    handling_discipline = Count(
        "Xử lý: kỷ luật",
        code="C23",
        unit="trường hợp",
        aggregate=EVENT,
        help="Ghi số và ngày quyết định của từng vụ việc vào danh sách vi phạm.",
        source="Biểu C, dòng C23",
    )
    handling_pending = Count(
        "Đang xem xét",
        code="C24",
        unit="trường hợp",
        aggregate=_OPEN_CASES,
        help="Số vụ việc chưa xử lý xong tại ngày chốt số liệu, kể cả từ kỳ trước chuyển sang.",
        source="Biểu C, dòng C24",
    )
    violations = Records(
        "Danh sách vi phạm",
        of=ViolationRow,
        key=("case_id",),
        personal=True,
        source="Biểu C, dòng C13",
        help="Mỗi vụ việc một dòng. Vụ việc kỳ trước vừa xử lý xong thì ghi lại với mã cũ.",
    )
    workplan_total = Count(
        "Chỉ tiêu kế hoạch công tác được giao",
        code="C25",
        unit="chỉ tiêu",
        aggregate=STOCK,
        need=Need.OPTIONAL,
        required_in=("quarter", "year"),
        help="Số chỉ tiêu được giao của cả năm.",
        source="Biểu C, dòng C25",
    )
    workplan_done = Count(
        "Chỉ tiêu hoàn thành đúng hạn",
        code="C26",
        unit="chỉ tiêu",
        aggregate=CUMULATIVE,
        need=Need.OPTIONAL,
        required_in=("quarter", "year"),
        help="Lũy kế từ đầu năm đến ngày chốt số liệu.",
        source="Biểu C, dòng C26",
    )
    workplan_late = Count(
        "Chỉ tiêu chậm",
        code="C27",
        unit="chỉ tiêu",
        aggregate=STOCK,
        need=Need.OPTIONAL,
        required_in=("quarter", "year"),
        help="Đã quá hạn mà chưa hoàn thành hoặc hoàn thành sau hạn, lũy kế từ đầu năm.",
        source="Biểu C, dòng C27",
    )
    digital_support_items = Count(
        "Nội dung hỗ trợ kỹ thuật tuyên truyền (banner, video)",
        code="C28",
        unit="nội dung",
        need=Need.OPTIONAL,
        source="Biểu C, dòng C28",
        listable=True,
    )
    portal_views = Count(
        "Lượt xem trên trang/cổng",
        code="C29",
        unit="lượt",
        need=Need.OPTIONAL,
        help="Số lượt xem các nội dung ở dòng C28.",
        source="Biểu C, dòng C29",
    )
    combined_movements = ListOf(
        "Phong trào thi đua lồng ghép",
        code="C30",
        most=10,
        length=200,
        need=Need.OPTIONAL,
        help="Mỗi phong trào một dòng, tối đa 10 dòng.",
        source="Biểu C, dòng C30",
    )
    assessment = Paragraph(
        "Đánh giá, kiến nghị",
        code="C31",
        length=4000,
        need=Need.OPTIONAL,
        required_in=("year",),
        source="Biểu C, dòng C31",
    )
    nominations = Records(
        "Đề nghị khen thưởng",
        code="C32",
        of=NominationRow,
        key=("subject_kind", "name", "full_name", "birth_year"),
        source="Biểu C, dòng C32",
    )

    sections: ClassVar[tuple[Section, ...]] = (
        Section("Nhân sự", ("staff_total", "civil_servants", "public_employees", "contract_workers")),
        Section(
            "Quán triệt, ký cam kết trong đơn vị",
            ("staff_briefed", "briefing_sessions", "first_briefing_on", "briefing_form", "pledges_signed"),
        ),
        Section("Lái xe, xe công", ("drivers", "vehicles", "vehicles_valid_inspection")),
        Section(
            "Vi phạm, tai nạn giao thông của CC, VC, NLĐ",
            (
                "violation_cases",
                "violation_alcohol",
                "violation_speed",
                "violation_other",
                "staff_crashes",
                "staff_crash_deaths",
                "staff_crash_injured",
            ),
        ),
        Section(
            "Xử lý vi phạm",
            (
                "handling_reminder",
                "handling_criticism",
                "handling_self_criticism",
                "handling_discipline",
                "handling_pending",
                "violations",
            ),
        ),
        Section("Kế hoạch công tác", ("workplan_total", "workplan_done", "workplan_late")),
        Section("Hỗ trợ kỹ thuật tuyên truyền", ("digital_support_items", "portal_views")),
        Section("Phong trào lồng ghép, đánh giá, kiến nghị", ("combined_movements", "assessment")),
        Section("Khen thưởng", ("nominations",)),
    )
    rules: ClassVar[tuple[PayloadRule, ...]] = rules.PAYLOAD_RULES
    record_rules: ClassVar[tuple[RecordRule, ...]] = (*record_rules.RECORD_RULES, *row_rules.ROW_RULES)
