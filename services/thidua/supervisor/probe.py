"""Asks the site how it is, without waiting for it: one small HTTP request at a time."""

from __future__ import annotations

import json
import socket
from typing import NamedTuple

__all__ = ["Answer", "Probe"]

_LONGEST_ANSWER = 65536


class Answer(NamedTuple):
    """What came back: the status code, and the JSON object of the body if it is one."""

    status: int
    body: dict[str, object]


class Probe:
    """One request under way; ask it to go on whenever its socket is readable."""

    def __init__(self, host: str, port: int, path: str) -> None:
        """Connect and send: to this machine's own listening socket neither waits.

        Raises:
            OSError: nobody listens.
        """
        self._received = b""
        self._socket = socket.create_connection((host, port), timeout=1.0)
        try:
            self._socket.sendall(
                f"GET {path} HTTP/1.0\r\nHost: {host}\r\nUser-Agent: thidua-supervisor\r\n\r\n".encode()
            )
        except OSError:
            self._socket.close()
            raise
        self._socket.settimeout(0)

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._socket.fileno()

    def go_on(self) -> Answer | None:
        """Read what is there; return the answer once it is whole.

        Raises:
            OSError: the connection broke, or what came is no answer.
        """
        try:
            data = self._socket.recv(8192)
        except BlockingIOError:
            return None
        self._received += data
        if data and len(self._received) < _LONGEST_ANSWER:
            return None
        head, _, body = self._received.partition(b"\r\n\r\n")
        words = head.split(b" ", 2)
        if len(words) < 3 or not words[1].isdigit():  # noqa: PLR2004  protocol, status, reason
            raise OSError("not an answer")
        try:
            parsed = json.loads(body)
        except ValueError:
            parsed = {}
        return Answer(status=int(words[1]), body=parsed if isinstance(parsed, dict) else {})

    def close(self) -> None:
        """Give up waiting."""
        self._socket.close()
