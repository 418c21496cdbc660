"""Read the status of a period: the stored document, its details by unit, and how fresh it is."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import reads_whole_statuses
from thidua.application.access.permissions import require
from thidua.application.ports.derived_ports import FilingOrder
from thidua.application.ports.host import Host
from thidua.application.ports.rows import StatusRow
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.reports.receipts import receipt_of
from thidua.application.reports.receipts import waits_of
from thidua.application.status.status_details import add_details
from thidua.application.status.status_details import days_late
from thidua.application.status.status_details import part_of
from thidua.application.status.veiled_status import accepted_only
from thidua.application.years.seen import as_read
from thidua.domain.accounts import Actor
from thidua.domain.errors import DamagedPinError
from thidua.domain.errors import NotFoundError
from thidua.domain.filing import FilingState
from thidua_sdk import Campaign

__all__ = [
    "Listing",
    "StatusView",
    "earlier_documents",
    "etag_of",
    "newest_period",
    "read_status",
    "roster_of",
    "status_etag",
    "unknown_period",
]

_MINUTE_S = 60
_HOUR_S = 3600

_SET_ASIDE = (
    "Phần mở rộng của đợt thi đua này đang bị cách ly nên số liệu đứng yên; báo cáo đã nộp vẫn còn nguyên, "
    "hãy báo người quản trị."
)


@dataclass(frozen=True, slots=True)
class StatusView:
    """A status as one person may see it; ``etag`` changes whenever the document does.

    ``listed`` are the entries of the units asked for, with their days, none for who may not see units.
    ``pinned`` says that the year is read from its pin, and why.
    """

    document: Mapping[str, object]
    etag: str
    listed: Sequence[Mapping[str, object]] = ()
    pinned: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """Which units of the roster to list, in which order, and how many at most."""

    states: Collection[FilingState] = tuple(FilingState)
    order: FilingOrder = FilingOrder.URGENCY
    at_most: int = 100


def status_etag(host: Host, actor: Actor, campaign_code: str, period_code: str | None) -> str:
    """Return the ETag alone: one cheap read, for pages that ask again and again.

    Raises:
        NotAllowedError, NotFoundError: as in :func:`read_status`.
    """
    require(actor, Right.READ_STATUS)
    with host.work.glancing() as work:
        period_code = period_code or newest_period(work, campaign_code)
        version = work.statuses.version(campaign_code, period_code)
    if version is None:
        raise unknown_period(campaign_code, period_code)
    return etag_of(actor, campaign_code, period_code, *version, now=host.clock.now())


def read_status(
    host: Host,
    actor: Actor,
    campaign_code: str,
    period_code: str | None = None,
    *,
    most_in_details: int | None = None,
    listing: Listing | None = None,
) -> StatusView:
    """Read a period's status; without a period, that of the newest opened one.

    Args:
        host: the ports.
        actor: who reads.
        campaign_code: the campaign.
        period_code: the period.
        most_in_details: a roster of more units comes without what is kept unit by unit.
        listing: some units to list apart, whatever the size of the roster.

    Raises:
        NotAllowedError: no role of the person reads statuses.
        NotFoundError: the campaign or period was never opened.
    """
    require(actor, Right.READ_STATUS)
    sees_units = reads_whole_statuses(actor)
    with host.work.reading() as work:
        period_code = period_code or newest_period(work, campaign_code)
        row = work.statuses.get(campaign_code, period_code)
        if row is None:
            raise unknown_period(campaign_code, period_code)
        waits = waits_of(host, work, campaign_code)
        now = host.clock.now()
        document = dict(row.document)
        units: list[dict[str, object]] = []
        if most_in_details is None or roster_of(document) <= most_in_details:
            units = work.unit_filings.listed(campaign_code, period_code)
            add_details(document, work.rollups.by_unit(campaign_code, period_code), units)
            units = _with_delays(work, row, units, now)
        document["filing"] = {**part_of(document, "filing"), "units": units}
        listed: Sequence[Mapping[str, object]] = ()
        if listing is not None and sees_units:
            listed = _listed(work, row, units, listing, now)
        earlier = [] if sees_units else earlier_documents(work, campaign_code, period_code)
        campaign, note = _campaign(host, work, campaign_code)
    inputs = receipt_of(host, row, waits)
    if note:
        inputs["pinned"] = note
    elif campaign is None:
        inputs["sentence"] = f"{inputs['sentence']} {_SET_ASIDE}"
    document["inputs"] = inputs
    if not sees_units:
        document = accepted_only(document, campaign, earlier)
    etag = etag_of(actor, campaign_code, period_code, row.version, waits.changes, now=now)
    return StatusView(document, etag, listed, note)


def _campaign(host: Host, work: UnitOfWork, code: str) -> tuple[Campaign | None, str]:
    """Return the campaign as it is read, None where nothing tells it, and what is said of its pin."""
    try:
        year = as_read(host, work, code)
    except DamagedPinError as damage:
        return None, damage.message
    return year.host.catalogue.campaigns.get(code), year.note


def roster_of(document: Mapping[str, object]) -> int:
    """Return how many units a document's roster has."""
    number = part_of(document, "filing").get("roster")
    return number if isinstance(number, int) else 0


