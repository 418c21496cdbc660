"""What campaigns were when they were opened; triggers, kept in the migrations, refuse to change it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy import Column
from sqlalchemy import ForeignKey
from sqlalchemy import Index
from sqlalchemy import Integer
from sqlalchemy import Table
from sqlalchemy import Text

from thidua.adapters.db.tables.base import metadata
from thidua.adapters.db.tables.base import one_of
from thidua.adapters.db.types import Code
from thidua.adapters.db.types import Instant
from thidua.domain.pins import PinReason

__all__ = ["campaign_pin", "pinned_text"]

# Named by its own SHA-256. A form is the same row for every campaign and revision that used it as it was.
pinned_text = Table(
    "pinned_text",
    metadata,
    Column("digest", Code, primary_key=True),
    # Both empty for a year, which names its forms by their digests.
    Column("form_code", Code, nullable=False),
    Column("schema_digest", Code, nullable=False),
    Column("document", Text, nullable=False),
    Index(None, "form_code", "schema_digest"),
    CheckConstraint("(form_code = '') = (schema_digest = '')", name="form_has_schema_digest"),
)

# The last of a campaign is in force.
campaign_pin = Table(
    "campaign_pin",
    metadata,
    Column("campaign_code", Code, ForeignKey("campaign.code"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("digest", Code, ForeignKey("pinned_text.digest"), nullable=False),
    Column("origin", Text, nullable=False),
    Column("reason", Code, nullable=False),
    Column("pinned_at", Instant, nullable=False),
    one_of("reason", PinReason),
)
