"""What every answer tells browsers, whatever it answers and to whom; and what it never tells anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from filled import addresses
from filled import fill
from flask import Flask
from flask import request
from werkzeug.test import TestResponse

from thidua.domain.attachments import LONGEST_NAME
from thidua.settings import load
from thidua.web.app import create_app
from thidua_testkit.files import a_pdf
from thidua_testkit.installation import CONFIG_DIR

KEYS = {"THIDUA_SECRET_KEY": "x" * 40, "THIDUA_AUDIT_KEY": "a" * 40}
#: Directives that fall back to default-src, as browsers do it.
FETCHED = (
    *("script-src", "style-src", "img-src", "connect-src", "font-src", "object-src", "media-src", "frame-src"),
    *("child-src", "worker-src", "manifest-src", "script-src-elem", "script-src-attr", "style-src-attr"),
)
#: Directives that do not.
ALONE = {"base-uri": "'none'", "frame-ancestors": "'none'", "form-action": None}
FOREVER = "public, max-age=31536000, immutable"
OURS = {"'self'", "'none'"}


@pytest.fixture
def filled(site: Any) -> Any:
    fill(site)
    return site


def app_with(site: Any, tmp_path: Path, **environment: str) -> Flask:
    given = {"THIDUA_DATA": str(tmp_path), **KEYS, **environment}
    return create_app(site.here.host, load(given, CONFIG_DIR))


def policy_of(answer: TestResponse) -> dict[str, list[str]]:
    assert len(answer.headers.getlist("Content-Security-Policy")) == 1
    parts = answer.headers["Content-Security-Policy"].split(";")
    return {words[0]: words[1:] for part in parts if (words := part.split())}


def assert_tells_what_it_must(answer: TestResponse, where: object) -> None:
    """The whole list, for any answer."""
    headers = answer.headers
    told = {name.lower() for name, _ in headers}
    assert all(len(headers.getlist(name)) == 1 for name in told - {"set-cookie", "vary"}), where
    policy = policy_of(answer)
    for name in FETCHED:
        sources = policy.get(name, policy["default-src"])
        assert set(sources) <= OURS, (where, name, sources)
    assert policy.get("object-src", policy["default-src"]) == ["'none'"], where
    for name, wanted in ALONE.items():
        assert policy[name] == [wanted] if wanted else set(policy[name]) <= OURS, (where, name)
    assert "unsafe" not in headers["Content-Security-Policy"], where
    assert headers["X-Content-Type-Options"] == "nosniff", where
    assert headers["Referrer-Policy"] == "same-origin", where
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin", where
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin", where
    assert headers["X-Request-ID"], where
    kept = headers["Cache-Control"]
    assert kept == "no-store" or (kept == FOREVER and answer.request.path.startswith("/static/")), (where, kept)
    assert not [name for name in told if name.startswith("access-control-")], where
    assert not told & {"server", "x-powered-by", "x-aspnet-version", "via", "x-runtime"}, where
    assert not re.search(r"(?i)werkzeug|flask|gunicorn|python|sqlalchemy", str(headers)), where


def answers(site: Any) -> Iterator[tuple[object, TestResponse]]:
    """One answer of every kind: each address to several people, and everything that can go wrong."""
    origin = {"Origin": "https://evil.example", "Accept": "*/*"}
    for name in ("stranger", "reporter", "officer", "admin"):
        visitor = site.stranger() if name == "stranger" else site.visit(name)
        for at in addresses(site.app, site, unsafe=False):
            yield (name, at), visitor.client.open(at.path, method=at.method, headers=origin)
        for at in addresses(site.app, site, unsafe=True):
            yield (name, at), visitor.client.open(at.path, method=at.method, headers=origin)
            asks = {
                **origin,
                "Access-Control-Request-Method": at.method,
                "Access-Control-Request-Headers": "x-csrftoken",
            }
            yield (name, at, "preflight"), visitor.client.options(at.path, headers=asks)
        yield (name, 404), visitor.client.get("/nowhere")
        yield (name, 404), visitor.client.get("/api/v1/nowhere")
        yield (name, 404), visitor.client.get("/static/nothing.js")
        yield (name, 405), visitor.client.get("/sign-out")
        yield (name, 308), visitor.client.get("//reports")
        yield (name, 400), visitor.client.get("/reports?state=filed&state=accepted")
        yield (name, 413), visitor.client.post("/sign-in", data={"name": "x" * 3_000_000})
        yield (name, 200), visitor.client.get("/sign-in", headers={"Accept-Encoding": "gzip"})


def test_every_answer_tells_browsers_what_they_must_not_do(filled: Any) -> None:
    seen = set()
    for where, answer in answers(filled):
        assert_tells_what_it_must(answer, where)
        assert "Strict-Transport-Security" not in answer.headers, where
        seen.add(answer.status_code)
    assert {200, 303, 400, 401, 403, 404, 405, 413} <= seen


def test_a_broken_page_and_a_page_that_has_not_changed_tell_it_too(filled: Any, monkeypatch: Any) -> None:
    officer = filled.visit("officer")
    first = officer.get(filled.fragment).answer
    unchanged = officer.get(filled.fragment, headers={"If-None-Match": first.headers["ETag"]}).answer
    assert unchanged.status_code == 304
    assert_tells_what_it_must(unchanged, 304)

    def breaks() -> str:
        raise ZeroDivisionError

    monkeypatch.setitem(filled.app.view_functions, "reports.show", breaks)
    monkeypatch.setitem(filled.app.view_functions, "api.listing", breaks)
    for path in ("/reports", "/api/v1/reports"):
        broken = officer.get(path).answer
        assert broken.status_code == 500
        assert_tells_what_it_must(broken, path)
        assert "ZeroDivisionError" not in broken.text
        assert "Traceback" not in broken.text


def test_over_tls_browsers_are_told_to_stay_there_whatever_is_answered(filled: Any, tmp_path: Path) -> None:
    client = app_with(filled, tmp_path, THIDUA_SECURE_COOKIES="true").test_client()
    for path in ("/sign-in", "/reports", "/nowhere", "/api/v1/reports", "/healthz", "/static/nothing.js"):
        answer = client.get(path, base_url="https://localhost")
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains", path
        assert_tells_what_it_must(answer, path)


# --- the cookie -----------------------------------------------------------------------------------


@pytest.mark.parametrize("hops", ["0", "1", "2"])
def test_over_tls_the_cookie_belongs_to_this_host_and_travels_nowhere_else(
    site: Any, tmp_path: Path, hops: str
) -> None:
    """Behind proxies too, whose word for the host must not get into it."""
    app = app_with(site, tmp_path, THIDUA_SECURE_COOKIES="true", THIDUA_PROXY_HOPS=hops)
    client = app.test_client(use_cookies=False)
    proxied = {
        "X-Forwarded-For": "203.0.113.9, 10.0.0.1",
        "X-Forwarded-Proto": "https, https",
        "X-Forwarded-Host": "thidua.example.vn, thidua.example.vn",
        "X-Forwarded-Prefix": "/evil",
    }
    asked = client.get("/sign-in", headers=proxied, base_url="http://127.0.0.1:8000" if hops != "0" else "https://here")
    name, attributes = taken_apart(asked)
    assert name.startswith("__Host-thidua=")
    assert attributes == {"secure": "", "httponly": "", "path": "/", "samesite": "Lax"}

    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', asked.text)
    assert token
    form = {"csrf_token": token[1], "name": "reporter", "password": site.password}
    headers = {**proxied, "Cookie": name, "Referer": "https://thidua.example.vn/sign-in"}
    base = "http://127.0.0.1:8000" if hops != "0" else "https://thidua.example.vn"
    signed_in = client.post("/sign-in", data=form, headers=headers, base_url=base)
    assert signed_in.status_code == 303
    assert signed_in.headers["Location"] == "/"
    kept, attributes = taken_apart(signed_in)
    assert attributes == {"secure": "", "httponly": "", "path": "/", "samesite": "Lax"}
    assert client.get("/reports/due", headers={**proxied, "Cookie": kept}, base_url=base).status_code == 200
    # Under the name of an installation without TLS it is nobody's.
    plain = kept.replace("__Host-thidua=", "thidua=")
    assert client.get("/reports/due", headers={**proxied, "Cookie": plain}, base_url=base).status_code == 303


def taken_apart(answer: TestResponse) -> tuple[str, dict[str, str]]:
    """Return the session's cookie as it is sent back, and its attributes; by another the browser is known."""
    (cookie,) = (each for each in answer.headers.getlist("Set-Cookie") if not each.startswith("__Host-thidua-device="))
    pair, *rest = cookie.split("; ")
    return pair, {name.lower(): value for name, _, value in (each.partition("=") for each in rest)}


