"""The ledger: reports, what was filed, what happened, and the changes that wait to be taken in.

Its rules are constraints, so that no race and no program can break them; triggers, kept in the
migrations, refuse to change what was filed.
"""

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
from sqlalchemy import text

from thidua.adapters.db.tables.base import key
from thidua.adapters.db.tables.base import metadata
from thidua.adapters.db.tables.base import one_of
from thidua.adapters.db.types import Code
from thidua.adapters.db.types import Instant
from thidua.adapters.db.types import JsonValue
from thidua.adapters.db.types import Key
from thidua.domain.reports import Channel
from thidua.domain.reports import EventKind
from thidua.domain.reports import ReportState

__all__ = ["outbox", "report", "report_event", "report_revision"]

report = Table(
    "report",
    metadata,
    key(),
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
    Column("version", Integer, nullable=False),
    Column("head", Code, nullable=False),
    # The standing, folded from the ledger by the transaction that writes to it.
    Column("counted_at", Instant),
    Column("answer_by", Instant),
    Column("answered_late", Boolean, nullable=False),
    UniqueConstraint("campaign_code", "period_code", "unit_code"),
    ForeignKeyConstraint(
        ["campaign_code", "period_code", "unit_code"],
        ["obligation.campaign_code", "obligation.period_code", "obligation.unit_code"],
    ),
    Index(None, "unit_code", "id"),
    one_of("state", ReportState),
    CheckConstraint("revision >= 0", name="revision_not_negative"),
    CheckConstraint("accepted_revision >= 0 AND accepted_revision <= revision", name="accepted_was_filed"),
    CheckConstraint(
        "state NOT IN ('accepted', 'consolidated') OR accepted_revision IS NOT NULL", name="accepted_has_revision"
    ),
    CheckConstraint("version >= 1", name="version_positive"),
)

report_revision = Table(
    "report_revision",
    metadata,
    key(),
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
    one_of("channel", Channel),
    CheckConstraint("number >= 0", name="number_not_negative"),
)

report_event = Table(
    "report_event",
    metadata,
    key(),
    Column("report_id", Key, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("kind", Code, nullable=False),
    Column("happened_at", Instant, nullable=False),
    # None where the program acted at a command of the server's operator, who has no account.
    Column("account_id", Key, ForeignKey("account.id")),
    Column("note", Text, nullable=False),
    Column("body", JsonValue, nullable=False),
    Column("content", Code, nullable=False),
    Column("previous", Code, nullable=False),
    Column("digest", Code, nullable=False),
    ForeignKeyConstraint(["report_id", "revision"], ["report_revision.report_id", "report_revision.number"]),
    UniqueConstraint("report_id", "seq"),
    one_of("kind", EventKind),
)

outbox = Table(
    "outbox",
    metadata,
    key(),
    # None where what changed is the roster, not a report.
    Column("report_id", Key, ForeignKey("report.id")),
    Column("campaign_code", Code, nullable=False),
    Column("period_code", Code, nullable=False),
    Column("unit_code", Code, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("applied_at", Instant),
    Column("attempts", Integer, nullable=False),
    # A round that took it in with others did not end well: it may be the cause, and is tried by itself.
    Column("alone", Boolean, nullable=False, server_default=false()),
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
