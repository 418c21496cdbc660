"""A report sent back by cell, from the unit's side: its form, the answers, what stays closed, the whole round."""

from __future__ import annotations

import io
from typing import Any

import pytest

from thidua.application.reports.answering import Remark
from thidua.application.reports.drafting import DraftPlace
from thidua.application.reports.drafts import open_draft
from thidua.application.reports.drafts import save_cells
from thidua.application.reports.drafts import save_page
from thidua.application.review.reviewing import return_report
from thidua.domain.errors import InvalidPayloadError

RADIO = "/fields/radio_items"
RADIO_BOX = "/remarks/~1fields~1radio_items"
ANSWER = "/answers/~1fields~1radio_items"
BANNERS = "/fields/banners"
TOPIC = "/by_topic/radio_items/alcohol_law"
ROW = {
    "subject_kind": "collective",
    "name": "Đội tuyên truyền lưu động",
    "award_form": "giay_khen_department",
    "merit_from": "1/1/2021",
    "merit_to": "31/8/2021",
    "summary": "Sáu buổi tuyên truyền lưu động ở mười hai thôn.",
}
ROWS = {f"/nominations/{index}/{name}": text for index in (0, 1) for name, text in ROW.items()} | {
    "/nominations/1/name": "Tổ phát thanh xã"
}
PLACE = DraftPlace("ATGT-2021", "2021-9M", "LS-186-VHTT")


def send_back(site: Any, *remarks: Remark, **more: Any) -> None:
    return_report(
        site.here.host, site.here.actors["officer"], 1, revision=0, reason="Số liệu chưa khớp.", remarks=remarks, **more
    )


@pytest.fixture
def returned(site: Any) -> Any:
    """The site where Hữu Lũng's report was sent back with one remark."""
    assert site.file().status == 303
    send_back(site, Remark(RADIO, "Đếm lại số tin."))
    return site


def typed_by_hand(page: Any) -> dict[str, str]:
    return {**page.typed(), "action": "file", "/correction_reason": "Sửa theo yêu cầu."}


def sentences(page: Any) -> list[str]:
    return [item.text for item in page.html.one("div", id="ket-qua").all("li")]


