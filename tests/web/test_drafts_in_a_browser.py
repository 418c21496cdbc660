"""Nothing typed is lost: network cut, tab killed, server restarted."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from drafts_at_a_window import BANNERS
from drafts_at_a_window import PRACTICES
from drafts_at_a_window import SAVED
from drafts_at_a_window import STAFF
from drafts_at_a_window import line
from drafts_at_a_window import mark
from drafts_at_a_window import stored
from drafts_at_a_window import waiting
from playwright.sync_api import Page
from playwright.sync_api import expect

from thidua.application.periods.campaigns import open_period
from thidua.application.reports.broken_rules import release_form
from thidua.application.reports.filing import file_report
from thidua.domain.plugins import FormHold
from thidua.domain.plugins import RuleFault
from thidua.domain.plugins import TroubleKind
from thidua.domain.reports import Channel
from thidua.forms.envelope import read_envelope

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 800}
DESKTOP = {"width": 1366, "height": 768}

SAMPLE = json.loads((Path(__file__).parents[1] / "samples" / "P01.json").read_text(encoding="utf-8"))
HELD = re.compile(r"Đã lưu lúc \d\d:\d\d:\d\d\. Biểu này đang tạm dừng nhận báo cáo")


def paste(person: Any, pointer: str, text: str) -> None:
    """Paste as a spreadsheet gives it."""
    person.cell(pointer).focus()
    person.cell(pointer).evaluate(
        """(control, text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
            if (control.dispatchEvent(paste)) control.setRangeText(text);
        }""",
        text,
    )


def test_a_cell_is_saved_as_typed_and_says_so(site: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    person.cell(BANNERS).press_sequentially("24")
    expect(line(page)).to_have_text(SAVED)
    expect(mark(person, BANNERS)).to_have_text("đã lưu")
    assert stored(site)[BANNERS] == "24"
    assert waiting(page) == {}
    page.reload()
    expect(person.cell(BANNERS)).to_have_value("24")


def test_a_wrong_cell_is_kept_as_typed_beside_its_error(site: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    cell = person.cell(STAFF)
    cell.fill("bảy người")
    expect(mark(person, STAFF)).to_have_text("sai – vẫn được giữ")
    expect(cell).to_have_attribute("aria-invalid", "true")
    described = (cell.get_attribute("aria-describedby") or "").split()
    said = page.locator(", ".join(f"#{each}.finding" for each in described))
    expect(said).to_have_count(1)
    assert stored(site)[STAFF] == "bảy người"
    page.reload()
    expect(cell).to_have_value("bảy người")
    cell.fill("7")
    expect(mark(person, STAFF)).to_have_text("đã lưu")
    expect(cell).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator(".cell", has=cell).last.locator(".finding")).to_have_count(0)


def test_a_form_held_back_while_it_is_filled_in_says_so_and_keeps_on_saving(site: Any, windows: Any) -> None:
    host, clock = site.here.host, site.here.clock
    person = windows("reporter")
    page = person.open(site.form)
    person.cell(BANNERS).fill("24")
    expect(line(page)).to_have_text(SAVED)
    fault = RuleFault(site.campaign, "A", "A06", TroubleKind.HUNG, "package/file.py:1")
    with host.work.writing() as work:
        work.troubles.hold(FormHold(site.campaign, "A", host.catalogue.digest(site.campaign, "A"), fault, clock.now()))
        work.commit()
    person.cell(BANNERS).fill("25")
    expect(line(page)).to_have_text(HELD)
    assert stored(site)[BANNERS] == "25"
    page.reload()
    expect(page.locator("#tam-dung")).to_contain_text("đang tạm dừng nhận báo cáo")
    release_form(host, site.here.admin(), site.campaign, "A")
    person.cell(BANNERS).fill("26")
    expect(line(page)).to_have_text(SAVED)


def test_a_lost_line_keeps_count_and_sends_when_it_is_back(site: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    page.context.set_offline(True)
    person.cell(BANNERS).fill("24")
    person.cell(STAFF).fill("7")
    expect(line(page)).to_contain_text("mất mạng, 2 ô đang chờ")
    expect(mark(person, BANNERS)).to_have_text("chưa lưu được")
    assert stored(site) == {}
    page.context.set_offline(False)
    expect(line(page)).to_have_text(SAVED)
    assert stored(site) == {BANNERS: "24", STAFF: "7"}


class OneWayLine:
    """What is saved reaches the server, and while ``is_cut`` no answer comes back."""

    def __init__(self, page: Page) -> None:
        self.is_cut = True
        page.route("**/draft", self._carry)

    def _carry(self, route: Any) -> None:
        if not self.is_cut:
            route.continue_()
            return
        if route.request.method == "POST":
            route.fetch()
        route.abort()


def test_an_answer_lost_on_the_way_makes_nobody_choose_between_their_own_texts(site: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    way = OneWayLine(page)
    for text in ("24", "25"):
        person.cell(BANNERS).fill(text)
        page.keyboard.press("Control+s")
        expect(line(page)).to_contain_text("mất mạng, 1 ô đang chờ")
    assert stored(site) == {BANNERS: "24"}
    person.cell(BANNERS).fill("26")
    way.is_cut = False
    page.keyboard.press("Control+s")
    expect(line(page)).to_have_text(SAVED)
    expect(page.locator(".two")).to_have_count(0)
    assert stored(site) == {BANNERS: "26"}
    # Nor does a tab that died before the answer came.
    way.is_cut = True
    person.cell(BANNERS).fill("30")
    page.keyboard.press("Control+s")
    expect(line(page)).to_contain_text("mất mạng, 1 ô đang chờ")
    person.cell(BANNERS).fill("300")
    windows.kill_tabs(person)
    page = person.open(site.form)
    expect(page.locator(".kept-line.saved")).to_be_visible()
    expect(page.locator(".two")).to_have_count(0)
    assert stored(site) == {BANNERS: "300"}


def test_a_server_that_stops_and_starts_again_loses_nothing(site: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    windows.stop()
    person.cell(BANNERS).fill("24")
    expect(line(page)).to_contain_text("1 ô đang chờ")
    windows.start()
    expect(line(page)).to_have_text(SAVED)
    assert stored(site) == {BANNERS: "24"}


@pytest.mark.parametrize("pause", [0, 5, 40, 300, 760])
def test_a_tab_that_is_killed_while_somebody_types_loses_no_key(site: Any, windows: Any, pause: int) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    person.cell(PRACTICES).press_sequentially("Kết quả tốt")
    page.wait_for_timeout(pause)
    windows.kill_tabs(person)
    page = person.open(site.form)
    expect(person.cell(PRACTICES)).to_have_value("Kết quả tốt")
    expect(page.locator(".kept-line.saved, .kept-line.wrong")).to_be_visible()
    assert stored(site)[PRACTICES] == "Kết quả tốt"
    assert waiting(page) == {}


def test_what_came_back_with_an_old_copy_is_not_sent_over_newer_text(site: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    page.context.set_offline(True)
    person.cell(BANNERS).fill("24")
    expect(line(page)).to_contain_text("1 ô đang chờ")
    old = page.evaluate("Object.entries(localStorage)")
    page.context.set_offline(False)
    expect(line(page)).to_have_text(SAVED)
    person.cell(BANNERS).fill("25")
    person.cell(STAFF).fill("7")
    expect(line(page)).to_have_text(SAVED)
    expect(mark(person, STAFF)).to_have_text("đã lưu")
    # As after the death of a browser that had written localStorage to disk a while ago.
    windows.kill_tabs(person)
    person.open("/reports/due").evaluate(
        "(old) => { localStorage.clear(); for (const [key, entry] of old) localStorage.setItem(key, entry); }", old
    )
    page = person.open(site.form)
    expect(line(page)).to_be_visible()
    expect(person.cell(BANNERS)).to_have_value("25")
    expect(page.locator(".two")).to_have_count(0)
    assert stored(site) == {BANNERS: "25", STAFF: "7"}
    assert waiting(page) == {}


def test_what_only_the_journal_has_comes_back(site: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    page.context.set_offline(True)
    person.cell(BANNERS).fill("24")
    expect(line(page)).to_contain_text("1 ô đang chờ")
    windows.kill_tabs(person)
    person.page.context.set_offline(False)
    person.open("/reports/due").evaluate("localStorage.clear()")
    page = person.open(site.form)
    expect(person.cell(BANNERS)).to_have_value("24")
    expect(line(page)).to_have_text(SAVED)
    assert stored(site) == {BANNERS: "24"}


def test_a_row_typed_before_the_tab_died_comes_back_as_a_row(site: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    page.context.set_offline(True)
    page.locator("[data-records='/violations'] [data-add]").click()
    person.cell("/violations/0/full_name").fill("Nguyễn Văn Mẫu")
    page.context.set_offline(False)
    windows.kill_tabs(person)
    page = person.open(site.form)
    expect(person.cell("/violations/0/full_name")).to_have_value("Nguyễn Văn Mẫu")
    expect(page.locator(".kept-line.saved, .kept-line.wrong")).to_be_visible()
    assert stored(site)["/violations/0/full_name"] == "Nguyễn Văn Mẫu"


def test_a_new_row_does_not_blame_anybody_for_cells_they_have_yet_to_come_to(site: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    page.locator("[data-records='/violations'] [data-add]").click()
    person.cell("/violations/0/full_name").fill("Nguyễn Văn Mẫu")
    expect(mark(person, "/violations/0/full_name")).to_have_text("đã lưu")
    row = page.locator("[data-records='/violations'] [data-row]")
    expect(row.locator(".finding")).to_have_count(0)
    # A cell that was filled and emptied again is another matter.
    person.cell("/violations/0/case_id").fill("V1")
    expect(mark(person, "/violations/0/case_id")).to_have_text("đã lưu")
    person.cell("/violations/0/case_id").fill("")
    expect(row.locator(".finding")).to_have_text("Chưa điền ô này.")


def test_progress_is_told_by_part_and_kept_up(site: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    part = page.locator("[data-of='phan-2']")
    expect(part).to_have_text("0/3")
    person.cell(STAFF).fill("7")
    expect(part).to_have_text("1/3")
    said = page.locator("[data-progress]").inner_text()
    expect(line(page)).to_have_text(SAVED)
    without = windows("reporter", scripts=False)
    shown = without.open(site.form)
    expect(shown.locator("[data-of='phan-2']")).to_have_text("1/3")
    expect(shown.locator("[data-progress]")).to_have_text(said)


def test_a_whole_report_is_filed_from_the_keyboard_alone(site: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    wanted = {pointer: text for pointer, text in site.typed.items() if text}
    person.cell("/fields/launch_status").focus()
    for _ in range(120):
        at = page.evaluate("document.activeElement.name || ''")
        text = wanted.pop(at, "")
        page.keyboard.type("Ban" if at == "/fields/launch_status" else text)
        if page.evaluate("document.activeElement.matches('[data-file]')"):
            break
        field = at.rpartition("/")[2]
        if at.startswith("/fields/") and any(each.startswith(f"/by_topic/{field}/") for each in wanted):
            for key in ("Tab", "Enter"):
                page.keyboard.press(key)
            page.keyboard.press("Tab")
        else:
            page.keyboard.press("Enter" if page.evaluate("document.activeElement.matches('input, select')") else "Tab")
    assert wanted == {}
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Giấy biên nhận")


def test_a_carried_cell_is_marked_until_it_is_touched(site: Any, windows: Any) -> None:
    open_period(site.here.host, site.campaign, "2021-Q1")
    earlier, _ = read_envelope({key: value for key, value in SAMPLE.items() if key not in {"status", "submitted_at"}})
    assert earlier is not None
    file_report(site.here.host, site.here.actors["reporter"], earlier, channel=Channel.API)
    person = windows("reporter")
    page = person.open(site.form)
    page.locator("[data-carry]").press("Enter")
    expect(person.cell(STAFF)).to_have_value("7")
    marked = page.locator(f"[data-carried='{STAFF}']")
    expect(marked).to_have_text("Chuyển từ kỳ trước, chưa xem lại")
    expect(person.cell(BANNERS)).to_have_value("")
    person.cell(STAFF).fill("8")
    expect(marked).to_be_hidden()
    expect(line(page)).to_have_text(SAVED)
    page.reload()
    expect(person.cell(STAFF)).to_have_value("8")
    expect(marked).to_have_count(0)
    expect(page.locator("[data-carried='/fields/stations_total']")).to_be_visible()


def test_a_row_taken_away_is_forgotten_by_the_draft(site: Any, windows: Any) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    table = page.locator("[data-records='/violations']")
    table.locator("[data-add]").click()
    person.cell("/violations/0/full_name").fill("Nguyễn Văn Mẫu")
    expect(page.locator(".kept-line.saved, .kept-line.wrong")).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    table.locator("[data-remove]").click()
    expect(line(page)).to_have_text(SAVED)
    assert stored(site)["/violations/0/full_name"] is None
