"""A report, its revisions and its events: the ledger's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = [
    "Channel",
    "EventKind",
    "Obligation",
    "PeriodState",
    "Receipt",
    "Report",
    "ReportState",
    "Revision",
    "receipt_number",
]


class ReportState(StrEnum):
    """Where a report stands. A draft is not yet a report."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    CONSOLIDATED = "consolidated"
    WITHDRAWN = "withdrawn"


class EventKind(StrEnum):
    """What happened to a report."""

    FILED = "filed"
    REFILED = "refiled"
    ACCEPTED = "accepted"


class Channel(StrEnum):
    """Which door a revision came in by."""

    WEB = "web"
    API = "api"
    SAMPLE = "sample"


class PeriodState(StrEnum):
    """Whether a period takes reports."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Obligation:
    """What one unit owes in one period, frozen when the period opened.

    ``unit_name`` and ``attributes`` are those of the unit version valid on the cut-off.
    ``exempt_reason`` is empty unless the unit need not report.
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


@dataclass(frozen=True, slots=True)
class Report:
    """One unit's report for one period: where it stands and which revisions count.

    ``revision`` is the newest filed, ``accepted_revision`` the one behind official totals.
    ``first_received_at`` is the ledger's first filing, from which lateness is computed.
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
    confirmed: tuple[Mapping[str, object], ...] = ()
    replayed: bool = False


def receipt_number(revision_id: int) -> str:
    """Write the number printed on the receipt of a revision."""
    return f"BN-{revision_id:06d}"
