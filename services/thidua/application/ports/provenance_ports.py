"""What opening a figure to its inputs needs of the store."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from typing import Protocol

from thidua.domain.reports import Revision

__all__ = ["CountedFact", "Provenance", "WaitingChange"]


class CountedFact(NamedTuple):
    """One number of one revision as it was counted, with the unit as it stood on that period's roster."""

    unit_code: str
    unit_name: str
    unit_order: int
    unit_type: str
    period_code: str
    ordinal: int
    report_id: int
    revision: int
    form_code: str
    field: str
    part: str
    value: int


class WaitingChange(NamedTuple):
    """A change that statuses have not taken in yet: how many stand before it, and since when it waits."""

    ahead: int
    since: datetime
    #: Counting it failed too often: it waits for the cause to be mended.
    is_set_aside: bool = False


class Provenance(Protocol):
    """Where counted numbers come from."""

    def facts(
        self,
        campaign_code: str,
        period_codes: Iterable[str],
        *,
        form_codes: Iterable[str],
        fields: Iterable[str],
        part: str | None,
        accepted: bool,
        unit_codes: Iterable[str] | None = None,
    ) -> tuple[CountedFact, ...]:
        """Return the counted numbers of some fields, by unit order, unit and period.

        Those of accepted revisions, or of the newest filed ones; None for ``part`` means the field
        with all its parts, None for ``unit_codes`` all units.
        """
        ...

    def revisions(self, wanted: Iterable[tuple[int, int]]) -> Mapping[tuple[int, int], Revision]:
        """Return revisions by (report id, revision number)."""
        ...

    def duty_states(self, campaign_code: str, period_code: str, duty: str) -> Mapping[str, str]:
        """Return the states of one duty by unit; a unit that reported nothing is left out."""
        ...

    def unit_types(self, campaign_code: str, period_code: str) -> Mapping[str, str]:
        """Return the type under which each unit's figures of a period stand."""
        ...

    def waiting_change(self, report_id: int) -> WaitingChange | None:
        """Return a report's oldest change that is not taken in yet, None if there is none."""
        ...
