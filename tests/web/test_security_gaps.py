"""Promises of the security table that no other test happens to hold."""

from __future__ import annotations

import ast
import hashlib
import re
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask import Response
from itsdangerous import URLSafeTimedSerializer

from thidua.application.people.account_codes import reset_by_code
from thidua.application.people.bearer_tokens import issue_token
from thidua.application.review import reading
from thidua.settings import load
from thidua.web import context
from thidua.web.app import create_app
from thidua_testkit.installation import CONFIG_DIR

OVER_TLS = "https://localhost"
PRODUCT = [
    path
    for folder in ("services/thidua", "services/thidua_sdk", "workers", "plugins")
    for path in sorted((Path(__file__).parents[2] / folder).rglob("*.py"))
    if "tests" not in path.parts
]


def an_application(site: Any, tmp_path: Path, **settings: str) -> Flask:
    environ = {"THIDUA_DATA": str(tmp_path), "THIDUA_SECRET_KEY": "x" * 40}
    given = {f"THIDUA_{name.upper()}": value for name, value in settings.items()}
    return create_app(site.here.host, load(environ | given, CONFIG_DIR))


@pytest.mark.parametrize(("host", "place"), [("thidua.vn", "thidua.vn"), ("thidua.vn:8080", "thidua.vn")])
def test_a_page_in_the_clear_is_asked_for_again_over_tls(site: Any, tmp_path: Path, host: str, place: str) -> None:
    client = an_application(site, tmp_path, secure_cookies="true").test_client()
    answer = client.get("/sign-in?next=/reports", base_url=f"http://{host}")
    assert (answer.status_code, answer.headers["Location"]) == (308, f"https://{place}/sign-in?next=/reports")
    assert "Set-Cookie" not in answer.headers


def test_a_program_in_the_clear_is_refused_and_not_sent_elsewhere(site: Any, tmp_path: Path) -> None:
    client = an_application(site, tmp_path, secure_cookies="true").test_client()
    headers = {"Authorization": f"Bearer {issue_token(site.here.host, name='officer', label='thử')}"}
    assert client.get("/api/v1/reports", headers=headers, base_url=OVER_TLS).status_code == 200
    for method, path in (("GET", "/api/v1/reports"), ("POST", "/api/v1/reports"), ("POST", "/sign-in")):
        answer = client.open(path, method=method, headers=headers, base_url="http://localhost")
        assert answer.status_code == 403, path
        assert "Location" not in answer.headers
        assert "https" in answer.text


def test_health_is_asked_for_inside_without_tls(site: Any, tmp_path: Path) -> None:
    client = an_application(site, tmp_path, secure_cookies="true").test_client()
    assert client.get("/healthz", base_url="http://127.0.0.1:8000").status_code == 200


