"""A report sent back by cell, at a window: closed cells take no key, answers are kept and filed."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from drafts_at_a_window import mark
from drafts_at_a_window import stored
from drafts_at_a_window import waiting
from playwright.sync_api import expect

from tests.support.patience import until
from thidua.application.reports.answering import Remark
from thidua.application.review.reviewing import return_report

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 800}
RADIO = "/fields/radio_items"
BANNERS = "/fields/banners"
STATIONS = "/fields/stations_total"
ANSWER_RADIO = "/answers/~1fields~1radio_items"
ANSWER_BANNERS = "/answers/~1fields~1banners"
ANSWER_PRACTICES = "/answers/~1fields~1good_practices"
PRACTICES = "/fields/good_practices"
SENTENCE = "Xe loa đi 12 thôn trong phiên chợ."


@pytest.fixture
def returned(site: Any) -> Any:
    """The site where three cells of Hữu Lũng's report were sent back."""
    assert site.file(**{PRACTICES: f"Tuần nào cũng phát thanh. {SENTENCE}"}).status == 303
    remarks = (
        Remark(RADIO, "Đếm lại số tin, bài: sổ phát thanh ghi 27."),
        Remark(BANNERS, "Có tính cả băng rôn của xã không?"),
        Remark(PRACTICES, "Ghi rõ phiên chợ nào.", SENTENCE),
    )
    host = site.here.host
    return_report(
        host, site.here.actors["officer"], 1, revision=0, reason="Một số số liệu chưa khớp với sổ.", remarks=remarks
    )
    return site


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.name || document.activeElement.id"))


def test_closed_cells_take_no_key_and_enter_goes_to_the_next_open_one(returned: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(returned.form)
    assert person.cell(STATIONS).count() == 0
    closed = page.locator("#o-fields-stations_total")
    expect(closed).to_have_text("22")
    closed.click()
    page.keyboard.type("99")
    expect(closed).to_have_text("22")
    person.cell(RADIO).focus()
    seen = [focused(page)]
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(focused(page))
    assert "o-fields-stations_total" not in seen
    assert BANNERS in seen
    assert ANSWER_BANNERS in seen
    person.cell(RADIO).focus()
    page.keyboard.press("Enter")
    assert focused(page) == ANSWER_RADIO


def test_answers_are_saved_as_typed_come_back_and_are_filed(returned: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(returned.form)
    page.click("#tra-lai a >> nth=0")
    assert focused(page) == RADIO
    mended = page.locator(f"[data-was-of='{RADIO}'] .chip")
    expect(mended).to_be_hidden()
    person.cell(RADIO).fill("27")
    expect(mended).to_be_visible()
    person.cell(ANSWER_RADIO).fill("Đã đếm lại theo sổ: 27.")
    person.cell(ANSWER_BANNERS).fill("Có, 5 băng rôn của xã.")
    expect(page.locator(".kept-line")).to_contain_text("Đã lưu lúc")
    page.reload()
    expect(person.cell(ANSWER_BANNERS)).to_have_value("Có, 5 băng rôn của xã.")
    expect(person.cell(RADIO)).to_have_value("27")
    person.cell("/correction_reason").fill("Sửa theo yêu cầu của Văn phòng Sở.")
    page.click("[data-file]")
    link = page.locator("#ket-qua a")
    expect(link).to_have_count(1)
    link.click()
    assert focused(page) == ANSWER_PRACTICES
    person.cell(ANSWER_PRACTICES).fill("Phiên chợ ngày 5/9.")
    page.click("[data-file]")
    expect(page.locator("h1")).to_contain_text("Giấy biên nhận")


def test_a_pasted_column_does_not_slip_past_closed_cells(returned: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(returned.form)
    person.cell(RADIO).evaluate(
        """(control) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", "31\\n32\\n33\\n34\\n35");
            control.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }"""
    )
    expect(person.cell(RADIO)).to_have_value("31")
    expect(person.cell(BANNERS)).to_have_value("24")
    expect(page.locator("#vua-dan")).to_contain_text("4 ô không vừa hoặc không mở")


def test_what_waits_in_the_browser_for_a_closed_cell_is_shown_and_not_sent(site: Any, windows: Any) -> None:
    assert site.file().status == 303
    person = windows("reporter")
    page = person.open(site.form)
    page.route("**/draft", lambda route: route.abort())
    person.cell(BANNERS).fill("77")
    until(lambda: waiting(page) == {BANNERS: "77"}, "the browser keeps what was typed")
    return_report(
        site.here.host,
        site.here.actors["officer"],
        1,
        revision=0,
        reason="Số liệu chưa khớp.",
        remarks=[Remark(RADIO, "Đếm lại.")],
    )
    page.once("dialog", lambda dialog: dialog.accept())
    page.unroute("**/draft")
    page.close(run_before_unload=False)
    person.page = page.context.new_page()
    again = person.open(site.form)
    expect(again.locator(".cell", has=again.locator("#o-fields-banners")).last).to_contain_text("77")
    person.cell(RADIO).fill("27")
    expect(again.locator(".kept-line")).to_contain_text("không nhận 1 ô")
    expect(mark(person, RADIO)).to_have_text("đã lưu")
    assert stored(site) == {RADIO: "27"}


@pytest.mark.parametrize("size", [PHONE, {"width": 1366, "height": 768}])
def test_the_page_fits_and_works_without_scripts(returned: Any, windows: Any, size: dict[str, int]) -> None:
    with_scripts = windows("reporter", size)
    with_scripts.open(returned.form)
    report = Axe().run(with_scripts.page)
    assert report.violations_count == 0, report.generate_report()
    person = windows("reporter", size, scripts=False)
    page = person.open(returned.form)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    person.cell(RADIO).fill("27")
    for answer in (ANSWER_RADIO, ANSWER_BANNERS, ANSWER_PRACTICES):
        person.cell(answer).fill("Đã xem lại.")
    person.cell("/correction_reason").fill("Sửa theo yêu cầu.")
    page.click("[data-file]")
    expect(page.locator("h1")).to_contain_text("Giấy biên nhận")
