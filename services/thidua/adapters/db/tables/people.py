"""Accounts with their roles, invitations, sessions and tokens."""

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
from thidua.adapters.db.types import JsonValue
from thidua.adapters.db.types import Key
from thidua.domain.accounts import CodeKind
from thidua.domain.accounts import Role

__all__ = ["account", "api_token", "invitation", "membership", "prepared_membership", "session"]

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
    Column("last_signed_in_at", Instant),
    # When something last changed about how the person signs in or what he may do, and how much of it he has read.
    Column("news_at", Instant),
    Column("news_read_at", Instant),
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
    # Nobody where the operator's command or the demo gave it.
    Column("given_at", Instant),
    Column("given_by", Key, ForeignKey("account.id")),
    # From then on it is held no more, whatever its days say; rows are never deleted.
    Column("ended_at", Instant),
    Column("ended_by", Key, ForeignKey("account.id")),
    one_of("role", Role),
    CheckConstraint("role NOT IN ('unit_reporter', 'unit_head') OR unit_code IS NOT NULL", name="unit_role_has_unit"),
    CheckConstraint("valid_to > valid_from", name="ends_after_start"),
)

# What waits for a second person is no membership: nothing that reads what people hold looks here.
prepared_membership = Table(
    "prepared_membership",
    metadata,
    key(),
    Column("account_id", Key, ForeignKey("account.id"), nullable=False, index=True),
    Column("role", Code, nullable=False),
    Column("unit_code", Code, ForeignKey("unit.code")),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("prepared_at", Instant, nullable=False),
    Column("prepared_by", Key, ForeignKey("account.id"), nullable=False),
    Column("settled_at", Instant),
    Column("settled_by", Key, ForeignKey("account.id")),
    # None while it waits, and where it was declined.
    Column("membership_id", Key, ForeignKey("membership.id")),
    one_of("role", Role),
    CheckConstraint("role NOT IN ('unit_reporter', 'unit_head') OR unit_code IS NOT NULL", name="unit_role_has_unit"),
    CheckConstraint("valid_to > valid_from", name="ends_after_start"),
)

invitation = Table(
    "invitation",
    metadata,
    Column("digest", Code, primary_key=True),
    Column("account_id", Key, ForeignKey("account.id"), nullable=False, index=True),
    Column("kind", Code, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", Key, ForeignKey("account.id")),
    Column("expires_at", Instant, nullable=False),
    # Used, or withdrawn when a newer one was made.
    Column("settled_at", Instant),
    one_of("kind", CodeKind),
)

session = Table(
    "session",
    metadata,
    Column("digest", Code, primary_key=True),
    Column("account_id", Key, ForeignKey("account.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    # Empty in sessions begun by a release that did not know of it; written at most once a minute.
    Column("last_seen_at", Instant),
    Column("network", Code, nullable=False, server_default=""),
    Column("agent", Text, nullable=False, server_default=""),
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
    # Rights by name; none in tokens of before there were scopes, which may do what their accounts may.
    Column("scopes", JsonValue),
    Column("made_by", Key, ForeignKey("account.id")),
    # Written at most once a minute.
    Column("last_used_at", Instant),
    Column("revoked_at", Instant),
)
