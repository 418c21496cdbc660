"""Runs the migrations on the connection that ``thidua.adapters.db.schema`` hands over."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from thidua.adapters.db.tables import metadata


def run(connection: Connection) -> None:
    """Run what is missing.

    PostgreSQL commits each migration, so that one may leave its transaction to build an index
    without locking the table; SQLite does all in the one transaction that is its lock.

    Raises:
        RuntimeError: rows point nowhere after tables were rebuilt (SQLite); nothing is kept.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transactional_ddl=True,
        transaction_per_migration=not is_sqlite,
        render_as_batch=is_sqlite,
    )
    with context.begin_transaction():
        context.run_migrations()
        if is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
            raise RuntimeError(f"{len(broken)} rows point nowhere, the first is {tuple(broken[0])}")


run(context.config.attributes["connection"])
