"""What use cases need from outside, as protocols that adapters fulfil.

Times are aware; instants are stored as UTC and end ``_at``, civil dates end ``_on``.
Repositories never commit. Lists come back in the order their method names.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from thidua.application.ports.account_ports import Accounts
from thidua.application.ports.account_ports import Invitations
from thidua.application.ports.account_ports import Memberships
from thidua.application.ports.account_ports import Visits
from thidua.application.ports.audit_ports import Audit
from thidua.application.ports.counting_ports import CountedFilings
from thidua.application.ports.credential_ports import Credentials
from thidua.application.ports.credential_ports import Tries
from thidua.application.ports.derived_ports import Facts
from thidua.application.ports.derived_ports import Rollups
from thidua.application.ports.derived_ports import Shards
from thidua.application.ports.derived_ports import Statuses
from thidua.application.ports.derived_ports import UnitFilings
from thidua.application.ports.draft_ports import Drafts
from thidua.application.ports.evidence_port import Evidences
from thidua.application.ports.identity_ports import Identities
from thidua.application.ports.job_ports import DerivedUnits
from thidua.application.ports.job_ports import Jobs
from thidua.application.ports.likeness_ports import FiledPayloads
from thidua.application.ports.obligation_ports import Obligations
from thidua.application.ports.outbox_ports import Outbox
from thidua.application.ports.pin_ports import Pins
from thidua.application.ports.provenance_ports import Provenance
from thidua.application.ports.reach import Crossing
from thidua.application.ports.round_ports import Rounds
from thidua.application.ports.rows import CampaignRow
from thidua.application.ports.rows import EarlierPayload
from thidua.application.ports.rows import FilingContext
from thidua.application.ports.rows import Health
from thidua.application.ports.rows import NewRevision
from thidua.application.ports.rows import PeriodRow
from thidua.application.ports.rows import RosterRow
from thidua.application.ports.succession_ports import Successions
from thidua.application.ports.trail_ports import Trail
from thidua.application.ports.trouble_ports import Troubles
from thidua.application.ports.waiting_ports import FiledReports
from thidua.domain.ledger import Entry
from thidua.domain.lifecycle import Move
from thidua.domain.reports import Channel
from thidua.domain.reports import Obligation
from thidua.domain.reports import Report
from thidua.domain.reports import ReportState
from thidua.domain.reports import Revision
from thidua.domain.units import Unit

__all__ = [
    "Campaigns",
    "Directory",
    "Facts",
    "LedgerActs",
    "Outbox",
    "Reports",
    "Rollups",
    "Statuses",
    "UnitOfWork",
    "UnitsOfWork",
]


class Directory(Protocol):
    """The units with their versions."""

    def lock(self) -> None:
        """Let nobody else change units until the transaction ends, and see what whoever did before has written."""
        ...

    def replace(self, units: Sequence[Unit]) -> int:
        """Write units and versions, replacing those with the same codes; returns how many."""
        ...

    def all(self) -> tuple[Unit, ...]:
        """Return every unit, by order then code."""
        ...

    def some(self, codes: Iterable[str]) -> tuple[Unit, ...]:
        """Return those of some units that there are, by order then code."""
        ...


class Campaigns(Protocol):
    """Campaigns, periods and the roster."""

    def open_campaign(self, code: str, now: datetime) -> bool:
        """Record the opening; False if it was open already."""
        ...

    def get(self, code: str) -> CampaignRow | None:
        """Return a campaign that was opened."""
        ...

    def all(self) -> tuple[CampaignRow, ...]:
        """Return the opened campaigns, oldest opening first."""
        ...

    def close_campaign(self, code: str, now: datetime) -> None:
        """Record the closing."""
        ...

    def periods(self, campaign_code: str) -> tuple[PeriodRow, ...]:
        """Return the opened periods by ordinal."""
        ...

    def open_period(self, period: PeriodRow, obligations: Iterable[Obligation]) -> None:
        """Record the opening with its roster (the obligations' ids are ignored)."""
        ...

    def close_period(self, campaign_code: str, period_code: str, now: datetime) -> bool:
        """Record the closing; False if it was closed already.

        From here to the transaction's end nobody writes to the period's reports, and afterwards
        nobody finds it open.
        """
        ...

    def roster(
        self, campaign_code: str, period_code: str, *, forms: Collection[str] | None = None
    ) -> tuple[RosterRow, ...]:
        """Return the obligations of a period with their reports, by unit order then code; those of some forms only."""
        ...

    def roster_of(
        self, campaign_code: str, period_codes: Iterable[str], unit_codes: Iterable[str]
    ) -> tuple[RosterRow, ...]:
        """Return what some units owe in some periods with their reports, by period, then as a roster."""
        ...

    def on_rosters(
        self, campaign_code: str, period_codes: Iterable[str], unit_codes: Iterable[str]
    ) -> tuple[tuple[str, str, str], ...]:
        """Return (unit, period, unit type) of some units on some periods' rosters."""
        ...

    def owed_by(self, unit_codes: Iterable[str]) -> tuple[RosterRow, ...]:
        """Return what some units owe in all opened periods, newest due first."""
        ...


class LedgerActs(Protocol):
    """What writes the ledger; each act is whole by itself."""

    def file_first(self, move: Move, revision: NewRevision, *, draft_version: int | None = None) -> tuple[int, int]:
        """Write report, revision, entry and outbox row; returns (report id, revision id).

        A ``draft_version`` names the draft that was filed, which goes with the same commit.

        Raises:
            ConflictError: someone filed this report, used this key, or wrote in this draft, a moment ago.
        """
        ...

    def file_again(self, move: Move, revision: NewRevision, *, draft_version: int | None = None) -> int:
        """Write the next revision of a report that stands as it was seen; returns its id.

        Raises:
            ConflictError: the report moved on, the key was used, or the draft changed, a moment ago.
        """
        ...

    def move_all(self, moves: Sequence[Move]) -> None:
        """Write many moves that bring no revision, at once.

        Raises:
            ConflictError: one of the reports moved on a moment ago.
        """
        ...

    def move(self, move: Move) -> None:
        """Write a report's move that brings no revision: its entries and an outbox row.

        Raises:
            ConflictError: the report moved on a moment ago.
        """
        ...


class Reports(LedgerActs, Protocol):
    """The ledger."""

    def context(
        self, *, campaign_code: str, period_code: str, unit_code: str, account_id: int, idempotency_key: str | None
    ) -> FilingContext:
        """Read what filing must know, in as few round trips as the database allows."""
        ...

    def earlier(self, *, campaign_code: str, unit_code: str, before_ordinal: int) -> tuple[EarlierPayload, ...]:
        """Return the unit's newest payloads of earlier periods, oldest period first."""
        ...

    def get(self, report_id: int) -> tuple[Report, Obligation] | None:
        """Return a report with its obligation."""
        ...

    def get_many(self, report_ids: Iterable[int]) -> tuple[Report, ...]:
        """Return reports by id, in id order."""
        ...

    def revisions(self, report_id: int) -> tuple[Revision, ...]:
        """Return all revisions, oldest first."""
        ...

    def payloads(self, wanted: Iterable[tuple[int, int]]) -> Mapping[tuple[int, int], Mapping[str, object]]:
        """Return payloads by (report id, revision number)."""
        ...

    def entries(self, report_ids: Iterable[int]) -> Mapping[int, tuple[Entry, ...]]:
        """Return the ledger of some reports by report id, oldest first; a report without one is left out."""
        ...

    def list(
        self,
        *,
        unit_codes: Iterable[str] | None,
        campaign_code: str | None = None,
        period_code: str | None = None,
        state: ReportState | None = None,
        channel: Channel | None = None,
        after_id: int = 0,
        limit: int = 100,
    ) -> tuple[Report, ...]:
        """Return reports with id above ``after_id``, by id; None for ``unit_codes`` means all units.

        ``channel`` is that of the newest filing.
        """
        ...

    def ids(self) -> tuple[int, ...]:
        """Return every report id in order."""
        ...

    def last_received_at(self) -> datetime | None:
        """Return the newest receipt of all, None before the first."""
        ...


class UnitOfWork(Protocol):
    """One transaction. Leaving the block without ``commit`` rolls back."""

    @property
    def accounts(self) -> Accounts: ...  # noqa: D102  the class says it
    @property
    def memberships(self) -> Memberships: ...  # noqa: D102
    @property
    def invitations(self) -> Invitations: ...  # noqa: D102
    @property
    def visits(self) -> Visits: ...  # noqa: D102
    @property
    def credentials(self) -> Credentials: ...  # noqa: D102
    @property
    def identities(self) -> Identities: ...  # noqa: D102
    @property
    def tries(self) -> Tries: ...  # noqa: D102
    @property
    def audit(self) -> Audit: ...  # noqa: D102
    @property
    def trail(self) -> Trail: ...  # noqa: D102
    @property
    def directory(self) -> Directory: ...  # noqa: D102
    @property
    def successions(self) -> Successions: ...  # noqa: D102
    @property
    def campaigns(self) -> Campaigns: ...  # noqa: D102
    @property
    def obligations(self) -> Obligations: ...  # noqa: D102
    @property
    def drafts(self) -> Drafts: ...  # noqa: D102
    @property
    def reports(self) -> Reports: ...  # noqa: D102
    @property
    def filed_payloads(self) -> FiledPayloads: ...  # noqa: D102
    @property
    def filed_reports(self) -> FiledReports: ...  # noqa: D102
    @property
    def outbox(self) -> Outbox: ...  # noqa: D102
    @property
    def rounds(self) -> Rounds: ...  # noqa: D102
    @property
    def evidence(self) -> Evidences: ...  # noqa: D102
    @property
    def counted_filings(self) -> CountedFilings: ...  # noqa: D102
    @property
    def facts(self) -> Facts: ...  # noqa: D102
    @property
    def rollups(self) -> Rollups: ...  # noqa: D102
    @property
    def unit_filings(self) -> UnitFilings: ...  # noqa: D102
    @property
    def shards(self) -> Shards: ...  # noqa: D102
    @property
    def statuses(self) -> Statuses: ...  # noqa: D102
    @property
    def derived_units(self) -> DerivedUnits: ...  # noqa: D102
    @property
    def jobs(self) -> Jobs: ...  # noqa: D102
    @property
    def provenance(self) -> Provenance: ...  # noqa: D102
    @property
    def pins(self) -> Pins: ...  # noqa: D102
    @property
    def troubles(self) -> Troubles: ...  # noqa: D102

    def health(self) -> Health:
        """Read what readiness is judged by."""
        ...

    def crossing(self, why: Crossing, /) -> AbstractContextManager[None]:
        """Read other units' rows in this block, whoever asks; the list of reasons is ``Crossing``."""
        ...

    def commit(self) -> None:
        """Make everything durable at once."""
        ...


class UnitsOfWork(Protocol):
    """Opens units of work, one per call, never shared between threads."""

    def writing(self) -> AbstractContextManager[UnitOfWork]:
        """Open a transaction that may write."""
        ...

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """Open a transaction that only reads, all of it from one snapshot."""
        ...

    def acting(self) -> AbstractContextManager[LedgerActs]:
        """Open exactly one act of the ledger, durable when the block ends: the cheapest write.

        There is nothing to commit, and nothing else may be done in the block.
        """
        ...

    def glancing(self) -> AbstractContextManager[UnitOfWork]:
        """Open look-ups that each stand alone: the cheapest reads, where no two must agree."""
        ...
