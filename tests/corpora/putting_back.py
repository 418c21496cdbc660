"""Putting a database back to where it stood, in milliseconds and below an application that goes on.

SQLite copies its file page by page. PostgreSQL, whose fresh databases cost a second each, writes back the tables
that changed and no others.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
from psycopg import sql

__all__ = ["keeping_postgresql", "keeping_sqlite"]

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_SEQUENCES = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
#: What a request that was broken off holds is waited for so long, and then taken from it.
_PATIENCE = "SET lock_timeout = '5s'"
_END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def keeping_sqlite(folder: Path, file: str) -> Callable[[], None]:
    """Remember an SQLite file as it stands; what is returned puts it back."""
    _copy(folder / file, folder / f"first-{file}")
    return lambda: _copy(folder / f"first-{file}", folder / file)


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)


def keeping_postgresql(address: str) -> Callable[[], None]:
    """Remember a PostgreSQL database as it stands; what is returned puts it back. Asks as a superuser."""
    return _Kept(address).put_back


class _Kept:
    """The rows of every table, and by what a change of them is seen."""

    def __init__(self, address: str) -> None:
        # As libpq reads it, without the name of SQLAlchemy's driver.
        self._address = address.replace("+psycopg", "", 1)
        with psycopg.connect(self._address, autocommit=True) as connection:
            self._tables = [name for (name,) in connection.execute(_TABLES)]
            self._rows = {table: _read(connection, table) for table in self._tables}
            self._numbers = {
                name: connection.execute(
                    sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(name))
                ).fetchone()
                for (name,) in connection.execute(_SEQUENCES).fetchall()
            }
            self._marks = self._seen(connection)

    def put_back(self) -> None:
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(_PATIENCE)
            try:
                self._write(connection)
            except psycopg.errors.LockNotAvailable:
                connection.execute(_END_OTHERS)
                self._write(connection)

    def _write(self, connection: psycopg.Connection) -> None:
        found = self._seen(connection)
        changed = [table for table in self._tables if found[table] != self._marks[table]]
        with connection.transaction():
            # Keys between tables hold again once all of them are written.
            connection.execute("SET LOCAL session_replication_role = replica")
            for table in changed:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
                with connection.cursor().copy(_copying(table, "FROM STDIN")) as written:
                    written.write(self._rows[table])
            for name, number in self._numbers.items():
                connection.execute("SELECT setval(%s, %s, %s)", (f'public."{name}"', *(number or ())))
        self._marks = self._seen(connection)

    def _seen(self, connection: psycopg.Connection) -> dict[str, tuple[int, int]]:
        """Tell of every table how many rows it has and which transactions wrote them."""
        asked = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {}, count(*), coalesce(sum(xmin::text::bigint), 0) FROM {}").format(
                sql.Literal(table), sql.Identifier(table)
            )
            for table in self._tables
        )
        return {table: (rows, int(written)) for table, rows, written in connection.execute(asked)}


def _read(connection: psycopg.Connection, table: str) -> bytes:
    with connection.cursor().copy(_copying(table, "TO STDOUT")) as read:
        return b"".join(bytes(part) for part in read)


def _copying(table: str, where: str) -> sql.Composed:
    return sql.SQL("COPY {} " + where + " (FORMAT binary)").format(sql.Identifier(table))
