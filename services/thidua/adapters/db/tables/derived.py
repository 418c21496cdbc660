"""What is computed from the ledger.

No foreign keys: all of it can be dropped and rebuilt at any time.
"""

from __future__ import annotations

from sqlalchemy import Boolean
from sqlalchemy import CheckConstraint
from sqlalchemy import Column
from sqlalchemy import Index
from sqlalchemy import Integer
from sqlalchemy import Table
from sqlalchemy import text

from thidua.adapters.db.tables.base import metadata
from thidua.adapters.db.types import Code
from thidua.adapters.db.types import Document
from thidua.adapters.db.types import Instant
from thidua.adapters.db.types import Key
from thidua.adapters.db.types import Whole

__all__ = ["duty_status", "fact", "rollup", "status", "worker_seen"]

fact = Table(
    "fact",
    metadata,
    Column("report_id", Key, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("campaign_code", Code, nullable=False),
    Column("period_code", Code, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("unit_code", Code, nullable=False),
    Column("unit_type", Code, nullable=False),
    Column("form_code", Code, nullable=False),
    Column("field", Code, primary_key=True),
    Column("part", Code, primary_key=True),
    Column("value", Whole, nullable=False),
    Column("filed", Boolean, nullable=False),
    Column("accepted", Boolean, nullable=False),
    Index(None, "campaign_code", "unit_code"),
)
Index(
    "ix_fact_accepted",
    fact.c.campaign_code,
    fact.c.period_code,
    fact.c.form_code,
    fact.c.field,
    fact.c.value,
    postgresql_where=text("accepted AND part = ''"),
    sqlite_where=text("accepted AND part = ''"),
)

rollup = Table(
    "rollup",
    metadata,
    Column("campaign_code", Code, primary_key=True),
    Column("period_code", Code, primary_key=True),
    Column("unit_code", Code, primary_key=True),
    Column("unit_type", Code, nullable=False),
    Column("form_code", Code, primary_key=True),
    Column("field", Code, primary_key=True),
    Column("part", Code, primary_key=True),
    Column("filed", Whole),
    Column("accepted", Whole),
    Column("filed_cumulative", Whole),
    Column("accepted_cumulative", Whole),
)

duty_status = Table(
    "duty_status",
    metadata,
    Column("campaign_code", Code, primary_key=True),
    Column("period_code", Code, primary_key=True),
    Column("unit_code", Code, primary_key=True),
    Column("duty", Code, primary_key=True),
    Column("state", Code, nullable=False),
)

status = Table(
    "status",
    metadata,
    Column("campaign_code", Code, primary_key=True),
    Column("period_code", Code, primary_key=True),
    Column("document", Document, nullable=False),
    Column("digest", Code, nullable=False),
    Column("version", Integer, nullable=False),
    Column("computed_at", Instant, nullable=False),
    Column("valid_until", Instant),
    CheckConstraint("version >= 1", name="version_positive"),
)

worker_seen = Table(
    "worker_seen",
    metadata,
    Column("worker", Code, primary_key=True),
    Column("worked_at", Instant, nullable=False),
)
