"""What a campaign was when it was opened stays readable, whatever becomes of its plugin.

Campaigns opened before this are pinned by the first worker or filing of the new release: a migration
runs without plugins and could not know what to write.

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "pinned_text",
        sa.Column("digest", CODE, nullable=False),
        sa.Column("form_code", CODE, nullable=False),
        sa.Column("schema_digest", CODE, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_pinned_text"),
        sa.CheckConstraint(
            "(form_code = '') = (schema_digest = '')", name=op.f("ck_pinned_text_form_has_schema_digest")
        ),
    )
    op.create_index("ix_pinned_text_form_code_schema_digest", "pinned_text", ["form_code", "schema_digest"])
    op.create_table(
        "campaign_pin",
        sa.Column("campaign_code", CODE, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("digest", CODE, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("reason", CODE, nullable=False),
        sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("campaign_code", "number", name="pk_campaign_pin"),
        sa.ForeignKeyConstraint(["campaign_code"], ["campaign.code"], name="fk_campaign_pin_campaign_code_campaign"),
        sa.ForeignKeyConstraint(["digest"], ["pinned_text.digest"], name="fk_campaign_pin_digest_pinned_text"),
        sa.CheckConstraint(
            "reason IN ('opened', 'found', 'reworded', 'adopted')", name=op.f("ck_campaign_pin_reason_known")
        ),
    )
    for table in ("pinned_text", "campaign_pin"):
        _append_only(table)


def _append_only(table: str) -> None:
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
