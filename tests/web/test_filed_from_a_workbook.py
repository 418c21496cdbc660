"""A draft that was filled from a workbook says so when it is filed, and nothing else does."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from filled_workbooks import filled

from thidua.application.reports.answering import Remark
from thidua.application.reports.drafting import DraftPlace
from thidua.application.reports.drafts import open_draft
from thidua.application.reports.evidence import add_evidence
from thidua.application.reports.filing import file_report
from thidua.application.reports.paper import Paper
from thidua.application.reports.proposing import propose_draft
from thidua.application.reports.proposing import send_back
from thidua.application.review.reading import read_report
from thidua.application.review.reviewing import return_report
from thidua.domain.reports import Channel
from thidua_testkit.files import a_pdf

BANNERS, RADIO = "/fields/banners", "/fields/radio_items"
ANSWER = "/answers/~1fields~1radio_items"
WORDS = "Điền từ tệp Excel"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def site_url(request: pytest.FixtureRequest) -> str:
    """Give either database in turn: the word lies in the table of both."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


def import_workbook(site: Any, visitor: Any, **values: object) -> None:
    """Fill single cells of the workbook and take them all over into the draft."""
    content = visitor.get(f"{site.form}/workbook").answer.data
    book = filled(content, {f"/fields/{name}": value for name, value in values.items()})
    page = visitor.post(f"{site.form}/workbook/import", {"workbook": (io.BytesIO(book), "biểu.xlsx")})
    hidden = {each.attributes["name"]: each.attributes["value"] for each in page.html.all("input", type="hidden")}
    take = [f"/fields/{name}" for name in values]
    assert visitor.post(f"{site.form}/workbook/fill", {**hidden, "take": take}).status == 303


def channels(site: Any, report_id: int = 1) -> list[Channel]:
    sheet = read_report(site.here.host, site.here.actors["officer"], report_id)
    assert sheet.broken_at is None
    return [revision.channel for revision in sheet.revisions]


def stored(site: Any) -> Any:
    with site.here.host.work.reading() as work:
        return work.drafts.get(campaign_code=site.campaign, period_code=site.period, unit_code=site.unit)


def save(site: Any, visitor: Any, **changes: str) -> None:
    assert visitor.post(site.form, {**visitor.get(site.form).typed(), **changes, "action": "save"}).status == 303


def test_a_draft_filled_from_a_workbook_and_typed_in_since_is_filed_as_from_a_workbook(site: Any) -> None:
    visitor = site.visit("reporter")
    import_workbook(site, visitor, banners=7)
    page = visitor.get(site.form)
    assert f"biên nhận ghi cách nộp là {WORDS}" in page.html.text
    save(site, visitor, **{RADIO: "27"})
    assert site.file(visitor).status == 303
    assert channels(site) == [Channel.WORKBOOK]
    receipt = visitor.get("/reports/1/receipts/0")
    assert f"Cách nộp{WORDS}" in receipt.html.text
    report = visitor.get("/reports/1")
    assert f"Cách nộp{WORDS}" in report.html.text
    ledger = report.html.all("table")[-1].text
    assert WORDS in ledger


def test_what_is_typed_on_the_page_alone_is_filed_as_from_the_page(site: Any) -> None:
    visitor = site.visit("reporter")
    save(site, visitor, **{BANNERS: "7"})
    assert "biên nhận ghi cách nộp" not in visitor.get(site.form).html.text
    assert site.file(visitor).status == 303
    assert channels(site) == [Channel.WEB]
    assert "Cách nộpNhập trên trang web" in visitor.get("/reports/1/receipts/0").html.text


def test_a_workbook_that_changes_nothing_leaves_the_draft_what_it_was(site: Any) -> None:
    visitor = site.visit("reporter")
    save(site, visitor, **{BANNERS: "7"})
    version = stored(site).version
    # Somebody filed meanwhile: taking over brings the draft on to the next filing, and no figure.
    from_program(site)
    fields = {"draft_version": str(version), "revision": "1", f"to:{BANNERS}": "7", "take": [BANNERS]}
    assert visitor.post(f"{site.form}/workbook/fill", fields).status == 303
    went_on = stored(site)
    assert (went_on.version, went_on.revision, went_on.is_from_workbook) == (version + 1, 1, False)


def test_a_draft_thrown_away_takes_its_workbook_along(site: Any) -> None:
    visitor = site.visit("reporter")
    import_workbook(site, visitor, banners=7)
    version = str(stored(site).version)
    assert visitor.post(f"{site.form}/discard", {"draft_version": version}).status == 303
    save(site, visitor, **{BANNERS: "8"})
    assert site.file(visitor).status == 303
    assert channels(site) == [Channel.WEB]


