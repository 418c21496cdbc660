"""What is being written: cells as typed, and the files laid beside them."""

from __future__ import annotations

from sqlalchemy import Boolean
from sqlalchemy import CheckConstraint
from sqlalchemy import Column
from sqlalchemy import ForeignKey
from sqlalchemy import ForeignKeyConstraint
from sqlalchemy import Index
from sqlalchemy import Integer
from sqlalchemy import Table
from sqlalchemy import Text
from sqlalchemy import UniqueConstraint
from sqlalchemy import false

from thidua.adapters.db.tables.base import key
from thidua.adapters.db.tables.base import metadata
from thidua.adapters.db.types import Code
from thidua.adapters.db.types import Instant
from thidua.adapters.db.types import Key

__all__ = ["attachment", "draft", "draft_cell", "evidence"]

draft = Table(
    "draft",
    metadata,
    key(),
    Column("campaign_code", Code, nullable=False),
    Column("period_code", Code, nullable=False),
    Column("unit_code", Code, nullable=False),
    Column("version", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("is_from_workbook", Boolean, nullable=False, server_default=false()),
    Column("proposed_by", Key, ForeignKey("account.id")),
    Column("proposed_at", Instant),
    Column("note", Text, nullable=False),
    Column("saved_by", Key, ForeignKey("account.id"), nullable=False),
    Column("saved_at", Instant, nullable=False),
    UniqueConstraint("campaign_code", "period_code", "unit_code"),
    ForeignKeyConstraint(
        ["campaign_code", "period_code", "unit_code"],
        ["obligation.campaign_code", "obligation.period_code", "obligation.unit_code"],
    ),
    CheckConstraint("version >= 1", name="version_positive"),
    CheckConstraint("(proposed_by IS NULL) = (proposed_at IS NULL)", name="proposed_by_someone"),
)

# One row for each cell ever touched, an emptied one included: its version tells a second editor
# whether it changed since he opened the page.
draft_cell = Table(
    "draft_cell",
    metadata,
    Column("draft_id", Key, ForeignKey("draft.id", ondelete="CASCADE"), primary_key=True),
    Column("pointer", Code, primary_key=True),
    Column("typed", Text),
    Column("version", Integer, nullable=False),
    Column("is_carried", Boolean, nullable=False),
    Column("saved_by", Key, ForeignKey("account.id"), nullable=False),
    Column("saved_at", Instant, nullable=False),
)

# A stored file, named by its content.
attachment = Table(
    "attachment",
    metadata,
    Column("digest", Code, primary_key=True),
    Column("media_type", Code, nullable=False),
    Column("size", Integer, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("stored_at", Instant, nullable=False),
    # What a person sees of a picture, so that the same photo saved anew is still recognised.
    Column("likeness", Code),
)

# Who laid which file beside which cell of which report; taking it away keeps the row.
evidence = Table(
    "evidence",
    metadata,
    key(),
    Column("campaign_code", Code, nullable=False),
    Column("period_code", Code, nullable=False),
    Column("unit_code", Code, nullable=False),
    Column("pointer", Code, nullable=False),
    Column("digest", Code, ForeignKey("attachment.digest"), nullable=False, index=True),
    Column("file_name", Text, nullable=False),
    Column("account_id", Key, ForeignKey("account.id"), nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("removed_at", Instant),
    ForeignKeyConstraint(
        ["campaign_code", "period_code", "unit_code"],
        ["obligation.campaign_code", "obligation.period_code", "obligation.unit_code"],
    ),
    Index(None, "campaign_code", "period_code", "unit_code"),
)
