"""The report form as a draft, without JavaScript: what is typed stays, whoever else types."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from thidua.application.periods.campaigns import close_period
from thidua.application.reports.filing import file_report
from thidua.domain.reports import Channel
from thidua.forms.envelope import read_envelope
from thidua.forms.readers import read_web
from thidua.forms.written import envelope_data

RADIO = "/fields/radio_items"
BANNERS = "/fields/banners"
NOTE = "/comments/~1fields~1staff_briefed"


def colleague(site: Any) -> Any:
    held = site.here.actors["reporter"].memberships
    site.here.add_account("colleague", *((each.role, each.unit_code) for each in held), password=site.password)
    return site.visit("colleague")


def post(site: Any, visitor: Any, shown: dict[str, str], action: str, **changes: Any) -> Any:
    return visitor.post(site.form, {**shown, **changes, "action": action})


def draft(site: Any) -> dict[str, str | None]:
    with site.here.host.work.reading() as work:
        found = work.drafts.get(campaign_code=site.campaign, period_code=site.period, unit_code=site.unit)
    return found.typed if found else {}


def at_cell(page: Any, pointer: str) -> str:
    """All sentences that a control points at."""
    control = page.html.one("input", "select", "textarea", name=pointer)
    described = control.attributes.get("aria-describedby", "").split()
    return " | ".join(element.text for each in described for element in page.html.all("p", "div", id=each))


def test_a_saved_page_opens_again_as_typed_with_its_errors_at_their_cells(site: Any) -> None:
    visitor = site.visit("reporter")
    shown = visitor.get(site.form).typed()
    assert shown["draft_version"] == "0"
    answer = post(site, visitor, shown, "save", **{RADIO: "1,234", "/fields/good_practices": "Một\r\n  hai"})
    assert (answer.status, answer.location.split("#")[0]) == (303, site.form)
    page = visitor.get(site.form)
    again = page.typed()
    assert again[RADIO] == "1,234"
    assert again["/fields/good_practices"] == "Một\n  hai"
    assert again["draft_version"] == "1"
    assert "Nếu là 1.234 thì ghi 1.234" in at_cell(page, RADIO)
    text = page.html.text
    assert "Đang có bản nháp, lưu lúc 08:00 ngày 15/9/2021 bởi Người dùng reporter" in text
    # What nobody touched yet is not called missing.
    assert "Bản nháp còn 1 lỗi" in text
    assert "Chưa nộp được" not in text
    form = page.html.one("form", class_="sheet").attributes
    base = site.form.removesuffix("/form")
    assert form["data-draft-url"] == base + "/draft"
    assert form["data-context-url"] == base + "/context"
    assert form["data-sign-in-url"] == "/sign-in/again"
    assert form["data-draft-version"] == "1"
    assert form["data-person"] == "reporter"
    assert "data-carry-url" not in form


def test_filing_takes_the_draft_along_and_a_refused_filing_keeps_it(site: Any) -> None:
    visitor = site.visit("reporter")
    shown = {**visitor.get(site.form).typed(), **site.typed}
    refused = post(site, visitor, shown, "file", **{RADIO: "-5"})
    assert refused.status == 422
    assert draft(site)[RADIO] == "-5"
    filed = post(site, visitor, {**refused.typed(), RADIO: "26"}, "file")
    assert filed.status == 303
    assert draft(site) == {}
    assert "bản nháp" not in visitor.get(site.form).html.text


def test_the_same_page_sent_twice_leaves_one_report_and_no_draft(site: Any) -> None:
    visitor = site.visit("reporter")
    shown = {**visitor.get(site.form).typed(), **site.typed}
    first = post(site, visitor, shown, "file")
    second = post(site, visitor, shown, "file")
    assert first.location == second.location
    assert draft(site) == {}


def test_two_editors_see_both_versions_at_the_cell_and_nothing_is_lost(site: Any) -> None:
    one, other = site.visit("reporter"), colleague(site)
    mine, theirs = one.get(site.form).typed(), other.get(site.form).typed()
    assert post(site, other, theirs, "save", **{RADIO: "27", BANNERS: "4"}).status == 303
    page = post(site, one, mine, "save", **{RADIO: "26", "/fields/online_items": "9"})
    assert page.status == 409
    assert page.typed()[RADIO] == "26"
    assert "Người dùng colleague ghi lúc 08:00 ngày 15/9/2021: 27" in at_cell(page, RADIO)
    # An empty cell never beats what somebody else wrote there.
    assert page.typed()[BANNERS] == "4"
    assert "vừa ghi ô này" in at_cell(page, BANNERS)
    assert (draft(site)[RADIO], draft(site)[BANNERS], draft(site)["/fields/online_items"]) == ("27", "4", "9")
    # The page now knows both, so that sending it again is a choice.
    assert post(site, one, page.typed(), "save").status == 303
    assert (draft(site)[RADIO], draft(site)[BANNERS]) == ("26", "4")


def test_the_other_version_is_taken_with_a_tick(site: Any) -> None:
    one, other = site.visit("reporter"), colleague(site)
    mine = one.get(site.form).typed()
    post(site, other, other.get(site.form).typed(), "save", **{RADIO: "27"})
    page = post(site, one, mine, "file", **{**site.typed, RADIO: "26"})
    assert page.status == 409
    # Who opened a page stands in it by itself; that is nobody's word and clashes with nothing.
    box = page.html.one("input", name="take_theirs")
    assert box.attributes["value"] == RADIO
    filed = post(site, one, page.typed(), "file", take_theirs=RADIO)
    assert filed.status == 303, filed.html.text
    report = int(filed.location.split("/")[2])
    with site.here.host.work.reading() as work:
        assert work.reports.payloads([(report, 0)])[report, 0]["fields"]["radio_items"] == 27


def test_filing_does_not_pass_over_what_somebody_else_wrote_elsewhere(site: Any) -> None:
    one, other = site.visit("reporter"), colleague(site)
    mine = {**one.get(site.form).typed(), **site.typed}
    post(site, other, other.get(site.form).typed(), "save", **{"/fields/good_practices": "Của đồng nghiệp"})
    page = post(site, one, mine, "file")
    assert page.status == 409
    assert page.typed()["/fields/good_practices"] == "Của đồng nghiệp"
    assert post(site, one, page.typed(), "file").status == 303


def test_a_page_that_cannot_say_what_it_saw_overwrites_nothing(site: Any) -> None:
    one = site.visit("reporter")
    shown = one.get(site.form).typed()
    post(site, one, shown, "save", **{RADIO: "26"})
    for wrong in ("", "x", "-1", "1" * 400, "1.0"):
        page = post(site, one, shown, "save", **{RADIO: "99", "draft_version": wrong})
        assert page.status == 409, wrong
        assert draft(site)[RADIO] == "26"


def test_letters_that_no_database_holds_are_kept_visible(site: Any) -> None:
    one = site.visit("reporter")
    shown = one.get(site.form).typed()
    assert post(site, one, shown, "save", **{"/fields/good_practices": "a\x00b"}).status == 303
    assert draft(site)["/fields/good_practices"] == "a\ufffdb"


def test_cells_no_form_has_and_endless_texts_do_not_stop_the_rest(site: Any) -> None:
    one = site.visit("reporter")
    shown = one.get(site.form).typed()
    answer = post(
        site, one, shown, "save", **{RADIO: "26", "/fields/nothing": "1", "/fields/good_practices": "x" * 20_001}
    )
    assert answer.status == 303
    assert draft(site)[RADIO] == "26"
    assert "/fields/good_practices" not in draft(site)


def test_rows_come_and_go_in_the_draft(site: Any) -> None:
    one = site.visit("reporter")
    page = one.post(site.form, {**one.get(site.form).typed(), "add_row": "/violations"})
    assert page.status == 200
    page = one.post(site.form, {**page.typed(), "/violations/0/full_name": "A", "add_row": "/violations"})
    page = one.post(site.form, {**page.typed(), "/violations/1/full_name": "B", "action": "show"})
    assert (draft(site)["/violations/0/full_name"], draft(site)["/violations/1/full_name"]) == ("A", "B")
    page = one.post(site.form, {**page.typed(), "remove_row": "/violations/0"})
    assert draft(site)["/violations/0/full_name"] is None
    assert "/violations/0/full_name" not in one.get(site.form).typed()
    assert one.get(site.form).typed()["/violations/1/full_name"] == "B"


def test_a_tick_taken_away_is_a_change_too(site: Any) -> None:
    one = site.visit("reporter")
    post(site, one, one.get(site.form).typed(), "save", **{"/is_estimate": "yes"})
    assert "checked" in one.get(site.form).html.one("input", name="/is_estimate").attributes
    post(site, one, one.get(site.form).typed(), "save")
    assert draft(site)["/is_estimate"] is None
    assert "checked" not in one.get(site.form).html.one("input", name="/is_estimate").attributes


def test_throwing_away_asks_first_and_not_if_somebody_wrote_since(site: Any) -> None:
    one = site.visit("reporter")
    address = site.form + "/discard"
    assert one.get(address).status == 303
    post(site, one, one.get(site.form).typed(), "save", **{RADIO: "26"})
    question = one.get(address)
    assert "không lấy lại được" in question.html.text
    version = question.html.one("input", name="draft_version").attributes["value"]
    post(site, one, one.get(site.form).typed(), "save", **{RADIO: "27"})
    assert one.post(address, {"draft_version": version}).status == 409
    assert draft(site)[RADIO] == "27"
    version = one.get(address).html.one("input", name="draft_version").attributes["value"]
    assert one.post(address, {"draft_version": version}, token=False).status == 400
    assert one.post(address, {"draft_version": version}).status == 303
    assert draft(site) == {}
    assert one.get(site.form).typed()[RADIO] == ""
    # A page left open from before does not think that it has seen what comes now.
    assert int(one.get(site.form).typed()["draft_version"]) > int(version)
    assert site.visit("neighbour").get(address).status == 404


def test_a_draft_outlives_a_filing_by_another_door_and_says_so(site: Any) -> None:
    one = site.visit("reporter")
    post(site, one, one.get(site.form).typed(), "save", **{RADIO: "99"})
    file_by_api(site)
    page = one.get(site.form)
    assert "đã có một lần nộp khác" in page.html.text
    assert page.typed()[RADIO] == "99"
    assert page.typed()[BANNERS] == "24"
    assert page.typed()["revision"] == "1"
    filed = post(site, one, page.typed(), "file", **{"/correction_reason": "Đếm lại", "confirm_warnings": "yes"})
    assert filed.status == 303, filed.html.text
    assert draft(site) == {}


def file_by_api(site: Any) -> None:
    form = site.here.host.catalogue.form(site.campaign, site.period, "A")
    data = envelope_data(
        form, read_web(form, dict(site.typed)), unit_code=site.unit, period_code=site.period, revision=0, computed={}
    )
    envelope, findings = read_envelope(data)
    assert envelope is not None
    assert findings == ()
    file_report(site.here.host, site.here.actors["reporter"], envelope, channel=Channel.API)


def test_the_list_of_due_reports_tells_of_the_draft(site: Any) -> None:
    one = site.visit("reporter")
    assert "bản nháp" not in one.get("/reports/due").html.text
    post(site, one, one.get(site.form).typed(), "save", **{RADIO: "26"})
    text = one.get("/reports/due").html.text
    assert "Đang có bản nháp, lưu lúc 08:00 ngày 15/9/2021 bởi Người dùng reporter." in text
    assert "bản nháp" not in site.visit("neighbour").get("/reports/due").html.text


def test_a_locked_period_saves_nothing_and_shows_what_was_typed(site: Any) -> None:
    one = site.visit("reporter")
    shown = one.get(site.form).typed()
    close_period(site.here.host, site.campaign, site.period)
    page = post(site, one, shown, "save", **{RADIO: "26"})
    assert page.status == 409
    assert "đã khóa" in page.html.text
    assert draft(site) == {}


def test_a_comment_is_filed_with_the_report_and_shown_beside_its_cell(site: Any) -> None:
    one = site.visit("reporter")
    shown = {**one.get(site.form).typed(), **site.typed}
    page = post(site, one, shown, "comment", comment_on="/fields/staff_briefed")
    assert page.typed()[NOTE] == ""
    assert page.html.one("textarea", name=NOTE).attributes["id"] in {
        label.attributes.get("for") for label in page.html.all("label")
    }
    filed = post(site, one, page.typed(), "file", **{NOTE: "Một người nghỉ thai sản."})
    assert filed.status == 303, filed.html.text
    report = int(filed.location.split("/")[2])
    with site.here.host.work.reading() as work:
        payload = work.reports.payloads([(report, 0)])[report, 0]
    assert payload["comments"] == {"/fields/staff_briefed": "Một người nghỉ thai sản."}
    for who in ("reporter", "officer", "leader"):
        assert "Một người nghỉ thai sản." in site.visit(who).get(f"/reports/{report}").html.text
    # It comes along into the next filing.
    assert one.get(site.form).typed()[NOTE] == "Một người nghỉ thai sản."


def test_a_comment_about_people_is_for_those_who_may_read_their_names(site: Any) -> None:
    one = site.visit("reporter")
    about = "/comments/~1violations"
    shown = {**one.get(site.form).typed(), **site.typed, about: "Anh Mẫu đã nộp phạt."}
    report = post(site, one, shown, "file").location.split("/")[2]
    assert "Anh Mẫu" in site.visit("officer").get(f"/reports/{report}").html.text
    assert "Anh Mẫu" not in site.visit("leader").get(f"/reports/{report}").html.text
    assert "Anh Mẫu" not in site.visit("leader").client.get(f"/api/v1/reports/{report}").text


def test_a_comment_that_only_the_draft_holds_is_filed_too(site: Any) -> None:
    one = site.visit("reporter")
    shown = {**one.get(site.form).typed(), **site.typed}
    token = one.token()
    saved = one.client.post(
        site.form.removesuffix("/form") + "/draft",
        json={"base": 0, "cells": {NOTE: "Có lý do."}},
        headers={"X-CSRFToken": token},
    )
    filed = post(site, one, {**shown, "draft_version": str(saved.json["version"])}, "file")
    assert filed.status == 303, filed.html.text
    report = int(filed.location.split("/")[2])
    with site.here.host.work.reading() as work:
        assert work.reports.payloads([(report, 0)])[report, 0]["comments"] == {"/fields/staff_briefed": "Có lý do."}


@pytest.mark.parametrize("about", ["", "/fields/nothing", "x", "/fields/radio_items/../x", "\x00"])
def test_a_comment_on_nothing_is_no_comment(site: Any, about: str) -> None:
    one = site.visit("reporter")
    page = post(site, one, one.get(site.form).typed(), "comment", comment_on=about)
    assert page.status == 200
    assert not [name for name in page.typed() if name.startswith("/comments/")]


def test_the_clock_of_a_save_is_the_servers(site: Any) -> None:
    site.here.clock.instant = datetime.fromisoformat("2021-09-15T09:30:00+07:00")
    one = site.visit("reporter")
    post(site, one, one.get(site.form).typed(), "save", **{RADIO: "26"})
    assert "lưu lúc 09:30 ngày 15/9/2021" in one.get(site.form).html.text
