"""Row-level security: every connection carries whose rows it may touch.

The reach belongs to what runs (a request, a process), not to a connection. A connection that is
taken from the pool is told the reach of who takes it, and again only when that differs from what it
was told last: ``connection.info`` remembers it as long as the connection lives. It is told outside
of any transaction, so that no rollback takes it back. Whoever set no reach sees no unit's row.

SQLite has no such thing: there the first fence, the use cases' own, is the only one.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from typing import Final

import psycopg
from psycopg import generators
from psycopg.pq import Escaping
from psycopg.pq import ExecStatus
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from thidua.application.ports.reach import NOTHING
from thidua.application.ports.reach import Reach

__all__ = ["crossing", "let", "open_this_process", "sees_nothing", "tell", "within"]

#: Policies compare with the setting ``thidua.units``: codes with commas between, or one of these.
_ALL: Final = "*"
_FIGURES: Final = "+"
_SET: Final = "SELECT set_config('thidua.units', %s, false)"
_TOLD: Final = "thidua_units"


def _text_of(reach: Reach) -> str:
    if reach.everything:
        return _ALL
    if wrong := [code for code in reach.units if not code or "," in code or code in {_ALL, _FIGURES}]:
        raise ValueError(f"no code of a unit: {wrong}")
    return ",".join([*([_FIGURES] if reach.figures else []), *sorted(reach.units)])


class _Process:
    """What holds where nothing narrower was set: nothing, until the process says otherwise."""

    units = _text_of(NOTHING)


_units: ContextVar[str | None] = ContextVar("thidua_units", default=None)


def open_this_process() -> None:
    """Let this process, which serves no person's requests, touch every unit's rows: workers, beat, commands."""
    _Process.units = _ALL


@contextmanager
def within(reach: Reach) -> Iterator[None]:
    """Keep every connection taken in this block, by this thread, to some units' rows."""
    token = _units.set(_text_of(reach))
    try:
        yield
    finally:
        _units.reset(token)


def let(reach: Reach) -> None:
    """Change the reach of the block that :func:`within` began, once it is known who asks."""
    _units.set(_text_of(reach))


def sees_nothing() -> bool:
    """Tell whether no unit's row is in reach: nobody has said who asks."""
    return _now() == ""


def _now() -> str:
    units = _units.get()
    return _Process.units if units is None else units


def tell(connection: psycopg.Connection[Any], info: MutableMapping[Any, Any]) -> None:
    """Tell a connection that was taken from the pool whose rows it may touch, unless it knows.

    Raises:
        psycopg.Error: the connection is of no use.
    """
    units = _now()
    if info.get(_TOLD) == units:
        return
    info.pop(_TOLD, None)
    # Past the driver's cursors and transactions: a quarter of what a statement costs, and what a filing
    # costs is counted in statements.
    server = connection.pgconn
    server.send_query(b"SET thidua.units = " + Escaping(server).escape_literal(units.encode()))
    for result in connection.wait(generators.execute(server)):
        if result.status != ExecStatus.COMMAND_OK:
            raise psycopg.errors.error_from_result(result)
    info[_TOLD] = units


@contextmanager
def crossing(connection: Connection) -> Iterator[None]:
    """Let a connection in use touch every unit's rows within this block."""
    if connection.dialect.name != "postgresql":
        yield
        return
    told: str = connection.info.get(_TOLD, "")
    if told == _ALL:
        yield
        return
    # Until it is known to be narrow again, whoever takes it next has it told anew.
    connection.info.pop(_TOLD, None)
    connection.exec_driver_sql(_SET, (_ALL,))
    try:
        yield
    except BaseException:
        _narrow_after_error(connection, told)
        raise
    connection.exec_driver_sql(_SET, (told,))
    connection.info[_TOLD] = told


def _narrow_after_error(connection: Connection, told: str) -> None:
    if connection.invalidated:
        return
    driver: Any = connection.connection.driver_connection
    if driver.info.transaction_status == TransactionStatus.INERROR:
        # Nothing can be done in it any more, and its end takes the wide reach back.
        return
    try:
        connection.exec_driver_sql(_SET, (told,))
    except DBAPIError:
        connection.invalidate()
