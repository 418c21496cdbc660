"""The way between pages: one line on a desk, reached by keys, and without a script."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 360, "height": 800}
PEOPLE = ("reporter", "officer", "leader", "observer", "admin")
FOLDS = {"officer", "admin"}


@pytest.mark.parametrize("name", PEOPLE)
def test_it_takes_one_line_on_a_desk(site: Any, windows: Any, name: str) -> None:
    page = windows(name, DESKTOP).open("/nowhere")
    bottoms = page.locator(".top nav > a, .top nav > details > summary, .top .brand, .top .me").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect()).map(box => [box.top, box.bottom])"
    )
    first = bottoms[0]
    # Each of them overlaps the first in height: nothing has gone to a second line.
    assert all(top < first[1] and first[0] < bottom for top, bottom in bottoms), bottoms
    assert page.locator(".top details").count() == (name in FOLDS)


def test_what_runs_the_place_unfolds_by_keys_and_without_a_script(site: Any, windows: Any) -> None:
    page = windows("admin", DESKTOP, scripts=False).open("/")
    jobs = page.get_by_role("link", name="Việc máy đang làm")
    expect(jobs).to_be_hidden()
    page.locator(".top summary").focus()
    page.keyboard.press("Enter")
    expect(jobs).to_be_visible()
    page.keyboard.press("Tab")
    expect(jobs).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/jobs")
    # Folded again, and still told to be where one is.
    expect(page.locator(".top summary.here")).to_have_count(1)
    expect(page.locator(".top a[aria-current='page']")).to_have_text("Việc máy đang làm")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("name", sorted(FOLDS))
def test_unfolded_it_is_whole_and_accessible(site: Any, windows: Any, name: str, size: dict[str, int]) -> None:
    page = windows(name, size).open("/")
    page.locator(".top summary").click()
    links = page.locator(".top details a")
    assert links.count() > 1
    for link in links.all():
        expect(link).to_be_in_viewport(ratio=1)
        # What is seen there is the link and not what lies over it, or what it was cut off by.
        link.click(trial=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
