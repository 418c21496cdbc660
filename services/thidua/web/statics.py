"""Our own style sheets, scripts and images, under names that change with their content.

A name carries a digest of the file, so a browser may keep it for ever and a release never meets
a stale copy. Files are few and small: they are read once and served from memory, packed.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask import Response
from flask import request
from werkzeug.exceptions import NotFound

__all__ = ["StaticFile", "StaticFiles"]

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as served: ``hashed`` is its public name."""

    hashed: str
    content_type: str
    plain: bytes
    packed: bytes


class StaticFiles:
    """The folder's files, by their plain names and by their public ones."""

    def __init__(self, folder: Path) -> None:
        self.by_name: Mapping[str, StaticFile] = {
            path.name: _read(path) for path in sorted(folder.iterdir()) if path.suffix in _TYPES
        }
        self._by_hashed = {file.hashed: file for file in self.by_name.values()}

    def register(self, app: Flask) -> None:
        """Serve the files under ``/static`` and give templates ``static_url(name)``."""

        def static_file(hashed: str) -> Response:
            file = self._by_hashed.get(hashed)
            if file is None:
                raise NotFound
            packs = request.accept_encodings.quality("gzip") > 0
            response = Response(file.packed if packs else file.plain, content_type=file.content_type)
            if packs:
                response.headers["Content-Encoding"] = "gzip"
            response.headers["Cache-Control"] = _FOREVER
            response.vary.add("Accept-Encoding")
            return response

        def static_url(name: str) -> str:
            return app.url_for("static", hashed=self.by_name[name].hashed)

        app.add_url_rule("/static/<hashed>", "static", static_file)
        app.jinja_env.globals["static_url"] = static_url


def _read(path: Path) -> StaticFile:
    plain = path.read_bytes()
    digest = hashlib.sha256(plain).hexdigest()[:12]
    return StaticFile(f"{path.stem}.{digest}{path.suffix}", _TYPES[path.suffix], plain, gzip.compress(plain, mtime=0))
