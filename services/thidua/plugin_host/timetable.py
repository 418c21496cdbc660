"""Whether the windows and deadlines of a campaign's periods make sense, each day counted once."""

from __future__ import annotations

from collections.abc import Iterator

from thidua.domain.plugins import Fault
from thidua.domain.plugins import FaultKind
from thidua_sdk import Campaign
from thidua_sdk import DeadlineRule
from thidua_sdk import FormUse
from thidua_sdk import Period

__all__ = ["MOST_DAYS", "faults_of_timetable"]

#: Further ahead no deadline lies.
MOST_DAYS = 366


def faults_of_timetable(campaign: Campaign) -> Iterator[Fault]:
    """Find work counted in two periods, or after its cut-off, and deadlines without sense.

    Their order is no matter: a further period, asked for while the year runs, comes behind those opened.
    """
    for index, period in enumerate(campaign.periods):
        yield from _of_activity(period, campaign.periods[:index], f"periods[{index}].activity")
        for number, use in enumerate(period.forms):
            yield from _of_use(period, use, f"periods[{index}].forms[{number}]")
    if campaign.answer_within is not None:
        yield from _of_deadline(campaign.answer_within, "", "answer_within")


def _of_activity(period: Period, earlier: tuple[Period, ...], place: str) -> Iterator[Fault]:
    own = period.activity
    if own is None:
        return
    if period.cutoff_on is not None and own.last_on > period.cutoff_on:
        wrong = f"kỳ {period.code}: việc tính đến {own.last_on:%d/%m/%Y}, sau ngày chốt {period.cutoff_on:%d/%m/%Y}"
        yield _bounds(place, wrong, "cho activity kết thúc không muộn hơn cutoff_on")
    for other in earlier:
        if other.activity is None or not (period.cumulative and other.cumulative):
            continue
        if own.clipped_to(other.activity) is not None and not _filed(period).isdisjoint(_filed(other)):
            wrong = f"kỳ {period.code}: có ngày tính trùng với kỳ {other.code}, số liệu sẽ cộng hai lần"
            yield _bounds(place, wrong, "cho hai kỳ nối tiếp nhau, hoặc đặt cumulative=False cho kỳ đứng riêng")


def _filed(period: Period) -> frozenset[tuple[str, str]]:
    return frozenset((use.form, code) for use in period.forms for code in use.unit_types)


def _of_use(period: Period, use: FormUse, place: str) -> Iterator[Fault]:
    what = f"kỳ {period.code}, biểu {use.form}: "
    yield from _of_deadline(use.deadline, what, f"{place}.deadline")
    if use.locks is None:
        return
    wrongs = list(_of_deadline(use.locks, what, f"{place}.locks"))
    yield from wrongs
    is_sound = not wrongs and use.deadline.at.tzinfo is None
    if is_sound and (use.locks.working_days, use.locks.at) < (use.deadline.working_days, use.deadline.at):
        yield _bounds(f"{place}.locks", f"{what}khóa trước hạn nộp", "cho locks không sớm hơn deadline")


def _of_deadline(rule: DeadlineRule, what: str, place: str) -> Iterator[Fault]:
    if rule.working_days > MOST_DAYS:
        wrong = f"{what}hạn sau {rule.working_days} ngày làm việc"
        yield _bounds(place, wrong, f"đặt working_days từ 1 đến {MOST_DAYS}")
    if rule.at.tzinfo is not None:
        yield _bounds(place, f"{what}giờ của hạn có múi giờ riêng", "bỏ tzinfo; giờ theo time_zone của đợt")


def _bounds(place: str, wrong: str, mend: str) -> Fault:
    return Fault(FaultKind.BOUNDS, place, wrong, mend)