@pytest.mark.parametrize(
    ("hops", "claimed", "believed"),
    [
        ("0", "203.0.113.9", "127.0.0.1"),
        ("1", "203.0.113.9", "203.0.113.9"),
        # What the client claimed itself stands before what the one proxy added.
        ("1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
    ],
)
def test_only_the_proxies_that_there_are_say_where_a_request_comes_from(
    site: Any, tmp_path: Path, hops: str, claimed: str, believed: str
) -> None:
    app = an_application(site, tmp_path, proxy_hops=hops)
    seen = []

    @app.after_request
    def look(answer: Response) -> Response:
        seen.append(context.origin().network)
        return answer

    headers = {"X-Forwarded-For": claimed, "X-Real-IP": "198.51.100.2", "Forwarded": "for=198.51.100.3"}
    app.test_client().get("/sign-in", headers=headers)
    assert seen == [believed]


def test_without_a_proxy_nobody_claims_tls_or_another_host(site: Any, tmp_path: Path) -> None:
    client = an_application(site, tmp_path, secure_cookies="true").test_client()
    claims = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    answer = client.get("/sign-in", headers=claims, base_url="http://localhost")
    assert (answer.status_code, answer.headers["Location"]) == (308, "https://localhost/sign-in")


@pytest.mark.parametrize("path", ["/", "/reports", "/api/v1/reports", "/api/v1/openapi.json", "/nowhere"])
def test_no_other_site_may_read_an_answer(site: Any, path: str) -> None:
    client = site.visit("officer").client
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for answer in (client.get(path, headers=asked), client.options(path, headers=asked)):
        assert [name for name in answer.headers.keys() if name.lower().startswith("access-control")] == []  # noqa: SIM118  no mapping


def test_nothing_is_embedded_and_no_base_is_moved(site: Any) -> None:
    policy = site.stranger().get("/sign-in").answer.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(policy)


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/reports", "/static/thidua.css", "/healthz", "/nowhere"])
@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "TRACK"])
def test_a_request_is_never_echoed(site: Any, method: str, path: str) -> None:
    answer = site.stranger().client.open(path, method=method, headers={"X-Canary": "canary"})
    assert answer.status_code in {401, 404, 405}
    assert "canary" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        *("/.git/HEAD", "/.git/config", "/.svn/entries", "/.env", "/secret-key", "/var/secret-key"),
        *("/static", "/static/", "/static/thidua.css.map", "/templates/layout.html", "/wsgi.py", "/config/base.toml"),
        *("/static/../app.py", "/static/%2e%2e/app.py", "/console", "/debug", "/docs", "/metrics", "/server-status"),
    ],
)
def test_nothing_lies_about_to_be_found(site: Any, path: str) -> None:
    assert site.visit("admin").get(path).status == 404


@pytest.mark.parametrize(
    ("who", "path", "kind"),
    [
        ("stranger", "/sign-in", "text/html; charset=utf-8"),
        ("officer", "/nowhere", "text/html; charset=utf-8"),
        ("officer", "/reports", "text/html; charset=utf-8"),
        ("officer", "/api/v1/reports", "application/json"),
        ("officer", "/api/v1/nowhere", "application/problem+json"),
        ("stranger", "/api/v1/openapi.json", "application/json"),
        ("stranger", "/healthz", "application/json"),
    ],
)
def test_every_answer_says_what_it_is_and_in_which_letters(site: Any, who: str, path: str, kind: str) -> None:
    visitor = site.stranger() if who == "stranger" else site.visit(who)
    answer = visitor.get(path).answer
    assert answer.content_type == kind
    answer.data.decode("utf-8")
    if "json" in kind:
        assert answer.json is not None
    else:
        assert answer.text.startswith("<!doctype html>")


