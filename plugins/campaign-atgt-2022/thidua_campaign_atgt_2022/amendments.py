"""The year's changes to the unit types' forms.

Forms are the unit types'; a year adds to them, drops from them and says why. A cell that is dropped and
added under its name is changed: banners are counted without what runs over screens, which has a row of
its own now, so that the two together are what was counted before.
"""

from typing import ClassVar

from thidua_campaign_atgt_2022.sources import PRESS_NEWS
from thidua_campaign_atgt_2022.sources import PROPOSED
from thidua_sdk import OUTSIDE
from thidua_sdk import Amendment
from thidua_sdk import Count
from thidua_sdk import FormSchema
from thidua_sdk import Need
from thidua_sdk import PayloadRule
from thidua_sdk import at_most

__all__ = ["AMENDMENTS", "DROPPED_POSTERS", "SPLIT_BANNERS"]

DROPPED_POSTERS = "Năm 2022 không hỏi số pa nô, áp phích nữa, để bớt một dòng phải đếm."
SPLIT_BANNERS = "Năm 2022 đếm riêng khẩu hiệu chạy trên bảng điện tử, màn hình; năm 2021 đếm chung với băng rôn."

_PANDEMIC = "Tin, bài gắn với kiểm soát dịch COVID-19"


class VisualRows(FormSchema):
    """Rows A19 and A19b in place of A19."""

    banners = Count(
        "Băng rôn, khẩu hiệu treo",
        code="A19",
        unit="chiếc",
        by_topic=True,
        source=f"Biểu A năm 2022, dòng A19; {PROPOSED}",
        help="Không tính khẩu hiệu chạy trên bảng điện tử, màn hình, ghi ở dòng A19b.",
    )
    screen_slogans = Count(
        "Khẩu hiệu trên bảng điện tử, màn hình",
        code="A19b",
        unit="chiếc",
        by_topic=True,
        need=Need.OPTIONAL,
        source=f"Biểu A năm 2022, dòng A19b; {PROPOSED}",
        help="Mỗi khẩu hiệu tính một lần, dù chạy nhiều lượt.",
    )


class DistrictPandemicRow(FormSchema):
    """Row A27b."""

    pandemic_items = Count(
        _PANDEMIC,
        code="A27b",
        unit="tin, bài",
        source=f"Biểu A năm 2022, dòng A27b; chủ đề năm 2022; {PROPOSED}",
        help="Nằm trong số tin, bài ở các dòng A11, A15, A16 và A17; mỗi tin, bài chỉ tính một lần.",
    )

    rules: ClassVar[tuple[PayloadRule, ...]] = (
        at_most(
            "A27b",
            "pandemic_items",
            ("radio_items", "tv_items", "online_items", "social_posts"),
            "Số tin, bài gắn với kiểm soát dịch COVID-19 ở dòng A27b ({pandemic_items}) không được lớn hơn "
            "tổng số tin, bài ở các dòng A11, A15, A16 và A17.",
            source="Biểu A năm 2022, dòng A27b",
        ),
    )


class PressPandemicRow(FormSchema):
    """Row B30b."""

    pandemic_items = Count(
        _PANDEMIC,
        code="B30b",
        unit="tin, bài",
        source=f"Biểu B năm 2022, dòng B30b; chủ đề năm 2022; {PROPOSED}",
        help="Nằm trong số tin, bài ở các dòng B07 đến B10; mỗi tin, bài chỉ tính một lần.",
    )

    rules: ClassVar[tuple[PayloadRule, ...]] = (
        at_most(
            "B30b",
            "pandemic_items",
            ("print_items", "online_items", "radio_items", "tv_items"),
            "Số tin, bài gắn với kiểm soát dịch COVID-19 ở dòng B30b ({pandemic_items}) không được lớn hơn "
            "tổng số tin, bài ở các dòng B07, B08, B09 và B10.",
            source="Biểu B năm 2022, dòng B30b",
        ),
    )


class InfectionRow(FormSchema):
    """Row D22b: chains and not persons, so that no number points at anybody's health."""

    transport_infection_chains = Count(
        "Số chuỗi lây nhiễm dịch COVID-19 qua hoạt động giao thông vận tải (lũy kế)",
        code="D22b",
        unit="chuỗi",
        aggregate=OUTSIDE,
        need=Need.OPTIONAL,
        source=f"Biểu D năm 2022, dòng D22b; {PRESS_NEWS}",
        help="Do cơ quan y tế cung cấp; chưa có số liệu thì để trống, đừng ghi 0.",
    )


AMENDMENTS = (
    Amendment(form="A", source=PROPOSED, drop=("banners", "posters"), add=VisualRows, after="banners"),
    Amendment(form="A", source=PROPOSED, add=DistrictPandemicRow, after="alcohol_items"),
    Amendment(form="B", source=PROPOSED, add=PressPandemicRow, after="alcohol_items"),
    Amendment(form="D", source=PRESS_NEWS, add=InfectionRow, after="border_congestion_definition"),
)
