"""What went wrong with plugins while they worked."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy import Column
from sqlalchemy import Integer
from sqlalchemy import Table

from thidua.adapters.db.tables.base import metadata
from thidua.adapters.db.tables.base import one_of
from thidua.adapters.db.types import Code
from thidua.adapters.db.types import Instant
from thidua.domain.plugins import TroubleKind

__all__ = ["form_hold", "rule_trouble"]

# Codes and lines of code only: of the report on which a rule failed nothing is kept.
rule_trouble = Table(
    "rule_trouble",
    metadata,
    Column("campaign_code", Code, primary_key=True),
    Column("form_code", Code, primary_key=True),
    Column("rule_code", Code, primary_key=True),
    Column("unit_code", Code, primary_key=True),
    Column("kind", Code, primary_key=True),
    Column("place", Code, nullable=False),
    # Of the plugins' files: what a mended plugin does is another matter.
    Column("digest", Code, nullable=False),
    Column("times", Integer, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    one_of("kind", TroubleKind),
    CheckConstraint("times > 0", name="times_positive"),
)

form_hold = Table(
    "form_hold",
    metadata,
    Column("campaign_code", Code, primary_key=True),
    Column("form_code", Code, primary_key=True),
    Column("digest", Code, nullable=False),
    Column("rule_code", Code, nullable=False),
    Column("kind", Code, nullable=False),
    Column("place", Code, nullable=False),
    Column("since", Instant, nullable=False),
    one_of("kind", TroubleKind),
)
