"""What each process is counting is written down, and what may have ended one is counted by itself.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("alone", sa.Boolean, nullable=False, server_default=sa.false()))
    # What the release before this one was trying one by one goes on like that.
    op.execute("UPDATE outbox SET alone = true WHERE applied_at IS NULL AND attempts > 0")
    op.create_table(
        "round_under_way",
        sa.Column("id", CODE, nullable=False),
        sa.Column("worker", CODE, nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alone", sa.Boolean, nullable=False),
        sa.Column("changes", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_round_under_way"),
    )
