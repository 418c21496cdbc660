"""What trials found, kept in the data folder by digest so that a start need not try again.

A file that cannot be read or written is as good as none: everything is tried again.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import thidua
import thidua_sdk
from thidua.domain.plugins import Fault
from thidua.domain.plugins import FaultKind

__all__ = ["Verdict", "Verdicts"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one trial found."""

    faults: tuple[Fault, ...]
    took_ms: int | None = None
    tried_at: str = ""


class Verdicts:
    """Verdicts by digest, of this version of the host and no other; ``path`` None keeps nothing."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known = _read(path) if path else {}

    def get(self, key: str) -> Verdict | None:
        """Return what is known of a plugin as it is now."""
        return self._known.get(key)

    def add(self, made: Mapping[str, Verdict], *, keep: Iterable[str]) -> None:
        """Keep new verdicts; what is installed no more, or no more as it was, is forgotten."""
        wanted = set(keep)
        self._known = {key: verdict for key, verdict in {**self._known, **made}.items() if key in wanted}
        if self._path is not None:
            _write(self._path, self._known)


def _read(path: Path) -> dict[str, Verdict]:
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if document["host"] != _host():
            return {}
        return {
            key: Verdict(
                tuple(Fault(FaultKind(kind), *rest) for kind, *rest in each["faults"]),
                each["took_ms"],
                each["tried_at"],
            )
            for key, each in document["verdicts"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _write(path: Path, known: Mapping[str, Verdict]) -> None:
    document = {
        "host": _host(),
        "verdicts": {
            key: {
                "faults": [[fault.kind, fault.place, fault.wrong, fault.mend] for fault in each.faults],
                "took_ms": each.took_ms,
                "tried_at": each.tried_at,
            }
            for key, each in known.items()
        },
    }
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
        beside.replace(path)
    except OSError:  # a folder that cannot be written costs time at the next start and nothing else
        return


@cache
def _host() -> str:
    """Name the host as it is: another judge finds other faults."""
    about = hashlib.sha256(sys.version.encode())
    for package in (thidua_sdk, thidua):
        root = Path(str(package.__file__)).parent
        parts = ("",) if package is thidua_sdk else ("plugin_host", "forms", "domain")
        for path in sorted(each for part in parts for each in (root / part).glob("*.py")):
            known = path.stat()
            about.update(f"\n{path} {known.st_size} {known.st_mtime_ns}".encode())
    return about.hexdigest()
