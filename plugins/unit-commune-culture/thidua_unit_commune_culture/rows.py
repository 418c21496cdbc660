"""The tables of records of form E: one row for each violation case, one for each nomination."""

from thidua_sdk import NONE
from thidua_sdk import Choice
from thidua_sdk import Count
from thidua_sdk import Day
from thidua_sdk import Line
from thidua_sdk import Need
from thidua_sdk import Paragraph
from thidua_sdk import RowSchema

__all__ = ["NominationRow", "ViolationRow"]

_VIOLATIONS = "Biểu E, dòng E26"
_NOMINATIONS = "Biểu E, dòng E32"


class ViolationRow(RowSchema):
    """A staff member's violation of traffic rules; ``case_id`` is its key over all periods."""

    case_id = Line(
        "Mã vụ việc",
        length=40,
        source=_VIOLATIONS,
        help="Giữ nguyên một mã cho cùng một vụ việc ở mọi kỳ báo cáo.",
    )
    occurred_on = Day("Ngày vi phạm", source=_VIOLATIONS)
    full_name = Line("Họ và tên", length=100, source=_VIOLATIONS)
    staff_kind = Choice(
        "Đối tượng",
        options={
            "civil_servant": "Công chức",
            "public_employee": "Viên chức",
            "contract_worker": "Người lao động",
        },
        source=_VIOLATIONS,
    )
    behaviour = Choice(
        "Hành vi vi phạm",
        options={"alcohol": "Nồng độ cồn", "speed": "Tốc độ", "other": "Hành vi khác"},
        source=_VIOLATIONS,
    )
    alcohol_band = Choice(
        "Mức nồng độ cồn",
        options={
            "1": "Mức 1: đến 0,25 mg/lít khí thở hoặc đến 50 mg/100 ml máu",
            "2": "Mức 2: trên 0,25 đến 0,4 mg/lít khí thở hoặc trên 50 đến 80 mg/100 ml máu",
            "3": "Mức 3: trên 0,4 mg/lít khí thở hoặc trên 80 mg/100 ml máu",
        },
        need=Need.OPTIONAL,
        source="Nghị định số 168/2024/NĐ-CP, ba mức như Nghị định số 100/2019/NĐ-CP",
        help="Chỉ ghi khi vi phạm nồng độ cồn.",
    )
    status = Choice(
        "Tình trạng",
        options={"pending": "Đang xem xét", "handled": "Đã xử lý"},
        source="Biểu E, dòng E28",
    )
    handling = Choice(
        "Hình thức xử lý",
        options={
            "reminder": "Nhắc nhở",
            "criticism": "Phê bình",
            "self_criticism": "Kiểm điểm",
            "discipline": "Kỷ luật",
        },
        need=Need.OPTIONAL,
        source="Biểu E, dòng E28",
        help="Phải ghi khi vụ việc đã xử lý.",
    )
    decision_no = Line(
        "Số quyết định xử lý",
        length=60,
        need=Need.OPTIONAL,
        source="Biểu E, dòng E28",
        help="Phải ghi khi hình thức xử lý là kỷ luật.",
    )
    decision_on = Day(
        "Ngày quyết định",
        need=Need.OPTIONAL,
        source="Biểu E, dòng E28",
        help="Phải ghi khi hình thức xử lý là kỷ luật.",
    )


class NominationRow(RowSchema):
    """A collective or a person proposed for an award."""

    subject_kind = Choice(
        "Tập thể hay cá nhân",
        options={"collective": "Tập thể", "individual": "Cá nhân"},
        source=_NOMINATIONS,
    )
    name = Line(
        "Tên tập thể",
        length=200,
        need=Need.OPTIONAL,
        source=_NOMINATIONS,
        help="Ghi khi đề nghị khen thưởng tập thể.",
    )
    full_name = Line(
        "Họ và tên",
        length=100,
        need=Need.OPTIONAL,
        source=_NOMINATIONS,
        help="Ghi khi đề nghị khen thưởng cá nhân.",
    )
    birth_year = Count(
        "Năm sinh",
        minimum=1930,
        maximum=2010,
        unit="năm",
        aggregate=NONE,
        need=Need.OPTIONAL,
        source=_NOMINATIONS,
    )
    position = Line("Chức vụ, đơn vị công tác", length=200, need=Need.OPTIONAL, source=_NOMINATIONS)
    award_form = Choice(
        "Hình thức đề nghị",
        options={
            "giay_khen_department": "Giấy khen của Giám đốc Sở",
            "bang_khen_province": "Bằng khen của Chủ tịch UBND tỉnh",
        },
        source=_NOMINATIONS,
    )
    merit_from = Day("Lập thành tích từ ngày", source=_NOMINATIONS)
    merit_to = Day("Lập thành tích đến ngày", source=_NOMINATIONS)
    summary = Paragraph(
        "Tóm tắt thành tích",
        length=1000,
        source=_NOMINATIONS,
        help="Không quá 100 từ, nêu kết quả bằng số liệu.",
    )
