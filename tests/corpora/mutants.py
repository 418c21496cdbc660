"""Sound pictures, PDFs and sheets with a few bytes changed, from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.corpora.cases import File
from thidua_testkit.files import a_docx
from thidua_testkit.files import a_pdf
from thidua_testkit.files import a_photo
from thidua_testkit.files import a_workbook
from thidua_testkit.files import an_ods

__all__ = ["mutants"]

_ODD = (
    b"\x00",
    b"\xff",
    b"\x7f\xff\xff\xff",
    b"\xff\xff\xff\xff",
    b"\x80\x00\x00\x00",
    b"%",
    b"<<",
    b">>",
    b"obj",
    b"PK",
)


def mutants(seed: int, most: int) -> Iterator[File]:
    """Yield so many mutants, of each kind in turn."""
    sound = {
        "jpeg": a_photo(size=(160, 120)),
        "png": a_photo(size=(80, 60), kind="PNG"),
        "webp": a_photo(size=(160, 120), kind="WEBP"),
        "pdf": a_pdf(pages=2),
        "signed pdf": a_pdf(signed=True),
        "xlsx": a_workbook({"xl/worksheets/sheet1.xml": b"<worksheet/>"}),
        "docx": a_docx(),
        "ods": an_ods(),
    }
    draw = random.Random(seed)
    kinds = list(sound)
    for number in range(most):
        kind = kinds[number % len(kinds)]
        body = bytearray(sound[kind])
        for _ in range(draw.choice((1, 1, 2, 4, 16))):
            place = draw.randrange(len(body) or 1)
            match draw.randrange(6):
                case 0:
                    body[place : place + 1] = bytes((draw.randrange(256),))
                case 1:
                    body[place:place] = draw.choice(_ODD)
                case 2:
                    del body[place : place + draw.randint(1, 64)]
                case 3:
                    body[place:place] = body[place : place + draw.randint(1, 256)]
                case 4:
                    odd = draw.choice(_ODD)
                    body[place : place + len(odd)] = odd
                case _:
                    del body[max(place, 16) :]
        yield File(f"{kind} {seed}/{number}", bytes(body))
