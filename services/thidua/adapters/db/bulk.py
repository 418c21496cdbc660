"""Writes of many rows at once: COPY on PostgreSQL, which costs a third of any INSERT there."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Sequence
from functools import cache
from typing import Any
from typing import cast

import psycopg
from psycopg import sql
from sqlalchemy import Column
from sqlalchemy import Connection
from sqlalchemy import Delete
from sqlalchemy import Dialect
from sqlalchemy import Table
from sqlalchemy import bindparam
from sqlalchemy import delete
from sqlalchemy.dialects import postgresql

from thidua.adapters.db.types import Instant

__all__ = ["insert_all", "write_difference"]

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def insert_all(connection: Connection, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert rows given as tuples in the order of the table's columns.

    Whole numbers, texts and booleans go to the driver as they are, moments as every statement gives them.
    """
    if not rows:
        return
    names = table.c.keys()
    for place, process in _processors(connection.dialect, table):
        rows = [(*row[:place], process(row[place]), *row[place + 1 :]) for row in rows]
    if connection.dialect.name == "postgresql":
        driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
        columns = sql.SQL(", ").join(map(sql.Identifier, names))
        statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(sql.Identifier(table.name), columns)
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types([_type_of(column) for column in table.c])
            for row in rows:
                copy.write_row(row)
        return
    places = ", ".join("?" * len(names))
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})", list(rows))  # noqa: S608  our own names


def write_difference(
    connection: Connection, table: Table, stored: Collection[Sequence[object]], wanted: Sequence[tuple[object, ...]]
) -> None:
    """Turn the stored rows into the wanted ones and touch no row that is both.

    A report filed again mostly says what it said before; rows that are written once more cost
    their place in the table, in every index and in the log.

    Args:
        connection: in the transaction that read ``stored``.
        table: has a primary key.
        stored: whole rows, in the order of the table's columns.
        wanted: the same; no two with one key.
    """
    kept = set(wanted).intersection(map(tuple, stored))
    names = table.c.keys()
    keys = [(f"key_{column.name}", names.index(column.name)) for column in table.primary_key]
    stale = [{name: row[place] for name, place in keys} for row in stored if tuple(row) not in kept]
    if stale:
        connection.execute(_forget_by_key(table), stale)
    insert_all(connection, table, [row for row in wanted if row not in kept] if kept else wanted)


@cache
def _type_of(column: Column[Any]) -> str:
    """Name a column's type as the server does: in binary a value must come as exactly that."""
    return column.type.compile(_DIALECT).partition(" COLLATE")[0].lower()


@cache
def _processors(dialect: Dialect, table: Table) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    """Return what turns moments into the driver's, by the column's place."""
    moments = ((place, column.type) for place, column in enumerate(table.c) if isinstance(column.type, Instant))
    found = ((place, moment.dialect_impl(dialect).bind_processor(dialect)) for place, moment in moments)
    return tuple((place, process) for place, process in found if process is not None)


@cache
def _forget_by_key(table: Table) -> Delete:
    return delete(table).where(
        *(column == bindparam(f"key_{column.name}", type_=column.type) for column in table.primary_key)
    )
