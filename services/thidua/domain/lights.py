"""The state of a campaign and its light, each reason one Vietnamese sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from datetime import tzinfo
from enum import StrEnum

from thidua.domain.filing import FilingState
from thidua.domain.filing import Roster
from thidua.domain.targets import Verdict

__all__ = ["STATE_LABELS", "CampaignState", "Light", "campaign_state", "light_of", "next_state_change"]


class CampaignState(StrEnum):
    """Where a campaign stands."""

    PLANNED = "planned"
    RUNNING = "running"
    COMPILING = "compiling"
    CLOSED = "closed"


#: The words people see.
STATE_LABELS = {
    CampaignState.PLANNED: "Đang phát động",
    CampaignState.RUNNING: "Đang thực hiện",
    CampaignState.COMPILING: "Đang tổng hợp",
    CampaignState.CLOSED: "Kết thúc",
}


def campaign_state(*, today: date, starts_on: date, ends_on: date, is_closed: bool) -> CampaignState:
    """Tell where a campaign stands on a day."""
    if is_closed:
        return CampaignState.CLOSED
    if today < starts_on:
        return CampaignState.PLANNED
    return CampaignState.RUNNING if today <= ends_on else CampaignState.COMPILING


def next_state_change(
    now: datetime, zone: tzinfo, *, starts_on: date, ends_on: date, is_closed: bool
) -> datetime | None:
    """Return the next midnight at which time alone changes where a campaign stands, None if none is left."""
    if is_closed:
        return None
    turning = (datetime.combine(day, time(), zone) for day in (starts_on, ends_on + timedelta(days=1)))
    return min((moment for moment in turning if moment > now), default=None)


@dataclass(frozen=True, slots=True)
class Light:
    """``green``, ``amber`` or ``red``, and why."""

    colour: str
    reasons: tuple[str, ...]


def light_of(
    roster: Roster, verdicts: Iterable[tuple[str, Verdict]], *, waiting_acceptance: int, returned: int = 0
) -> Light:
    """Light a period.

    Red: a unit is overdue, or a target went up. Amber: a unit was late or is due soon, a
    target is missed so far, or reports wait for the Office or for the unit they were sent back to.
    Green: none of these.

    Args:
        roster: the filing states.
        verdicts: (label, verdict) of each target.
        waiting_acceptance: reports filed and not accepted.
        returned: reports sent back and not filed again.
    """
    red: list[str] = []
    amber: list[str] = []
    overdue, late, soon = (
        roster.counts[state] for state in (FilingState.OVERDUE, FilingState.LATE, FilingState.DUE_SOON)
    )
    if overdue:
        red.append(f"{overdue:02d} đơn vị quá hạn chưa nộp báo cáo.")
    for label, verdict in verdicts:
        if verdict is Verdict.INCREASE:
            red.append(f"{label}: tăng so với cùng kỳ.")
        elif verdict is Verdict.NOT_MET:
            amber.append(f"{label}: chưa đạt mức giảm theo kế hoạch.")
    if late:
        amber.append(f"{late:02d} đơn vị nộp muộn.")
    if soon:
        amber.append(f"{soon:02d} đơn vị sắp đến hạn, chưa nộp.")
    if waiting_acceptance:
        amber.append(f"{waiting_acceptance:02d} báo cáo đã nộp đang chờ tiếp nhận.")
    if returned:
        amber.append(f"{returned:02d} báo cáo bị trả lại, đơn vị chưa nộp lại.")
    if not (red or amber):
        return Light("green", (_nothing_left(roster),))
    return Light("red" if red else "amber", (*red, *amber))


def _nothing_left(roster: Roster) -> str:
    if roster.counts[FilingState.ON_TIME]:
        return "Các đơn vị nộp đúng hạn, không có việc tồn."
    if roster.counts[FilingState.NOT_DUE]:
        return "Chưa đến hạn nộp, không có việc tồn."
    return "Không có đơn vị nào phải báo cáo."
