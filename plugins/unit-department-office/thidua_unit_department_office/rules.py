"""Rules of form D that need nothing but the report itself."""

from datetime import date

from thidua_sdk import Level
from thidua_sdk import PayloadRule
from thidua_sdk import Values
from thidua_sdk import at_most
from thidua_sdk import cell
from thidua_sdk import equals
from thidua_sdk import required_if

__all__ = ["PAYLOAD_RULES"]

_NOMINATED = {
    "nom_collective_gk": ("D29", "số tập thể đề nghị Giấy khen"),
    "nom_collective_bk": ("D29", "số tập thể đề nghị Bằng khen"),
    "nom_individual_gk": ("D30", "số cá nhân đề nghị Giấy khen"),
    "nom_individual_bk": ("D30", "số cá nhân đề nghị Bằng khen"),
}


def _someone_is_nominated(values: Values) -> bool:
    return any(values.count(name) > 0 for name in _NOMINATED)


def _awards_were_considered(values: Values) -> bool:
    return bool(values["council_met_on"] or values["submission_no"])


def _unmatched_are_explained(values: Values) -> bool:
    # D24 is required anyway; a blank that gets past the readers explains nothing.
    return values.count("unmatched_notices") == 0 or any(map(str.isalnum, values.text("shortcomings")))


def _council_met_before_submission(values: Values) -> bool:
    met_on, submitted_on = values["council_met_on"], values["submission_date"]
    return not isinstance(met_on, date) or not isinstance(submitted_on, date) or met_on <= submitted_on


def _number_with_date(code: str, document: str, number: str, day: str) -> tuple[PayloadRule, PayloadRule]:
    """Make the two rules that a document's number and day are given together."""
    source = f"Biểu D, dòng {code}"
    return (
        required_if(
            code,
            number,
            lambda values: values[day] is not None,
            f"Dòng {code} đã ghi ngày {document} ({{{day}}}) thì phải ghi cả số.",
            source=source,
        ),
        required_if(
            code,
            day,
            lambda values: bool(values[number]),
            f"Dòng {code} đã ghi số {document} ({{{number}}}) thì phải ghi cả ngày.",
            source=source,
        ),
    )


PAYLOAD_RULES: tuple[PayloadRule, ...] = (
    equals(
        "D04",
        "units_expected",
        ("units_on_time", "units_late", "units_missing"),
        "Số đơn vị phải báo cáo ở dòng D01 ({units_expected}) phải bằng tổng của dòng D02 ({units_on_time}), "
        "dòng D03 ({units_late}) và dòng D04 ({units_missing}).",
        source="Biểu D, dòng D04",
    ),
    at_most(
        "D11",
        "department_staff_briefed",
        "department_staff_total",
        "Số người đã được quán triệt ở dòng D11 ({department_staff_briefed}) không được lớn hơn "
        "tổng số CC, VC, NLĐ thuộc Sở ở dòng D10 ({department_staff_total}).",
        source="Biểu D, dòng D11",
    ),
    PayloadRule(
        "D15",
        Level.ERROR,
        "Còn {unmatched_notices} thông báo của Công an chưa khớp ở dòng D15 thì phải nêu nguyên nhân ở dòng D24.",
        (cell("shortcomings"), cell("unmatched_notices")),
        _unmatched_are_explained,
        "Biểu D, dòng D15",
    ),
    at_most(
        "D16",
        "department_handled",
        "department_violations",
        "Số trường hợp đã xử lý ở dòng D16 ({department_handled}) không được lớn hơn "
        "số trường hợp vi phạm thuộc Sở ở dòng D12 ({department_violations}).",
        source="Biểu D, dòng D16",
    ),
    at_most(
        "D20",
        "crashes_alcohol",
        "crashes",
        "Số vụ do rượu, bia ở dòng D20 ({crashes_alcohol}) không được lớn hơn "
        "số vụ TNGT toàn tỉnh ở dòng D17 ({crashes}).",
        source="Biểu D, dòng D20",
    ),
    required_if(
        "D22",
        "border_congestion_definition",
        lambda values: values.number("border_congestion_events") is not None,
        "Dòng D22 đã ghi {border_congestion_events} lần ùn tắc thì phải nêu cách xác định một lần ùn tắc.",
        source="Biểu D, dòng D22",
    ),
    required_if(
        "D27",
        "council_met_on",
        _someone_is_nominated,
        "Có đề nghị khen thưởng ở dòng D29, D30 thì phải ghi ngày họp Hội đồng TĐ-KT Sở ở dòng D27.",
        source="Biểu D, dòng D27",
    ),
    PayloadRule(
        "D27",
        Level.ERROR,
        "Ngày họp Hội đồng ở dòng D27 ({council_met_on}) không được sau ngày Tờ trình ở dòng D32 ({submission_date}).",
        (cell("council_met_on"), cell("submission_date")),
        _council_met_before_submission,
        "Biểu D, dòng D27",
    ),
    required_if(
        "D28",
        "council_present",
        _someone_is_nominated,
        "Có đề nghị khen thưởng ở dòng D29, D30 thì phải ghi số thành viên Hội đồng dự họp ở dòng D28.",
        source="Biểu D, dòng D28",
    ),
    required_if(
        "D28",
        "council_total",
        _someone_is_nominated,
        "Có đề nghị khen thưởng ở dòng D29, D30 thì phải ghi tổng số thành viên Hội đồng ở dòng D28.",
        source="Biểu D, dòng D28",
    ),
    at_most(
        "D28",
        "council_present",
        "council_total",
        "Số thành viên Hội đồng dự họp ở dòng D28 ({council_present}) không được lớn hơn "
        "tổng số thành viên ({council_total}).",
        source="Biểu D, dòng D28",
    ),
    *(
        required_if(
            code,
            name,
            _awards_were_considered,
            f"Đã họp Hội đồng hoặc có Tờ trình khen thưởng thì phải ghi {words} ở dòng {code}; không có thì ghi 0.",
            source=f"Biểu D, dòng {code}",
        )
        for name, (code, words) in _NOMINATED.items()
    ),
    *_number_with_date("D31", "Báo cáo", "report_no", "report_date"),
    *_number_with_date("D32", "Tờ trình", "submission_no", "submission_date"),
    at_most(
        "D34",
        "workplan_done",
        "workplan_total",
        "Số chỉ tiêu hoàn thành ở dòng D34 ({workplan_done}) không được lớn hơn tổng số chỉ tiêu ({workplan_total}).",
        source="Biểu D, dòng D34",
    ),
)
