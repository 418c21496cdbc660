"""The report form: everything wrong at once and at its cell, everything typed kept, filed once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from thidua.application.periods.campaigns import close_period

BAD = {
    "/fields/plan_document_date": "31/2/2021",
    "/fields/staff_briefed": "9",
    "/fields/radio_items": "1,234",
    "/fields/banners": "hai mươi",
    "/fields/good_practices": "\n\nDòng một\n  “Dòng hai” <script>alert(1)</script> & ẵ ẳ ặ\n",
}


def post(site: Any, visitor: Any, **changes: str) -> Any:
    typed = {**visitor.get(site.form).typed(), **site.typed, "action": "file"}
    return visitor.post(site.form, {**typed, **changes})


def revisions(site: Any) -> list[int]:
    """The revisions stored of Hữu Lũng's report."""
    with site.here.host.work.reading() as work:
        reports = work.reports.list(
            unit_codes=[site.unit], campaign_code=None, period_code=None, state=None, after_id=0, limit=9
        )
        return [revision.number for report in reports for revision in work.reports.revisions(report.id)]


def finding_at(page: Any, pointer: str) -> str:
    """What stands at a cell, by what the control itself points at."""
    control = page.html.one("input", "select", "textarea", name=pointer)
    assert control.attributes.get("aria-invalid") == "true", pointer
    described = control.attributes["aria-describedby"].split()
    texts = [element.text for each in described for element in page.html.all("p", id=each)]
    return " | ".join(texts)


def test_the_form_says_what_is_asked_by_whom_and_when(site: Any) -> None:
    page = site.visit("reporter").get(site.form)
    text = page.html.text
    assert "Phòng VH&TT huyện Hữu Lũng" in text
    assert "hoạt động từ 15/6/2021 đến hết 14/9/2021" in text
    assert "hết ngày 14/9/2021" in text
    assert page.typed()["/prepared_by/full_name"] == "Người dùng reporter"


def test_every_error_comes_at_once_in_a_summary_and_at_its_cell(site: Any) -> None:
    page = post(site, site.visit("reporter"), **BAD)
    assert page.status == 422
    summary = page.html.one("div", id="ket-qua")
    assert summary.attributes["tabindex"] == "-1"
    targets = [link.attributes["href"] for link in summary.all("a")]
    assert targets == [
        "#o-fields-plan_document_date",
        "#o-fields-staff_briefed",
        "#o-fields-radio_items",
        "#o-fields-banners",
    ]
    assert "không có ngày 31" in finding_at(page, "/fields/plan_document_date")
    assert "không được lớn hơn tổng số" in finding_at(page, "/fields/staff_briefed")
    assert "Nếu là 1.234 thì ghi 1.234" in finding_at(page, "/fields/radio_items")
    assert "không phải là số nguyên" in finding_at(page, "/fields/banners")
    # The other cell of a rule points at the same sentence.
    assert "không được lớn hơn tổng số" in finding_at(page, "/fields/staff_total")
    assert page.html.one("head").one("title").text.startswith("Còn 4 lỗi")
    assert revisions(site) == []


def test_everything_typed_is_shown_again_as_typed(site: Any) -> None:
    page = post(site, site.visit("reporter"), **BAD)
    shown = page.typed()
    for name, text in {**site.typed, **BAD}.items():
        assert shown[name] == text, name


def test_a_sound_report_is_filed_and_answered_with_a_receipt(site: Any) -> None:
    visitor = site.visit("reporter")
    filed = site.file(visitor)
    assert filed.status == 303
    page = visitor.get(filed.location)
    facts = page.html.one("dl").text
    assert page.html.one("h1").text.startswith("Giấy biên nhận BN-")
    assert "15/09/2021 08:00:00" in facts
    assert "Đúng hạn" in facts
    assert "sớm 1 ngày" in facts
    assert site.here.bell.rings == 1
    assert revisions(site) == [0]


