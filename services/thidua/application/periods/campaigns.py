"""Open and close campaigns and periods.

The roster is frozen when a period opens. When it closes, the accepted reports become consolidated
in the same transaction, and from then on nothing is filed, returned, withdrawn or accepted in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from datetime import datetime
from datetime import timedelta

from thidua.application.derived.composing import document_row
from thidua.application.derived.taking_in import judge_units
from thidua.application.ports.host import Host
from thidua.application.ports.rows import PeriodRow
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.trail.auditing import note
from thidua.application.trail.sealing import anchor_head
from thidua.application.trail.sealing import seal_waiting
from thidua.application.years.pinning import pin_year
from thidua.application.years.seen import require_serving
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotFoundError
from thidua.domain.lifecycle import consolidate
from thidua.domain.pins import PinReason
from thidua.domain.reports import Obligation
from thidua.domain.reports import PeriodState
from thidua.domain.units import Unit
from thidua.domain.units import UnitVersion
from thidua_sdk import Campaign
from thidua_sdk import Period
from thidua_sdk import Window

__all__ = ["close_campaign", "close_period", "open_campaign", "open_period"]

#: Reports consolidated with one statement.
_PAGE = 500


def open_campaign(host: Host, campaign_code: str) -> bool:
    """Open a campaign whose plugin serves, and pin what it is; an operator's command.

    Returns:
        False if it was open already.
    """
    host.catalogue.campaign(campaign_code)
    with host.work.writing() as work:
        is_new = work.campaigns.open_campaign(campaign_code, host.clock.now())
        if is_new:
            note(host, work, None, Act.CAMPAIGN_CHANGED, Thing.CAMPAIGN, campaign_code, change="opened")
            pin_year(host, work, campaign_code, PinReason.OPENED)
        work.commit()
    return is_new


def close_campaign(host: Host, campaign_code: str) -> None:
    """Close a campaign; its open periods are closed as by :func:`close_period`.

    Raises:
        NotFoundError: it was never opened.
        QuarantinedError: its plugin does not serve, or is not what was pinned.
    """
    with host.work.writing() as work:
        if work.campaigns.get(campaign_code) is None:
            raise NotFoundError("Đợt thi đua này chưa mở.", subject=campaign_code)
        require_serving(host, work, campaign_code)
        now = host.clock.now()
        for period in work.campaigns.periods(campaign_code):
            if period.state is PeriodState.OPEN and work.campaigns.close_period(campaign_code, period.code, now):
                _consolidate(work, campaign_code, period.code, now)
        work.campaigns.close_campaign(campaign_code, now)
        _replace_documents(host, work, campaign_code)
        note(host, work, None, Act.CAMPAIGN_CHANGED, Thing.CAMPAIGN, campaign_code, change="closed")
        work.commit()
    host.bell.ring()
    _anchor(host)


def open_period(host: Host, campaign_code: str, period_code: str) -> int:
    """Open a period: write what every unit owes, by the unit version valid on the cut-off.

    Returns:
        The number of obligations.

    Raises:
        NotFoundError: no such campaign or period, or the campaign was not opened.
        QuarantinedError: the campaign's plugin does not serve, or is not what was pinned.
        ConflictError: the period is open or closed already, waits for a date, or nobody owes anything.
    """
    with host.work.writing() as work:
        require_serving(host, work, campaign_code)
        campaign = host.catalogue.campaign(campaign_code)
        period = _period(campaign, period_code)
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
        units = [owed.unit_code for owed in obligations]
        # Those who filed before, too: a drain under way would not see the new period.
        work.shards.lock(campaign_code, {*units, *work.derived_units.codes(campaign_code)})
        judge_units(host, work, campaign_code, [period_code], units, now)
        work.shards.sum_up(campaign_code, [period_code], units)
        work.statuses.put(document_row(host, work, campaign_code, period_code, now))
        # What units filed before goes on in the new period's cumulative figures.
        announced = work.outbox.announce_units(campaign_code, period_code)
        note(host, work, None, Act.CAMPAIGN_CHANGED, Thing.PERIOD, f"{campaign_code}/{period_code}", change="opened")
        work.commit()
    if announced:
        host.bell.ring()
    return len(obligations)


def close_period(host: Host, campaign_code: str, period_code: str) -> int:
    """Close a period: it takes no more reports, and those accepted are consolidated.

    A report that waits for acceptance stays as it is and is in no official figure.

    Returns:
        The number of reports consolidated.

    Raises:
        NotFoundError: it was never opened.
        QuarantinedError: the campaign's plugin does not serve, or is not what was pinned.
        ConflictError: it is closed already.
    """
    with host.work.writing() as work:
        if all(row.code != period_code for row in work.campaigns.periods(campaign_code)):
            raise NotFoundError("Kỳ báo cáo này chưa mở.", subject=period_code)
        require_serving(host, work, campaign_code)
        now = host.clock.now()
        if not work.campaigns.close_period(campaign_code, period_code, now):
            raise ConflictError("Kỳ báo cáo này đã khóa.", subject=period_code)
        consolidated = _consolidate(work, campaign_code, period_code, now)
        # What waited for the Office waits no more, also where nothing was consolidated.
        work.statuses.lock([(campaign_code, period_code)])
        work.statuses.put(document_row(host, work, campaign_code, period_code, now))
        note(host, work, None, Act.CAMPAIGN_CHANGED, Thing.PERIOD, f"{campaign_code}/{period_code}", change="closed")
        work.commit()
    host.bell.ring()
    _anchor(host)
    return consolidated


def _anchor(host: Host) -> None:
    """Seal what led up to a closing and note the head outside, so that later doubts have a fixed point."""
    seal_waiting(host)
    anchor_head(host)


def _consolidate(work: UnitOfWork, campaign_code: str, period_code: str, now: datetime) -> int:
    """Consolidate what was accepted, page by page; the closing keeps everybody else off the reports."""
    last, consolidated = 0, 0
    while page := work.reports.list(
        unit_codes=None, campaign_code=campaign_code, period_code=period_code, after_id=last, limit=_PAGE
    ):
        last = page[-1].id
        moves = [consolidate(report, at=now, by=None) for report in page if report.accepted_revision is not None]
        work.reports.move_all(moves)
        consolidated += len(moves)
    return consolidated


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
        version, ends_on = _owing(unit, period, period.cutoff_on)
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
            locks_at=None if use.locks is None else host.calendar.due_at(use.locks, period.cutoff_on, host.zone),
            ends_on=ends_on,
        )


def _owing(unit: Unit, period: Period, cutoff_on: date) -> tuple[UnitVersion | None, date | None]:
    """Return the version that owes the report, with its last day where that is a closing report.

    Whoever is there on the cut-off owes the period's report. A unit that ceased before, on a day
    that the report covers, owes one up to that day; it has as long for it as the others have.
    """
    version = unit.version_on(cutoff_on)
    covered = period.activity or period.statistics
    if version is not None or covered is None:
        return version, None
    version = unit.last_version_within(Window(covered.first_on, max(covered.first_on, cutoff_on)))
    if version is None or version.valid_to is None:
        return None, None
    return version, version.valid_to - timedelta(days=1)


def _replace_documents(host: Host, work: UnitOfWork, campaign_code: str) -> None:
    keys = sorted((campaign_code, row.code) for row in work.campaigns.periods(campaign_code))
    work.statuses.lock(keys)
    for _, period_code in keys:
        work.statuses.put(document_row(host, work, campaign_code, period_code, host.clock.now()))
