"""The state of a campaign and its light, each reason one Vietnamese sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from thidua.domain.filing import FilingState
from thidua.domain.filing import Roster
from thidua.domain.targets import Verdict

__all__ = ["STATE_LABELS", "CampaignState", "Light", "campaign_state", "light_of"]


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


@dataclass(frozen=True, slots=True)
class Light:
    """``green``, ``amber`` or ``red``, and why."""

    colour: str
    reasons: tuple[str, ...]


def light_of(roster: Roster, verdicts: Iterable[tuple[str, Verdict]], *, waiting_acceptance: int) -> Light:
    """Light a period.

    Red: a unit is overdue, or a target went up. Amber: a unit was late or is due soon, a
    target is missed so far, or filed reports wait for the Office. Green: none of these.

    Args:
        roster: the filing states.
        verdicts: (label, verdict) of each target.
        waiting_acceptance: reports filed and not accepted.
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
    if not (red or amber):
        return Light("green", ("Các đơn vị nộp đúng hạn, không có việc tồn.",))
    return Light("red" if red else "amber", (*red, *amber))
