"""Units, campaigns, periods, and what each unit owes in them."""

from __future__ import annotations

from sqlalchemy import Boolean
from sqlalchemy import CheckConstraint
from sqlalchemy import Column
from sqlalchemy import Date
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
from thidua.adapters.db.tables.base import one_of
from thidua.adapters.db.types import Code
from thidua.adapters.db.types import Instant
from thidua.adapters.db.types import JsonValue
from thidua.adapters.db.types import Key
from thidua.domain.reports import ObligationChangeKind
from thidua.domain.reports import PeriodState

__all__ = ["campaign", "obligation", "obligation_change", "period", "unit", "unit_version"]

unit = Table(
    "unit",
    metadata,
    Column("code", Code, primary_key=True),
    Column("list_order", Integer, nullable=False),
    Column("area_code", Code, nullable=False),
    Column("aliases", JsonValue, nullable=False),
)

unit_version = Table(
    "unit_version",
    metadata,
    Column("unit_code", Code, ForeignKey("unit.code"), primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("valid_to", Date),
    Column("name", Text, nullable=False),
    Column("short_name", Text, nullable=False),
    Column("unit_type", Code, nullable=False),
    Column("parent", Text, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("attributes", JsonValue, nullable=False),
    Column("unverified", JsonValue, nullable=False),
    CheckConstraint("valid_to > valid_from", name="ends_after_start"),
)

campaign = Table(
    "campaign",
    metadata,
    Column("code", Code, primary_key=True),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("issued_on", Date),
    Column("version", Integer, nullable=False),
    CheckConstraint("version >= 1", name="version_positive"),
)

period = Table(
    "period",
    metadata,
    Column("campaign_code", Code, ForeignKey("campaign.code"), primary_key=True),
    Column("code", Code, primary_key=True),
    Column("ordinal", Integer, nullable=False),
    Column("state", Code, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
    UniqueConstraint("campaign_code", "ordinal"),
    one_of("state", PeriodState),
    CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_has_moment"),
)

obligation = Table(
    "obligation",
    metadata,
    key(),
    Column("campaign_code", Code, nullable=False),
    Column("period_code", Code, nullable=False),
    Column("unit_code", Code, ForeignKey("unit.code"), nullable=False, index=True),
    Column("unit_type", Code, nullable=False),
    Column("unit_name", Text, nullable=False),
    Column("unit_order", Integer, nullable=False),
    Column("attributes", JsonValue, nullable=False),
    Column("form_code", Code, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("exempt_reason", Text, nullable=False),
    Column("extended_to", Instant),
    Column("locks_at", Instant),
    Column("is_closing", Boolean, nullable=False, server_default=false()),
    Column("ends_on", Date),
    # The chain of changes: how many, and the last digest.
    Column("changes", Integer, nullable=False, server_default="0"),
    Column("head", Code, nullable=False, server_default=""),
    UniqueConstraint("campaign_code", "period_code", "unit_code"),
    Index(None, "campaign_code", "period_code", "form_code"),
    ForeignKeyConstraint(["campaign_code", "period_code"], ["period.campaign_code", "period.code"]),
    CheckConstraint("extended_to > due_at", name="extension_is_later"),
    CheckConstraint("changes >= 0", name="changes_not_negative"),
    CheckConstraint("is_closing = (ends_on IS NOT NULL)", name="closing_has_last_day"),
)

# Append-only: an extension or exemption leaves a trace, also after it was taken back.
obligation_change = Table(
    "obligation_change",
    metadata,
    key(),
    Column("obligation_id", Key, ForeignKey("obligation.id"), nullable=False, index=True),
    Column("seq", Integer, nullable=False),
    Column("kind", Code, nullable=False),
    Column("reason", Text, nullable=False),
    Column("document_number", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("ends_at", Instant),
    Column("account_id", Key, ForeignKey("account.id"), nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("owed_by", Instant),
    Column("previous", Code, nullable=False),
    Column("digest", Code, nullable=False),
    UniqueConstraint("obligation_id", "seq"),
    one_of("kind", ObligationChangeKind),
    CheckConstraint("reason <> ''", name="has_reason"),
)
