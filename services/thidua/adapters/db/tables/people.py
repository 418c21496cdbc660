"""Accounts with their roles, sessions and tokens."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy import Column
from sqlalchemy import Date
from sqlalchemy import ForeignKey
from sqlalchemy import Table
from sqlalchemy import Text

from thidua.adapters.db.tables.base import key
from thidua.adapters.db.tables.base import metadata
from thidua.adapters.db.tables.base import one_of
from thidua.adapters.db.types import Code
from thidua.adapters.db.types import Instant
from thidua.adapters.db.types import Key
from thidua.domain.accounts import Role

__all__ = ["account", "api_token", "membership", "session"]

account = Table(
    "account",
    metadata,
    key(),
    Column("name", Code, nullable=False, unique=True),
    Column("full_name", Text, nullable=False),
    Column("position", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
)

membership = Table(
    "membership",
    metadata,
    key(),
    Column("account_id", Key, ForeignKey("account.id"), nullable=False, index=True),
    Column("role", Code, nullable=False),
    Column("unit_code", Code, ForeignKey("unit.code")),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    one_of("role", Role),
    CheckConstraint("role NOT IN ('unit_reporter', 'unit_head') OR unit_code IS NOT NULL", name="unit_role_has_unit"),
    CheckConstraint("valid_to > valid_from", name="ends_after_start"),
)

session = Table(
    "session",
    metadata,
    Column("digest", Code, primary_key=True),
    Column("account_id", Key, ForeignKey("account.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    # Empty in sessions begun by a release that did not know of it.
    Column("last_seen_at", Instant),
    Column("confirmed_at", Instant),
    Column("second_factor_at", Instant),
)

api_token = Table(
    "api_token",
    metadata,
    Column("digest", Code, primary_key=True),
    Column("account_id", Key, ForeignKey("account.id"), nullable=False, index=True),
    Column("label", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)
