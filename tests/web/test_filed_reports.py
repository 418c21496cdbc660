"""Filed reports: as filed, what changed, acceptance, the list, and who may see them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from thidua.application.review.reviewing import return_report


def test_a_report_is_shown_as_filed(site: Any) -> None:
    visitor = site.visit("reporter")
    site.file(visitor)
    page = visitor.get("/reports/1")
    text = page.html.one("main").text
    assert "Ban hành kế hoạch riêng" in text
    assert "1.148 lượt" in text
    assert "Hoàng Thị Mẫu Đơn, Chuyên viên" in text
    assert "Nộp lần đầu" in text
    assert "15/09/2021 08:00:00" in text
    links = [link.attributes["href"] for link in page.html.one("main").all("a")]
    assert "/reports/1/receipts/0" in links
    assert site.form in links, "the unit may file again"


def test_no_data_and_nothing_look_different(site: Any) -> None:
    site.file()
    rows = site.visit("officer").get("/reports/1").html.all("tr")
    shown = {row.one("th").text: row.all("td")[0].text for row in rows if row.all("td", class_="value")}
    assert shown["A18 Lượt tiếp cận mạng xã hội"] == "–"
    assert shown["A28 Số trường hợp CC, VC, NLĐ vi phạm"] == "0 trường hợp"


def test_a_correction_shows_what_it_changed(site: Any) -> None:
    visitor = site.visit("reporter")
    site.file(visitor)
    shown = visitor.get(site.form).typed()
    visitor.post(
        site.form, {**shown, "/fields/banners": "25", "/correction_reason": "Đếm lại băng rôn.", "action": "file"}
    )
    page = visitor.get("/reports/1")
    text = page.html.one("main").text
    assert "Lần trước: 24" in text
    assert text.count("đã sửa") == 1
    assert "Đếm lại băng rôn." in text
    assert "Sửa và nộp lại" in text
    old = visitor.get("/reports/1?revision=0").html.one("main").text
    assert "Đây là bản cũ" in old
    assert "24 chiếc" in old
    assert visitor.get("/reports/1?revision=7").status == 404
    assert visitor.get("/reports/1?revision=x").status == 404


def test_the_office_accepts_what_it_has_read(site: Any) -> None:
    site.file()
    officer = site.visit("officer")
    form = officer.get("/reports/1").html.one("form", action="/reports/1/accept")
    assert form.one("input", name="revision").attributes["value"] == "0"
    page = officer.post("/reports/1/accept", {"revision": "0", "note": "Đủ."})
    assert page.location == "/reports/1"
    shown = officer.get("/reports/1")
    assert "Đã tiếp nhận" in shown.html.one("main").text
    assert "Văn phòng Sở tiếp nhận" in shown.html.one("main").text
    assert "Đủ." in shown.html.one("main").text
    assert shown.html.all("form", action="/reports/1/accept") == []


def test_a_report_corrected_meanwhile_is_not_accepted_unread(site: Any) -> None:
    visitor = site.visit("reporter")
    site.file(visitor)
    shown = visitor.get(site.form).typed()
    visitor.post(site.form, {**shown, "/fields/banners": "25", "/correction_reason": "Sai.", "action": "file"})
    page = site.visit("officer").post("/reports/1/accept", {"revision": "0"})
    assert page.status == 409
    assert "hãy xem lại" in page.html.one("main").text


def test_only_the_office_accepts(site: Any) -> None:
    site.file()
    for name in ("reporter", "leader", "observer", "admin"):
        page = site.visit(name).post("/reports/1/accept", {"revision": "0"})
        assert page.status == 403, name
    assert site.visit("reporter").get("/reports/1").html.all("form", action="/reports/1/accept") == []


def test_an_acceptance_that_names_no_revision_is_refused(site: Any) -> None:
    site.file()
    for revision in ("", "x", "-1", "٣"):
        assert site.visit("officer").post("/reports/1/accept", {"revision": revision}).status == 400


def test_another_units_report_does_not_exist(site: Any) -> None:
    site.file()
    neighbour = site.visit("neighbour")
    for path in ("/reports/1", "/reports/1/receipts/0", "/reports/1?revision=0"):
        theirs, nobodys = neighbour.get(path), neighbour.get(path.replace("/1", "/99"))
        assert (theirs.status, nobodys.status) == (404, 404), path
        ours = [page.html.one("main").text.split("Mã yêu cầu")[0] for page in (theirs, nobodys)]
        assert ours[0] == ours[1]
    assert neighbour.get("/reports").html.all("tbody") == []
    assert "Hữu Lũng" not in neighbour.get("/reports/due").html.text


def test_rows_that_name_people_stay_with_the_unit_and_the_office(site: Any) -> None:
    rows = {
        "/violations/0/case_id": "V1",
        "/violations/0/occurred_on": "1/7/2021",
        "/violations/0/full_name": "Nguyễn Văn Giấu Tên",
        "/violations/0/staff_kind": "civil_servant",
        "/violations/0/behaviour": "other",
        "/violations/0/status": "pending",
        "/fields/violation_cases": "1",
    }
    assert site.file(**rows).status == 303
    for name, sees in (("reporter", True), ("officer", True), ("leader", False)):
        text = site.visit(name).get("/reports/1").answer.text
        assert ("Nguyễn Văn Giấu Tên" in text) is sees, name
    assert "chỉ đơn vị và Văn phòng Sở được xem" in site.visit("leader").get("/reports/1").html.text


def test_the_office_lists_and_filters_all_reports(site: Any) -> None:
    site.file()
    officer = site.visit("officer")
    row = officer.get("/reports").html.one("tbody").one("tr")
    assert "Phòng VH&TT huyện Hữu Lũng" in row.text
    assert "Đã gửi (chờ duyệt)" in row.text
    assert officer.get("/reports?state=submitted&campaign=ATGT-2021&period=2021-9M").html.all("tbody") != []
    assert officer.get("/reports?state=accepted").html.all("tbody") == []
    assert officer.get("/reports?after=1").html.all("tbody") == []
    for wrong in ("state=nonsense", "after=x", "after=-1", "after=" + "9" * 30):
        assert officer.get(f"/reports?{wrong}").status == 400, wrong


def test_what_is_due_comes_by_urgency_with_its_hour(site: Any) -> None:
    visitor = site.visit("reporter")
    page = visitor.get("/reports/due")
    card = page.html.all("section", class_="card")[0]
    assert "Báo cáo 9 tháng năm 2021 – Biểu A" in card.text
    assert card.one("a", class_="button").attributes["href"] == site.form
    site.file(visitor)
    page = visitor.get("/reports/due")
    assert "không còn báo cáo nào phải nộp" in page.html.text
    assert "Đúng hạn" in page.html.one("tbody").text


def the_first_filing(page: Any) -> str:
    """What the report page says of when the report came in."""
    facts = next(each for each in page.html.one("main").all("dl") if "Nộp lần đầu" in each.text)
    terms, told = [each.text for each in facts.all("dt")], [each.text for each in facts.all("dd")]
    return str(told[terms.index("Nộp lần đầu")])


def test_a_report_that_came_in_time_and_counts_as_late_says_why(site: Any) -> None:
    visitor = site.visit("reporter")
    site.file(visitor)
    officer = site.here.actors["officer"]
    return_report(site.here.host, officer, 1, revision=0, reason="Đếm lại.")
    assert "muộn vì" not in the_first_filing(visitor.get("/reports/1"))
    site.here.clock.instant += timedelta(days=9)
    visitor = site.visit("reporter")
    assert "muộn vì trả lời lần trả lại sau hạn" in the_first_filing(visitor.get("/reports/1"))


def test_a_filing_that_did_not_count_names_the_one_that_does(site: Any) -> None:
    visitor = site.visit("reporter")
    site.file(visitor)
    return_report(site.here.host, site.here.actors["officer"], 1, revision=0, reason="Trống.", incomplete=True)
    site.here.clock.instant += timedelta(days=9)
    visitor = site.visit("reporter")
    shown = visitor.get(site.form).typed()
    reason = {"/fields/banners": "25", "/correction_reason": "Điền đủ.", "action": "file", "confirm_warnings": "on"}
    visitor.post(site.form, {**shown, **reason})
    assert "tính theo lần nộp đầy đủ lúc" in the_first_filing(visitor.get("/reports/1"))
