"""Whether a campaign says of every indicator how it compares with an earlier year's, and says it soundly.

What a campaign says of itself is judged with it. What it says of another campaign is told apart and
quarantines nobody: the other may be missing, or a newer one than the map was written for, and a plugin
does not fall with another. The page of two years then refuses those figures, with the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping

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


def faults_of_comparison(campaign: Campaign) -> Iterator[str]:
    """Judge a campaign's map as far as the campaign alone tells."""
    comparison = campaign.compares_with
    if comparison is None:
        return
    if not comparison.campaign or comparison.campaign == campaign.code:
        yield f"bảng so sánh: phải nêu mã của một đợt khác, đang là {comparison.campaign!r}"
    if not comparison.source:
        yield "bảng so sánh: thiếu nguồn"
    for entry in comparison.indicators:
        yield from (f"bảng so sánh, {_named(entry)}: {fault}" for fault in _faults_of_entry(entry))
    own = {indicator.code for indicator in campaign.indicators}
    mapped = Counter(code for entry in comparison.indicators for code in entry.now)
    yield from (
        f"bảng so sánh: chưa nói chỉ số {code} so với năm trước thế nào" for code in sorted(own - mapped.keys())
    )
    yield from (f"bảng so sánh: đợt không có chỉ số {code}" for code in sorted(mapped.keys() - own))
    earlier = Counter(code for entry in comparison.indicators for code in entry.before)
    for side, codes in (("năm nay", mapped), ("năm trước", earlier)):
        yield from (f"bảng so sánh: chỉ số {code} của {side} có hơn một dòng" for code in codes if codes[code] > 1)
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


def _faults_of_entry(entry: Continued) -> Iterator[str]:
    now, before = _SIDES[entry.continuity]
    if len(entry.now) not in now or len(entry.before) not in before:
        yield f"số chỉ số ở hai năm không hợp với “{entry.continuity}”"
    if entry.continuity is Continuity.SAME and entry.now != entry.before:
        yield "“same” là cùng mã; đổi mã thì ghi “renamed”"
    if entry.continuity is not Continuity.SAME and not entry.reason.strip():
        yield "thiếu lý do"
    if not entry.source.strip():
        yield "thiếu nguồn"


def _faults_of_periods(campaign: Campaign, comparison: Comparison) -> Iterator[str]:
    periods = {period.code for period in campaign.periods}
    yield from (f"bảng so sánh: đợt không có kỳ {code}" for code in comparison.periods if code not in periods)
    times = Counter(comparison.periods.values())
    yield from (f"bảng so sánh: kỳ {code} được so hai lần" for code in times if times[code] > 1)


def _named(entry: Continued) -> str:
    return ", ".join(entry.now or entry.before) or "dòng không có chỉ số nào"
