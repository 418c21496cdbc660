"""The form filled in with Excel, without JavaScript: handed out, shown beside the draft, taken over as chosen."""

from __future__ import annotations

import io
from typing import Any

import pytest
from filled_workbooks import MAIN
from filled_workbooks import edited
from filled_workbooks import filled
from openpyxl import load_workbook

from thidua.application.periods.campaigns import close_period
from thidua.application.ports.audit_ports import Sought
from thidua.application.reports.answering import Remark
from thidua.application.review.reviewing import return_report

BANNERS, RADIO, STATUS = "/fields/banners", "/fields/radio_items", "/fields/launch_status"


def at(site: Any, ending: str = "") -> str:
    return f"{site.form}/workbook{ending}"


def draft(site: Any) -> dict[str, str | None]:
    with site.here.host.work.reading() as work:
        found = work.drafts.get(campaign_code=site.campaign, period_code=site.period, unit_code=site.unit)
    return found.typed if found else {}


def acts(site: Any) -> list[str]:
    with site.here.host.work.reading() as work:
        return [row.entry.act.value for row in reversed(work.audit.find(Sought(), before_id=None, limit=100))]


def save(site: Any, visitor: Any, **changes: str) -> None:
    assert visitor.post(site.form, {**visitor.get(site.form).typed(), **changes, "action": "save"}).status == 303


def send(site: Any, visitor: Any, content: bytes) -> Any:
    return visitor.post(at(site, "/import"), {"workbook": (io.BytesIO(content), "biểu.xlsx")})


def taken(page: Any, *pointers: str) -> dict[str, Any]:
    """What the page sends with these cells ticked."""
    hidden = {each.attributes["name"]: each.attributes["value"] for each in page.html.all("input", type="hidden")}
    return {**hidden, "take": list(pointers)}


def ticked(page: Any) -> set[str]:
    boxes = page.html.all("input", type="checkbox", name="take")
    return {each.attributes["value"] for each in boxes if "checked" in each.attributes}


def test_the_form_page_leads_to_the_workbook_and_to_its_way_back(site: Any) -> None:
    page = site.visit("reporter").get(site.form)
    links = {each.attributes.get("href") for each in page.html.all("a")}
    assert {at(site), at(site, "/import")} <= links


def test_the_workbook_holds_what_the_draft_holds_and_is_handed_out_to_be_saved(site: Any) -> None:
    visitor = site.visit("reporter")
    save(site, visitor, **{BANNERS: "1.234", RADIO: "khoảng 5"})
    answer = visitor.get(at(site))
    assert (
        answer.answer.headers["Content-Disposition"]
        == f'attachment; filename="bieu-bao-cao-{site.unit}-{site.period}.xlsx"'
    )
    assert answer.answer.headers["Cache-Control"] == "no-store"
    assert answer.answer.headers["X-Content-Type-Options"] == "nosniff"
    sheet = load_workbook(io.BytesIO(answer.answer.data))[MAIN]
    values = {sheet.cell(row, 1).value: sheet.cell(row, 4).value for row in range(1, sheet.max_row + 1)}
    assert (values[BANNERS], values[RADIO]) == (1234, "khoảng 5")
    assert "read_people" not in acts(site)
    assert acts(site)[-1] == "export"


def test_a_filled_workbook_is_shown_first_and_written_when_the_person_says_so(site: Any) -> None:
    visitor = site.visit("reporter")
    save(site, visitor, **{BANNERS: "5"})
    content = filled(visitor.get(at(site)).answer.data, {BANNERS: 7, RADIO: "1.234", STATUS: "Ban hành kế hoạch riêng"})
    page = send(site, visitor, content)
    assert page.status == 200
    assert ticked(page) == {BANNERS, RADIO, STATUS}
    assert "Chưa ghi gì. Tệp điền thêm 2 ô còn trống, khác bản nháp ở 1 ô" in page.html.text
    assert "Bản nháp5" in page.html.text
    assert draft(site)[BANNERS] == "5"
    answer = visitor.post(at(site, "/fill"), taken(page, BANNERS, RADIO))
    assert (answer.status, answer.location) == (303, f"{site.form}#ban-nhap")
    kept = draft(site)
    assert (kept[BANNERS], kept[RADIO]) == ("7", "1.234")
    assert STATUS not in kept
    assert acts(site)[-1] == "draft_filled"
    again = send(site, visitor, content)
    assert ticked(again) == {STATUS}


def test_what_somebody_typed_after_the_download_is_kept_unless_it_is_chosen(site: Any) -> None:
    visitor = site.visit("reporter")
    save(site, visitor, **{BANNERS: "5"})
    content = filled(visitor.get(at(site)).answer.data, {BANNERS: 7, RADIO: 8})
    save(site, visitor, **{BANNERS: "6"})
    page = send(site, visitor, content)
    assert ticked(page) == {RADIO}
    assert "Người dùng reporter ghi lúc" in page.html.text
    assert visitor.post(at(site, "/fill"), taken(page, RADIO)).status == 303
    assert draft(site)[BANNERS] == "6"
    # And what is typed while the page is looked at is never overwritten: both are shown.
    page = send(site, visitor, content)
    save(site, visitor, **{BANNERS: "9"})
    answer = visitor.post(at(site, "/fill"), taken(page, BANNERS))
    assert answer.status == 409
    assert "Bản nháp (giữ)9" in answer.html.text
    assert draft(site)[BANNERS] == "9"


