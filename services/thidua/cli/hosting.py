"""The host that a command works with: of this installation, on a database that is as this release needs it."""

from __future__ import annotations

from thidua.adapters.broker import SilentBell
from thidua.adapters.db.options import DatabaseOptions
from thidua.adapters.db.schema import require_current
from thidua.application.ports.host import Host
from thidua.bootstrap import build_host
from thidua.settings import Settings
from thidua.settings import load

__all__ = ["command_host"]


def command_host(
    settings: Settings | None = None, *, database: DatabaseOptions | None = None, rings: bool = False
) -> Host:
    """Build the host of a command.

    Args:
        settings: by default those of this process.
        database: limits of its use of the database.
        rings: whether it rings the workers.

    Raises:
        UnknownSchemaError: the database is empty or another release's; the sentence says what mends it.
        UnavailableError: it does not answer.
    """
    settings = settings or load()
    require_current(settings.database_url)
    return build_host(settings, bell=None if rings else SilentBell(), database=database)
