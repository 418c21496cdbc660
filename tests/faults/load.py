"""People at work: some file, file again, ask twice, take back and read, and know what they were told."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.faults.history import History
from tests.faults.history import Operation
from tests.faults.rig import Rig
from tests.faults.site import CAMPAIGN
from tests.faults.site import PERIOD
from tests.faults.site import envelope

__all__ = ["Load", "under_load"]

_TIMEOUT_S = 20.0
#: Of a hundred acts: how many file, ask again for what was answered, take back; the rest reads.
_FILES, _REPEATS, _TAKES_BACK = 70, 15, 5


@dataclass
class _Unit:
    code: str
    token: str
    #: The newest revision as far as the client knows; -1 for none.
    revision: int = -1
    report_id: int = 0
    #: What was asked for and not answered.
    pending: Operation | None = None
    is_withdrawn: bool = False


class _Client(threading.Thread):
    """Works for some units that are nobody else's."""

    def __init__(self, load: Load, number: int, units: list[_Unit]) -> None:
        super().__init__(daemon=True)
        self._load = load
        self._history = load.history
        self._chance = random.Random(f"{load.seed} {number}")
        self._units = units
        self._number = number
        self._filed: list[tuple[_Unit, Operation]] = []
        self._connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        serial = 0
        while not self._load.ended.is_set():
            began = time.monotonic()
            serial += 1
            self._act(serial)
            self._load.ended.wait(max(self._load.gap_s - (time.monotonic() - began), 0))
        self._drop()

    def _act(self, serial: int) -> None:
        chosen = self._chance.randrange(100)
        unit = self._chance.choice(self._units)
        if unit.pending is not None:
            if self._chance.random() < 0.7:
                self._send(unit, unit.pending)
            else:
                self._read(unit)
        elif chosen < _FILES:
            key = f"{self._load.name}-{self._number}-{serial}"
            body = envelope(unit.code, unit.revision + 1, key)
            self._send(unit, Operation(key, unit.code, unit.revision + 1, body))
        elif chosen < _FILES + _REPEATS:
            if self._filed:
                self._send(*self._chance.choice(self._filed[-50:]))
        elif chosen < _FILES + _REPEATS + _TAKES_BACK and unit.report_id and not unit.is_withdrawn:
            key = f"{self._load.name}-{self._number}-{serial}"
            body = {"revision": unit.revision, "reason": "Số liệu nhầm."}
            self._send(unit, Operation(key, unit.code, unit.revision, body, report_id=unit.report_id))
        else:
            self._read(unit)

    def _send(self, unit: _Unit, operation: Operation) -> None:
        what = "file" if operation.is_filing else "withdraw"
        path = "/api/v1/reports" if operation.is_filing else f"/api/v1/reports/{operation.report_id}/withdraw"
        self._history.invoke(operation)
        status, answer = self._request(unit, "POST", path, what, json.dumps(operation.body), operation.key)
        if status in {201, 200, 204}:
            self._history.tell(operation, "ok")
            self._take(unit, operation, answer)
        elif status == -1:
            self._history.tell(operation, "fail", "not sent")
        elif status == 0 or status >= 500:
            self._history.tell(operation, "info", str(status))
            if "ok" not in operation.told:
                unit.pending = operation
        else:
            self._history.tell(operation, "fail", f"{status} {answer[:200]!r}")
            if "ok" in operation.told:
                self._history.wrong(f"I9 {operation.key} was answered {operation.answer!r}, then {status} {answer!r}")
            unit.pending = None
            self._read(unit)

    def _take(self, unit: _Unit, operation: Operation, answer: bytes) -> None:
        if operation.answer and answer != operation.answer:
            self._history.wrong(f"I9 {operation.key} was answered {operation.answer!r}, then {answer!r}")
            return
        is_first = operation.told.count("ok") == 1
        operation.answer = operation.answer or answer
        if unit.pending is operation:
            unit.pending = None
        if not is_first:
            return
        if operation.is_filing:
            unit.report_id = json.loads(answer)["report"]
            self._filed.append((unit, operation))
        if operation.revision >= unit.revision:
            unit.revision = operation.revision
            unit.is_withdrawn = not operation.is_filing

    def _read(self, unit: _Unit) -> None:
        path = f"/api/v1/reports?campaign={CAMPAIGN}&period={PERIOD}"
        status, answer = self._request(unit, "GET", path, "read")
        if status != 200:
            return
        for row in json.loads(answer)["reports"]:
            if row["revision"] < unit.revision:
                self._history.wrong(f"I14 {unit.code} stood at {unit.revision} and now at {row['revision']}")
            unit.revision, unit.report_id = row["revision"], row["id"]
            unit.is_withdrawn = row["state"] == "withdrawn"
        unit.pending = None

    def _request(
        self, unit: _Unit, method: str, path: str, what: str, body: str = "", key: str = ""
    ) -> tuple[int, bytes]:
        """Return status and body; status 0 for no answer, -1 for what surely did not arrive."""
        headers = {"Authorization": f"Bearer {unit.token}"}
        headers |= {"Content-Type": "application/json"} if body else {}
        headers |= {"Idempotency-Key": key} if key else {}
        began = time.monotonic()
        status, text = 0, b""
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._load.port, timeout=_TIMEOUT_S)
                self._connection.connect()
        except OSError:
            self._drop()
            time.sleep(0.05)
            return -1, b""
        try:
            self._connection.request(method, path, body.encode(), headers)
            answer = self._connection.getresponse()
            status, text = answer.status, answer.read()
            if status == 503 and not answer.headers.get("Retry-After"):
                self._history.wrong("I12 503 without Retry-After")
        except (OSError, http.client.HTTPException):
            status = 0
            self._drop()
        self._history.request(began, time.monotonic() - began, status, what)
        return status, text

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


class Load:
    """Clients at work until they are told to stop."""

    def __init__(
        self, rig: Rig, history: History, *, seed: int, per_s: float = 30.0, clients: int = 20, name: str = "load"
    ) -> None:
        self.history = history
        self.port = rig.port
        self.seed = seed
        self.name = name
        self.gap_s = clients / per_s
        self.ended = threading.Event()
        units = [_Unit(code, token) for code, token in sorted(rig.tokens.items())]
        self._clients = [_Client(self, number, units[number::clients]) for number in range(clients)]

    def start(self) -> None:
        """Begin."""
        for client in self._clients:
            client.start()

    def stop(self) -> None:
        """End after the request under way of each."""
        self.ended.set()
        for client in self._clients:
            client.join(_TIMEOUT_S + 5)


@contextmanager
def under_load(rig: Rig, *, seed: int, per_s: float = 30.0, clients: int = 20) -> Iterator[History]:
    """Let people work while the block runs."""
    history = History(rig.folder / "history.jsonl")
    load = Load(rig, history, seed=seed, per_s=per_s, clients=clients)
    load.start()
    try:
        yield history
    finally:
        load.stop()
        history.close()
