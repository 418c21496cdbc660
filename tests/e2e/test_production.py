"""The README's start without containers, word for word: PostgreSQL, a broker, nginx with TLS in front.

Only places are changed: files of ``/etc/thidua`` and data lie in the test's folder, ports are free ones.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from datetime import UTC
from datetime import datetime
from functools import partial
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyotp
import pytest
from psycopg import sql
from sqlalchemy import make_url

from tests.support.ports import free_port
from thidua.adapters.clock import SimulatedClock
from thidua.supervisor.orphans import die_with_parent
from thidua_testkit.postgres import PostgresServer
from thidua_testkit.postgres import private_postgres

pytestmark = [pytest.mark.broker, pytest.mark.postgres]

ROOT = Path(__file__).parents[2]
NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
PASSWORD = "mật khẩu chỉ để thử"
CAMPAIGN, PERIOD, UNIT = "ATGT-2021", "2021-Q1", "LS-186-VHTT"
#: What stays up.
PARTS = ("thidua web", "thidua worker --queues drain", "thidua worker --queues jobs", "thidua beat")
Until = Callable[..., float]


def commands() -> list[str]:
    """Return the lines of the README's production start, comments and all."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Run it for real\n")[2]
    block = section.partition("```sh\n")[2].partition("```")[0]
    return block.replace("\\\n", " ").strip().splitlines()


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """Run the oldest PostgreSQL that the system has, which may be older than the package's."""
    found = {int(place.parts[-3]): place.parent for place in Path("/usr/lib/postgresql").glob("[0-9]*/bin/postgres")}
    with private_postgres(durable=True, programs=found[min(found)] if found else None) as running:
        running.execute(sql.SQL("CREATE DATABASE production"))
        yield running


@pytest.fixture
def nginx() -> str:
    """Name nginx; skips aloud without one, fails where every test must run."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        missing = "no nginx (apt-get install nginx-light)"
        if os.environ.get("THIDUA_REQUIRE_ALL_TESTS") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    return found


def as_program(owner_url: str) -> str:
    """Return the address for the role that the README names."""
    return make_url(owner_url).set(username="thidua_app").render_as_string(hide_password=False)


class Site:
    """What the README's commands have started."""

    def __init__(self, folder: Path, nginx: str, database_url: str, broker_url: str) -> None:
        self.folder = folder
        self.nginx = nginx
        self.ports = {name: free_port() for name in ("8000", "8080", "8443")}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.exports = ""
        self.logs: list[tuple[str, Path]] = []
        for name, text in (
            ("secret-key", secrets.token_urlsafe(48)),
            ("audit-key", secrets.token_urlsafe(48)),
            ("owner-database-url", database_url),
            ("app-password", "chỉ để thử"),
            ("database-url", as_program(database_url)),
            ("broker-url", broker_url),
        ):
            (folder / name).write_text(text, encoding="utf-8")
            (folder / name).chmod(0o600)
        certificate = ("-keyout", "key.pem", "-out", "chain.pem", "-subj", "/CN=localhost", "-days", "2")
        for_it = ("-addext", "subjectAltName=DNS:localhost")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *certificate, *for_it],
            cwd=folder,
            check=True,
            capture_output=True,
        )

    def environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("THIDUA_")}
        path = f"{Path(sys.executable).parent}:{Path(self.nginx).parent}:{own['PATH']}"
        clock = SimulatedClock(NOON, datetime.now(UTC)).text
        return own | {"PATH": path, "PORT": str(self.ports["8000"]), "THIDUA_CLOCK": clock}

    def begin(self, command: str, *, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        """Start a command of the README in the places of this test."""
        places = {"/etc/thidua": str(self.folder), "/var/lib/thidua": str(self.folder / "data")}
        for written, actual in places.items():
            command = command.replace(written, actual)
        if command.startswith("export "):
            self.exports = command
        # Becomes what it runs, if that is one program.
        script = f"{self.exports}\n{'exec ' if command.startswith(PARTS) else ''}{command}"
        name = command.split("#")[0].strip()
        self.logs.append((name, self.folder / f"{len(self.logs)}.log"))
        with self.logs[-1][1].open("wb") as log:
            process = subprocess.Popen(
                ["/bin/sh", "-ec", script],
                cwd=ROOT,
                env=self.environment(),
                stdin=stdin,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=partial(die_with_parent, os.getpid()),
            )
        self.running[name] = process
        return process

    def run(self, command: str) -> None:
        process = self.begin(command, stdin=subprocess.PIPE)
        # Two lines for the commands that ask for a password; the others do not read them.
        process.communicate(f"{PASSWORD}\n{PASSWORD}\n".encode(), timeout=120)
        assert process.returncode == 0, f"{command}\n{self.output()}"

    def front(self, command: str) -> None:
        """Start nginx in the foreground, with the configuration the README has made, in our places."""
        path = self.folder / "nginx.conf"
        text = path.read_text(encoding="utf-8")
        for written, actual in self.ports.items():
            text = re.sub(rf"(?<=[ :]){written}\b", str(actual), text)
        text = text.replace("/tmp/nginx", f"{self.folder}/nginx").replace("/etc/nginx/tls", str(self.folder))  # noqa: S108  replaced
        path.write_text(text, encoding="utf-8")
        self.begin(f"exec {command} -g 'daemon off;'")

    def kill(self, name: str) -> None:
        """End a program and all it has started at once."""
        process = self.running.pop(name)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)

    def output(self) -> str:
        return "\n".join(path.read_text(errors="replace")[-2000:] for path in self.folder.glob("*.log"))

    def close(self) -> None:
        for name in list(self.running):
            self.kill(name)


