"""Where each unit stands is kept by unit and summed by parts, no longer listed inside the status documents.

Revision ID: 0006
Revises: 0005

Every obligation is announced once, with its report if there is one; the workers count both and compose
the documents anew. Until then pages show the statuses as they were, with how many changes wait. Stop the
previous release before this one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "unit_filing",
        *(sa.Column(name, CODE, nullable=False) for name in ("campaign_code", "period_code", "unit_code", "unit_type")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("shard", "place")),
        sa.Column("filing", CODE, nullable=False),
        *(sa.Column(name, sa.Boolean, nullable=False) for name in ("counts", "accepted", "waits")),
        *(sa.Column(name, INSTANT, nullable=False) for name in ("due_at", "judged_at")),
        sa.Column("turns_at", INSTANT),
        sa.Column("entry", CODE, nullable=False),
        sa.PrimaryKeyConstraint("campaign_code", "period_code", "unit_code", name="pk_unit_filing"),
    )
    op.create_index(
        "ix_unit_filing_campaign_code_period_code_shard", "unit_filing", ["campaign_code", "period_code", "shard"]
    )
    op.create_index("ix_unit_filing_turns_at", "unit_filing", ["turns_at"])
    op.create_index(
        "ix_obligation_campaign_code_period_code_form_code", "obligation", ["campaign_code", "period_code", "form_code"]
    )
    op.drop_table("rollup_shard")
    op.create_table(
        "rollup_shard",
        *(sa.Column(name, CODE, nullable=False) for name in ("campaign_code", "period_code")),
        sa.Column("shard", sa.Integer, nullable=False),
        *(sa.Column(name, CODE, nullable=False) for name in ("sums", "roster")),
        sa.PrimaryKeyConstraint("campaign_code", "period_code", "shard", name="pk_rollup_shard"),
    )
    op.execute(
        "INSERT INTO outbox (report_id, campaign_code, period_code, unit_code, created_at, attempts)"
        " SELECT report.id, owed.campaign_code, owed.period_code, owed.unit_code, CURRENT_TIMESTAMP, 0"
        " FROM obligation AS owed LEFT JOIN report ON report.campaign_code = owed.campaign_code"
        " AND report.period_code = owed.period_code AND report.unit_code = owed.unit_code ORDER BY owed.id"
    )
