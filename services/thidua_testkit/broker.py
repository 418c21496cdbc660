"""Real brokers and a real worker for tests; mark what uses them with ``pytest.mark.broker``.

``broker_url`` is a private server that the packages bring, ``redis_url`` the system's Redis if
there is one. Each pytest process has its own, and every test finds it empty.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO
from typing import Protocol

import pytest

from thidua.adapters.broker import BrokerAddress
from thidua.adapters.broker import CeleryBell
from thidua.adapters.embedded_broker import EmbeddedBroker
from thidua.adapters.embedded_broker import embedded_broker
from thidua.supervisor.orphans import die_with_parent

__all__ = [
    "BrokerServer",
    "KeptWorker",
    "RunningWorker",
    "StartWorker",
    "broker_server",
    "broker_url",
    "celery_worker",
    "kept",
    "redis_server",
    "redis_url",
]

_START_S = 60.0
_STOP_S = 60.0
_FIRST_WORK_S = 120.0
_WORKER = (sys.executable, "-m", "thidua.cli", "worker")
#: Imports once what a worker imports, and forks each of its lives: starting takes most of a short one.
_NURSERY = """
import os, sys
from thidua.plugin_host.discovery import found_plugins
from thidua.supervisor.orphans import die_with_parent
from thidua_workers.worker import main
found_plugins()
while True:
    nursery = os.getpid()
    life = os.fork()
    if life == 0:
        die_with_parent(nursery)
        sys.exit(main(()))
    os.waitpid(life, 0)
    with open(sys.argv[1], "ab") as deaths:
        deaths.write(b"!")
"""


class BrokerServer:
    """A broker that a test may stop, freeze and start again."""

    def __init__(self, broker: EmbeddedBroker) -> None:
        self._broker = broker
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """What ``THIDUA_BROKER_URL`` takes."""
        return self._broker.url

    def start(self) -> None:
        """Start and wait until it answers; does nothing if it runs."""
        if self._process is not None:
            return
        log = self._broker.state_dir / "server.log"
        with log.open("ab") as output:
            self._process = _start(self._broker.command, output=output)
        deadline = time.monotonic() + _START_S
        while not self._answers():
            if time.monotonic() > deadline or self._process.poll() is not None:
                self.kill()
                pytest.fail(f"the broker did not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.02)

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait(_STOP_S)
            self._process = None

    def freeze(self) -> None:
        """Let it hold its connections and answer nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def ask(self, command: str) -> str:
        """Send one command (``LLEN drain``) and return the raw answer."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(60)
            connection.connect(str(self._broker.socket))
            connection.sendall(command.encode() + b"\r\n")
            return connection.recv(65536).decode(errors="replace").strip()

    def _answers(self) -> bool:
        try:
            return self.ask("PING") == "+PONG"
        except OSError:
            return False

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)


@dataclass(slots=True)
class RunningWorker:
    """A real ``thidua worker`` process; ``log`` is the file it writes to."""

    process: subprocess.Popen[bytes]
    log: Path
    command: tuple[str, ...]
    environment: Mapping[str, str]

    def look(self) -> None:
        """Start it again if it has ended, as a supervisor does: the queue's library may end with its broker."""
        if self.process.poll() is not None:
            with self.log.open("ab") as output:
                self.process = _start(self.command, output=output, environment=self.environment)

    def kill(self) -> None:
        """End it at once."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(_STOP_S)

    def stop(self) -> None:
        """Ask it to end, then make it."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def output(self) -> str:
        """Return what it has logged so far."""
        return self.log.read_text(errors="replace")


def kept(worker: RunningWorker, holds: Callable[[], bool]) -> Callable[[], bool]:
    """Ask for something of a worker that is started again whenever it ends."""

    def look() -> bool:
        worker.look()
        return holds()

    return look


