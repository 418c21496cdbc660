"""Files named by their content, in one folder that all processes of an installation share.

A file lies under ``ab/cdef…`` by the SHA-256 of its bytes: nothing a person typed is ever part of
a path, the same content is kept once, and a file that was changed on the disk is noticed when it
is read. A file is written whole under another name, made durable, and only then put in its
place, so that a cut leaves either nothing or everything; writers of the same content write the
same bytes, and it does not matter who is last.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import time
from pathlib import Path

from thidua.domain.errors import DamagedFileError
from thidua.domain.errors import NoRoomError

__all__ = ["DiskFiles"]

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
#: Kept free for the database, which stops altogether on a full disk.
_RESERVE_BYTES = 256 * 1024 * 1024
#: What a writer that was cut off left behind, and nobody is writing any more.
_ABANDONED_S = 24 * 3600


class DiskFiles:
    """The port ``Files``.

    Args:
        folder: made when first written to; the same for every process and machine.
        reserve_bytes: how much of the disk is left to others.
    """

    def __init__(self, folder: Path, *, reserve_bytes: int = _RESERVE_BYTES) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"
        self._reserve_bytes = reserve_bytes

    def put(self, content: bytes) -> str:
        """Keep a content durably and return its digest.

        Raises:
            NoRoomError: the disk is full, or nearly.
        """
        digest = hashlib.sha256(content).hexdigest()
        place = self._place(digest)
        try:
            if place.exists() and place.stat().st_size == len(content):
                # The other writer may not have come to this yet.
                self._make_names_durable(place)
                return digest
            self._make_folders(place.parent)
            self._require_room(len(content))
            draft = self._incoming / f"{digest}.{secrets.token_hex(8)}"
            try:
                _write_durably(draft, content)
                draft.replace(place)
                self._make_names_durable(place)
            finally:
                draft.unlink(missing_ok=True)
        except OSError as error:
            raise NoRoomError(
                "Kho tệp không ghi thêm được; tệp chưa được lưu. Hãy báo cho người quản trị.",
                subject=f"{self._folder}: {error.strerror}",
            ) from error
        return digest

    def get(self, digest: str) -> bytes:
        """Return a content, checked against its digest.

        Raises:
            DamagedFileError: it is not there or not what was stored.
        """
        try:
            content = self._place(digest).read_bytes()
        except OSError as error:
            raise DamagedFileError("Tệp này không đọc được.", subject=f"{digest}: {error.strerror}") from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise DamagedFileError("Tệp này đã bị thay đổi trên đĩa.", subject=digest)
        return content

    def _place(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise DamagedFileError("Tệp này không đọc được.", subject="not a digest")
        return self._folder / digest[:2] / digest[2:]

    def _make_folders(self, parent: Path) -> None:
        if not self._incoming.exists():
            # Each by itself: parents that are made along the way would be open to all.
            for folder in (self._folder.parent, self._folder, self._incoming):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._forget_abandoned()
        parent.mkdir(mode=0o700, exist_ok=True)

    def _make_names_durable(self, place: Path) -> None:
        for folder in (place.parent, self._folder):
            _sync_folder(folder)

    def _forget_abandoned(self) -> None:
        limit = time.time() - _ABANDONED_S
        for left in self._incoming.iterdir():
            try:
                if left.stat().st_mtime < limit:
                    left.unlink()
            except FileNotFoundError:
                continue

    def _require_room(self, wanted: int) -> None:
        free = shutil.disk_usage(self._folder).free
        if free < wanted + self._reserve_bytes:
            raise NoRoomError(
                "Kho tệp sắp đầy nên không nhận thêm tệp; báo cáo vẫn nộp được. Hãy báo cho người quản trị.",
                subject=f"{self._folder}: {free} bytes free",
            )


def _write_durably(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make a name durable: a file that is synced under a name that is not is lost all the same."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
