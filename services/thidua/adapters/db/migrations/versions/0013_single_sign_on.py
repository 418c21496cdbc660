"""People of an identity provider are linked to accounts, and each trip to the provider is used once.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "identity",
        sa.Column("id", KEY, sa.Identity(), nullable=False),
        sa.Column("issuer", CODE, nullable=False),
        sa.Column("subject", CODE, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("linked_at", INSTANT, nullable=False),
        sa.Column("linked_by", KEY),
        sa.Column("used_at", INSTANT),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_identity_account_id_account"),
        sa.ForeignKeyConstraint(["linked_by"], ["account.id"], name="fk_identity_linked_by_account"),
        sa.PrimaryKeyConstraint("id", name="pk_identity"),
        sa.UniqueConstraint("issuer", "subject", name="uq_identity_issuer_subject"),
    )
    op.create_index("ix_identity_account_id", "identity", ["account_id"])
    op.create_table(
        "used_trip",
        sa.Column("digest", CODE, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_used_trip"),
    )
    op.create_index("ix_used_trip_expires_at", "used_trip", ["expires_at"])
