"""Compose the status document of a period from what the workers keep, as of a moment."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from datetime import datetime

from thidua.application.derived.status_document import compose_status
from thidua.application.derived.status_document import digest_of
from thidua.application.derived.status_inputs import Closed
from thidua.application.derived.status_inputs import Inputs
from thidua.application.ports.host import Host
from thidua.application.ports.rows import RosterRow
from thidua.application.ports.rows import StatusRow
from thidua.application.ports.shard_sums import ShardSums
from thidua.application.ports.shard_sums import add_shards
from thidua.application.ports.shard_sums import by_field
from thidua.application.ports.shard_sums import totals_of
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.domain.reports import Report
from thidua.forms.compose import ComposedForm
from thidua_sdk import Campaign
from thidua_sdk import Statistic

__all__ = [
    "Statistics",
    "closed_by_now",
    "compose_document",
    "document_row",
    "entered_statistics",
    "forms_of",
    "statistics_forms",
]

#: What the Office entered beside outside figures (document, day, definition; last year's), by form and group of cells.
Statistics = Mapping[tuple[str, str], Mapping[str, object]]


def document_row(
    host: Host, work: UnitOfWork, campaign_code: str, period_code: str, now: datetime, *, began: datetime | None = None
) -> StatusRow:
    """Compose a period's document from the stored sums.

    Args:
        host: the ports.
        work: a unit of work in which the document is locked.
        campaign_code: a campaign that serves.
        period_code: an opened period.
        now: the moment as of which it is composed.
        began: when the work began whose end the document is; ``now`` if it begins here.
    """
    campaign = host.catalogue.campaign(campaign_code)
    roster = work.campaigns.roster(campaign_code, period_code, forms=statistics_forms(campaign))
    return compose_document(
        host,
        campaign,
        period_code,
        now,
        shards=work.shards.of_period(campaign_code, period_code),
        statistics=entered_statistics(campaign, roster, work.reports.payloads),
        closed=closed_by_now(work, campaign_code, period_code),
        began=began,
    )


def closed_by_now(work: UnitOfWork, campaign_code: str, period_code: str) -> Closed:
    """Tell whether a campaign and a period of it are closed."""
    opened = work.campaigns.get(campaign_code)
    return Closed(
        campaign=opened is not None and opened.closed_at is not None,
        period=any(
            row.closed_at is not None for row in work.campaigns.periods(campaign_code) if row.code == period_code
        ),
    )


def compose_document(
    host: Host,
    campaign: Campaign,
    period_code: str,
    now: datetime,
    *,
    shards: Mapping[int, ShardSums],
    statistics: Statistics,
    closed: Closed,
    began: datetime | None = None,
) -> StatusRow:
    """Compose a period's document from given sums, as of a moment."""
    whole = add_shards(shards)
    document, valid_until = compose_status(
        Inputs(
            campaign=campaign,
            period=next(period for period in campaign.periods if period.code == period_code),
            roster=whole.roster,
            totals=by_field(totals_of(whole.cells)),
            statistics=statistics,
            forms=forms_of(host, campaign),
            closed=closed,
            now=now,
            zone=host.zone,
        )
    )
    digest = digest_of(document)
    took = host.clock.now() - (began or now)
    document |= {
        "computed_at": now.isoformat(),
        "took_ms": max(0, round(took.total_seconds() * 1000)),
        "computed_by": host.catalogue.origin(campaign.code),
        "digest": digest,
    }
    return StatusRow(campaign.code, period_code, document, digest, 0, now, valid_until)


def statistics_forms(campaign: Campaign) -> frozenset[str]:
    """Return the forms in which the Office enters what an outside figure is taken from or compared with."""
    return frozenset(statistic.form for statistic in campaign.statistics if _groups(statistic))


def _groups(statistic: Statistic) -> tuple[str, ...]:
    return tuple(filter(None, (statistic.source_field, statistic.baseline_field)))


def entered_statistics(
    campaign: Campaign,
    roster: Iterable[RosterRow],
    payloads: Callable[[Iterable[tuple[int, int]]], Mapping[tuple[int, int], Mapping[str, object]]],
) -> dict[tuple[str, str], Mapping[str, object]]:
    """Read what the Office entered beside outside figures, from the newest filings that count.

    Args:
        campaign: tells which groups of cells these are.
        roster: may hold other forms, too.
        payloads: reads payloads by (report id, revision).
    """
    counted = {
        row.obligation.form_code: (row.report.id, revision)
        for row in roster
        if row.report is not None and (revision := _counted_revision(row.report)) is not None
    }
    entered: dict[tuple[str, str], Mapping[str, object]] = {}
    wanted = dict.fromkeys(
        (statistic.form, group)
        for statistic in campaign.statistics
        if statistic.form in counted
        for group in _groups(statistic)
    )
    read = payloads({counted[form] for form, _ in wanted}) if wanted else {}
    for form, group in wanted:
        fields = read[counted[form]].get("fields")
        value = fields.get(group) if isinstance(fields, Mapping) else None
        if isinstance(value, Mapping):
            entered[form, group] = value
    return entered


def _counted_revision(report: Report) -> int | None:
    return report.provisional_revision if report.accepted_revision is None else report.accepted_revision


def forms_of(host: Host, campaign: Campaign) -> dict[str, ComposedForm]:
    """Return the whole forms that a campaign's periods ask for, by code."""
    codes = {use.form for period in campaign.periods for use in period.forms}
    return {code: host.catalogue.whole_form(campaign.code, code) for code in sorted(codes)}
