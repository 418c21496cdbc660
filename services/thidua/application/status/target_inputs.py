"""Open a target to its figure, its baseline and the comparison in whole numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require
from thidua.application.ports.host import Host
from thidua.application.status.figures import Asked
from thidua.application.status.figures import Reading
from thidua.application.status.figures import Span
from thidua.application.status.inputs import FigureInputs
from thidua.application.status.inputs import figure_in
from thidua.application.status.opened_status import OpenedStatus
from thidua.application.status.opened_status import Page
from thidua.application.status.opened_status import opened_status
from thidua.domain.accounts import Actor
from thidua.domain.errors import NotFoundError
from thidua.domain.targets import comparison
from thidua_sdk import Baseline
from thidua_sdk import Indicator
from thidua_sdk import Statistic
from thidua_sdk import Target

__all__ = ["TargetInputs", "target_inputs"]


@dataclass(frozen=True, slots=True)
class TargetInputs:
    """A target as the stored document judged it.

    ``entry`` is the document's, ``steps`` the comparison written out, ``baseline`` the version it was
    judged by and ``statistic`` the figure's definition. ``figure`` opens the figure itself, None
    where no indicator of the campaign is fed by the same cell.
    """

    status: OpenedStatus
    target: Target
    statistic: Statistic
    entry: Mapping[str, object]
    baseline: Baseline | None
    steps: tuple[str, ...]
    figure: FigureInputs | None


def target_inputs(host: Host, actor: Actor, campaign_code: str, period_code: str | None, code: str) -> TargetInputs:
    """Open a target to its inputs.

    Raises:
        NotAllowedError: the person reads no statuses.
        NotFoundError: there is no such campaign, period or target, or its figure is provisional and
            the person reads accepted ones only.
    """
    require(actor, Right.READ_STATUS)
    with opened_status(host, actor, campaign_code, period_code) as (work, status):
        target = next((each for each in status.campaign.targets if each.code == code), None)
        entry = status.entry("targets", "code", code)
        if target is None or entry is None or (entry.get("is_provisional") and not status.sees_units):
            raise NotFoundError("Kế hoạch này không có chỉ tiêu đó.", subject=code)
        statistic = next(each for each in status.campaign.statistics if each.code == target.statistic)
        key = next((key for each in status.campaign.indicators if (key := _key(each, statistic))), None)
        reading = Reading.PROVISIONAL if entry.get("is_provisional") else Reading.OFFICIAL
        span = Span.CUMULATIVE if entry.get("is_cumulative") else Span.PERIOD
        asked = None if key is None else Asked(key=key, reading=reading, span=span)
        figure = None if asked is None else figure_in(host, work, status, asked, Page())
    reason = str(entry.get("reason") or "")
    steps = comparison(target, actual=_count(entry, "actual"), baseline=_count(entry, "baseline"))
    return TargetInputs(
        status=status,
        target=target,
        statistic=statistic,
        entry=entry,
        baseline=None
        if entry.get("baseline_is_entered")
        else _baseline(status, statistic, entry.get("baseline_version")),
        steps=(reason,) if reason else steps,
        figure=figure,
    )


def _baseline(status: OpenedStatus, statistic: Statistic, version: object) -> Baseline | None:
    """Return the plan's baseline that the document names, None where it was entered or there is none."""
    return next(
        (
            each
            for each in status.campaign.baselines
            if each.period == status.period.code and each.version == version and statistic.code in each.values
        ),
        None,
    )


def _key(indicator: Indicator, statistic: Statistic) -> str:
    """Return the entry of an indicator that the statistic's cell alone feeds, empty if there is none."""
    fed = [source for source in indicator.sources if (source.form, source.field) == (statistic.form, statistic.field)]
    if len(fed) != 1 or sum(source.scope == fed[0].scope for source in indicator.sources) != 1:
        return ""
    return f"{indicator.code}.{fed[0].scope}" if fed[0].scope else indicator.code


def _count(entry: Mapping[str, object], name: str) -> int | None:
    value = entry.get(name)
    return value if isinstance(value, int) else None
