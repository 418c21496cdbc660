"""The year's changes to the unit types' forms: what the end of the districts and the new statistics ask for."""

from thidua_campaign_atgt_2026.sources import COMMUNES
from thidua_sdk import Amendment
from thidua_sdk import Count
from thidua_sdk import Day
from thidua_sdk import FormSchema
from thidua_sdk import Group
from thidua_sdk import Line
from thidua_sdk import RowSchema

__all__ = ["AMENDMENTS"]

_STATISTICS = "Thông tư số 26/2024/TT-BCA, hiệu lực từ 15/8/2024; Biểu D năm 2026, dòng D17"


class CommuneSystemsRow(FormSchema):
    """Row B05: systems of communes and wards, no longer of districts."""

    radio_systems_guided = Count(
        "Hệ thống truyền thanh xã, phường được hướng dẫn",
        code="B05",
        unit="hệ thống",
        source=f"Biểu B năm 2026, dòng B05; {COMMUNES}",
        help="Mỗi xã, phường là một hệ thống; từ 01/7/2025 không còn hệ thống cấp huyện.",
    )


class CrashSource(RowSchema):
    """Where the crash figures come from, with the definition that holds now."""

    source_document = Line(
        "Văn bản nguồn", length=200, source=_STATISTICS, help="Ghi số, ký hiệu và ngày như trên văn bản."
    )
    as_of = Day("Số liệu tính đến ngày", source=_STATISTICS)
    definition_version = Line(
        "Cách thống kê",
        length=40,
        source=_STATISTICS,
        help=(
            "Ghi TT26-2024: đường bộ, đường sắt và đường thủy nội địa, từ ngày 15/8/2024. "
            "Hai kỳ khác cách thống kê thì không so sánh được."
        ),
    )


class CrashSourceRow(FormSchema):
    """The source of rows D17 to D20."""

    crashes_source = Group("Nguồn số liệu TNGT", code="D17", of=CrashSource, source=_STATISTICS)


AMENDMENTS = (
    Amendment(
        form="B",
        source=COMMUNES,
        drop=("radio_systems_guided",),
        add=CommuneSystemsRow,
        after="radio_systems_guided",
    ),
    Amendment(form="D", source=_STATISTICS, drop=("crashes_source",), add=CrashSourceRow, after="crashes_source"),
)
