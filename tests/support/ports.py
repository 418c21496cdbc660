"""Ports that nobody else takes between the moment they are chosen and the moment they are listened on.

A port that the system gave and took back is given to whoever connects next, or to another test that asks.
These are out of what it gives by itself, and each is claimed: by the datagram port of the same number,
which the process that chose it holds to its end.
"""

from __future__ import annotations

import os
import socket
from typing import Final

#: Below 32768, where Linux begins to give ports to whoever asks for any.
_FIRST: Final = 20_000
_MANY: Final = 10_000
_claims: list[socket.socket] = []


def free_port() -> int:
    """Choose a port on which nobody listens and that no test has chosen."""
    for step in range(_MANY):
        # Each process begins elsewhere, so that few of them meet.
        port = _FIRST + (os.getpid() * 97 + step) % _MANY
        claim = socket.socket(type=socket.SOCK_DGRAM)
        with socket.socket() as probe:
            # As servers do: what a former one left half closed is no obstacle.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                claim.bind(("127.0.0.1", port))
                probe.bind(("127.0.0.1", port))
            except OSError:
                claim.close()
                continue
        _claims.append(claim)
        return port
    raise OSError("no port is free")
