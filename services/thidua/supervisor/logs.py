"""The children's output in one file, each line with time and name, bounded in size."""

from __future__ import annotations

import os
import time

__all__ = ["LogFile"]

_LONGEST_LINE = 4096


class LogFile:
    """Keeps the newest lines: when the file is full it becomes ``<name>.1`` and a new one begins.

    Writing never raises: a full disk must not take the product down with it.
    """

    def __init__(self, path: str, *, most_bytes: int) -> None:
        self._path = path
        self._most_bytes = most_bytes // 2
        self._file = -1
        self._size = 0
        self._open()

    def write(self, name: str, line: str) -> None:
        """Add one line of one program."""
        stamp = time.strftime("%Y-%m-%d %H:%M:%S%z")
        data = f"{stamp} {name:<10} | {line[:_LONGEST_LINE]}\n".encode(errors="replace")
        try:
            if self._size + len(data) > self._most_bytes:
                self._turn()
            self._size += os.write(self._file, data)
        except OSError:
            return

    def _open(self) -> None:
        try:
            self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            self._size = os.fstat(self._file).st_size
        except OSError:
            self._file = -1

    def _turn(self) -> None:
        os.close(self._file)
        os.replace(self._path, f"{self._path}.1")  # noqa: PTH105  pathlib costs a megabyte
        self._open()
