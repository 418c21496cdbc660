"""What a form at a window shows of its draft, what waits in the browser, and what the server has."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Page

from thidua.application.reports.drafting import DraftPlace
from thidua.application.reports.drafts import open_draft

BANNERS = "/fields/banners"
PRACTICES = "/fields/good_practices"
STAFF = "/fields/staff_total"

SAVED = re.compile(r"Đã lưu lúc \d\d:\d\d:\d\d")


def stored(site: Any) -> dict[str, str | None]:
    """What the server has, by cell."""
    place = DraftPlace(site.campaign, site.period, site.unit)
    draft = open_draft(site.here.host, site.here.actors["reporter"], place).draft
    return dict(draft.typed) if draft else {}


def line(page: Page) -> Any:
    """The sticky line that says how the draft stands."""
    return page.locator(".kept-line")


def mark(person: Any, pointer: str) -> Any:
    """The mark of one cell."""
    return person.page.locator(".cell", has=person.cell(pointer)).last.locator(".kept").first


def waiting(page: Page) -> dict[str, str]:
    """What the browser's own storage keeps for the server, by cell."""
    kept = page.evaluate("Object.entries(localStorage).filter(([key]) => key.startsWith('thidua '))")
    return {key.rsplit(" ", 1)[1]: json.loads(entry)["text"] for key, entry in kept}
