"""Accounts are made by invitation, roles wait for a second person, sessions and tokens say when they were last used.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON_VALUE = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

ROLE_KNOWN = "role IN ('unit_reporter', 'unit_head', 'office', 'leader', 'observer', 'admin')"
UNIT_ROLE_HAS_UNIT = "role NOT IN ('unit_reporter', 'unit_head') OR unit_code IS NOT NULL"


def upgrade() -> None:
    widen_accounts()
    add_prepared_memberships()
    add_invitations()


def widen_accounts() -> None:
    for column in ("last_signed_in_at", "news_at", "news_read_at"):
        op.add_column("account", sa.Column(column, INSTANT))
    with op.batch_alter_table("membership") as table:
        for moment, person in (("given_at", "given_by"), ("ended_at", "ended_by")):
            table.add_column(sa.Column(moment, INSTANT))
            table.add_column(sa.Column(person, KEY))
            table.create_foreign_key(f"fk_membership_{person}_account", "account", [person], ["id"])
    op.add_column("session", sa.Column("last_seen_at", INSTANT))
    op.add_column("session", sa.Column("network", CODE, nullable=False, server_default=""))
    op.add_column("session", sa.Column("agent", sa.Text, nullable=False, server_default=""))
    with op.batch_alter_table("api_token") as table:
        table.add_column(sa.Column("scopes", JSON_VALUE))
        table.add_column(sa.Column("made_by", KEY))
        table.add_column(sa.Column("last_used_at", INSTANT))
        table.add_column(sa.Column("revoked_at", INSTANT))
        table.create_foreign_key("fk_api_token_made_by_account", "account", ["made_by"], ["id"])


def add_prepared_memberships() -> None:
    op.create_table(
        "prepared_membership",
        sa.Column("id", KEY, sa.Identity(), nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("role", CODE, nullable=False),
        sa.Column("unit_code", CODE),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("prepared_at", INSTANT, nullable=False),
        sa.Column("prepared_by", KEY, nullable=False),
        sa.Column("settled_at", INSTANT),
        sa.Column("settled_by", KEY),
        sa.Column("membership_id", KEY),
        sa.CheckConstraint(ROLE_KNOWN, name="ck_prepared_membership_role_known"),
        sa.CheckConstraint(UNIT_ROLE_HAS_UNIT, name="ck_prepared_membership_unit_role_has_unit"),
        sa.CheckConstraint("valid_to > valid_from", name="ck_prepared_membership_ends_after_start"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_prepared_membership_account_id_account"),
        sa.ForeignKeyConstraint(["unit_code"], ["unit.code"], name="fk_prepared_membership_unit_code_unit"),
        sa.ForeignKeyConstraint(["prepared_by"], ["account.id"], name="fk_prepared_membership_prepared_by_account"),
        sa.ForeignKeyConstraint(["settled_by"], ["account.id"], name="fk_prepared_membership_settled_by_account"),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name="fk_prepared_membership_membership_id_membership"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_prepared_membership"),
    )
    op.create_index("ix_prepared_membership_account_id", "prepared_membership", ["account_id"])


def add_invitations() -> None:
    op.create_table(
        "invitation",
        sa.Column("digest", CODE, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", KEY),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT),
        sa.CheckConstraint("kind IN ('invitation', 'reset')", name="ck_invitation_kind_known"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_invitation_account_id_account"),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name="fk_invitation_made_by_account"),
        sa.PrimaryKeyConstraint("digest", name="pk_invitation"),
    )
    op.create_index("ix_invitation_account_id", "invitation", ["account_id"])
