"""A report that came on paper and that the Office enters for the unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

__all__ = ["Paper"]


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands behind an entry on behalf.

    Attributes:
        received_at: when the Office received the paper, by its registry stamp; punctuality counts
            from it, since the unit cannot help how fast the Office types.
        reason: why the unit did not file by itself.
        scan: digest of the stored scan.
    """

    received_at: datetime
    reason: str
    scan: str

    @property
    def entry(self) -> dict[str, object]:
        """What the ledger keeps of it."""
        return {"paper_received_at": self.received_at.isoformat(), "scan": self.scan}
