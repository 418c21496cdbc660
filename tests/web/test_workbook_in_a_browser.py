"""The way of a workbook in a real browser: without scripts on a phone, and with them at a desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from filled_workbooks import edited
from openpyxl import Workbook
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 800}
DESKTOP = {"width": 1366, "height": 768}
BANNERS, RADIO = "/fields/banners", "/fields/radio_items"


def _fill(book: Workbook) -> None:
    sheet = book["Biểu A"]
    rows = {sheet.cell(row, 1).value: row for row in range(1, sheet.max_row + 1)}
    for pointer, value in {
        BANNERS: 7,
        RADIO: "1.234",
        "/fields/staff_total": 3.7,
        "/fields/launch_status": "Ban hành kế hoạch riêng",
        "/fields/good_practices": "Mô hình “Cổng trường an toàn”.\nNhóm phụ huynh cùng trực.",
    }.items():
        sheet.cell(rows[pointer], 4).value = value
    cases = book["Danh sách vi phạm"]
    cases["D8"], cases["E8"] = "05/11/2021", "Lý Văn Mẫu"


@pytest.mark.parametrize(("size", "scripts"), [(PHONE, False), (DESKTOP, True)])
def test_download_fill_upload_choose(
    site: Any, windows: Any, tmp_path: Path, size: dict[str, int], *, scripts: bool
) -> None:
    person = windows("reporter", size, scripts=scripts)
    page = person.open(site.form)
    person.cell(BANNERS).fill("5")
    page.get_by_role("button", name="Lưu nháp").click()
    expect(page.locator("#ban-nhap")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải biểu Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    filled = tmp_path / "đã điền.xlsx"
    filled.write_bytes(edited(Path(download.value.path()).read_bytes(), _fill))
    page.get_by_role("link", name="Nhập từ tệp Excel").click()
    page.get_by_label("Tệp Excel đã điền").set_input_files(filled)
    page.get_by_role("button", name="Đọc tệp").click()
    expect(page.locator("#ket-qua")).to_contain_text("Chưa ghi gì.")
    expect(page.locator("#loi-trong-tep")).to_contain_text("“3,7” là số lẻ")
    # Nothing is wider than the window.
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.get_by_role("button", name="Đưa các ô đã đánh dấu").click()
    expect(page.locator("#ban-nhap")).to_be_visible()
    expect(person.cell(BANNERS)).to_have_value("7")
    expect(person.cell(RADIO)).to_have_value("1.234")
    expect(page.locator('[name="/violations/0/full_name"]')).to_have_value("Lý Văn Mẫu")
