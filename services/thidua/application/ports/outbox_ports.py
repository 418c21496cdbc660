"""Changes waiting to be taken in: what counting asks of the store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from thidua.application.ports.round_ports import Pending
from thidua.application.ports.rows import OutboxRow

__all__ = ["Outbox"]


class Outbox(Protocol):
    """Changes waiting to be taken in."""

    def claim(self, limit: int) -> tuple[OutboxRow, ...]:
        """Lock and return unapplied rows, oldest first, skipping those another drain holds."""
        ...

    def claim_part(self, limit: int) -> tuple[OutboxRow, ...]:
        """Lock and return all that waits of one part of the units, or all announced documents.

        The part of the oldest row comes first, then those of the next ``limit`` rows if other drains
        hold it all.
        """
        ...

    def alone(self, limit: int) -> tuple[int, ...]:
        """Return rows to be tried by themselves, those least often tried first, and lock none."""
        ...

    def claim_one(self, row_id: int) -> tuple[OutboxRow, ...]:
        """Lock and return one row; nothing if it waits no more or another drain holds it."""
        ...

    def set_aside(self, campaign_code: str) -> int:
        """Count a campaign's rows that were set aside."""
        ...

    def try_again(self) -> int:
        """Let what was set aside wait anew; returns how many rows."""
        ...

    def announce_units(self, campaign_code: str, period_code: str) -> int:
        """Let the units whose numbers are kept in a campaign wait to be counted in a period; returns how many."""
        ...

    def announce_documents(self, keys: Iterable[tuple[str, str]]) -> None:
        """Let documents, by (campaign, period), wait to be composed."""
        ...

    def mark_applied(self, ids: Iterable[int], now: datetime) -> None:
        """Mark rows applied, in the transaction of their effect."""
        ...

    def keep(self, ids: Iterable[int]) -> None:
        """Set rows aside until the plugin of their campaign serves again."""
        ...

    def has_kept(self, campaign_codes: Iterable[str]) -> bool:
        """Tell whether rows of some campaigns were kept for their plugin."""
        ...

    def let_go(self, campaign_codes: Iterable[str]) -> int:
        """Let rows that were kept for their campaigns' plugins wait to be counted; returns how many."""
        ...

    def pending(self) -> Pending:
        """Count unapplied rows by how they are to be counted."""
        ...

    def waiting(self, campaign_code: str | None = None) -> int:
        """Count unapplied rows."""
        ...

    def waiting_units(self, campaign_code: str) -> frozenset[str]:
        """Return the units with unapplied rows in a campaign."""
        ...

    def note_work(self, worker: str, now: datetime) -> None:
        """Record that a worker's task did its work."""
        ...
