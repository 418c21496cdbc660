"""The ledger, the accounts, the directory, and what is derived from them.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

APPEND_ONLY = ("report_revision", "report_event")


def upgrade() -> None:
    make_directory()
    make_accounts()
    make_campaigns()
    make_ledger()
    make_derived()
    for table in APPEND_ONLY:
        refuse_changes(table)


def key() -> sa.Column[int]:
    return sa.Column("id", KEY, sa.Identity(), nullable=False)


def make_directory() -> None:
    op.create_table(
        "unit",
        sa.Column("code", CODE, nullable=False),
        sa.Column("list_order", sa.Integer, nullable=False),
        sa.Column("area_code", CODE, nullable=False),
        sa.Column("aliases", JSON, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_unit"),
    )
    op.create_table(
        "unit_version",
        sa.Column("unit_code", CODE, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("short_name", sa.Text, nullable=False),
        sa.Column("unit_type", CODE, nullable=False),
        sa.Column("parent", sa.Text, nullable=False),
        sa.Column("legal_basis", sa.Text, nullable=False),
        sa.Column("attributes", JSON, nullable=False),
        sa.Column("unverified", JSON, nullable=False),
        sa.PrimaryKeyConstraint("unit_code", "valid_from", name="pk_unit_version"),
        sa.ForeignKeyConstraint(["unit_code"], ["unit.code"], name="fk_unit_version_unit_code_unit"),
        sa.CheckConstraint("valid_to > valid_from", name="ck_unit_version_ends_after_start"),
    )


def make_accounts() -> None:
    op.create_table(
        "account",
        key(),
        sa.Column("name", CODE, nullable=False),
        sa.Column("full_name", sa.Text, nullable=False),
        sa.Column("position", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("disabled_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("name", name="uq_account_name"),
    )
    op.create_table(
        "membership",
        key(),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("role", CODE, nullable=False),
        sa.Column("unit_code", CODE),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_membership_account_id_account"),
        sa.ForeignKeyConstraint(["unit_code"], ["unit.code"], name="fk_membership_unit_code_unit"),
        sa.CheckConstraint(
            "role IN ('unit_reporter', 'unit_head', 'office', 'leader', 'observer', 'admin')",
            name="ck_membership_role_known",
        ),
        sa.CheckConstraint(
            "role NOT IN ('unit_reporter', 'unit_head') OR unit_code IS NOT NULL",
            name="ck_membership_unit_role_has_unit",
        ),
        sa.CheckConstraint("valid_to > valid_from", name="ck_membership_ends_after_start"),
    )
    op.create_index("ix_membership_account_id", "membership", ["account_id"])
    op.create_table(
        "session",
        sa.Column("digest", CODE, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_session"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_session_account_id_account"),
    )
    op.create_index("ix_session_account_id", "session", ["account_id"])
    op.create_table(
        "api_token",
        sa.Column("digest", CODE, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_api_token"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_api_token_account_id_account"),
    )
    op.create_index("ix_api_token_account_id", "api_token", ["account_id"])


def make_campaigns() -> None:
    op.create_table(
        "campaign",
        sa.Column("code", CODE, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.Column("issued_on", sa.Date),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_campaign"),
        sa.CheckConstraint("version >= 1", name="ck_campaign_version_positive"),
    )
    op.create_table(
        "period",
        sa.Column("campaign_code", CODE, nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("state", CODE, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.PrimaryKeyConstraint("campaign_code", "code", name="pk_period"),
        sa.UniqueConstraint("campaign_code", "ordinal", name="uq_period_campaign_code_ordinal"),
        sa.ForeignKeyConstraint(["campaign_code"], ["campaign.code"], name="fk_period_campaign_code_campaign"),
        sa.CheckConstraint("state IN ('open', 'closed')", name="ck_period_state_known"),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="ck_period_closed_has_moment"),
    )
    op.create_table(
        "obligation",
        key(),
        sa.Column("campaign_code", CODE, nullable=False),
        sa.Column("period_code", CODE, nullable=False),
        sa.Column("unit_code", CODE, nullable=False),
        sa.Column("unit_type", CODE, nullable=False),
        sa.Column("unit_name", sa.Text, nullable=False),
        sa.Column("unit_order", sa.Integer, nullable=False),
        sa.Column("attributes", JSON, nullable=False),
        sa.Column("form_code", CODE, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("exempt_reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_obligation"),
        sa.UniqueConstraint(
            "campaign_code", "period_code", "unit_code", name="uq_obligation_campaign_code_period_code_unit_code"
        ),
        sa.ForeignKeyConstraint(
            ["campaign_code", "period_code"],
            ["period.campaign_code", "period.code"],
            name="fk_obligation_campaign_code_period_code_period",
        ),
        sa.ForeignKeyConstraint(["unit_code"], ["unit.code"], name="fk_obligation_unit_code_unit"),
    )
    op.create_index("ix_obligation_unit_code", "obligation", ["unit_code"])


def make_ledger() -> None:
    op.create_table(
        "report",
        key(),
        sa.Column("campaign_code", CODE, nullable=False),
        sa.Column("period_code", CODE, nullable=False),
        sa.Column("unit_code", CODE, nullable=False),
        sa.Column("unit_type", CODE, nullable=False),
        sa.Column("form_code", CODE, nullable=False),
        sa.Column("state", CODE, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("accepted_revision", sa.Integer),
        sa.Column("first_received_at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
        sa.UniqueConstraint(
            "campaign_code", "period_code", "unit_code", name="uq_report_campaign_code_period_code_unit_code"
        ),
        sa.ForeignKeyConstraint(
            ["campaign_code", "period_code", "unit_code"],
            ["obligation.campaign_code", "obligation.period_code", "obligation.unit_code"],
            name="fk_report_campaign_code_period_code_unit_code_obligation",
        ),
        sa.CheckConstraint(
            "state IN ('submitted', 'returned', 'accepted', 'consolidated', 'withdrawn')", name="ck_report_state_known"
        ),
        sa.CheckConstraint("revision >= 0", name="ck_report_revision_not_negative"),
        sa.CheckConstraint(
            "accepted_revision >= 0 AND accepted_revision <= revision", name="ck_report_accepted_was_filed"
        ),
        sa.CheckConstraint(
            "state <> 'accepted' OR accepted_revision IS NOT NULL", name="ck_report_accepted_has_revision"
        ),
    )
    op.create_index("ix_report_unit_code_id", "report", ["unit_code", "id"])
    op.create_table(
        "report_revision",
        key(),
        sa.Column("report_id", KEY, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("form_version", sa.Integer, nullable=False),
        sa.Column("schema_digest", CODE, nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("channel", CODE, nullable=False),
        sa.Column("is_estimate", sa.Boolean, nullable=False),
        sa.Column("filed_by", KEY, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("confirmed", JSON, nullable=False),
        sa.Column("idempotency_key", CODE),
        sa.Column("request_digest", CODE),
        sa.PrimaryKeyConstraint("id", name="pk_report_revision"),
        sa.UniqueConstraint("report_id", "number", name="uq_report_revision_report_id_number"),
        sa.UniqueConstraint("filed_by", "idempotency_key", name="uq_report_revision_filed_by_idempotency_key"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_report_revision_report_id_report"),
        sa.ForeignKeyConstraint(["filed_by"], ["account.id"], name="fk_report_revision_filed_by_account"),
        sa.CheckConstraint("channel IN ('web', 'api', 'sample')", name="ck_report_revision_channel_known"),
        sa.CheckConstraint("number >= 0", name="ck_report_revision_number_not_negative"),
    )
    op.create_table(
        "report_event",
        key(),
        sa.Column("report_id", KEY, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_report_event"),
        sa.ForeignKeyConstraint(
            ["report_id", "revision"],
            ["report_revision.report_id", "report_revision.number"],
            name="fk_report_event_report_id_revision_report_revision",
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_report_event_account_id_account"),
        sa.CheckConstraint("kind IN ('filed', 'refiled', 'accepted')", name="ck_report_event_kind_known"),
    )
    op.create_index("ix_report_event_report_id", "report_event", ["report_id"])
    op.create_table(
        "outbox",
        key(),
        sa.Column("report_id", KEY, nullable=False),
        sa.Column("campaign_code", CODE, nullable=False),
        sa.Column("period_code", CODE, nullable=False),
        sa.Column("unit_code", CODE, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("applied_at", INSTANT),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_outbox_report_id_report"),
        sa.CheckConstraint("attempts >= 0", name="ck_outbox_attempts_not_negative"),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["id", "campaign_code"],
        postgresql_where=sa.text("applied_at IS NULL"),
        sqlite_where=sa.text("applied_at IS NULL"),
    )


def make_derived() -> None:
    op.create_table(
        "fact",
        sa.Column("report_id", KEY, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("campaign_code", CODE, nullable=False),
        sa.Column("period_code", CODE, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("unit_code", CODE, nullable=False),
        sa.Column("unit_type", CODE, nullable=False),
        sa.Column("form_code", CODE, nullable=False),
        sa.Column("field", CODE, nullable=False),
        sa.Column("part", CODE, nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.Column("filed", sa.Boolean, nullable=False),
        sa.Column("accepted", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("report_id", "revision", "field", "part", name="pk_fact"),
    )
    op.create_index("ix_fact_campaign_code_unit_code", "fact", ["campaign_code", "unit_code"])
    op.create_index(
        "ix_fact_accepted",
        "fact",
        ["campaign_code", "period_code", "form_code", "field", "value"],
        postgresql_where=sa.text("accepted AND part = ''"),
        sqlite_where=sa.text("accepted AND part = ''"),
    )
    op.create_table(
        "rollup",
        sa.Column("campaign_code", CODE, nullable=False),
        sa.Column("period_code", CODE, nullable=False),
        sa.Column("unit_code", CODE, nullable=False),
        sa.Column("unit_type", CODE, nullable=False),
        sa.Column("form_code", CODE, nullable=False),
        sa.Column("field", CODE, nullable=False),
        sa.Column("part", CODE, nullable=False),
        sa.Column("filed", sa.BigInteger),
        sa.Column("accepted", sa.BigInteger),
        sa.Column("filed_cumulative", sa.BigInteger),
        sa.Column("accepted_cumulative", sa.BigInteger),
        sa.PrimaryKeyConstraint(
            "campaign_code", "period_code", "unit_code", "form_code", "field", "part", name="pk_rollup"
        ),
    )
    op.create_table(
        "duty_status",
        sa.Column("campaign_code", CODE, nullable=False),
        sa.Column("period_code", CODE, nullable=False),
        sa.Column("unit_code", CODE, nullable=False),
        sa.Column("duty", CODE, nullable=False),
        sa.Column("state", CODE, nullable=False),
        sa.PrimaryKeyConstraint("campaign_code", "period_code", "unit_code", "duty", name="pk_duty_status"),
    )
    op.create_table(
        "status",
        sa.Column("campaign_code", CODE, nullable=False),
        sa.Column("period_code", CODE, nullable=False),
        sa.Column("document", sa.JSON, nullable=False),
        sa.Column("digest", CODE, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("computed_at", INSTANT, nullable=False),
        sa.Column("valid_until", INSTANT),
        sa.PrimaryKeyConstraint("campaign_code", "period_code", name="pk_status"),
        sa.CheckConstraint("version >= 1", name="ck_status_version_positive"),
    )
    op.create_table(
        "worker_seen",
        sa.Column("worker", CODE, nullable=False),
        sa.Column("worked_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("worker", name="pk_worker_seen"),
    )


def refuse_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse_change()"
    )
