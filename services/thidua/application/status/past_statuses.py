"""The status of a period as it stood at a moment that is past, computed anew from the ledger.

Nothing is stored for it and nothing stored is believed, see :mod:`thidua.application.status.past_parts`.
Units are read part by part, each in a snapshot of its own, so that neither memory nor the time for
which anybody waits grows with the roster: the ledger only grows, so what had happened by a moment
stays the same whenever it is read. Rules and plugins are today's, and the receipt says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import reads_whole_statuses
from thidua.application.access.permissions import require
from thidua.application.derived.composing import compose_document
from thidua.application.derived.composing import entered_statistics
from thidua.application.derived.status_inputs import Closed
from thidua.application.ports.derived_ports import FilingOrder
from thidua.application.ports.host import Host
from thidua.application.ports.reach import Crossing
from thidua.application.ports.rows import PeriodRow
from thidua.application.ports.rows import RosterRow
from thidua.application.ports.rows import UnitFigures
from thidua.application.ports.rows import UnitFiling
from thidua.application.ports.shard_sums import ShardSums
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.reports.receipts import past_receipt_of
from thidua.application.reports.receipts import said_moment
from thidua.application.status.past_parts import PastMoment
from thidua.application.status.past_parts import part_at
from thidua.application.status.status_details import add_details
from thidua.application.status.status_details import part_of
from thidua.application.status.statuses import Listing
from thidua.application.status.statuses import StatusView
from thidua.application.status.statuses import unknown_period
from thidua.application.status.veiled_status import accepted_only
from thidua.application.years.seen import as_read
from thidua.domain.accounts import Actor
from thidua.domain.cell_sums import shard_of
from thidua.domain.errors import MalformedRequestError
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import TooLargeError
from thidua.domain.filing import URGENCY
from thidua.forms.plain_values import RuleOfThePlugin
from thidua_sdk import Campaign

__all__ = ["MOST_REPORTS", "past_status"]

#: So many reports are counted while somebody waits at a page; more of them take too long for that.
MOST_REPORTS = 5000


def past_status(
    host: Host,
    actor: Actor,
    campaign_code: str,
    period_code: str | None = None,
    *,
    at: datetime,
    most_reports: int | None = MOST_REPORTS,
    most_in_details: int | None = None,
    listing: Listing | None = None,
) -> StatusView:
    """Compute a period's status as of a moment; without a period, that of the newest opened by then.

    Args:
        host: the ports.
        actor: who reads; sees of it what the person sees of the status now.
        campaign_code: the campaign.
        period_code: the period.
        at: the moment; what was done at this very moment counts.
        most_reports: with more reports filed by then nothing is computed; None for no bound.
        most_in_details: a roster of more units comes without what is kept unit by unit.
        listing: some units to list apart, whatever the size of the roster.

    Raises:
        NotAllowedError: no role of the person reads statuses.
        MalformedRequestError: the moment has not come yet.
        NotFoundError: campaign or period was not opened by then, or the campaign's plugin does not serve.
        TooLargeError: there are more reports than ``most_reports``.
        ConflictError: a chain of the ledger cannot be told.
    """
    require(actor, Right.READ_STATUS)
    sees_units = reads_whole_statuses(actor)
    began = host.clock.now()
    with host.work.reading() as work, work.crossing(Crossing.PAST_FIGURES):
        year = as_read(host, work, campaign_code)
        host = year.host
        moment, closed = _moment(host, work, campaign_code, period_code, at, began)
        codes = [row.code for row in moment.periods]
        reports = work.filed_reports.count_filed(campaign_code, codes, at)
        if most_reports is not None and reports > most_reports:
            raise _too_large(host, moment, reports, most_reports)
        units = work.obligations.units(campaign_code, codes)
        roster = len(work.obligations.units(campaign_code, [moment.period.code]))
    has_details = most_in_details is None or roster <= most_in_details
    shards: dict[int, ShardSums] = {}
    filings: list[UnitFiling] = []
    days: dict[str, Mapping[str, int] | None] = {}
    figures: list[UnitFigures] = []
    entered: list[RosterRow] = []
    for number, in_part in _by_part(units):
        with host.work.reading() as work, work.crossing(Crossing.PAST_FIGURES):
            part = part_at(host, work, moment, in_part)
        shards[number] = part.sums
        filings += part.filings
        days.update(part.days)
        entered += part.statistics
        if has_details:
            figures += part.figures
    with host.work.reading() as work, work.crossing(Crossing.PAST_FIGURES):
        statistics = entered_statistics(moment.campaign, _in_order(entered), work.reports.payloads)
    row = compose_document(
        host,
        moment.campaign,
        moment.period.code,
        at,
        shards=shards,
        statistics=statistics,
        closed=closed,
        began=began,
    )
    computed_at = host.clock.now()
    document = dict(row.document) | {"computed_at": computed_at.isoformat(), "as_of": at.isoformat()}
    filings.sort(key=_place)
    entries: list[Mapping[str, object]] = []
    if has_details:
        entries = _entries(filings, days)
        add_details(document, figures, entries)
    document["filing"] = {**part_of(document, "filing"), "units": entries}
    inputs = past_receipt_of(host, row, at, computed_at)
    if year.is_pinned:
        said = (str(inputs["sentence"]), _left_out(host, campaign_code))
        inputs |= {"sentence": " ".join(filter(None, said)), "pinned": year.note}
    document["inputs"] = inputs
    if not sees_units:
        document = accepted_only(document, moment.campaign, is_past=True)
    listed = _entries(_listed(filings, listing), days) if listing is not None and sees_units else []
    reader = "p" if sees_units else "o"
    digest = str(document["digest"])[:16]
    return StatusView(document, f"{campaign_code}-{moment.period.code}-{digest}-{reader}", listed, year.note)


def _countable(campaign: Campaign) -> Campaign:
    """Leave out the duties whose rule was the plugin's own code and went with it."""
    kept = tuple(duty for duty in campaign.duties if not isinstance(duty.evidence, RuleOfThePlugin))
    return campaign if len(kept) == len(campaign.duties) else replace(campaign, duties=kept)


