"""What the pages' own scripts do, in a real browser on the real application."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 360, "height": 800}


def test_a_filed_report_appears_on_the_open_status_page_without_a_reload(site: Any, windows: Any) -> None:
    officer = windows("officer")
    officer.open(site.status)
    expect(officer.page.locator("[data-cell='filing-on_time'] b")).to_have_text("0")
    officer.page.evaluate("window.sameWindow = true")
    officer.page.locator("details[data-key='unknown'] summary").click()

    reporter = windows("reporter")
    reporter.open(site.form)
    reporter.fill(site)
    reporter.page.keyboard.press("Alt+s")
    reporter.page.keyboard.press("Enter")
    expect(reporter.page.locator("h1")).to_contain_text("Giấy biên nhận BN-")
    site.here.drain()

    expect(officer.page.locator("[data-cell='filing-on_time'] b")).to_have_text("1")
    expect(officer.page.locator("[data-cell='p-N10.district']")).to_have_text("26")
    assert officer.page.evaluate("window.sameWindow") is True
    expect(officer.page.locator("details[data-key='unknown']")).to_have_attribute("open", "")
    expect(officer.page.locator("[data-said]")).to_contain_text("Vừa cập nhật")


def test_a_lost_line_is_told_quietly_and_forgotten_when_it_is_back(site: Any, windows: Any) -> None:
    officer = windows("officer")
    page = officer.open(site.status)
    lost = page.locator("[data-offline]")
    expect(lost).to_be_hidden()
    page.route("**/fragment**", lambda route: route.abort())
    expect(lost).to_be_visible()
    page.unroute("**/fragment**")
    expect(lost).to_be_hidden()


def test_the_whole_form_is_filled_from_the_keyboard(site: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    person.cell("/fields/launch_status").focus()
    page.keyboard.type("Ban")
    for text in ("12/KH-VHTT", "2/3/2021", "1234567"):
        page.keyboard.press("Enter")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(person.cell("/fields/launch_status")).to_have_value("own_plan")
    expect(person.cell("/fields/plan_document_date")).to_have_value("2/3/2021")
    # Thousands get their dots on leaving, and Enter never filed anything.
    expect(person.cell("/fields/direction_docs_count")).to_have_value("1.234.567")
    assert page.url.endswith("/form")
    page.keyboard.press("Shift+Enter")
    expect(person.cell("/fields/direction_docs_count")).to_be_focused()


@pytest.mark.parametrize("typed", ["1,5", "1.23", "12a", "1.234,5", "~60", ""])
def test_what_is_not_plainly_a_whole_number_stays_as_typed(site: Any, windows: Any, typed: str) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    person.cell("/fields/banners").fill(typed)
    page.keyboard.press("Tab")
    expect(person.cell("/fields/banners")).to_have_value(typed)


def test_the_mouse_wheel_changes_no_number(site: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    cell = person.cell("/fields/staff_total")
    cell.fill("7")
    cell.hover()
    page.mouse.wheel(0, 400)
    page.keyboard.press("ArrowUp")
    expect(cell).to_have_value("7")


def test_errors_take_the_reader_to_the_summary_and_on_to_the_cell(site: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    person.fill(site, **{"/fields/staff_briefed": "9"})
    page.click("[data-file]")
    expect(page.locator("#ket-qua")).to_be_focused()
    page.locator("#ket-qua a").first.click()
    expect(person.cell("/fields/staff_briefed")).to_be_focused()
    expect(person.cell("/fields/staff_briefed")).to_have_value("9")


def test_two_clicks_file_one_report(site: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    person.fill(site)
    page.dblclick("[data-file]")
    expect(page.locator("h1")).to_contain_text("Giấy biên nhận")
    with site.here.host.work.reading() as work:
        assert [revision.number for revision in work.reports.revisions(1)] == [0]


def test_rows_are_added_and_removed_in_place(site: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    person.cell("/fields/staff_total").fill("7")
    table = page.locator("[data-records='/violations']")
    table.locator("[data-add]").click()
    expect(person.cell("/violations/0/case_id")).to_be_focused()
    person.cell("/violations/0/full_name").fill("Nguyễn Văn Mẫu")
    table.locator("[data-add]").click()
    expect(table.locator("[data-row]")).to_have_count(2)
    expect(table.locator("[data-number]").nth(1)).to_have_text("2")
    page.once("dialog", lambda dialog: dialog.dismiss())
    table.locator("[data-remove]").first.click()
    expect(table.locator("[data-row]")).to_have_count(2)
    table.locator("[data-remove]").nth(1).click()
    expect(table.locator("[data-row]")).to_have_count(1)
    expect(person.cell("/fields/staff_total")).to_have_value("7")


def test_leaving_asks_first_only_where_something_typed_cannot_be_saved(site: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    asked: list[str] = []

    def answer(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    person.cell("/fields/staff_total").fill("7")
    expect(page.locator(".kept-line.saved, .kept-line.wrong")).to_be_visible()
    page.goto(person.address + "/reports/due")
    person.open(site.form)
    assert asked == []
    # The line stays away until the page is left: were it back before, the cell would be saved and nothing asked.
    page.context.set_offline(True)
    person.cell("/fields/staff_total").fill("8")
    expect(page.locator(".kept-line")).to_contain_text("mất mạng, 1 ô đang chờ")
    with page.expect_event("dialog"):
        page.evaluate("history.back()")
    assert asked == ["beforeunload"]


def test_counts_by_topic_are_told_and_never_added_into_the_total(site: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    person.cell("/fields/radio_items").fill("5")
    details = page.locator("[data-topics='o-fields-radio_items']")
    details.locator("summary").click()
    details.locator("input").nth(0).fill("3")
    details.locator("input").nth(1).fill("6")
    expect(details.locator("[data-topics-said]")).to_have_text("– đã ghi 2 chủ đề, cộng 9; có chủ đề lớn hơn số chung")
    expect(person.cell("/fields/radio_items")).to_have_value("5")


def test_everything_can_be_filed_with_scripts_switched_off(site: Any, windows: Any) -> None:
    person = windows("reporter", scripts=False)
    page = person.open(site.form)
    page.locator("[data-records='/violations'] [data-add]").click()
    expect(page.locator("[data-records='/violations'] [data-row]")).to_have_count(1)
    page.locator("[data-records='/violations'] [data-remove]").click()
    person.fill(site)
    page.click("[data-file]")
    expect(page.locator("h1")).to_contain_text("Giấy biên nhận")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_fit_the_screen_and_pass_the_accessibility_check(site: Any, windows: Any, size: dict[str, int]) -> None:
    site.file()
    person = windows("officer", size)
    form = f"/campaigns/{site.campaign}/periods/{site.period}/units/STTTT-VP/form"
    for path in ("/reports/due", form, "/reports/1", "/reports/1/receipts/0", "/reports", site.status, "/nowhere"):
        page = person.open(path)
        found = Axe().run(page)
        assert found.violations_count == 0, (path, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
