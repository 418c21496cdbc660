"""A stored status document, opened for reading what stands behind it."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import reads_whole_statuses
from thidua.application.access.permissions import require
from thidua.application.ports.host import Host
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.reports.receipts import receipt_of
from thidua.application.reports.receipts import waits_of
from thidua.application.status.status_details import entries_of
from thidua.application.status.statuses import earlier_documents
from thidua.application.status.statuses import etag_of
from thidua.application.status.statuses import newest_period
from thidua.application.status.statuses import unknown_period
from thidua.application.status.veiled_status import accepted_only
from thidua.application.years.seen import as_read
from thidua.domain.accounts import Actor
from thidua.domain.errors import ConflictError
from thidua_sdk import Campaign
from thidua_sdk import Period

__all__ = ["OpenedStatus", "Page", "opened_status"]


@dataclass(frozen=True, slots=True)
class OpenedStatus:
    """A document with its campaign and period; ``shown`` is what of it its reader may see.

    ``freshness`` is the sentence that says from how many reports it was counted and when,
    ``waiting`` how many changes it has not taken in. ``sees_units`` tells whether the reader may see
    units and provisional figures, not accepted aggregates only. ``host`` is the host as the year is
    read; ``pinned`` says that it is read from its pin, and why.
    """

    campaign: Campaign
    period: Period
    document: Mapping[str, object]
    shown: Mapping[str, object]
    version: int
    computed_at: datetime
    waiting: int
    freshness: str
    etag: str
    sees_units: bool
    host: Host
    pinned: str = ""

    def entry(self, part: str, name: str, value: str) -> Mapping[str, object] | None:
        """Return the entry of one of the document's lists by one of its members, None if there is none."""
        return next((each for each in entries_of(self.document, part) if each.get(name) == value), None)


@dataclass(frozen=True, slots=True)
class Page:
    """Which of many parts are wanted.

    ``version`` is the document's version that the first page was read from, None for the first page:
    pages of two versions would not add up.
    """

    offset: int = 0
    limit: int = 100
    version: int | None = None

    def check(self, status: OpenedStatus) -> None:
        """Refuse to go on in a document that was replaced meanwhile.

        Raises:
            ConflictError: it was.
        """
        if self.version is not None and self.version != status.version:
            raise ConflictError("Số liệu vừa được tính lại; hãy đọc lại từ trang đầu.", subject="cursor")


@contextmanager
def opened_status(
    host: Host, actor: Actor, campaign_code: str, period_code: str | None
) -> Iterator[tuple[UnitOfWork, OpenedStatus]]:
    """Open a period's document and the snapshot it is read from.

    Raises:
        NotAllowedError: no role of the person reads statuses.
        NotFoundError: the campaign or period was never opened, or nothing tells what it was.
        QuarantinedError: its plugin does not serve and it was never pinned, or the pin cannot be read.
    """
    require(actor, Right.READ_STATUS)
    sees_units = reads_whole_statuses(actor)
    with host.work.reading() as work:
        period_code = period_code or newest_period(work, campaign_code)
        row = work.statuses.get(campaign_code, period_code)
        if row is None:
            raise unknown_period(campaign_code, period_code)
        year = as_read(host, work, campaign_code)
        campaign = year.host.catalogue.campaign(campaign_code)
        waits = waits_of(host, work, campaign_code)
        earlier = [] if sees_units else earlier_documents(work, campaign_code, period_code)
        yield (
            work,
            OpenedStatus(
                campaign=campaign,
                period=next(period for period in campaign.periods if period.code == period_code),
                document=row.document,
                shown=row.document if sees_units else accepted_only(row.document, campaign, earlier),
                version=row.version,
                computed_at=row.computed_at,
                waiting=waits.changes,
                freshness=str(receipt_of(host, row, waits)["sentence"]),
                etag=etag_of(actor, campaign_code, period_code, row.version, waits.changes, now=host.clock.now()),
                sees_units=sees_units,
                host=year.host,
                pinned=year.note,
            ),
        )