def test_what_is_forwarded_is_believed_from_as_many_proxies_as_are_set_and_no_more(site: Any, tmp_path: Path) -> None:
    for hops, expected in (
        ("0", ("127.0.0.1", "http", "localhost")),
        ("1", ("10.0.0.2", "https", "near.example")),
        ("2", ("203.0.113.9", "http", "far.example")),
    ):
        app = app_with(site, tmp_path, THIDUA_PROXY_HOPS=hops)
        seen: list[tuple[str, str, str]] = []
        inner = app.full_dispatch_request

        def look(seen: Any = seen, inner: Any = inner) -> Any:
            seen.append(_who())
            return inner()

        app.full_dispatch_request = look  # type: ignore[method-assign]
        forged = {
            "X-Forwarded-For": "6.6.6.6, 203.0.113.9, 10.0.0.2",
            "X-Forwarded-Proto": "https, http, https",
            "X-Forwarded-Host": "evil.example, far.example, near.example",
            "X-Forwarded-Prefix": "/evil",
            "X-Real-IP": "6.6.6.6",
            "Forwarded": "for=6.6.6.6;proto=https;host=evil.example",
        }
        answer = app.test_client().get("/reports", headers=forged)
        assert seen == [expected]
        # No address that is given out holds a host at all.
        assert answer.headers["Location"] == "/sign-in?next=/reports"


