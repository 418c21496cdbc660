"""Changes of obligations are chained; closing reports know their last day; the program may act.

Revision ID: 0003
Revises: 0002

Stop the previous release before this one: a change of an obligation that it would write meanwhile
is refused, since it does not know the chain. Existing changes are chained here, once.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

APPEND_ONLY = ("report_event", "obligation_change")


def upgrade() -> None:
    for name in APPEND_ONLY:
        allow_changes(name)
    with op.batch_alter_table("report_event") as table:
        table.alter_column("account_id", existing_type=KEY, nullable=True)
    with op.batch_alter_table("obligation") as table:
        table.add_column(sa.Column("ends_on", sa.Date))
        table.add_column(sa.Column("changes", sa.Integer, nullable=False, server_default="0"))
        table.add_column(sa.Column("head", CODE, nullable=False, server_default=""))
        table.create_check_constraint("ck_obligation_changes_not_negative", "changes >= 0")
        table.create_check_constraint("ck_obligation_closing_has_last_day", "is_closing = (ends_on IS NOT NULL)")
    with op.batch_alter_table("obligation_change") as table:
        table.add_column(sa.Column("owed_by", INSTANT))
        table.add_column(sa.Column("previous", CODE))
        table.add_column(sa.Column("digest", CODE))
    chain_changes()
    with op.batch_alter_table("obligation_change") as table:
        for column in ("previous", "digest"):
            table.alter_column(column, existing_type=CODE, nullable=False)
    for name in APPEND_ONLY:
        refuse_changes(name)


def chain_changes() -> None:
    """Chain what was changed before: the same digests that the program makes and checks."""
    bind = op.get_bind()
    obligation = sa.table(
        "obligation",
        sa.column("id", KEY),
        *(sa.column(name, CODE) for name in ("campaign_code", "period_code", "unit_code", "unit_type", "form_code")),
        sa.column("unit_name", sa.Text),
        sa.column("unit_order", sa.Integer),
        sa.column("attributes", JSON),
        sa.column("due_at", INSTANT),
        sa.column("locks_at", INSTANT),
        sa.column("changes", sa.Integer),
        sa.column("head", CODE),
    )
    change = sa.table(
        "obligation_change",
        sa.column("id", KEY),
        sa.column("obligation_id", KEY),
        sa.column("seq", sa.Integer),
        sa.column("kind", CODE),
        *(sa.column(name, sa.Text) for name in ("reason", "document_number", "requested_by")),
        sa.column("ends_at", INSTANT),
        sa.column("account_id", KEY),
        sa.column("changed_at", INSTANT),
        sa.column("previous", CODE),
        sa.column("digest", CODE),
    )
    for row in bind.execute(sa.select(obligation).order_by(obligation.c.id)).mappings().all():
        names = ("campaign_code", "period_code", "unit_code", "unit_type", "unit_name", "unit_order", "attributes")
        head = sha256(
            [*(row[name] for name in names), row["form_code"], written(row["due_at"]), written(row["locks_at"]), None]
        )
        own = sa.select(change).where(change.c.obligation_id == row["id"]).order_by(change.c.seq)
        changes = bind.execute(own).mappings().all()
        for each in changes:
            said = [
                *(each[name] for name in ("seq", "kind", "reason", "document_number", "requested_by")),
                written(each["ends_at"]),
                each["account_id"],
                written(each["changed_at"]),
                None,
                head,
            ]
            chained = {"previous": head, "digest": sha256(said)}
            bind.execute(sa.update(change).where(change.c.id == each["id"]).values(chained))
            head = chained["digest"]
        bind.execute(sa.update(obligation).where(obligation.c.id == row["id"]).values(changes=len(changes), head=head))


def sha256(value: object) -> str:
    canonical = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def written(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    # SQLite keeps UTC without saying so.
    return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)).isoformat()


def allow_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_refuse_{change}")
        return
    op.execute(f"DROP TRIGGER {table}_refuse_change ON {table}")


def refuse_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse_change()"
    )
