"""Targets, the published figures they are judged by, and what is known of the year before."""

from datetime import date

from thidua_campaign_atgt_2021.clauses import PURPOSE_1
from thidua_campaign_atgt_2021.clauses import cited
from thidua_campaign_atgt_2021.plan import YEAR
from thidua_campaign_atgt_2021.unit_types import FORM_OFFICE
from thidua_sdk import Baseline
from thidua_sdk import Statistic
from thidua_sdk import StatisticalYear
from thidua_sdk import Target
from thidua_sdk import TargetKind

__all__ = ["BASELINES", "FIRST_DAY", "STATISTICS", "TARGETS"]

#: Months run from the 15th to the 14th: Nghị định 09/2019/NĐ-CP, Điều 12.
FIRST_DAY = 15

_TT58 = "TT58-2009"
_SOURCE = cited(PURPOSE_1)

TARGETS = (
    Target(
        code="T1",
        label="Số vụ tai nạn giao thông",
        kind=TargetKind.BAND,
        indicator="N40",
        statistic="crashes",
        clause=PURPOSE_1,
        source=_SOURCE,
        least_percent=5,
        most_percent=10,
    ),
    Target(
        code="T2",
        label="Số người chết do tai nạn giao thông",
        kind=TargetKind.BAND,
        indicator="N41",
        statistic="deaths",
        clause=PURPOSE_1,
        source=_SOURCE,
        least_percent=5,
        most_percent=10,
    ),
    Target(
        code="T3",
        label="Số người bị thương do tai nạn giao thông",
        kind=TargetKind.BAND,
        indicator="N42",
        statistic="injured",
        clause=PURPOSE_1,
        source=_SOURCE,
        least_percent=5,
        most_percent=10,
    ),
    Target(
        code="T4",
        label="Số vụ tai nạn giao thông do nguyên nhân uống rượu, bia điều khiển phương tiện",
        kind=TargetKind.DIRECTION_ONLY,
        indicator="N43",
        statistic="crashes_alcohol",
        clause=PURPOSE_1,
        source=_SOURCE,
    ),
    Target(
        code="T5",
        # The plan types "đường ra của khẩu"; "cửa khẩu" is meant.
        label="Tình trạng ùn tắc giao thông trên một số tuyến đường ra cửa khẩu",
        kind=TargetKind.DIRECTION_ONLY,
        indicator="N44",
        statistic="border_congestion_events",
        clause=PURPOSE_1,
        source=_SOURCE,
    ),
)

STATISTICS = (
    Statistic(
        code="crashes",
        label="Số vụ TNGT toàn tỉnh (lũy kế)",
        unit_of_measure="vụ",
        definition_version=_TT58,
        form=FORM_OFFICE,
        field="crashes",
        source_field="crashes_source",
        baseline_field="baseline_same_period",
        source="Biểu D, dòng D17",
    ),
    Statistic(
        code="deaths",
        label="Số người chết (lũy kế)",
        unit_of_measure="người",
        definition_version=_TT58,
        form=FORM_OFFICE,
        field="deaths",
        source_field="crashes_source",
        baseline_field="baseline_same_period",
        source="Biểu D, dòng D18",
    ),
    Statistic(
        code="injured",
        label="Số người bị thương (lũy kế)",
        unit_of_measure="người",
        definition_version=_TT58,
        form=FORM_OFFICE,
        field="injured",
        source_field="crashes_source",
        baseline_field="baseline_same_period",
        source="Biểu D, dòng D19",
    ),
    Statistic(
        code="crashes_alcohol",
        label="Số vụ do rượu, bia",
        unit_of_measure="vụ",
        definition_version=_TT58,
        form=FORM_OFFICE,
        field="crashes_alcohol",
        source_field="crashes_source",
        source="Biểu D, dòng D20",
    ),
    Statistic(
        code="border_congestion_events",
        label="Số lần ùn tắc tuyến ra cửa khẩu",
        unit_of_measure="lần",
        # No law defines a congestion event: the definition is the text the Office enters in the form,
        # so a figure of another campaign counts as defined otherwise.
        definition_version="ATGT-2021, Biểu D, dòng D22",
        form=FORM_OFFICE,
        field="border_congestion_events",
        source_field="",
        source="Biểu D, dòng D22",
    ),
)

# Lạng Sơn's figures for 2020 were not found for any other window; a period without a baseline is
# judged "not comparable".
BASELINES = (
    Baseline(
        period="2021-9M",
        version=1,
        window=StatisticalYear(YEAR - 1, FIRST_DAY).nine_months,
        values={"crashes": 28 + 6, "deaths": 27 + 7, "injured": 7 + 6},
        source_document="Báo cáo số 112/BC-BATGT ngày 15/9/2021 (số tính ngược, không phải số công bố)",
        as_of=date(2021, 9, 15),
        definition_version=_TT58,
        source=(
            "Tính từ Báo cáo số 112/BC-BATGT ngày 15/9/2021: 28 vụ, 27 người chết, 7 người bị thương, "
            "giảm 6 vụ, 7 người chết, 6 người bị thương so với cùng kỳ"
        ),
    ),
)
