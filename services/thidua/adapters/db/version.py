"""Which migration a database is at."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection
from sqlalchemy import text

__all__ = ["stored_version"]

_HAS_TABLE: Final = {
    "postgresql": text("SELECT to_regclass('alembic_version') IS NOT NULL"),
    "sqlite": text("SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version')"),
}
_VERSION: Final = text("SELECT version_num FROM alembic_version")


def stored_version(connection: Connection) -> str | None:
    """Return the number of the newest migration that was run, None if none was."""
    if not connection.execute(_HAS_TABLE[connection.dialect.name]).scalar_one():
        return None
    return connection.execute(_VERSION).scalar_one_or_none()
