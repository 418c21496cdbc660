"""Open and close campaigns and periods; the roster is frozen when a period opens."""

from __future__ import annotations

from collections.abc import Iterator

from thidua.application.drain import document_row
from thidua.application.host import Host
from thidua.application.ports import UnitOfWork
from thidua.application.rows import PeriodRow
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotFoundError
from thidua.domain.reports import Obligation
from thidua.domain.reports import PeriodState
from thidua.domain.units import Unit
from thidua_sdk import Campaign
from thidua_sdk import Period

__all__ = ["close_campaign", "close_period", "open_campaign", "open_period"]


def open_campaign(host: Host, campaign_code: str) -> bool:
    """Open a campaign whose plugin serves; an operator's command.

    Returns:
        False if it was open already.
    """
    host.catalogue.campaign(campaign_code)
    with host.work.writing() as work:
        is_new = work.campaigns.open_campaign(campaign_code, host.clock.now())
        work.commit()
    return is_new


def close_campaign(host: Host, campaign_code: str) -> None:
    """Close a campaign; its periods take no more reports.

    Raises:
        NotFoundError: it was never opened.
    """
    with host.work.writing() as work:
        if work.campaigns.get(campaign_code) is None:
            raise NotFoundError("Đợt thi đua này chưa mở.", subject=campaign_code)
        now = host.clock.now()
        for period in work.campaigns.periods(campaign_code):
            if period.state is PeriodState.OPEN:
                work.campaigns.close_period(campaign_code, period.code, now)
        work.campaigns.close_campaign(campaign_code, now)
        _replace_documents(host, work, campaign_code)
        work.commit()


def open_period(host: Host, campaign_code: str, period_code: str) -> int:
    """Open a period: write what every unit owes, by the unit version valid on the cut-off.

    Returns:
        The number of obligations.

    Raises:
        NotFoundError: no such campaign or period, or the campaign was not opened.
        ConflictError: the period is open or closed already, waits for a date, or nobody owes anything.
    """
    campaign = host.catalogue.campaign(campaign_code)
    period = _period(campaign, period_code)
    with host.work.writing() as work:
        if work.campaigns.get(campaign_code) is None:
            raise NotFoundError("Đợt thi đua này chưa mở.", subject=campaign_code)
        if any(row.code == period_code for row in work.campaigns.periods(campaign_code)):
            raise ConflictError("Kỳ báo cáo này đã được mở.", subject=period_code)
        obligations = tuple(_obligations(host, campaign, period, work.directory.all()))
        if not obligations:
            raise ConflictError(
                "Không có đơn vị nào phải báo cáo; hãy nhập danh sách đơn vị trước.", subject=period_code
            )
        now = host.clock.now()
        ordinal = campaign.periods.index(period)
        work.campaigns.open_period(
            PeriodRow(campaign_code, period_code, ordinal, PeriodState.OPEN, now, None), obligations
        )
        work.statuses.put(document_row(host, work, campaign_code, period_code, now))
        work.commit()
    return len(obligations)


def close_period(host: Host, campaign_code: str, period_code: str) -> None:
    """Close a period: it takes no more reports.

    Raises:
        NotFoundError: it was never opened.
        ConflictError: it is closed already.
    """
    with host.work.writing() as work:
        row = next((row for row in work.campaigns.periods(campaign_code) if row.code == period_code), None)
        if row is None:
            raise NotFoundError("Kỳ báo cáo này chưa mở.", subject=period_code)
        if row.state is PeriodState.CLOSED:
            raise ConflictError("Kỳ báo cáo này đã khóa.", subject=period_code)
        work.campaigns.close_period(campaign_code, period_code, host.clock.now())
        work.commit()


def _period(campaign: Campaign, period_code: str) -> Period:
    period = next((period for period in campaign.periods if period.code == period_code), None)
    if period is None:
        raise NotFoundError("Không có kỳ báo cáo này.", subject=period_code)
    return period


def _obligations(host: Host, campaign: Campaign, period: Period, units: tuple[Unit, ...]) -> Iterator[Obligation]:
    if period.cutoff_on is None:
        raise ConflictError(f"Chưa mở được kỳ này: {period.opens_with}", subject=period.code)
    uses = {unit_type: use for use in period.forms for unit_type in use.unit_types}
    for unit in units:
        version = unit.version_on(period.cutoff_on)
        if version is None or version.type not in uses:
            continue
        use = uses[version.type]
        yield Obligation(
            id=0,
            campaign_code=campaign.code,
            period_code=period.code,
            unit_code=unit.code,
            unit_type=version.type,
            unit_name=version.short_name,
            unit_order=unit.order,
            attributes=version.attributes,
            form_code=use.form,
            due_at=host.calendar.due_at(use.deadline, period.cutoff_on, host.zone),
        )


def _replace_documents(host: Host, work: UnitOfWork, campaign_code: str) -> None:
    keys = sorted((campaign_code, row.code) for row in work.campaigns.periods(campaign_code))
    work.statuses.lock(keys)
    for _, period_code in keys:
        work.statuses.put(document_row(host, work, campaign_code, period_code, host.clock.now()))
