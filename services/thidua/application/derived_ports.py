"""What the derived part of the store can do: facts, cells and status documents, all made from the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from thidua.application.rows import DutyCount
from thidua.application.rows import DutyRow
from thidua.application.rows import FactRow
from thidua.application.rows import RollupRow
from thidua.application.rows import RollupTotal
from thidua.application.rows import StatusRow

__all__ = ["Facts", "Rollups", "Statuses"]


class Facts(Protocol):
    """Numbers of the revisions that count."""

    def replace(self, report_ids: Iterable[int], rows: Sequence[FactRow]) -> None:
        """Delete the reports' facts and write these."""
        ...

    def of_units(
        self, campaign_code: str, unit_codes: Iterable[str], *, besides: Iterable[int] = ()
    ) -> tuple[FactRow, ...]:
        """Return the facts of some units in a campaign, by unit, ordinal, field, part.

        Those of the reports ``besides`` are left out.
        """
        ...

    def accepted_sum(self, campaign_code: str, period_code: str, form_code: str, field: str) -> int | None:
        """Sum a field over the period's accepted reports; None if no report has data."""
        ...


class Rollups(Protocol):
    """Cells by unit, and their totals."""

    def replace(
        self,
        campaign_code: str,
        period_codes: Iterable[str],
        unit_codes: Iterable[str],
        rows: Sequence[RollupRow],
        duties: Sequence[DutyRow],
    ) -> None:
        """Replace the cells and duty states of some units in some periods."""
        ...

    def totals(self, campaign_code: str, period_code: str) -> tuple[RollupTotal, ...]:
        """Sum the cells over units by unit type, form, field and part."""
        ...

    def by_unit(self, campaign_code: str, period_code: str) -> tuple[RollupRow, ...]:
        """Return every unit's cells with an empty part, by unit, form, field."""
        ...

    def cells(self, campaign_code: str, period_code: str) -> tuple[RollupRow, ...]:
        """Return every cell of a period, by unit, form, field, part."""
        ...

    def duty_counts(
        self, campaign_code: str, period_code: str, *, besides: Iterable[str] = ()
    ) -> tuple[DutyCount, ...]:
        """Count the duty states of the units on the period's roster, ordered; units ``besides`` are left out."""
        ...

    def duties(self, campaign_code: str, period_code: str) -> tuple[DutyRow, ...]:
        """Return every unit's duty states, by duty then unit."""
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