def assert_links_lead_somewhere(html: Any) -> None:
    ids = [element.attributes["id"] for element in html.all() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for link in html.all("a"):
        href = link.attributes["href"]
        assert not href.startswith("#") or href[1:] in {*ids, "noi-dung"}, href


def test_the_whole_round(site: Any) -> None:
    unit, office = site.visit("reporter"), site.visit("officer")
    assert site.file(unit).status == 303
    asked = {"revision": "0", "reason": "Số liệu chưa khớp.", RADIO_BOX: "Đếm lại số tin.", "action": "return"}
    assert office.post("/reports/1/return", asked).status == 303

    page = unit.get(site.form)
    note = page.html.one("section", id="tra-lai")
    for words in ("Số liệu chưa khớp.", "Hạn nộp lại", "17/9/2021", "Đếm lại số tin."):
        assert words in note.text
    assert [link.attributes["href"] for link in note.all("a")] == ["#o-fields-radio_items"]
    typed = typed_by_hand(page)
    assert BANNERS not in typed
    assert (typed[RADIO], typed[ANSWER]) == ("26", "")

    forged = unit.post(site.form, {**typed, RADIO: "27", ANSWER: "Đã đếm lại.", BANNERS: "99"})
    assert forged.status == 422
    (sentence,) = sentences(forged)
    assert "không nằm trong các ô được mở" in sentence
    assert forged.html.one("div", id="ket-qua").one("a").attributes["href"] == "#o-fields-banners"
    kept = typed_by_hand(forged)
    assert (kept[RADIO], kept[ANSWER]) == ("27", "Đã đếm lại.")
    assert BANNERS not in kept
    assert "99" in forged.html.one("details", class_="aside").text

    silent = unit.post(site.form, {**kept, ANSWER: " "})
    assert silent.status == 422
    summary = silent.html.one("div", id="ket-qua")
    assert [link.attributes["href"] for link in summary.all("a")] == ["#o-answers-~1fields~1radio_items"]
    control = silent.html.one("textarea", name=ANSWER)
    assert control.attributes["aria-invalid"] == "true"

    filed = unit.post(site.form, {**typed_by_hand(silent), ANSWER: "Đã đếm lại."})
    assert filed.status == 303
    site.here.drain()

    changes = office.get("/reports/1")
    shown = changes.html.all("article", class_="change")
    assert [each.all("h3")[0].text for each in shown] == ["A11 Số tin, bài phát thanh"]
    assert "Đã đếm lại." in shown[0].text
    assert office.post("/reports/1/accept", {"revision": "1"}).status == 303


def test_a_closed_cell_is_text_and_an_open_one_says_what_was_filed(returned: Any) -> None:
    html = returned.visit("reporter").get(returned.form).html
    form = html.one("form", class_="sheet")
    names = {control.attributes.get("name", "") for control in form.all("input", "select", "textarea")}
    cells = {name for name in names if name.startswith(("/fields/", "/by_topic/", "/violations/", "/evidence/"))}
    assert all("radio_items" in name for name in cells)
    assert html.one("p", id="o-fields-banners").text == "24"
    assert html.one("p", id="o-fields-launch_status").text != "own_plan"
    assert "/is_estimate" not in names
    assert form.all("button", name="add_row") == []
    assert html.one("p", data_was_of=RADIO).text.startswith("Lần nộp bị trả lại: 26")
    assert [option.attributes["value"] for option in html.one("select", name="attach_to").all("option")] == [RADIO]


def test_a_return_without_remarks_opens_everything(site: Any) -> None:
    assert site.file().status == 303
    send_back(site)
    page = site.visit("reporter").get(site.form)
    assert "cả báo cáo" in page.html.one("section", id="tra-lai").text
    assert page.typed()[BANNERS] == "24"


def test_a_draft_takes_answers_and_no_closed_cell(returned: Any) -> None:
    host, person = returned.here.host, returned.here.actors["reporter"]
    saved = save_cells(host, person, PLACE, base=0, cells={RADIO: "27", ANSWER: "Đã đếm.", BANNERS: "24"})
    assert set(saved.kept) == {RADIO, ANSWER, BANNERS}
    with pytest.raises(InvalidPayloadError) as refused:
        save_cells(host, person, PLACE, base=saved.version, cells={RADIO: "28", BANNERS: "99"})
    assert [(finding.code, finding.cells) for finding in refused.value.findings] == [("not_open", (BANNERS,))]
    with pytest.raises(InvalidPayloadError):
        save_cells(host, person, PLACE, base=saved.version, cells={"/answers/~1fields~1banners": "Không ai hỏi."})
    save_page(host, person, PLACE, base=saved.version, cells={BANNERS: "99", RADIO: "29"}, revision=1)
    opened = open_draft(host, person, PLACE)
    assert opened.draft is not None
    assert opened.draft.typed == {RADIO: "29", ANSWER: "Đã đếm."}
    assert opened.typed[BANNERS] == "24"


def test_what_a_draft_said_before_the_return_is_told_and_not_filed(site: Any) -> None:
    visitor = site.visit("reporter")
    assert site.file(visitor).status == 303
    host, person = site.here.host, site.here.actors["reporter"]
    save_cells(host, person, PLACE, base=0, cells={BANNERS: "77"})
    send_back(site, Remark(RADIO, "Đếm lại số tin."))
    page = visitor.get(site.form)
    assert "77" in page.html.one("details", class_="aside").text
    assert page.html.one("p", id="o-fields-banners").text == "24"
    assert visitor.post(site.form, {**typed_by_hand(page), ANSWER: "Đúng rồi."}).status == 303


def test_an_answered_report_that_still_waits_stays_closed_and_keeps_its_answers(returned: Any) -> None:
    visitor = returned.visit("reporter")
    page = visitor.get(returned.form)
    assert visitor.post(returned.form, {**typed_by_hand(page), RADIO: "27", ANSWER: "Đã đếm."}).status == 303
    again = visitor.get(returned.form)
    assert "vẫn theo yêu cầu" in again.html.one("section", id="tra-lai").text
    typed = again.typed()
    assert BANNERS not in typed
    assert (typed[RADIO], typed[ANSWER]) == ("27", "Đã đếm.")
    opened = open_draft(returned.here.host, returned.here.actors["reporter"], PLACE)
    assert not any(finding.code == "not_open" for finding in opened.judged.findings)


def test_an_estimate_stays_one(site: Any) -> None:
    visitor = site.visit("reporter")
    assert site.file(visitor, **{"/is_estimate": "yes"}).status == 303
    send_back(site, Remark(RADIO, "Đếm lại."))
    page = visitor.get(site.form)
    assert "Số liệu ước tính: Có" in page.html.one("p", id="o-is_estimate").text
    assert visitor.post(site.form, {**typed_by_hand(page), ANSWER: "Đã đếm."}).status == 303


def test_no_file_is_laid_beside_a_closed_cell(returned: Any) -> None:
    visitor = returned.visit("reporter")
    page = visitor.get(returned.form)
    sent = {**page.typed(), "action": "attach", f"file:{BANNERS}": (io.BytesIO(b"%PDF-1.4\n%%EOF\n"), "a.pdf")}
    refused = visitor.post(returned.form, sent, content_type="multipart/form-data")
    assert refused.status == 422
    assert "chỉ thêm, bớt tệp ở các ô được mở" in refused.html.one("div", id="tep-loi").text


def test_the_office_enters_the_answers_that_came_on_paper(returned: Any) -> None:
    page = returned.visit("officer").get(returned.form.replace("/form", "/paper"))
    typed = page.typed()
    assert ANSWER in typed
    assert BANNERS not in typed
    assert "Đếm lại số tin." in page.html.one("section", id="tra-lai").text


def test_a_closed_table_shows_its_rows_and_files_them_again(site: Any) -> None:
    visitor = site.visit("reporter")
    assert site.file(visitor, **ROWS, confirm_warnings="yes").status == 303
    send_back(site, Remark(RADIO, "Đếm lại."))
    page = visitor.get(site.form)
    assert not any(name.startswith("/nominations/") for name in page.typed())
    shown = page.html.one("div", id="o-nominations")
    assert "Tổ phát thanh xã" in shown.text
    assert "Tập thể" in shown.text
    assert shown.all("button") == []
    typed = typed_by_hand(page)
    grown = visitor.post(site.form, {**typed, "action": "", "add_row": "/nominations"})
    assert len(grown.html.one("div", id="o-nominations").all("fieldset")) == 2
    shrunk = visitor.post(site.form, {**typed, "action": "", "remove_row": "/nominations/0"})
    assert len(shrunk.html.one("div", id="o-nominations").all("fieldset")) == 2
    forged = visitor.post(site.form, {**typed, ANSWER: "Đã đếm.", "/nominations/0/name": "Khác"})
    assert forged.status == 422
    assert any("không nằm trong các ô được mở" in each for each in sentences(forged))
    assert_links_lead_somewhere(forged.html)
    mended = {**typed_by_hand(forged), ANSWER: "Đã đếm.", "confirm_warnings": "yes"}
    assert visitor.post(site.form, mended).status == 303
    site.here.drain()
    found = site.visit("officer").get("/reports/1")
    assert len(found.html.all("article", class_="change")) == 1


def test_a_remark_on_a_row_opens_its_whole_table_and_is_answered_at_the_table(site: Any) -> None:
    visitor = site.visit("reporter")
    assert site.file(visitor, **ROWS, confirm_warnings="yes").status == 303
    send_back(site, Remark("/nominations/1", "Tổ nào?"), Remark("/nominations/0/name", "Ghi đủ tên."))
    page = visitor.get(site.form)
    links = [link.attributes["href"] for link in page.html.one("section", id="tra-lai").all("a")]
    assert links == ["#o-nominations-1-subject_kind", "#o-nominations-0-name"]
    assert_links_lead_somewhere(page.html)
    typed = typed_by_hand(page)
    row, cell = "/answers/~1nominations~11", "/answers/~1nominations~10~1name"
    assert (typed[row], typed[cell], typed["/nominations/1/name"]) == ("", "", "Tổ phát thanh xã")
    # The row that was asked about goes away: its remark is still seen and answered.
    gone = visitor.post(site.form, {**typed, "action": "", "remove_row": "/nominations/1"})
    assert_links_lead_somewhere(gone.html)
    answers = {row: "Đã bỏ tổ này.", cell: "Đã ghi đủ.", "confirm_warnings": "yes"}
    filed = visitor.post(site.form, {**typed_by_hand(gone), **answers, "/nominations/0/name": "Đội TTLĐ huyện"})
    assert filed.status == 303


def test_the_draft_api_refuses_a_closed_cell_by_name(returned: Any) -> None:
    visitor = returned.visit("reporter")
    url, headers = returned.form.replace("/form", "/draft"), {"X-CSRFToken": visitor.token()}
    answer = visitor.client.post(url, json={"base": 0, "cells": {BANNERS: "99", RADIO: "27"}}, headers=headers)
    body: Any = answer.json
    assert (answer.status_code, [(each["code"], each["pointer"]) for each in body["errors"]]) == (
        422,
        [("not_open", BANNERS)],
    )
    kept = visitor.client.post(url, json={"base": 0, "cells": {ANSWER: "Đã đếm."}}, headers=headers)
    saved: Any = kept.json
    assert saved["cells"][ANSWER] == {"state": "saved", "findings": []}
    emptied = visitor.client.post(url, json={"base": saved["version"], "cells": {ANSWER: ""}}, headers=headers)
    wrong: Any = emptied.json
    assert wrong["cells"][ANSWER]["state"] == "wrong"
    assert "Chưa trả lời" in wrong["cells"][ANSWER]["findings"][0]["message"]


def test_a_report_that_its_head_files_is_laid_before_him_only_with_answers(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert site.file().status == 303
    send_back(site, Remark(RADIO, "Đếm lại."))
    for module in ("application.reports.signing_off", "application.reports.proposing", "web.pages.form_view"):
        monkeypatch.setattr(f"thidua.{module}.needs_sign_off", lambda *_: True)
    writer = site.visit("reporter")
    head = site.visit("head")
    typed = typed_by_hand(writer.get(site.form))
    silent = writer.post(site.form, {**typed, "action": "propose"})
    assert silent.status == 422
    assert silent.html.one("textarea", name=ANSWER).attributes["aria-invalid"] == "true"
    assert writer.post(site.form, {**typed, ANSWER: "Đã đếm.", "action": "propose"}).status == 303
    seen = head.get(site.form)
    assert "Đếm lại." in seen.html.one("section", id="tra-lai").text
    assert seen.typed()[ANSWER] == "Đã đếm."


def test_a_remark_on_a_topic_opens_its_field_and_is_answered_there(site: Any) -> None:
    assert site.file(**{TOPIC: "5"}).status == 303
    send_back(site, Remark(TOPIC, "Chủ đề này?"))
    page = site.visit("reporter").get(site.form)
    answer = "/answers/~1by_topic~1radio_items~1alcohol_law"
    assert (page.typed()[answer], page.typed()[TOPIC]) == ("", "5")