def test_an_error_while_permission_is_judged_lets_nobody_through(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    site.file()
    officer = site.visit("officer")
    assert "Hữu Lũng" in officer.get("/reports/1").answer.text

    def fail(*_: object) -> None:
        raise RuntimeError("the judge is ill")

    monkeypatch.setattr(reading, "require", fail)
    monkeypatch.setattr(reading, "require_unit", fail)
    page = officer.get("/reports/1")
    assert page.status == 500
    assert "Hữu Lũng" not in page.answer.text
    assert "ill" not in page.answer.text


@pytest.mark.parametrize("place", ["token", "access_token", "session", "secret", "api_key"])
def test_a_token_in_the_address_is_no_token(site: Any, place: str) -> None:
    secret = issue_token(site.here.host, name="officer", label="thử")
    client = site.stranger().client
    assert client.get(f"/api/v1/reports?{place}={secret}").status_code == 401
    assert client.get("/api/v1/reports", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    assert client.get("/reports", headers={"Authorization": f"Bearer {secret}"}).status_code == 303


def test_addresses_carry_codes_and_numbers_only(site: Any) -> None:
    named = {name for rule in site.app.url_map.iter_rules() for name in rule.arguments}
    numbers = {name for name in named if name.endswith("_id") or name in {"number", "revision"}}
    # A handle is a part of a digest, which opens nothing; hashed is the name of a file of our own.
    assert named - numbers <= {"campaign", "period", "unit", "duty", "handle", "hashed"}


def test_a_changed_cookie_is_no_cookie(site: Any) -> None:
    visitor = site.visit("reporter")
    whole = visitor.client.get_cookie("thidua").value
    payload, stamp, mark = whole.rsplit(".", 2)
    other = site.visit("officer").client.get_cookie("thidua").value.rsplit(".", 2)[0]
    assert visitor.get("/reports/due").status == 200
    for forged in (f"{other}.{stamp}.{mark}", f"{payload}.{stamp}.{mark[:-2]}AA", payload, f"{payload}.{stamp}.", ""):
        visitor.client.set_cookie("thidua", forged)
        assert visitor.get("/reports/due").location.startswith("/sign-in"), forged


def test_every_page_of_a_person_offers_to_leave(site: Any) -> None:
    for who in ("reporter", "officer", "leader", "observer", "admin", "newcomer"):
        visitor = site.visit(who)
        for path in ("/", "/campaigns", "/nowhere"):
            page = visitor.get(path)
            while page.status == 303:
                page = visitor.get(page.location)
            [form] = [form for form in page.html.all("form") if form.attributes.get("action") == "/sign-out"]
            assert form.attributes["method"].lower() == "post"
            assert "Đăng xuất" in form.text


def test_the_password_is_masked_and_left_to_password_managers(site: Any) -> None:
    page = site.stranger().get("/sign-in").html
    [password] = page.all("input", type="password")
    [name] = page.all("input", name="name")
    assert password.attributes["autocomplete"] == "current-password"
    assert name.attributes["autocomplete"] == "username"
    assert not {"maxlength", "pattern", "onpaste", "readonly"} & password.attributes.keys()


def test_what_is_signed_in_with_is_asked_for_in_a_form_that_posts(site: Any) -> None:
    page = site.stranger().get("/sign-in").html
    for form in page.all("form"):
        if form.all("input", type="password"):
            assert form.attributes["method"].lower() == "post"
    visitor = site.stranger()
    assert visitor.get("/sign-in", query_string={"name": "reporter", "password": site.password}).status == 200
    assert not visitor.is_signed_in()


# --- ways in --------------------------------------------------------------------------------------


def test_a_password_does_not_run_out(site: Any) -> None:
    site.visit("reporter")
    site.here.clock.instant += timedelta(days=1000)
    assert site.visit("reporter").get("/my-account").status == 200


def test_signing_in_anew_ends_the_session_that_was_there(site: Any) -> None:
    visitor = site.visit("officer")
    kept = visitor.client.get_cookie("thidua").value
    form = {"name": "officer", "password": site.password, "next": "/"}
    assert visitor.post("/sign-in", form).status == 303
    assert visitor.get("/reports").status == 200
    visitor.client.set_cookie("thidua", kept)
    assert visitor.get("/reports").location.startswith("/sign-in")


def test_a_password_set_by_a_code_leaves_the_second_factor_in_force(site: Any) -> None:
    officer = site.visit("officer")
    seed = officer.get("/second-factor/set-up").html.one("code", class_="seed").text.replace(" ", "")
    code = pyotp.TOTP(seed).at(int(site.here.clock.now().timestamp()))
    assert officer.post("/second-factor/set-up", {"code": code}).status == 200
    reset = reset_by_code(site.here.host, None, site.here.actors["officer"].account_id).text
    new = "tắc kè bông 7 lần gõ cửa"
    assert site.stranger().post("/join", {"code": reset, "password": new, "again": new}).status == 200
    visitor = site.stranger()
    assert visitor.sign_in("officer", new).location.startswith("/sign-in/second")
    assert visitor.get("/reports").location.startswith("/sign-in?")


@pytest.mark.parametrize("digest", [hashlib.sha1, hashlib.sha512, hashlib.md5])
def test_a_cookie_is_taken_with_one_algorithm_only(site: Any, digest: Any) -> None:
    """Even by the right key; a cookie has no place to name another."""
    visitor = site.visit("officer")
    signs = site.app.session_interface.get_signing_serializer(site.app)
    held = signs.loads(visitor.client.get_cookie("thidua").value)
    options = {"key_derivation": "hmac", "digest_method": digest}
    other = URLSafeTimedSerializer("x" * 40, salt="cookie-session", serializer=signs.serializer, signer_kwargs=options)
    same = URLSafeTimedSerializer(
        "x" * 40, salt="cookie-session", serializer=signs.serializer, signer_kwargs=signs.signer_kwargs
    )
    visitor.client.set_cookie("thidua", other.dumps(held))
    assert visitor.get("/reports").location.startswith("/sign-in")
    visitor.client.set_cookie("thidua", same.dumps(held))
    assert visitor.get("/reports").status == 200


def test_sessions_begin_in_three_places_alone() -> None:
    """After the password, after the code where there is a second factor, and after the provider: no fourth way in."""
    begun = {
        path.name
        for path in PRODUCT
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] in {"begin_session", "start_session"}
    }
    assert begun == {"sessions.py", "second_factors.py", "single_sign_on.py"}


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/accounts/invite", {"name": "moi", "full_name": "Người mới", "position": "", "role": "admin"}),
        ("/accounts/{officer}/memberships", {"role": "admin"}),
        ("/accounts/{officer}/reset", {}),
        ("/accounts/{officer}/hand-over", {"name": "moi", "full_name": "Người mới", "position": "", "successor": ""}),
        ("/accounts/second-factor-reset", {"name": "officer"}),
        ("/my-account/tokens", {"label": "x", "days": "30", "scopes": ["manage_accounts"]}),
    ],
)
def test_what_opens_doors_asks_first_who_is_there(site: Any, path: str, form: dict[str, Any]) -> None:
    admin = site.visit("admin")
    site.here.clock.instant += timedelta(minutes=11)
    dates = {"unit": "", "since": "", "last_on": ""} if "accounts/" in path and "role" in form else {}
    dates = {"last_on": ""} if path.endswith("hand-over") else dates
    asked = admin.post(path.format(officer=site.here.actors["officer"].account_id), {**form, **dates})
    assert asked.status == 403
    assert [each.attributes["action"] for each in asked.html.one("main").all("form")] == ["/confirm"]


