"""Drafts, returns, extensions, evidence; the ledger's entries are chained.

Revision ID: 0002
Revises: 0001

Stop the previous release before this one: it does not know the chain, and what it would file
meanwhile is refused. Existing entries are numbered and chained here, once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC
from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

PLACE = ("campaign_code", "period_code", "unit_code")
APPEND_ONLY = ("report_revision", "report_event", "obligation_change")
CHANNELS = ("web", "api", "on_behalf", "sample")
KINDS = (
    "filed",
    "refiled",
    "entered_on_behalf",
    "returned",
    "withdrawn",
    "accepted",
    "superseded",
    "consolidated",
)


def upgrade() -> None:
    for table in ("report_revision", "report_event"):
        allow_changes(table)
    widen_obligations()
    widen_ledger()
    chain_entries()
    tighten_ledger()
    make_drafts()
    for table in APPEND_ONLY:
        refuse_changes(table)


def key() -> sa.Column[int]:
    return sa.Column("id", KEY, sa.Identity(), nullable=False)


def one_of(column: str, words: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def widen_obligations() -> None:
    with op.batch_alter_table("obligation") as table:
        table.add_column(sa.Column("extended_to", INSTANT))
        table.add_column(sa.Column("locks_at", INSTANT))
        table.add_column(sa.Column("is_closing", sa.Boolean, nullable=False, server_default=sa.false()))
        table.create_check_constraint("ck_obligation_extension_is_later", "extended_to > due_at")
    op.create_table(
        "obligation_change",
        key(),
        sa.Column("obligation_id", KEY, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("document_number", sa.Text, nullable=False),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("ends_at", INSTANT),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_obligation_change"),
        sa.UniqueConstraint("obligation_id", "seq", name="uq_obligation_change_obligation_id_seq"),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name="fk_obligation_change_obligation_id_obligation"
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_obligation_change_account_id_account"),
        sa.CheckConstraint(
            one_of("kind", ("extended", "exempted", "owed_again")), name="ck_obligation_change_kind_known"
        ),
        sa.CheckConstraint("reason <> ''", name="ck_obligation_change_has_reason"),
    )
    op.create_index("ix_obligation_change_obligation_id", "obligation_change", ["obligation_id"])


def widen_ledger() -> None:
    with op.batch_alter_table("report") as table:
        table.add_column(sa.Column("version", sa.Integer))
        table.add_column(sa.Column("head", CODE))
        table.add_column(sa.Column("counted_at", INSTANT))
        table.add_column(sa.Column("answer_by", INSTANT))
        table.add_column(sa.Column("answered_late", sa.Boolean, nullable=False, server_default=sa.false()))
    with op.batch_alter_table("report_event") as table:
        table.add_column(sa.Column("seq", sa.Integer))
        table.add_column(sa.Column("body", JSON))
        table.add_column(sa.Column("content", CODE))
        table.add_column(sa.Column("previous", CODE))
        table.add_column(sa.Column("digest", CODE))
    with op.batch_alter_table("report_revision") as table:
        table.drop_constraint("ck_report_revision_channel_known", type_="check")
        table.create_check_constraint("ck_report_revision_channel_known", one_of("channel", CHANNELS))
    with op.batch_alter_table("outbox") as table:
        table.alter_column("report_id", existing_type=KEY, nullable=True)


def chain_entries() -> None:
    """Number and chain what was filed before: the same digests that the program makes and checks."""
    bind = op.get_bind()
    report = sa.table(
        "report",
        sa.column("id", KEY),
        *(sa.column(name, CODE) for name in PLACE),
        sa.column("version", sa.Integer),
        sa.column("head", CODE),
        sa.column("counted_at", INSTANT),
        sa.column("first_received_at", INSTANT),
    )
    event = sa.table(
        "report_event",
        sa.column("id", KEY),
        sa.column("report_id", KEY),
        sa.column("revision", sa.Integer),
        sa.column("kind", CODE),
        sa.column("happened_at", INSTANT),
        sa.column("account_id", KEY),
        sa.column("note", sa.Text),
        sa.column("seq", sa.Integer),
        sa.column("body", JSON),
        sa.column("content", CODE),
        sa.column("previous", CODE),
        sa.column("digest", CODE),
    )
    filed = sa.table(
        "report_revision", sa.column("report_id", KEY), sa.column("number", sa.Integer), sa.column("payload", JSON)
    )
    for row in bind.execute(sa.select(report).order_by(report.c.id)).mappings().all():
        revisions = sa.select(filed.c.number, filed.c.payload).where(filed.c.report_id == row["id"])
        payloads = {filing.number: filing.payload for filing in bind.execute(revisions)}
        entries = sa.select(event).where(event.c.report_id == row["id"]).order_by(event.c.id)
        head, seq = "", 0
        for entry in bind.execute(entries).mappings().all():
            brings_one = entry["kind"] in {"filed", "refiled"}
            content = sha256(payloads[entry["revision"]]) if brings_one else ""
            said = [
                *(row[name] for name in PLACE),
                seq,
                entry["revision"],
                entry["kind"],
                in_utc(entry["happened_at"]).isoformat(),
                entry["account_id"],
                entry["note"],
                {},
                content,
                head,
            ]
            digest = sha256(said)
            chained = {"seq": seq, "body": {}, "content": content, "previous": head, "digest": digest}
            bind.execute(sa.update(event).where(event.c.id == entry["id"]).values(chained))
            head, seq = digest, seq + 1
        bind.execute(
            sa.update(report)
            .where(report.c.id == row["id"])
            .values(version=seq, head=head, counted_at=report.c.first_received_at)
        )


def sha256(value: object) -> str:
    canonical = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def in_utc(moment: datetime) -> datetime:
    # SQLite keeps UTC without saying so.
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def tighten_ledger() -> None:
    with op.batch_alter_table("report") as table:
        table.alter_column("version", existing_type=sa.Integer, nullable=False)
        table.alter_column("head", existing_type=CODE, nullable=False)
        table.alter_column("answered_late", existing_type=sa.Boolean, server_default=None)
        table.drop_constraint("ck_report_accepted_has_revision", type_="check")
        table.create_check_constraint(
            "ck_report_accepted_has_revision",
            "state NOT IN ('accepted', 'consolidated') OR accepted_revision IS NOT NULL",
        )
        table.create_check_constraint("ck_report_version_positive", "version >= 1")
    op.drop_index("ix_report_event_report_id", "report_event")
    with op.batch_alter_table("report_event") as table:
        table.alter_column("seq", existing_type=sa.Integer, nullable=False)
        for name, kind in (("body", JSON), ("content", CODE), ("previous", CODE), ("digest", CODE)):
            table.alter_column(name, existing_type=kind, nullable=False)
        table.create_unique_constraint("uq_report_event_report_id_seq", ["report_id", "seq"])
        table.drop_constraint("ck_report_event_kind_known", type_="check")
        table.create_check_constraint("ck_report_event_kind_known", one_of("kind", KINDS))


def make_drafts() -> None:
    op.create_table(
        "draft",
        key(),
        *(sa.Column(name, CODE, nullable=False) for name in PLACE),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("proposed_by", KEY),
        sa.Column("proposed_at", INSTANT),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("saved_by", KEY, nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
        sa.UniqueConstraint(*PLACE, name="uq_draft_campaign_code_period_code_unit_code"),
        owed("draft"),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name="fk_draft_proposed_by_account"),
        sa.ForeignKeyConstraint(["saved_by"], ["account.id"], name="fk_draft_saved_by_account"),
        sa.CheckConstraint("version >= 1", name="ck_draft_version_positive"),
        sa.CheckConstraint("(proposed_by IS NULL) = (proposed_at IS NULL)", name="ck_draft_proposed_by_someone"),
    )
    op.create_table(
        "draft_cell",
        sa.Column("draft_id", KEY, nullable=False),
        sa.Column("pointer", CODE, nullable=False),
        sa.Column("typed", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("is_carried", sa.Boolean, nullable=False),
        sa.Column("saved_by", KEY, nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "pointer", name="pk_draft_cell"),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_draft_cell_draft_id_draft", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["saved_by"], ["account.id"], name="fk_draft_cell_saved_by_account"),
    )
    op.create_table(
        "attachment",
        sa.Column("digest", CODE, nullable=False),
        sa.Column("media_type", CODE, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("stored_at", INSTANT, nullable=False),
        sa.Column("likeness", CODE),
        sa.PrimaryKeyConstraint("digest", name="pk_attachment"),
    )
    op.create_table(
        "evidence",
        key(),
        *(sa.Column(name, CODE, nullable=False) for name in PLACE),
        sa.Column("pointer", CODE, nullable=False),
        sa.Column("digest", CODE, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("removed_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
        owed("evidence"),
        sa.ForeignKeyConstraint(["digest"], ["attachment.digest"], name="fk_evidence_digest_attachment"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_evidence_account_id_account"),
    )
    op.create_index("ix_evidence_digest", "evidence", ["digest"])
    op.create_index("ix_evidence_campaign_code_period_code_unit_code", "evidence", list(PLACE))


def owed(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        list(PLACE),
        [f"obligation.{name}" for name in PLACE],
        name=f"fk_{table}_campaign_code_period_code_unit_code_obligation",
    )


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
        f"CREATE OR REPLACE FUNCTION {table}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse_change()"
    )
