"""Background work as rows: jobs and their pieces.

Revision ID: 0004
Revises: 0003

Adds two tables and changes none: the previous release goes on beside them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OPEN = sa.text("state IN ('waiting', 'running')")


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", KEY, sa.Identity(), nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("subject", CODE, nullable=False),
        sa.Column("slot", CODE),
        sa.Column("origin", CODE, nullable=False),
        sa.Column("asked_by", KEY),
        sa.Column("state", CODE, nullable=False),
        sa.Column("stage", sa.Integer, nullable=False),
        sa.Column("cancel_asked", sa.Boolean, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("started_at", INSTANT),
        sa.Column("finished_at", INSTANT),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("result", JSON, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.UniqueConstraint("slot", name="uq_job_slot"),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name="fk_job_asked_by_account"),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'quarantined', 'cancelled')", name="ck_job_state_known"
        ),
        sa.CheckConstraint("origin IN ('person', 'console', 'schedule')", name="ck_job_origin_known"),
        sa.CheckConstraint("stage >= 0", name="ck_job_stage_not_negative"),
    )
    op.create_index("uq_job_open", "job", ["kind", "subject"], unique=True, postgresql_where=OPEN, sqlite_where=OPEN)
    op.create_table(
        "job_chunk",
        sa.Column("job_id", KEY, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("stage", sa.Integer, nullable=False),
        sa.Column("scope", JSON, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("state", CODE, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("free_at", INSTANT, nullable=False),
        sa.Column("worker", CODE, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("result", JSON, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "number", name="pk_job_chunk"),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_job_chunk_job_id_job", ondelete="CASCADE"),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'quarantined')", name="ck_job_chunk_state_known"),
        sa.CheckConstraint("attempts >= 0", name="ck_job_chunk_attempts_not_negative"),
        sa.CheckConstraint("size >= 0", name="ck_job_chunk_size_not_negative"),
    )
    op.create_index("ix_job_chunk_open", "job_chunk", ["free_at"], postgresql_where=OPEN, sqlite_where=OPEN)
