"""A load generator: closed loop, keep-alive, requests prepared beforehand; prints one JSON line.

Usage: python bench/load.py HOST PORT CLIENTS SECONDS REQUESTS_FILE — one request a line, as JSON
``{"path", "headers", "body"}``. Every request is sent at most once.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path


def prepared(line: str, host: str) -> bytes:
    request = json.loads(line)
    body = request["body"].encode()
    head = "".join(f"{name}: {value}\r\n" for name, value in request["headers"].items())
    return (
        f"POST {request['path']} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n{head}\r\n"
    ).encode() + body


def exchange(connection: socket.socket, request: bytes) -> int:
    connection.sendall(request)
    answer = b""
    while b"\r\n\r\n" not in answer:
        piece = connection.recv(65536)
        if not piece:
            raise ConnectionError
        answer += piece
    head, _, rest = answer.partition(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    while len(rest) < length:
        rest += connection.recv(65536)
    return int(head[9:12])


def client(address: tuple[str, int], requests: Iterator[bytes], until: float, seen: list[tuple[int, float]]) -> None:
    connection = socket.create_connection(address)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for request in requests:
        started = time.perf_counter()
        try:
            status = exchange(connection, request)
        except OSError:
            connection = socket.create_connection(address)
            status = 0
        seen.append((status, time.perf_counter() - started))
        if time.perf_counter() > until:
            break
    connection.close()


def main() -> None:
    host, port, clients, seconds, path = sys.argv[1:6]
    requests = [prepared(line, host) for line in Path(path).read_text(encoding="utf-8").splitlines()]
    source = iter(requests)
    lock = threading.Lock()

    def shared() -> Iterator[bytes]:
        while True:
            with lock:
                request = next(source, None)
            if request is None:
                return
            yield request

    seen: list[tuple[int, float]] = []
    started = time.perf_counter()
    until = started + float(seconds)
    threads = [
        threading.Thread(target=client, args=((host, int(port)), shared(), until, seen)) for _ in range(int(clients))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - started
    times = sorted(latency for status, latency in seen if status == 201)
    print(
        json.dumps(
            {
                "accepted": len(times),
                "per_s": round(len(times) / elapsed, 1),
                "p50_ms": round(times[len(times) // 2] * 1000, 2) if times else None,
                "p99_ms": round(times[int(len(times) * 0.99)] * 1000, 2) if times else None,
                "statuses": {str(status): number for status, number in Counter(status for status, _ in seen).items()},
                "sent": len(seen),
            }
        )
    )


if __name__ == "__main__":
    main()
