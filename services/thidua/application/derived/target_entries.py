"""Write a target's entry of the status document: verdict, pace, and how the year may end.

The Office enters published figures with its report; what they are compared with comes from the
campaign: the same window of the year before, in the newest version known, by the same definition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import date

from thidua.domain.projection import CONFIDENCE_PERCENT
from thidua.domain.projection import OUTLOOK_LABELS
from thidua.domain.projection import outlook_of
from thidua.domain.projection import project
from thidua.domain.targets import VERDICT_LABELS
from thidua.domain.targets import judge_target
from thidua_sdk import Baseline
from thidua_sdk import Campaign
from thidua_sdk import Period
from thidua_sdk import Statistic
from thidua_sdk import Target
from thidua_sdk import TimeRule
from thidua_sdk import Window

__all__ = ["Figures", "adds_over_window", "statistic_of", "target_entry"]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a target is judged from: figures of the period's window, and what was entered beside them.

    ``entered`` names the document, the day and the definition, as the Office gave them, and
    ``before`` the figures of the year before that it entered, with their version.
    """

    campaign: Campaign
    period: Period
    official: int | None
    provisional: int | None
    entered: Mapping[str, object]
    before: Mapping[str, object] = field(default_factory=dict)
    time_rule: TimeRule | None = None

    @property
    def actual(self) -> int | None:
        """The accepted figure, the filed one while none is accepted."""
        return self.provisional if self.official is None else self.official

    @property
    def as_of(self) -> date | None:
        """The day up to which the document that gives the figure counts, None if it names none."""
        told = self.entered.get("as_of")
        try:
            return date.fromisoformat(told) if isinstance(told, str) else None
        except ValueError:
            return None


def adds_over_window(campaign: Campaign, period: Period, rule: TimeRule | None) -> bool:
    """Tell whether a period's figure is that of its window only together with earlier periods.

    So it is where units tell each period's own number (a flow) and the window begins before the period
    does, as all those before it do. What a source tells is of the whole window already.
    """
    if rule is not TimeRule.SUM or not period.cumulative or period.statistics is None:
        return False
    before = campaign.periods[: campaign.periods.index(period)]
    return all(
        each.statistics is not None and each.statistics.first_on == period.statistics.first_on
        for each in before
        if each.cumulative
    )


def statistic_of(campaign: Campaign, target: Target) -> Statistic:
    """Return the published figure a target is judged by."""
    return next(each for each in campaign.statistics if each.code == target.statistic)


def target_entry(target: Target, figures: Figures) -> dict[str, object]:
    """Write one target's entry, JSON-safe."""
    campaign, period = figures.campaign, figures.period
    statistic = statistic_of(campaign, target)
    definition = str(figures.entered.get("definition_version") or statistic.definition_version)
    baseline = _newest(campaign, statistic, figures, definition)
    judged = judge_target(
        target,
        actual=figures.actual,
        baseline=baseline.values[statistic.code] if baseline else None,
        same_definition=baseline is not None and baseline.definition_version == definition,
        counted_until=_ends_early_on(figures),
    )
    return {
        "code": target.code,
        "label": target.label,
        "kind": target.kind.value,
        "unit_of_measure": statistic.unit_of_measure,
        "least_percent": target.least_percent,
        "most_percent": target.most_percent,
        "baseline": baseline.values[statistic.code] if baseline else None,
        "baseline_version": baseline.version if baseline else None,
        "baseline_is_entered": baseline is not None and baseline not in campaign.baselines,
        "baseline_source": baseline.source_document if baseline else "",
        "baseline_definition_version": baseline.definition_version if baseline else "",
        "baseline_as_of": baseline.as_of.isoformat() if baseline and baseline.as_of else None,
        "window": _written(period.statistics),
        "baseline_window": _written(baseline.window if baseline else None),
        "actual": figures.actual,
        "is_cumulative": adds_over_window(campaign, period, figures.time_rule),
        "is_provisional": figures.official is None and figures.provisional is not None,
        "change": judged.change,
        "change_percent": judged.change_percent,
        "verdict": judged.verdict.value,
        "verdict_label": VERDICT_LABELS[judged.verdict],
        "reason": judged.reason,
        "small_numbers": judged.small_numbers,
        "definition_version": definition,
        "source": str(figures.entered.get("source_document") or ""),
        "as_of": figures.as_of.isoformat() if figures.as_of else None,
        "clause": target.clause,
        "projection": _projection(target, statistic, figures, definition),
    }


