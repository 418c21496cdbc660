"""The audit trail and its seals; triggers, kept in the migrations, refuse to change what was written."""

from __future__ import annotations

from sqlalchemy import Column
from sqlalchemy import ForeignKey
from sqlalchemy import Index
from sqlalchemy import Table
from sqlalchemy import UniqueConstraint

from thidua.adapters.db.tables.base import key
from thidua.adapters.db.tables.base import metadata
from thidua.adapters.db.tables.base import one_of
from thidua.adapters.db.types import Code
from thidua.adapters.db.types import Instant
from thidua.adapters.db.types import JsonValue
from thidua.adapters.db.types import Key
from thidua.domain.accounts import Door
from thidua.domain.audit import Outcome
from thidua.domain.trail import Source

__all__ = ["audit_checkpoint", "audit_entry", "audit_seal"]

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

# One chain over three tables. Rows are written with their number, which a second sealer cannot use.
audit_seal = Table(
    "audit_seal",
    metadata,
    Column("seq", Key, primary_key=True, autoincrement=False),
    Column("source", Code, nullable=False),
    Column("source_id", Key, nullable=False),
    Column("key_id", Code, nullable=False),
    Column("digest", Code, nullable=False),
    Column("sealed_at", Instant, nullable=False),
    UniqueConstraint("source", "source_id"),
    one_of("source", Source),
)

# What stands for the part of the chain that was put into an archive at the end of its retention.
audit_checkpoint = Table(
    "audit_checkpoint",
    metadata,
    Column("seq", Key, primary_key=True, autoincrement=False),
    Column("digest", Code, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("archive", Code, nullable=False),
    Column("floors", JsonValue, nullable=False),
    Column("key_id", Code, nullable=False),
    Column("mac", Code, nullable=False),
)
