"""A report, its revisions and its events: the ledger's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from datetime import datetime
from enum import StrEnum

__all__ = [
    "CHANNEL_LABELS",
    "EVENT_LABELS",
    "REPORT_LABELS",
    "Channel",
    "EventKind",
    "Obligation",
    "ObligationChangeKind",
    "PeriodState",
    "Receipt",
    "Report",
    "ReportState",
    "Revision",
    "Standing",
    "provisional_revision",
    "receipt_number",
]


class ReportState(StrEnum):
    """Where a report stands. A draft is not yet a report."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    CONSOLIDATED = "consolidated"
    WITHDRAWN = "withdrawn"


#: The words people see. A revision that a later accepted one replaced is ``superseded``, which is
#: a thing of revisions and not of reports.
REPORT_LABELS = {
    ReportState.SUBMITTED: "Đã gửi (chờ duyệt)",
    ReportState.RETURNED: "Bị trả lại",
    ReportState.ACCEPTED: "Đã tiếp nhận",
    ReportState.CONSOLIDATED: "Đã tổng hợp",
    ReportState.WITHDRAWN: "Thu hồi",
}


class EventKind(StrEnum):
    """What happened to a report."""

    FILED = "filed"
    REFILED = "refiled"
    ENTERED_ON_BEHALF = "entered_on_behalf"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"
    CONSOLIDATED = "consolidated"


#: The words people see.
EVENT_LABELS = {
    EventKind.FILED: "Nộp lần đầu",
    EventKind.REFILED: "Sửa và nộp lại",
    EventKind.ENTERED_ON_BEHALF: "Văn phòng Sở nhập thay từ bản giấy",
    EventKind.RETURNED: "Văn phòng Sở trả lại",
    EventKind.WITHDRAWN: "Đơn vị thu hồi",
    EventKind.ACCEPTED: "Văn phòng Sở tiếp nhận",
    EventKind.SUPERSEDED: "Bản cũ được thay thế",
    EventKind.CONSOLIDATED: "Đã tổng hợp vào báo cáo của Sở",
}


class Channel(StrEnum):
    """Which door a revision came in by."""

    WEB = "web"
    #: Filed on the page, from a draft that was filled from a workbook, whatever was typed in it since.
    WORKBOOK = "workbook"
    API = "api"
    #: Entered by the Office from paper, by whichever way it was typed in.
    ON_BEHALF = "on_behalf"
    SAMPLE = "sample"


#: The words people see.
CHANNEL_LABELS = {
    Channel.WEB: "Nhập trên trang web",
    Channel.WORKBOOK: "Điền từ tệp Excel",
    Channel.API: "Gửi qua API",
    Channel.ON_BEHALF: "Văn phòng Sở nhập thay từ bản giấy",
    Channel.SAMPLE: "Số liệu mẫu",
}


class ObligationChangeKind(StrEnum):
    """How the Office changed what one unit owes."""

    EXTENDED = "extended"
    EXEMPTED = "exempted"
    #: The exemption was taken back: the unit owes the report again.
    OWED_AGAIN = "owed_again"


class PeriodState(StrEnum):
    """Whether a period takes reports."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Obligation:
    """What one unit owes in one period, frozen when the period opened.

    ``unit_name`` and ``attributes`` are those of the unit version valid on the cut-off, or of its
    last version where the unit was dissolved inside the period and owes a closing report:
    ``ends_on`` is then its last day, with which the report's window ends.
    ``due_at`` is the plan's moment, ``extended_to`` a later one granted to this unit, ``locks_at``
    the moment after which nothing is taken any more (None: when the Office closes the period).
    ``exempt_reason`` is empty unless the unit need not report; ``exempt_until`` is the last moment of
    an exemption for a time, None for one without an end.
    """

    id: int
    campaign_code: str
    period_code: str
    unit_code: str
    unit_type: str
    unit_name: str
    unit_order: int
    attributes: Mapping[str, int | bool | str]
    form_code: str
    due_at: datetime
    exempt_reason: str = ""
    extended_to: datetime | None = None
    locks_at: datetime | None = None
    ends_on: date | None = None
    exempt_until: datetime | None = None

    @property
    def is_closing(self) -> bool:
        """Tell whether this is the last report of a unit that was dissolved."""
        return self.ends_on is not None

    def is_exempt(self, now: datetime) -> bool:
        """Tell whether the unit need not report at a moment."""
        return bool(self.exempt_reason) and (self.exempt_until is None or now <= self.exempt_until)

    @property
    def last_moment(self) -> datetime:
        """The last moment in time: the extension's where one was granted."""
        return self.extended_to or self.due_at


@dataclass(frozen=True, slots=True)
class Standing:
    """What punctuality is judged by, folded from a report's ledger and never set by hand.

    Attributes:
        counted_at: receipt of the filing that counts, None while none does (withdrawn, or returned
            as incomplete).
        answer_by: the limit of the return that waits for its answer.
        answered_late: an earlier return was answered after its limit.
    """

    counted_at: datetime | None = None
    answer_by: datetime | None = None
    answered_late: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """One unit's report for one period: where it stands and which revisions count.

    ``revision`` is the newest filed, ``accepted_revision`` the one behind official totals.
    ``first_received_at`` is the ledger's first filing. ``version`` counts the ledger's entries and
    ``head`` is the digest of the last: who changes a report says which version he saw.
    """

    id: int
    campaign_code: str
    period_code: str
    unit_code: str
    unit_type: str
    form_code: str
    state: ReportState
    revision: int
    accepted_revision: int | None
    first_received_at: datetime
    received_at: datetime
    version: int
    head: str
    standing: Standing

    @property
    def was_only_filed(self) -> bool:
        """Tell whether nothing but filings ever happened: each adds one entry and one revision."""
        return self.version == self.revision + 1

    @property
    def provisional_revision(self) -> int | None:
        """The revision behind provisional totals: what was sent back or taken back does not count.

        That holds for a correction taken back after acceptance, too: the newest revision is then
        not the one that stands.
        """
        return provisional_revision(self.state, self.revision, self.accepted_revision)


def provisional_revision(state: ReportState, revision: int, accepted_revision: int | None) -> int | None:
    """Return the revision behind provisional totals; see :attr:`Report.provisional_revision`."""
    return revision if state is ReportState.SUBMITTED else accepted_revision


@dataclass(frozen=True, slots=True)
class Revision:
    """What was filed at one moment, never changed afterwards.

    ``payload`` is the envelope's content as normalised by the readers and accepted by the
    schema. ``confirmed`` lists the warnings (code and cells) that the filer confirmed.
    """

    id: int
    report_id: int
    number: int
    form_version: int
    schema_digest: str
    payload: Mapping[str, object]
    channel: Channel
    is_estimate: bool
    filed_by: int
    received_at: datetime
    confirmed: tuple[Mapping[str, object], ...] = ()
    idempotency_key: str | None = None
    request_digest: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of filing.

    ``confirmed`` lists the warnings the filer confirmed; ``replayed`` tells that the same
    request had been answered before.
    """

    number: str
    report_id: int
    revision: int
    campaign_code: str
    period_code: str
    unit_code: str
    form_code: str
    received_at: datetime
    due_at: datetime
    is_on_time: bool
    channel: Channel
    confirmed: tuple[Mapping[str, object], ...] = ()
    replayed: bool = False


def receipt_number(revision_id: int) -> str:
    """Write the number printed on the receipt of a revision."""
    return f"BN-{revision_id:06d}"
