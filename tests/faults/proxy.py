"""A proxy between the product and its broker that can be slow, silent, or cut what it carries."""

from __future__ import annotations

import random
import selectors
import socket
import struct
import threading
import time
from contextlib import suppress
from pathlib import Path

__all__ = ["Proxy"]

_RESET = struct.pack("ii", 1, 0)


class Proxy:
    """Listens on a port of this machine and carries bytes to a unix socket and back.

    Attributes:
        latency_s: held back before anything is passed on.
        mode: ``open`` passes everything on; ``silent`` accepts and answers nothing, neither to
            those who come nor to those who are there; ``half`` passes on what is asked and keeps
            the answers.
    """

    def __init__(self, target: Path) -> None:
        self.latency_s = 0.0
        self.mode = "open"
        self._target = str(target)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """What ``THIDUA_BROKER_URL`` takes."""
        return f"redis://127.0.0.1:{self.port}/0"

    def reset_all(self) -> int:
        """Cut every connection as a firewall would; returns how many."""
        pairs = list(self._pairs)
        for pair in pairs:
            for end in pair:
                with suppress(OSError):
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                    end.shutdown(socket.SHUT_RD)
        return len(pairs)

    def reset_for(self, seconds: float, chance: random.Random, gap_s: tuple[float, float] = (0.1, 0.5)) -> int:
        """Cut everything again and again for a while; returns how many connections."""
        until, cut = time.monotonic() + seconds, 0
        while time.monotonic() < until:
            cut += self.reset_all()
            time.sleep(chance.uniform(*gap_s))
        return cut

    def close(self) -> None:
        """End."""
        self._ended.set()
        self.reset_all()
        self._thread.join(5)
        self._listener.close()

    def _accept(self) -> None:
        self._listener.settimeout(0.2)
        while not self._ended.is_set():
            try:
                client, _ = self._listener.accept()
            except TimeoutError:
                continue
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, selectors.DefaultSelector() as ready:
            pair = (client, server)
            self._pairs.add(pair)
            with suppress(OSError):
                while self.mode == "silent" and not self._ended.is_set():
                    time.sleep(0.05)
                server.connect(self._target)
                ready.register(client, selectors.EVENT_READ, server)
                ready.register(server, selectors.EVENT_READ, client)
                while not self._ended.is_set():
                    if self.mode == "silent":
                        time.sleep(0.05)
                        continue
                    for key, _ in ready.select(0.2):
                        piece = key.fileobj.recv(65536)  # type: ignore[union-attr]
                        if not piece:
                            self._pairs.discard(pair)
                            return
                        time.sleep(self.latency_s)
                        if self.mode != "half" or key.fileobj is client:
                            key.data.sendall(piece)
            self._pairs.discard(pair)
