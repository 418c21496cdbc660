"""PostgreSQL shows the role of the program no unit's rows but those its connection was told.

The setting ``thidua.units`` holds codes of units with commas between, ``*`` for all, ``+`` for what
was counted from all. Without it no row is there. The owner of the tables, who migrates, is not kept
by it. Every look at the setting is a sub-select without a row in it, which is taken once in a statement.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TOLD = "current_setting('thidua.units', true)"
ALL = f"(SELECT {TOLD} = '*')"
# Null, and so no row, where nothing was told.
FIGURES = f"(SELECT string_to_array({TOLD}, ',') && ARRAY['*', '+'])"
OWN = f"unit_code = ANY ((SELECT string_to_array({TOLD}, ','))::text[])"

# Where a unit's rows hang on another table's, that table's policies decide. They are asked by a
# function and not by a sub-select: one statement writes a report with its first revision, and only
# a volatile function sees what its statement has written so far.
PARENTS = {
    "report": ("report_revision", "report_event"),
    "obligation": ("obligation_change",),
    "draft": ("draft_cell",),
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    for parent, children in PARENTS.items():
        reaches = f"EXISTS (SELECT 1 FROM {parent} WHERE id = wanted)"  # noqa: S608  our own names
        op.execute(
            f"CREATE FUNCTION reaches_{parent}(wanted bigint) RETURNS boolean LANGUAGE plpgsql COST 1000 PARALLEL SAFE"
            f" AS $$ BEGIN RETURN {reaches}; END $$"
        )
        for child in children:
            reached = f"{ALL} OR reaches_{parent}({parent}_id)"
            if child == "obligation_change":
                fence(child, see=reached, add=ALL)
            elif child == "draft_cell":
                fence(child, see=reached, add=reached, change=(reached, reached), remove=reached)
            else:
                fence(child, see=reached, add=reached)
    own = f"{ALL} OR {OWN}"
    fence("report", see=own, add=own, change=(own, own))
    fence("draft", see=own, add=own, change=(own, own), remove=own)
    fence("evidence", see=own, add=own, change=(own, own))
    # A unit locks what it owes while it lays files beside it, and changes nothing of it.
    fence("obligation", see=own, add=ALL, change=(own, ALL))
    # Codes and moments, of which everybody is told how many there are.
    fence("outbox", see="true", add=own, change=(ALL, ALL), remove=ALL)
    for table in ("fact", "rollup", "unit_filing"):
        fence(table, see=f"{FIGURES} OR {OWN}", add=ALL, change=(ALL, ALL), remove=ALL)
    for table in ("rollup_shard", "status"):
        fence(table, see=FIGURES, add=ALL, change=(ALL, ALL), remove=ALL)


def fence(table: str, *, see: str, add: str, change: tuple[str, str] | None = None, remove: str | None = None) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY {table}_seen ON {table} FOR SELECT USING ({see})")
    op.execute(f"CREATE POLICY {table}_added ON {table} FOR INSERT WITH CHECK ({add})")
    if change is not None:
        before, after = change
        op.execute(f"CREATE POLICY {table}_changed ON {table} FOR UPDATE USING ({before}) WITH CHECK ({after})")
    if remove is not None:
        op.execute(f"CREATE POLICY {table}_removed ON {table} FOR DELETE USING ({remove})")
