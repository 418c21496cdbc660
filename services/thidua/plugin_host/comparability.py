"""Whether a campaign says of every indicator how it compares with an earlier year's, and says it soundly.

What a campaign says of itself is judged with it. What it says of another campaign is told apart and
quarantines nobody: the other may be missing, or a newer one than the map was written for, and a plugin
does not fall with another. The page of two years then refuses those figures, with the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping

from thidua.domain.plugins import Fault
from thidua.domain.plugins import FaultKind
from thidua_sdk import Campaign
from thidua_sdk import Comparison
from thidua_sdk import Continued
from thidua_sdk import Continuity

__all__ = ["faults_between", "faults_of_comparison"]

#: How many indicators each continuity has on either side: now, before.
_ONE, _SEVERAL, _NONE = range(1, 2), range(2, 1000), range(1)
_SIDES = {
    Continuity.SAME: (_ONE, _ONE),
    Continuity.RENAMED: (_ONE, _ONE),
    Continuity.SPLIT: (_SEVERAL, _ONE),
    Continuity.MERGED: (_ONE, _SEVERAL),
    Continuity.NEW: (_ONE, _NONE),
    Continuity.DROPPED: (_NONE, _ONE),
}


def faults_of_comparison(campaign: Campaign) -> Iterator[Fault]:
    """Judge a campaign's map as far as the campaign alone tells."""
    comparison = campaign.compares_with
    if comparison is None:
        return
    if not comparison.campaign or comparison.campaign == campaign.code:
        wrong = f"bảng so sánh: phải nêu mã của một đợt khác, đang là {comparison.campaign!r}"
        yield _fault("campaign", wrong, "ghi mã của đợt năm trước")
    for index, entry in enumerate(comparison.indicators):
        for wrong, mend in _faults_of_entry(entry):
            yield _fault(f"indicators[{index}]", f"bảng so sánh, {_named(entry)}: {wrong}", mend)
    own = {indicator.code for indicator in campaign.indicators}
    mapped = Counter(code for entry in comparison.indicators for code in entry.now)
    for code in sorted(own - mapped.keys()):
        wrong = f"bảng so sánh: chưa nói chỉ số {code} so với năm trước thế nào"
        yield _fault("indicators", wrong, "thêm một dòng cho chỉ số ấy")
    for code in sorted(mapped.keys() - own):
        yield _fault("indicators", f"bảng so sánh: đợt không có chỉ số {code}", "sửa mã, hoặc bỏ dòng ấy")
    earlier = Counter(code for entry in comparison.indicators for code in entry.before)
    for side, codes in (("năm nay", mapped), ("năm trước", earlier)):
        for code in codes:
            if codes[code] > 1:
                wrong = f"bảng so sánh: chỉ số {code} của {side} có hơn một dòng"
                yield _fault("indicators", wrong, "để mỗi chỉ số ở một dòng", FaultKind.DUPLICATE)
    yield from _faults_of_periods(campaign, comparison)


def faults_between(campaigns: Mapping[str, Campaign]) -> Iterator[tuple[str, str]]:
    """Judge the maps against the earlier campaigns that serve; those that do not are left out.

    Yields:
        the code of the campaign whose map it is, and what is wrong with it.
    """
    for campaign in campaigns.values():
        comparison = campaign.compares_with
        earlier = campaigns.get(comparison.campaign) if comparison else None
        if comparison is None or earlier is None:
            continue
        known = {indicator.code for indicator in earlier.indicators}
        told = {code for entry in comparison.indicators for code in entry.before}
        for code in sorted(told - known):
            yield campaign.code, f"bảng so sánh: đợt {earlier.code} không có chỉ số {code}"
        for code in sorted(known - told):
            yield campaign.code, f"bảng so sánh: chưa nói chỉ số {code} của đợt {earlier.code} nay ra sao"
        periods = {period.code for period in earlier.periods}
        for code in sorted(set(comparison.periods.values()) - periods):
            yield campaign.code, f"bảng so sánh: đợt {earlier.code} không có kỳ {code}"
        if earlier.year >= campaign.year:
            yield campaign.code, f"bảng so sánh: đợt {earlier.code} không phải của năm trước"


def _fault(place: str, wrong: str, mend: str, kind: FaultKind = FaultKind.REFERENCE) -> Fault:
    return Fault(kind, f"compares_with.{place}", wrong, mend)


def _faults_of_entry(entry: Continued) -> Iterator[tuple[str, str]]:
    now, before = _SIDES[entry.continuity]
    if len(entry.now) not in now or len(entry.before) not in before:
        yield f"số chỉ số ở hai năm không hợp với “{entry.continuity}”", "chọn loại khác, hoặc sửa các mã ở hai năm"
    if entry.continuity is Continuity.SAME and entry.now != entry.before:
        yield "“same” là cùng mã; đổi mã thì ghi “renamed”", "ghi “renamed”, hoặc sửa mã"
    if entry.continuity is not Continuity.SAME and not entry.reason.strip():
        yield "thiếu lý do", "nói vì sao chỉ số đổi"


def _faults_of_periods(campaign: Campaign, comparison: Comparison) -> Iterator[Fault]:
    periods = {period.code for period in campaign.periods}
    for code in comparison.periods:
        if code not in periods:
            yield _fault("periods", f"bảng so sánh: đợt không có kỳ {code}", "sửa mã của kỳ")
    times = Counter(comparison.periods.values())
    for code in times:
        if times[code] > 1:
            wrong = f"bảng so sánh: kỳ {code} được so hai lần"
            yield _fault("periods", wrong, "để mỗi kỳ của năm trước ở một dòng", FaultKind.DUPLICATE)


def _named(entry: Continued) -> str:
    return ", ".join(entry.now or entry.before) or "dòng không có chỉ số nào"
