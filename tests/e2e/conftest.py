"""Real processes as a user starts them: the tree of the demo, single parts, and clients over HTTP.

Everything here is bounded in time, lives in folders of its own and dies with the tests, however
these end.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from typing import NamedTuple

import pytest

from tests.support.patience import PATIENCE_S
from tests.support.ports import free_port
from thidua.adapters.embedded_broker import private_socket_dir
from thidua.supervisor.orphans import die_with_parent
from thidua_testkit.broker import RunningWorker

#: Generous: the machine may be busy with other tests.
_START_S = 120.0
_STOP_S = 60.0
_ANSWER_S = 60.0

#: How each program of the tree is told from the others, by its command line.
_PROGRAMS = {
    "supervisor": "thidua.supervisor",
    "web": "gunicorn",
    "worker": "thidua_workers.worker",
    "beat": "thidua_workers.beat",
    "broker": "-server",
}


def environment(**given: str) -> dict[str, str]:
    """Return an environment without the settings of whoever runs the tests."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("THIDUA_") and name != "PORT"}
    return own | given


def until(holds: Callable[[], bool], *, what: str, within_s: float = PATIENCE_S) -> float:
    """Wait, and return the seconds it took.

    How long is said only where a longer wait would be a broken promise; a machine may be slow.
    """
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > within_s:
            pytest.fail(f"not within {within_s} s: {what}")
        time.sleep(0.05)
    return time.monotonic() - began


class Reply(NamedTuple):
    """What a request came back with."""

    status: int
    body: Any
    seconds: float


class Client:
    """Speaks HTTP to an address, for an account if there is a token."""

    def __init__(self, address: str, token: str = "") -> None:
        self.address = address.rstrip("/")
        self._token = token

    def get(self, path: str) -> Reply:
        return self._send(urllib.request.Request(self.address + path))

    def file(self, payload: object, *, key: str | None = None) -> Reply:
        """Post a report."""
        headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        body = json.dumps(payload).encode()
        return self._send(urllib.request.Request(f"{self.address}/api/v1/reports", body, headers))

    def status(self, period: str) -> Any:
        """Return the status document of a period of the one campaign."""
        reply = self.get(f"/api/v1/campaigns/ATGT-2021/status?period={period}")
        assert reply.status == 200, reply
        return reply.body

    def answers(self) -> bool:
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False

    def _send(self, request: urllib.request.Request) -> Reply:
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        began = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=_ANSWER_S) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            with refusal:
                status, text = refusal.code, refusal.read()
        seconds = time.monotonic() - began
        try:
            return Reply(status, json.loads(text), seconds)
        except ValueError:
            return Reply(status, text.decode(errors="replace"), seconds)


class Process(NamedTuple):
    """A process as /proc shows it."""

    pid: int
    command: str
    session: int
    group: int
    rss_kib: int


