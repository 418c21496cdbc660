"""The tables, as the newest migration leaves them.

The ledger (report, report_revision, report_event) states its rules as constraints, so that no
race and no program can break them; two triggers, kept in the migration, refuse to change what
was filed. Fact, rollup, duty_status and status are derived: they carry no foreign keys, for they
can be dropped and rebuilt at any time.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Boolean
from sqlalchemy import CheckConstraint
from sqlalchemy import Column
from sqlalchemy import Date
from sqlalchemy import ForeignKey
from sqlalchemy import ForeignKeyConstraint
from sqlalchemy import Identity
from sqlalchemy import Index
from sqlalchemy import Integer
from sqlalchemy import MetaData
from sqlalchemy import Table
from sqlalchemy import Text
from sqlalchemy import UniqueConstraint
from sqlalchemy import text

from thidua.adapters.db.types import Code
from thidua.adapters.db.types import Document
from thidua.adapters.db.types import Instant
from thidua.adapters.db.types import JsonValue
from thidua.adapters.db.types import Key
from thidua.adapters.db.types import Whole
from thidua.domain.accounts import Role
from thidua.domain.reports import Channel
from thidua.domain.reports import EventKind
from thidua.domain.reports import PeriodState
from thidua.domain.reports import ReportState

__all__ = [
    "account",
    "api_token",
    "campaign",
    "duty_status",
    "fact",
    "membership",
    "metadata",
    "obligation",
    "outbox",
    "period",
    "report",
    "report_event",
    "report_revision",
    "rollup",
    "session",
    "status",
    "unit",
    "unit_version",
    "worker_seen",
]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key() -> Column[int]:
    return Column("id", Key, Identity(), primary_key=True)


def _one_of(column: str, words: Iterable[str]) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


account = Table(
    "account",
    metadata,
    _key(),
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
    _key(),
    Column("account_id", Key, ForeignKey("account.id"), nullable=False, index=True),
    Column("role", Code, nullable=False),
    Column("unit_code", Code, ForeignKey("unit.code")),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    _one_of("role", Role),
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
    _one_of("state", PeriodState),
    CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_has_moment"),
)

obligation = Table(
    "obligation",
    metadata,
    _key(),
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
    UniqueConstraint("campaign_code", "period_code", "unit_code"),
    ForeignKeyConstraint(["campaign_code", "period_code"], ["period.campaign_code", "period.code"]),
)

report = Table(
    "report",
    metadata,
    _key(),
    Column("campaign_code", Code, nullable=False),
    Column("period_code", Code, nullable=False),
    Column("unit_code", Code, nullable=False),
    Column("unit_type", Code, nullable=False),
    Column("form_code", Code, nullable=False),
    Column("state", Code, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("accepted_revision", Integer),
    Column("first_received_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    UniqueConstraint("campaign_code", "period_code", "unit_code"),
    ForeignKeyConstraint(
        ["campaign_code", "period_code", "unit_code"],
        ["obligation.campaign_code", "obligation.period_code", "obligation.unit_code"],
    ),
    Index(None, "unit_code", "id"),
    _one_of("state", ReportState),
    CheckConstraint("revision >= 0", name="revision_not_negative"),
    CheckConstraint("accepted_revision >= 0 AND accepted_revision <= revision", name="accepted_was_filed"),
    CheckConstraint("state <> 'accepted' OR accepted_revision IS NOT NULL", name="accepted_has_revision"),
)

report_revision = Table(
    "report_revision",
    metadata,
    _key(),
    Column("report_id", Key, ForeignKey("report.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("form_version", Integer, nullable=False),
    Column("schema_digest", Code, nullable=False),
    Column("payload", JsonValue, nullable=False),
    Column("channel", Code, nullable=False),
    Column("is_estimate", Boolean, nullable=False),
    Column("filed_by", Key, ForeignKey("account.id"), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("confirmed", JsonValue, nullable=False),
    Column("idempotency_key", Code),
    Column("request_digest", Code),
    UniqueConstraint("report_id", "number"),
    UniqueConstraint("filed_by", "idempotency_key"),
    _one_of("channel", Channel),
    CheckConstraint("number >= 0", name="number_not_negative"),
)

report_event = Table(
    "report_event",
    metadata,
    _key(),
    Column("report_id", Key, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("kind", Code, nullable=False),
    Column("happened_at", Instant, nullable=False),
    Column("account_id", Key, ForeignKey("account.id"), nullable=False),
    Column("note", Text, nullable=False),
    ForeignKeyConstraint(["report_id", "revision"], ["report_revision.report_id", "report_revision.number"]),
    Index(None, "report_id"),
    _one_of("kind", EventKind),
)

outbox = Table(
    "outbox",
    metadata,
    _key(),
    Column("report_id", Key, ForeignKey("report.id"), nullable=False),
    Column("campaign_code", Code, nullable=False),
    Column("period_code", Code, nullable=False),
    Column("unit_code", Code, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("applied_at", Instant),
    Column("attempts", Integer, nullable=False),
    CheckConstraint("attempts >= 0", name="attempts_not_negative"),
)
# Drains take the oldest rows, statuses count a campaign's: both read this small index only.
Index(
    "ix_outbox_waiting",
    outbox.c.id,
    outbox.c.campaign_code,
    postgresql_where=text("applied_at IS NULL"),
    sqlite_where=text("applied_at IS NULL"),
)

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
