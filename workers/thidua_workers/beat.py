"""Runs the one beat: ``python -m thidua_workers.beat``, which is what ``thidua beat`` becomes.

It rings and knows nothing else: no task is imported, no database is reached.
"""

from __future__ import annotations

import fcntl
import sys
from pathlib import Path
from typing import IO

from thidua.settings import load
from thidua_workers.app import configure
from thidua_workers.schedule import SCHEDULE

__all__ = ["main"]


def main() -> int:
    """Ring until told to stop; return the exit code."""
    settings = load()
    folder = settings.data_dir / "beat"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = _only_one(folder / "lock")
    if lock is None:
        sys.stderr.write(
            f"Đã có một tiến trình beat khác dùng {folder}; chỉ được chạy một. / "
            f"Another beat already uses {folder}; there must be exactly one.\n"
        )
        return 1
    with lock:
        # A line every few seconds says nothing new; the worker's says that the bell was heard.
        level = "debug" if settings.log_level == "debug" else "warning"
        app = configure(settings, level)
        app.conf.beat_schedule = SCHEDULE
        app.Beat(loglevel=level.upper(), schedule=str(folder / "schedule"), no_color=True, quiet=True).run()
    return 0


def _only_one(path: Path) -> IO[bytes] | None:
    """Hold the lock for as long as the file stays open; None if another process holds it.

    Two beats ring everything twice. A lock of the kernel's ends with its process, however that
    ends, where a file with a process id in it would have to be judged.
    """
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


if __name__ == "__main__":
    sys.exit(main())
