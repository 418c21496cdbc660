"""Rules that failed while they judged reports, and the forms that take no reports for it.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
KINDS = "kind IN ('raised', 'hung', 'nonsense')"


def upgrade() -> None:
    op.create_table(
        "rule_trouble",
        sa.Column("campaign_code", CODE, nullable=False),
        sa.Column("form_code", CODE, nullable=False),
        sa.Column("rule_code", CODE, nullable=False),
        sa.Column("unit_code", CODE, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("place", CODE, nullable=False),
        sa.Column("digest", CODE, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", INSTANT, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("campaign_code", "form_code", "rule_code", "unit_code", "kind", name="pk_rule_trouble"),
        sa.CheckConstraint(KINDS, name="ck_rule_trouble_kind_known"),
        sa.CheckConstraint("times > 0", name="ck_rule_trouble_times_positive"),
    )
    op.create_table(
        "form_hold",
        sa.Column("campaign_code", CODE, nullable=False),
        sa.Column("form_code", CODE, nullable=False),
        sa.Column("digest", CODE, nullable=False),
        sa.Column("rule_code", CODE, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("place", CODE, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("campaign_code", "form_code", name="pk_form_hold"),
        sa.CheckConstraint(KINDS, name="ck_form_hold_kind_known"),
    )
