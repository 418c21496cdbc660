"""The table of records of form B: one row for each nomination."""

from thidua_sdk import NONE
from thidua_sdk import Choice
from thidua_sdk import Count
from thidua_sdk import Day
from thidua_sdk import Line
from thidua_sdk import Need
from thidua_sdk import Paragraph
from thidua_sdk import RowSchema

__all__ = ["NominationRow"]

_SOURCE = "Biểu B, dòng B35"


class NominationRow(RowSchema):
    """A collective or a person proposed for an award."""

    subject_kind = Choice(
        "Tập thể hay cá nhân",
        options={"collective": "Tập thể", "individual": "Cá nhân"},
        source=_SOURCE,
    )
    name = Line(
        "Tên tập thể",
        length=200,
        need=Need.OPTIONAL,
        source=_SOURCE,
        help="Ghi khi đề nghị khen thưởng tập thể.",
    )
    full_name = Line(
        "Họ và tên",
        length=100,
        need=Need.OPTIONAL,
        source=_SOURCE,
        help="Ghi khi đề nghị khen thưởng cá nhân.",
    )
    birth_year = Count(
        "Năm sinh",
        minimum=1930,
        maximum=2010,
        unit="năm",
        aggregate=NONE,
        need=Need.OPTIONAL,
        source=_SOURCE,
    )
    position = Line("Chức vụ, đơn vị công tác", length=200, need=Need.OPTIONAL, source=_SOURCE)
    award_form = Choice(
        "Hình thức đề nghị",
        options={
            "giay_khen_department": "Giấy khen của Giám đốc Sở",
            "bang_khen_province": "Bằng khen của Chủ tịch UBND tỉnh",
        },
        source=_SOURCE,
    )
    merit_from = Day("Lập thành tích từ ngày", source=_SOURCE)
    merit_to = Day("Lập thành tích đến ngày", source=_SOURCE)
    summary = Paragraph(
        "Tóm tắt thành tích",
        length=1000,
        source=_SOURCE,
        help="Không quá 100 từ, nêu kết quả bằng số liệu.",
    )