# --- what is written down -------------------------------------------------------------------------


def test_an_answer_its_entry_and_the_list_of_entries_carry_one_number(site: Any) -> None:
    refused = site.visit("reporter").get("/operator/jobs").answer
    assert refused.status_code == 403
    headers = {"Authorization": f"Bearer {issue_token(site.here.host, name='officer', label='thử')}"}
    listed = site.stranger().client.get("/api/v1/audit?act=refusal", headers=headers).json
    [entry] = [each for each in listed["entries"] if each["request_id"] == refused.headers["X-Request-ID"]]
    assert (entry["account"], entry["network"], entry["door"]) == ("reporter", "127.0.0.1", "web")
    assert datetime.fromisoformat(entry["at"]).utcoffset() == timedelta(0)


def test_lines_go_to_standard_error_and_nowhere_else() -> None:
    """Whoever starts the program keeps them; nothing of it opens a file or a connection for a log."""
    elsewhere = re.compile(r"\w*Handler\(|logging\.(?:handlers|config)|basicConfig|dictConfig|fileConfig|\bsyslog\b")
    assert len(PRODUCT) > 100
    found = {str(path): elsewhere.findall(path.read_text(encoding="utf-8")) for path in PRODUCT}
    assert {Path(name).name: each for name, each in found.items() if each} == {"log_lines.py": ["StreamHandler("]}
    keeps = {
        str(path.relative_to(path.parents[1])) for path in PRODUCT if "LogFile(" in path.read_text(encoding="utf-8")
    }
    assert keeps == {"supervisor/__main__.py"}
