"""Stored texts on every page that shows them, in a real browser with a trap for whatever would come alive."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from typing import Any

from playwright.sync_api import Dialog
from playwright.sync_api import Page as Window
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from tests.corpora.cases import Text
from tests.corpora.keeping import texts_of_form
from tests.corpora.site import CAMPAIGN
from tests.corpora.site import PERIOD
from tests.corpora.site import Site
from tests.corpora.tally import Tally

__all__ = ["NoBrowserError", "look_at_pages"]

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
#: Told before any script of the page: whatever a policy stopped is written down.
_TRAP = """
window.__stopped = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.__stopped.push(event.violatedDirective + " " + event.blockedURI + " " + event.sample);
});
for (const name of ["alert", "confirm", "prompt", "print"]) {
  window[name] = () => { window.__stopped.push(name + " was called"); };
}
"""


class NoBrowserError(Exception):
    """No Chromium on this machine."""


def look_at_pages(site: Site, cases: Sequence[Text], *, examples: int, seed: int) -> Tally:
    """Store the texts, as many at once as a form has cells for, and open every page that shows them.

    Args:
        site: where.
        cases: the texts; those that a form refuses are seen on the page that refuses them.
        examples: most pages opened.
        seed: told only, nothing is drawn.
    """
    tally = Tally("browser", seed=seed, cases=len(cases))
    pointers = [pointer for pointer in texts_of_form(site, "A") if pointer.startswith("/fields/")]
    pointers += ["/prepared_by/full_name", "/prepared_by/position"]
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    with _served(site) as address, _window(tally, address) as window:
        unit = site.units["A"]
        place = f"/campaigns/{CAMPAIGN}/periods/{PERIOD}/units/{unit}"
        for start in site.portion.of(range(0, len(cases), len(pointers))):
            if tally.thrown >= examples:
                break
            chosen = dict(zip(pointers, cases[start : start + len(pointers)], strict=False))
            report = _store(site, tally, unit, chosen)
            _look(site, tally, window, site.reporter("A"), f"{place}/form", chosen)
            if report:
                for who, path in (
                    (site.reporter("A"), f"/reports/{report}"),
                    (site.reporter("A"), f"/reports/{report}/receipts/0"),
                    ("office", f"/reports/{report}"),
                    ("office", f"/reports/{report}/return"),
                    ("office", f"/reports/{report}/likeness"),
                    ("office", f"/campaigns/{CAMPAIGN}/periods/{PERIOD}/acceptance"),
                ):
                    _look(site, tally, window, who, path, chosen)
                _give_back(site, tally, report, list(chosen.values()))
                for who, path in (
                    (site.reporter("A"), f"/reports/{report}"),
                    ("office", f"/reports/{report}"),
                    (site.reporter("A"), f"{place}/form"),
                    (site.reporter("A"), "/reports/due"),
                    ("office", f"/campaigns/{CAMPAIGN}/status?period={PERIOD}"),
                ):
                    _look(site, tally, window, who, path, {})
            site.restore()
    return tally


def _store(site: Site, tally: Tally, unit: str, chosen: dict[str, Text]) -> int:
    """Put the texts into the draft and, without those refused, into a report; returns its id, 0 if none was taken."""
    who = site.reporter("A")
    person = site.speaker(who)
    cells = {pointer: case.text.replace("\x00", "") for pointer, case in chosen.items() if not _halves(case.text)}
    path = f"/campaigns/{CAMPAIGN}/periods/{PERIOD}/units/{unit}/draft"
    saved = person.client.post(path, json={"base": 0, "cells": cells}, headers={"X-CSRFToken": person.csrf})
    if saved.status_code != 200:
        tally.fail("draft refused", saved.text[:300])
    envelope: dict[str, Any] = site.envelope("A")
    while True:
        body = {**envelope, "fields": dict(envelope["fields"]), "prepared_by": dict(envelope["prepared_by"])}
        for pointer, text in cells.items():
            _, part, name = pointer.split("/")
            body[part][name] = text
        answer = site.api(who, "POST", "/reports", json=body)
        if answer.status_code == 201:
            assert answer.json is not None
            return int(answer.json["report"])
        assert answer.json is not None
        wrong = {cell for error in answer.json.get("errors", []) for cell in error["cells"]} & cells.keys()
        if not wrong:
            return 0
        cells = {pointer: text for pointer, text in cells.items() if pointer not in wrong}


def _give_back(site: Site, tally: Tally, report: int, cases: list[Text]) -> None:
    """Send the report back with texts as its reason, remarks and what they quote; those refused are left out."""
    kept = [case.text for case in cases if not _halves(case.text)]
    given = 0
    for reason, said in pairwise(kept):
        remarks = [{"cell": "/fields/banners", "text": said, "quote": ""}]
        body = {"revision": 0, "reason": reason, "incomplete": False, "remarks": remarks}
        if site.api("office", "POST", f"/reports/{report}/return", json=body).status_code == 200:
            given = 1
            break
    tally.figures["given back"] = tally.figures.get("given back", 0) + given


def _halves(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def _look(site: Site, tally: Tally, window: Window, who: str, path: str, chosen: dict[str, Text]) -> None:
    """Open one page as one person, wait until its scripts have settled, and read the trap."""
    told = f"{path} by {who} with {', '.join(case.name for case in chosen.values())}"
    person = site.speaker(who)
    cookie = person.client.get_cookie("thidua")
    assert cookie is not None
    window.context.clear_cookies()
    window.context.add_cookies([{"name": "thidua", "value": cookie.value, "url": window.url_of}])  # type: ignore[attr-defined]
    answer = window.goto(window.url_of + path)  # type: ignore[attr-defined]
    tally.thrown += 1
    if answer is not None:
        tally.answers[f"{answer.status // 100}xx"] += 1
        if answer.status >= 400:
            tally.fail("page refused", f"{answer.status} {told}")
    for said in window.evaluate("window.__stopped"):
        tally.fail("came alive", f"{said}: {told}")
    for said in window.heard:  # type: ignore[attr-defined]
        tally.fail("browser complained", f"{said}: {told}")
    window.heard.clear()  # type: ignore[attr-defined]
    if path.endswith("/form"):
        for pointer, case in chosen.items():
            control = window.locator(f"[name='{pointer}']")
            if control.count() == 1:
                _compare(tally, pointer, case, control.input_value())


def _compare(tally: Tally, pointer: str, case: Text, found: str) -> None:
    """Hold what stands in a control against what was typed: a control drops line ends that it has no room for."""
    wanted, seen = ("".join(text.split()) for text in (case.text, found))
    if wanted and not _halves(wanted) and "\x00" not in wanted:
        tally.figures["read back"] = tally.figures.get("read back", 0) + 1
        if wanted != seen:
            tally.fail("shown otherwise", f"{pointer} <- {case.name}: {wanted[:40]!r} as {seen[:40]!r}")


@contextmanager
def _served(site: Site) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    serving = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    serving.join()
    server.server_close()


@contextmanager
def _window(tally: Tally, address: str) -> Iterator[Window]:
    program = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise NoBrowserError("no Chromium on this machine")
    heard: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_QUIET))
        window = browser.new_context(locale="vi-VN").new_page()
        window.add_init_script(_TRAP)
        window.on("dialog", partial(_dismissed, heard))
        window.on("pageerror", lambda error: heard.append(f"page error {error}"))
        window.on("console", lambda said: heard.append(said.text) if said.type == "error" else None)
        window.on(
            "request", lambda asked: heard.append(f"asked {asked.url}") if _is_foreign(asked.url, address) else None
        )
        window.heard, window.url_of = heard, address  # type: ignore[attr-defined]
        yield window
        browser.close()
    tally.places = 12


def _dismissed(heard: list[str], dialog: Dialog) -> None:
    heard.append(f"dialog {dialog.message}")
    dialog.dismiss()


def _is_foreign(url: str, address: str) -> bool:
    return not url.startswith((address + "/", "data:", "blob:", "about:"))