def _who() -> tuple[str, str, str]:
    return request.remote_addr or "", request.scheme, request.host


def test_signing_out_empties_what_the_browser_kept(site: Any) -> None:
    visitor = site.visit("reporter")
    done = visitor.post("/sign-out", {})
    # Not "cookies": the machine stays known, or guessing from elsewhere could keep its people out.
    assert done.answer.headers["Clear-Site-Data"] == '"storage"'
    assert_tells_what_it_must(done.answer, "/sign-out")
    assert "Clear-Site-Data" not in visitor.get("/sign-in").answer.headers


# --- parameters -----------------------------------------------------------------------------------


def test_no_address_takes_a_parameter_twice(filled: Any) -> None:
    for name in ("stranger", "officer"):
        visitor = filled.stranger() if name == "stranger" else filled.visit(name)
        for at in addresses(filled.app, filled, unsafe=False):
            if at.method == "OPTIONS":
                continue
            for query in ("period=2021-9M&period=2021-9M", "x=1&x=2", "next=/a&next=//evil.example", "a&a"):
                answer = visitor.client.open(f"{at.path}?{query}", method=at.method)
                assert answer.status_code == 400, (name, at, query)
    said = filled.visit("officer").client.get("/api/v1/reports?state=filed&state=accepted")
    assert said.content_type == "application/problem+json"
    assert "hai lần" in said.json["detail"]


def test_views_never_mix_what_the_address_says_with_what_a_form_says() -> None:
    web = Path(__file__).parents[2] / "services/thidua/web"
    assert [path.name for path in web.rglob("*.py") if re.search(r"request\.values", path.read_text())] == []


# --- where weaknesses are told --------------------------------------------------------------------


def test_a_contact_for_weaknesses_is_published_for_everybody_and_runs_out(site: Any, tmp_path: Path) -> None:
    app = app_with(site, tmp_path, THIDUA_SECURITY_CONTACT="mailto:an-toan@langson.example")
    answer = app.test_client().get("/.well-known/security.txt")
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; charset=utf-8"
    assert_tells_what_it_must(answer, "security.txt")
    told = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert told.keys() == {"Contact", "Expires", "Preferred-Languages"}
    assert told["Contact"] == "mailto:an-toan@langson.example"
    assert told["Preferred-Languages"] == "vi, en"
    left = datetime.fromisoformat(told["Expires"]) - site.here.clock.now()
    assert timedelta(days=90) < left < timedelta(days=365)
    site.here.clock.instant += timedelta(days=100)
    later = app.test_client().get("/.well-known/security.txt").text
    assert datetime.fromisoformat(re.findall("Expires: (.*)", later)[0]) - site.here.clock.now() > timedelta(days=90)