def _projection(target: Target, statistic: Statistic, figures: Figures, definition: str) -> dict[str, object] | None:
    """Write how the year may end, None where the year is over, or nothing is known of it."""
    year = _year_of(figures.campaign, figures.period)
    window, actual = figures.period.statistics, figures.actual
    if year is None or year.statistics is None or window is None or actual is None:
        return None
    elapsed_days = ((_ends_early_on(figures) or window.last_on) - window.first_on).days + 1
    projection = project(actual, elapsed_days=elapsed_days, total_days=year.statistics.days)
    baseline = _baseline(figures.campaign, statistic, year.code, year.statistics)
    comparable = baseline is not None and baseline.definition_version == definition
    whole = baseline.values[statistic.code] if baseline and comparable else None
    outlook = outlook_of(target, projection, baseline=whole)
    return {
        "period": year.code,
        "elapsed_days": elapsed_days,
        "total_days": year.statistics.days,
        "expected": projection.expected,
        "low": projection.low,
        "high": projection.high,
        "confidence_percent": CONFIDENCE_PERCENT,
        "baseline": whole,
        "most_allowed": _most_allowed(target, whole),
        "outlook": outlook.value if outlook else None,
        "outlook_label": OUTLOOK_LABELS[outlook] if outlook else "",
    }


def _ends_early_on(figures: Figures) -> date | None:
    """Return the day with which a figure ends, where that is before its window does.

    A document dated later than the window is taken to speak of the window, which ends before it is
    written; one of before the window has no day in it and cannot be meant.
    """
    window, as_of = figures.period.statistics, figures.as_of
    return as_of if window and as_of and window.first_on <= as_of < window.last_on else None


def _written(window: Window | None) -> dict[str, str] | None:
    if window is None:
        return None
    return {"first_on": window.first_on.isoformat(), "last_on": window.last_on.isoformat()}


def _year_of(campaign: Campaign, period: Period) -> Period | None:
    """Return the period whose statistics begin with this one's and last longest, None if that is this one."""
    window = period.statistics
    if window is None:
        return None
    year, last_on = period, window.last_on
    for other in campaign.periods:
        if other.statistics and other.statistics.first_on == window.first_on and other.statistics.last_on > last_on:
            year, last_on = other, other.statistics.last_on
    return None if year is period else year


def _most_allowed(target: Target, baseline: int | None) -> int | None:
    """Return the highest count with which the target is still met."""
    if baseline is None or target.least_percent is None:
        return None
    return baseline * (100 - target.least_percent) // 100


def _baseline(campaign: Campaign, statistic: Statistic, period_code: str, window: Window | None) -> Baseline | None:
    """Return the newest baseline of the same window a year before, None if none was published."""
    if window is None:
        return None
    matching = [
        baseline
        for baseline in campaign.baselines
        if baseline.period == period_code
        and statistic.code in baseline.values
        and _is_year_before(baseline.window.first_on, window.first_on)
        and _is_year_before(baseline.window.last_on, window.last_on)
    ]
    return max(matching, key=lambda baseline: baseline.version, default=None)


def _newest(campaign: Campaign, statistic: Statistic, figures: Figures, definition: str) -> Baseline | None:
    """Return the newest baseline of a period, the plan's or the one the Office entered; of one version the plan's."""
    planned = _baseline(campaign, statistic, figures.period.code, figures.period.statistics)
    entered = _entered(statistic, figures, definition)
    known = [baseline for baseline in (planned, entered) if baseline is not None]
    return max(known, key=lambda baseline: baseline.version, default=None)


def _entered(statistic: Statistic, figures: Figures, definition: str) -> Baseline | None:
    """Return the figure of the year before that the Office entered beside this year's, of the same definition."""
    window = figures.period.statistics
    value, version = figures.before.get(statistic.field), figures.before.get("version")
    if window is None or type(value) is not int or type(version) is not int:
        return None
    return Baseline(
        period=figures.period.code,
        version=version,
        window=Window(_year_before(window.first_on), _year_before(window.last_on)),
        values={statistic.code: value},
        source_document="Số cùng kỳ năm trước do Văn phòng Sở nhập cùng báo cáo",
        as_of=None,
        definition_version=definition,
        source=statistic.source,
    )


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        # The 29th of February has no day a year before; its window ended with the month.
        return day.replace(year=day.year - 1, day=28)


def _is_year_before(earlier: date, later: date) -> bool:
    return (earlier.year + 1, earlier.month, earlier.day) == (later.year, later.month, later.day)
