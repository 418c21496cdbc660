"""Places that take files: the file, its name, its type, and the whole of a body of parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping
from functools import partial
from urllib.parse import quote

from werkzeug.test import TestResponse

from tests.corpora.asking import Place
from tests.corpora.asking import ask
from tests.corpora.asking import quoted
from tests.corpora.site import CAMPAIGN
from tests.corpora.site import PERIOD
from tests.corpora.site import Site
from thidua_testkit.files import a_photo

__all__ = ["in_uploads"]


def in_uploads(site: Site) -> Iterator[Place]:
    writer, unit = site.reporter("A"), site.units["A"]
    path = f"/api/v1/campaigns/{CAMPAIGN}/periods/{PERIOD}/units/{unit}/evidence"
    here = f"/campaigns/{CAMPAIGN}/periods/{PERIOD}/units/{unit}"
    photo = a_photo(7, size=(64, 48))
    cell = quote("/fields/banners", safe="")

    def bare(site: Site, case: bytes) -> TestResponse:
        kind = "application/octet-stream"
        query = f"cell={cell}&file_name=tep.jpg"
        return ask(site, writer, "POST", path, query, data=case, content_type=kind)

    def named(site: Site, case: bytes) -> TestResponse:
        query = f"cell={cell}&file_name={quoted(case)}"
        return ask(site, writer, "POST", path, query, data=photo, content_type="image/jpeg")

    def typed(site: Site, case: bytes) -> TestResponse:
        kind = re.sub(rb"[\r\n\x00]", b"", case).decode("latin-1")
        return ask(
            site,
            writer,
            "POST",
            path,
            f"cell={cell}&file_name=a.jpg",
            data=photo,
            content_type="image/jpeg",
            environ_overrides={"CONTENT_TYPE": kind},
        )

    yield Place("file", "api.add_file", "bare", bare)
    yield Place("query", "api.add_file", "file_name", named)
    yield Place("type", "api.add_file", "Content-Type", typed)
    # The page that a read workbook comes up with is shown by no address: what it sends is thrown at here.
    chosen = ("take", "to:/fields/good_practices", "draft_version", "revision")
    for name in chosen:
        yield Place("control", "POST workbook.fill", name, partial(_fill, writer, f"{here}/form/workbook/fill", name))
    pages = (
        ("api.add_file", path, "file", writer, {"cell": "/fields/banners"}),
        ("workbook.compare", f"{here}/form/workbook/import", "workbook", writer, {}),
        ("form.file", f"{here}/form", "file:/fields/banners", writer, {"action": "attach"}),
        ("paper.file", f"{here}/paper", "file:/on_behalf/scan", "office", {"action": "attach"}),
    )
    for endpoint, where, part, who, others in pages:
        told = f"POST {endpoint}"
        parts = partial(_multipart, who, where, part, others)
        yield Place("file", told, "part", lambda site, case, parts=parts: parts(site, b"tep.jpg", case))  # type: ignore[misc]
        yield Place("file name", told, "part", lambda site, case, parts=parts: parts(site, case, photo))  # type: ignore[misc]
        yield Place("mime", told, "whole", partial(_as_multipart, who, where))


def _fill(who: str, path: str, name: str, site: Site, case: bytes) -> TestResponse:
    sent = {
        "take": "%2Ffields%2Fgood_practices",
        "to:/fields/good_practices": "x",
        "draft_version": "0",
        "revision": "0",
    }
    pairs = [f"{quote(each, safe='')}={value}" for each, value in sent.items() if each != name]
    body = "&".join([*pairs, f"{quote(name, safe='')}={quoted(case)}"]).encode()
    return ask(site, who, "POST", path, data=body, content_type="application/x-www-form-urlencoded")


_BOUNDARY = "----0123456789abcdef"


def _multipart(
    who: str, path: str, part: str, others: Mapping[str, str], site: Site, name: bytes, content: bytes
) -> TestResponse:
    line = f"--{_BOUNDARY}\r\nContent-Disposition: form-data; name="
    body = b"".join(f'{line}"{each}"\r\n\r\n{value}\r\n'.encode() for each, value in others.items())
    told = name.replace(b'"', b"%22").replace(b"\r", b"%0D").replace(b"\n", b"%0A")
    body += f'{line}"{part}"; filename="'.encode() + told + b'"\r\nContent-Type: image/jpeg\r\n\r\n'
    body += content + f"\r\n--{_BOUNDARY}--\r\n".encode()
    return _as_multipart(who, path, site, body)


def _as_multipart(who: str, path: str, site: Site, case: bytes) -> TestResponse:
    return ask(site, who, "POST", path, data=case, content_type=f"multipart/form-data; boundary={_BOUNDARY}")
