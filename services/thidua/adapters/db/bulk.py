"""Inserts of many rows at once: COPY on PostgreSQL, which costs a third of any INSERT there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from typing import cast

import psycopg
from psycopg import sql
from sqlalchemy import Connection
from sqlalchemy import Table

__all__ = ["insert_all"]


def insert_all(connection: Connection, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert rows given as tuples in the order of the table's columns.

    The values go to the driver as they are: whole numbers, texts and booleans only.
    """
    if not rows:
        return
    names = table.c.keys()
    if connection.dialect.name == "postgresql":
        driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
        columns = sql.SQL(", ").join(map(sql.Identifier, names))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
        return
    places = ", ".join("?" * len(names))
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})", list(rows))  # noqa: S608  our own names
