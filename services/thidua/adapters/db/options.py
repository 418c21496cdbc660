"""How the database is used; the defaults are those of a web process."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DatabaseOptions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseOptions:
    """Limits of one process. Every wait is bounded by one of them.

    Attributes:
        application_name: how the server lists the connections.
        pool_size: connections kept; ``pool_overflow`` more are opened while all are busy.
        pool_timeout_s: how long to wait for a free connection.
        connect_timeout_s: how long to wait for the server to take a connection, at least 2.
        statement_timeout_s: after which the server gives up a statement.
        lock_timeout_s: after which the server gives up waiting for a lock.
        idle_in_transaction_timeout_s: after which the server frees what a stalled process locked.
        answer_margin_s: how long past ``statement_timeout_s`` to wait for a server that says
            nothing at all before the connection is given up.
        ping_after_idle_s: a connection unused for longer is tried before it is used again.
        busy_timeout_s: how long to wait for SQLite's lock, twice.
        enforces_foreign_keys: off only while SQLite's tables are rebuilt by a migration.
        is_test: allows servers that do not write durably.
    """

    application_name: str = "thidua"
    pool_size: int = 8
    pool_overflow: int = 8
    pool_timeout_s: int = 5
    connect_timeout_s: int = 5
    statement_timeout_s: int = 10
    lock_timeout_s: int = 5
    idle_in_transaction_timeout_s: int = 30
    answer_margin_s: int = 5
    ping_after_idle_s: int = 30
    busy_timeout_s: int = 15
    enforces_foreign_keys: bool = True
    is_test: bool = False
