"""A whole installation as it is served: PostgreSQL, broker, pages, workers, beat, each a real process.

What dies is started again after a moment, as systemd or a container would.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from contextlib import suppress
from datetime import UTC
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from tests.faults.parts import STOP_S
from tests.faults.parts import Part
from tests.faults.parts import until
from tests.faults.proxy import Proxy
from tests.faults.site import ROOT
from tests.faults.site import START
from tests.faults.site import prepare
from tests.support.ports import free_port
from thidua.adapters.broker import BrokerAddress
from thidua.adapters.broker import CeleryBell
from thidua.adapters.clock import SimulatedClock
from thidua.adapters.embedded_broker import embedded_broker
from thidua_testkit.broker import BrokerServer
from thidua_testkit.postgres import PostgresServer

__all__ = ["Rig", "a_rig"]

_RESTART_S = 0.3
_START_S = 90.0
_databases = count(1)


class Rig:
    """One installation; made by :func:`a_rig`."""

    def __init__(
        self, folder: Path, server: PostgresServer, *, units: int, workers: int, beats: int, through_proxy: bool
    ) -> None:
        self.folder = folder
        self.server = server
        self._name = f"rig_{os.getpid()}_{next(_databases)}"
        self.url = server.url_of(self._name)
        described = embedded_broker(data_dir=folder, socket_dir=folder)
        self.socket = described.socket
        self.broker = BrokerServer(described)
        self.proxy = Proxy(described.socket) if through_proxy else None
        self.broker_url = self.proxy.url if self.proxy else described.url
        self.port = free_port()
        self.environment = self._environment(SimulatedClock(START, datetime.now(UTC)).text)
        template, self.tokens = _template(server, self.environment, units)
        copied = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        server.execute(copied.format(sql.Identifier(self._name), sql.Identifier(template)))
        self.web = self._part(
            "web",
            *(sys.executable, "-m", "gunicorn", "--config", "python:thidua.supervisor.gunicorn_settings"),
            *("--bind", f"127.0.0.1:{self.port}", "--workers", "2", "--threads", "8", "--log-level", "warning"),
            "tests.faults.entry_web:app",
        )
        self.workers: list[Part] = []
        for _ in range(workers):
            self.add_worker()
        self.beats = [
            self._part(f"beat-{number}", sys.executable, "-m", "thidua_workers.beat") for number in range(beats)
        ]
        for number, beat in enumerate(self.beats):
            # A folder of its own: one beat refuses to run beside another of the same folder.
            beat.environment["THIDUA_DATA"] = str(folder / f"beat-{number}")
        self._ended = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._db = self.connect()

    @property
    def parts(self) -> list[Part]:
        """Every program but the servers."""
        return [self.web, *self.workers, *self.beats]

    def connect(self) -> psycopg.Connection[dict[str, Any]]:
        """Open a connection of the caller's own."""
        return psycopg.connect(self.url, autocommit=True, row_factory=dict_row)

    def reconnect(self) -> None:
        """Connect anew, after the database server was killed."""
        self._db.close()
        self._db = self.connect()

    def add_worker(self) -> Part:
        """Return one more worker, to be started."""
        worker = self._part(f"worker-{len(self.workers)}", sys.executable, "-m", "tests.faults.entry_worker")
        self.workers.append(worker)
        return worker

    def ask(self, statement: str, *given: Any) -> list[dict[str, Any]]:
        """Ask the database; from the main thread only."""
        return self._db.execute(statement.encode(), given or None).fetchall()

    def start(self, *, broker: bool = True) -> None:
        """Start everything and wait until it works."""
        if broker:
            self.broker.start()
        for part in self.parts:
            part.start()
        self._keeper.start()
        until(self.answers, within_s=_START_S, what=lambda: f"the pages: {self.output()}")
        self.wait_for_workers(bells=broker)

    def wait_for_workers(self, *, bells: bool = True) -> None:
        """Wait until each worker works."""
        if bells:
            deaf = self.deaf(time.time(), within_s=_START_S)
            if deaf:
                raise TimeoutError(f"{deaf} did not begin: {self.output()}")

    def answers(self) -> bool:
        """Tell whether the pages answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def oldest(self, db: psycopg.Connection[dict[str, Any]] | None = None) -> tuple[int | None, float, int]:
        """Return the oldest waiting change's id and age in seconds, and the newest id of all."""
        row = (db or self._db).execute(_OLDEST).fetchone()
        assert row is not None
        return row["oldest"], float(row["age"] or 0), row["newest"] or 0

    def settle(self, within_s: float) -> float:
        """Wait until nothing waits; returns the seconds it took.

        Raises:
            TimeoutError: something still waits.
        """
        return until(lambda: self.oldest()[0] is None, within_s=within_s, what="everything counted")

    def heard(self) -> dict[str, float]:
        """Return when each worker heard its last bell."""
        with suppress(FileNotFoundError):
            return {
                line.split()[0]: float(line.split()[1]) for line in self._heard.read_text().splitlines() if " " in line
            }
        return {}

    def heard_after(self, moment: float) -> dict[str, float]:
        """Return when each worker heard its first bell after a moment, those that did."""
        found: dict[str, float] = {}
        for line in self._heard.read_text().splitlines() if self._heard.exists() else ():
            name, _, at = line.partition(" ")
            if float(at) > moment:
                found.setdefault(name, float(at))
        return found

    def deaf(self, moment: float, *, within_s: float) -> list[str]:
        """Ring until each worker has heard a bell after a moment; returns those that did not."""
        # Past the proxy, if there is one: what is asked is whether the worker hears.
        bell = CeleryBell(BrokerAddress(f"redis+socket://{self.socket}"), quiet_s=0.3)
        names = {worker.name for worker in self.workers}
        deadline = time.monotonic() + within_s
        try:
            while missing := names - self.heard_after(moment).keys():
                if time.monotonic() > deadline:
                    return sorted(missing)
                bell.ring()
                time.sleep(0.1)
        finally:
            bell.close()
        return []

    def verify(self) -> list[str]:
        """Run ``thidua status verify``; returns the differences."""
        made = subprocess.run(
            [sys.executable, "-m", "thidua.cli", "status", "verify", "--json"],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if not made.stdout.startswith("{"):
            return [f"verify did not run: {made.stderr[-500:]}"]
        found: list[str] = json.loads(made.stdout)["differences"]
        return found

    def versions(self) -> dict[str, str]:
        """Name the servers."""
        postgres = str(self.ask("SHOW server_version")[0]["server_version"])
        self.broker.start()
        info = dict(line.split(":", 1) for line in self.broker.ask("INFO server").split("\r\n") if ":" in line)
        program = "valkey" if "valkey_version" in info else "redis"
        return {"postgres": postgres.split(maxsplit=1)[0], "broker": f"{program} {info.get(f'{program}_version', '')}"}

    def again(self, part: Part, **given: str) -> None:
        """Start a part again with other settings."""
        part.stop()
        part.environment |= given
        for name, value in given.items():
            if not value:
                part.environment.pop(name)
        part.start()

    def points_hit(self) -> list[list[str]]:
        """Return each failpoint that acted: its name, action, process and moment."""
        with suppress(FileNotFoundError):
            return [line.split() for line in (self.folder / "points.log").read_text().splitlines()]
        return []

    def output(self) -> str:
        """Return the ends of what the parts have printed."""
        return "\n".join(
            f"{path.name}: {path.read_text(errors='replace')[-1500:]}" for path in self.folder.glob("*.out")
        )

    def close(self) -> None:
        """End everything."""
        self._ended.set()
        if self._keeper.is_alive():
            self._keeper.join(5)
        self.broker.thaw()
        if self.proxy:
            self.proxy.mode, self.proxy.latency_s = "open", 0.0
        for part in self.parts:
            part.is_wanted = False
            if part.process is not None:
                part.kill_all()
                part.process.wait(STOP_S)
        if self.proxy:
            self.proxy.close()
        self.broker.kill()
        self._db.close()
        with suppress(psycopg.Error):
            self.server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self._name)))

    @property
    def _heard(self) -> Path:
        return self.folder / "heard.log"

    def _part(self, name: str, *command: str) -> Part:
        environment = self.environment | {"FAULT_NAME": name}
        return Part(name, command, environment, self.folder / f"{name}.out")

    def _environment(self, clock: str) -> dict[str, str]:
        keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return keep | {
            "PYTHONPATH": str(ROOT),
            "THIDUA_DATABASE_URL": self.url,
            "THIDUA_DATA": str(self.folder / "data"),
            "THIDUA_BROKER_URL": self.broker_url,
            "THIDUA_SECRET_KEY": "f" * 40,
            "THIDUA_CLOCK": clock,
            "PORT": str(self.port),
            # As production.toml has it.
            "THIDUA_WORKER_POOL": "prefork",
            "THIDUA_WORKER_PROCESSES": "2",
            "THIDUA_DRAIN_BATCH": "2000",
            "FAULT_LOG": str(self.folder / "points.log"),
            "FAULT_HEARD": str(self._heard),
            "FAULT_BROKER_SOCKET": str(self.socket),
        }

    def _keep(self) -> None:
        while not self._ended.wait(_RESTART_S):
            for part in self.parts:
                # One that is being stopped must not hold up the others.
                if part.is_wanted:
                    part.start_if_dead()