def test_errors_are_told_by_the_cell_of_the_workbook_and_the_rest_can_be_taken(site: Any) -> None:
    visitor = site.visit("reporter")
    page = send(site, visitor, filled(visitor.get(at(site)).answer.data, {BANNERS: 3.7, RADIO: 8}))
    assert page.status == 200
    told = "A19 Băng rôn, khẩu hiệu (trang Biểu A, ô D30): “3,7” là số lẻ; ô này chỉ nhận số nguyên"
    assert told in page.html.text
    assert visitor.post(at(site, "/fill"), taken(page, BANNERS, RADIO)).status == 303
    assert draft(site)[BANNERS] == "3,7"


def test_a_cell_emptied_in_the_workbook_is_a_difference_and_not_a_loss(site: Any) -> None:
    visitor = site.visit("reporter")
    save(site, visitor, **{BANNERS: "5"})
    page = send(site, visitor, filled(visitor.get(at(site)).answer.data, {BANNERS: None}))
    assert "để trống" in page.html.text
    assert visitor.post(at(site, "/fill"), taken(page)).status == 303
    assert draft(site)[BANNERS] == "5"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Tệp trống"),
        (b"PK\x03\x04xx", "không phải bảng tính Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1x", ".xls"),
    ],
)
def test_what_is_no_workbook_is_refused_on_the_same_page(site: Any, content: bytes, said: str) -> None:
    page = send(site, site.visit("reporter"), content)
    assert 400 <= page.status < 500
    assert said in page.html.text
    assert "Chưa nhập gì." in page.html.text


def test_a_workbook_of_another_unit_is_refused_by_name(site: Any) -> None:
    neighbour = site.visit("neighbour")
    content = neighbour.get(f"{site.other_form}/workbook").answer.data
    page = send(site, site.visit("reporter"), content)
    assert 400 <= page.status < 500
    assert f"không phải {site.unit}" in page.html.text


def test_without_a_file_nothing_is_read(site: Any) -> None:
    visitor = site.visit("reporter")
    assert visitor.post(at(site, "/import"), {}).status == 422


def test_a_file_larger_than_any_form_is_turned_away(site: Any) -> None:
    body = b"--x\r\n" + b"x" * 5_000_000
    answer = site.visit("reporter").client.post(
        at(site, "/import"), data=body, content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 413
    assert "4 MB" in answer.text


def test_a_locked_period_takes_nothing(site: Any) -> None:
    visitor = site.visit("reporter")
    content = filled(visitor.get(at(site)).answer.data, {BANNERS: 7})
    page = send(site, visitor, content)
    close_period(site.here.host, site.campaign, site.period)
    assert send(site, visitor, content).status == 409
    assert visitor.post(at(site, "/fill"), taken(page, BANNERS)).status == 409
    assert draft(site) == {}


def test_what_a_return_did_not_open_is_locked_in_the_workbook_and_not_taken(site: Any) -> None:
    assert site.file().status == 303
    remarks = [Remark(RADIO, "Đếm lại số tin.")]
    return_report(site.here.host, site.here.actors["officer"], 1, revision=0, reason="Chưa khớp.", remarks=remarks)
    visitor = site.visit("reporter")
    content = visitor.get(at(site)).answer.data
    sheet = load_workbook(io.BytesIO(content))[MAIN]
    locked = {sheet.cell(row, 1).value: sheet.cell(row, 4).protection.locked for row in range(1, sheet.max_row + 1)}
    assert (locked[BANNERS], locked[RADIO]) == (True, False)
    page = send(site, visitor, filled(content, {BANNERS: 99, RADIO: 27}))
    assert ticked(page) == {RADIO}
    sent = {**taken(page, RADIO, BANNERS), f"to:{BANNERS}": "99"}
    assert visitor.post(at(site, "/fill"), sent).status == 303
    assert draft(site) == {RADIO: "27"}


def test_a_row_has_one_number_wherever_the_page_speaks_of_it(site: Any) -> None:
    visitor = site.visit("reporter")

    def edit(book: Any) -> None:
        for row, kind in ((8, "Công chức"), (10, "Cán bộ")):
            book["Danh sách vi phạm"][f"F{row}"] = kind

    said = send(site, visitor, edited(visitor.get(at(site)).answer.data, edit)).html.text
    assert "dòng 2 – Đối tượng (trang Danh sách vi phạm, ô F10): Chọn một trong" in said
    assert said.count("dòng 2 – Đối tượng (trang Danh sách vi phạm, ô F10)") == 2


def test_a_sheet_whose_hidden_keys_are_gone_is_not_passed_off_as_like_the_draft(site: Any) -> None:
    visitor = site.visit("reporter")
    content = filled(visitor.get(at(site)).answer.data, {BANNERS: 7})
    said = send(site, visitor, edited(content, lambda book: book[MAIN].delete_cols(1))).html.text
    assert "Ở những ô đọc được, tệp không khác bản nháp" in said
    assert "cột A ẩn của trang" in said


def test_cells_the_form_does_not_have_are_not_written(site: Any) -> None:
    visitor = site.visit("reporter")
    page = send(site, visitor, filled(visitor.get(at(site)).answer.data, {BANNERS: 7}))
    sent = {**taken(page, BANNERS, "/fields/none", "/on_behalf/reason", "x"), "to:/fields/none": "1"}
    assert visitor.post(at(site, "/fill"), sent).status == 303
    assert set(draft(site)) == {BANNERS}
