"""The audit trail."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection
from sqlalchemy import insert

from thidua.adapters.db.tables import audit_entry
from thidua.domain.audit import AuditEntry

__all__ = ["DatabaseAudit"]

_ADD = insert(audit_entry)


class DatabaseAudit:
    """The port ``Audit``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entries: Iterable[AuditEntry]) -> None:
        """Write entries with the transaction at hand."""
        rows = [
            {
                "happened_at": entry.happened_at,
                "account_id": entry.account_id,
                "act": entry.act,
                "thing": entry.thing,
                "key": entry.key,
                "outcome": entry.outcome,
                "door": entry.origin.door,
                "request_id": entry.origin.request_id,
                "network": entry.origin.network,
                "detail": dict(entry.detail),
            }
            for entry in entries
        ]
        if rows:
            self._connection.execute(_ADD, rows)
