"""One migrated SQLite file for each process of tests; whoever needs a database copies it."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from thidua.adapters.db.schema import upgrade
from thidua_testkit.scratch import memory_folder

__all__ = ["migrated_file"]

_scratch = tempfile.TemporaryDirectory(prefix="thidua-sqlite-", dir=memory_folder(), ignore_cleanup_errors=True)


@cache
def migrated_file() -> Path:
    """Return the file, made when it is first asked for; copy it, and write into the copy."""
    path = Path(_scratch.name) / "template.db"
    upgrade(f"sqlite:///{path}")
    return path
