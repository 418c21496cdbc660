"""Files and lists in a real browser: sent in place, told by name, kept through a lost line; lists that count."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from thidua.application.reports.drafting import DraftPlace
from thidua.application.reports.drafts import open_draft
from thidua.application.reports.evidence import list_evidence
from thidua_testkit.files import a_pdf
from thidua_testkit.files import a_photo

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 800}
DESKTOP = {"width": 1366, "height": 768}
CELL = "/fields/mobile_sessions"
LIST = "/evidence/mobile_sessions"
PAPER = "/campaigns/ATGT-2021/periods/2021-9M/units/LS-186-VHTT/paper"
SAVED = re.compile(r"Đã lưu lúc \d\d:\d\d:\d\d")


@pytest.fixture
def photo(tmp_path: Path) -> str:
    path = tmp_path / "chợ phiên.jpg"
    path.write_bytes(a_photo())
    return str(path)


def unfold(page: Any) -> Any:
    block = page.locator(f"[data-files='{CELL}']")
    block.locator("summary").click()
    return block


def kept(site: Any) -> list[tuple[str, str]]:
    place = {"campaign_code": site.campaign, "period_code": site.period, "unit_code": site.unit}
    laid = list_evidence(site.here.host, site.here.actors["reporter"], **place)
    return [(each.evidence.pointer, each.evidence.file_name) for each in laid]


def drafted(site: Any) -> dict[str, str | None]:
    place = DraftPlace(site.campaign, site.period, site.unit)
    draft = open_draft(site.here.host, site.here.actors["reporter"], place).draft
    return dict(draft.typed) if draft else {}


def test_several_files_go_up_in_place_and_the_one_refused_is_named(
    site: Any, windows: Any, photo: str, tmp_path: Path
) -> None:
    bad = tmp_path / "hỏng.jpg"
    bad.write_bytes(b"<svg/>")
    large = tmp_path / "phim.jpg"
    large.write_bytes(b"x" * (11 * 1024 * 1024))
    person = windows("reporter")
    page = person.open(site.form)
    page.evaluate("window.sameWindow = true")
    block = unfold(page)
    seen: list[str] = []
    page.expose_function("saw", lambda what: seen.append(what))  # noqa: PLW0108
    page.evaluate(
        """() => new MutationObserver(() => document.querySelector(".uploads progress") && saw("bar"))
        .observe(document.body, { childList: true, subtree: true })"""
    )
    block.locator("input[type=file]").set_input_files([photo, str(bad), str(large)])
    expect(block.locator(".files .file a").last).to_have_text("chợ phiên.jpg")
    expect(block.locator("[data-files-said]")).to_have_text("– 1 tệp")
    refused = block.locator(".file.refused")
    expect(refused).to_have_count(2)
    expect(refused.filter(has_text="hỏng.jpg")).to_contain_text("Chỉ nhận")
    expect(refused.filter(has_text="phim.jpg")).to_contain_text("Tệp lớn hơn 10 MB")
    assert kept(site) == [(CELL, "chợ phiên.jpg")]
    assert seen
    assert page.evaluate("window.sameWindow") is True
    thumbnail = block.locator(".files img")
    expect(thumbnail).to_have_js_property("complete", value=True)
    assert thumbnail.evaluate("image => image.naturalWidth") > 0
    page.on("dialog", lambda dialog: dialog.accept())
    block.locator("[data-detach]").click()
    expect(block.locator(".files .file")).to_have_count(0)
    assert kept(site) == []


def test_a_lost_line_keeps_the_file_and_sends_it_when_asked(site: Any, windows: Any, photo: str) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    block = unfold(page)
    page.route("**/api/v1/**", lambda route: route.abort())
    block.locator("input[type=file]").set_input_files(photo)
    refused = block.locator(".file.refused")
    expect(refused).to_contain_text("mất mạng")
    page.unroute("**/api/v1/**")
    refused.get_by_role("button", name="Gửi lại tệp chợ phiên.jpg").click()
    expect(block.locator(".files .file")).to_have_count(1)
    assert kept(site) == [(CELL, "chợ phiên.jpg")]


def test_a_report_is_not_filed_past_a_file_that_was_not_sent(site: Any, windows: Any, photo: str) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    person.fill(site)
    page.route("**/api/v1/**", lambda route: route.abort())
    unfold(page).locator("input[type=file]").set_input_files(photo)
    expect(page.locator(".file.refused")).to_be_visible()
    asked: list[str] = []

    def answer(dialog: Any) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", answer)
    with page.expect_event("dialog"):
        page.locator("[data-file]").click()
    assert asked[0].startswith("Còn 1 tệp chưa gửi được.")
    assert page.url.split("#")[0].endswith("/form")


def test_a_session_that_ended_is_renewed_in_place_and_the_file_goes_up(site: Any, windows: Any, photo: str) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    block = unfold(page)
    page.context.clear_cookies()
    block.locator("input[type=file]").set_input_files(photo)
    dialog = page.locator("dialog")
    expect(dialog).to_be_visible()
    dialog.locator("input[type=password]").fill(site.password)
    dialog.locator("input[type=password]").press("Enter")
    expect(block.locator(".files .file")).to_have_count(1)
    expect(block.locator(".file.refused")).to_have_count(0)


def test_a_list_counts_itself_while_it_is_typed_and_lives_in_the_draft(site: Any, windows: Any, photo: str) -> None:
    person = windows("reporter")
    page = person.open(site.form)
    count = person.cell(CELL)
    count.fill("6")
    rows = page.locator(f"[data-records='{LIST}']")
    page.locator("[data-list='o-fields-mobile_sessions'] > summary").click()
    rows.locator("[data-add]").click()
    expect(count).to_be_editable()
    person.cell(f"{LIST}/0/on").fill("10/7/2021")
    expect(count).to_have_value("1")
    expect(count).not_to_be_editable()
    expect(page.locator("[data-listed]").filter(has_text="máy đếm")).to_have_text(
        "– máy đếm 1 dòng; trước khi kê, ô này ghi 6"
    )
    rows.locator("[data-add]").click()
    person.cell(f"{LIST}/1/place").fill("Trường học")
    expect(count).to_have_value("2")
    rows.locator("[data-row-pick]").last.set_input_files(photo)
    choice = person.cell(f"{LIST}/1/attachment")
    expect(choice.locator("option:checked")).to_have_text("chợ phiên.jpg")
    # A row yet to come offers the file, too.
    rows.locator("[data-add]").click()
    expect(person.cell(f"{LIST}/2/attachment").locator("option").last).to_have_text("chợ phiên.jpg")
    expect(page.locator(".kept-line")).to_contain_text(SAVED)
    assert (drafted(site)[CELL], drafted(site)[f"{LIST}/1/place"]) == ("2", "Trường học")
    assert len(drafted(site)[f"{LIST}/1/attachment"] or "") == 64

    page.reload()
    expect(person.cell(f"{LIST}/0/on")).to_have_value("10/7/2021")
    expect(count).to_have_value("2")
    page.on("dialog", lambda dialog: dialog.accept())
    for _ in range(2):
        rows.locator("[data-remove]").first.click()
    expect(count).to_be_editable()
    expect(page.locator(".kept-line")).to_contain_text(SAVED)


def test_files_are_sent_without_scripts(site: Any, windows: Any, photo: str) -> None:
    person = windows("reporter", scripts=False)
    page = person.open(site.form)
    person.cell("/fields/banners").fill("24")
    block = unfold(page)
    block.locator("input[type=file]").set_input_files(photo)
    block.locator("[data-attach]").click()
    expect(page.locator(f"[data-files='{CELL}'] .files a").last).to_have_text("chợ phiên.jpg")
    expect(person.cell("/fields/banners")).to_have_value("24")
    page.locator("[data-detach]").first.click()
    expect(page.locator(".file")).to_have_count(0)
    expect(person.cell("/fields/banners")).to_have_value("24")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_the_office_enters_a_paper_report(site: Any, windows: Any, tmp_path: Path, scripts: bool) -> None:  # noqa: FBT001
    scan = tmp_path / "bản giấy.pdf"
    scan.write_bytes(a_pdf())
    person = windows("officer", scripts=scripts)
    page = person.open("/paper")
    page.get_by_role("link", name=re.compile("Nhập thay Phòng VH&TT huyện Hữu Lũng")).click()
    person.fill(site)
    person.cell("/prepared_by/full_name").fill("Hoàng Thị Mẫu Đơn")
    person.cell("/prepared_by/position").fill("Chuyên viên")
    person.cell("/on_behalf/paper_received_at").fill("14/9/2021 16:30")
    person.cell("/on_behalf/reason").fill("Đơn vị mất mạng.")
    page.locator("[data-files='/on_behalf/scan'] input[type=file]").set_input_files(str(scan))
    if scripts:
        expect(person.cell("/on_behalf/scan").locator("option:checked")).to_have_text("bản giấy.pdf")
    page.locator("[data-file]").click()
    expect(page.locator("h1")).to_contain_text("Giấy biên nhận BN-")
    expect(page.locator(".facts .chip.soon")).to_have_text("Nhập thay")


def test_what_the_office_typed_outlives_its_page_in_the_same_tab(site: Any, windows: Any) -> None:
    person = windows("officer")
    page = person.open(PAPER)
    person.cell("/on_behalf/reason").fill("Đơn vị mất mạng.")
    page.locator("[data-list='o-fields-mobile_sessions'] > summary").click()
    page.locator(f"[data-records='{LIST}'] [data-add]").click()
    person.cell(f"{LIST}/0/place").fill("Chợ phiên")
    page.reload()
    expect(person.cell("/on_behalf/reason")).to_have_value("Đơn vị mất mạng.")
    expect(person.cell(f"{LIST}/0/place")).to_have_value("Chợ phiên")
    expect(person.cell(CELL)).to_have_value("1")
    page.get_by_role("button", name="Bỏ, mở lại từ đầu").click()
    expect(person.cell("/on_behalf/reason")).to_have_value("")
    # Another tab, or another person at this computer, finds nothing.
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("[name='/on_behalf/reason']")).to_have_value("")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_pages_with_files_can_be_used_by_everyone(site: Any, windows: Any, size: Any, photo: str) -> None:
    person = windows("reporter", size)
    page = person.open(site.form)
    block = unfold(page)
    block.locator("input[type=file]").set_input_files([photo, __file__])
    expect(block.locator(".file.refused")).to_be_visible()
    page.locator("[data-list='o-fields-mobile_sessions'] > summary").click()
    page.locator(f"[data-records='{LIST}'] [data-add]").click()
    look_over(page)
    assert site.file().status == 303
    officer = windows("officer", size)
    for path in (PAPER, "/reports/1", "/reports/1/return"):
        look_over(officer.open(path))


def look_over(page: Any) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
