"""Second factors in Chromium: set up from the page alone, asked for at the door and within a page that stays open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyotp
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

BANNERS = "/fields/banners"


def code_of(site: Any, seed: str) -> str:
    return pyotp.TOTP(seed).at(int(site.here.clock.now().timestamp()))


def test_a_person_sets_it_up_and_goes_on_with_it_where_the_session_ended(site: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open("/second-factor")
    page.get_by_role("link", name="Thiết lập").click()
    square = page.get_by_role("img", name="Hình vuông để ứng dụng xác thực quét")
    expect(square).to_be_visible()
    assert square.evaluate("image => image.complete && image.naturalWidth > 100")
    seed = page.locator("code.seed").inner_text().replace(" ", "")
    page.get_by_label("Mã 6 số").fill(code_of(site, seed))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Mã dự phòng")).to_be_visible()
    expect(page.locator("ol.codes li")).to_have_count(10)
    paper = page.locator("ol.codes li").first.inner_text()

    site.here.clock.instant += timedelta(seconds=30)
    page = person.open(site.form)
    # Left alone for longer than a session may be.
    site.here.clock.instant += timedelta(minutes=31)
    person.cell(BANNERS).fill("24")
    dialog = page.get_by_role("dialog", name="Phiên làm việc đã hết")
    expect(dialog).to_be_visible()
    expect(page.locator("#ma-vao-lai")).to_be_hidden()
    page.fill("#mat-khau-vao-lai", site.password)
    page.keyboard.press("Enter")
    expect(page.locator("#ma-vao-lai")).to_be_focused()
    expect(page.locator("#mat-khau-vao-lai")).to_be_hidden()
    page.keyboard.type("000000" if code_of(site, seed) != "000000" else "111111")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("Mã không đúng")
    page.keyboard.type(code_of(site, seed))
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator(".kept-line.saved")).to_be_visible()
    expect(person.cell(BANNERS)).to_have_value("24")
    expect(person.cell(BANNERS)).to_be_focused()

    person.page.context.clear_cookies()
    page = person.open("/sign-in")
    page.fill("#name", "reporter")
    page.fill("#password", site.password)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Mã 6 số trên điện thoại")).to_be_focused()
    page.get_by_text("Không có điện thoại ở đây?").click()
    page.get_by_label("Mã dự phòng").fill(paper)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
