"""What clients did and were told, written down before and after."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any

__all__ = ["History", "Operation"]


@dataclass
class Operation:
    """One thing a client wants done, however often it asks for it.

    ``told`` holds an outcome for each time it asked: ``ok``, ``fail`` or ``info``, which is not known.
    """

    key: str
    unit: str
    revision: int
    body: dict[str, Any]
    report_id: int = 0
    told: list[str] = field(default_factory=list)
    #: The first answer, word for word.
    answer: bytes = b""

    @property
    def is_filing(self) -> bool:
        """Tell a filing from a withdrawal."""
        return not self.report_id

    @property
    def outcome(self) -> str:
        """What the client knows by now."""
        return "ok" if "ok" in self.told else "info" if "info" in self.told else "fail"


class History:
    """Everything that clients did, in memory and in a file of JSON lines."""

    def __init__(self, path: Path) -> None:
        self.operations: dict[str, Operation] = {}
        self.violations: list[str] = []
        #: Of each request: when it began, how long it took, status (0: none), what it was.
        self.requests: list[tuple[float, float, int, str]] = []
        self._lock = threading.Lock()
        self._file = path.open("a", encoding="utf-8")

    def invoke(self, operation: Operation) -> None:
        """Note that a client is about to ask."""
        with self._lock:
            self.operations.setdefault(operation.key, operation)
            self._write("invoke", operation.key, f"{operation.unit} {operation.revision}")

    def tell(self, operation: Operation, outcome: str, detail: str = "") -> None:
        """Note what the client was told."""
        with self._lock:
            operation.told.append(outcome)
            self._write(outcome, operation.key, detail)

    def wrong(self, violation: str) -> None:
        """Note a promise that was broken in the client's sight."""
        with self._lock:
            self.violations.append(violation)

    def request(self, began: float, seconds: float, status: int, what: str) -> None:
        """Note a request."""
        self.requests.append((began, seconds, status, what))

    def seconds(self, since: float = 0.0, before: float = float("inf")) -> list[float]:
        """Return how long the filings took that began in a span of the monotonic clock and were answered."""
        return [
            took
            for began, took, status, what in list(self.requests)
            if what == "file" and status and since <= began < before
        ]

    def statuses(self, what: str = "") -> Counter[int]:
        """Count the answers by status."""
        return Counter(status for _, _, status, kind in list(self.requests) if not what or kind == what)

    def counts(self) -> dict[str, int]:
        """Count operations by what is known of them."""
        found = Counter(operation.outcome for operation in self.operations.values())
        return {name: found[name] for name in ("ok", "info", "fail")}

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, event: str, key: str, detail: str) -> None:
        self._file.write(json.dumps([round(time.time(), 4), event, key, detail], ensure_ascii=False) + "\n")
        self._file.flush()
