"""An archive of the trail: gzip, one JSON value in a line."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path

from thidua.domain.canonical import canonical_json
from thidua.domain.errors import ConflictError
from thidua.domain.errors import MalformedRequestError

__all__ = ["TrailArchive"]

_BLOCK = 1 << 20


class TrailArchive:
    """The port ``Archive``."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, values: Iterable[Mapping[str, object]]) -> str:
        """Write a new file, on disk when this returns; a file that was not finished is removed."""
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except FileExistsError:
            raise ConflictError("Đã có tệp này; hãy chọn tên khác.", subject=str(self._path)) from None
        except OSError as error:
            raise ConflictError(f"Không ghi được tệp lưu: {error.strerror}.", subject=str(self._path)) from None
        is_whole = False
        try:
            with os.fdopen(descriptor, "wb") as file:
                with gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as packed:
                    for value in values:
                        packed.write(f"{canonical_json(value)}\n".encode())
                file.flush()
                os.fsync(file.fileno())
            is_whole = True
        finally:
            if not is_whole:
                self._path.unlink(missing_ok=True)
        digest = hashlib.sha256()
        with self._path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
        return digest.hexdigest()

    def read(self) -> Iterator[object]:
        """Read the values back."""
        try:
            with gzip.open(self._path, "rt", encoding="utf-8") as file:
                for line in file:
                    yield json.loads(line)
        except (OSError, EOFError, ValueError):
            raise MalformedRequestError(
                "Tệp này không phải tệp lưu nhật ký, hoặc đã hỏng.", subject=str(self._path)
            ) from None
