"""What counting reads of the ledger: nothing of a report but where it stands and what it says."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from typing import NamedTuple
from typing import Protocol

__all__ = ["CountedFiling", "CountedFilings"]


class CountedFiling(NamedTuple):
    """One of the revisions that a report may be counted by.

    ``version`` is the report's. ``filed`` and ``accepted`` tell whether the revision is the newest that
    counts and the accepted one; a report that is not counted comes with a revision that is neither.
    """

    report_id: int
    version: int
    campaign_code: str
    period_code: str
    unit_code: str
    unit_type: str
    form_code: str
    revision: int
    filed: bool
    accepted: bool
    payload: Mapping[str, object]
    #: Of the form as it was when the revision was filed; 0 where nobody asks.
    form_version: int = 0


class CountedFilings(Protocol):
    """Reports as they are counted, in no order; every report is there at least once."""

    def of_reports(self, report_ids: Iterable[int]) -> tuple[CountedFiling, ...]:
        """Return those of some reports."""
        ...

    def of_units(self, campaign_code: str, unit_codes: Iterable[str]) -> tuple[CountedFiling, ...]:
        """Return those of some units in a campaign."""
        ...

    def versions(self, campaign_code: str, unit_codes: Iterable[str]) -> frozenset[tuple[int, int]]:
        """Return id and version of some units' reports in a campaign: equal sets, and none moved on."""
        ...