def processes_of(folder: Path, *, session: int = 0) -> list[Process]:
    """Find every living process that belongs to a session or knows a folder.

    A folder is known by the environment, the command line or the working folder; a server that
    renames itself hides at most one of them.
    """
    mark = os.fsencode(folder)
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (entry / "stat").read_text(errors="replace").rpartition(") ")[2].split()
            command = (entry / "cmdline").read_bytes()
            known_by = (command, (entry / "environ").read_bytes(), os.fsencode((entry / "cwd").readlink()))
            if fields[0] != "Z" and (int(fields[3]) == session or any(mark in place for place in known_by)):
                words = command.replace(b"\0", b" ").decode(errors="replace").strip()
                rss = int((entry / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
                found.append(Process(int(entry.name), words, int(fields[3]), int(fields[2]), rss))
    return [process for process in found if process.pid != os.getpid()]


class Tree:
    """``thidua demo`` (or another command that runs everything) on a data folder of its own."""

    def __init__(
        self, data: Path, *options: str, command: str = "demo", python: str = sys.executable, **given: str
    ) -> None:
        self.data = data
        self.python = python
        self.options = (command, *options)
        self.given = given
        self.process: subprocess.Popen[bytes] | None = None
        self.started_in_s = 0.0
        self._log = data.with_name(f"{data.name}.out")

    @property
    def output(self) -> str:
        """What was printed since the last start."""
        return self._log.read_text(errors="replace")

    @property
    def address(self) -> str:
        line = next(line for line in self.output.splitlines() if "http://" in line)
        return line[line.index("http://") :].strip().rstrip("/")

    @property
    def session(self) -> int:
        assert self.process is not None
        return self.process.pid

    def begin(self) -> None:
        """Start without waiting; it leads a session of its own, so that it can be counted whole."""
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [self.python, "-m", "thidua.cli", *self.options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment(THIDUA_DATA=str(self.data), **self.given),
                start_new_session=True,
                preexec_fn=partial(die_with_parent, os.getpid()),
            )

    def start(self) -> Tree:
        """Start and wait until it says that it answers."""
        began = time.monotonic()
        self.begin()
        assert self.process is not None
        while "Ctrl-C" not in self.output:
            if self.process.poll() is not None or time.monotonic() - began > _START_S:
                pytest.fail(f"the tree did not start: {self.output}\n{self.log()[-3000:]}")
            time.sleep(0.02)
        self.started_in_s = time.monotonic() - began
        return self

    def family(self) -> list[Process]:
        return processes_of(self.data, session=self.session)

    def pids(self, name: str) -> set[int]:
        """Return the process ids of one program of the tree, forked ones included."""
        return {process.pid for process in self.family() if _PROGRAMS[name] in process.command}

    def leader(self, name: str) -> int:
        """Return the process id of one program's first process; 0 while there is none."""
        leaders = {process.group for process in self.family() if _PROGRAMS[name] in process.command}
        return min(leaders, default=0)

    def wait_for_all(self) -> None:
        """Wait until every program of the tree is there."""
        until(lambda: all(self.pids(name) for name in _PROGRAMS), what=f"the tree: {self.family()}")

    def client(self, account: str = "") -> Client:
        """Return a client, with a fresh token if it is to speak for an account."""
        if not account:
            return Client(self.address)
        made = subprocess.run(
            [sys.executable, "-m", "thidua.cli", "account", "token", account],
            env=environment(THIDUA_DATA=str(self.data)),
            capture_output=True,
            text=True,
            timeout=_START_S,
            check=True,
        )
        return Client(self.address, made.stdout.strip())

    def log(self) -> str:
        path = self.data / "logs" / "thidua.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def interrupt(self) -> int:
        """Press Ctrl-C and return the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(_STOP_S)

    def close(self) -> None:
        """End whatever is left of it."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            if self.process.poll() is None:
                self.interrupt()
        for process in self.family():
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        self.process.wait(_STOP_S)
        shutil.rmtree(private_socket_dir(self.data), ignore_errors=True)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Make data folders of the demo, filled and stopped, that tests copy; each kind once a session."""
    made: dict[tuple[str, ...], Path] = {}

    def prepare(*options: str) -> Path:
        if options not in made:
            tree = Tree(tmp_path_factory.mktemp("prepared") / "data", *options)
            try:
                tree.start()
                tree.interrupt()
            finally:
                tree.close()
            made[options] = tree.data
        return made[options]

    return prepare


@pytest.fixture
def tree(tmp_path: Path, prepared: Callable[..., Path]) -> Iterator[Callable[..., Tree]]:
    """Start demos over copies of a prepared folder, or a given one; everything ends with the test."""
    trees: list[Tree] = []

    def start(*options: str, over: Path | None = None, **given: Any) -> Tree:
        data = over or tmp_path / f"tree-{len(trees)}"
        if over is None:
            shutil.copytree(prepared(*options), data)
        trees.append(Tree(data, *options, **given))
        return trees[-1].start()

    yield start
    for each in trees:
        each.close()


@pytest.fixture
def begun() -> Iterator[Callable[[Path], Tree]]:
    """Start demos that nobody waits for; everything ends with the test."""
    trees: list[Tree] = []

    def begin(data: Path) -> Tree:
        trees.append(Tree(data))
        trees[-1].begin()
        return trees[-1]

    yield begin
    for each in trees:
        each.close()


class Parts:
    """Starts the single programs: ``thidua web``, ``worker``, ``beat``, and runs the short ones."""

    def __init__(self, folder: Path, python: str = sys.executable) -> None:
        self._folder = folder
        #: Whose interpreter runs them; another environment may hold other plugins.
        self.python = python
        self.running: list[RunningWorker] = []

    def start(self, *command: str, **given: str) -> RunningWorker:
        """Start a program without waiting for it."""
        log = self._folder / f"{command[0]}-{len(self.running)}.log"
        words = (self.python, "-m", "thidua.cli", *command)
        whole = environment(**({"THIDUA_DATA": str(self._folder / "data")} | given))
        with log.open("wb") as output:
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=whole,
                process_group=0,
                preexec_fn=partial(die_with_parent, os.getpid()),
            )
        self.running.append(RunningWorker(process, log, words, whole))
        return self.running[-1]

    def web(self, **given: str) -> str:
        """Start a web server, wait until it answers and return its address."""
        port = free_port()
        running = self.start("web", **given, PORT=str(port))
        client = Client(f"http://127.0.0.1:{port}")
        began = time.monotonic()
        while not client.answers():
            if running.process.poll() is not None or time.monotonic() - began > _START_S:
                pytest.fail(f"the web server did not start: {running.output()[-3000:]}")
            time.sleep(0.05)
        return client.address

    def run(self, *command: str, check: bool = True, **given: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        done = subprocess.run(
            [self.python, "-m", "thidua.cli", *command],
            env=environment(**({"THIDUA_DATA": str(self._folder / "data")} | given)),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_START_S,
            check=False,
        )
        assert not check or done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done

    def close(self) -> None:
        for running in self.running:
            running.kill()


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    """Start single programs; they end with the test."""
    found = Parts(tmp_path)
    yield found
    found.close()


@pytest.fixture(scope="session")
def waiting_for() -> Callable[..., float]:
    """Give the tests the one way to wait."""
    return until


@pytest.fixture(scope="session")
def report() -> Callable[..., dict[str, Any]]:
    """Make reports to file: form A of a district, sound and without warnings."""
    sample = json.loads((Path(__file__).parents[1] / "samples" / "P01.json").read_text(encoding="utf-8"))

    def make(unit: str, period: str, **fields: object) -> dict[str, Any]:
        changed: Mapping[str, object] = {"stations_total": 18, "difficulties": "Không có"} | fields
        return {**sample, "unit_code": unit, "period_code": period, "fields": sample["fields"] | changed}

    return make
