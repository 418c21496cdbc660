"""What use cases need of the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from thidua.domain.audit import AuditEntry

__all__ = ["Audit"]


class Audit(Protocol):
    """The audit trail: entries are added, never changed."""

    def add(self, entries: Iterable[AuditEntry]) -> None:
        """Write entries with the transaction at hand."""
        ...
