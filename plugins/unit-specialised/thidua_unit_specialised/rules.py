"""Rules of form C that need nothing but the report itself."""

from thidua_sdk import Level
from thidua_sdk import PayloadRule
from thidua_sdk import Values
from thidua_sdk import at_least
from thidua_sdk import at_most
from thidua_sdk import cell
from thidua_sdk import equals
from thidua_sdk import positive
from thidua_sdk import positive_if
from thidua_sdk import required_if

__all__ = ["PAYLOAD_RULES"]


def _done_and_late_fit_the_plan(values: Values) -> bool:
    total, done, late = (values.number(name) for name in ("workplan_total", "workplan_done", "workplan_late"))
    return total is None or done is None or late is None or done + late <= total


PAYLOAD_RULES: tuple[PayloadRule, ...] = (
    equals(
        "C01",
        "staff_total",
        ("civil_servants", "public_employees", "contract_workers"),
        "Tổng số CC, VC, NLĐ ở dòng C01 ({staff_total}) phải bằng tổng của dòng C02 ({civil_servants}), "
        "dòng C03 ({public_employees}) và dòng C04 ({contract_workers}).",
        source="Biểu C, dòng C01",
    ),
    at_most(
        "C05",
        "staff_briefed",
        "staff_total",
        "Số người đã được quán triệt ở dòng C05 ({staff_briefed}) không được lớn hơn "
        "tổng số CC, VC, NLĐ ở dòng C01 ({staff_total}).",
        source="Biểu C, dòng C05",
    ),
    required_if(
        "C07",
        "first_briefing_on",
        positive("staff_briefed"),
        "Có người đã được quán triệt ở dòng C05 thì phải ghi ngày quán triệt đầu tiên ở dòng C07.",
        source="Biểu C, dòng C07",
    ),
    required_if(
        "C08",
        "briefing_form",
        positive("staff_briefed"),
        "Có người đã được quán triệt ở dòng C05 thì phải chọn hình thức quán triệt ở dòng C08.",
        source="Biểu C, dòng C08",
    ),
    at_most(
        "C09",
        "pledges_signed",
        "staff_total",
        "Số người ký cam kết ở dòng C09 ({pledges_signed}) không được lớn hơn "
        "tổng số CC, VC, NLĐ ở dòng C01 ({staff_total}).",
        source="Biểu C, dòng C09",
    ),
    at_most(
        "C10",
        "drivers",
        ("contract_workers", "civil_servants"),
        "Số lái xe ở dòng C10 ({drivers}) không được lớn hơn tổng số người lao động hợp đồng ở dòng C04 "
        "({contract_workers}) và công chức ở dòng C02 ({civil_servants}).",
        source="Biểu C, dòng C10",
    ),
    required_if(
        "C12",
        "vehicles_valid_inspection",
        positive("vehicles"),
        "Có xe công ở dòng C11 thì phải ghi số xe còn hạn đăng kiểm ở dòng C12; không có xe nào còn hạn thì ghi 0.",
        source="Biểu C, dòng C12",
    ),
    at_most(
        "C12",
        "vehicles_valid_inspection",
        "vehicles",
        "Số xe còn hạn đăng kiểm ở dòng C12 ({vehicles_valid_inspection}) không được lớn hơn "
        "số xe công ở dòng C11 ({vehicles}).",
        source="Biểu C, dòng C12",
    ),
    equals(
        "C13",
        "violation_cases",
        ("violation_alcohol", "violation_speed", "violation_other"),
        "Số trường hợp vi phạm ở dòng C13 ({violation_cases}) phải bằng tổng của dòng C14 ({violation_alcohol}), "
        "dòng C15 ({violation_speed}) và dòng C16 ({violation_other}).",
        source="Biểu C, dòng C13",
    ),
    required_if(
        "C18",
        "staff_crash_deaths",
        positive("staff_crashes"),
        "Có vụ TNGT ở dòng C17 thì phải ghi số người chết ở dòng C18; không có người chết thì ghi 0.",
        source="Biểu C, dòng C18",
    ),
    required_if(
        "C19",
        "staff_crash_injured",
        positive("staff_crashes"),
        "Có vụ TNGT ở dòng C17 thì phải ghi số người bị thương ở dòng C19; không có người bị thương thì ghi 0.",
        source="Biểu C, dòng C19",
    ),
    at_most(
        "C26",
        "workplan_done",
        "workplan_total",
        "Số chỉ tiêu hoàn thành đúng hạn ở dòng C26 ({workplan_done}) không được lớn hơn "
        "số chỉ tiêu được giao ở dòng C25 ({workplan_total}).",
        source="Biểu C, dòng C26",
    ),
    PayloadRule(
        "C27",
        Level.ERROR,
        "Tổng số chỉ tiêu hoàn thành ở dòng C26 ({workplan_done}) và chậm ở dòng C27 ({workplan_late}) "
        "không được lớn hơn số chỉ tiêu được giao ở dòng C25 ({workplan_total}).",
        (cell("workplan_late"), cell("workplan_done"), cell("workplan_total")),
        _done_and_late_fit_the_plan,
        "Biểu C, dòng C27",
    ),
    at_least(
        "C29",
        "portal_views",
        "digital_support_items",
        "Lượt xem ở dòng C29 ({portal_views}) nhỏ hơn số nội dung ở dòng C28 ({digital_support_items}). "
        "Mỗi nội dung thường có ít nhất một lượt xem, hãy kiểm tra lại.",
        level=Level.WARNING,
        source="Biểu C, dòng C29",
    ),
    positive_if(
        "CX3",
        "staff_crashes",
        "staff_crash_deaths",
        "Dòng C18 ghi {staff_crash_deaths} người chết thì số vụ TNGT ở dòng C17 phải lớn hơn 0.",
        first="staff_crash_deaths",
        source="Biểu C, quy tắc CX3",
    ),
)