def test_a_late_report_is_taken_and_told_how_late(site: Any) -> None:
    site.here.clock.instant = datetime.fromisoformat("2021-09-18T11:00:00+07:00")
    visitor = site.visit("reporter")
    facts = visitor.get(site.file(visitor).location).html.one("dl").text
    assert "Nộp muộn" in facts
    assert "trễ 1 ngày" in facts


def test_what_was_read_from_the_page_is_what_is_stored(site: Any) -> None:
    visitor = site.visit("reporter")
    site.file(visitor)
    with site.here.host.work.reading() as work:
        payload = work.reports.payloads([(1, 0)])[1, 0]
    assert payload["fields"]["radio_broadcasts"] == 1148
    assert payload["fields"]["social_reach"] is None
    assert payload["by_topic"] == {"radio_items": {"alcohol_law": 9}}
    assert payload["prepared_by"] == {"full_name": "Hoàng Thị Mẫu Đơn", "position": "Chuyên viên"}
    assert payload["approved_by"] is None


def test_warnings_are_asked_about_and_not_changed(site: Any) -> None:
    visitor = site.visit("reporter")
    doubtful = {"/fields/radio_broadcasts": "20"}  # fewer broadcasts than items
    asked = post(site, visitor, **doubtful)
    assert asked.status == 422
    assert "cần kiểm tra" in asked.html.one("div", id="ket-qua").text
    assert asked.html.one("input", name="confirm_warnings").attributes["type"] == "checkbox"
    assert "Tôi đã kiểm tra, số liệu đúng" in asked.html.text
    assert revisions(site) == []

    again = visitor.post(site.form, {**asked.typed(), "action": "file"})
    assert again.status == 422, "the box was not ticked"
    filed = visitor.post(site.form, {**asked.typed(), "action": "file", "confirm_warnings": "yes"})
    assert filed.status == 303
    assert "1 cảnh báo số liệu (A12)" in visitor.get(filed.location).html.text


def test_errors_are_not_confirmed_away(site: Any) -> None:
    page = post(site, site.visit("reporter"), confirm_warnings="yes", **BAD)
    assert page.status == 422
    assert page.html.all("input", name="confirm_warnings") == []


def test_a_double_click_files_once_and_shows_the_same_receipt(site: Any) -> None:
    visitor = site.visit("reporter")
    typed = {**visitor.get(site.form).typed(), **site.typed, "action": "file"}
    first, second = visitor.post(site.form, typed), visitor.post(site.form, typed)
    assert (first.status, second.status) == (303, 303)
    assert first.location == second.location
    assert revisions(site) == [0]


def test_the_same_page_sent_again_with_other_numbers_keeps_them_and_explains(site: Any) -> None:
    visitor = site.visit("reporter")
    typed = {**visitor.get(site.form).typed(), **site.typed, "action": "file"}
    visitor.post(site.form, typed)
    page = visitor.post(site.form, {**typed, "/fields/banners": "25"})
    assert page.status == 422
    assert "đã được nộp một lần trước đó" in page.html.one("div", id="ket-qua").text
    shown = page.typed()
    assert shown["/fields/banners"] == "25"
    assert shown["revision"] == "1"
    filed = visitor.post(site.form, {**shown, "/correction_reason": "Đếm lại băng rôn.", "action": "file"})
    assert filed.location.endswith("/receipts/1")


def test_somebody_who_filed_meanwhile_is_not_overwritten(site: Any) -> None:
    mine, theirs = site.visit("reporter"), site.visit("reporter")
    typed = {**mine.get(site.form).typed(), **site.typed, "action": "file", "/fields/banners": "30"}
    site.file(theirs)
    page = mine.post(site.form, typed)
    assert page.status == 409
    notice = page.html.one("div", id="ket-qua")
    assert "đã được nộp" in notice.text
    assert notice.one("a").attributes["href"] == "/reports/1"
    assert page.typed()["/fields/banners"] == "30"
    assert revisions(site) == [0]


