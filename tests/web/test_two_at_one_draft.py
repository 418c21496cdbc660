"""Two people at one form, or one whose session ended: no text is lost, none is sent in another's name."""

from __future__ import annotations

from typing import Any

import pytest
from drafts_at_a_window import BANNERS
from drafts_at_a_window import SAVED
from drafts_at_a_window import STAFF
from drafts_at_a_window import line
from drafts_at_a_window import mark
from drafts_at_a_window import stored
from drafts_at_a_window import waiting
from playwright.sync_api import expect

from thidua.domain.accounts import Role

pytestmark = pytest.mark.browser


@pytest.fixture
def two(site: Any) -> Any:
    """The site with a second person of the same unit."""
    site.here.add_account("second", (Role.UNIT_REPORTER, site.unit), password=site.password)
    return site


def test_a_session_that_ended_is_renewed_in_place(site: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    page.context.clear_cookies()
    person.cell(BANNERS).fill("24")
    dialog = page.get_by_role("dialog", name="Phiên làm việc đã hết")
    expect(dialog).to_be_visible()
    expect(page.locator("#ten-vao-lai")).to_have_value("reporter")
    expect(page.locator("#mat-khau-vao-lai")).to_be_focused()
    page.keyboard.type("sai mật khẩu")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("Sai tên hoặc mật khẩu. Hãy thử lại.")
    page.keyboard.type(site.password)
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(line(page)).to_have_text(SAVED)
    assert stored(site) == {BANNERS: "24"}
    expect(person.cell(BANNERS)).to_be_focused()
    # The new token also serves the page's own form.
    page.keyboard.press("Alt+s")
    page.keyboard.press("Enter")
    expect(page.locator("#ket-qua")).to_contain_text("Chưa nộp được: còn")


def test_putting_off_the_password_keeps_everything_and_the_door_open(site: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    page.context.clear_cookies()
    person.cell(BANNERS).fill("24")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    person.cell(STAFF).fill("7")
    expect(line(page)).to_contain_text("phiên làm việc đã hết, 2 ô đang chờ")
    page.get_by_role("button", name="Đăng nhập lại").click()
    page.fill("#mat-khau-vao-lai", site.password)
    page.keyboard.press("Enter")
    expect(line(page)).to_have_text(SAVED)
    assert stored(site) == {BANNERS: "24", STAFF: "7"}


def test_nothing_is_sent_in_the_name_of_somebody_else(two: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(two.form)
    page.context.clear_cookies()
    person.cell(BANNERS).fill("24")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.fill("#ten-vao-lai", "second")
    page.fill("#mat-khau-vao-lai", two.password)
    page.keyboard.press("Enter")
    expect(line(page)).to_contain_text("Bạn vừa đăng nhập bằng tài khoản khác nên 1 ô đang chờ")
    expect(line(page)).to_contain_text("của tài khoản “reporter” không được gửi đi")
    person.cell(STAFF).fill("7")
    page.keyboard.press("Control+s")
    expect(line(page)).to_contain_text("nên 2 ô đang chờ")
    assert stored(two) == {}
    # Nor when that other person opens the form anew: what waits belongs to the first.
    page.on("dialog", lambda dialog: dialog.accept())
    person.open(two.form)
    expect(person.cell(BANNERS)).to_have_value("")
    expect(line(page)).to_be_visible()
    assert stored(two) == {}
    assert waiting(page) == {BANNERS: "24", STAFF: "7"}


def test_two_people_at_one_cell_see_both_texts_and_choose(two: Any, windows: Any) -> None:
    first, second = windows("reporter"), windows("second")
    first.open(two.form)
    second.open(two.form)
    first.cell(BANNERS).fill("24")
    expect(line(first.page)).to_have_text(SAVED)
    second.cell(BANNERS).fill("42")
    box = second.page.get_by_role("group", name="Hai bản của ô A19 Băng rôn, khẩu hiệu")
    expect(box).to_contain_text("Người dùng reporter đã ghi ô này lúc")
    expect(box.get_by_role("alert")).to_be_visible()
    assert stored(two)[BANNERS] == "24"
    # Filing waits for the choice.
    second.page.keyboard.press("Alt+s")
    second.page.keyboard.press("Enter")
    expect(second.page.locator("[data-state]")).to_contain_text("Còn ô có hai bản")
    expect(second.page.locator("#hai-ban")).to_be_focused()
    assert second.page.url.endswith("/form")
    # A reload forgets nothing of it.
    second.page.reload()
    expect(box).to_contain_text("24")
    expect(second.cell(BANNERS)).to_have_value("42")
    box.get_by_role("button", name="Giữ bản của tôi").press("Enter")
    expect(box).to_have_count(0)
    expect(line(second.page)).to_have_text(SAVED)
    expect(second.cell(BANNERS)).to_be_focused()
    assert stored(two)[BANNERS] == "42"


def test_taking_their_text_writes_nothing_over_it(two: Any, windows: Any) -> None:
    first, second = windows("reporter"), windows("second")
    first.open(two.form)
    second.open(two.form)
    first.cell(BANNERS).fill("24")
    expect(line(first.page)).to_have_text(SAVED)
    second.cell(BANNERS).fill("42")
    second.page.get_by_role("button", name="Lấy bản của họ").click()
    expect(second.cell(BANNERS)).to_have_value("24")
    expect(second.page.locator("#hai-ban")).to_be_hidden()
    expect(line(second.page)).to_have_text(SAVED)
    assert stored(two)[BANNERS] == "24"
    assert waiting(second.page) == {}


def test_what_waited_in_a_dead_tab_does_not_overwrite_a_colleague(two: Any, windows: Any) -> None:
    first, second = windows("reporter"), windows("second")
    first.open(two.form)
    first.page.context.set_offline(True)
    first.cell(BANNERS).fill("24")
    expect(line(first.page)).to_contain_text("1 ô đang chờ")
    second.open(two.form)
    second.cell(BANNERS).fill("42")
    expect(line(second.page)).to_have_text(SAVED)
    first.page.on("dialog", lambda dialog: dialog.accept())
    first.page.context.set_offline(False)
    first.open(two.form)
    expect(first.page.get_by_role("group", name="Hai bản")).to_be_visible()
    assert stored(two)[BANNERS] == "42"


def test_cells_others_write_appear_where_nothing_was_typed(two: Any, windows: Any) -> None:
    first, second = windows("reporter"), windows("second")
    first.open(two.form)
    second.open(two.form)
    first.cell(BANNERS).fill("24")
    expect(line(first.page)).to_have_text(SAVED)
    second.cell(STAFF).fill("7")
    expect(second.cell(BANNERS)).to_have_value("24")
    assert stored(two) == {BANNERS: "24", STAFF: "7"}
    # And having seen it, the second may change it.
    second.cell(BANNERS).fill("25")
    expect(mark(second, BANNERS)).to_have_text("đã lưu")
    expect(line(second.page)).to_have_text(SAVED)
    assert stored(two)[BANNERS] == "25"


def test_two_windows_of_one_person_do_not_fight(site: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    other = page.context.new_page()
    other.goto(person.address + site.form)
    there = other.locator(f"[name='{BANNERS}']")
    person.cell(BANNERS).fill("24")
    expect(there).to_have_value("24")
    expect(line(page)).to_have_text(SAVED)
    there.fill("25")
    expect(person.cell(BANNERS)).to_have_value("25")
    expect(line(other)).to_have_text(SAVED)
    person.cell(BANNERS).fill("26")
    expect(line(page)).to_have_text(SAVED)
    page.keyboard.press("Control+s")
    expect(page.locator(".two")).to_have_count(0)
    expect(other.locator(".two")).to_have_count(0)
    assert stored(site) == {BANNERS: "26"}
