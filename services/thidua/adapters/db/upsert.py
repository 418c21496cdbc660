"""Statements for a row that may be there already, told by its primary key."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Connection
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite

__all__ = ["insert_unless_there", "upsert"]


def upsert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Insert rows, replacing what is there; the parameters are the table's columns."""
    return _upsert(connection.dialect.name, table)


def insert_unless_there(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Insert a row, leaving what is there; ``returning`` tells which, row counts do not on every driver."""
    return _insert(connection.dialect.name, table).on_conflict_do_nothing(index_elements=list(table.primary_key.c))


@cache
def _upsert(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    statement = _insert(dialect, table)
    changed = {column.name: statement.excluded[column.name] for column in table.c if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key.c), set_=changed)


def _insert(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