def test_filing_again_starts_from_what_was_filed_and_asks_why(site: Any) -> None:
    visitor = site.visit("reporter")
    site.file(visitor)
    page = visitor.get(site.form)
    shown = page.typed()
    assert shown["/fields/radio_broadcasts"] == "1.148"
    assert shown["/fields/plan_document_date"] == "2/3/2021"
    assert shown["/fields/launch_status"] == "own_plan"
    assert shown["/by_topic/radio_items/alcohol_law"] == "9"
    assert shown["revision"] == "1"
    asked = visitor.post(site.form, {**shown, "action": "file"})
    assert asked.status == 422
    assert "lý do điều chỉnh" in finding_at(asked, "/correction_reason")
    filed = visitor.post(site.form, {**shown, "/correction_reason": "Đếm lại.", "action": "file"})
    assert filed.location == "/reports/1/receipts/1"
    assert revisions(site) == [0, 1]


def test_an_estimate_is_marked_as_one(site: Any) -> None:
    visitor = site.visit("reporter")
    site.file(visitor, **{"/is_estimate": "yes"})
    assert "Số liệu ước tính" in visitor.get("/reports/1").html.text
    box = visitor.get(site.form).html.one("input", name="/is_estimate")
    assert "checked" in box.attributes


def test_rows_come_and_go_without_a_script_and_keep_what_is_typed(site: Any) -> None:
    visitor = site.visit("reporter")
    typed = {**visitor.get(site.form).typed(), **site.typed}
    one = visitor.post(site.form, {**typed, "add_row": "/violations"})
    assert one.status == 200
    assert one.html.all("div", id="ket-qua") == []
    one_typed = {**one.typed(), "/violations/0/full_name": "Nguyễn Văn Mẫu"}
    two = visitor.post(site.form, {**one_typed, "add_row": "/violations"})
    assert [legend.text for legend in _rows(two)] == ["Dòng 1", "Dòng 2"]
    second = {**two.typed(), "/violations/1/full_name": "Trần Thị Thử"}
    left = visitor.post(site.form, {**second, "remove_row": "/violations/0"})
    assert [legend.text for legend in _rows(left)] == ["Dòng 1"]
    shown = left.typed()
    assert "/violations/0/full_name" not in shown
    assert shown["/violations/1/full_name"] == "Trần Thị Thử"
    assert shown["/fields/radio_items"] == "26"
    assert revisions(site) == []


def _rows(page: Any) -> list[Any]:
    table = page.html.one("div", data_records="/violations")
    templates = {id(inner) for template in table.all("template") for inner in template.all()}
    return [legend for legend in table.all("legend") if id(legend) not in templates]


def test_an_error_in_a_row_stands_at_its_cell_even_after_a_row_left_out(site: Any) -> None:
    visitor = site.visit("reporter")
    rows = {
        "/violations/0/full_name": "",
        "/violations/3/case_id": "V1",
        "/violations/3/occurred_on": "ngày kia",
        "/violations/3/full_name": "Nguyễn Văn Mẫu",
    }
    page = post(site, visitor, **{**rows, "/fields/violation_cases": "1"})
    assert page.status == 422
    assert "không phải là ngày" in finding_at(page, "/violations/3/occurred_on")
    assert page.typed()["/violations/3/occurred_on"] == "ngày kia"
    summary = page.html.one("div", id="ket-qua")
    assert "Danh sách vi phạm, dòng 2" in summary.text


@pytest.mark.parametrize("wrong", ["/no_such_table", "/violations/x", "violations/0/1", "", "/violations/99999"])
def test_a_row_that_is_not_there_changes_nothing(site: Any, wrong: str) -> None:
    visitor = site.visit("reporter")
    typed = {**visitor.get(site.form).typed(), **site.typed}
    for action in ("add_row", "remove_row"):
        page = visitor.post(site.form, {**typed, action: wrong})
        assert page.status == 200
        assert page.typed()["/fields/radio_items"] == "26"


