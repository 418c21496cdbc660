"""What repositories give and take: frozen rows of what is stored.

Times are aware; instants end ``_at``, civil dates end ``_on``. What comes by the ten thousand is a
named tuple, which is made three times as fast as a dataclass.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from thidua.domain.accounts import Account
from thidua.domain.filing import FilingState
from thidua.domain.pins import Pin
from thidua.domain.reports import Channel
from thidua.domain.reports import Obligation
from thidua.domain.reports import PeriodState
from thidua.domain.reports import Report
from thidua.domain.reports import Revision
from thidua.domain.rollups import Cell
from thidua.domain.rollups import Cells

__all__ = [
    "KEPT_ATTEMPTS",
    "MOST_ATTEMPTS",
    "CampaignRow",
    "EarlierPayload",
    "FilingContext",
    "Health",
    "NewRevision",
    "OutboxRow",
    "PeriodRow",
    "ReportFacts",
    "RollupTotal",
    "RosterRow",
    "SessionRow",
    "StatusRow",
    "TokenRow",
    "UnitFigures",
    "UnitFiling",
    "UnitRollup",
    "accepted_duty",
]


@dataclass(frozen=True, slots=True)
class TokenRow:
    """An API token; only its digest is stored. ``scopes`` None: all that the account may."""

    digest: str
    account_id: int
    label: str
    created_at: datetime
    expires_at: datetime
    scopes: tuple[str, ...] | None = None
    made_by: int | None = None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session that is good, with its account; moments that the session has not had are None."""

    account: Account
    seen_at: datetime
    confirmed_at: datetime | None
    second_factor_at: datetime | None


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign that was opened."""

    code: str
    opened_at: datetime
    closed_at: datetime | None
    issued_on: str | None
    version: int
    #: In force; None before the first.
    pin: Pin | None = None


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A period that was opened; ``ordinal`` orders the campaign's periods as its plugin lists them."""

    campaign_code: str
    code: str
    ordinal: int
    state: PeriodState
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class FilingContext:
    """All that filing one report must know, read in one go.

    ``database_now`` is the database's clock. ``earlier`` holds the unit's newest payloads of the
    campaign's earlier periods, oldest period first. ``replay`` is the revision filed before under the
    same idempotency key by the same person, with its report.
    """

    database_now: datetime
    period_state: PeriodState | None
    obligation: Obligation | None
    report: Report | None
    earlier: tuple[EarlierPayload, ...]
    replay: tuple[Report, Revision] | None
    #: Of the plugins for which the form takes no reports; None if it does.
    held_digest: str | None = None
    #: Of the campaign's pin in force; None before the first.
    pin: str | None = None


@dataclass(frozen=True, slots=True)
class EarlierPayload:
    """A unit's newest filed payload of another period of the campaign."""

    period_code: str
    ordinal: int
    accepted: bool
    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class NewRevision:
    """A revision about to be written."""

    number: int
    form_version: int
    schema_digest: str
    payload: Mapping[str, object]
    channel: Channel
    is_estimate: bool
    filed_by: int
    received_at: datetime
    confirmed: tuple[Mapping[str, object], ...]
    idempotency_key: str | None
    request_digest: str | None


#: How often a change is tried alone before it is set aside; see ``application.background.drain``.
MOST_ATTEMPTS = 5
#: As many "attempts" has a change of a campaign whose plugin is in quarantine: it waits for the plugin.
KEPT_ATTEMPTS = 1_000_000


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A change that statuses have not taken in yet.

    It names a report, or only a unit where its obligation changed or its figures are to be carried
    into a period, or neither where nothing but the period's document is to be composed.
    """

    id: int
    report_id: int | None
    campaign_code: str
    period_code: str
    unit_code: str
    created_at: datetime
    attempts: int

    @property
    def is_of_document(self) -> bool:
        """Tell whether there is nothing to count, only a document to compose."""
        return not self.unit_code


class ReportFacts(NamedTuple):
    """The whole numbers of one revision.

    ``numbers`` go by key (``domain.rollups.key_of``): the whole field, ``topic:<code>`` for a split,
    ``is:<option>`` or ``<column>=<option>`` for counted choices. ``filed`` and ``accepted`` tell
    whether the revision is the newest filed and the accepted one.
    """

    report_id: int
    revision: int
    campaign_code: str
    period_code: str
    ordinal: int
    unit_code: str
    unit_type: str
    form_code: str
    filed: bool
    accepted: bool
    numbers: Mapping[str, int]


def accepted_duty(code: str) -> str:
    """Name a duty's state as accepted reports alone show it."""
    return f"{code}@accepted"


class UnitRollup(NamedTuple):
    """One unit's cells in one period, by form and key, and the states of its duties.

    A duty's state by what was filed goes by its code, by what was accepted by ``accepted_duty``.
    """

    campaign_code: str
    period_code: str
    unit_code: str
    unit_type: str
    cells: Cells
    duties: Mapping[str, str]


class UnitFigures(NamedTuple):
    """One unit's readings in one period as they are kept: cells by form and key, states by duty.

    Each cell is the four readings of ``domain.rollups.Cell``, as a plain list.
    """

    unit_code: str
    cells: Mapping[str, Mapping[str, Sequence[int | None]]]
    duties: Mapping[str, str]


class RollupTotal(NamedTuple):
    """The sum over the units of one type; None where no unit has data.

    ``told`` are the places of the periods that told each reading of a figure of outside origin, empty
    for what is added.
    """

    unit_type: str
    form_code: str
    field: str
    part: str
    cell: Cell
    told: tuple[int | None, ...] = ()


class UnitFiling(NamedTuple):
    """Where one unit of a period's roster stands, as of ``judged_at`` and until ``turns_at``.

    ``place`` orders the roster, ``entry`` is what the status document lists of the unit. ``counts``
    tells whether one of its filings counts, ``accepted`` whether one was accepted, ``waits`` whether
    one waits for that. Time alone changes nothing before ``turns_at``; None if it never does.
    """

    campaign_code: str
    period_code: str
    unit_code: str
    unit_type: str
    place: int
    filing: FilingState
    counts: bool
    accepted: bool
    waits: bool
    due_at: datetime
    judged_at: datetime
    turns_at: datetime | None
    entry: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RosterRow:
    """An obligation with the report that meets it, if any."""

    obligation: Obligation
    report: Report | None


@dataclass(frozen=True, slots=True)
class StatusRow:
    """The stored status document of one period.

    ``version`` grows with each replacement (the ETag). ``valid_until`` is the next moment at
    which time alone changes it, None if no such moment is left.
    """

    campaign_code: str
    period_code: str
    document: Mapping[str, object]
    digest: str
    version: int
    computed_at: datetime
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class Health:
    """What readiness is judged by.

    ``schema_version`` is None on an empty database. ``oldest_waiting_at`` is the creation of the
    oldest outbox row not applied, ``worked_at`` the last work done by a task (not a timer).
    """

    schema_version: str | None
    waiting: int
    oldest_waiting_at: datetime | None
    worked_at: datetime | None
    database_now: datetime
