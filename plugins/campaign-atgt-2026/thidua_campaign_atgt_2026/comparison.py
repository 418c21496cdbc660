"""What became of each indicator of 2022, the last year before this one that has a campaign here.

Eleven districts became 65 communes and wards between the two. What is counted once wherever it happens (a
broadcast, a banner, a session) adds up over the province to the same thing in both years, and the host sets
the two sums side by side where it finds that the communes of now are all that became of the districts of
then. What hangs on the reporting unit itself (its staff, its documents, its website, an item that every
unit writes anew) does not, and is refused here with its reason. Nothing is ever compared by name.
"""

from thidua_campaign_atgt_2026.sources import ASSUMED
from thidua_campaign_atgt_2026.sources import COMMUNES
from thidua_campaign_atgt_2026.sources import PROPOSED
from thidua_sdk import Comparison
from thidua_sdk import Continued
from thidua_sdk import Continuity

__all__ = ["COMPARISON"]

#: Fed by press room, rooms, centre or Office alone: the same figure, if the same units report it.
_SAME = (
    *("N04", "N15", "N24"),
    *("N27a", "N27c", "N27d", "N27e", "N29"),
    *("N31", "N32", "N33", "N34", "N35", "N36", "N36a", "N36b", "N37", "N37b", "N38", "N39"),
    *("N40", "N41", "N42", "N43", "N44"),
)

_BY_SUM = "Cộng cả tỉnh: năm 2022 các huyện, thành phố báo cáo, năm 2026 các xã, phường báo cáo cùng việc ấy."
#: Summed over the province; what of it the press room reports is compared beside it.
_SUMMED = ("N09", "N11", "N13", "N20", "N21", "N22", "N22b")

_PROVINCE_ONLY = (
    "Chỉ số của cấp tỉnh vẫn đếm như năm 2022. Số của cơ sở không so: mỗi xã, phường tự viết tin, bài nên một nội dung "
    "được đếm nhiều lần hơn khi 65 nơi báo cáo thay 11 nơi."
)
_ITEMS = ("N10", "N16", "N23")
_NOT_ASKED = "Cấp xã không được hỏi chỉ số này; số của cấp tỉnh vẫn đếm như năm 2022."
_PROVINCE = ("N12", "N14")

_OTHER_UNITS = "Năm 2022 có 11 huyện, thành phố, năm 2026 có 65 xã, phường báo cáo: số đơn vị khác hẳn nên không so."
_OTHER_PEOPLE = (
    "Đếm người của đơn vị báo cáo: năm 2022 là phòng cấp huyện, năm 2026 là phòng cấp xã, không phải cùng những người."
)
_OTHER_ACCOUNTS = (
    "Đếm bài trên trang của từng đơn vị; 65 xã, phường có nhiều trang hơn 11 huyện, thành phố nên không so."
)
#: Begun anew: by code, why.
_BROKEN = {
    **dict.fromkeys(("N01", "N02", "N03", "N30"), _OTHER_UNITS),
    **dict.fromkeys(("N05", "N06", "N07", "N08", "N25", "N26", "N27", "N28"), _OTHER_PEOPLE),
    "N17": _OTHER_ACCOUNTS,
}


def _renamed(codes: tuple[str, ...], reason: str, source: str) -> tuple[Continued, ...]:
    return tuple(
        Continued(continuity=Continuity.RENAMED, now=(code,), before=(code,), source=source, reason=reason)
        for code in codes
    )


def _new(code: str, reason: str, source: str = COMMUNES) -> Continued:
    return Continued(continuity=Continuity.NEW, now=(code,), source=source, reason=reason)


def _dropped(code: str, reason: str, source: str = COMMUNES) -> Continued:
    return Continued(continuity=Continuity.DROPPED, before=(code,), source=source, reason=reason)


COMPARISON = Comparison(
    campaign="ATGT-2022",
    indicators=(
        *Comparison.of_same(*_SAME, source=ASSUMED),
        *_renamed(_SUMMED, _BY_SUM, COMMUNES),
        *_renamed(_ITEMS, _PROVINCE_ONLY, COMMUNES),
        *_renamed(_PROVINCE, _NOT_ASKED, COMMUNES),
        Continued(
            continuity=Continuity.MERGED,
            now=("N18",),
            before=("N18", "N18b"),
            source=PROPOSED,
            reason=f"Năm 2026 lại đếm chung khẩu hiệu trên bảng điện tử, màn hình với băng rôn. {_BY_SUM}",
        ),
        *(_new(code, reason) for code, reason in _BROKEN.items()),
        *(_dropped(code, reason) for code, reason in _BROKEN.items()),
        _new("N19", "Năm 2022 không hỏi số pa nô, áp phích.", PROPOSED),
        _new("N22c", "Chỉ cấp xã mới có số buổi tại thôn, khối phố, tổ dân phố.", PROPOSED),
        _dropped("N17b", "Cấp xã không có số lượt tiếp cận mạng xã hội nên không hỏi.", PROPOSED),
        _dropped("N45", "Mục tiêu riêng của năm 2022, khi có dịch COVID-19.", ASSUMED),
        _dropped("N46", "Chủ đề riêng của năm 2022, khi có dịch COVID-19.", ASSUMED),
    ),
    periods={f"2026-{code}": f"2022-{code}" for code in ("Q1", "H1", "9M", "Y", "CLOSE")},
    source=COMMUNES,
)
