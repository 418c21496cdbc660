"""Places in forms as pages show them, to everybody who is shown one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from urllib.parse import quote
from urllib.parse import urlsplit
from zlib import crc32

from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.corpora.asking import Place
from tests.corpora.asking import ask
from tests.corpora.asking import filled
from tests.corpora.asking import methods_of
from tests.corpora.asking import quoted
from tests.corpora.asking import sound_parts
from tests.corpora.pages import Form
from tests.corpora.pages import forms_of
from tests.corpora.site import Site

__all__ = ["in_controls"]


def in_controls(site: Site) -> Iterator[Place]:
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
        if "GET" not in methods_of(rule) or rule.rule.startswith(("/api/", "/static")):
            continue
        sound = sound_parts(site, rule)
        variants = [{**sound, "unit": unit} for unit in units] if "unit" in sound else [sound]
        if "report_id" in sound:
            variants += [{**sound, "report_id": str(report)} for report in site.reports.values()]
        for values in variants:
            path = filled(rule, values)
            of_unit = f"reporter-{values.get('unit', site.filed_unit)}".lower()
            for who in dict.fromkeys((of_unit, f"reporter-{site.filed_unit}".lower(), "head", "office", "admin")):
                page = ask(site, who, "GET", path)
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
    pairs.append(f"{quote(name, safe='')}={quoted(case)}")
    if method == "GET":
        return ask(site, who, "GET", path, "&".join(pairs))
    typed = "application/x-www-form-urlencoded"
    return ask(site, who, "POST", path, data="&".join(pairs).encode(), content_type=typed)