@pytest.fixture
def site(server: PostgresServer, broker_url: str, nginx: str) -> Iterator[Site]:
    # nginx's workers are another user, who may not enter pytest's own folders.
    with tempfile.TemporaryDirectory(prefix="thidua-production-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        found = Site(Path(name), nginx, server.url_of("production"), broker_url)
        try:
            yield found
        finally:
            found.close()


class Visitor:
    """A browser as far as cookies and forms go, over TLS, trusting the site's certificate."""

    def __init__(self, site: Site) -> None:
        self.address = f"https://localhost:{site.ports['8443']}"
        context = ssl.create_default_context(cafile=str(site.folder / "chain.pem"))
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context), urllib.request.HTTPCookieProcessor(CookieJar())
        )

    def ask(self, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
        request = urllib.request.Request(self.address + path, body, {"Referer": self.address, **(headers or {})})
        try:
            with self._opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.read().decode(errors="replace")
        except OSError as error:
            return 0, str(error)

    def token(self, page: str) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found, page
        return found[1]

    def sign_in(self, name: str) -> str:
        """Sign in and return the token of the session."""
        token = self.token(self.ask("/sign-in")[1])
        form = urlencode({"csrf_token": token, "name": name, "password": PASSWORD}).encode()
        status, page = self.ask("/sign-in", form)
        assert status == 200, page
        assert "Đăng xuất" in page
        return self.token(page)

    def set_up_second_factor(self) -> None:
        """Do what the Office is led to after its first password: type the key into a telephone, and its code here."""
        page = self.ask("/")[1]
        seed = re.search(r'<code class="seed">([A-Z2-7 ]+)</code>', page)
        assert seed, page
        code = pyotp.TOTP(seed[1].replace(" ", "")).now()
        form = urlencode({"csrf_token": self.token(page), "code": code}).encode()
        status, page = self.ask("/second-factor/set-up", form)
        assert status == 200, page
        assert "chỉ hiện một lần" in page

    def counted_status(self) -> int:
        return self.ask(f"/api/v1/campaigns/{CAMPAIGN}/status?period={PERIOD}")[0]

    def counted(self) -> Any:
        status, text = self.ask(f"/api/v1/campaigns/{CAMPAIGN}/status?period={PERIOD}")
        assert status == 200, text
        return json.loads(text)["filing"]["received"]


def test_the_readmes_production_start_serves_files_counts_and_survives_a_killed_worker(
    site: Site, report: Callable[..., dict[str, Any]], waiting_for: Until
) -> None:
    for command in commands():
        if command.startswith("nginx"):
            site.front(command)
        elif command.startswith(PARTS):
            site.begin(command)
        else:
            site.run(command)
    # Nothing of the README was left out, and all that stays up is up.
    assert [name for name, process in site.running.items() if process.poll() is None][: len(PARTS)] == list(PARTS)
    unit, office = Visitor(site), Visitor(site)
    waiting_for(lambda: unit.ask("/healthz")[0] == 200, what="nginx and the pages answer")
    token = unit.sign_in("huu-lung")
    office.sign_in("van-phong")
    assert office.counted_status() == 403
    office.set_up_second_factor()
    assert office.counted() == 0

    def file(revision: int) -> None:
        body = {**report(UNIT, PERIOD), "revision": revision, "confirm_warnings": True}
        if revision:
            body["correction_reason"] = "Đếm lại."
        headers = {"Content-Type": "application/json", "X-CSRFToken": token}
        status, text = unit.ask("/api/v1/reports", json.dumps(body).encode(), headers)
        assert status == 201, text

    def waiting() -> Any:
        return json.loads(unit.ask("/readyz")[1])["waiting"]

    file(0)
    waiting_for(lambda: office.counted() == 1, what="the report counted")
    waiting_for(lambda: unit.ask("/readyz")[0] == 200, what="ready")
    site.kill("thidua worker --queues drain")
    file(1)
    waiting_for(lambda: waiting() == 1, what="the report waits for a worker")
    site.begin("thidua worker --queues drain")
    waiting_for(lambda: waiting() == 0, what="the report counted after a restart")
    assert office.counted() == 1
    site.run("thidua status verify")
    # Every line of what stays up is one object; beat says nothing while all is well.
    lines = {name: path.read_text(encoding="utf-8").splitlines() for name, path in site.logs if name in PARTS}
    told = {name: [json.loads(line) for line in found] for name, found in lines.items()}
    assert {name for name, found in told.items() if found} >= set(PARTS[:-1])
    for each in (line for found in told.values() for line in found):
        assert each["at"].endswith("Z")
        assert {"at", "level", "logger", "process", "message"} <= each.keys()