def _listed(
    work: UnitOfWork, row: StatusRow, units: Sequence[Mapping[str, object]], listing: Listing, now: datetime
) -> Sequence[Mapping[str, object]]:
    """List some units; ``units`` are all of them with their days, if they were read."""
    entries = work.unit_filings.listed(
        row.campaign_code, row.period_code, states=listing.states, order=listing.order, at_most=listing.at_most
    )
    if not units:
        return _with_delays(work, row, entries, now)
    known = {each["unit"]: each for each in units}
    return [known[entry["unit"]] for entry in entries]


def newest_period(work: UnitOfWork, campaign_code: str) -> str:
    """Return the code of the period opened last.

    Raises:
        NotFoundError: none was opened.
    """
    periods = work.campaigns.periods(campaign_code)
    if not periods:
        raise unknown_period(campaign_code, "")
    return periods[-1].code


def earlier_documents(work: UnitOfWork, campaign_code: str, period_code: str) -> list[Mapping[str, object]]:
    """Return the documents of the periods before one, in the plan's order."""
    periods = work.campaigns.periods(campaign_code)
    ordinal = next(each.ordinal for each in periods if each.code == period_code)
    before = (work.statuses.get(campaign_code, each.code) for each in periods if each.ordinal < ordinal)
    return [row.document for row in before if row is not None]


def unknown_period(campaign_code: str, period_code: str) -> NotFoundError:
    """Return the error for a campaign or period that was never opened."""
    return NotFoundError("Đợt thi đua hoặc kỳ báo cáo này chưa mở.", subject=f"{campaign_code} {period_code}".strip())


def etag_of(actor: Actor, campaign_code: str, period_code: str, version: int, waiting: int, *, now: datetime) -> str:
    """Write the tag of what one person may see of a document version."""
    reader = "p" if reads_whole_statuses(actor) else "o"
    # Days late go on by themselves, and for how long something waits: a copy is good for an hour at
    # most, and for a minute while anything waits.
    turn = int(now.timestamp()) // (_MINUTE_S if waiting else _HOUR_S)
    return f"{campaign_code}-{period_code}-{version}-{waiting}-{reader}-{turn}"


def _with_delays(
    work: UnitOfWork, row: StatusRow, units: Sequence[Mapping[str, object]], now: datetime
) -> list[dict[str, object]]:
    delays = _delays(work, row, units, now)
    return [{**unit, "days": delays[str(unit["unit"])]} for unit in units]


def _delays(
    work: UnitOfWork, row: StatusRow, units: Sequence[Mapping[str, object]], now: datetime
) -> dict[str, dict[str, int] | None]:
    """Split each unit's days after its last moment by who held the report; None for those exempt.

    In a closed period nobody holds anything any more: time ends with the closing.
    """
    period = next(each for each in work.campaigns.periods(row.campaign_code) if each.code == row.period_code)
    until = min(now, period.closed_at or now)
    due = {str(unit["unit"]): datetime.fromisoformat(str(unit["due_at"])) for unit in units}
    reports = {
        code: report
        for unit in units
        if due[code := str(unit["unit"])] < until and isinstance(report := unit.get("report"), int)
    }
    ledgers = work.reports.entries(reports.values()) if reports else {}
    return {
        code: days_late(str(unit["filing"]), ledgers.get(reports.get(code, 0), ()), due_at=due[code], until=until)
        for unit in units
        for code in (str(unit["unit"]),)
    }
