"""Every figure on the status page opens to its inputs; the API answers the same."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from thidua.application.people.bearer_tokens import issue_token
from thidua.application.review.reviewing import accept_report
from thidua.application.review.reviewing import return_report

DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 360, "height": 800}
INPUTS = "/campaigns/ATGT-2021/status/inputs?period=2021-9M"


def a_full_status(site: Any) -> Any:
    """Hữu Lũng's report is in; it is accepted, and one of the neighbour's is not."""
    site.file()
    accept_report(site.here.host, site.here.actors["officer"], 1, revision=0)
    site.here.drain()
    typed = {**site.visit("neighbour").get(site.other_form).typed(), **site.typed, "action": "file"}
    typed |= {"/fields/stations_total": "20", "/fields/radio_items": "14", "/prepared_by/full_name": "Vi Văn Thử"}
    page = site.visit("neighbour").post(site.other_form, typed)
    assert page.status == 303, page.html.text
    site.here.drain()
    return site


def test_every_figure_of_the_status_page_is_a_link_that_answers_with_that_figure(site: Any) -> None:
    officer = a_full_status(site).visit("officer")
    page = officer.get(site.status)
    shown = {
        link.attributes["href"]: link.text
        for link in page.html.all("a")
        if "/status/inputs?" in link.attributes.get("href", "")
    }
    figures = 0
    by_unit = [href for href in shown if "unit=" in href]
    # Those of one unit are many and alike: every fifteenth stands for its neighbours.
    for href, text in shown.items():
        if href in by_unit and by_unit.index(href) % 15:
            continue
        answer = officer.get(href)
        assert answer.status == 200, href
        assert "lỗi của hệ thống" not in answer.answer.text, href
        if re.search("indicator=|register=|filing=", href):
            assert answer.html.one("b", data_total="").text == text, href
            figures += 1
    assert figures > 70
    for cell in page.html.all("td", class_="num"):
        assert cell.text in {"–", ""} or cell.all("a"), cell.text
    counts = page.html.one("section", data_part="filing").one("p", class_="figures")
    assert len(counts.all("a")) == 6


def test_a_figures_page_names_unit_row_revision_people_rule_and_clause(site: Any) -> None:
    officer = a_full_status(site).visit("officer")
    page = officer.get(f"{INPUTS}&indicator=N10.district&reading=provisional").html
    row = page.one("tr", data_part=site.unit)
    assert "A11" in row.text
    assert row.all("td")[1].all("b")[0].text == "26"
    assert "65,0%" in row.text
    assert "Lập: Hoàng Thị Mẫu Đơn, Chuyên viên." in row.text
    assert "Nộp: Người dùng reporter." in row.text
    assert "Tiếp nhận: Người dùng officer, 08:00 ngày 15/9/2021." in row.text
    assert "Lần nộp 1 , nhận 08:00 ngày 15/9/2021 Đã tiếp nhận".replace(" ,", ",") in row.text
    assert row.all("a")[0].attributes["href"] == "/reports/1?revision=0"
    assert page.one("b", data_total="").text == "40"
    assert "rồi cộng các đơn vị; tính lần nộp mới nhất" in page.text
    assert "Mục II.2; Mục II.3" in page.text
    assert "Biểu A, dòng A11" in page.text
    missing = page.one("section", aria_labelledby="chua-co")
    assert len(missing.one("tbody").all("tr")) == 9
    assert "Chưa nộp, còn trong hạn" in missing.text


def test_the_page_says_when_it_is_older_than_the_latest_changes(site: Any) -> None:
    a_full_status(site)
    return_report(site.here.host, site.here.actors["officer"], 2, revision=0, reason="Sai số.", remarks=())
    page = site.visit("officer").get(f"{INPUTS}&indicator=N10.district&reading=provisional").html
    assert "Số này chưa gồm 1 thay đổi đang chờ tính" in page.text
    assert page.one("b", data_total="").text == "40"
    assert "Báo cáo đã thay đổi, chưa tính lại" in page.one("tr", data_part="LS-187-VHTT").text


def test_who_may_open_what(site: Any) -> None:
    a_full_status(site)
    matrix = {
        ("officer", "indicator=N10.district&reading=provisional"): 200,
        ("leader", "indicator=N10.district&reading=provisional"): 200,
        ("observer", "indicator=N10.district"): 200,
        ("observer", "indicator=N10.district&reading=provisional"): 403,
        ("observer", f"indicator=N10.district&unit={site.unit}"): 403,
        ("observer", "register=violations"): 403,
        ("observer", "duty=O01"): 200,
        ("observer", "filing=on_time"): 200,
        ("observer", "target=T1"): 200,
        ("reporter", "indicator=N10.district"): 403,
        ("admin", "indicator=N10.district"): 403,
        ("newcomer", "filing=on_time"): 403,
        ("officer", "indicator=N99"): 404,
        ("officer", "indicator=N10.district&reading=moon"): 400,
        ("officer", "indicator=N10.district&duty=O01"): 400,
        ("officer", ""): 400,
        ("officer", "indicator=N10.district&page=0"): 400,
    }
    for (who, query), status in matrix.items():
        assert site.visit(who).get(f"{INPUTS}&{query}").status == status, (who, query)
        token = issue_token(site.here.host, name=who, label="thử")
        answer = site.app.test_client().get(
            f"/api/v1{INPUTS}&{query.replace('page=', 'limit=')}", headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code == status, (who, query, answer.text)


def ask(site: Any, query: str, who: str = "officer", **options: Any) -> Any:
    token = issue_token(site.here.host, name=who, label="thử")
    headers = {"Authorization": f"Bearer {token}", **options.pop("headers", {})}
    return site.app.test_client().get(f"/api/v1{INPUTS}&{query}", headers=headers, **options)


def test_the_api_gives_pages_that_add_up_under_the_documents_tag(site: Any) -> None:
    a_full_status(site)
    query = "indicator=N10.district&reading=provisional&limit=1"
    first = ask(site, query)
    body = first.json
    assert (body["total"], body["documented"], body["part_count"]) == (40, 40, 2)
    assert body["parts"][0]["sources"][0]["prepared_by"] == "Hoàng Thị Mẫu Đơn, Chuyên viên"
    assert body["parts"][0]["field_code"] == "A11"
    values, cursor = [part["value"] for part in body["parts"]], body["next"]
    while cursor:
        page = ask(site, f"{query}&cursor={cursor}").json
        values += [part["value"] for part in page["parts"]]
        cursor = page["next"]
    assert sum(values) == 40
    again = ask(site, query, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    stale = body["next"]
    accept_report(site.here.host, site.here.actors["officer"], 2, revision=0)
    assert ask(site, query, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    site.here.drain()
    assert ask(site, f"{query}&cursor={stale}").status_code == 409
    assert ask(site, f"{query}&cursor=moon").status_code == 400


def test_the_api_opens_duties_targets_and_filing_and_its_document_says_so(site: Any) -> None:
    a_full_status(site)
    duty = ask(site, f"duty=O01&unit={site.unit}").json
    assert [cell["value"] for cell in duty["units"][0]["cells"]] == [7, 7]
    assert ask(site, "target=T1").json["judged"]["verdict"] == "not_comparable"
    received = ask(site, "filing=received").json
    assert [unit["unit"] for unit in received["units"]] == [site.unit, "LS-187-VHTT"]
    assert ask(site, "filing=received", "observer").json["units"] == []
    spec = site.app.test_client().get("/api/v1/openapi.json").json
    for path in (
        "/campaigns/{campaign}/status/inputs",
        "/reports/{id}/counted",
        "/campaigns/{campaign}/periods/{period}/units/{unit}/counted",
    ):
        assert path in spec["paths"]
    schemas = spec["components"]["schemas"]
    body = ask(site, "indicator=N10.district&reading=provisional").json
    assert set(schemas["Inputs"]["required"]) <= set(body)
    assert set(schemas["InputPart"]["required"]) == set(body["parts"][0])
    assert set(schemas["InputSource"]["required"]) == set(body["parts"][0]["sources"][0])


# Why not yet


def told(page: Any) -> list[str]:
    return [each.attributes["data-told"] for each in page.html.all("p") if "data-told" in each.attributes]


def test_a_unit_that_filed_nothing_reads_why_with_its_deadline(site: Any) -> None:
    path = f"/campaigns/{site.campaign}/periods/{site.period}/units/{site.unit}/counted"
    page = site.visit("reporter").get(path)
    assert told(page) == ["not_filed"]
    assert "hạn nộp là 17:00 ngày 16/9/2021" in page.html.text
    site.here.clock.instant = datetime.fromisoformat("2021-09-17T08:00:00+07:00")
    assert told(site.visit("officer").get(path)) == ["overdue"]
    assert site.visit("neighbour").get(path).status == 404
    assert site.visit("observer").get(path).status == 403


def test_the_report_page_says_why_and_so_does_the_api(site: Any) -> None:
    site.file()
    reporter = site.visit("reporter")
    assert told(reporter.get("/reports/1")) == ["not_accepted"]
    token = issue_token(site.here.host, name="reporter", label="thử")
    answer = site.app.test_client().get("/api/v1/reports/1/counted", headers={"Authorization": f"Bearer {token}"})
    assert [each["code"] for each in answer.json["told"]] == ["not_accepted"]
    assert answer.json["provisional_revision"] == 0
    accept_report(site.here.host, site.here.actors["officer"], 1, revision=0)
    page = reporter.get("/reports/1")
    assert told(page) == ["waiting", "official"]
    assert "không còn thay đổi nào đứng trước" in page.html.text
    site.here.drain()
    assert told(reporter.get("/reports/1/counted")) == ["official"]


def test_the_status_pages_row_leads_to_why(site: Any) -> None:
    page = site.visit("officer").get(site.status).html
    row = page.one("tr", data_cell=f"unit-{site.unit}")
    [why] = [link for link in row.all("a") if link.text.startswith("Vì sao chưa có?")]
    assert told(site.visit("officer").get(why.attributes["href"])) == ["not_filed"]


# In a browser


def test_a_number_of_filing_names_filing_people_and_clause(site: Any) -> None:
    officer = a_full_status(site).visit("officer")
    page = officer.get(f"{INPUTS}&filing=received").html
    row = page.one("tr", data_part=site.unit)
    assert "Lập: Hoàng Thị Mẫu Đơn, Chuyên viên." in row.text
    assert "Nộp: Người dùng reporter. Tiếp nhận: Người dùng officer. Cách nộp: Nhập trên trang web." in row.text
    assert "/reports/1?revision=0" in [link.attributes["href"] for link in row.all("a")]
    assert "Nghị định 09/2019/NĐ-CP" in page.one("dl").text
    # Who has not filed has nobody behind it.
    row = officer.get(f"{INPUTS}&filing=due_soon").html.all("tr", data_part="LS-183-VHTT")[0]
    assert row.all("td")[-1].text == "–"
    token = issue_token(site.here.host, name="officer", label="test")
    told = site.app.test_client().get(f"/api/v1{INPUTS}&filing=received", headers={"Authorization": f"Bearer {token}"})
    [unit] = [each for each in told.json["units"] if each["unit"] == site.unit]
    assert (unit["filed_by"], unit["accepted_by"]) == ("Người dùng reporter", "Người dùng officer")
    assert told.json["clause"]


@pytest.mark.browser
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_fit_the_screen_and_pass_the_accessibility_check(site: Any, windows: Any, size: dict[str, int]) -> None:
    a_full_status(site)
    person = windows("officer", size)
    for query in (
        "indicator=N10.district&reading=provisional",
        "indicator=N05&reading=provisional&span=cumulative",
        "indicator=N28",
        "duty=O01",
        "target=T1",
        "filing=roster",
        "register=violations",
    ):
        page = person.open(f"{INPUTS}&{query}")
        found = Axe().run(page)
        assert found.violations_count == 0, (query, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], query
    page = person.open(f"/campaigns/{site.campaign}/periods/{site.period}/units/{site.unit}/counted")
    assert Axe().run(page).violations_count == 0


@pytest.mark.browser
def test_a_figure_opens_from_the_keyboard_without_scripts(site: Any, windows: Any) -> None:
    a_full_status(site)
    person = windows("officer", scripts=False)
    page = person.open(site.status)
    page.locator("[data-cell='p-N10.district'] a").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/status/inputs**")
    assert page.locator("[data-total]").inner_text() == "40"
