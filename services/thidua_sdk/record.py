"""The record against which rules judge a report: what the host already knows.

A rule does no I/O; the host gathers these frozen views before it runs the rules. Numbers are
those of the ledger at the moment of judging.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import date

from thidua_sdk.calendar import Window
from thidua_sdk.wording import folded

__all__ = ["EarlierReport", "PeriodView", "PlanView", "Record", "UnitView"]


@dataclass(frozen=True, slots=True)
class UnitView:
    """The reporting unit as valid on the period's cut-off.

    ``attributes`` holds what ``config/units`` says of it, for example ``communes`` (int),
    ``has_border_gate`` (bool), ``headcount`` (int); a missing key means not known.
    """

    code: str
    name: str
    type: str
    attributes: Mapping[str, int | bool | str] = field(default_factory=dict)

    def number(self, name: str) -> int | None:
        """Return a numeric attribute, None if not known."""
        value = self.attributes.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None


@dataclass(frozen=True, slots=True)
class PeriodView:
    """The period reported on.

    ``tags`` name its kinds (``quarter``). ``ordinal`` counts the campaign's periods of this form from 1.
    """

    code: str
    tags: frozenset[str]
    ordinal: int
    cutoff_on: date
    activity: Window | None


@dataclass(frozen=True, slots=True)
class PlanView:
    """The plan's own dates. ``issued_from`` is the earliest day it can have been issued."""

    year: int
    issued_from: date
    parent_issued_on: date | None
    valid_to: date


@dataclass(frozen=True, slots=True)
class EarlierReport:
    """What the unit filed for an earlier period of the campaign, newest revision.

    ``accepted`` tells whether the Office accepted it.
    ``fields`` maps field name to JSON value; ``rows`` maps a table of records to its rows.
    """

    period_code: str
    accepted: bool
    fields: Mapping[str, object]
    rows: Mapping[str, tuple[Mapping[str, object], ...]] = field(default_factory=dict)

    def count(self, name: str) -> int | None:
        """Return a whole-number field, None if it has no data."""
        value = self.fields.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None


@dataclass(frozen=True, slots=True)
class Record:
    """Everything a rule may know besides the report itself.

    ``earlier`` lists the unit's reports of earlier periods, oldest first. ``accepted_sums``
    maps (form, field) to the sum over the units' accepted reports of this period, only for
    the sums the form asked for (``Form.sums``); None where no accepted report has data.
    """

    unit: UnitView
    period: PeriodView
    plan: PlanView
    today: date
    earlier: tuple[EarlierReport, ...] = ()
    accepted_sums: Mapping[tuple[str, str], int | None] = field(default_factory=dict)

    @property
    def previous(self) -> EarlierReport | None:
        """The unit's latest earlier report, None in its first period."""
        return self.earlier[-1] if self.earlier else None

    def carried(self, raised: str, settled: str) -> int:
        """Count what earlier periods raised and did not settle; never below 0.

        Args:
            raised: field that counts new items of a period.
            settled: field that counts settled items of a period.
        """
        still_open = 0
        for report in self.earlier:
            still_open += (report.count(raised) or 0) - (report.count(settled) or 0)
        return max(still_open, 0)

    def ever(self, name: str) -> bool:
        """Tell whether the unit reported a positive number for a field in an earlier period."""
        return any((report.count(name) or 0) > 0 for report in self.earlier)

    def known(self, table: str, key: str) -> frozenset[str]:
        """Return the keys, as ``folded``, of the rows that earlier reports have in a table."""
        return frozenset(
            words for report in self.earlier for row in report.rows.get(table, ()) if (words := folded(row.get(key)))
        )
