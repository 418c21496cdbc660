"""A report filed from a draft that was filled from a workbook says so.

Revision ID: 0017
Revises: 0016

The channel's words widen and nothing narrows: what the previous release writes stays good. It does not
know the new word, though: start every process of it again before workbooks are filed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# As it lies in databases: the first migration named it in full, and the convention put the table before it once more.
KNOWN = "ck_report_revision_ck_report_revision_channel_known"
CHANNELS = "channel IN ('web', 'workbook', 'api', 'on_behalf', 'sample')"


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    # Nothing is known of drafts that are being written: they count as typed.
    op.add_column(
        "draft",
        sa.Column("is_from_workbook", sa.Boolean, nullable=False, server_default=sa.false()),
        if_not_exists=not is_sqlite,
    )
    if is_sqlite:
        rebuild()
        return
    # Without reading the rows while the table is locked. They are read afterwards, with nobody kept waiting;
    # should that be broken off, all of this can be done again.
    op.execute(
        f"ALTER TABLE report_revision DROP CONSTRAINT {KNOWN}, ADD CONSTRAINT {KNOWN} CHECK ({CHANNELS}) NOT VALID"
    )
    with op.get_context().autocommit_block():
        op.execute(f"ALTER TABLE report_revision VALIDATE CONSTRAINT {KNOWN}")


def rebuild() -> None:
    """Make the table anew with the wider word; its triggers go with the old one and are made again."""
    with op.batch_alter_table("report_revision") as table:
        table.drop_constraint(op.f(KNOWN), type_="check")
        table.create_check_constraint(op.f(KNOWN), CHANNELS)
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER report_revision_refuse_{change.lower()} BEFORE {change} ON report_revision "
            "BEGIN SELECT RAISE(ABORT, 'report_revision is append-only'); END"
        )
