"""Requests that two servers would cut differently: the real web server answers one refusal and hangs up.

Each of them carries a second request where a body would be. Nothing may come back for that one.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

INNER = b"GET /healthz HTTP/1.1\r\nHost: inner\r\n\r\n"
CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n" % (len(INNER), INNER)


def post(*headers: bytes, body: bytes = INNER, version: bytes = b"HTTP/1.1", end: bytes = b"\r\n") -> bytes:
    lines = (b"POST /sign-in " + version, b"Host: thidua.example", *headers)
    return end.join([*lines, b"", b""]) + body


TE = b"Transfer-Encoding: chunked"
NONE = b"Content-Length: 0"
ALL = b"Content-Length: %d" % len(INNER)
CORPUS: dict[str, bytes] = {
    "CL.TE": post(b"Content-Length: 5", TE, body=b"0\r\n\r\n" + INNER),
    "CL of nothing and TE": post(NONE, TE, body=b"0\r\n\r\n" + INNER),
    "TE.CL": post(TE, b"Content-Length: 4", body=CHUNKED),
    "TE twice": post(TE, TE, body=b"0\r\n\r\n" + INNER),
    "TE twice, one of them odd": post(TE, b"Transfer-Encoding: x", body=b"0\r\n\r\n" + INNER),
    "TE unknown": post(b"Transfer-Encoding: xchunked"),
    "TE unknown with CL": post(NONE, b"Transfer-Encoding: xchunked"),
    "TE in a list twice": post(b"Transfer-Encoding: chunked, chunked", body=b"0\r\n\r\n" + INNER),
    "TE not last": post(b"Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n" + INNER),
    "TE with a blank before the colon": post(NONE, b"Transfer-Encoding : chunked"),
    "TE with a blank in front": post(NONE, b" Transfer-Encoding: chunked"),
    "TE folded": post(NONE, b"Transfer-Encoding:", b" chunked"),
    "TE after a bare LF": post(NONE, b"X: x\nTransfer-Encoding: chunked"),
    "TE after a bare CR": post(NONE, b"X: x\rTransfer-Encoding: chunked"),
    "TE with a vertical tab": post(NONE, b"Transfer-Encoding: \x0bchunked"),
    "TE with a NUL": post(NONE, b"Transfer-Encoding: chunked\x00"),
    "TE quoted": post(NONE, b'Transfer-Encoding: "chunked"'),
    "TE in HTTP/1.0": post(TE, body=b"0\r\n\r\n" + INNER, version=b"HTTP/1.0"),
    "CL twice": post(NONE, ALL),
    "CL twice, the same": post(ALL, ALL),
    "CL as a list": post(b"Content-Length: 0, %d" % len(INNER)),
    "CL with a plus": post(b"Content-Length: +0"),
    "CL below nothing": post(b"Content-Length: -1"),
    "CL in hexadecimal": post(b"Content-Length: 0x0"),
    "CL with a blank inside": post(b"Content-Length: 0 0"),
    "CL with an underscore": post(b"Content-Length: 1_0"),
    "CL in other digits": post("Content-Length: ٠".encode()),
    "CL empty": post(b"Content-Length:"),
    "CL with a blank before the colon": post(b"Content-Length : 0"),
    "only bare LF": post(NONE, end=b"\n"),
    "a header without a name": post(NONE, b": x"),
    "a header without a colon": post(NONE, b"Transfer-Encoding chunked"),
    "a NUL in a header": post(NONE, b"X: a\x00b"),
    "a chunk size with a prefix": post(TE, body=b"0x0\r\n\r\n" + INNER),
    "a chunk size below nothing": post(TE, body=b"-1\r\n\r\n" + INNER),
    "a chunk size with a blank in front": post(TE, body=b" 0\r\n\r\n" + INNER),
    "a chunk size with an underscore": post(TE, body=b"0_0\r\n\r\n" + INNER),
    "a chunk ended by a bare LF": post(TE, body=b"0\n\n" + INNER),
    "a chunk that is longer than it says": post(TE, body=b"1\r\nabc\r\n0\r\n\r\n" + INNER),
    "a blank in the address": b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
    "an unknown version": b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "a header of 9 kB": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 9000 + b"\r\n\r\n",
    "sixty-one headers": b"GET /healthz HTTP/1.1\r\n" + b"".join(b"X-%d: x\r\n" % at for at in range(61)) + b"\r\n",
    "an address of 5 kB": b"GET /" + b"x" * 5000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.fixture
def speak(sqlite_url: str, parts: object) -> Callable[[bytes], bytes]:
    """Send bytes on a connection of their own to the server, and return all that comes back until it hangs up."""
    address = urlsplit(parts.web(THIDUA_DATABASE_URL=sqlite_url))  # type: ignore[attr-defined]

    def send(raw: bytes) -> bytes:
        with socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=20) as connection:
            connection.sendall(raw)
            # Nothing more will come, so that a server waiting for a body gives up, too.
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
            return answer

    return send


def statuses(answer: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer)]


def test_a_request_that_can_be_cut_in_two_ways_is_refused_and_nothing_follows(speak: Callable[[bytes], bytes]) -> None:
    # Two sound ones on one connection are answered twice: the second would be seen.
    assert statuses(speak(INNER + INNER)) == [200, 200]
    # A body in chunks is a body, whatever it looks like.
    assert statuses(speak(post(TE, body=CHUNKED))) == [400]
    found = {name: statuses(speak(raw)) for name, raw in CORPUS.items()}
    wrong = {name: answered for name, answered in found.items() if len(answered) > 1 or set(answered) - REFUSALS}
    assert wrong == {}
    # And it still serves.
    assert statuses(speak(INNER)) == [200]


#: Not read, too long, not known; an empty list is a connection that was closed without a word.
REFUSALS = {400, 414, 431, 501, 505}


def test_the_server_does_not_say_what_it_is(speak: Callable[[bytes], bytes]) -> None:
    for raw in (INNER, b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", CORPUS["CL twice"], CORPUS["a header of 9 kB"]):
        answer = speak(raw)
        head, _, body = answer.partition(b"\r\n\r\n")
        assert not re.search(rb"(?i)gunicorn|werkzeug|flask|python", head), head
        assert not re.search(rb"(?i)gunicorn|werkzeug|traceback", body), body
