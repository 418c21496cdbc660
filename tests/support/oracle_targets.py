"""Targets, light and state of a campaign, told a second time from declarations and the oracle's figures."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from datetime import date
from datetime import datetime
from fractions import Fraction
from functools import cache
from math import comb
from typing import Any
from zoneinfo import ZoneInfo

from oracle import Oracle
from oracle import Source
from oracle import added

__all__ = ["light", "state", "targets", "together"]


def targets(oracle: Oracle, period_code: str) -> dict[str, dict[str, Any]]:
    """Judge every target alone against the same window of the year before."""
    campaign, period = oracle.campaign, oracle.periods[period_code]
    return {each.code: _target(oracle, campaign, period, each) for each in campaign.targets}


def _target(oracle: Oracle, campaign: Any, period: Any, target: Any) -> dict[str, Any]:
    statistic = next(each for each in campaign.statistics if each.code == target.statistic)
    source = Source(statistic.form, statistic.field)
    official, filed = (_of_window(oracle, source, period, reading) for reading in ("official", "provisional"))
    actual = filed if official is None else official
    entered = _entered(oracle, statistic, period, statistic.source_field)
    definition = entered.get("definition_version") or statistic.definition_version
    baseline = _baseline(campaign, statistic, period)
    known = baseline.values[statistic.code] if baseline else None
    version = baseline.version if baseline else None
    same = baseline is not None and baseline.definition_version == definition
    told = _entered(oracle, statistic, period, statistic.baseline_field)
    if period.statistics and told.get(statistic.field) is not None and told["version"] > (version or 0):
        # What the Office enters beside this year's figure is of this year's definition.
        known, version, same = told[statistic.field], told["version"], True
    if period.statistics is not None:
        same = same and _seen_until(period.statistics, entered) == period.statistics.last_on
    verdict, change, in_percent, small = _verdict(target, actual, known if same else None)
    return {
        "baseline": known,
        "baseline_version": version,
        "actual": actual,
        "is_provisional": official is None and filed is not None,
        "change": change,
        "change_percent": in_percent,
        "verdict": verdict,
        "small_numbers": small,
        "definition_version": definition,
        "source": entered.get("source_document") or "",
        "projection": _projection(campaign, period, statistic, target, actual, definition, entered),
    }


def together(judged: Mapping[str, Mapping[str, Any]]) -> dict[str, Any] | None:
    """Judge all criteria with a number at once."""
    numbered = [each for each in judged.values() if each["verdict"] != "tracked"]
    verdicts = {each["verdict"] for each in numbered}
    if not numbered:
        return None
    missed, unknown = verdicts & {"not_met", "increase"}, "not_comparable" in verdicts
    return {
        "verdict": "not_met" if missed else "not_comparable" if unknown else "met",
        "all_fell": all(each["change"] is not None and each["change"] < 0 for each in numbered),
    }


def _of_window(oracle: Oracle, source: Source, period: Any, reading: str) -> int | None:
    """Return the figure of the period's window: told whole, or added up over the periods in the window."""
    own = oracle.total([source], period.code, reading)
    if own is None or oracle.fields[source.form, source.field].aggregate.time.value != "sum":
        return own
    within = [
        each.code
        for each in oracle.campaign.periods[: oracle.order[period.code] + 1]
        if each.cumulative and each.statistics.first_on == period.statistics.first_on
    ]
    return added(oracle.total([source], code, reading) for code in within)


def _entered(oracle: Oracle, statistic: Any, period: Any, group: str) -> Mapping[str, Any]:
    """Return what the report that counts names in a group of cells."""
    for report in oracle.filed:
        if group and (report.form, report.ordinal) == (statistic.form, oracle.order[period.code]):
            number = report.counting("official")
            number = report.counting("provisional") if number is None else number
            if number is not None:
                return report.payloads[number]["fields"].get(group) or {}
    return {}


def _baseline(campaign: Any, statistic: Any, period: Any) -> Any:
    if period.statistics is None:
        return None
    ends = [(each.year - 1, each.month, each.day) for each in (period.statistics.first_on, period.statistics.last_on)]
    same = [
        each
        for each in campaign.baselines
        if each.period == period.code
        and statistic.code in each.values
        and [(day.year, day.month, day.day) for day in (each.window.first_on, each.window.last_on)] == ends
    ]
    return max(same, key=lambda each: each.version, default=None)