def _left_out(host: Host, campaign_code: str) -> str:
    """Say which duties a pinned year cannot be judged by anew; empty for none."""
    duties = host.catalogue.campaign(campaign_code).duties
    codes = [duty.code for duty in duties if isinstance(duty.evidence, RuleOfThePlugin)]
    if not codes:
        return ""
    return f"Không xét lại được nhiệm vụ {', '.join(codes)} vì quy tắc xét nằm trong phần mềm riêng của đợt."


def _moment(
    host: Host, work: UnitOfWork, campaign_code: str, period_code: str | None, at: datetime, now: datetime
) -> tuple[PastMoment, Closed]:
    """Find what is asked for, and tell what was closed by then."""
    when = said_moment(host, at)
    if at > now:
        raise MalformedRequestError(f"Lúc {when} chưa đến, nên chưa có tình hình để xem.", subject="at")
    opened = work.campaigns.get(campaign_code)
    if opened is None:
        raise unknown_period(campaign_code, period_code or "")
    campaign = _countable(host.catalogue.campaign(campaign_code))
    if opened.opened_at > at:
        since = said_moment(host, opened.opened_at)
        raise NotFoundError(f"Lúc {when} đợt thi đua này chưa mở; đợt mở lúc {since}.", subject=campaign_code)
    known = work.campaigns.periods(campaign_code)
    by_then = [row for row in known if row.opened_at <= at]
    wanted = by_then[-1] if by_then and period_code is None else _named(known, period_code)
    if wanted is None:
        if period_code is not None:
            raise unknown_period(campaign_code, period_code)
        raise NotFoundError(f"Lúc {when} chưa mở kỳ báo cáo nào.", subject=campaign_code)
    if wanted.opened_at > at:
        name = _name(campaign, wanted.code)
        raise NotFoundError(
            f"Lúc {when} {name} chưa mở; kỳ này mở lúc {said_moment(host, wanted.opened_at)}.", subject=wanted.code
        )
    counted = tuple(row for row in by_then if row.ordinal <= wanted.ordinal)
    return (
        PastMoment(campaign, counted, at, until=min(at, wanted.closed_at or at)),
        Closed(
            campaign=opened.closed_at is not None and opened.closed_at <= at,
            period=wanted.closed_at is not None and wanted.closed_at <= at,
        ),
    )


def _named(periods: Iterable[PeriodRow], code: str | None) -> PeriodRow | None:
    return next((row for row in periods if row.code == code), None)


def _name(campaign: Campaign, period_code: str) -> str:
    return next((f"kỳ “{period.name}”" for period in campaign.periods if period.code == period_code), period_code)


def _too_large(host: Host, moment: PastMoment, reports: int, most: int) -> TooLargeError:
    local = moment.at.astimezone(host.zone)
    return TooLargeError(
        f"Đến lúc đó đã có {reports} báo cáo, nhiều hơn {most} nên không tính ngay trên trang được. Hãy nhờ người "
        f"quản trị chạy trên máy chủ: thidua status show {moment.campaign.code} --period {moment.period.code} "
        f"--at {local.isoformat(timespec='seconds')}",
        subject=moment.period.code,
    )


def _by_part(units: Iterable[str]) -> list[tuple[int, list[str]]]:
    parts: dict[int, list[str]] = defaultdict(list)
    for code in units:
        parts[shard_of(code)].append(code)
    return sorted(parts.items())


def _in_order(roster: Iterable[RosterRow]) -> list[RosterRow]:
    return sorted(roster, key=lambda row: (row.obligation.unit_order, row.obligation.unit_code))


def _place(filing: UnitFiling) -> tuple[int, str]:
    return filing.place, filing.unit_code


def _listed(filings: Iterable[UnitFiling], listing: Listing) -> list[UnitFiling]:
    """List some units as they are listed now."""
    orders = {
        FilingOrder.LIST: _place,
        FilingOrder.URGENCY: lambda each: (URGENCY[each.filing], each.due_at, *_place(each)),
        FilingOrder.DUE: lambda each: (each.due_at, URGENCY[each.filing], *_place(each)),
    }
    wanted = frozenset(listing.states)
    return sorted((each for each in filings if each.filing in wanted), key=orders[listing.order])[: listing.at_most]


def _entries(filings: Sequence[UnitFiling], days: Mapping[str, Mapping[str, int] | None]) -> list[Mapping[str, object]]:
    return [{**each.entry, "days": days[each.unit_code]} for each in filings]
