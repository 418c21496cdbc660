"""Signing in leads on to a place of this site and never to another, whatever stands in ``next``.

Judged as a browser would follow it: the target is resolved against the page's address by the rules
browsers have (backslashes are slashes, tabs and newlines are dropped).
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote
from urllib.parse import urljoin
from urllib.parse import urlsplit

import pytest

from thidua.web.sessions import relative_path

HERE = "http://localhost/sign-in"

LEADING_AWAY = [
    *("//evil.example", "///evil.example", "////evil.example", "//evil.example/%2f..", "//evil.example\\@localhost"),
    *("//localhost@evil.example", "//localhost:80@evil.example", "//evil.example#@localhost", "//evil.example?x=/"),
    *(
        "//evil%E3%80%82example",
        "//evil。example",
        "//еvil.example",
        "//xn--vil-8cd.example",
        "//[::1]",
        "//0x7f000001",
    ),
    *("//2130706433/", "//127.1/", "//evil.example:443", "//;@evil.example", "//evil.example;@localhost"),
    *(
        "/\\evil.example",
        "\\/evil.example",
        "\\\\evil.example",
        "/\\/evil.example",
        "\\/\\/evil.example",
        "/\\\\evil.example",
    ),
    *(
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r/evil.example",
        "\t//evil.example",
        "\n//evil.example",
        " //evil.example",
    ),
    *("/\x00/evil.example", "\x00//evil.example", "\x01//evil.example", "/\x0b/evil.example", "/\x7f/evil.example"),
    *("\u00a0//evil.example", "\u2003//evil.example", "\ufeff//evil.example", "\u3000//evil.example"),
    *(
        "http://evil.example",
        "https://evil.example",
        "HTTPS://evil.example",
        "hTtP://evil.example",
        "ftp://evil.example",
    ),
    *(
        "http:evil.example",
        "https:evil.example",
        "http:/evil.example",
        "https:///evil.example",
        "http:\\\\evil.example",
    ),
    *("https://localhost@evil.example", "https://localhost.evil.example", "https://evil.example/localhost"),
    *("ht\ttps://evil.example", "h\nttps://evil.example", " https://evil.example", "https://evil.example "),
    *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "\x01javascript:alert(1)"),
    *("javascript://localhost/%0aalert(1)", "javascript:%0aalert(1)", "vbscript:msgbox(1)", "data:text/html,x"),
    *("data:text/html;base64,PHNjcmlwdD4=", "file:///etc/passwd", "blob:http://localhost/x", "mailto:a@b.example"),
    *("/%0d%0a\r\nLocation: //evil.example", "/\r\nSet-Cookie: a=b", "/x\r\n\r\n<script>alert(1)</script>"),
    *(
        "evil.example",
        "www.evil.example",
        "@evil.example",
        ".evil.example",
        "..//evil.example",
        "./evil",
        "?next=//evil",
    ),
    *("#//evil.example", "reports", "", " ", ".", "..", "*", "/" + "x" * 600, "//", "///", "\\", "\\\\", "/\\"),
]
STAYING = [
    *("/", "/reports/due", "/reports?state=accepted", "/campaigns/ATGT-2021/status?period=2021-9M"),
    *("/campaigns/ATGT-2021/status?period=2021-9M#don-vi", "/%2f%2fevil.example", "/x?next=//evil.example"),
    *("/x//evil.example", "/.//evil.example", "/..//evil.example", "/x?u=https://evil.example", "/@evil.example"),
]


def where(target: str) -> tuple[str, str]:
    """Return scheme and host that a browser at the sign-in page would go to."""
    read = re.sub(r"[\t\r\n]", "", target.strip("".join(map(chr, range(0x21))))).replace("\\", "/")
    read = re.sub(r"^(https?:)/*", r"\1//", read, flags=re.IGNORECASE)
    parts = urlsplit(urljoin(HERE, re.sub(r"^//+", "//", read)))
    return parts.scheme, parts.netloc


def test_the_list_is_long_and_its_judge_knows_what_leads_away() -> None:
    assert len(set(LEADING_AWAY)) >= 80
    assert [text for text in STAYING if where(text) != ("http", "localhost")] == []
    for text in ("//evil.example", "/\\evil.example", "/\t/evil.example", "https:evil.example", "javascript:alert(1)"):
        assert where(text) != ("http", "localhost"), text


@pytest.mark.parametrize("text", LEADING_AWAY)
def test_what_may_lead_away_leads_to_the_first_page(text: str) -> None:
    assert relative_path(text) == "/"


@pytest.mark.parametrize("text", STAYING)
def test_a_place_of_this_site_is_kept(text: str) -> None:
    assert relative_path(text) == text
    assert where(text) == ("http", "localhost")


def test_signing_in_never_leads_away(site: Any) -> None:
    """Over HTTP, written into the address in each of the ways it can be: asking, signing in, signed in."""
    client = site.stranger().client
    signed_in = site.visit("reporter").client
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text)
    assert token
    for number, text in enumerate([*LEADING_AWAY, *STAYING]):
        # Each from elsewhere, or guessing would slow down.
        elsewhere = {"REMOTE_ADDR": f"198.51.100.{number}"}
        for query in {quote(text, safe=""), quote(text, safe="/:\\@"), quote(quote(text, safe=""), safe="")}:
            asked = client.get(f"/sign-in?next={query}")
            assert asked.status_code == 200, text
            shown = re.search(r'name="next" value="([^"]*)"', asked.text)
            assert shown, text
            assert where(shown[1]) == ("http", "localhost"), (text, shown[1])
            sent_on = signed_in.get(f"/sign-in?next={query}")
            assert sent_on.status_code == 303
            assert_stays(sent_on, text)
        form = {"csrf_token": token[1], "name": "reporter", "password": "sai", "next": text}
        wrong = client.post("/sign-in", data=form, environ_base=elsewhere)
        assert wrong.status_code == 401
        assert where(re.findall(r'name="next" value="([^"]*)"', wrong.text)[0]) == ("http", "localhost")
        entering = site.stranger().client
        own = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', entering.get("/sign-in").text)[0]
        answer = entering.post(
            "/sign-in", data={**form, "csrf_token": own, "password": site.password}, environ_base=elsewhere
        )
        assert answer.status_code == 303, text
        assert_stays(answer, text)


def assert_stays(answer: Any, text: str) -> None:
    (location,) = answer.headers.getlist("Location")
    assert where(location) == ("http", "localhost"), (text, location)
    assert "Refresh" not in answer.headers
    assert not re.search(r"(?i)http-equiv", answer.text), text


@pytest.mark.parametrize("path", ["//evil.example", "//evil.example/..", "/%5cevil.example", "///evil.example/%2e%2e"])
def test_an_address_with_two_slashes_is_sent_nowhere_else(site: Any, path: str) -> None:
    for visitor in (site.stranger(), site.visit("officer")):
        answer = visitor.client.get(path, base_url="http://localhost")
        location = answer.headers.get("Location", "/")
        assert where(location) == ("http", "localhost"), location
