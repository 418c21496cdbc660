"""What to run, as the command line wrote it down: a JSON file, read once at the start.

Tuples, for dataclasses would cost two megabytes of imports.
"""

from __future__ import annotations

import json
from typing import Any
from typing import NamedTuple

__all__ = ["ChildSpec", "Spec", "read_spec"]


class ChildSpec(NamedTuple):
    """One program of the tree. Each field is a key of its JSON object; only two must be there."""

    name: str
    #: ``{listen_fd}`` in it becomes the number of the listening socket, which only then is passed on.
    command: tuple[str, ...]
    #: The site is nothing without it: when it keeps dying before it ever answered, all stops.
    is_essential: bool = False
    #: Others wait for this unix socket to appear before they start.
    ready_socket: str = ""
    #: Seconds after the first start at which it starts, to leave the processor to the others.
    delay_s: float = 0.0
    #: How long it may take over an orderly end before it is killed.
    stop_s: float = 5.0
    #: Ended after all others, for they still talk to it.
    ends_last: bool = False
    #: A folder without worth, moved aside once when the program keeps dying at its start.
    discard: str = ""


class Spec(NamedTuple):
    """The whole tree."""

    children: tuple[ChildSpec, ...]
    #: All output of the children, with their names; bounded.
    log: str
    log_bytes: int
    #: The listening socket, bound by the command line; -1 without one.
    listen_fd: int
    #: Kept open and nothing else: the lock on the data folder ends with this process.
    lock_fd: int
    #: Where the listening socket is reached.
    host: str
    port: int
    #: Says 200 when the pages answer.
    alive_path: str
    #: Says, in JSON, how long ago a worker's task last worked.
    ready_path: str
    #: Printed when the page answers for the first time.
    started: tuple[str, ...]
    #: Added to the environment of every child.
    environment: dict[str, str]
    #: Which child is replaced when no task has worked for long.
    worker: str = "worker"
    deaf_after_s: float = 60.0
    #: Which child is replaced when the page has not answered for long.
    web: str = "web"
    mute_after_s: float = 60.0
    probe_interval_s: float = 5.0
    #: Folders removed at the end.
    remove: tuple[str, ...] = ()


def read_spec(path: str) -> Spec:
    """Read a spec file; a key that is unknown or missing raises ``TypeError``."""
    with open(path, encoding="utf-8") as file:  # noqa: PTH123  pathlib costs a megabyte
        given: dict[str, Any] = json.load(file)
    given["children"] = tuple(
        ChildSpec(**(child | {"command": tuple(child["command"])})) for child in given["children"]
    )
    for key in ("started", "remove"):
        given[key] = tuple(given.get(key, ()))
    return Spec(**given)
