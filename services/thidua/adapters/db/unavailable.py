"""What the drivers say when the database does not answer, and what people are told then."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import PrimaryKeyConstraint
from sqlalchemy import UniqueConstraint
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from thidua.domain.errors import UnavailableError

__all__ = ["breaks", "cause_of", "unavailable_if_lost"]

# It does not say that nothing was recorded: after an answer lost at COMMIT nobody knows.
_SENTENCE = "Cơ sở dữ liệu tạm thời không trả lời. Vui lòng thử lại sau ít phút."


@contextmanager
def unavailable_if_lost() -> Iterator[None]:
    """Turn lost connections, time-outs, deadlocks and locks held too long into UnavailableError.

    Everything else (a wrong statement, a broken constraint) is a defect and stays what it is.
    """
    try:
        yield
    except PoolTimeoutError as error:
        raise UnavailableError(_SENTENCE, subject="database") from error
    except DBAPIError as error:
        if not error.connection_invalidated and not _is_temporary(error.orig):
            raise
        raise UnavailableError(_SENTENCE, subject="database") from error


def cause_of(error: UnavailableError) -> str:
    """Return what the driver said, in one line, for who operates the installation; empty if nothing."""
    first = error.__cause__
    said = first.orig if isinstance(first, DBAPIError) else first
    return " ".join(str(said).split()) if said is not None else ""


def _is_temporary(error: BaseException | None) -> bool:
    if isinstance(error, sqlite3.OperationalError):
        # SQLITE_ERROR is a statement the database cannot understand; the others are its surroundings.
        return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) != sqlite3.SQLITE_ERROR
    return isinstance(error, (psycopg.OperationalError, psycopg.errors.IdleInTransactionSessionTimeout))


def breaks(error: IntegrityError, constraint: UniqueConstraint | PrimaryKeyConstraint) -> bool:
    """Tell whether it is this constraint that a statement broke."""
    if isinstance(error.orig, psycopg.Error):
        return error.orig.diag.constraint_name == constraint.name
    columns = ", ".join(f"{column.table.name}.{column.name}" for column in constraint.columns)
    return str(error.orig) == f"UNIQUE constraint failed: {columns}"
