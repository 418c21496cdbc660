"""The status page: what it shows, to whom, and how it stays fresh."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from thidua.application.periods.obligations import Wish
from thidua.application.periods.obligations import change_obligation
from thidua.application.review.reviewing import accept_report
from thidua.application.review.reviewing import return_report
from thidua.domain.reports import ObligationChangeKind
from thidua.web import status_view

STATES = ("on_time", "late", "overdue", "due_soon", "not_due", "exempt")


def tiles(page: Any) -> dict[str, int]:
    found = {}
    for state in STATES:
        tile = page.html.one("a", data_cell=f"filing-{state}")
        found[state] = int(tile.one("b").text)
    return found


def test_the_six_states_are_drawn_and_sum_to_the_roster(site: Any) -> None:
    site.file()
    site.here.clock.instant = datetime.fromisoformat("2021-09-17T08:00:00+07:00")
    site.here.refresh()
    page = site.visit("officer").get(site.status)
    counts = tiles(page)
    with site.here.host.work.reading() as work:
        roster = len(work.campaigns.roster(site.campaign, site.period))
    assert sum(counts.values()) == roster
    assert counts["on_time"] == 1
    assert counts["overdue"] > 0
    bar = page.html.one("svg", class_="filing-bar")
    widths = [float(part.attributes["width"].removesuffix("%")) for part in bar.all("rect")]
    assert abs(sum(widths) - 100) < 0.1
    assert f"{roster} đơn vị" in bar.one("title").text
    assert "Đúng hạn: 1" in bar.one("desc").text


def test_the_page_says_from_how_many_reports_and_when(site: Any) -> None:
    site.file()
    text = site.visit("officer").get(site.status).html.one("div", data_part="freshness").text
    assert "Tính từ 1/" in text
    assert "báo cáo đã nộp" in text
    assert "ngày 15/9/2021" in text
    assert "Bộ quy tắc 2021.1" in text


def figure(page: Any, key: str) -> str:
    return str(page.html.one("td", data_cell=key).text)


def test_official_and_provisional_figures_stand_apart(site: Any) -> None:
    site.file()
    officer = site.visit("officer")
    page = officer.get(site.status)
    assert (figure(page, "o-N10.district"), figure(page, "p-N10.district")) == ("–", "26")
    accept_report(site.here.host, site.here.actors["officer"], 1, revision=0)
    site.here.drain()
    page = officer.get(site.status)
    assert (figure(page, "o-N10.district"), figure(page, "p-N10.district")) == ("26", "26")


def test_a_figure_opens_to_its_units_and_topics(site: Any) -> None:
    site.file()
    details = site.visit("officer").get(site.status).html.one("details", data_key="N10.district")
    row = next(row for row in details.all("tr") if "Hữu Lũng" in row.text)
    assert [cell.text for cell in row.all("td")] == ["Phòng VH&TT huyện Hữu Lũng", "–", "26"]
    topics = {row.all("td")[0].text: row.all("td")[2].text for row in details.all("tr") if row.all("td")}
    assert topics["Luật phòng chống tác hại của rượu, bia"] == "9"


def test_who_needs_attention_comes_first_and_can_be_filtered(site: Any) -> None:
    site.file()
    site.here.clock.instant = datetime.fromisoformat("2021-09-17T08:00:00+07:00")
    site.here.refresh()
    officer = site.visit("officer")
    rows = officer.get(site.status).html.one("section", id="don-vi").one("tbody").all("tr")
    assert "Quá hạn chưa nộp" in rows[0].text
    assert "Hữu Lũng" not in rows[0].text
    filtered = officer.get(f"{site.status}&filing=on_time").html
    rows = filtered.one("section", id="don-vi").one("tbody").all("tr")
    assert [row.one("th").text for row in rows] == ["Phòng VH&TT huyện Hữu Lũng"]
    assert filtered.one("a", data_cell="filing-on_time").attributes["aria-current"] == "true"
    assert "filing=on_time" in filtered.one("div", class_="stack", data_etag=_etag(filtered)).attributes["data-live"]
    assert officer.get(f"{site.status}&filing=nonsense&sort=nonsense").status == 200


def test_every_unit_without_an_accepted_report_says_why(site: Any) -> None:
    here, officer = site.here, site.here.actors["officer"]
    wish = Wish(kind=ObligationChangeKind.EXEMPTED, reason="Trụ sở bị bão.", document_number="1/CV", requested_by="Lý")
    change_obligation(
        here.host, officer, campaign_code=site.campaign, period_code=site.period, unit_code=site.unit, wish=wish
    )
    here.drain()
    page = site.visit("officer").get(site.status).html
    rows = page.one("section", id="don-vi").one("tbody").all("tr")
    assert len(rows) > 10
    for row in rows:
        assert any("/counted" in link.attributes["href"] for link in row.all("a")), row.text


def test_days_late_are_told_by_who_held_the_report(site: Any) -> None:
    site.here.clock.instant = datetime.fromisoformat("2021-09-17T18:00:00+07:00")
    site.file()
    site.here.clock.instant = datetime.fromisoformat("2021-09-19T08:00:00+07:00")
    site.here.refresh()
    officer = site.visit("officer")
    row = officer.get(site.status).html.one("tr", data_cell=f"unit-{site.unit}").text
    assert "đơn vị chậm 2 ngày" in row
    assert "chờ Văn phòng 2 ngày" in row
    return_report(site.here.host, site.here.actors["officer"], 1, revision=0, reason="Số liệu chưa khớp.")
    site.here.drain()
    assert "hạn nộp lại" in officer.get(site.status).html.one("tr", data_cell=f"unit-{site.unit}").text


def _etag(html: Any) -> str:
    found = [element.attributes["data-etag"] for element in html.all("div") if "data-etag" in element.attributes]
    return str(found[0])


def test_asking_again_costs_nothing_until_something_changes(site: Any) -> None:
    officer = site.visit("officer")
    etag = _etag(officer.get(site.status).html)
    unchanged = officer.get(site.fragment, headers={"If-None-Match": f'"{etag}"'})
    assert unchanged.status == 304
    assert unchanged.answer.data == b""
    assert unchanged.answer.headers["ETag"] == f'"{etag}"'

    site.file()
    changed = officer.get(site.fragment, headers={"If-None-Match": f'"{etag}"'})
    assert changed.status == 200
    assert "<html" not in changed.answer.text
    assert tiles(changed)["on_time"] == 1
    new = changed.answer.headers["ETag"].strip('"')
    assert new != etag
    assert officer.get(site.fragment, headers={"If-None-Match": f'"{new}"'}).status == 304


def test_the_fragment_is_the_pages_own_main_part(site: Any) -> None:
    site.file()
    officer = site.visit("officer")
    whole, part = officer.get(site.status).html, officer.get(site.fragment).html
    live = next(element for element in whole.all("div") if "data-live" in element.attributes)
    assert [child.text for child in live.all("section")] == [child.text for child in part.all("section")]
    parts = [element.attributes.get("data-part") for element in part.children if not isinstance(element, str)]
    assert None not in parts
    assert len(parts) == len(set(parts)), "the script finds parts by name"


def test_a_script_whose_session_ended_is_told_so_and_not_sent_elsewhere(site: Any) -> None:
    answer = site.stranger().get(site.fragment)
    assert answer.status == 401
    assert "Location" not in answer.answer.headers


def test_without_a_script_the_page_asks_again_by_itself(site: Any) -> None:
    head = site.visit("officer").get(site.status).html.one("head")
    assert head.one("noscript").one("meta").attributes["http-equiv"] == "refresh"


def test_the_committee_sees_accepted_aggregates_only(site: Any) -> None:
    site.file()
    page = site.visit("observer").get(site.status)
    assert page.status == 200
    assert page.html.all("section", id="don-vi") == []
    assert "Hữu Lũng" not in page.html.text
    assert "N10.district" not in page.answer.text


def test_a_reporter_is_not_shown_the_campaign(site: Any) -> None:
    page = site.visit("reporter").get(site.status)
    assert page.status == 403
    assert "không được" in page.html.one("h1").text


def test_a_campaign_or_period_that_was_never_opened_is_not_found(site: Any) -> None:
    officer = site.visit("officer")
    assert officer.get(f"/campaigns/{site.campaign}/status?period=2021-Y").status == 404
    assert officer.get("/campaigns/XXX/status").status == 404
    assert officer.get("/campaigns/XXX/status/fragment").status == 404


def test_without_a_period_the_newest_is_shown(site: Any) -> None:
    page = site.visit("officer").get(f"/campaigns/{site.campaign}/status")
    assert page.status == 200
    assert page.html.one("nav", aria_label="Kỳ báo cáo").one("a", aria_current="page").text.startswith("9 tháng")


def test_the_duties_stand_in_a_matrix_of_units(site: Any) -> None:
    site.file()
    matrix = site.visit("officer").get(site.status).html.one("table", class_="matrix")
    labels = [glyph.attributes["aria-label"] for glyph in matrix.all("svg")]
    assert any(label == "Phòng VH&TT huyện Hữu Lũng: Đã làm" for label in labels)
    assert any(label.endswith(": Chưa có kết quả") for label in labels)


def test_a_roster_too_long_for_details_is_listed_all_the_same(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    site.file()
    site.here.clock.instant = datetime.fromisoformat("2021-09-17T08:00:00+07:00")
    site.here.refresh()
    officer = site.visit("officer")
    whole = officer.get(site.status)
    monkeypatch.setattr(status_view, "_MOST_IN_DETAILS", 3)
    listed = officer.get(site.status)
    assert listed.html.one("section", data_part="units").text == whole.html.one("section", data_part="units").text
    monkeypatch.setattr(status_view, "_MOST_IN_TABLE", 2)
    page = officer.get(site.status)
    section = page.html.one("section", data_part="units")
    assert len(section.one("tbody").all("tr")) == 2
    assert f"Còn {sum(tiles(page).values()) - 2} đơn vị nữa" in section.text
    overdue = officer.get(f"{site.status}&filing=overdue").html.one("section", data_part="units")
    assert f"Còn {tiles(page)['overdue'] - 2} đơn vị nữa" in overdue.text
