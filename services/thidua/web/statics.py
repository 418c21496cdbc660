"""Our own style sheets, scripts and images, under names that change with their content.

A name carries a digest of the file, so a browser may keep it for ever and a release never meets
a stale copy. Files are few and small: they are read once and served from memory, packed.

Scripts import each other by their plain names, ``from "./queue.js"``. They are served importing
the public names, so that a page never runs one script of this release with another of the last.
"""

from __future__ import annotations

import gzip
import hashlib
import re
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
#: An import of one of our own scripts, as this project writes it.
_IMPORT = re.compile(rb'(?<=from "\./)[a-z_]+\.js(?=")')
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as served: ``hashed`` is its public name, ``imports`` the plain names of scripts it needs."""

    hashed: str
    content_type: str
    plain: bytes
    packed: bytes
    imports: tuple[str, ...] = ()


class StaticFiles:
    """The folder's files, by their plain names and by their public ones.

    Raises:
        ValueError: scripts import each other in a circle, so that no digest can be known first.
        FileNotFoundError: a script imports one that is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._by_name: dict[str, StaticFile] = {}
        for path in sorted(folder.iterdir()):
            if path.suffix in _TYPES:
                self._read(path, ())
        self.by_name: Mapping[str, StaticFile] = self._by_name
        self._by_hashed = {file.hashed: file for file in self.by_name.values()}

    def register(self, app: Flask) -> None:
        """Serve the files under ``/static``; give templates ``static_url(name)`` and ``script_urls(name)``."""

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

        def script_urls(name: str) -> list[str]:
            """Everything a script brings along, itself last, to be fetched at once."""
            return [static_url(each) for each in self.brought_by(name)]

        app.add_url_rule("/static/<hashed>", "static", static_file)
        app.jinja_env.globals.update(static_url=static_url, script_urls=script_urls)

    def brought_by(self, name: str) -> list[str]:
        """Return the plain names of all scripts that one needs, each after those it needs itself."""
        found = [each for needed in self.by_name[name].imports for each in self.brought_by(needed)]
        return list(dict.fromkeys([*found, name]))

    def _read(self, path: Path, importers: tuple[str, ...]) -> StaticFile:
        if path.name in importers:
            raise ValueError(f"scripts import each other in a circle: {' > '.join((*importers, path.name))}")
        if path.name not in self._by_name:
            imports: dict[str, StaticFile] = {}

            def public(match: re.Match[bytes]) -> bytes:
                name = match[0].decode()
                imports[name] = self._read(path.with_name(name), (*importers, path.name))
                return imports[name].hashed.encode()

            plain = path.read_bytes()
            if path.suffix == ".js":
                plain = _IMPORT.sub(public, plain)
            hashed = f"{path.stem}.{hashlib.sha256(plain).hexdigest()[:12]}{path.suffix}"
            packed = gzip.compress(plain, mtime=0)
            self._by_name[path.name] = StaticFile(hashed, _TYPES[path.suffix], plain, packed, tuple(imports))
        return self._by_name[path.name]