def test_without_a_contact_there_is_no_such_page(site: Any) -> None:
    assert site.stranger().get("/.well-known/security.txt").status == 404


# --- files ----------------------------------------------------------------------------------------


def test_a_file_is_handed_out_to_be_saved_and_runs_nothing(filled: Any) -> None:
    reporter = filled.visit("reporter")
    for path, how in (
        ("/evidence/1", "attachment"),
        ("/api/v1/evidence/1", "attachment"),
        ("/evidence/1/thumbnail", "inline"),
        ("/api/v1/evidence/1/thumbnail", "inline"),
    ):
        answer = reporter.get(path).answer
        assert answer.status_code == 200, path
        assert_tells_what_it_must(answer, path)
        policy = policy_of(answer)
        assert policy["sandbox"] == [], "nothing is allowed back"
        assert policy["default-src"] == ["'none'"]
        assert answer.headers["Content-Disposition"].partition(";")[0] == how
        assert answer.content_type == "image/jpeg"


#: Names as other machines may call a file.
NAMES = [
    "Kế hoạch số 12.pdf",
    "Báo cáo “quý III”.pdf",
    'ngo"ac.pdf',
    "dấu' nháy.pdf",
    "a\\b.pdf",
    "x\r\nSet-Cookie: a=b.pdf",
    "x\nX-Evil: 1.pdf",
    "x\x00.pdf",
    "x\x1b[31m.pdf",
    "\u202eexe.pdf",
    "\u2066a\u2069.pdf",
    "\u200fabc.pdf",
    "a;filename=evil.exe.pdf",
    "a; filename*=UTF-8''evil.exe.pdf",
    "%0d%0aX-Evil: 1.pdf",
    "../../etc/passwd.pdf",
    "..\\..\\boot.ini.pdf",
    "/etc/passwd",
    "C:\\Windows\\evil.exe",
    ".pdf",
    "...",
    "   ",
    "con.pdf",
    "đường.pdf.exe",
    "a" * 300 + ".pdf",
    "ệ" * 300 + ".pdf",
    "e\u0302\u0323.pdf",
    "🏁.pdf",
    "\ufeffx.pdf",
    "<script>alert(1)</script>.pdf",
    "=1+1.pdf",
]


def test_a_name_goes_out_as_it_came_and_never_out_of_its_header(site: Any) -> None:
    client, token = (reporter := site.visit("reporter")).client, reporter.token()
    where = f"/api/v1/campaigns/{site.campaign}/periods/{site.period}/units/{site.unit}/evidence"
    for name in NAMES:
        sent = client.post(
            where,
            query_string={"cell": "/fields/mobile_sessions", "file_name": name},
            data=a_pdf(),
            content_type="application/pdf",
            headers={"X-CSRFToken": token},
        )
        assert sent.status_code == 201, (name, sent.text)
        answer = client.get(f"/evidence/{sent.json['id']}")
        assert answer.status_code == 200
        assert_tells_what_it_must(answer, name)
        assert "X-Evil" not in answer.headers
        disposition = answer.headers["Content-Disposition"]
        assert all(" " <= letter <= "~" for letter in disposition), "an HTTP header is plain ASCII"
        # RFC 6266: the quoted form holds no quote, no backslash and no folder; the other one is exact.
        found = re.fullmatch(r"attachment; filename=\"([^\"\\/%]*)\"; filename\*=UTF-8''([\w.%~-]+)", disposition)
        assert found, disposition
        exact = unquote(found[2])
        assert exact == sent.json["file_name"]
        assert exact.endswith(".pdf")
        assert not re.search(r"[\x00-\x1f\x7f/\\\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", exact), exact
        assert len(exact) <= LONGEST_NAME
        assert exact.strip(" .") == exact
        assert client.delete(f"/api/v1/evidence/{sent.json['id']}", headers={"X-CSRFToken": token}).status_code == 204
