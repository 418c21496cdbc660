"""Engines by address: chosen by kind, made lazily, one for each process."""

from __future__ import annotations

import os
import weakref
from typing import NamedTuple

from sqlalchemy import URL
from sqlalchemy import Engine
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from thidua.adapters.db import fence
from thidua.adapters.db.options import DatabaseOptions
from thidua.adapters.db.postgresql import make_postgresql_engine
from thidua.adapters.db.postgresql import require_durable_postgresql
from thidua.adapters.db.sqlite import READ_ONLY
from thidua.adapters.db.sqlite import make_sqlite_engine
from thidua.adapters.db.sqlite import require_durable_sqlite
from thidua.adapters.db.unavailable import unavailable_if_lost
from thidua.domain.errors import InvalidConfigurationError

__all__ = ["Engines", "make_engine", "require_durable"]


def make_engine(url: str, options: DatabaseOptions) -> Engine:
    """Make the engine for an address such as ``sqlite:///var/thidua.db`` or ``postgresql://…``.

    Raises:
        InvalidConfigurationError: the address cannot be read, or is of another kind.
    """
    parsed = _parse(url)
    match parsed.get_backend_name():
        case "sqlite":
            return make_sqlite_engine(parsed, options)
        case "postgresql":
            return make_postgresql_engine(parsed, options)
        case kind:
            raise InvalidConfigurationError(
                f"Không dùng được cơ sở dữ liệu loại {kind}; chỉ dùng được SQLite và PostgreSQL.",
                subject="THIDUA_DATABASE_URL",
            )


def _parse(url: str) -> URL:
    try:
        # Hosting companies still hand out the scheme's old name.
        return make_url("postgresql" + url.removeprefix("postgres") if url.startswith("postgres://") else url)
    except ArgumentError:
        raise InvalidConfigurationError(
            "Địa chỉ cơ sở dữ liệu viết sai.", subject="THIDUA_DATABASE_URL"
        ) from None  # the cause would print the password


class _OfProcess(NamedTuple):
    writer: Engine
    reader: Engine
    glancer: Engine
    #: Look-ups before it is known who asks: told once that they see nothing, and not again for each person.
    doorkeeper: Engine


class Engines:
    """The engines of one database, for writers and readers, of the process that asks.

    A connection must not be used by two processes. Servers load the program and fork afterwards,
    so the engine is looked up by process number: a child never touches what its parent opened, nor
    closes it. What the parent's entry holds is kept alive on purpose.
    """

    def __init__(self, url: str, options: DatabaseOptions) -> None:
        self._url = url
        self._options = options
        self._by_process: dict[int, _OfProcess] = {}
        weakref.finalize(self, _close, self._by_process)

    @property
    def writer(self) -> Engine:
        """The engine whose transactions may write."""
        return self._all().writer

    @property
    def reader(self) -> Engine:
        """The engine whose transactions read one snapshot and cannot write; shares the pool."""
        return self._all().reader

    @property
    def glancer(self) -> Engine:
        """The engine whose statements each are a transaction, without the round trips of a longer one."""
        return self._all().doorkeeper if fence.sees_nothing() else self._all().glancer

    @property
    def acts_alone(self) -> bool:
        """Tell whether an act of the ledger is one statement, which needs no transaction around it."""
        return self.writer.dialect.name == "postgresql"

    def close(self) -> None:
        """Close this process's idle connections; the next use opens new ones."""
        _close(self._by_process)

    def _all(self) -> _OfProcess:
        found = self._by_process.get(os.getpid())
        # Two threads may both make some; none has connected, and setdefault lets one of them win.
        return found or self._by_process.setdefault(os.getpid(), self._make())

    def _make(self) -> _OfProcess:
        writer = make_engine(self._url, self._options)
        if writer.dialect.name == "sqlite":
            # A transaction costs no round trip there.
            reader = writer.execution_options(**{READ_ONLY: True})
            return _OfProcess(writer, reader, reader, reader)
        reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        glancer, doorkeeper = (make_postgresql_engine(writer.url, self._options, glances=True) for _ in range(2))
        return _OfProcess(writer, reader, glancer, doorkeeper)


def _close(by_process: dict[int, _OfProcess]) -> None:
    if (found := by_process.pop(os.getpid(), None)) is not None:
        for engine in found:
            engine.dispose()


def require_durable(url: str, options: DatabaseOptions | None = None) -> None:
    """Refuse a database on which a commit that returned may be lost, unless it is a test's.

    Raises:
        InvalidConfigurationError: it is such.
        UnavailableError: the database does not answer.
    """
    options = options or DatabaseOptions()
    engine = make_engine(url, options)
    try:
        with unavailable_if_lost(), engine.connect() as connection:
            check = require_durable_sqlite if engine.dialect.name == "sqlite" else require_durable_postgresql
            check(connection, options)
    finally:
        engine.dispose()
