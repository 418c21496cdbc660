"""What is asked of many reports at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from thidua.domain.reports import Obligation
from thidua.domain.reports import Report
from thidua.domain.reports import Revision

__all__ = ["FiledReport", "FiledReports"]


@dataclass(frozen=True, slots=True)
class FiledReport:
    """A report with what it meets and its newest filing."""

    report: Report
    obligation: Obligation
    revision: Revision


class FiledReports(Protocol):
    """Many reports with their newest filings, each list one statement."""

    def waiting(
        self, campaign_code: str, period_code: str, *, after_id: int = 0, limit: int = 50
    ) -> tuple[FiledReport, ...]:
        """Return the reports of a period that wait for acceptance, by id above ``after_id``."""
        ...

    def count_waiting(self, campaign_code: str, period_code: str) -> int:
        """Count the reports of a period that wait for acceptance."""
        ...

    def count_filed(self, campaign_code: str, period_codes: Iterable[str], by: datetime) -> int:
        """Count the reports of some periods that were first filed by a moment."""
        ...

    def newest(self, report_ids: Iterable[int]) -> tuple[FiledReport, ...]:
        """Return some reports, by id."""
        ...
