"""What the host would know when a golden report comes in: unit, period, plan and past, as ``cases.toml`` tells.

A campaign's own reports need not tell of its periods and plan.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from datetime import datetime
from pathlib import Path
from typing import Any

from thidua_sdk import Campaign
from thidua_sdk import EarlierReport
from thidua_sdk import PeriodView
from thidua_sdk import PlanView
from thidua_sdk import Record
from thidua_sdk import UnitView
from thidua_sdk import Window
from thidua_testkit.conformance.project import Project
from thidua_testkit.conformance.project import ProjectError

__all__ = ["CASES", "Cases", "as_json"]

CASES = "cases.toml"
_KNOWN = {
    "": frozenset({"plan", "periods", "units", "pasts", "reports", "sums"}),
    "reports": frozenset({"code", "level", "cells", "also", "mend", "clear", "past", "sums", "attributes", "today"}),
}


@dataclass(frozen=True)
class Cases:
    """What ``cases.toml`` says."""

    path: Path
    told: Mapping[str, Any]

    @classmethod
    def read(cls, folder: Path) -> Cases:
        """Read the file of a folder of golden reports; without one nothing is said."""
        path = folder / CASES
        told: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        for where, names in (("", told), *(("reports", each) for each in told.get("reports", {}).values())):
            if unknown := sorted(names.keys() - _KNOWN[where]):
                raise ProjectError(
                    f"{path}: {unknown[0]!r} is not known here; known: {', '.join(sorted(_KNOWN[where]))}."
                )
        return cls(path, told)

    @property
    def reports(self) -> Mapping[str, Any]:
        """What is said of each report, by the name of its file without ending."""
        reports: Mapping[str, Any] = self.told.get("reports", {})
        return reports

    def record_of(self, data: Mapping[str, Any], said: Mapping[str, Any], project: Project) -> Record:
        """Return what the host would know when the report comes in."""
        period_code, unit_code = str(data.get("period_code", "")), str(data.get("unit_code", ""))
        period = self.told.get("periods", {}).get(period_code, {})
        unit = self.told.get("units", {}).get(unit_code, {})
        plan = self.told.get("plan", {})
        campaign = project.only_campaign
        if campaign is not None:
            period, plan = _of_the_campaign(campaign, period_code) | period, _of_the_plan(campaign) | plan
        today = said.get("today") or _day_of(data.get("submitted_at")) or period.get("cutoff_on") or date(2000, 12, 31)
        cutoff_on = period.get("cutoff_on", today)
        activity = period.get("activity")
        return Record(
            unit=UnitView(
                unit_code,
                unit.get("name", "Đơn vị thử"),
                unit.get("type") or next(iter(project.filing(str(data.get("form_code")))), ""),
                said.get("attributes", unit.get("attributes", {})),
            ),
            period=PeriodView(
                period_code,
                frozenset(period.get("tags", ())),
                period.get("ordinal", 1),
                cutoff_on,
                Window(*activity) if activity else None,
            ),
            plan=PlanView(
                plan.get("year", today.year),
                plan.get("issued_from", date(today.year, 1, 1)),
                plan.get("parent_issued_on"),
                plan.get("valid_to", date(today.year, 12, 31)),
            ),
            today=today,
            earlier=self.past(said.get("past", period.get("past", ""))),
            accepted_sums={
                (each["form"], each["field"]): each.get("sum") for each in said.get("sums", self.told.get("sums", ()))
            },
        )

    def past(self, name: str) -> tuple[EarlierReport, ...]:
        """Return the earlier reports told under a name, oldest first; none where there is no name.

        Raises:
            ProjectError: nothing is told under it.
        """
        if not name:
            return ()
        pasts = self.told.get("pasts", {})
        if name not in pasts:
            raise ProjectError(f"{self.path}: past {name!r} is not described; add [[pasts.{name}]].")
        return tuple(
            EarlierReport(
                each["period"],
                each.get("accepted", True),
                as_json(each.get("fields", {})),
                {table: tuple(as_json(rows)) for table, rows in each.get("rows", {}).items()},
            )
            for each in pasts[name]
        )


def _of_the_campaign(campaign: Campaign, period_code: str) -> dict[str, Any]:
    """Return what the campaign says of one of its periods, in the words of ``cases.toml``."""
    for ordinal, period in enumerate(campaign.periods, 1):
        if period.code == period_code:
            window = period.activity
            return {
                "tags": period.tags,
                "ordinal": ordinal,
                **({"cutoff_on": period.cutoff_on} if period.cutoff_on else {}),
                **({"activity": (window.first_on, window.last_on)} if window else {}),
            }
    return {}


def _of_the_plan(campaign: Campaign) -> dict[str, Any]:
    return {
        "year": campaign.year,
        "issued_from": campaign.plan.issued_from,
        "parent_issued_on": campaign.plan.parent_issued_on,
        "valid_to": campaign.valid_to,
    }


def as_json(value: Any) -> Any:  # noqa: ANN401  what TOML holds
    """Write TOML's days as the JSON that reports are stored in."""
    if isinstance(value, dict):
        return {name: as_json(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def _day_of(moment: object) -> date | None:
    try:
        return datetime.fromisoformat(str(moment)).date()
    except ValueError:
        return None
