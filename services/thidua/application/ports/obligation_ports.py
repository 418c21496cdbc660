"""What changing an obligation needs of the store."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from thidua.domain.obligations import ObligationChange
from thidua.domain.reports import Obligation
from thidua.domain.reports import PeriodState
from thidua.domain.reports import Report

__all__ = ["HeldObligation", "Obligations"]


@dataclass(frozen=True, slots=True)
class HeldObligation:
    """What a unit owes, with its report; ``count`` and ``head`` are those of the chain of changes."""

    obligation: Obligation
    report: Report | None
    count: int
    head: str


class Obligations(Protocol):
    """What units owe, one by one, and how it was changed."""

    def hold_period(self, campaign_code: str, period_code: str) -> PeriodState | None:
        """Return a period's state, which cannot change until the transaction ends; None if it was never opened."""
        ...

    def hold(self, campaign_code: str, period_code: str, unit_code: str) -> HeldObligation | None:
        """Return what a unit owes; nobody else changes it until the transaction ends. None if it owes nothing."""
        ...

    def get(self, campaign_code: str, period_code: str, unit_code: str) -> HeldObligation | None:
        """Return what a unit owes, None if nothing."""
        ...

    def of_units(self, campaign_code: str, unit_codes: Iterable[str]) -> tuple[HeldObligation, ...]:
        """Return what some units owe in all periods of a campaign, by unit."""
        ...

    def units(self, campaign_code: str, period_codes: Iterable[str]) -> tuple[str, ...]:
        """Return the codes of the units that are on the roster of any of some periods, in order."""
        ...

    def change(self, after: Obligation, change: ObligationChange) -> None:
        """Write a change, what is owed after it, and an outbox row.

        Raises:
            ConflictError: another change took the number a moment ago.
        """
        ...

    def changes(self, obligation_ids: Iterable[int]) -> Mapping[int, tuple[ObligationChange, ...]]:
        """Return the changes of some obligations by id, oldest first; an obligation without any is left out."""
        ...
