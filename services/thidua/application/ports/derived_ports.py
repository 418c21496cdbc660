"""What the derived part of the store can do: facts, cells and status documents, all made from the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from thidua.application.ports.rows import ReportFacts
from thidua.application.ports.rows import StatusRow
from thidua.application.ports.rows import UnitFigures
from thidua.application.ports.rows import UnitFiling
from thidua.application.ports.rows import UnitRollup
from thidua.application.ports.shard_sums import ShardSums
from thidua.domain.filing import FilingState

__all__ = ["Facts", "FilingOrder", "Rollups", "Shards", "Statuses", "UnitFilings"]


class FilingOrder(StrEnum):
    """How the units of a roster are listed."""

    LIST = "list"
    #: Who needs attention first, then by last moment.
    URGENCY = "urgency"
    DUE = "due"


class Facts(Protocol):
    """Numbers of the revisions that count."""

    def replace(self, report_ids: Iterable[int], rows: Sequence[ReportFacts]) -> None:
        """Delete the reports' facts and write these."""
        ...

    def of_units(
        self, campaign_code: str, unit_codes: Iterable[str], *, besides: Iterable[int] = ()
    ) -> tuple[ReportFacts, ...]:
        """Return the facts of some units in a campaign, by unit, ordinal, revision.

        Those of the reports ``besides`` are left out.
        """
        ...

    def forget_units(self, campaign_code: str, unit_codes: Iterable[str]) -> None:
        """Delete what is kept of some units in a campaign, whatever report it names."""
        ...

    def are_kept(self, campaign_code: str, unit_codes: Iterable[str], rows: Sequence[ReportFacts]) -> bool:
        """Tell whether these, and no others, are kept of some units."""
        ...


class Rollups(Protocol):
    """Cells and duty states by unit."""

    def replace(
        self,
        campaign_code: str,
        period_codes: Iterable[str],
        unit_codes: Iterable[str],
        rows: Sequence[UnitRollup],
    ) -> None:
        """Replace what is kept of some units in some periods."""
        ...

    def are_kept(
        self,
        campaign_code: str,
        period_codes: Iterable[str],
        unit_codes: Iterable[str],
        rows: Sequence[UnitRollup],
    ) -> bool:
        """Tell whether these, and no others, are kept of some units in some periods."""
        ...

    def by_unit(self, campaign_code: str, period_code: str) -> Iterator[UnitFigures]:
        """Yield every unit's readings as they are kept, to be read through once."""
        ...

    def of_period(self, campaign_code: str, period_code: str) -> tuple[UnitRollup, ...]:
        """Return what is kept of every unit in a period, by unit."""
        ...

    def of_units(self, campaign_code: str, unit_codes: Iterable[str]) -> tuple[UnitRollup, ...]:
        """Return what is kept of some units in all periods, by period and unit."""
        ...


class UnitFilings(Protocol):
    """Where each unit of a period's roster stands."""

    def replace(
        self, campaign_code: str, period_codes: Iterable[str], unit_codes: Iterable[str], rows: Sequence[UnitFiling]
    ) -> None:
        """Replace what is kept of some units in some periods."""
        ...

    def listed(
        self,
        campaign_code: str,
        period_code: str,
        *,
        states: Iterable[FilingState] = FilingState,
        order: FilingOrder = FilingOrder.LIST,
        at_most: int | None = None,
    ) -> list[dict[str, object]]:
        """Return the entries of a period's units in some states."""
        ...

    def of_period(self, campaign_code: str, period_code: str) -> tuple[UnitFiling, ...]:
        """Return where every unit of a period's roster stands, in the roster's order."""
        ...

    def of_units(self, campaign_code: str, unit_codes: Iterable[str]) -> tuple[UnitFiling, ...]:
        """Return where some units stand in all periods, by period and unit."""
        ...

    def are_kept(self, campaign_code: str, unit_codes: Iterable[str], rows: Sequence[UnitFiling]) -> bool:
        """Tell whether these, and no others, are kept of some units, whenever they were judged."""
        ...

    def turned(self, campaign_codes: Iterable[str], now: datetime, *, at_most: int) -> tuple[tuple[str, str, str], ...]:
        """Return (campaign, period, unit) of units that time has moved since they were judged, in order."""
        ...


class Shards(Protocol):
    """Sums of the parts that a campaign's units are counted in."""

    def lock(self, campaign_code: str, unit_codes: Iterable[str]) -> None:
        """Lock the parts in which some units are summed, in order, until the transaction ends.

        Whoever changes what is kept of units locks their parts first and then, if at all, documents.
        """
        ...

    def sum_up(self, campaign_code: str, period_codes: Iterable[str], unit_codes: Iterable[str]) -> None:
        """Sum the parts of some units in some periods anew, from what is kept of all their units."""
        ...

    def are_summed(self, campaign_code: str, period_codes: Iterable[str], unit_codes: Iterable[str]) -> bool:
        """Tell whether the parts of some units are the sums of what is kept of their units."""
        ...

    def of_period(self, campaign_code: str, period_code: str) -> dict[int, ShardSums]:
        """Return a period's sums by part."""
        ...


class Statuses(Protocol):
    """The stored status documents."""

    def lock(self, keys: Sequence[tuple[str, str]]) -> None:
        """Lock (campaign, period) documents in the given, sorted order, until the transaction ends."""
        ...

    def get(self, campaign_code: str, period_code: str) -> StatusRow | None:
        """Return a stored document."""
        ...

    def version(self, campaign_code: str, period_code: str) -> tuple[int, int] | None:
        """Return (document version, outbox rows waiting in the campaign): one cheap read for the ETag."""
        ...

    def put(self, row: StatusRow) -> None:
        """Replace a document; the stored version becomes one more than before."""
        ...

    def expired(self, now: datetime) -> tuple[tuple[str, str], ...]:
        """Return (campaign, period) of documents whose ``valid_until`` has passed."""
        ...