def test_enter_without_a_script_files_nothing(site: Any) -> None:
    """The first submit button of a form is what Enter presses; it must be the harmless one."""
    visitor = site.visit("reporter")
    page = visitor.get(site.form)
    first = page.html.one("form", class_="sheet").all("button")[0]
    assert first.attributes["value"] == "show"
    shown = visitor.post(site.form, {**page.typed(), **site.typed, "action": "show"})
    assert shown.status == 200
    assert shown.typed()["/fields/radio_items"] == "26"
    assert revisions(site) == []


def test_a_bad_token_keeps_what_was_typed_and_files_nothing(site: Any) -> None:
    visitor = site.visit("reporter")
    typed = {**visitor.get(site.form).typed(), **site.typed, **BAD, "action": "file", "csrf_token": "cũ"}
    page = visitor.post(site.form, typed, token=False)
    assert page.status == 400
    assert "chưa được nộp" in page.html.one("div", id="ket-qua").text
    shown = page.typed()
    assert all(shown[name] == text for name, text in BAD.items())
    assert shown["csrf_token"] != "cũ"
    assert revisions(site) == []


def test_another_units_form_does_not_exist(site: Any) -> None:
    visitor = site.visit("reporter")
    theirs, nobodys = visitor.get(site.other_form), visitor.get(site.other_form.replace("187", "999"))
    assert (theirs.status, nobodys.status) == (404, 404)
    code = "Mã yêu cầu"
    assert theirs.html.one("main").text.split(code)[0] == nobodys.html.one("main").text.split(code)[0]
    typed = {**visitor.get(site.form).typed(), **site.typed, "action": "file"}
    assert visitor.post(site.other_form, typed).status == 404
    assert revisions(site) == []


def test_a_closed_period_is_said_to_be_closed_and_takes_nothing(site: Any) -> None:
    visitor = site.visit("reporter")
    typed = {**visitor.get(site.form).typed(), **site.typed, "action": "file"}
    close_period(site.here.host, site.campaign, site.period)
    page = visitor.get(site.form)
    assert "Kỳ báo cáo này đã khóa" in page.html.text
    assert page.html.all("form", class_="sheet") == []
    late = visitor.post(site.form, typed)
    assert late.status == 409
    assert revisions(site) == []


def test_a_control_the_form_does_not_have_is_refused_aloud(site: Any) -> None:
    page = post(site, site.visit("reporter"), **{"/fields/no_such_cell": "5"})
    assert page.status == 422
    assert (
        "Không có" in page.html.one("div", id="ket-qua").text or "không có" in page.html.one("div", id="ket-qua").text
    )
    assert revisions(site) == []


def test_computed_cells_are_shown_and_cannot_be_typed(site: Any) -> None:
    page = site.visit("officer").get(f"/campaigns/{site.campaign}/periods/{site.period}/units/STTTT-VP/form")
    expected = page.html.one("output", id="o-fields-units_expected")
    assert int(expected.text) > 10
    assert "/fields/units_expected" not in page.typed()


def test_numbers_are_typed_as_text_with_a_numeric_keyboard(site: Any) -> None:
    controls = site.visit("reporter").get(site.form).html.one("form", class_="sheet").all("input")
    assert {control.attributes.get("type") for control in controls} <= {"text", "hidden", "checkbox", "radio", "file"}
    by_name = {control.attributes["name"]: control.attributes for control in controls}
    assert by_name["/fields/radio_items"]["inputmode"] == "numeric"
    assert "maxlength" not in by_name["/fields/radio_items"], "browsers cut what is pasted without a word"


def test_a_body_too_large_is_refused_with_a_page(site: Any) -> None:
    visitor = site.visit("reporter")
    page = visitor.post(site.form, {"/fields/good_practices": "x" * (1024 * 1024 + 10)})
    assert page.status == 413
    assert "quá lớn" in page.html.one("h1").text
