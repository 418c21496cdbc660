"""The frozen view of the record that rules judge a report against."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from thidua.application.periods.closing import activity_of
from thidua.application.ports.host import Host
from thidua.application.ports.rows import EarlierPayload
from thidua.domain.reports import Obligation
from thidua_sdk import Campaign
from thidua_sdk import EarlierReport
from thidua_sdk import Period
from thidua_sdk import PeriodView
from thidua_sdk import PlanView
from thidua_sdk import Record
from thidua_sdk import UnitView

__all__ = ["record_for"]


def record_for(
    host: Host,
    campaign: Campaign,
    period: Period,
    obligation: Obligation,
    earlier: tuple[EarlierPayload, ...],
    sums: Mapping[tuple[str, str], int | None],
    now: datetime,
) -> Record:
    """Gather the frozen view of the record that rules judge against."""
    cutoff_on = obligation.ends_on or period.cutoff_on or now.astimezone(host.zone).date()
    return Record(
        unit=UnitView(
            obligation.unit_code,
            obligation.unit_name,
            obligation.unit_type,
            MappingProxyType(dict(obligation.attributes)),
        ),
        period=PeriodView(
            code=period.code,
            tags=period.tags,
            ordinal=1 + _periods_before(campaign, period, obligation.form_code),
            cutoff_on=cutoff_on,
            activity=activity_of(period, obligation),
        ),
        plan=PlanView(
            year=campaign.year,
            issued_from=campaign.plan.issued_on or campaign.plan.issued_from,
            parent_issued_on=campaign.plan.parent_issued_on,
            valid_to=campaign.valid_to,
        ),
        today=now.astimezone(host.zone).date(),
        earlier=tuple(_earlier_report(each) for each in earlier),
        accepted_sums=MappingProxyType(dict(sums)),
    )


def _periods_before(campaign: Campaign, period: Period, form_code: str) -> int:
    """Count the earlier periods with a cut-off in which the form is filed."""
    return sum(
        1
        for other in campaign.periods[: campaign.periods.index(period)]
        if other.cutoff_on is not None and any(use.form == form_code for use in other.forms)
    )


def _earlier_report(earlier: EarlierPayload) -> EarlierReport:
    fields = earlier.payload.get("fields")
    rows = {
        name: tuple(MappingProxyType(dict(row)) for row in value if isinstance(row, Mapping))
        for name, value in earlier.payload.items()
        if isinstance(value, list)
    }
    # Rules are code of others: nothing they are handed can be changed.
    seen = MappingProxyType(dict(fields) if isinstance(fields, Mapping) else {})
    return EarlierReport(earlier.period_code, earlier.accepted, seen, MappingProxyType(rows))
