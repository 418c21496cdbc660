"""A host whose ports pass failpoints, and behave wrongly where a bug is planted.

The product takes its ports as values, so nothing of it is changed: what it is given here passes
every call on, and does something more around some of them.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import UTC
from datetime import datetime
from typing import Any

from tests.faults.failpoints import Points
from thidua.application.ports.host import Host
from thidua.application.ports.surroundings import DRAIN_BELL

__all__ = ["PLANTS", "seamed"]

#: What is done around a call: given the call itself, the transaction, and the arguments.
_Around = Callable[..., Any]

#: Bugs that can be planted in the ports; each is a mistake that such programs were seen to make.
PLANTS = (
    "bell_before_commit",
    "marked_before_counted",
    "cursor_by_greatest_id",
    "no_lock_on_parts",
    "attempts_in_the_failed_transaction",
    "key_forgotten",
    "bell_that_waits",
)
_CLAIMS = ("outbox.claim", "outbox.claim_part", "outbox.claim_one")
_FILINGS = ("acts.file_first", "acts.file_again")


@dataclass
class _Seams:
    """What is done around which calls, by ``port.method``."""

    around: dict[str, list[_Around]] = field(default_factory=dict)

    def add(self, names: tuple[str, ...], *arounds: _Around) -> None:
        for name in names:
            self.around.setdefault(name, []).extend(arounds)

    def call(self, name: str, function: Callable[..., Any], work: _Work) -> Callable[..., Any]:
        for around in self.around.get(name, ()):
            function = _bound(around, function, work)
        return function


def _bound(around: _Around, inner: Callable[..., Any], work: _Work) -> Callable[..., Any]:
    return lambda *given, **named: around(inner, work, *given, **named)


class _Port:
    def __init__(self, name: str, inner: Any, work: _Work) -> None:
        self._name = name
        self._inner = inner
        self._work = work

    def __getattr__(self, method: str) -> Any:
        found = getattr(self._inner, method)
        return self._work.seams.call(f"{self._name}.{method}", found, self._work) if callable(found) else found


class _Work:
    """One transaction; ``inner`` is the real one."""

    def __init__(self, inner: Any, seams: _Seams) -> None:
        self.inner = inner
        self.seams = seams
        self.drains = False

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.inner, name)
        return self.seams.call(name, found, self) if callable(found) else _Port(name, found, self)


class _UnitsOfWork:
    def __init__(self, inner: Any, seams: _Seams) -> None:
        self._inner = inner
        self._seams = seams

    @contextmanager
    def writing(self) -> Iterator[Any]:
        with self._inner.writing() as work:
            yield _Work(work, self._seams)

    @contextmanager
    def reading(self) -> Iterator[Any]:
        with self._inner.reading() as work:
            yield _Work(work, self._seams)

    @contextmanager
    def glancing(self) -> Iterator[Any]:
        with self._inner.glancing() as work:
            yield _Work(work, self._seams)

    @contextmanager
    def acting(self) -> Iterator[Any]:
        passed = self._seams.around.get("acted", ())
        with self._inner.acting() as ledger:
            work = _Work(ledger, self._seams)
            yield _Port("acts", ledger, work)
        for around in passed:
            around(lambda: None, work)

    def close(self) -> None:
        self._inner.close()


class _Bell:
    def __init__(self, inner: Any, seams: _Seams) -> None:
        self._seams = seams
        self.inner = inner

    def ring(self, what: str = DRAIN_BELL) -> None:
        self._seams.call("bell.ring", self.inner.ring, _Work(None, self._seams))(what)


def seamed(host: Host, *, points: Points | None = None, plant: str = "", broker_socket: str = "") -> Host:
    """Return the host with failpoints, and with a bug if one is planted."""
    seams = _Seams()
    if plant:
        _plant(plant, seams, host, broker_socket)
    if points is not None:
        _pass_points(seams, points)
    return replace(host, work=_UnitsOfWork(host.work, seams), bell=_Bell(host.bell, seams))


def _pass_points(seams: _Seams, points: Points) -> None:
    def before(*names: str) -> _Around:
        def around(call: Callable[..., Any], _work: _Work, *given: Any, **named: Any) -> Any:
            for name in names:
                points.passes(name)
            return call(*given, **named)

        return around

    def after(name: str, *, if_any: bool = False) -> _Around:
        def around(call: Callable[..., Any], _work: _Work, *given: Any, **named: Any) -> Any:
            found = call(*given, **named)
            if found or not if_any:
                points.passes(name)
            return found

        return around

    def mark(call: Callable[..., Any], work: _Work, *given: Any, **named: Any) -> None:
        points.passes("drain.before_mark")
        call(*given, **named)
        work.drains = True
        points.passes("drain.after_mark")

    def commit(call: Callable[..., Any], work: _Work) -> None:
        call()
        if work.drains:
            points.passes("drain.after_commit")

    seams.add(_FILINGS, before("web.before_commit", "web.in_commit"))
    seams.add(("acted",), after("web.after_commit"))
    seams.add(("bell.ring",), after("web.after_bell"))
    seams.add(_CLAIMS, after("drain.claimed", if_any=True))
    seams.add(("shards.lock",), after("drain.locked"))
    seams.add(("facts.replace",), after("drain.counted"))
    seams.add(("outbox.mark_applied",), mark)
    seams.add(("commit",), commit)


def _plant(plant: str, seams: _Seams, host: Host, broker_socket: str) -> None:
    if plant == "bell_before_commit":
        seams.add(_FILINGS, _ring_first(host))
        seams.add(("bell.ring",), lambda _call, _work, *_given: None)
    elif plant == "marked_before_counted":
        seams.add(_CLAIMS, _mark_first)
    elif plant == "cursor_by_greatest_id":
        seams.add(("outbox.claim",), _Cursor().claim)
    elif plant == "no_lock_on_parts":
        seams.add(("shards.lock", "statuses.lock"), lambda _call, _work, *_given: None)
        # Whoever waits for nobody has time to read what another is about to change.
        seams.add(("rollups.replace",), _dawdle)
    elif plant == "attempts_in_the_failed_transaction":
        # A note in the transaction that fails is a note that was never written.
        seams.add(("rounds.begin",), lambda _call, _work, _note, changes, **_how: frozenset(changes))
        seams.add(("rounds.end", "rounds.fail"), lambda _call, _work, *_given: None)
    elif plant == "key_forgotten":
        seams.add(("reports.context",), _without_key)
        seams.add(_FILINGS, lambda call, _work, move, new: call(move, replace(new, idempotency_key=None)))
    elif plant == "bell_that_waits":
        seams.add(("bell.ring",), _waiting_ring(broker_socket))
    else:
        raise ValueError(plant)


def _ring_first(host: Host) -> _Around:
    def around(call: Callable[..., Any], _work: _Work, *given: Any, **named: Any) -> Any:
        host.bell.ring()
        # Held up for longer than a busy worker rests before it looks.
        time.sleep(5)
        return call(*given, **named)

    return around


def _mark_first(call: Callable[..., Any], work: _Work, *given: Any) -> Any:
    found = call(*given)
    rows = [] if found is None else [found] if hasattr(found, "id") else list(found)
    if rows:
        work.inner.outbox.mark_applied([row.id for row in rows], datetime.now(UTC))
        work.inner.commit()
    return found


class _Cursor:
    def __init__(self) -> None:
        self._seen = 0

    def claim(self, call: Callable[..., Any], _work: _Work, limit: int) -> Any:
        found = tuple(row for row in call(limit) if row.id > self._seen)
        self._seen = max((row.id for row in found), default=self._seen)
        return found


def _dawdle(call: Callable[..., Any], _work: _Work, *given: Any) -> Any:
    time.sleep(0.005)
    return call(*given)


def _without_key(call: Callable[..., Any], _work: _Work, **named: Any) -> Any:
    return call(**(named | {"idempotency_key": None}))


def _waiting_ring(broker_socket: str) -> _Around:
    def around(call: Callable[..., Any], _work: _Work, *given: Any) -> None:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(broker_socket)
            connection.sendall(b"PING\r\n")
            connection.recv(16)
        call(*given)

    return around
