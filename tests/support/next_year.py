"""A campaign like that of 2021, a year later, as a plugin of its own would bring it; and what it compares."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from thidua_campaign_atgt_2021 import plugin as this_year

from thidua.plugin_host.discovery import CAMPAIGNS
from thidua.plugin_host.discovery import Found
from thidua.plugin_host.discovery import found_plugins
from thidua.plugin_host.registry import Registry
from thidua.plugin_host.registry import registry_of
from thidua_sdk import Campaign
from thidua_sdk import Comparison
from thidua_sdk import Continued
from thidua_sdk import Period
from thidua_sdk import Window

CODE = "LATER"
_SOURCE = "Kế hoạch thử"


def a_comparison(*entries: Continued, dropped: Iterable[str] = (), **changed: Any) -> Comparison:
    """A map in which everything is the same but for some entries."""
    told = {code for entry in entries for code in (*entry.now, *entry.before)}
    same = (each.code for each in this_year.indicators if each.code not in told)
    return replace(
        Comparison(
            campaign=this_year.code,
            indicators=(*Comparison.of_same(*same, source=_SOURCE), *entries),
            periods={each.code.replace("2021", "2022"): each.code for each in this_year.periods if each.activity},
            source=_SOURCE,
        ),
        **changed,
    )


def next_year(*entries: Continued, **changed: Any) -> Campaign:
    """The campaign, changed as asked."""
    plan = replace(this_year.plan, issued_from=_later(this_year.plan.issued_from), parent_issued_on=date(2022, 1, 26))
    examples = json.loads(
        json.dumps({code: list(each) for code, each in this_year.examples.items()}).replace("2021-", "2022-")
    )
    campaign = replace(
        this_year,
        code=CODE,
        year=2022,
        plan=plan,
        valid_to=_later(this_year.valid_to),
        baselines=(),
        periods=tuple(_shifted(each) for each in this_year.periods),
        examples={code: tuple(each) for code, each in examples.items()},
        compares_with=a_comparison(*entries),
    )
    return replace(campaign, **changed)


def serving(*campaigns: Campaign) -> Registry:
    """The installed plugins and some more."""
    installed = [each for each in found_plugins() if each.plugin.code in {*_needed(), this_year.code}]
    found = registry_of((*installed, *(Found.of(CAMPAIGNS, each.code, "test", "1", each) for each in campaigns)))
    assert found.quarantined == ()
    return found


def _needed() -> set[str]:
    return {code for period in this_year.periods for use in period.forms for code in use.unit_types}


def _shifted(period: Period) -> Period:
    return replace(
        period,
        code=period.code.replace("2021", "2022"),
        cutoff_on=None if period.cutoff_on is None else _later(period.cutoff_on),
        statistics=_window(period.statistics),
        activity=_window(period.activity),
    )


def _window(window: Window | None) -> Window | None:
    return None if window is None else Window(_later(window.first_on), _later(window.last_on))


def _later(day: date) -> date:
    return day.replace(year=day.year + 1)
