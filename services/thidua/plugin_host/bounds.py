"""Whether numbers and days of a campaign make sense together."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo
from zoneinfo import ZoneInfoNotFoundError

from thidua.domain.plugins import Fault
from thidua.domain.plugins import FaultKind
from thidua.plugin_host.timetable import MOST_DAYS
from thidua_sdk import Campaign
from thidua_sdk import Target
from thidua_sdk import TargetKind

__all__ = ["faults_of_bounds"]

_YEARS = range(2000, 2200)


def faults_of_bounds(campaign: Campaign) -> Iterator[Fault]:
    """Find bounds without sense: years, validity, percentages, baselines, days."""
    if campaign.year not in _YEARS:
        yield _bounds("year", f"năm {campaign.year} không hợp lý", "ghi năm của phong trào, bốn chữ số")
    if campaign.valid_from is not None and campaign.valid_from > campaign.valid_to:
        yield _bounds("valid_to", "hết hiệu lực trước khi có hiệu lực", "đổi lại valid_from và valid_to")
    elif campaign.year > campaign.valid_to.year or (campaign.valid_from and campaign.year < campaign.valid_from.year):
        wrong = f"năm {campaign.year} nằm ngoài thời hạn của đợt"
        yield _bounds("year", wrong, "sửa year, hoặc valid_from và valid_to")
    if not 0 <= campaign.due_soon_days <= MOST_DAYS:
        wrong = f"số ngày báo trước hạn là {'số âm' if campaign.due_soon_days < 0 else campaign.due_soon_days}"
        yield _bounds("due_soon_days", wrong, f"đặt từ 0 đến {MOST_DAYS}")
    try:
        ZoneInfo(campaign.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield _bounds(
            "time_zone", f"không có múi giờ {campaign.time_zone!r}", "ghi tên múi giờ IANA, dạng Châu/Thành_phố"
        )
    yield from _of_days(campaign)
    yield from _of_figures(campaign)


def _of_days(campaign: Campaign) -> Iterator[Fault]:
    for index, basis in enumerate(campaign.legal_bases):
        if basis.valid_from and basis.valid_to and basis.valid_from > basis.valid_to:
            wrong = f"căn cứ {basis.code}: hết hiệu lực trước khi có hiệu lực"
            yield _bounds(f"legal_bases[{index}].valid_to", wrong, "đổi lại valid_from và valid_to")
    for index, period in enumerate(campaign.periods):
        if period.cutoff_on is not None and period.cutoff_on > campaign.valid_to:
            wrong = f"kỳ {period.code}: ngày chốt {period.cutoff_on:%d/%m/%Y} sau ngày đợt hết hiệu lực"
            yield _bounds(f"periods[{index}].cutoff_on", wrong, "sửa cutoff_on hoặc valid_to")


def _of_figures(campaign: Campaign) -> Iterator[Fault]:
    for index, target in enumerate(campaign.targets):
        if not _is_sensible(target):
            yield _bounds(
                f"targets[{index}]",
                f"chỉ tiêu {target.code}: mức phần trăm thiếu hoặc không hợp lý",
                "ghi least_percent (và most_percent với BAND), từ 1 đến 100, mức dưới không lớn hơn mức trên",
            )
    versions: set[tuple[str, int]] = set()
    for index, baseline in enumerate(campaign.baselines):
        version = (baseline.period, baseline.version)
        if version in versions:
            wrong = f"số liệu gốc của kỳ {baseline.period} có phiên bản {baseline.version} hai lần"
            yield Fault(FaultKind.DUPLICATE, f"baselines[{index}]", wrong, "tăng version cho bản sửa sau")
        versions.add(version)
        if baseline.version < 1:
            yield _bounds(f"baselines[{index}].version", "số liệu gốc: phiên bản phải từ 1 trở lên", "đánh số từ 1")
        for code, figure in baseline.values.items():
            if figure < 0:
                yield _bounds(
                    f"baselines[{index}].values[{code!r}]", f"số liệu gốc {code} là số âm", "ghi số từ 0 trở lên"
                )


def _is_sensible(target: Target) -> bool:
    least, most = target.least_percent, target.most_percent
    if target.kind is TargetKind.BAND:
        return least is not None and most is not None and 0 < least <= most <= 100  # noqa: PLR2004  per cent
    if target.kind is TargetKind.AT_LEAST:
        return least is not None and 0 < least <= 100  # noqa: PLR2004
    return True


def _bounds(place: str, wrong: str, mend: str) -> Fault:
    return Fault(FaultKind.BOUNDS, place, wrong, mend)
