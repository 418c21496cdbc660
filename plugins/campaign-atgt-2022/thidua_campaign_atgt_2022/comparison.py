"""What became of each indicator of 2021."""

from thidua_campaign_atgt_2022.amendments import DROPPED_POSTERS
from thidua_campaign_atgt_2022.amendments import SPLIT_BANNERS
from thidua_campaign_atgt_2022.sources import ASSUMED
from thidua_campaign_atgt_2022.sources import PRESS_NEWS
from thidua_campaign_atgt_2022.sources import PROPOSED
from thidua_campaign_atgt_2022.sources import UNCHECKED
from thidua_sdk import Comparison
from thidua_sdk import Continued
from thidua_sdk import Continuity

__all__ = ["COMPARISON"]

_SAME = (
    *(f"N{number:02d}" for number in range(1, 18)),
    "N17b",
    *("N20", "N21", "N22", "N22b", "N24"),
    *("N25", "N26", "N27", "N27c", "N27d", "N27e", "N28", "N29", "N30"),
    *("N31", "N32", "N33", "N34", "N35", "N36", "N36a", "N36b", "N37", "N37b", "N38", "N39"),
    *("N40", "N41", "N42", "N43", "N44"),
)

COMPARISON = Comparison(
    campaign="ATGT-2021",
    indicators=(
        *Comparison.of_same(*_SAME, source=ASSUMED),
        Continued(
            continuity=Continuity.RENAMED,
            now=("N23",),
            before=("N23",),
            source=f"Nghị định số 123/2021/NĐ-CP; {UNCHECKED}",
            reason="Đổi tên theo Nghị định số 100/2019/NĐ-CP đã được sửa đổi; vẫn đếm những tin, bài như năm 2021.",
        ),
        Continued(
            continuity=Continuity.SPLIT,
            now=("N18", "N18b"),
            before=("N18",),
            source=PROPOSED,
            reason=SPLIT_BANNERS,
        ),
        Continued(
            continuity=Continuity.MERGED,
            now=("N27a",),
            before=("N27a", "N27b"),
            source=PROPOSED,
            reason="Năm 2022 tính chung nhắc nhở và phê bình; năm 2021 tính riêng.",
        ),
        Continued(
            continuity=Continuity.DROPPED,
            before=("N19",),
            source=PROPOSED,
            reason=DROPPED_POSTERS,
        ),
        Continued(
            continuity=Continuity.NEW,
            now=("N45",),
            source=PRESS_NEWS,
            reason="Mục tiêu thứ tư của năm 2022, không có mức số; năm 2021 không có mục tiêu này.",
        ),
        Continued(
            continuity=Continuity.NEW,
            now=("N46",),
            source=PROPOSED,
            reason="Chủ đề năm 2022 gắn với kiểm soát dịch; năm 2021 không đếm những tin, bài này.",
        ),
    ),
    periods={f"2022-{code}": f"2021-{code}" for code in ("Q1", "H1", "9M", "Y", "CLOSE")},
    source=PROPOSED,
)
