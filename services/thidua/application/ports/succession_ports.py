"""What use cases need of successions between units, and of what hangs on units that end."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from datetime import datetime
from typing import Protocol

from thidua.domain.successions import Succession

__all__ = ["Hanging", "Successions"]


@dataclass(frozen=True, slots=True)
class Hanging:
    """What still hangs on a unit from a day on.

    Attributes:
        accounts: sign-in names of those who hold a role in it.
        obligations: (campaign, period) of what it owes in open periods.
        drafts: (campaign, period) of what it is writing.
    """

    accounts: tuple[str, ...] = ()
    obligations: tuple[tuple[str, str], ...] = ()
    drafts: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there is anything."""
        return bool(self.accounts or self.obligations or self.drafts)


class Successions(Protocol):
    """Successions as they were recorded; nothing changes or removes one."""

    def all(self) -> tuple[Succession, ...]:
        """Return every recorded one, those replaced, too, by day and code."""
        ...

    def add(self, successions: Sequence[Succession], now: datetime) -> None:
        """Record some; their units are there already."""
        ...

    def hanging_on(self, unit_codes: Iterable[str], on: date) -> Mapping[str, Hanging]:
        """Return what hangs on some units on and after a day, by unit; those with nothing are left out."""
        ...
