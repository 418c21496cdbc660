"""Targets, and the published figures they are judged by.

What the province aims at in 2026 was not found. The press tells two aims of the year: that every driver be
without alcohol, which not one crash by drink may contradict, and, in one headline, "giảm ít nhất 50% số vụ",
which says neither where nor compared with what. So only the first is judged; of the others the direction is
shown until somebody knows the number. Crashes are counted by the rules of 15/8/2024: road, rail and inland
water together, so nothing of 2022 may be set beside them.
"""

from thidua_campaign_atgt_2026.sources import ASSUMED
from thidua_campaign_atgt_2026.sources import GOALS
from thidua_campaign_atgt_2026.sources import PRESS_NEWS
from thidua_sdk import Statistic
from thidua_sdk import Target
from thidua_sdk import TargetKind

__all__ = ["FIRST_DAY", "STATISTICS", "TARGETS"]

#: Months run from the 15th to the 14th: Nghị định 09/2019/NĐ-CP, Điều 12.
FIRST_DAY = 15

_TT26 = "TT26-2024"

_NO_NUMBER = "Chưa rõ mức phải giảm của tỉnh năm 2026, chỉ theo dõi chiều tăng, giảm"
_HEADLINE = f"{_NO_NUMBER}; một tít báo ghi “giảm ít nhất 50% số vụ”, không rõ của đâu, so với năm nào; {PRESS_NEWS}"
_SOBER = (
    f"Mục tiêu mọi người lái xe không có nồng độ cồn: {PRESS_NEWS}; "
    "hệ thống chỉ thấy được số vụ tai nạn do rượu, bia, cần Văn phòng Sở xác nhận cách xét"
)


def _target(code: str, label: str, indicator: str, statistic: str, source: str, kind: TargetKind) -> Target:
    return Target(
        code=code, label=label, kind=kind, indicator=indicator, statistic=statistic, clause=GOALS, source=source
    )


_DIRECTION = TargetKind.DIRECTION_ONLY

TARGETS = (
    _target("T1", "Số vụ tai nạn giao thông", "N40", "crashes", _HEADLINE, _DIRECTION),
    _target("T2", "Số người chết do tai nạn giao thông", "N41", "deaths", f"{_NO_NUMBER}; {ASSUMED}", _DIRECTION),
    _target("T3", "Số người bị thương do tai nạn giao thông", "N42", "injured", f"{_NO_NUMBER}; {ASSUMED}", _DIRECTION),
    _target(
        "T4",
        "Không để xảy ra tai nạn giao thông do nguyên nhân uống rượu, bia điều khiển phương tiện",
        "N43",
        "crashes_alcohol",
        _SOBER,
        TargetKind.ZERO,
    ),
    _target(
        "T5",
        "Tình trạng ùn tắc giao thông trên một số tuyến đường ra cửa khẩu",
        "N44",
        "border_congestion_events",
        ASSUMED,
        _DIRECTION,
    ),
)


def _published(code: str, label: str, unit: str, row: str, *, has_baseline: bool = True) -> Statistic:
    return Statistic(
        code=code,
        label=label,
        unit_of_measure=unit,
        definition_version=_TT26,
        form="D",
        field=code,
        source_field="crashes_source",
        baseline_field="baseline_same_period" if has_baseline else "",
        source=f"Biểu D, dòng {row}; Thông tư số 26/2024/TT-BCA",
    )


STATISTICS = (
    _published("crashes", "Số vụ TNGT toàn tỉnh (lũy kế)", "vụ", "D17"),
    _published("deaths", "Số người chết (lũy kế)", "người", "D18"),
    _published("injured", "Số người bị thương (lũy kế)", "người", "D19"),
    _published("crashes_alcohol", "Số vụ do rượu, bia", "vụ", "D20", has_baseline=False),
    Statistic(
        code="border_congestion_events",
        label="Số lần ùn tắc tuyến ra cửa khẩu",
        unit_of_measure="lần",
        # No law defines it: only figures of this very campaign are counted alike.
        definition_version="ATGT-2026, Biểu D, dòng D22",
        form="D",
        field="border_congestion_events",
        source_field="",
        source="Biểu D, dòng D22",
    ),
)
