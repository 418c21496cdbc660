"""The main job with a real browser: a district files, the worker counts, the Office sees it happen."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect
from playwright.sync_api import sync_playwright

from tests.support.patience import PATIENCE_S

pytestmark = [pytest.mark.browser, pytest.mark.broker]

SAMPLE = json.loads((Path(__file__).parents[1] / "samples" / "P01.json").read_text(encoding="utf-8"))
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PASSWORD = "cu-thu-cho-quen-tay"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        if os.environ.get("THIDUA_REQUIRE_ALL_TESTS"):
            pytest.fail("no Chromium on this machine")
        pytest.skip("NO CHROMIUM FOUND: the main job is not tested in a browser")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield started
        started.close()


def signed_in(browser: Browser, address: str, name: str, complaints: list[str]) -> Page:
    expect.set_options(timeout=PATIENCE_S * 1000)
    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.set_default_timeout(PATIENCE_S * 1000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)
    page.goto(f"{address}/")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def press_file(page: Page) -> None:
    """File by the keys alone: to the button, press it."""
    page.keyboard.press("Alt+s")
    page.keyboard.press("Enter")


def vietnamese(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}".replace(",", ".")
    text = str(value)
    return re.sub(r"^(\d{4})-(\d{2})-(\d{2})$", r"\3/\2/\1", text)


def test_a_district_files_and_the_office_sees_the_total_change_without_a_reload(
    tree: Callable[..., Any], browser: Browser
) -> None:
    running = tree()
    running.wait_for_all()
    complaints: list[str] = []
    office = signed_in(browser, running.address, "office", complaints)
    before = running.client("office").status("2021-9M")
    assert (before["filing"]["overdue"], before["filing"]["late"]) == (3, 1)
    office.evaluate("window.notReloaded = true")

    district = signed_in(browser, running.address, "reporter-ls-186-vhtt", complaints)
    expect(district.locator("main")).to_contain_text("16/9/2021")
    district.goto(f"{running.address}/campaigns/ATGT-2021/periods/2021-9M/units/LS-186-VHTT/form")
    press_file(district)
    # Every empty cell is named at once, at its place, and nothing was filed.
    expect(district.locator("[aria-invalid=true]").first).to_be_visible()
    assert district.locator("[aria-invalid=true]").count() >= 15

    values = SAMPLE["fields"] | {"stations_total": 20, "difficulties": "Không có"}
    for name, value in values.items():
        control = district.locator(f'[name="/fields/{name}"]')
        if value is None or control.count() == 0:
            continue
        if control.evaluate("element => element.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(vietnamese(value))
    for name, topics in SAMPLE["by_topic"].items():
        for topic, value in topics.items():
            district.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            district.fill(f'[name="/by_topic/{name}/{topic}"]', str(value))
    # A slip is shown with what was typed, then mended.
    district.fill('[name="/fields/banners"]', "24,5")
    press_file(district)
    wrong = district.locator('[name="/fields/banners"][aria-invalid=true]')
    expect(wrong).to_have_value("24,5")
    district.fill('[name="/fields/banners"]', "24")
    press_file(district)
    # Doubtful figures, such as far more than the quarter before, are asked about and confirmed.
    confirm = district.locator("[name=confirm_warnings]")
    expect(confirm).to_be_visible()
    assert district.locator("#ket-qua").inner_text().strip()
    confirm.check()
    press_file(district)
    district.wait_for_url(re.compile(r"/receipts/0"))
    expect(district.locator("main")).to_contain_text(re.compile(r"BN-\d{6}"))
    expect(district.locator("main")).to_contain_text("17/09/2021")

    row = office.locator("tr", has_text="Hữu Lũng").filter(has_text="Nộp muộn").first
    expect(row).to_be_visible()
    assert office.evaluate("window.notReloaded") is True
    after = running.client("office").status("2021-9M")
    assert (after["filing"]["overdue"], after["filing"]["late"]) == (2, 2)
    total = {entry["key"]: entry["provisional"] for entry in after["indicators"]}
    earlier = {entry["key"]: entry["provisional"] for entry in before["indicators"]}
    assert total["N10.district"] == earlier["N10.district"] + SAMPLE["fields"]["radio_items"]
    assert complaints == []
