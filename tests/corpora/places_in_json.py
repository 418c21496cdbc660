"""Places in bodies of JSON: each whole body, and a text at every pointer of a sound one.

Sound bodies stand in one table; a test fails on an address that has none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from werkzeug.test import TestResponse

from tests.corpora.asking import Place
from tests.corpora.asking import ask
from tests.corpora.site import CAMPAIGN
from tests.corpora.site import PERIOD
from tests.corpora.site import Site

__all__ = ["in_json", "sound_bodies"]


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


def in_json(site: Site) -> Iterator[Place]:
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
    return ask(site, who, "POST", path, data=case, content_type="application/json", headers=ours)
