"""Places in what comes before a body: parts of the address, parameters, headers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from werkzeug.routing import Rule
from werkzeug.test import TestResponse

import thidua.web
from tests.corpora.asking import Place
from tests.corpora.asking import ask
from tests.corpora.asking import filled
from tests.corpora.asking import methods_of
from tests.corpora.asking import quoted
from tests.corpora.asking import sound_parts
from tests.corpora.asking import who_may
from tests.corpora.site import Site
from thidua.web.api.document import document

__all__ = ["declared", "in_headers", "in_paths", "in_queries", "read_names"]

_WEB = Path(thidua.web.__file__).parent
_HEADERS = (
    *("Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Content-Type", "Cookie", "Host"),
    *("Idempotency-Key", "If-Match", "If-None-Match", "If-Modified-Since", "Origin", "Range", "Referer"),
    *("Sec-Fetch-Site", "X-CSRFToken", "X-Forwarded-For", "X-Forwarded-Host", "X-HTTP-Method-Override"),
)


def in_paths(site: Site) -> Iterator[Place]:
    for rule in site.app.url_map.iter_rules():
        sound = sound_parts(site, rule)
        who = who_may(site, rule) if "GET" in methods_of(rule) else "office"
        for method in methods_of(rule):
            for name in sorted(rule.arguments):

                def throw(
                    site: Site,
                    case: bytes,
                    *,
                    rule: Rule = rule,
                    name: str = name,
                    method: str = method,
                    who: str = who,
                    sound: dict[str, str] = sound,
                ) -> TestResponse:
                    return ask(site, who, method, filled(rule, {**sound, name: quoted(case)}))

                yield Place("path", f"{method} {rule.endpoint}", name, throw)


def read_names(attribute: str) -> set[str]:
    """Return every name that the web layer reads from ``request.<attribute>``, out of its source."""
    found: set[str] = set()
    for file in _WEB.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call | ast.Subscript | ast.Compare | ast.BinOp) and (
                f"request.{attribute}" in ast.unparse(node)
            ):
                found |= {
                    each.value
                    for each in ast.walk(node)
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                }
    return {name for name in found if re.fullmatch(r"[A-Za-z][A-Za-z_-]*", name)}


def declared(site: Site) -> dict[str, dict[str, Any]]:
    """Return the OpenAPI document's operations by method and rule."""
    described = document(site.here.host)
    paths: Any = described["paths"]
    found = {}
    for path, operations in paths.items():
        for method, operation in operations.items():
            found[f"{method.upper()} {re.sub(r'[{][^}]*[}]', '*', path)}"] = operation
    return found


def _operation(site: Site, rule: Rule, method: str) -> dict[str, Any]:
    path = re.sub(r"<[^>]*>", "*", rule.rule).removeprefix("/api/v1")
    found: dict[str, Any] = declared(site).get(f"{method} {path}", {})
    return found


def in_queries(site: Site) -> Iterator[Place]:
    inputs = [each["name"] for each in declared(site)["GET /campaigns/*/status/inputs"]["parameters"]]
    of_pages = sorted(read_names("args") | set(inputs))
    for rule in site.app.url_map.iter_rules():
        path, endpoint = filled(rule, sound_parts(site, rule)), rule.endpoint
        for method in methods_of(rule):
            if rule.rule.startswith("/api/"):
                parameters = _operation(site, rule, method).get("parameters", [])
                names = [each["name"] for each in parameters if each.get("in") == "query"]
            else:
                names = of_pages if method == "GET" else []
            if not names:
                continue
            who = who_may(site, rule)
            # One more, which nobody knows.
            for name in [*names, "xyz"]:
                others = _beside(endpoint, name)
                yield Place("query", f"{method} {endpoint}", name, partial(_in_query, who, method, path, name, others))


def _beside(endpoint: str, name: str) -> str:
    """Return what an address needs besides the parameter at hand, so that this one is read at all."""
    if endpoint not in {"api.inputs", "inputs.show"} or name in {"register", "duty", "target", "filing", "indicator"}:
        return ""
    return "&duty=D1" if name == "state" else "&indicator=N10.district"


def _in_query(who: str, method: str, path: str, name: str, others: str, site: Site, case: bytes) -> TestResponse:
    return ask(site, who, method, path, f"{name}={quoted(case)}{others}")


def in_headers(site: Site) -> Iterator[Place]:
    names = sorted({*_HEADERS, *read_names("headers")})
    for endpoint, method in (
        *(("api.file", "POST"), ("api.one", "GET"), ("api.accept", "POST"), ("api.change_obligation", "POST")),
        *(("form.show", "GET"), ("form.file", "POST"), ("status.fragment", "GET"), ("evidence.file", "GET")),
        *(("sign_in.ask", "GET"), ("sign_in.enter", "POST"), ("sign_in.again", "POST"), ("static", "GET")),
        ("api.status", "GET"),
    ):
        rule = next(each for each in site.app.url_map.iter_rules(endpoint) if method in (each.methods or ()))
        path, who = filled(rule, sound_parts(site, rule)), who_may(site, rule)
        options = {} if method == "GET" else {"data": b"{}", "content_type": "application/json"}
        for name in names:
            yield Place("header", f"{method} {endpoint}", name, partial(_in_header, who, method, path, name, options))


def _in_header(
    who: str, method: str, path: str, name: str, options: dict[str, Any], site: Site, case: bytes
) -> TestResponse:
    # A server lets no line end into a header; every other byte it hands on as it came.
    text = re.sub(rb"[\r\n\x00]", b"", case).decode("latin-1")
    if name == "Authorization":
        text = f"Bearer {text}"
    key = name.upper().replace("-", "_")
    environ = {key if key == "CONTENT_TYPE" else f"HTTP_{key}": text}
    return ask(site, who, method, path, environ_overrides=environ, **options)
