"""What use cases need to know of files laid beside reports; the bytes are another port's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from thidua.domain.attachments import Attachment
from thidua.domain.attachments import Evidence

__all__ = ["Evidences"]


class Evidences(Protocol):
    """Files laid beside reports. A ``place`` is campaign, period and unit."""

    def add(
        self,
        place: tuple[str, str, str],
        pointer: str,
        attachment: Attachment,
        file_name: str,
        account_id: int,
        now: datetime,
    ) -> Evidence | None:
        """Lay a stored file beside a cell and return its row, the one that is there if it is there already.

        Returns None where as many files as a report takes lie there: counted under a lock on what
        is owed, so that two who add at once are never both the last.
        """
        ...

    def get(self, evidence_id: int) -> Evidence | None:
        """Return a row, removed or not."""
        ...

    def remove(self, evidence_id: int, now: datetime) -> bool:
        """Take a file away, keeping the row; False if it was away already."""
        ...

    def of(self, place: tuple[str, str, str]) -> tuple[Evidence, ...]:
        """Return what lies beside a report, oldest first, without what was removed."""
        ...

    def used_elsewhere(self, attachments: Iterable[Attachment]) -> tuple[Evidence, ...]:
        """Return every row, not removed, of one of these files or of a picture that may be like one of them."""
        ...
