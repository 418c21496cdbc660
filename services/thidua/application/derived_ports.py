"""What the derived part of the store can do: facts, cells and status documents, all made from the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from thidua.application.rows import DutyCount
from thidua.application.rows import ReportFacts
from thidua.application.rows import RollupTotal
from thidua.application.rows import StatusRow
from thidua.application.rows import UnitFigures
from thidua.application.rows import UnitRollup
from thidua.domain.rollups import Sums

__all__ = ["Facts", "Rollups", "Statuses"]


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
    """Cells by unit, and their sums by parts of the units."""

    def lock(self, campaign_code: str, unit_codes: Iterable[str]) -> None:
        """Lock the parts in which some units are summed, in order, until the transaction ends.

        Whoever changes cells locks their parts first and then, if at all, documents.
        """
        ...

    def replace(
        self,
        campaign_code: str,
        period_codes: Iterable[str],
        unit_codes: Iterable[str],
        rows: Sequence[UnitRollup],
    ) -> None:
        """Replace what is kept of some units in some periods, and the sums they are part of."""
        ...

    def totals(self, campaign_code: str, period_code: str) -> tuple[RollupTotal, ...]:
        """Return the sums over units by unit type, form, field and part."""
        ...

    def accepted_sum(self, campaign_code: str, period_code: str, form_code: str, field: str) -> int | None:
        """Return a field's sum over the period's accepted reports; None if no report has data."""
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

    def sums(self, campaign_code: str, period_code: str) -> Mapping[int, Sums]:
        """Return the stored sums by part of the units."""
        ...

    def are_summed(self, campaign_code: str, unit_codes: Iterable[str]) -> bool:
        """Tell whether the sums that some units are part of are those of what is kept of the units."""
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

    def duty_counts(
        self, campaign_code: str, period_code: str, *, besides: Iterable[str] = ()
    ) -> tuple[DutyCount, ...]:
        """Count the duty states of the units on the period's roster, ordered; units ``besides`` are left out."""
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
