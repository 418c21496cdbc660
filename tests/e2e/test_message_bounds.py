"""Where one request ends and the next begins, nginx and the server behind it agree; what is doubtful is refused."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.ports import free_port
from thidua.supervisor.orphans import die_with_parent

ROOT = Path(__file__).parents[2]
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")

#: What an attacker would have served in somebody else's place.
HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
#: The program itself answers 404, so that 400 is the server's word.
START = b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(HIDDEN)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
NO_CHUNK = b"\r\n0\r\n\r\n"

DOUBTFUL = {
    "a length and chunks": START + LENGTH + CHUNKED + NO_CHUNK + HIDDEN,
    "chunks and a length": START + CHUNKED + b"Content-Length: 4\r\n" + NO_CHUNK + HIDDEN,
    "two lengths": START + b"Content-Length: 0\r\n" + LENGTH + b"\r\n" + HIDDEN,
    "two lengths in one": START + b"Content-Length: 0, %d\r\n\r\n" % len(HIDDEN) + HIDDEN,
    "a length with a sign": START + b"Content-Length: +%d\r\n\r\n" % len(HIDDEN) + HIDDEN,
    "a length below nothing": START + b"Content-Length: -1\r\n\r\n" + HIDDEN,
    "a length of another base": START + b"Content-Length: 0x%x\r\n\r\n" % len(HIDDEN) + HIDDEN,
    "a length with a blank in it": START + b"Content-Length: 6 6\r\n\r\n" + HIDDEN,
    "a length of foreign digits": START + "Content-Length: ٦٦\r\n\r\n".encode() + HIDDEN,
    "a blank before the colon": START + b"Content-Length : %d\r\n\r\n" % len(HIDDEN) + HIDDEN,
    "chunks said otherwise": START + b"Transfer-Encoding: xchunked\r\n" + NO_CHUNK + HIDDEN,
    "chunks that are not last": START + b"Transfer-Encoding: chunked, gzip\r\n" + NO_CHUNK + HIDDEN,
    "chunks twice": START + CHUNKED + CHUNKED + NO_CHUNK + HIDDEN,
    "chunks behind a strange blank": START + b"Transfer-Encoding: \x0bchunked\r\n" + NO_CHUNK + HIDDEN,
    "a chunk of another base": START + CHUNKED + b"\r\n0x5\r\nabcde\r\n0\r\n\r\n" + HIDDEN,
    "a chunk below nothing": START + CHUNKED + b"\r\n-1\r\nabcde\r\n0\r\n\r\n" + HIDDEN,
    "a chunk without its end": START + CHUNKED + b"\r\n5\r\nabcdeXX0\r\n\r\n" + HIDDEN,
    "a NUL in a header": START + b"X-Note: a\x00b\r\n\r\n" + HIDDEN,
    "a blank in a header's name": START + b"X Note: a\r\n\r\n" + HIDDEN,
    "a header without a colon": START + b"Content-Length\r\n\r\n" + HIDDEN,
}


@pytest.fixture
def nginx(sqlite_url: str, parts: object, waiting_for: Callable[..., float]) -> Iterator[int]:
    """Run the server and, in front of it, nginx as it is configured for production; give nginx's port."""
    if NGINX is None:
        if os.environ.get("THIDUA_REQUIRE_ALL_TESTS") == "1":
            pytest.fail("no nginx")
        pytest.skip("no nginx (apt-get install nginx-light)")
    server = urlsplit(parts.web(THIDUA_DATABASE_URL=sqlite_url))  # type: ignore[attr-defined]  # conftest's Parts
    port = free_port()
    # nginx's workers are another user, who may not enter pytest's own folders.
    with tempfile.TemporaryDirectory(prefix="thidua-bounds-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        text = (ROOT / "config/nginx.conf").read_text(encoding="utf-8")
        text = text.replace("server web:8000", f"server {server.netloc}").replace("listen 8080", f"listen {port}")
        file = Path(folder) / "nginx.conf"
        file.write_text(text.replace("/tmp/nginx", f"{folder}/nginx"), encoding="utf-8")  # noqa: S108  replaced
        process = subprocess.Popen(
            [NGINX, "-c", str(file), "-g", "daemon off;"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=partial(die_with_parent, os.getpid()),
        )
        try:
            waiting_for(lambda: process.poll() is not None or listens(port), what="nginx listens")
            assert process.poll() is None
            yield port
        finally:
            process.terminate()
            process.wait(30)


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=20).close()
    except OSError:
        return False
    return True


def answers(port: int, message: bytes) -> tuple[list[int], bytes]:
    """Send bytes, read until the other side is done, and return the statuses answered with all that was read."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(message)
        read = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := connection.recv(65536):
                read += piece
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", read)], read


def test_a_message_of_doubtful_length_hides_no_other(nginx: int) -> None:
    for first in (
        START + b"\r\n",
        START + b"Content-Length: 3\r\n\r\nabc",
        START + CHUNKED + b"\r\n3\r\nabc\r\n0\r\n\r\n",
    ):
        statuses, read = answers(nginx, first + HIDDEN)
        assert statuses == [404, 200], (first, read)
        assert b'"alive"' in read
    for name, message in DOUBTFUL.items():
        statuses, read = answers(nginx, message)
        assert statuses in ([400], [501]), (name, read)
        assert b'"alive"' not in read, name
