"""Compose the status document of a period from what the workers keep, as of a moment."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import datetime

from thidua.application.host import Host
from thidua.application.ports import UnitOfWork
from thidua.application.rows import DutyCount
from thidua.application.rows import RollupTotal
from thidua.application.rows import RosterRow
from thidua.application.rows import StatusRow
from thidua.application.status_document import compose_status
from thidua.application.status_document import digest_of
from thidua.application.status_inputs import Inputs
from thidua.forms.compose import ComposedForm
from thidua_sdk import Campaign

__all__ = ["compose_document", "document_row", "forms_of"]


def document_row(host: Host, work: UnitOfWork, campaign_code: str, period_code: str, now: datetime) -> StatusRow:
    """Compose a period's document from the stored cells."""
    return compose_document(
        host,
        work,
        campaign_code,
        period_code,
        now,
        totals=work.rollups.totals(campaign_code, period_code),
        duty_counts=lambda exempt: work.rollups.duty_counts(campaign_code, period_code, besides=exempt),
    )


def compose_document(
    host: Host,
    work: UnitOfWork,
    campaign_code: str,
    period_code: str,
    now: datetime,
    *,
    totals: Sequence[RollupTotal],
    duty_counts: Callable[[frozenset[str]], Sequence[DutyCount]],
) -> StatusRow:
    """Compose a period's document from given totals, as of a moment.

    ``duty_counts`` counts the duty states of the roster's units besides those it is given.
    """
    campaign = host.catalogue.campaign(campaign_code)
    period = next(period for period in campaign.periods if period.code == period_code)
    opened = work.campaigns.get(campaign_code)
    roster = work.campaigns.roster(campaign_code, period_code)
    document, valid_until = compose_status(
        Inputs(
            campaign=campaign,
            period=period,
            roster=roster,
            totals=totals,
            duty_counts=duty_counts(
                frozenset(row.obligation.unit_code for row in roster if row.obligation.is_exempt(now))
            ),
            statistics=_entered_statistics(work, campaign, roster),
            forms=forms_of(host, campaign),
            is_closed=opened is not None and opened.closed_at is not None,
            now=now,
            zone=host.zone,
        )
    )
    digest = digest_of(document)
    document |= {"computed_at": now.isoformat(), "digest": digest}
    return StatusRow(campaign_code, period_code, document, digest, 0, now, valid_until)


def _entered_statistics(
    work: UnitOfWork, campaign: Campaign, roster: Sequence[RosterRow]
) -> dict[tuple[str, str], Mapping[str, object]]:
    """Read what the Office entered beside outside figures: document, day, definition."""
    wanted = {(statistic.form, statistic.source_field) for statistic in campaign.statistics if statistic.source_field}
    entered: dict[tuple[str, str], Mapping[str, object]] = {}
    for row in roster:
        groups = [group for form, group in wanted if form == row.obligation.form_code]
        if row.report is None or not groups:
            continue
        counts = row.report.accepted_revision
        if counts is None:
            counts = row.report.provisional_revision
        if counts is None:
            continue
        payload = work.reports.payloads([(row.report.id, counts)])[row.report.id, counts]
        fields = payload.get("fields")
        for group in groups:
            value = fields.get(group) if isinstance(fields, Mapping) else None
            if isinstance(value, Mapping):
                entered[row.obligation.form_code, group] = value
    return entered


def forms_of(host: Host, campaign: Campaign) -> dict[str, ComposedForm]:
    """Return the whole forms that a campaign's periods ask for, by code."""
    codes = {use.form for period in campaign.periods for use in period.forms}
    return {code: host.catalogue.whole_form(campaign.code, code) for code in sorted(codes)}
