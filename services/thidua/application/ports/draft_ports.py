"""What use cases need to keep drafts, as a protocol, and the rows it gives and takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from thidua.domain.drafts import Draft

__all__ = ["DraftSeen", "Drafts", "NewCell", "NewDraft"]


@dataclass(frozen=True, slots=True)
class DraftSeen:
    """A draft without its cells, as lists show it."""

    campaign_code: str
    period_code: str
    unit_code: str
    draft: Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDraft:
    """A draft's next version; ``saved_by`` and ``proposed_by`` are account ids."""

    campaign_code: str
    period_code: str
    unit_code: str
    version: int
    revision: int
    is_from_workbook: bool = False
    proposed_by: int | None = None
    proposed_at: datetime | None = None
    note: str = ""
    saved_by: int
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class NewCell:
    """A cell that changes with a draft's next version."""

    pointer: str
    typed: str | None
    is_carried: bool = False


class Drafts(Protocol):
    """What is being written and not yet filed."""

    def get(self, *, campaign_code: str, period_code: str, unit_code: str) -> Draft | None:
        """Return a draft with all its cells, all from one moment."""
        ...

    def of_units(self, unit_codes: Iterable[str]) -> tuple[DraftSeen, ...]:
        """Return the drafts of some units in which something is typed, without their cells."""
        ...

    def write(self, seen: Draft | None, new: NewDraft, cells: Iterable[NewCell]) -> bool:
        """Write a draft's next version and the cells that changed; False if somebody wrote since ``seen``."""
        ...

    def empty(self, seen: Draft) -> None:
        """Forget the cells of a draft that was just written; its version goes on counting."""
        ...
