"""Targets, and the published figures they are judged by.

Three bands as in the year before, measured against 2021, and three directions without a number: the
fourth goal is new, that no infection spreads through transport. The papers name it without a percentage,
so none is set here. No figures of 2021 were published that could be checked: the Office enters them.
"""

from thidua_campaign_atgt_2022.sources import ASSUMED
from thidua_campaign_atgt_2022.sources import GOALS
from thidua_campaign_atgt_2022.sources import PRESS_NEWS
from thidua_sdk import Statistic
from thidua_sdk import Target
from thidua_sdk import TargetKind

__all__ = ["FIRST_DAY", "STATISTICS", "TARGETS"]

#: Months run from the 15th to the 14th: Nghị định 09/2019/NĐ-CP, Điều 12.
FIRST_DAY = 15

_TT58 = "TT58-2009"


def _band(code: str, label: str, indicator: str, statistic: str) -> Target:
    return Target(
        code=code,
        label=label,
        kind=TargetKind.BAND,
        indicator=indicator,
        statistic=statistic,
        clause=GOALS,
        source=PRESS_NEWS,
        least_percent=5,
        most_percent=10,
    )


def _direction(code: str, label: str, indicator: str, statistic: str, source: str) -> Target:
    return Target(
        code=code,
        label=label,
        kind=TargetKind.DIRECTION_ONLY,
        indicator=indicator,
        statistic=statistic,
        clause=GOALS,
        source=source,
    )


TARGETS = (
    _band("T1", "Số vụ tai nạn giao thông", "N40", "crashes"),
    _band("T2", "Số người chết do tai nạn giao thông", "N41", "deaths"),
    _band("T3", "Số người bị thương do tai nạn giao thông", "N42", "injured"),
    _direction(
        "T4",
        "Số vụ tai nạn giao thông do nguyên nhân uống rượu, bia điều khiển phương tiện",
        "N43",
        "crashes_alcohol",
        ASSUMED,
    ),
    _direction(
        "T5",
        "Tình trạng ùn tắc giao thông trên một số tuyến đường ra cửa khẩu",
        "N44",
        "border_congestion_events",
        ASSUMED,
    ),
    _direction(
        "T6",
        "Không để dịch COVID-19 lây lan qua hoạt động giao thông vận tải",
        "N45",
        "transport_infection_chains",
        PRESS_NEWS,
    ),
)


def _published(code: str, label: str, unit: str, row: str, *, has_baseline: bool = True) -> Statistic:
    return Statistic(
        code=code,
        label=label,
        unit_of_measure=unit,
        definition_version=_TT58,
        form="D",
        field=code,
        source_field="crashes_source",
        baseline_field="baseline_same_period" if has_baseline else "",
        source=f"Biểu D, dòng {row}",
    )


def _own(code: str, label: str, unit: str, row: str) -> Statistic:
    """Write a figure that no law defines: only figures of this very campaign are counted alike."""
    return Statistic(
        code=code,
        label=label,
        unit_of_measure=unit,
        definition_version=f"ATGT-2022, Biểu D, dòng {row}",
        form="D",
        field=code,
        source_field="",
        source=f"Biểu D, dòng {row}",
    )


STATISTICS = (
    _published("crashes", "Số vụ TNGT toàn tỉnh (lũy kế)", "vụ", "D17"),
    _published("deaths", "Số người chết (lũy kế)", "người", "D18"),
    _published("injured", "Số người bị thương (lũy kế)", "người", "D19"),
    _published("crashes_alcohol", "Số vụ do rượu, bia", "vụ", "D20", has_baseline=False),
    _own("border_congestion_events", "Số lần ùn tắc tuyến ra cửa khẩu", "lần", "D22"),
    _own("transport_infection_chains", "Số chuỗi lây nhiễm qua giao thông vận tải (lũy kế)", "chuỗi", "D22b"),
)
