"""Writes of many rows at once: on PostgreSQL one statement that is given whole columns, in binary.

It takes what COPY takes, measured with 200 rows of some 2 kB, and a fifth of an INSERT row by row.
COPY does not know row-level security, so it is closed to a role that is not the tables' owner.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column
from sqlalchemy import Connection
from sqlalchemy import Dialect
from sqlalchemy import Table
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
        columns = tuple(map(list, zip(*rows, strict=True)))
        connection.exec_driver_sql(_insert_text(table), columns)
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
    places = [table.c.keys().index(column.name) for column in table.primary_key]
    if stale := [[row[place] for place in places] for row in stored if tuple(row) not in kept]:
        _forget(connection, table, stale)
    insert_all(connection, table, [row for row in wanted if row not in kept] if kept else wanted)


@cache
def _insert_text(table: Table) -> str:
    arrays = ", ".join(f"CAST(%b AS {_type_of(column)}[])" for column in table.c)
    return f"INSERT INTO {table.name} ({', '.join(table.c.keys())}) SELECT * FROM unnest({arrays})"  # noqa: S608  our own names


@cache
def _type_of(column: Column[Any]) -> str:
    """Name a column's type as the server does."""
    return column.type.compile(_DIALECT).partition(" COLLATE")[0].lower()


@cache
def _processors(dialect: Dialect, table: Table) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    """Return what turns moments into the driver's, by the column's place."""
    moments = ((place, column.type) for place, column in enumerate(table.c) if isinstance(column.type, Instant))
    found = ((place, moment.dialect_impl(dialect).bind_processor(dialect)) for place, moment in moments)
    return tuple((place, process) for place, process in found if process is not None)


def _forget(connection: Connection, table: Table, keys: Sequence[Sequence[object]]) -> None:
    columns = list(table.primary_key)
    names = ", ".join(column.name for column in columns)
    if connection.dialect.name == "postgresql":
        # One statement for all: a plan made for each key while the table was small reads the whole
        # table for each key once it is large.
        arrays = ", ".join(f"CAST(%s AS {_type_of(column)}[])" for column in columns)
        connection.exec_driver_sql(
            f"DELETE FROM {table.name} WHERE ({names}) IN (SELECT * FROM unnest({arrays}))",  # noqa: S608  our own names
            tuple(map(list, zip(*keys, strict=True))),
        )
        return
    matches = " AND ".join(f"{column.name} = ?" for column in columns)
    connection.exec_driver_sql(f"DELETE FROM {table.name} WHERE {matches}", list(map(tuple, keys)))  # noqa: S608  our own names
