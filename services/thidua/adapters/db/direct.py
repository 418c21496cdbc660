"""Statements of the busiest paths, compiled once and given to PostgreSQL's driver as they are.

SQLAlchemy writes a statement's text; running it through SQLAlchemy as well costs twice what the
driver and the server take for a look-up by key, each time anew. A statement made here keeps its
text, its fixed parameters and what turns values into parameters; everything else, transactions,
pools and the errors raised, stays as if SQLAlchemy had run it. SQLite has no such paths to keep
short, and is left to SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from typing import Final
from typing import TypeVar
from typing import cast

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import Connection
from sqlalchemy import Dialect
from sqlalchemy import Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import StatementError

__all__ = ["DirectStatement"]

Rows = Sequence[Mapping[str, Any]]
_Row = TypeVar("_Row")

_CURSOR: Final = "thidua_cursor"


@dataclass(frozen=True, slots=True)
class _Compiled:
    text: str
    fixed: Mapping[str, object]
    processors: tuple[tuple[str, Callable[[Any], Any]], ...]

    @classmethod
    def of(cls, statement: Select[Any], dialect: Dialect) -> _Compiled:
        compiled = statement.compile(dialect=dialect)
        processors = (
            (name, bound.type.dialect_impl(dialect).bind_processor(dialect))
            for name, bound in cast("Mapping[str, Any]", getattr(compiled, "binds", {})).items()
        )
        found = tuple((name, processor) for name, processor in processors if processor is not None)
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        return cls(str(compiled), fixed, found)

    def parameters(self, values: Mapping[str, object]) -> dict[str, object]:
        made = {**self.fixed, **values}
        try:
            for name, processor in self.processors:
                made[name] = processor(made[name])
        except (LookupError, TypeError, ValueError) as error:
            raise StatementError(str(error), self.text, None, error, hide_parameters=True) from error
        return made


class DirectStatement:
    """A SELECT, with or without parts that write, whose columns are read by name, or in order.

    Values come as the driver reads them: moments in UTC, since every connection is set to it, and
    JSON as Python values; a type of ours that does more than that must not be among the columns.
    """

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._compiled: _Compiled | None = None

    def rows(self, connection: Connection, values: Mapping[str, object]) -> Rows:
        """Run the statement and return its rows.

        Args:
            connection: of either engine, in a transaction or not.
            values: one for every parameter without a value of its own.
        """
        if connection.dialect.name != "postgresql":
            return cast("Rows", connection.execute(self._statement, values).mappings().all())
        driver = _driver_of(connection)
        return self._run(connection, driver, _cursor_of(connection, driver), values)

    def tuples(self, connection: Connection, values: Mapping[str, object]) -> Sequence[tuple[Any, ...]]:
        """Run the statement and return its rows in the order of its columns, for rows by the thousand.

        Args:
            connection: of either engine, in a transaction or not.
            values: one for every parameter without a value of its own.
        """
        if connection.dialect.name != "postgresql":
            return cast("Sequence[tuple[Any, ...]]", connection.execute(self._statement, values).all())
        driver = _driver_of(connection)
        # Of its own, so that the rows do not stay in memory with the cursor of the connection.
        with driver.cursor(binary=True) as cursor:
            return self._run(connection, driver, cursor, values)

    def _run(
        self,
        connection: Connection,
        driver: psycopg.Connection[Any],
        cursor: psycopg.Cursor[_Row],
        values: Mapping[str, object],
    ) -> list[_Row]:
        # Two threads may both compile it; the outcome is the same, whatever engine asks.
        compiled = self._compiled
        if compiled is None:
            compiled = self._compiled = _Compiled.of(self._statement, connection.dialect)
        if not driver.autocommit and not connection.in_transaction():
            # The driver begins by itself; SQLAlchemy must know, or it would not commit.
            connection.begin()
        try:
            return cursor.execute(compiled.text, compiled.parameters(values)).fetchall()
        except psycopg.Error as error:
            raise _as_sqlalchemy_would(connection, driver, cursor, compiled.text, error) from error


def _driver_of(connection: Connection) -> psycopg.Connection[Any]:
    return cast("psycopg.Connection[Any]", connection.connection.driver_connection)


def _cursor_of(connection: Connection, driver: psycopg.Connection[Any]) -> psycopg.Cursor[dict[str, Any]]:
    """Return the one cursor of a connection, which lives as long: making one costs a tenth of a look-up."""
    # The pool forgets what is noted here together with the connection it is noted for.
    noted = connection.info
    cursor: psycopg.Cursor[dict[str, Any]] | None = noted.get(_CURSOR)
    if cursor is None or cursor.connection is not driver:
        cursor = noted[_CURSOR] = driver.cursor(binary=True, row_factory=dict_row)
    return cursor


def _as_sqlalchemy_would(
    connection: Connection,
    driver: psycopg.Connection[Any],
    cursor: psycopg.Cursor[Any],
    text: str,
    error: psycopg.Error,
) -> DBAPIError:
    """Return SQLAlchemy's error for a driver's, and let go of connections that are lost."""
    dialect = connection.dialect
    is_lost = dialect.is_disconnect(cast("Any", error), cast("Any", driver), cast("Any", cursor))
    if is_lost:
        connection.invalidate(error)
        # What broke this one broke all that lie idle in the pool.
        connection.engine.dispose()
    return cast(
        "DBAPIError",
        DBAPIError.instance(
            text,
            None,
            cast("Exception", error),
            psycopg.Error,
            hide_parameters=True,
            connection_invalidated=is_lost,
            dialect=dialect,
        ),
    )
