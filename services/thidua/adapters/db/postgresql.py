"""How PostgreSQL is reached: prepared statements, and a bound on every wait."""

from __future__ import annotations

import time
from typing import Any
from typing import Final
from typing import TypeVar
from typing import cast

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import URL
from sqlalchemy import Connection
from sqlalchemy import Dialect
from sqlalchemy import Engine
from sqlalchemy import create_engine
from sqlalchemy import event
from sqlalchemy import text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.pool import PoolProxiedConnection

from thidua.adapters.db import fence
from thidua.adapters.db.options import DatabaseOptions
from thidua.adapters.db.types import from_json
from thidua.adapters.db.types import to_json
from thidua.domain.errors import InvalidConfigurationError

__all__ = ["make_postgresql_engine", "require_durable_postgresql"]

_T = TypeVar("_T")
_UNUSED_SINCE: Final = "thidua_unused_since"
_WAKE_UP_S: Final = 0.1

# The planner costs about as much as the execution of a short statement, and this program's
# statements never change their text: from the second time on, they are prepared.
_PREPARE_THRESHOLD: Final = 1
_DURABLE: Final = ("fsync", "synchronous_commit", "full_page_writes")


class _BoundedConnection(psycopg.Connection[tuple[Any, ...]]):
    """A connection that waits for an answer for a bounded time.

    ``statement_timeout`` is the server's to keep. A server that is frozen, or gone without a word,
    keeps nothing, and the thread that waits for it would wait for ever.
    """

    answer_timeout_s: float | None = None

    def wait(self, gen: PQGen[_T], interval: float = _WAKE_UP_S, timeout: float | None = None) -> _T:
        try:
            return super().wait(gen, interval, self.answer_timeout_s if timeout is None else timeout)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                # The answer may still come and would be taken for that of the next statement.
                self.pgconn.finish()
            raise


def make_postgresql_engine(url: URL, options: DatabaseOptions, *, glances: bool = False) -> Engine:
    """Make the engine of a server; connects at first use.

    Args:
        url: its address.
        options: sizes and limits.
        glances: every statement stands alone. Such connections have a pool of their own: putting
            one connection to both uses in turn costs more than the look-ups themselves.
    """
    own = {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None} if glances else {}
    settings = {
        "timezone": "UTC",
        "statement_timeout": f"{options.statement_timeout_s}s",
        "lock_timeout": f"{options.lock_timeout_s}s",
        "idle_in_transaction_session_timeout": f"{options.idle_in_transaction_timeout_s}s",
    }
    answer_timeout_s = options.statement_timeout_s + options.answer_margin_s
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={
            "application_name": options.application_name,
            "connect_timeout": options.connect_timeout_s,
            "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
            "prepare_threshold": _PREPARE_THRESHOLD,
            "keepalives_idle": 30,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": answer_timeout_s * 1000,
        },
        pool_size=options.pool_size,
        max_overflow=options.pool_overflow,
        pool_timeout=options.pool_timeout_s,
        pool_use_lifo=True,
        use_native_hstore=False,
        json_serializer=to_json,
        json_deserializer=from_json,
        hide_parameters=True,
        **own,
    )

    @event.listens_for(engine, "do_connect")
    def connect(
        _dialect: Dialect, _record: ConnectionPoolEntry, arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> DBAPIConnection:
        connection = _BoundedConnection.connect(*arguments, **named)
        connection.answer_timeout_s = answer_timeout_s
        return cast("DBAPIConnection", connection)

    @event.listens_for(engine, "checkin")
    def stamp(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        record.info[_UNUSED_SINCE] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def make_ready(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
        # A ping on every use would be a round trip more for every report. While there is traffic,
        # a server's restart is met by one failed statement, after which the pool starts afresh.
        unused_since = record.info.get(_UNUSED_SINCE)
        try:
            if unused_since is not None and time.monotonic() - unused_since >= options.ping_after_idle_s:
                engine.dialect.do_ping(connection)
            fence.tell(cast("psycopg.Connection[Any]", connection), record.info)
        except psycopg.Error as error:
            raise DisconnectionError from error

    return engine


def require_durable_postgresql(connection: Connection, options: DatabaseOptions) -> None:
    """Refuse a server on which a commit that returned may be lost.

    Raises:
        InvalidConfigurationError: it is such; ``subject`` is the setting.
    """
    if options.is_test:
        return
    rows = connection.execute(
        text("SELECT name, setting FROM pg_settings WHERE name = ANY (:names) ORDER BY name"), {"names": list(_DURABLE)}
    )
    for name, setting in rows:
        if setting == "off":
            raise InvalidConfigurationError(
                f"Máy chủ PostgreSQL đang tắt {name}, nên báo cáo đã nhận có thể mất khi mất điện. "
                f"Hãy đặt {name} = on rồi khởi động lại.",
                subject=name,
            )
