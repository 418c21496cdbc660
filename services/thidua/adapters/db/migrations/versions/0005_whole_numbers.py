"""Numbers, cells and duty states are kept by report and unit, and summed by parts of the units.

Revision ID: 0005
Revises: 0004

What is derived from the ledger is dropped and counted anew: every report is announced once more, and
the workers take it in as if it had just been filed. Until then pages show the statuses as they were,
with how many changes wait. Stop the previous release before this one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for name in ("duty_status", "rollup", "fact"):
        op.drop_table(name)
    op.create_table(
        "fact",
        sa.Column("report_id", KEY, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        *(sa.Column(name, CODE, nullable=False) for name in ("campaign_code", "period_code")),
        sa.Column("ordinal", sa.Integer, nullable=False),
        *(sa.Column(name, CODE, nullable=False) for name in ("unit_code", "unit_type", "form_code")),
        sa.Column("filed", sa.Boolean, nullable=False),
        sa.Column("accepted", sa.Boolean, nullable=False),
        sa.Column("numbers", CODE, nullable=False),
        sa.PrimaryKeyConstraint("report_id", "revision", name="pk_fact"),
    )
    op.create_index("ix_fact_campaign_code_unit_code", "fact", ["campaign_code", "unit_code"])
    op.create_table(
        "rollup",
        *(sa.Column(name, CODE, nullable=False) for name in ("campaign_code", "period_code", "unit_code", "unit_type")),
        sa.Column("shard", sa.Integer, nullable=False),
        sa.Column("cells", CODE, nullable=False),
        sa.Column("duties", CODE, nullable=False),
        sa.PrimaryKeyConstraint("campaign_code", "period_code", "unit_code", name="pk_rollup"),
    )
    op.create_index("ix_rollup_campaign_code_period_code_shard", "rollup", ["campaign_code", "period_code", "shard"])
    op.create_table(
        "rollup_shard",
        *(sa.Column(name, CODE, nullable=False) for name in ("campaign_code", "period_code")),
        sa.Column("shard", sa.Integer, nullable=False),
        sa.Column("sums", CODE, nullable=False),
        sa.PrimaryKeyConstraint("campaign_code", "period_code", "shard", name="pk_rollup_shard"),
    )
    op.execute(
        "INSERT INTO outbox (report_id, campaign_code, period_code, unit_code, created_at, attempts)"
        " SELECT id, campaign_code, period_code, unit_code, CURRENT_TIMESTAMP, 0 FROM report WHERE NOT EXISTS"
        " (SELECT 1 FROM outbox AS waits WHERE waits.report_id = report.id AND waits.applied_at IS NULL) ORDER BY id"
    )
