"""Judge a target against the same window of the year before, in whole numbers only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from thidua_sdk import Target
from thidua_sdk import TargetKind

__all__ = [
    "VERDICT_LABELS",
    "Judged",
    "Together",
    "Verdict",
    "change_percent",
    "comparison",
    "judge_target",
    "judged_together",
]


class Verdict(StrEnum):
    """What can be said of a target."""

    MET = "met"
    EXCEEDED = "exceeded"
    NOT_MET = "not_met"
    INCREASE = "increase"
    NOT_COMPARABLE = "not_comparable"
    TRACKED = "tracked"


#: The words people see.
VERDICT_LABELS = {
    Verdict.MET: "Đạt",
    Verdict.EXCEEDED: "Vượt chỉ tiêu",
    Verdict.NOT_MET: "Chưa đạt",
    Verdict.INCREASE: "Tăng",
    Verdict.NOT_COMPARABLE: "Không so sánh được",
    Verdict.TRACKED: "Theo dõi xu hướng",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict with the figures behind it; ``reason`` is a Vietnamese sentence where one is needed."""

    verdict: Verdict
    change: int | None
    change_percent: str | None
    small_numbers: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Together:
    """All criteria with a number at once: met if each is; ``all_fell`` if each is lower than the year before."""

    verdict: Verdict
    all_fell: bool


def judged_together(judged: Iterable[tuple[Verdict, int | None]]) -> Together | None:
    """Judge the criteria of a plan together, None if none of them has a number.

    Args:
        judged: verdict and change of each, of those that are only tracked too.
    """
    numbered = [each for each in judged if each[0] is not Verdict.TRACKED]
    if not numbered:
        return None
    verdicts = {verdict for verdict, _ in numbered}
    if verdicts & {Verdict.NOT_MET, Verdict.INCREASE}:
        verdict = Verdict.NOT_MET
    else:
        verdict = Verdict.NOT_COMPARABLE if Verdict.NOT_COMPARABLE in verdicts else Verdict.MET
    return Together(verdict, all_fell=all(change is not None and change < 0 for _, change in numbered))


def judge_target(
    target: Target,
    *,
    actual: int | None,
    baseline: int | None,
    same_definition: bool,
    counted_until: date | None = None,
) -> Judged:
    """Judge one criterion alone.

    Args:
        target: kind and percentages.
        actual: cumulative figure of the period's statistics window, None if not known.
        baseline: figure of the same window of the comparison year, None if not known.
        same_definition: whether both were counted by the same definition.
        counted_until: the day with which the figure ends, where its window goes on after it.
    """
    if target.kind is TargetKind.ZERO:
        if actual is None:
            return Judged(Verdict.NOT_COMPARABLE, None, None, small_numbers=False, reason="Chưa có số liệu kỳ này.")
        return Judged(Verdict.MET if actual == 0 else Verdict.NOT_MET, None, None, small_numbers=False)
    reason = _not_comparable(
        actual=actual, baseline=baseline, same_definition=same_definition, counted_until=counted_until
    )
    if actual is None or baseline is None or reason:
        verdict = Verdict.TRACKED if target.kind is TargetKind.DIRECTION_ONLY else Verdict.NOT_COMPARABLE
        return Judged(verdict, None, None, small_numbers=False, reason=reason)
    change = actual - baseline
    small = baseline < target.small_below
    percent = change_percent(actual, baseline)
    if target.kind is TargetKind.DIRECTION_ONLY:
        return Judged(Verdict.TRACKED, change, percent, small)
    return Judged(_banded(target, actual, baseline), change, percent, small)


def change_percent(actual: int, baseline: int) -> str:
    """Write the change against a positive baseline in per cent, one decimal, half up, e.g. ``-17.6``."""
    thousandths = abs(actual - baseline) * 1000
    tenths = (2 * thousandths + baseline) // (2 * baseline)
    sign = "-" if actual < baseline and tenths else ""
    return f"{sign}{tenths // 10}.{tenths % 10}"


def comparison(target: Target, *, actual: int | None, baseline: int | None) -> tuple[str, ...]:
    """Write out, line by line, the whole numbers that a verdict follows from; nothing without figures."""
    if actual is not None and target.kind is TargetKind.ZERO:
        return (f"{actual} = 0 nên đạt." if actual == 0 else f"{actual} > 0 nên chưa đạt.",)
    if actual is None or baseline is None:
        return ()
    if target.kind is TargetKind.DIRECTION_ONLY:
        return (
            f"Kế hoạch không đặt mức số; chỉ theo dõi xu hướng: {actual} − {baseline} = {_signed(actual - baseline)}.",
        )
    return (f"{actual} > {baseline} nên là tăng.",) if actual > baseline else _reduction(target, actual, baseline)


def _reduction(target: Target, actual: int, baseline: int) -> tuple[str, ...]:
    reduced, least = 100 * (baseline - actual), (target.least_percent or 0)
    written = f"100 × ({baseline} − {actual}) = {reduced}"
    if reduced < least * baseline:
        return (f"{written} < {least} × {baseline} = {least * baseline} nên chưa giảm đủ {least}%.",)
    steps = [f"{written} ≥ {least} × {baseline} = {least * baseline} nên đã giảm ít nhất {least}%."]
    if target.most_percent is not None:
        bound = f"{target.most_percent} × {baseline} = {target.most_percent * baseline}"
        if reduced > target.most_percent * baseline:
            steps.append(f"{written} > {bound} nên giảm hơn {target.most_percent}%, vượt chỉ tiêu.")
        else:
            steps.append(f"{written} ≤ {bound} nên nằm trong mức giảm {least}–{target.most_percent}%, đạt.")
    return tuple(steps)


def _signed(difference: int) -> str:
    return f"−{-difference}" if difference < 0 else str(difference)


def _banded(target: Target, actual: int, baseline: int) -> Verdict:
    reduced = 100 * (baseline - actual)
    if actual > baseline:
        return Verdict.INCREASE
    if reduced < (target.least_percent or 0) * baseline:
        return Verdict.NOT_MET
    if target.most_percent is not None and reduced > target.most_percent * baseline:
        return Verdict.EXCEEDED
    return Verdict.MET


def _not_comparable(
    *, actual: int | None, baseline: int | None, same_definition: bool, counted_until: date | None
) -> str:
    if actual is None:
        return "Chưa có số liệu kỳ này."
    if baseline is None:
        return "Chưa có số liệu cùng kỳ năm trước."
    if baseline == 0:
        return "Số liệu cùng kỳ bằng 0 nên không tính được tỷ lệ."
    if not same_definition:
        return "Hai kỳ dùng định nghĩa thống kê khác nhau."
    if counted_until is not None:
        day = f"{counted_until.day}/{counted_until.month}/{counted_until.year}"
        return f"Số liệu kỳ này mới tính đến ngày {day}, chưa hết thời gian lấy số liệu của kỳ."
    return ""
