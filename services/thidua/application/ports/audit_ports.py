"""What use cases need of the audit trail."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from thidua.domain.audit import Act
from thidua.domain.audit import AuditEntry
from thidua.domain.audit import Outcome
from thidua.domain.audit import Thing

__all__ = ["Audit", "EntryRow", "PersonalRows", "Sought"]


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry as stored, with its number and the account's sign-in name (empty without an account)."""

    id: int
    entry: AuditEntry
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which entries are wanted; what is None or empty is not asked about. ``[since, until)``."""

    name: str = ""
    act: Act | None = None
    thing: Thing | None = None
    key: str = ""
    outcome: Outcome | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PersonalRows:
    """The tables of one filing that name persons, as JSON text by the table's name."""

    revision_id: int
    report_id: int
    number: int
    tables: Mapping[str, str]


class Audit(Protocol):
    """The audit trail: entries are added, never changed."""

    def add(self, entries: Iterable[AuditEntry]) -> None:
        """Write entries with the transaction at hand."""
        ...

    def find(self, sought: Sought, *, before_id: int | None, limit: int) -> tuple[EntryRow, ...]:
        """Return entries, newest first, those below ``before_id``."""
        ...

    def reads(self, thing: Thing, keys: Collection[str], since: datetime, until: datetime) -> tuple[EntryRow, ...]:
        """Return who read rows that name persons, of some things between two moments, by number."""
        ...

    def personal_rows(self, tables: Collection[str]) -> Iterator[PersonalRows]:
        """Give what every filing of all time says in some tables, where it says anything, oldest first."""
        ...

    def drafts_with(self, tables: Collection[str]) -> Iterator[tuple[str, str]]:
        """Give what stands in some tables of drafts: (``CAMPAIGN/PERIOD/UNIT``, text)."""
        ...

    def places(self, report_ids: Collection[int]) -> Mapping[str, int]:
        """Return reports by ``CAMPAIGN/PERIOD/UNIT``."""
        ...

    def evidence_beside(self, places: Collection[str], tables: Collection[str]) -> Mapping[str, str]:
        """Return places by the number of each file that lies beside some tables."""
        ...
