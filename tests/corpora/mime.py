"""Malformed multipart bodies, made from a seed: what a broken or hostile client could send."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.corpora.cases import File

__all__ = ["malformed"]

_BOUNDARY = b"------0123456789abcdef"
_LINE = b'Content-Disposition: form-data; name="action"'
_FILE = b'Content-Disposition: form-data; name="file"; filename="a.jpg"'

_FIXED: tuple[bytes, ...] = (
    b"",
    b"\r\n",
    _BOUNDARY,
    _BOUNDARY + b"--",
    _BOUNDARY + b"\r\n",
    _BOUNDARY + b"\r\n\r\n",
    _BOUNDARY + b"\n" + _LINE + b"\n\nsave\n" + _BOUNDARY + b"--\n",
    _BOUNDARY + b"\r\n" + _LINE + b"\r\n\r\nsave",
    _BOUNDARY + b"\r\n" + _LINE,
    _BOUNDARY + b"\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + _BOUNDARY + b"--\r\n",
    _BOUNDARY + b"\r\nContent-Disposition: attachment; name=action\r\n\r\nx\r\n" + _BOUNDARY + b"--\r\n",
    _BOUNDARY + b"\r\nContent-Disposition: form-data; name=\r\n\r\nx\r\n" + _BOUNDARY + b"--\r\n",
    _BOUNDARY + b'\r\nContent-Disposition: form-data; name="a\r\n\r\nx\r\n' + _BOUNDARY + b"--\r\n",
    _BOUNDARY + b"\r\nContent-Disposition: form-data; name*=UTF-8''%ff%fe\r\n\r\nx\r\n" + _BOUNDARY + b"--\r\n",
    _BOUNDARY + b"\r\nContent-Disposition: form-data; name*=utf-7''+AGE-\r\n\r\nx\r\n" + _BOUNDARY + b"--\r\n",
    _BOUNDARY
    + b"\r\n"
    + _LINE
    + b"\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n+AGE-\r\n"
    + _BOUNDARY
    + b"--\r\n",
    _BOUNDARY + b"\r\n" + _LINE + b"\r\nContent-Type: text/plain; charset=no\r\n\r\nx\r\n" + _BOUNDARY + b"--\r\n",
    _BOUNDARY + b"\r\n" + _LINE + b"\r\nContent-Type: text/plain; charset=\r\n\r\nx\r\n" + _BOUNDARY + b"--\r\n",
    _BOUNDARY + b"\r\n" + _LINE + b"\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b--\r\n" + _BOUNDARY + b"--",
    _BOUNDARY + b"\r\n" + _LINE + b"\r\nContent-Length: -1\r\n\r\nx\r\n" + _BOUNDARY + b"--\r\n",
    _BOUNDARY + b"\r\n" + _LINE + b"\r\nContent-Length: nan\r\n\r\nx\r\n" + _BOUNDARY + b"--\r\n",
    _BOUNDARY + b"\r\n" + b"X: y\r\n" * 5000 + b"\r\nx\r\n" + _BOUNDARY + b"--\r\n",
    _BOUNDARY + b"\r\nX: " + b"y" * 500_000 + b"\r\n\r\nx\r\n" + _BOUNDARY + b"--\r\n",
    _BOUNDARY + b"\r\n: y\r\n\r\nx\r\n" + _BOUNDARY + b"--\r\n",
    _BOUNDARY + b"\r\nno header at all\r\n\r\nx\r\n" + _BOUNDARY + b"--\r\n",
    _BOUNDARY + b'\r\nContent-Disposition: form-data; name="\x00"\r\n\r\n\x00\r\n' + _BOUNDARY + b"--\r\n",
    _BOUNDARY + b'\r\nContent-Disposition: form-data; name="\xff\xfe"\r\n\r\n\xff\xfe\r\n' + _BOUNDARY + b"--\r\n",
    b"".join(_BOUNDARY + b"\r\n" + _LINE + b"\r\n\r\n\r\n" for _ in range(9000)) + _BOUNDARY + b"--\r\n",
    b"".join(_BOUNDARY + b"\r\n" + _FILE + b"\r\n\r\n\r\n" for _ in range(3000)) + _BOUNDARY + b"--\r\n",
    b"\r\n" * 400_000,
    b"-" * 900_000,
    (_BOUNDARY[:-1] + b"\r\n") * 30_000,
    _BOUNDARY + b"\r\n" + _FILE + b"\r\n\r\n" + b"\r" * 900_000,
    _BOUNDARY + b"\r\n" + _FILE + b"\r\n\r\n" + b"\r\n--" * 200_000,
)


def malformed(seed: int, most: int = 400) -> Iterator[File]:
    """Yield the fixed ones, then sound bodies with a few bytes cut, doubled, swapped or changed."""
    for number, body in enumerate(_FIXED):
        yield File(f"mime {number}", body)
    sound = b"".join(
        _BOUNDARY + b"\r\n" + head + b"\r\n\r\n" + body + b"\r\n"
        for head, body in ((_LINE, b"attach"), (_FILE, b"\xff\xd8\xff\xe0 no picture"))
    )
    sound += _BOUNDARY + b"--\r\n"
    draw = random.Random(seed)
    for number in range(most):
        changed = bytearray(sound)
        for _ in range(draw.randint(1, 5)):
            place, length = draw.randrange(len(changed)), draw.randint(1, 12)
            match draw.randrange(4):
                case 0:
                    del changed[place : place + length]
                case 1:
                    changed[place:place] = changed[place : place + length]
                case 2:
                    changed[place : place + length] = draw.randbytes(length)
                case _:
                    changed[place:place] = draw.choice((b"\r\n", b"\x00", b'"', b";", b"--", b"\\", b"%", b"=", b":"))
        yield File(f"mime {seed}/{number}", bytes(changed))
