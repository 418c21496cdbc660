"""What nginx does by itself in front of the pages: its own answers, and how much it lets through where."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from thidua.forms.workbook.guarding import LARGEST_WORKBOOK
from thidua.supervisor.orphans import die_with_parent
from thidua.web.limits import MAX_BODY_BYTES
from thidua.web.limits import MAX_PAGE_WITH_FILES_BYTES

ROOT = Path(__file__).parents[2]
UNIT = "/campaigns/ATGT-2021/periods/2021-9M/units/LS-186-VHTT"
#: What every answer of ours carries; see tests/web/test_headers.py.
TOLD = {
    "content-security-policy": "default-src 'none'",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "referrer-policy": "same-origin",
}
#: Told by nginx where TLS is set up, which here only means that its line is in force.
STAY = "strict-transport-security"
Until = Callable[..., float]


class Pages(BaseHTTPRequestHandler):
    """Stands for the program: says how much came, with headers of its own; under /bare as gunicorn refuses."""

    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        length = len(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
        body = str(length).encode()
        self.send_response(400 if self.path == "/bare" else 200)
        self.send_header("Content-Length", str(len(body)))
        if self.path != "/bare":
            for name in (*TOLD, STAY):
                self.send_header(name, "nosniff" if name == "x-content-type-options" else "the program's")
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _answer  # noqa: N815  as the library wants them called

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@pytest.fixture(scope="module")
def pages() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture(scope="module")
def front(pages: int, waiting_for: Until) -> Iterator[int]:
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        missing = "no nginx (apt-get install nginx-light)"
        if os.environ.get("THIDUA_REQUIRE_ALL_TESTS") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    port = free_port()
    text = (ROOT / "config/nginx.conf").read_text(encoding="utf-8")
    text = text.replace("web:8000", f"127.0.0.1:{pages}").replace("listen 8080", f"listen 127.0.0.1:{port}")
    text = re.sub(r"# (add_header)", r"\1", text)
    # Its workers are another user, who may not enter pytest's own folders.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        file = Path(folder) / "nginx.conf"
        file.write_text(text.replace("/tmp/", f"{folder}/"), encoding="utf-8")  # noqa: S108  the configuration's own
        command = [nginx, "-c", str(file), "-g", "daemon off;"]
        with subprocess.Popen(command, preexec_fn=partial(die_with_parent, os.getpid())) as running:

            def answers() -> bool:
                with socket.socket() as trial:
                    return trial.connect_ex(("127.0.0.1", port)) == 0

            try:
                waiting_for(answers, within_s=20, what="nginx listens")
                yield port
            finally:
                running.terminate()


def ask(port: int, path: str, *, body: bytes | None = None, **headers: str) -> tuple[int, list[tuple[str, str]], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET" if body is None else "POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, [(name.lower(), value) for name, value in answer.getheaders()], answer.read()
    finally:
        connection.close()


def declared(port: int, path: str, length: int) -> tuple[int, list[tuple[str, str]]]:
    """Declare a body without sending it, which is all that nginx needs to refuse it."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode())
        answer = http.client.HTTPResponse(line)
        answer.begin()
        return answer.status, [(name.lower(), value) for name, value in answer.getheaders()]


@pytest.mark.parametrize("page", ["workbook/import", "workbook/fill"])
def test_a_workbook_as_large_as_the_program_takes_comes_through(front: int, page: str) -> None:
    status, _, said = ask(front, f"{UNIT}/form/{page}", body=b"x" * LARGEST_WORKBOOK)
    assert (status, int(said)) == (200, LARGEST_WORKBOOK)


@pytest.mark.parametrize("path", [f"{UNIT}/form", f"{UNIT}/paper", f"/api/v1{UNIT}/evidence"])
def test_files_come_through_and_elsewhere_no_more_than_the_program_takes(front: int, path: str) -> None:
    assert ask(front, path, body=b"x" * MAX_PAGE_WITH_FILES_BYTES)[0] == 200
    for other in (f"{UNIT}/draft", "/sign-in", f"{UNIT}/form/workbook", f"{UNIT}/form/workbook/import/more"):
        assert declared(front, other, MAX_BODY_BYTES + 1)[0] == 413


def test_what_nginx_answers_itself_tells_browsers_what_our_pages_tell(front: int) -> None:
    answers = {
        "too large": declared(front, "/sign-in", MAX_BODY_BYTES + 1),
        "too long an address": ask(front, "/" + "a" * 20_000)[:2],
        "too long a header": ask(front, "/", Long="a" * 40_000)[:2],
        "refused before the program": ask(front, "/bare")[:2],
    }
    assert {what: status for what, (status, _) in answers.items()} == {
        "too large": 413,
        "too long an address": 414,
        "too long a header": 400,
        "refused before the program": 400,
    }
    for what, (_, headers) in answers.items():
        told = dict(headers)
        for name, value in TOLD.items():
            assert told.get(name, "").startswith(value), (what, name)
        assert told.get(STAY, "").startswith("max-age=31536000"), what
        assert told.get("server") == "nginx", "no version"


def test_what_the_program_tells_is_told_once_and_as_it_says(front: int) -> None:
    _, headers, _ = ask(front, "/sign-in")
    names = [name for name, _ in headers]
    for name in (*TOLD, STAY):
        assert names.count(name) == 1, name
    assert dict(headers)["content-security-policy"] == "the program's"


def test_every_header_of_its_own_is_for_errors_too() -> None:
    lines = re.findall(r"add_header .*", (ROOT / "config/nginx.conf").read_text(encoding="utf-8"))
    assert {line.split()[1].lower() for line in lines} == {*TOLD, STAY}
    assert all(line.endswith(" always;") for line in lines)
