"""Where tests keep what is gone after them: in memory if the machine has room for it.

The program waits for the disk at every commit, as it must. Thousands of tests would wait with it, and
none of them is about what a disk does when the power fails.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Final

__all__ = ["memory_folder"]

_IN_MEMORY: Final = Path("/dev/shm")  # noqa: S108  folders of random names are made below it
#: Many times what the tests of all processes keep at one moment.
_ROOM_BYTES: Final = 4 << 30


@cache
def memory_folder() -> str | None:
    """Return a folder whose files lie in memory; None where there is none, it is small, or another was asked for."""
    if os.environ.get("TMPDIR") or not os.access(_IN_MEMORY, os.W_OK | os.X_OK):
        return None
    found = os.statvfs(_IN_MEMORY)
    # Some tests write little programs and run them.
    if found.f_flag & os.ST_NOEXEC or found.f_bavail * found.f_frsize < _ROOM_BYTES or _unused_bytes() < _ROOM_BYTES:
        return None
    return str(_IN_MEMORY)


def _unused_bytes() -> int:
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