class KeptWorker:
    """A worker that is started again whenever it ends, as a supervisor does; look often."""

    def __init__(self, log: Path, environment: Mapping[str, str], *, is_forked: bool = False) -> None:
        """Start it.

        Args:
            log: it writes to, every life after the other.
            environment: its settings.
            is_forked: every life is forked from a process that has imported everything; for who counts
                deaths and not seconds.
        """
        self._log = log
        self._environment = _foreign() | dict(environment)
        self._ended = 0
        self._deaths = log.with_suffix(".deaths")
        self._command = (sys.executable, "-c", _NURSERY, str(self._deaths)) if is_forked else _WORKER
        self._process = self._begin()

    @property
    def deaths(self) -> int:
        """How often it has ended."""
        return self._ended + (self._deaths.stat().st_size if self._deaths.exists() else 0)

    def look(self) -> None:
        """Start it again if it has ended."""
        if self._process.poll() is not None:
            self._ended += 1
            self._process = self._begin()

    def stop(self) -> None:
        """End it for good, with all it has forked."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(_STOP_S)

    def _begin(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as output:
            return _start(self._command, output=output, environment=self._environment)


class StartWorker(Protocol):
    """Starts a worker against a migrated database and a broker."""

    def __call__(
        self, *, database_url: str, broker_url: str, environment: Mapping[str, str] | None = None
    ) -> RunningWorker:
        """Return it once it has done a task; ``environment`` adds to and overrides its own."""
        ...


@pytest.fixture(scope="session")
def broker_server() -> Iterator[BrokerServer]:
    """Run a private broker from our packages; a test that stops it should leave it running."""
    with _server(None) as server:
        yield server


@pytest.fixture
def broker_url(broker_server: BrokerServer) -> str:
    """Give the address of an empty broker."""
    return _emptied(broker_server)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[BrokerServer]:
    """Run the system's Redis; skips aloud without one, fails where every test must run."""
    program = shutil.which("redis-server")
    if program is None:
        missing = "no redis-server on the PATH (apt-get install redis-server)"
        if os.environ.get("THIDUA_REQUIRE_ALL_TESTS") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    with _server(Path(program)) as server:
        yield server


@pytest.fixture
def redis_url(redis_server: BrokerServer) -> str:
    """Give the address of an empty system Redis."""
    return _emptied(redis_server)


@pytest.fixture
def celery_worker(tmp_path: Path) -> Iterator[StartWorker]:
    """Start real workers, each a process of its own; they end with the test."""
    running: list[RunningWorker] = []

    def start(*, database_url: str, broker_url: str, environment: Mapping[str, str] | None = None) -> RunningWorker:
        log = tmp_path / f"worker-{len(running)}.log"
        own = _foreign() | {
            "THIDUA_PROFILE": "test",
            "THIDUA_DATA": str(tmp_path / "worker-data"),
            "THIDUA_DATABASE_URL": database_url,
            "THIDUA_BROKER_URL": broker_url,
            "THIDUA_LOG_LEVEL": "info",
        }
        whole = own | dict(environment or {})
        with log.open("wb") as output:
            process = _start(_WORKER, output=output, environment=whole)
        worker = RunningWorker(process, log, _WORKER, whole)
        running.append(worker)
        _until_it_worked(worker, broker_url)
        return worker

    yield start
    for worker in running:
        worker.stop()


def _foreign() -> dict[str, str]:
    """Return the environment without the settings of whoever runs the tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith("THIDUA_")}


def _until_it_worked(worker: RunningWorker, broker_url: str) -> None:
    bell = CeleryBell(BrokerAddress(broker_url), quiet_s=0.5)
    try:
        deadline = time.monotonic() + _FIRST_WORK_S
        while "status.drain" not in worker.output() or "succeeded in" not in worker.output():
            if worker.process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the worker did no work: {worker.output()[-4000:]}")
            bell.ring()
            time.sleep(0.2)
    finally:
        bell.close()


@contextmanager
def _server(program: Path | None) -> Iterator[BrokerServer]:
    # A short path: a unix socket's name is bounded, pytest's own folders are deep.
    with tempfile.TemporaryDirectory(prefix="thidua-test-") as name:
        folder = Path(name)
        broker = embedded_broker(data_dir=folder, socket_dir=folder)
        if program is not None:
            broker = replace(broker, command=(str(program), *broker.command[1:]))
        server = BrokerServer(broker)
        server.start()
        try:
            yield server
        finally:
            server.kill()


def _emptied(server: BrokerServer) -> str:
    server.thaw()
    server.start()
    server.ask("FLUSHALL")
    return server.url


def _start(
    command: tuple[str, ...], *, output: IO[bytes], environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    dies_with_the_tests: Callable[[], None] = partial(die_with_parent, os.getpid())
    return subprocess.Popen(  # noqa: S603  our own programs
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=environment,
        process_group=0,
        preexec_fn=dies_with_the_tests,  # noqa: PLW1509  one call of prctl
    )