def test_an_answer_to_a_return_says_how_it_was_filled_itself(site: Any) -> None:
    visitor, officer = site.visit("reporter"), site.here.actors["officer"]
    import_workbook(site, visitor, banners=7)
    assert site.file(visitor).status == 303
    remarks = [Remark(RADIO, "Đếm lại số tin.")]
    return_report(site.here.host, officer, 1, revision=0, reason="Chưa khớp.", remarks=remarks)
    typed = {**visitor.get(site.form).typed(), RADIO: "26", "/correction_reason": "Đếm lại.", "action": "file"}
    typed[ANSWER] = "Đã đếm lại."
    assert visitor.post(site.form, typed).status == 303
    assert channels(site) == [Channel.WORKBOOK, Channel.WEB]
    return_report(site.here.host, officer, 1, revision=1, reason="Chưa khớp.", remarks=remarks)
    import_workbook(site, visitor, radio_items=25)
    typed = {**visitor.get(site.form).typed(), "/correction_reason": "Đếm lại.", "action": "file"}
    typed[ANSWER] = "Đã đếm lại."
    assert visitor.post(site.form, typed).status == 303
    assert channels(site) == [Channel.WORKBOOK, Channel.WEB, Channel.WORKBOOK]


def test_a_draft_that_outlived_somebody_elses_filing_still_comes_from_its_workbook(site: Any) -> None:
    visitor = site.visit("reporter")
    import_workbook(site, visitor, banners=7)
    assert stored(site).revision == 0
    # The report comes in by the API, without the draft; the page then carries it on to the next filing.
    from_program(site)
    save(site, visitor, **{RADIO: "30"})
    went_on = stored(site)
    assert (went_on.revision, went_on.is_from_workbook) == (1, True)
    typed = {**visitor.get(site.form).typed(), "/correction_reason": "Đếm lại.", "action": "file"}
    assert visitor.post(site.form, typed).status == 303
    assert channels(site) == [Channel.API, Channel.WORKBOOK]


def from_program(site: Any) -> None:
    host, actor = site.here.host, site.here.actors["reporter"]
    opened = open_draft(host, actor, DraftPlace(site.campaign, site.period, site.unit))
    envelope = opened.desk.judge(site.typed).envelope
    assert envelope is not None
    file_report(host, actor, replace(envelope, confirm_warnings=True), channel=Channel.API)


def test_lists_and_programs_are_told_by_which_door_the_newest_filing_came(site: Any) -> None:
    visitor = site.visit("reporter")
    import_workbook(site, visitor, banners=7)
    assert site.file(visitor).status == 303
    officer = site.visit("officer")

    def listed(channel: str) -> tuple[int, int]:
        page = officer.get(f"/reports?channel={channel}")
        chosen = [each for each in page.html.one("select", id="channel").all("option") if "selected" in each.attributes]
        assert [each.attributes["value"] for each in chosen] == [channel]
        there = officer.client.get(f"/api/v1/reports?channel={channel}").json["reports"]
        return len(page.html.all("tbody")), len(there)

    assert (listed("workbook"), listed("web")) == ((1, 1), (0, 0))
    told = officer.client.get("/api/v1/reports/1").json
    assert [(each["channel"], each["channel_label"]) for each in told["revisions"]] == [("workbook", WORDS)]
    assert told["events"][0]["channel"] == "workbook"
    for where in ("/reports", "/api/v1/reports"):
        assert officer.client.get(f"{where}?channel=fax").status_code == 400
    typed = {**visitor.get(site.form).typed(), "/correction_reason": "Đếm lại.", "action": "file"}
    assert visitor.post(site.form, typed).status == 303
    assert (listed("workbook"), listed("web")) == ((0, 0), (1, 1))


def test_what_is_laid_before_the_head_and_sent_back_still_comes_from_its_workbook(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("thidua.application.reports.proposing.needs_sign_off", lambda *_: True)
    visitor = site.visit("reporter")
    save(site, visitor, **{**site.typed, "/prepared_by/position": "Phó phòng"})
    import_workbook(site, visitor, banners=7)
    host, place = site.here.host, DraftPlace(site.campaign, site.period, site.unit)
    propose_draft(host, site.here.actors["reporter"], place, version=stored(site).version)
    assert stored(site).proposed_by is not None
    send_back(host, site.here.actors["head"], place, version=stored(site).version, note="Đếm lại.")
    assert (stored(site).note, stored(site).channel) == ("Đếm lại.", Channel.WORKBOOK)


def test_what_the_office_enters_from_paper_is_entered_on_behalf_whatever_it_was_typed_in(site: Any) -> None:
    host, officer = site.here.host, site.here.actors["officer"]
    opened = open_draft(host, site.here.actors["reporter"], DraftPlace(site.campaign, site.period, site.unit))
    envelope = opened.desk.judge(site.typed).envelope
    assert envelope is not None
    place = {"campaign_code": site.campaign, "period_code": site.period, "unit_code": site.unit, "pointer": ""}
    scan = add_evidence(host, officer, **place, file_name="x", content=a_pdf()).evidence.attachment.digest
    paper = Paper(host.clock.now(), "Đơn vị mất mạng.", scan)
    file_report(host, officer, replace(envelope, confirm_warnings=True), channel=Channel.WORKBOOK, paper=paper)
    assert channels(site) == [Channel.ON_BEHALF]
