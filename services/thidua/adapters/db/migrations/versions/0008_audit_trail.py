"""Who did, saw or was refused what is written down, and cannot be changed afterwards.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON_VALUE = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", KEY, sa.Identity(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", KEY),
        sa.Column("act", CODE, nullable=False),
        sa.Column("thing", CODE, nullable=False),
        sa.Column("key", CODE, nullable=False),
        sa.Column("outcome", CODE, nullable=False),
        sa.Column("door", CODE, nullable=False),
        sa.Column("request_id", CODE, nullable=False),
        sa.Column("network", CODE, nullable=False),
        sa.Column("detail", JSON_VALUE, nullable=False),
        sa.CheckConstraint("outcome IN ('done', 'refused')", name="ck_audit_entry_outcome_known"),
        sa.CheckConstraint("door IN ('web', 'api', 'command', 'worker')", name="ck_audit_entry_door_known"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_audit_entry_account_id_account"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
    )
    op.create_index("ix_audit_entry_account_id_id", "audit_entry", ["account_id", "id"])
    op.create_index("ix_audit_entry_thing_key_id", "audit_entry", ["thing", "key", "id"])
    op.create_index("ix_audit_entry_happened_at", "audit_entry", ["happened_at"])
    _append_only("audit_entry")


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
