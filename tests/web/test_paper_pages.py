"""The Office enters a paper report for a unit; the badge of it wherever the report is seen."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pytest

from thidua.application.periods.campaigns import close_period
from thidua_testkit.files import a_pdf
from thidua_testkit.files import a_workbook

PAPER = "/campaigns/ATGT-2021/periods/2021-9M/units/LS-186-VHTT/paper"
RECEIVED, REASON, SCAN = "/on_behalf/paper_received_at", "/on_behalf/reason", "/on_behalf/scan"
ABOUT = {RECEIVED: "14/9/2021 16:30", REASON: "Đơn vị mất mạng từ ngày 13/9."}


def post(visitor: Any, typed: dict[str, Any], action: str = "file", **changes: Any) -> Any:
    data = {**typed, **changes, "action": action}
    return visitor.post(PAPER, data, content_type="multipart/form-data")


def scan(name: str = "ban-giay.pdf", content: bytes | None = None) -> tuple[io.BytesIO, str]:
    return io.BytesIO(a_pdf() if content is None else content), name


def enter(site: Any, officer: Any, **changes: Any) -> Any:
    typed = {**officer.get(PAPER).typed(), **site.typed, **ABOUT}
    page = post(officer, typed, **{f"file:{SCAN}": scan(), **changes})
    site.here.drain()
    return page


def test_a_paper_report_is_entered_with_its_scan_in_one_go_and_without_a_script(site: Any) -> None:
    officer = site.visit("officer")
    page = enter(site, officer)
    assert page.status == 303, page.html.text
    receipt = officer.get(page.location).html.text
    assert "Nhập thay" in receipt
    assert "nhập từ bản giấy nhận lúc 14/09/2021 16:30:00" in receipt
    assert "Đúng hạn sớm 2 ngày" in receipt
    report = officer.get("/reports/1").html
    assert "Lý do: Đơn vị mất mạng từ ngày 13/9." in report.text
    look = next(link for link in report.all("a") if link.text == "xem bản quét")
    assert officer.get(look.attributes["href"]).answer.headers["Content-Disposition"].startswith("attachment")


def test_the_unit_sees_that_it_was_entered_for_it_and_why(site: Any) -> None:
    enter(site, site.visit("officer"))
    reporter = site.visit("reporter")
    for path in ("/reports", "/reports/due", "/reports/1", "/reports/1/receipts/0"):
        assert "Nhập thay" in reporter.get(path).html.text, path
    assert site.visit("neighbour").get("/reports/1").status == 404
    # The next filing is the unit's own again: the badge is that of a filing and not of a report.
    site.file(reporter, **{"/correction_reason": "Sửa số băng rôn.", "/fields/banners": "25"})
    assert "Nhập thay" not in reporter.get("/reports").html.one("main").text
    assert "Nhập thay" in reporter.get("/reports/1?revision=0").html.one("main").text


def test_the_office_finds_whose_paper_it_may_enter(site: Any) -> None:
    officer = site.visit("officer")
    links = [link.attributes["href"] for link in officer.get("/paper").html.all("a")]
    assert PAPER in links
    assert PAPER in [link.attributes["href"] for link in officer.get(site.status).html.all("a")]
    assert "/paper" in [link.attributes["href"] for link in officer.get("/reports/due").html.one("main").all("a")]
    enter(site, officer)
    assert PAPER not in [link.attributes["href"] for link in officer.get("/paper").html.all("a")]
    assert PAPER not in [link.attributes["href"] for link in officer.get(site.status).html.all("a")]
    # What is filed is corrected from its own page.
    assert PAPER in [link.attributes["href"] for link in officer.get("/reports/1").html.all("a")]
    leader = site.visit("leader")
    assert PAPER not in leader.get(site.status).answer.text
    assert PAPER not in leader.get("/reports/1").answer.text


@pytest.mark.parametrize(("name", "status"), [("reporter", 403), ("leader", 403), ("observer", 403), ("admin", 403)])
def test_nobody_else_enters_paper(site: Any, name: str, status: int) -> None:
    visitor = site.visit(name)
    assert visitor.get("/paper").status == status
    assert visitor.get(PAPER).status == status
    assert post(visitor, {**site.typed, **ABOUT}).status == status


def test_what_is_missing_is_said_at_its_cell_and_everything_typed_comes_back(site: Any) -> None:
    officer = site.visit("officer")
    shown = officer.get(PAPER).typed()
    page = post(officer, {**shown, **site.typed, RECEIVED: "hôm qua", REASON: " ", "/fields/banners": "nhiều"})
    assert page.status == 422
    text = page.html.text
    assert "Còn 4 lỗi" in page.html.one("title").text
    for label in ("Thời điểm nhận bản giấy", "Lý do nhập thay", "Bản quét", "A19 Băng rôn, khẩu hiệu"):
        assert label in [link.text for link in page.html.one("div", id="ket-qua").all("a")]
    assert "Phải kèm bản quét hoặc ảnh chụp bản giấy." in text
    again = page.typed()
    assert (again[RECEIVED], again["/fields/banners"], again["/fields/radio_items"]) == ("hôm qua", "nhiều", "26")
    select = page.html.one("select", name=SCAN)
    assert select.attributes["aria-invalid"] == "true"
    late = post(officer, {**shown, **site.typed, **ABOUT, RECEIVED: "16/9/2021 8:00"}, **{f"file:{SCAN}": scan()})
    assert "không thể ở tương lai" in late.html.text


def test_a_scan_sent_before_stays_chosen_and_a_sheet_is_none(site: Any) -> None:
    officer = site.visit("officer")
    typed = {**officer.get(PAPER).typed(), **site.typed}
    page = post(officer, typed, "attach", **{f"file:{SCAN}": scan()})
    assert (page.status, page.typed()["/fields/banners"]) == (200, "24")
    assert len(page.typed()[SCAN]) == 64
    sheet = post(officer, typed, "attach", **{f"file:{SCAN}": scan("bảng.xlsx", a_workbook())})
    options = [option.text for option in sheet.html.one("select", name=SCAN).all("option")]
    assert options == ["– Chưa có tệp –", "ban-giay.pdf"]
    refused = post(officer, {**typed, **ABOUT}, "file", **{f"file:{SCAN}": scan("độc.pdf", b"<svg/>")})
    assert refused.status == 422
    assert "“độc.pdf”:" in refused.html.one("div", id="tep-loi").text
    assert refused.typed()["/fields/banners"] == "24"
    file_id = page.html.one("button", name="detach").attributes["value"]
    assert "ban-giay.pdf" not in post(officer, typed, "show", detach=file_id).html.one("main").text


def test_rows_and_lists_work_as_on_the_units_form(site: Any) -> None:
    officer = site.visit("officer")
    typed = officer.get(PAPER).typed()
    page = post(officer, typed, "", add_row="/evidence/mobile_sessions")
    assert "/evidence/mobile_sessions/0/on" in page.typed()


def test_the_units_draft_is_neither_shown_nor_touched(site: Any) -> None:
    reporter, officer = site.visit("reporter"), site.visit("officer")
    reporter.post(site.form, {**reporter.get(site.form).typed(), "/fields/banners": "77", "action": "save"})
    assert officer.get(PAPER).typed()["/fields/banners"] == ""
    assert enter(site, officer).status == 303
    page = reporter.get(site.form)
    assert page.typed()["/fields/banners"] == "77"
    assert "đã có một lần nộp khác" in page.html.text


def test_a_filing_meanwhile_is_told_and_nothing_typed_is_lost(site: Any) -> None:
    officer = site.visit("officer")
    typed = {**officer.get(PAPER).typed(), **site.typed, **ABOUT}
    site.file()
    page = post(officer, typed, **{f"file:{SCAN}": scan(), "/fields/banners": "99"})
    assert page.status == 409
    assert page.typed()["/fields/banners"] == "99"
    assert "đã được nộp" in page.html.one("div", id="ket-qua").text


def test_pressed_twice_it_is_filed_once(site: Any) -> None:
    officer = site.visit("officer")
    typed = {**officer.get(PAPER).typed(), **site.typed, **ABOUT}
    typed = post(officer, typed, "attach", **{f"file:{SCAN}": scan()}).typed()
    first, second = post(officer, typed), post(officer, typed)
    assert (first.status, second.status) == (303, 303)
    assert first.location == second.location


def test_a_lost_session_or_a_forged_token_loses_nothing(site: Any) -> None:
    officer = site.visit("officer")
    typed = {**officer.get(PAPER).typed(), **site.typed, **ABOUT}
    forged = officer.post(PAPER, {**typed, "action": "file", "csrf_token": "x"}, token=False)
    assert (forged.status, forged.typed()["/fields/banners"]) == (400, "24")
    stranger = site.stranger().post(PAPER, {**typed, "action": "file"}, content_type="multipart/form-data")
    assert stranger.status == 401
    kept = {area.attributes["name"]: area.raw.removeprefix("\n") for area in stranger.html.all("textarea")}
    assert kept[REASON] == ABOUT[REASON]


def test_a_closed_period_takes_no_paper(site: Any) -> None:
    officer = site.visit("officer")
    typed = {**officer.get(PAPER).typed(), **site.typed, **ABOUT}
    close_period(site.here.host, site.campaign, site.period)
    assert "Kỳ báo cáo này đã khóa" in officer.get(PAPER).html.text
    assert post(officer, typed, **{f"file:{SCAN}": scan()}).status == 422
    assert post(officer, typed).status == 409
    assert PAPER not in officer.get("/paper").answer.text


def test_punctuality_counts_from_the_stamp_when_it_is_typed_late(site: Any) -> None:
    site.here.clock.instant = datetime.fromisoformat("2021-09-20T09:00:00+07:00")
    officer = site.visit("officer")
    page = enter(site, officer)
    assert page.status == 303
    assert "Đúng hạn sớm 2 ngày" in officer.get(page.location).html.text
    report = officer.get("/reports/1").html.text
    assert "09:00:00, từ bản giấy nhận lúc 16:30 ngày 14/9/2021 Đúng hạn sớm 2 ngày" in report
