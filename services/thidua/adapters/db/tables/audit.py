"""The audit trail; triggers, kept in the migrations, refuse to change what was written."""

from __future__ import annotations

from sqlalchemy import Column
from sqlalchemy import ForeignKey
from sqlalchemy import Index
from sqlalchemy import Table

from thidua.adapters.db.tables.base import key
from thidua.adapters.db.tables.base import metadata
from thidua.adapters.db.tables.base import one_of
from thidua.adapters.db.types import Code
from thidua.adapters.db.types import Instant
from thidua.adapters.db.types import JsonValue
from thidua.adapters.db.types import Key
from thidua.domain.accounts import Door
from thidua.domain.audit import Outcome

__all__ = ["audit_entry"]

audit_entry = Table(
    "audit_entry",
    metadata,
    key(),
    Column("happened_at", Instant, nullable=False),
    # None for a stranger, and where the program acted at a command of the server's operator.
    Column("account_id", Key, ForeignKey("account.id")),
    Column("act", Code, nullable=False),
    Column("thing", Code, nullable=False),
    Column("key", Code, nullable=False),
    Column("outcome", Code, nullable=False),
    Column("door", Code, nullable=False),
    Column("request_id", Code, nullable=False),
    Column("network", Code, nullable=False),
    Column("detail", JsonValue, nullable=False),
    Index(None, "account_id", "id"),
    Index(None, "thing", "key", "id"),
    Index(None, "happened_at"),
    one_of("outcome", Outcome),
    one_of("door", Door),
)
