"""The chain's head in a file: a line for every anchor, and beside it the newest head alone.

The file may lie on another machine's disk. Lines are added under a lock, so that several hosts may
share it, and are on disk before the lock is given back.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from thidua.domain.canonical import canonical_json
from thidua.domain.trail import Anchor

__all__ = ["AnchorFile"]

#: Far longer than a line.
_TAIL_BYTES = 4096


class AnchorFile:
    """The port ``Anchors``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._newest = path.with_name(f"{path.name}.newest")

    def put(self, head: Anchor) -> None:
        """Add an anchor, on disk when this returns."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            os.write(descriptor, _line(head))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def keep_newest(self, head: Anchor) -> None:
        """Replace the one anchor that follows the chain's head; an older one never replaces a newer."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._locked():
            known = self.newest()
            if known is not None and known.seq >= head.seq:
                return
            beside = self._newest.with_name(f"{self._newest.name}.{os.getpid()}")
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            try:
                os.write(descriptor, _line(head))
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            beside.replace(self._newest)

    def all(self) -> Iterator[Anchor | None]:
        """Return every anchor in the order written, the newest head last; None for a line that is none."""
        try:
            with self._path.open(encoding="utf-8", errors="replace") as file:
                yield from (_read(line) for line in file)
        except FileNotFoundError:
            pass
        if self._newest.exists():
            yield self.newest()

    def last_at(self) -> datetime | None:
        """Return the moment of the last anchor added, None before the first."""
        try:
            with self._path.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL_BYTES))
                lines = file.read().decode("utf-8", errors="replace").splitlines()
        except OSError:
            return None
        last = _read(lines[-1]) if lines else None
        return last.at if last else None

    def newest(self) -> Anchor | None:
        """Return the newest head that was kept, None if there is none."""
        try:
            return _read(self._newest.read_text(encoding="utf-8", errors="replace"))
        except FileNotFoundError:
            return None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = os.open(self._path.with_name(f"{self._path.name}.lock"), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def _line(head: Anchor) -> bytes:
    return f"{canonical_json(head.as_json())}\n".encode()


def _read(line: str) -> Anchor | None:
    try:
        return Anchor.from_json(json.loads(line))
    except ValueError:
        return None
