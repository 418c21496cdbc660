"""Every place that takes input, found by walking what the application itself says.

Addresses and methods come from its ``url_map``, parameters and bodies from its OpenAPI document and forms,
query parameters and headers of pages from the source that reads them, controls from the pages as they are shown.
What cannot be found so (a sound body for an address that takes JSON) stands in one table below, and a test
fails on an address that has none.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.parse import urlsplit
from zlib import crc32

from werkzeug.routing import Rule
from werkzeug.test import TestResponse

import thidua.web
from tests.corpora.pages import Form
from tests.corpora.pages import forms_of
from tests.corpora.site import CAMPAIGN
from tests.corpora.site import PERIOD
from tests.corpora.site import Site
from thidua.web.api.document import document
from thidua_testkit.files import a_photo

__all__ = ["BARE", "Place", "all_places", "sound_bodies", "uncovered"]

_WEB = Path(thidua.web.__file__).parent
_ROLES = ("reporter", "office", "admin", "head", "leader", "observer")
_HEADERS = (
    *("Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Content-Type", "Cookie", "Host"),
    *("Idempotency-Key", "If-Match", "If-None-Match", "If-Modified-Since", "Origin", "Range", "Referer"),
    *("Sec-Fetch-Site", "X-CSRFToken", "X-Forwarded-For", "X-Forwarded-Host", "X-HTTP-Method-Override"),
)


@dataclass(frozen=True)
class Place:
    """One place: ``throw`` sends an otherwise sound request with the given bytes in it.

    ``kind`` is path, query, header, value, name, body, control, file, file name or type.
    """

    kind: str
    endpoint: str
    name: str
    throw: Callable[[Site, bytes], TestResponse]

    @property
    def label(self) -> str:
        """How a report of a run names it."""
        return f"{self.endpoint} {self.kind} {self.name}"


def all_places(site: Site) -> list[Place]:
    """Find them all."""
    return [
        *_paths(site),
        *_queries(site),
        *_headers(site),
        *_json_places(site),
        *_controls(site),
        *_uploads(site),
    ]


# --- Addresses


def _sound(site: Site, rule: Rule) -> dict[str, str]:
    """Return sound parts of an address; a part of a new name needs a value here."""
    known = {"campaign": CAMPAIGN, "period": PERIOD, "unit": site.filed_unit, "revision": "0", "hashed": "thidua.css"}
    # Nobody's, so that nobody who asks is disabled on the way.
    known |= dict.fromkeys(("account_id", "membership_id", "prepared_id", "identity_id"), "999999") | {
        "handle": "0" * 16
    }
    return {name: known[name] if name in known else str(site.ids[name]) for name in rule.arguments}


def _filled(rule: Rule, values: Mapping[str, str]) -> str:
    return re.sub(r"<(?:[^:>]*:)?([^>]+)>", lambda match: quote(values[match[1]], safe="%"), rule.rule)


def _methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def _who(site: Site, rule: Rule) -> str:
    """Find somebody whom an address answers."""
    path = _filled(rule, _sound(site, rule))
    for role in _ROLES:
        name = f"reporter-{site.filed_unit}".lower() if role == "reporter" else role
        if _ask(site, name, "GET", path).status_code < 400:
            return name
    return "office"


def _ask(site: Site, who: str, method: str, path: str, query: str = "", **options: Any) -> TestResponse:
    """Send a request whose path and query are taken as they are, by token below the API, else by session."""
    environ = options.pop("environ_overrides", {}) | {
        "PATH_INFO": _unquoted(path),
        "QUERY_STRING": query,
        "REQUEST_URI": path,
        "RAW_URI": path,
    }
    headers = dict(options.pop("headers", {}))
    person = site.speaker(who)
    if path.startswith("/api/"):
        headers.setdefault("Authorization", f"Bearer {person.token}")
        client = site.app.test_client()
    else:
        client = person.client
        if method != "GET":
            headers.setdefault("X-CSRFToken", person.csrf)
    answer = client.open("/x", method=method, headers=headers, environ_overrides=environ, **options)
    if answer.status_code == 303 and answer.headers.get("Location", "").startswith("/sign-in"):
        site.sign_in(person)
    return answer


def _unquoted(path: str) -> str:
    return re.sub(r"%([0-9A-Fa-f]{2})", lambda match: chr(int(match[1], 16)), path)


def _quoted(case: bytes) -> str:
    return "".join(chr(byte) if chr(byte).isalnum() and byte < 128 else f"%{byte:02X}" for byte in case)


def _paths(site: Site) -> Iterator[Place]:
    for rule in site.app.url_map.iter_rules():
        sound = _sound(site, rule)
        who = _who(site, rule) if "GET" in _methods(rule) else "office"
        for method in _methods(rule):
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
                    return _ask(site, who, method, _filled(rule, {**sound, name: _quoted(case)}))

                yield Place("path", f"{method} {rule.endpoint}", name, throw)


# --- Parameters of queries


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


def _queries(site: Site) -> Iterator[Place]:
    inputs = [each["name"] for each in declared(site)["GET /campaigns/*/status/inputs"]["parameters"]]
    of_pages = sorted(read_names("args") | set(inputs))
    for rule in site.app.url_map.iter_rules():
        path, endpoint = _filled(rule, _sound(site, rule)), rule.endpoint
        for method in _methods(rule):
            if rule.rule.startswith("/api/"):
                parameters = _operation(site, rule, method).get("parameters", [])
                names = [each["name"] for each in parameters if each.get("in") == "query"]
            else:
                names = of_pages if method == "GET" else []
            if not names:
                continue
            who = _who(site, rule)
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
    return _ask(site, who, method, path, f"{name}={_quoted(case)}{others}")


# --- Headers


def _headers(site: Site) -> Iterator[Place]:
    names = sorted({*_HEADERS, *read_names("headers")})
    for endpoint, method in (
        *(("api.file", "POST"), ("api.one", "GET"), ("api.accept", "POST"), ("api.change_obligation", "POST")),
        *(("form.show", "GET"), ("form.file", "POST"), ("status.fragment", "GET"), ("evidence.file", "GET")),
        *(("sign_in.ask", "GET"), ("sign_in.enter", "POST"), ("sign_in.again", "POST"), ("static", "GET")),
        ("api.status", "GET"),
    ):
        rule = next(each for each in site.app.url_map.iter_rules(endpoint) if method in (each.methods or ()))
        path, who = _filled(rule, _sound(site, rule)), _who(site, rule)
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
    return _ask(site, who, method, path, environ_overrides=environ, **options)


# --- JSON


def sound_bodies(site: Site) -> dict[str, list[tuple[str, str, object]]]:
    """Return sound JSON bodies by endpoint: who sends it, to where, and what."""
    report, seen = site.reports["submitted"], {"revision": 0}
    empty = site.units["A"]
    place = f"/campaigns/{CAMPAIGN}/periods/{PERIOD}/units/{empty}"
    owes = f"/api/v1/obligations/{CAMPAIGN}/{PERIOD}/{empty}/changes"
    one = f"/api/v1/reports/{report}"
    envelopes: list[tuple[str, str, object]] = [
        (site.reporter(form), "/api/v1/reports", _full(site, form)) for form in sorted(site.units)
    ]
    remark = {"cell": "/fields/banners", "text": "Đếm lại.", "quote": "24"}
    extension = {
        "kind": "extended",
        "ends_at": "2021-09-25T17:00:00+07:00",
        "reason": "Mưa lũ",
        "document_number": "12/CV-UBND",
        "requested_by": "UBND huyện",
        "seen": 0,
    }
    writer = site.reporter("A")
    return {
        "api.file": envelopes,
        "api.accept": [("office", f"{one}/accept", {**seen, "note": "Đã xem."})],
        "api.give_back": [
            ("office", f"{one}/return", {**seen, "reason": "Chưa khớp.", "incomplete": False, "remarks": [remark]})
        ],
        "api.withdraw": [
            (f"reporter-{site.filed_unit}".lower(), f"{one}/withdraw", {**seen, "reason": "Nộp nhầm kỳ."})
        ],
        "api.accept_several": [
            ("office", "/api/v1/reports/accept", {"reports": [{"id": report, "revision": 0}], "note": "Đã xem."})
        ],
        "api.change_obligation": [("office", owes, extension)],
        "api.ask_job": [("admin", "/api/v1/jobs", {"kind": "rebuild", "subject": CAMPAIGN})],
        "draft.save": [(writer, f"{place}/draft", {"base": 0, "cells": {"/fields/banners": "24"}})],
        "draft.carry": [(writer, f"{place}/draft/carry", {})],
        "sign_in.again": [(writer, "/sign-in/again", {"name": "nobody", "password": "x"})],
    }


def _full(site: Site, form: str) -> dict[str, object]:
    """Write a report in which every cell of the form, every column and every part of the envelope stands."""
    composed = site.here.host.catalogue.form(CAMPAIGN, PERIOD, form)
    envelope = site.envelope(form)
    fields: Any = envelope["fields"]
    topic = composed.topics[0].code if composed.topics else ""
    by_topic: Any = envelope["by_topic"]
    for model in composed.fields:
        if model.is_table:
            rows: Any = envelope.get(model.name) or [{}]
            envelope[model.name] = [{column.name: rows[0].get(column.name) for column in model.columns}]
        elif model.columns:
            kept = fields.get(model.name) or {}
            fields[model.name] = {column.name: kept.get(column.name) for column in model.columns}
        else:
            fields.setdefault(model.name, None)
        if model.by_topic:
            by_topic.setdefault(model.name, {topic: None})
    return {
        **envelope,
        "correction_reason": "",
        "comments": {"/fields/banners": "Đã đếm."},
        "answers": [],
        "evidence": {},
        "on_behalf": None,
        "status": "submitted",
        "submitted_at": "2021-09-15T08:00:00+07:00",
        "attachments": [],
    }


#: Where a body's text takes the case; no sound body holds it.
_HERE = "@@here@@"


def _json_places(site: Site) -> Iterator[Place]:
    for endpoint, sound in sound_bodies(site).items():
        for number, (who, path, body) in enumerate(sound):
            told = f"{endpoint} {number}" if number else endpoint
            yield Place("body", told, "", partial(_send, who, path))
            for pointer, marked in _marked(body):
                before, _, after = json.dumps(marked, ensure_ascii=False).partition(json.dumps(_HERE))
                kind = "name" if pointer.endswith("/+") else "value"
                around = before.encode(), after.encode()
                yield Place(kind, told, pointer, partial(_splice, who, path, around))


def _marked(body: object, pointer: str = "") -> Iterator[tuple[str, object]]:
    """Yield the body with a mark at every pointer, and with a marked name in every object."""
    if isinstance(body, dict):
        yield f"{pointer}/+", {_HERE: 1, **body}
        for name, inner in body.items():
            for where, marked in _marked(inner, f"{pointer}/{name.replace('/', '~1')}"):
                yield where, {**body, name: marked}
    elif isinstance(body, list):
        for index, inner in enumerate(body):
            for where, marked in _marked(inner, f"{pointer}/{index}"):
                yield where, [*body[:index], marked, *body[index + 1 :]]
    if pointer:
        yield pointer, _HERE


def _splice(who: str, path: str, around: tuple[bytes, bytes], site: Site, case: bytes) -> TestResponse:
    before, after = around
    return _send(who, path, site, before + case + after)


def _send(who: str, path: str, site: Site, case: bytes) -> TestResponse:
    ours = {"Origin": "http://localhost"} if path == "/sign-in/again" else {}
    return _ask(site, who, "POST", path, data=case, content_type="application/json", headers=ours)


# --- Controls of pages


def _controls(site: Site) -> Iterator[Place]:
    known: set[tuple[str, str]] = set()
    first = list(_forms(site))
    for who, path, form in [*first, *_answered(site, first)]:
        rule = _rule(site, form.method, urlsplit(form.action).path or path)
        if rule is None:
            continue
        told = f"{form.method} {rule.endpoint}"
        action = urlsplit(form.action).path or path
        for name in dict.fromkeys(name for name, _ in (*form.controls, *form.buttons)):
            if name == "csrf_token" or (told, name) in known:
                continue
            known.add((told, name))
            controls = [(each, value) for each, value in form.controls if each not in {name, "csrf_token"}]
            buttons = [each for each in form.buttons if each[0] != name]
            yield Place("control", told, name, partial(_post, who, form.method, action, controls, buttons, name))


def _forms(site: Site) -> Iterator[tuple[str, str, Form]]:
    """Yield every form of every page, as each role sees it for units in different states."""
    units = (
        site.units["A"],
        site.drafting_unit,
        site.returned_unit,
        *(site.units[each] for each in "BCD"),
        site.filed_unit,
    )
    for rule in site.app.url_map.iter_rules():
        if "GET" not in _methods(rule) or rule.rule.startswith(("/api/", "/static")):
            continue
        sound = _sound(site, rule)
        variants = [{**sound, "unit": unit} for unit in units] if "unit" in sound else [sound]
        if "report_id" in sound:
            variants += [{**sound, "report_id": str(report)} for report in site.reports.values()]
        for values in variants:
            path = _filled(rule, values)
            of_unit = f"reporter-{values.get('unit', site.filed_unit)}".lower()
            for who in dict.fromkeys((of_unit, f"reporter-{site.filed_unit}".lower(), "head", "office", "admin")):
                page = _ask(site, who, "GET", path)
                if page.mimetype != "text/html" or page.status_code >= 400:
                    continue
                for form in forms_of(page.text):
                    yield who, path, form
                    for other in form.others:
                        yield who, path, replace(form, action=other)
    # Who is signed in is not asked for a name.
    asked = site.app.test_client().get("/sign-in")
    for form in forms_of(asked.text):
        yield "nobody", "/sign-in", form


def _answered(site: Site, found: list[tuple[str, str, Form]]) -> Iterator[tuple[str, str, Form]]:
    """Yield the forms of the pages that come up after a form was sent."""
    sent: set[tuple[str, str]] = set()
    for who, path, form in found:
        action = urlsplit(form.action).path or path
        rule = _rule(site, form.method, action)
        if form.method == "GET" or rule is None or rule.endpoint == "sign_in.leave" or (rule.endpoint, who) in sent:
            continue
        sent.add((rule.endpoint, who))
        controls = [each for each in form.controls if each[0] != "csrf_token"]
        page = _post(who, form.method, action, controls, form.buttons, "xyz", site, b"")
        if page.mimetype == "text/html":
            yield from ((who, action, each) for each in forms_of(page.text))
    site.restore()


def _rule(site: Site, method: str, path: str) -> Rule | None:
    try:
        endpoint, _ = site.app.url_map.bind("localhost").match(path, method=method)
    except Exception:  # noqa: BLE001  whatever the router says: it is none of ours
        return None
    return next((rule for rule in site.app.url_map.iter_rules(endpoint)), None)


def _post(
    who: str,
    method: str,
    path: str,
    controls: list[tuple[str, str]],
    buttons: list[tuple[str, str]],
    name: str,
    site: Site,
    case: bytes,
) -> TestResponse:
    # One button at a time, each in its turn.
    pressed = [buttons[crc32(name.encode() + case) % len(buttons)]] if buttons else []
    controls = [*controls, *pressed]
    pairs = [f"{quote(each, safe='')}={quote(value, safe='')}" for each, value in controls]
    pairs.append(f"{quote(name, safe='')}={_quoted(case)}")
    if method == "GET":
        return _ask(site, who, "GET", path, "&".join(pairs))
    typed = "application/x-www-form-urlencoded"
    return _ask(site, who, "POST", path, data="&".join(pairs).encode(), content_type=typed)


# --- Files


def _uploads(site: Site) -> Iterator[Place]:
    writer, unit = site.reporter("A"), site.units["A"]
    path = f"/api/v1/campaigns/{CAMPAIGN}/periods/{PERIOD}/units/{unit}/evidence"
    here = f"/campaigns/{CAMPAIGN}/periods/{PERIOD}/units/{unit}"
    photo = a_photo(7, size=(64, 48))
    cell = quote("/fields/banners", safe="")

    def bare(site: Site, case: bytes) -> TestResponse:
        kind = "application/octet-stream"
        query = f"cell={cell}&file_name=tep.jpg"
        return _ask(site, writer, "POST", path, query, data=case, content_type=kind)

    def named(site: Site, case: bytes) -> TestResponse:
        query = f"cell={cell}&file_name={_quoted(case)}"
        return _ask(site, writer, "POST", path, query, data=photo, content_type="image/jpeg")

    def typed(site: Site, case: bytes) -> TestResponse:
        kind = re.sub(rb"[\r\n\x00]", b"", case).decode("latin-1")
        return _ask(
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
    pages = (
        ("api.add_file", path, "file", writer, {"cell": "/fields/banners"}),
        ("form.file", f"{here}/form", "file:/fields/banners", writer, {"action": "attach"}),
        ("paper.file", f"{here}/paper", "file:/on_behalf/scan", "office", {"action": "attach"}),
    )
    for endpoint, where, part, who, others in pages:
        told = f"POST {endpoint}"
        parts = partial(_multipart, who, where, part, others)
        yield Place("file", told, "part", lambda site, case, parts=parts: parts(site, b"tep.jpg", case))  # type: ignore[misc]
        yield Place("file name", told, "part", lambda site, case, parts=parts: parts(site, case, photo))  # type: ignore[misc]
        yield Place("mime", told, "whole", partial(_as_multipart, who, where))


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
    return _ask(site, who, "POST", path, data=case, content_type=f"multipart/form-data; boundary={_BOUNDARY}")


#: Addresses that take nothing but what stands in the address.
BARE = frozenset(
    {
        *("api.cancel_job", "api.retry_job", "api.remove_file", "operator.cancel", "operator.retry", "sign_in.leave"),
        "likeness.draft_part",  # what the form posts to its page, for the script
        *("accounts.disable", "accounts.enable", "accounts.end_sessions", "accounts.reset"),
        *("own_account.end_others", "own_account.end_session", "own_account.read_news", "own_tokens.revoke"),
        *("second_factor.remake_recovery_codes", "second_factor.turn_off", "waiting.confirm", "waiting.decline"),
    }
)
#: What is about one account, whom the throwing would shut out: tried with every column of every table in
#: tests/web/test_strange_fields.py. And what needs a sign-in under way: tests/web/test_second_factor.py.
ELSEWHERE = frozenset(
    {
        *("accounts.change", "accounts.end_membership", "accounts.give", "accounts.hand_over"),
        *("second_factor.set_up", "sign_in.enter_second"),
    }
)


def uncovered(site: Site, places: list[Place]) -> list[str]:
    """Return the endpoints that change something and into whose body nothing is thrown."""
    inside = {"value", "name", "body", "control", "file", "mime"}
    thrown = {part for place in places if place.kind in inside for part in place.endpoint.split()}
    changing = {rule.endpoint for rule in site.app.url_map.iter_rules() if set(_methods(rule)) - {"GET"}}
    return sorted(changing - thrown - BARE - ELSEWHERE)