def _template(server: PostgresServer, environment: Mapping[str, str], units: int) -> tuple[str, dict[str, str]]:
    """Return a filled database to copy, with its tokens; made once for each server and number of units."""
    made = _templates.setdefault(server, {})
    if units not in made:
        name = f"rig_template_{os.getpid()}_{units}"
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        made[units] = name, prepare({**environment, "THIDUA_DATABASE_URL": server.url_of(name)}, units)
    return made[units]


_templates: WeakKeyDictionary[PostgresServer, dict[int, tuple[str, dict[str, str]]]] = WeakKeyDictionary()

_OLDEST = """
    SELECT (SELECT id FROM outbox WHERE applied_at IS NULL ORDER BY id LIMIT 1) AS oldest,
           (SELECT extract(epoch FROM clock_timestamp() - created_at)
            FROM outbox WHERE applied_at IS NULL ORDER BY id LIMIT 1) AS age,
           (SELECT max(id) FROM outbox) AS newest
"""


@contextmanager
def a_rig(
    server: PostgresServer,
    *,
    units: int = 200,
    workers: int = 1,
    beats: int = 1,
    through_proxy: bool = False,
    plant: str = "",
    starts: bool = True,
    given: Mapping[str, str] | None = None,
) -> Iterator[Rig]:
    """Run an installation.

    Args:
        server: the database server, shared with others.
        units: how many units owe a report.
        workers: how many workers, of two processes each.
        beats: how many beats.
        through_proxy: whether the broker is reached through a proxy.
        plant: a bug to put in.
        starts: whether it is started, or the caller does it.
        given: more settings of every part.
    """
    # A short path: a unix socket's name is bounded.
    folder = Path(tempfile.mkdtemp(prefix="thidua-rig-"))
    try:
        rig = Rig(folder, server, units=units, workers=workers, beats=beats, through_proxy=through_proxy)
        for part in rig.parts:
            part.environment |= {"FAULT_PLANT": plant, **(given or {})}
        try:
            if starts:
                rig.start()
            yield rig
        finally:
            rig.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
