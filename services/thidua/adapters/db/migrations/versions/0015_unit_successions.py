"""Successions between units: who took over from whom, on which day and by which text.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
JSON_VALUE = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
REPLACES = sa.text("replaces <> ''")


def upgrade() -> None:
    op.create_table(
        "unit_succession",
        sa.Column("code", CODE, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("effective_on", sa.Date, nullable=False),
        sa.Column("legal_basis", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("weighed_by", sa.Text, nullable=False),
        sa.Column("replaces", CODE, nullable=False),
        sa.Column("unverified", JSON_VALUE, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_unit_succession"),
        sa.CheckConstraint(
            "kind IN ('rename', 'merge', 'split', 'transfer', 'many_to_many')",
            name=op.f("ck_unit_succession_kind_known"),
        ),
    )
    op.create_index(
        "uq_unit_succession_replaces",
        "unit_succession",
        ["replaces"],
        unique=True,
        sqlite_where=REPLACES,
        postgresql_where=REPLACES,
    )
    op.create_table(
        "unit_succession_link",
        sa.Column("succession_code", CODE, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("predecessor", CODE, nullable=False),
        sa.Column("successor", CODE, nullable=False),
        sa.Column("weight", sa.Integer),
        sa.PrimaryKeyConstraint("succession_code", "ordinal", name="pk_unit_succession_link"),
        sa.ForeignKeyConstraint(
            ["succession_code"],
            ["unit_succession.code"],
            name="fk_unit_succession_link_succession_code_unit_succession",
        ),
        sa.ForeignKeyConstraint(["predecessor"], ["unit.code"], name="fk_unit_succession_link_predecessor_unit"),
        sa.ForeignKeyConstraint(["successor"], ["unit.code"], name="fk_unit_succession_link_successor_unit"),
        sa.UniqueConstraint(
            "succession_code",
            "predecessor",
            "successor",
            name="uq_unit_succession_link_succession_code_predecessor_successor",
        ),
        sa.CheckConstraint("weight >= 1", name=op.f("ck_unit_succession_link_weight_positive")),
    )
