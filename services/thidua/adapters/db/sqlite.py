"""How SQLite is opened: durable, one writer at a time, never in a mode its version gets wrong."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path
from typing import Final

from sqlalchemy import URL
from sqlalchemy import Connection
from sqlalchemy import Engine
from sqlalchemy import create_engine
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from thidua.adapters.db.options import DatabaseOptions
from thidua.adapters.db.types import from_json
from thidua.adapters.db.types import to_json
from thidua.domain.errors import InvalidConfigurationError

__all__ = ["READ_ONLY", "make_sqlite_engine", "require_durable_sqlite", "write_ahead_log_is_safe"]

#: The execution option that opens a transaction which only reads.
READ_ONLY: Final = "thidua_read_only"

# Locks do not work there, so two writers can destroy the file.
_NETWORK_FILE_SYSTEMS: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "fuse.sshfs", "fuse.glusterfs", "fuse.s3fs"}
)
_FULL: Final = 2
_MOUNT_POINT: Final = 4


def write_ahead_log_is_safe(version: tuple[int, int, int]) -> bool:
    """Tell whether a version of SQLite is free of the race that corrupts write-ahead logs.

    The race came with 3.7.0 and was mended in 3.51.3, and in 3.50.7 and 3.44.6 of their branches.
    """
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0)


def make_sqlite_engine(url: URL, options: DatabaseOptions) -> Engine:
    """Make the engine of a database file.

    Raises:
        InvalidConfigurationError: the address names no file; a database in memory is lost with
            its connection.
    """
    if not url.database or url.database == ":memory:":
        raise InvalidConfigurationError(
            "Cơ sở dữ liệu SQLite phải là một tệp; địa chỉ hiện tại không nêu tên tệp.", subject="THIDUA_DATABASE_URL"
        )
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        connect_args={"timeout": options.busy_timeout_s},
        pool_size=options.pool_size,
        max_overflow=options.pool_overflow,
        pool_timeout=options.pool_timeout_s,
        pool_use_lifo=True,
        json_serializer=to_json,
        json_deserializer=from_json,
        hide_parameters=True,
    )
    journal = "wal" if write_ahead_log_is_safe(sqlite3.sqlite_version_info[:3]) else "delete"

    @event.listens_for(engine, "connect")
    def set_up(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        # The driver must never send BEGIN by itself: it does so before the first write only, after
        # the reads that the write depends on, which loses updates.
        connection.isolation_level = None
        _close_to_others(Path(url.database or ""))
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {options.busy_timeout_s * 1000}")
        [found] = cursor.execute(f"PRAGMA journal_mode = {journal}").fetchone()
        if found != journal:
            raise InvalidConfigurationError(
                f"Tệp cơ sở dữ liệu đang ở chế độ nhật ký {found}, cần chế độ {journal}. "
                "Hãy dừng mọi chương trình đang mở tệp này rồi chạy lại.",
                subject=url.database or "",
            )
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA foreign_keys = {int(options.enforces_foreign_keys)}")
        cursor.execute("PRAGMA trusted_schema = OFF")
        cursor.execute("PRAGMA mmap_size = 0")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reads = bool(connection.get_execution_options().get(READ_ONLY))
        if connection.info.get(READ_ONLY) != reads:
            connection.exec_driver_sql(f"PRAGMA query_only = {int(reads)}")
            connection.info[READ_ONLY] = reads
        _patiently(connection, "BEGIN" if reads else "BEGIN IMMEDIATE")

    @event.listens_for(engine, "commit")
    def commit(connection: Connection) -> None:
        # Sent here, where it can be sent once more; the driver's own commit then finds nothing to do.
        driver = connection.connection.driver_connection
        if driver is not None and driver.in_transaction:
            _patiently(connection, "COMMIT")

    return engine


def _close_to_others(file: Path) -> None:
    """Let only the service's user read a new file, and nobody of the whole machine an old one.

    The folder may have been made by somebody else, open to all. Journals take over the file's mode. It is never
    opened for this: closing it would give up the locks that other connections of the process hold.
    """
    found = file.stat()
    wanted = 0o600 if found.st_size == 0 else stat.S_IMODE(found.st_mode) & ~0o007
    if found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) != wanted:
        file.chmod(wanted)


def _patiently(connection: Connection, command: str) -> None:
    """Send BEGIN or COMMIT, once more after the busy time-out: its waiting is unfair, so one can starve."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(command)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        cursor.execute(command)
    finally:
        cursor.close()


def require_durable_sqlite(connection: Connection, options: DatabaseOptions) -> None:
    """Refuse settings and file systems on which a commit that returned may be lost.

    Raises:
        InvalidConfigurationError: they are such.
    """
    if options.is_test:
        return
    if connection.exec_driver_sql("PRAGMA synchronous").scalar_one() < _FULL:
        raise InvalidConfigurationError("SQLite phải chạy với synchronous = FULL.", subject="synchronous")
    path = Path(connection.engine.url.database or "").resolve()
    if (kind := _file_system(path)) in _NETWORK_FILE_SYSTEMS:
        raise InvalidConfigurationError(
            f"Tệp cơ sở dữ liệu nằm trên ổ đĩa mạng ({kind}), nơi khóa tệp không đáng tin cậy. "
            "Hãy chuyển tệp sang ổ đĩa của chính máy này hoặc dùng PostgreSQL.",
            subject=str(path),
        )


def _file_system(path: Path) -> str:
    """Return the kind of file system under a path as Linux names it, empty if that is not known."""
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    best, kind = 0, ""
    for line in mounts:
        before, _, after = line.partition(" - ")
        mount = Path(before.split()[_MOUNT_POINT].replace("\\040", " "))
        if path.is_relative_to(mount) and len(mount.parts) >= best:
            best, kind = len(mount.parts), after.split()[0]
    return kind
