"""Groups of cells of form D: where accident figures come from, and last year's figures."""

from thidua_sdk import NONE
from thidua_sdk import Count
from thidua_sdk import Day
from thidua_sdk import Line
from thidua_sdk import RowSchema

__all__ = ["Baseline", "FigureSource"]

_SOURCE = "Biểu D, dòng D17"
_BASELINE = "Biểu D, dòng D21"


class FigureSource(RowSchema):
    """The document that gives D17-D20, its day, and the definition of a crash that it uses."""

    source_document = Line(
        "Văn bản nguồn",
        length=200,
        source=_SOURCE,
        help="Ghi số, ký hiệu và ngày, ví dụ 112/BC-BATGT ngày 15/9/2021.",
    )
    as_of = Day("Số liệu tính đến ngày", source=_SOURCE)
    definition_version = Line(
        "Cách thống kê",
        length=40,
        source=_SOURCE,
        help="Văn bản quy định cách thống kê, ví dụ TT58-2009; hai kỳ khác cách thống kê thì không so sánh được.",
    )


class Baseline(RowSchema):
    """The same period of the year before, as known in one version of the stored figures."""

    version = Count("Phiên bản số liệu", minimum=1, unit="phiên bản", aggregate=NONE, source=_BASELINE)
    crashes = Count("Số vụ cùng kỳ", unit="vụ", aggregate=NONE, source=_BASELINE)
    deaths = Count("Số người chết cùng kỳ", unit="người", aggregate=NONE, source=_BASELINE)
    injured = Count("Số người bị thương cùng kỳ", unit="người", aggregate=NONE, source=_BASELINE)
