"""Files and lists on the pages, without JavaScript: nothing typed is lost, and each sees what is for him."""

from __future__ import annotations

import io
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.datastructures import MultiDict
from werkzeug.test import encode_multipart

from thidua.application.periods.campaigns import open_period
from thidua.application.reports.evidence import add_evidence
from thidua.domain.attachments import LARGEST_FILE
from thidua_testkit.files import a_pdf
from thidua_testkit.files import a_photo

CELL = "/fields/mobile_sessions"
LIST = "/evidence/mobile_sessions"
ITEM = {f"{LIST}/0/on": "10/7/2021", f"{LIST}/0/place": "Chợ phiên"}


def photo(seed: int = 1, name: str = "chợ phiên.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(a_photo(seed)), name


def post(site: Any, visitor: Any, action: str = "attach", **changes: Any) -> Any:
    typed = {**visitor.get(site.form).typed(), "action": action, **changes}
    parts = MultiDict({**typed, "csrf_token": visitor.token()})
    sent = [(name, FileStorage(*part) if isinstance(part, tuple) else part) for name, part in parts.items(multi=True)]
    boundary, body = encode_multipart(MultiDict(sent))
    kind = f"multipart/form-data; boundary={boundary}"
    return site.page(visitor.client.post(site.form, data=body, content_type=kind))


def lay(site: Any, name: str, unit: str, pointer: str = CELL, content: bytes | None = None, period: str = "") -> Any:
    return add_evidence(
        site.here.host,
        site.here.actors[name],
        campaign_code=site.campaign,
        period_code=period or site.period,
        unit_code=unit,
        pointer=pointer,
        file_name="ảnh.jpg",
        content=content or a_photo(),
    ).evidence


def files_shown(page: Any) -> list[str]:
    return [item.one("div", class_="file-told").text for item in page.html.all("li", class_="file")]


def test_files_are_sent_with_the_page_and_everything_typed_is_kept(site: Any) -> None:
    visitor = site.visit("reporter")
    sent = {f"file:{CELL}": [photo(), (io.BytesIO(a_pdf()), "kế hoạch.pdf")], "/fields/banners": "1,23"}
    answer = post(site, visitor, **sent)
    assert (answer.status, answer.location) == (303, f"{site.form}#tep-minh-chung")
    page = visitor.get(site.form)
    assert page.typed()["/fields/banners"] == "1,23"
    block = page.html.one("details", data_files=CELL)
    assert [link.text for link in block.all("a") if link.text] == ["chợ phiên.jpg", "Tệp PDF", "kế hoạch.pdf"]
    assert block.all("img")[0].attributes["src"].endswith("/thumbnail")
    picture = visitor.get(block.all("img")[0].attributes["src"]).answer
    assert picture.content_type == "image/jpeg"


def test_a_file_that_is_not_taken_is_named_and_the_others_stay(site: Any) -> None:
    visitor = site.visit("reporter")
    sent = [photo(), (io.BytesIO(b"<svg/>"), "hình.svg"), (io.BytesIO(b"x" * (LARGEST_FILE + 1)), "to.jpg")]
    page = post(site, visitor, **{f"file:{CELL}": sent, "/fields/banners": "31"})
    assert page.status == 422
    said = page.html.one("div", id="tep-loi").text
    assert "“hình.svg”: " in said
    assert "“to.jpg”: Tệp lớn hơn 10 MB" in said
    assert page.typed()["/fields/banners"] == "31"
    assert len(files_shown(page)) == 1
    nothing = post(site, visitor)
    assert "Chưa chọn tệp nào." in nothing.html.one("div", id="tep-loi").text


def test_a_file_goes_to_the_cell_chosen_beside_it_and_is_taken_away_by_its_button(site: Any) -> None:
    visitor = site.visit("reporter")
    post(site, visitor, **{"file:": [photo()], "attach_to": "/fields/banners"})
    page = visitor.get(site.form)
    section = page.html.one("section", id="tep-minh-chung")
    assert "Kèm A19 Băng rôn, khẩu hiệu" in section.text
    button = section.one("button", name="detach")
    assert button.attributes["aria-label"] == "Gỡ tệp chợ phiên.jpg"
    answer = post(site, visitor, "", detach=button.attributes["value"], **{"/fields/banners": "8"})
    assert answer.status == 303
    page = visitor.get(site.form)
    assert (files_shown(page), page.typed()["/fields/banners"]) == ([], "8")
    assert post(site, visitor, **{"file:": [photo()], "attach_to": "/fields/nothing"}).status == 422


def test_another_units_file_is_not_taken_away_nor_shown(site: Any) -> None:
    theirs = lay(site, "neighbour", "LS-187-VHTT")
    visitor = site.visit("reporter")
    assert post(site, visitor, "", detach=str(theirs.id)).status == 404
    assert visitor.get(f"/evidence/{theirs.id}").status == 404
    assert visitor.get(f"/evidence/{theirs.id}/thumbnail").status == 404
    assert site.visit("neighbour").get(f"/evidence/{theirs.id}").status == 200


def test_a_page_with_too_much_is_refused_before_it_is_read(site: Any) -> None:
    visitor = site.visit("reporter")
    body = b"--x\r\n" + b"x" * (22 * 1024 * 1024)
    answer = visitor.client.post(site.form, data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
    assert "21 MB" in answer.text
    plain = visitor.client.post(site.form, data=b"a=" + b"x" * (2 * 1024 * 1024))
    assert plain.status_code in {400, 413}


def test_a_session_that_ended_loses_the_files_but_nothing_typed(site: Any) -> None:
    typed = {**site.visit("reporter").get(site.form).typed(), "/fields/banners": "47", "action": "attach"}
    page = site.stranger().post(site.form, {**typed, f"file:{CELL}": photo()}, content_type="multipart/form-data")
    assert page.status == 401
    kept = {area.attributes["name"]: area.raw.removeprefix("\n") for area in page.html.all("textarea")}
    assert kept["/fields/banners"] == "47"


def test_where_else_a_file_is_used_is_told_as_far_as_the_reader_may_know(site: Any) -> None:
    open_period(site.here.host, site.campaign, "2021-Y")
    lay(site, "reporter", site.unit, period="2021-Y")
    lay(site, "neighbour", "LS-187-VHTT")
    lay(site, "reporter", site.unit)
    mine = files_shown(site.visit("reporter").get(site.form))[0]
    assert "Ảnh này đã nộp ở kỳ " in mine
    assert "Ảnh này đã có trong báo cáo của đơn vị khác." in mine
    assert "Chi Lăng" not in mine
    report = site.file().location.split("/")[2]
    officer = site.visit("officer")
    for path in (f"/reports/{report}", f"/reports/{report}/return"):
        page = officer.get(path)
        assert "Chi Lăng" in files_shown(page)[0]
        assert "1 tệp cũng thấy ở chỗ khác." in page.html.text
        assert page.html.one("section", id="tep-minh-chung").one("img")


def test_a_list_is_added_to_row_by_row_and_is_the_count(site: Any) -> None:
    visitor = site.visit("reporter")
    page = post(site, visitor, "", add_row=LIST)
    assert f"{LIST}/0/place" in page.typed()
    assert page.html.one("form", class_="sheet").attributes["action"].endswith(f"#o{LIST.replace('/', '-')}-0-on")
    assert "readonly" not in page.html.one("input", name=CELL).attributes
    page = visitor.post(site.form, {**page.typed(), **ITEM, CELL: "5", "add_row": LIST})
    count = page.html.one("input", name=CELL)
    assert (count.attributes["value"], "readonly" in count.attributes) == ("1", True)
    assert "máy đếm 1 dòng; trước khi kê, ô này ghi 5" in page.html.text
    saved = visitor.post(site.form, {**page.typed(), "action": "save"})
    assert saved.status == 303
    page = visitor.get(site.form)
    assert page.typed()[f"{LIST}/0/place"] == "Chợ phiên"
    assert page.typed()[CELL] == "1"
    # The draft is judged with the list as its count: nothing is called missing there.
    assert "aria-invalid" not in page.html.one("input", name=CELL).attributes
    gone = visitor.post(site.form, {**page.typed(), "remove_row": f"{LIST}/0"})
    assert f"{LIST}/0/place" not in gone.typed()
    assert "readonly" not in gone.html.one("input", name=CELL).attributes


def test_a_listed_count_is_filed_with_its_photo_and_read_by_the_office(site: Any) -> None:
    laid = lay(site, "reporter", site.unit)
    visitor = site.visit("reporter")
    rows = {
        **ITEM,
        f"{LIST}/0/attachment": laid.attachment.digest,
        f"{LIST}/3/on": "11/7/2021",
        f"{LIST}/3/place": "Trường <b>học</b>",
        f"{LIST}/3/link": "https://huulung.langson.gov.vn/tin/1",
    }
    answer = site.file(visitor, **rows, **{CELL: "999"})
    assert answer.status == 303, answer.html.text
    html = site.visit("officer").get("/reports/1").html
    listed = html.one("details", class_="items")
    assert "10/7/2021 – Chợ phiên; ảnh.jpg" in listed.text
    assert "11/7/2021 – Trường <b>học</b>; https://huulung" in listed.text
    link = next(link for link in listed.all("a") if link.attributes["href"].startswith("https:"))
    assert link.attributes["rel"] == "noopener noreferrer external"
    assert "2 buổi" in html.text
    # Changing only the list is a change, and shown as one.
    again = {**visitor.get(site.form).typed(), **site.typed, f"{LIST}/1/place": "Trường THPT"}
    again |= {"/correction_reason": "Ghi rõ trường.", "action": "file"}
    assert visitor.post(site.form, again).status == 303
    changed = site.visit("officer").get("/reports/1?revision=1&against=0").html.text
    assert "Danh sách kê, dòng 2: Địa điểm, nội dung" in changed


def test_what_is_wrong_in_a_list_is_said_at_its_row(site: Any) -> None:
    rows = {**ITEM, f"{LIST}/0/link": "javascript:alert(1)", f"{LIST}/0/attachment": "0" * 64, f"{LIST}/0/on": "32/7"}
    page = site.file(**rows)
    assert page.status == 422
    links = [link.text for link in page.html.one("div", id="ket-qua").all("a")]
    assert links.count("A22 Buổi tuyên truyền lưu động, danh sách kê, dòng 1") == 3
    assert page.typed()[f"{LIST}/0/link"] == "javascript:alert(1)"
    assert page.html.one("details", data_list="o-fields-mobile_sessions").attributes.get("open") is not None
    theirs = lay(site, "neighbour", "LS-187-VHTT")
    page = site.file(**{**ITEM, f"{LIST}/0/attachment": theirs.attachment.digest})
    assert "Tệp này không có trong số tệp minh chứng của báo cáo" in page.html.text


def test_files_beside_rows_that_name_people_are_for_the_unit_and_the_office(site: Any) -> None:
    laid = lay(site, "reporter", site.unit, "/violations")
    site.file()
    for name, status in (("reporter", 200), ("officer", 200), ("leader", 404), ("neighbour", 404), ("observer", 403)):
        assert site.visit(name).get(f"/evidence/{laid.id}").status == status, name
    assert files_shown(site.visit("leader").get("/reports/1")) == []
    assert len(files_shown(site.visit("officer").get("/reports/1"))) == 1


@pytest.mark.parametrize("path", ["/evidence/1", "/evidence/1/thumbnail", "/evidence/99999999999999999999"])
def test_a_file_that_is_not_there_is_a_404(site: Any, path: str) -> None:
    assert site.visit("officer").get(path).status == 404
