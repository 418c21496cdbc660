"""Who took over from whom: added to, never changed; what was recorded wrongly is replaced by another one."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy import Column
from sqlalchemy import Date
from sqlalchemy import ForeignKey
from sqlalchemy import Index
from sqlalchemy import Integer
from sqlalchemy import Table
from sqlalchemy import Text
from sqlalchemy import UniqueConstraint
from sqlalchemy import text

from thidua.adapters.db.tables.base import metadata
from thidua.adapters.db.tables.base import one_of
from thidua.adapters.db.types import Code
from thidua.adapters.db.types import Instant
from thidua.adapters.db.types import JsonValue
from thidua.domain.successions import SuccessionKind

__all__ = ["unit_succession", "unit_succession_link"]

unit_succession = Table(
    "unit_succession",
    metadata,
    Column("code", Code, primary_key=True),
    Column("kind", Code, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("weighed_by", Text, nullable=False),
    # Empty where it stands in for none.
    Column("replaces", Code, nullable=False),
    Column("unverified", JsonValue, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    one_of("kind", SuccessionKind),
    # Two that both stand in for one would leave open which holds.
    Index(
        "uq_unit_succession_replaces",
        "replaces",
        unique=True,
        sqlite_where=text("replaces <> ''"),
        postgresql_where=text("replaces <> ''"),
    ),
)

unit_succession_link = Table(
    "unit_succession_link",
    metadata,
    Column("succession_code", Code, ForeignKey("unit_succession.code"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("predecessor", Code, ForeignKey("unit.code"), nullable=False),
    Column("successor", Code, ForeignKey("unit.code"), nullable=False),
    Column("weight", Integer),
    UniqueConstraint("succession_code", "predecessor", "successor"),
    CheckConstraint("weight >= 1", name="weight_positive"),
)
