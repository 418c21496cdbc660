"""Background work: what was asked for, in which pieces, and how far each is.

The rows are the truth of a job and outlive every restart; a broker's message only says that there
is something to take.
"""

from __future__ import annotations

from sqlalchemy import Boolean
from sqlalchemy import CheckConstraint
from sqlalchemy import Column
from sqlalchemy import ForeignKey
from sqlalchemy import Index
from sqlalchemy import Integer
from sqlalchemy import Table
from sqlalchemy import Text
from sqlalchemy import UniqueConstraint
from sqlalchemy import text

from thidua.adapters.db.tables.base import key
from thidua.adapters.db.tables.base import metadata
from thidua.adapters.db.tables.base import one_of
from thidua.adapters.db.types import Code
from thidua.adapters.db.types import Instant
from thidua.adapters.db.types import JsonValue
from thidua.adapters.db.types import Key
from thidua.domain.jobs import ChunkState
from thidua.domain.jobs import JobState
from thidua.domain.jobs import Origin

__all__ = ["job", "job_chunk"]

_OPEN = text("state IN ('waiting', 'running')")

job = Table(
    "job",
    metadata,
    key(),
    Column("kind", Code, nullable=False),
    Column("subject", Code, nullable=False),
    # One turn of a schedule; used once in all time, however many hosts look at the clock.
    Column("slot", Code),
    Column("origin", Code, nullable=False),
    Column("asked_by", Key, ForeignKey("account.id")),
    Column("state", Code, nullable=False),
    Column("stage", Integer, nullable=False),
    Column("cancel_asked", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Column("error", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("result", JsonValue, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("slot"),
    one_of("state", JobState),
    one_of("origin", Origin),
    CheckConstraint("stage >= 0", name="stage_not_negative"),
)
# Asking twice for what is not done yet asks for one thing.
Index("uq_job_open", job.c.kind, job.c.subject, unique=True, postgresql_where=_OPEN, sqlite_where=_OPEN)

job_chunk = Table(
    "job_chunk",
    metadata,
    Column("job_id", Key, ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("stage", Integer, nullable=False),
    Column("scope", JsonValue, nullable=False),
    Column("size", Integer, nullable=False),
    Column("state", Code, nullable=False),
    Column("attempts", Integer, nullable=False),
    # From when on it may be taken: a lease that ran out frees it like a pause that ended.
    Column("free_at", Instant, nullable=False),
    Column("worker", Code, nullable=False),
    Column("error", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("result", JsonValue, nullable=False),
    one_of("state", ChunkState),
    CheckConstraint("attempts >= 0", name="attempts_not_negative"),
    CheckConstraint("size >= 0", name="size_not_negative"),
)
Index("ix_job_chunk_open", job_chunk.c.free_at, postgresql_where=_OPEN, sqlite_where=_OPEN)
