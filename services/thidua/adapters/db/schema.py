"""Bring a database to the schema of this release, and refuse any other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy import text

from thidua.adapters.db.engine import make_engine
from thidua.adapters.db.options import DatabaseOptions
from thidua.adapters.db.unavailable import unavailable_if_lost
from thidua.adapters.db.version import stored_version
from thidua.domain.errors import UnknownSchemaError

__all__ = ["current_version", "draft_migration", "head_version", "require_current", "upgrade"]

_MIGRATIONS: Final = Path(__file__).parent / "migrations"

# A migration may work long, but must not wait long for a lock: everybody else queues up behind it.
_OPTIONS: Final = DatabaseOptions(
    application_name="thidua-db-upgrade",
    pool_size=1,
    pool_overflow=0,
    statement_timeout_s=600,
    lock_timeout_s=5,
    enforces_foreign_keys=False,
)
_LOCK_WAIT_S: Final = 120
_LOCK_KEY: Final = 0x7468_6964_7561  # "thidua": one upgrade at a time in one database


def upgrade(url: str, *, to: str = "head") -> str:
    """Run the migrations that a database lacks; harmless if it lacks none or another upgrade runs.

    Args:
        url: the database.
        to: the migration to stop at; only a test has reason to stop before the newest.

    Returns:
        The version it is at now.

    Raises:
        UnknownSchemaError: the database belongs to another release; nothing was changed.
        UnavailableError: it does not answer, or a table stays locked.
    """
    with _connect(url) as connection, _alone(connection):
        found = stored_version(connection)
        connection.rollback()
        config = _config(_MIGRATIONS)
        _refuse_foreign(config, found)
        config.attributes["connection"] = connection
        command.upgrade(config, to)
    return head_version() if to == "head" else to


def current_version(url: str) -> str | None:
    """Return the version a database is at, None if it is empty.

    Raises:
        UnavailableError: it does not answer.
    """
    with _connect(url) as connection:
        return stored_version(connection)


def head_version() -> str:
    """Return the version this release needs."""
    return (_MIGRATIONS / "HEAD").read_text(encoding="ascii").strip()


def require_current(url: str) -> None:
    """Refuse to work on a database with another schema than this release's.

    Raises:
        UnknownSchemaError: it has; the sentence says what mends it.
        UnavailableError: it does not answer.
    """
    found, needed = current_version(url), head_version()
    if found == needed:
        return
    if found is None:
        raise UnknownSchemaError("Cơ sở dữ liệu còn trống. Hãy chạy lệnh `thidua db upgrade`.", subject="schema")
    _refuse_foreign(_config(_MIGRATIONS), found)
    raise UnknownSchemaError(
        f"Cơ sở dữ liệu đang ở phiên bản {found}, chương trình cần phiên bản {needed}. "
        "Hãy sao lưu rồi chạy lệnh `thidua db upgrade`.",
        subject="schema",
    )


def draft_migration(message: str, *, folder: Path = _MIGRATIONS) -> Path:
    """Write the next migration from the template and name it in HEAD; returns its file."""
    config = _config(folder)
    number = f"{int((folder / 'HEAD').read_text(encoding='ascii')) + 1:04}"
    command.revision(config, message, rev_id=number)
    (folder / "HEAD").write_text(f"{number}\n", encoding="ascii")
    [written] = (folder / "versions").glob(f"{number}_*.py")
    return written


def _refuse_foreign(config: Config, found: str | None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise UnknownSchemaError(
            f"Cơ sở dữ liệu đang ở phiên bản {found}, do một bản phát hành khác của chương trình tạo ra. "
            "Hãy chạy bản phát hành mới hơn; lệnh `thidua db upgrade` của bản này không dùng được.",
            subject="schema",
        )


def _config(folder: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def _connect(url: str) -> Iterator[Connection]:
    engine = make_engine(url, _OPTIONS)
    try:
        with unavailable_if_lost(), engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Let one upgrade run at a time; the one that waited finds nothing left to do."""
    if connection.dialect.name == "sqlite":
        yield  # its BEGIN IMMEDIATE does it
        return
    connection.execute(text(f"SET lock_timeout = '{_LOCK_WAIT_S}s'"))
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK_KEY})
    connection.execute(text(f"SET lock_timeout = '{_OPTIONS.lock_timeout_s}s'"))
    connection.commit()
    try:
        yield
    finally:
        # Closing the connection, which comes next, frees the lock even where this cannot be sent.
        if not connection.invalidated:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK_KEY})
            connection.commit()
