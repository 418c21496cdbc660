"""What was written down is sealed by a chain under a key that the database does not hold.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON_VALUE = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "audit_seal",
        sa.Column("seq", KEY, autoincrement=False, nullable=False),
        sa.Column("source", CODE, nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("key_id", CODE, nullable=False),
        sa.Column("digest", CODE, nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "source IN ('audit_entry', 'report_event', 'obligation_change')", name="ck_audit_seal_source_known"
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_seal"),
        sa.UniqueConstraint("source", "source_id", name="uq_audit_seal_source_source_id"),
    )
    op.create_table(
        "audit_checkpoint",
        sa.Column("seq", KEY, autoincrement=False, nullable=False),
        sa.Column("digest", CODE, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archive", CODE, nullable=False),
        sa.Column("floors", JSON_VALUE, nullable=False),
        sa.Column("key_id", CODE, nullable=False),
        sa.Column("mac", CODE, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_checkpoint"),
    )
    for table in ("audit_seal", "audit_checkpoint"):
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