def _verdict(target: Any, actual: int | None, baseline: int | None) -> tuple[str, int | None, str | None, bool]:
    """Judge with fractions, which is the same as judging with whole numbers."""
    if target.kind == "zero":
        return ("not_comparable" if actual is None else "met" if actual == 0 else "not_met"), None, None, False
    if actual is None or not baseline:
        return ("tracked" if target.kind == "direction_only" else "not_comparable"), None, None, False
    reduction = Fraction(baseline - actual, baseline)
    tenths = int(abs(reduction) * 1000 + Fraction(1, 2))
    told = f"{'-' if reduction > 0 and tenths else ''}{tenths // 10}.{tenths % 10}"
    if target.kind == "direction_only":
        verdict = "tracked"
    elif reduction < 0:
        verdict = "increase"
    elif reduction < Fraction(target.least_percent, 100):
        verdict = "not_met"
    elif target.most_percent is not None and reduction > Fraction(target.most_percent, 100):
        verdict = "exceeded"
    else:
        verdict = "met"
    return verdict, actual - baseline, told, baseline < target.small_below


def _projection(
    campaign: Any,
    period: Any,
    statistic: Any,
    target: Any,
    actual: int | None,
    definition: str,
    entered: Mapping[str, Any],
) -> dict[str, Any] | None:
    if actual is None or period.statistics is None:
        return None
    window = period.statistics
    years = [each for each in campaign.periods if each.statistics and each.statistics.first_on == window.first_on]
    year = max(years, key=lambda each: each.statistics.last_on)
    if year.statistics.last_on == window.last_on:
        return None
    gone = (_seen_until(window, entered) - window.first_on).days + 1
    whole = (year.statistics.last_on - window.first_on).days + 1
    expected, low, high = _interval(actual, gone, whole)
    baseline = _baseline(campaign, statistic, year)
    known = baseline.values[statistic.code] if baseline and baseline.definition_version == definition else None
    return {
        "period": year.code,
        "elapsed_days": gone,
        "total_days": whole,
        "expected": expected,
        "low": low,
        "high": high,
        "baseline": known,
        "outlook": _outlook(target, low, high, known),
    }


def _seen_until(window: Any, entered: Mapping[str, Any]) -> date:
    """Return the day up to which the figure counts: that of its document, within the window."""
    told = entered.get("as_of")
    day = date.fromisoformat(told) if told else window.last_on
    return day if window.first_on <= day <= window.last_on else window.last_on


@cache
def _interval(seen: int, gone: int, whole: int) -> tuple[int, int, int]:
    """Find by trying every total those of which 90 in 100 years with as many would show what was seen."""
    share, tail = Fraction(gone, whole), Fraction(5, 100)

    def at_most(count: int, total: int) -> Fraction:
        return sum((comb(total, each) * share**each * (1 - share) ** (total - each) for each in range(count + 1)),
                   start=Fraction(0))  # fmt: skip

    def first(holds: Callable[[int], bool], start: int) -> int:
        while not holds(start):
            start += 1
        return start

    expected = int(Fraction(seen * whole, gone) + Fraction(1, 2))
    low = first(lambda total: 1 - at_most(seen - 1, total) > tail, seen)
    high = first(lambda total: at_most(seen, total) <= tail, max(expected, seen)) - 1
    return expected, low, max(high, expected)


def _outlook(target: Any, low: int, high: int, baseline: int | None) -> str | None:
    if target.kind == "zero":
        return "unlikely" if low else "open"
    if target.kind == "direction_only" or not baseline:
        return None
    reached = [Fraction(baseline - each, baseline) >= Fraction(target.least_percent, 100) for each in (low, high)]
    return "likely" if all(reached) else "open" if any(reached) else "unlikely"


def light(oracle: Oracle, period_code: str, judged: Iterable[Mapping[str, Any]], *, is_closed: bool = False) -> str:
    """Tell the colour that a period deserves."""
    filing = oracle.filing(period_code)
    verdicts = {each["verdict"] for each in judged}
    if filing["overdue"] or "increase" in verdicts:
        return "red"
    # In a closed period nobody can accept and nobody can answer.
    waits = not is_closed and any(
        each["state"] == "submitted" or (each["state"] == "returned" and each["filing"] != "exempt")
        for each in filing["units"].values()
    )
    return "amber" if filing["late"] or filing["due_soon"] or waits or "not_met" in verdicts else "green"


def state(oracle: Oracle, at: datetime, *, is_closed: bool) -> str:
    """Tell where the campaign stands on the day."""
    campaign = oracle.campaign
    today = at.astimezone(ZoneInfo(campaign.time_zone)).date()
    if is_closed:
        return "closed"
    if today < (campaign.valid_from or campaign.plan.issued_on or campaign.plan.issued_from):
        return "planned"
    return "running" if today <= campaign.valid_to else "compiling"
