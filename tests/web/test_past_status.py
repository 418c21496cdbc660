"""The status as of a past moment: its page, its place in the API, and what refuses it."""

from __future__ import annotations

from datetime import datetime
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from thidua.application.people.bearer_tokens import issue_token
from thidua.application.review.reviewing import accept_report
from thidua.application.status import past_statuses
from thidua.application.status.past_statuses import past_status
from thidua.application.status.statuses import read_status

DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 360, "height": 800}
FILED, ACCEPTED = (datetime.fromisoformat(f"2021-09-15T{hour}:00:00+07:00") for hour in ("10", "12"))


@pytest.fixture
def filed(site: Any) -> Any:
    """Hữu Lũng files at ten, the Office accepts at twelve, and it is the next day."""
    site.here.clock.instant = FILED
    site.file()
    site.here.clock.instant = ACCEPTED
    accept_report(site.here.host, site.here.actors["officer"], 1, revision=0)
    site.here.drain()
    site.here.clock.instant = ACCEPTED + timedelta(days=1)
    site.here.refresh()
    return site


def at(site: Any, moment: str, **more: str) -> str:
    return f"{site.status}&at={moment}" + "".join(f"&{name}={value}" for name, value in more.items())


def api(site: Any, who: str, path: str) -> Any:
    token = issue_token(site.here.host, name=who, label="test")
    return site.app.test_client().get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})


def cell(page: Any, name: str) -> str:
    return str(page.html.all(data_cell=name)[0].text)


def test_a_day_and_an_hour_lead_to_the_page_of_that_moment(filed: Any) -> None:
    officer = filed.visit("officer")
    form = officer.get(filed.status).html.one("form", class_="row no-print moment")
    shown = {each.attributes["name"]: each.attributes["value"] for each in form.all("input")}
    assert shown == {"period": filed.period, "day": "16/9/2021", "hour": "12:00"}
    sent = officer.get(f"{form.attributes['action']}?period={filed.period}&day=15/9/2021&hour=11g30")
    assert sent.status == 303
    assert "at=2021-09-15T11:30:00%2B07:00" in sent.location
    page = officer.get(sent.location)
    assert page.html.one("aside", data_past="").text.startswith(
        "Tình hình lúc 11:30 ngày 15/9/2021, tính lại từ sổ báo cáo."
    )
    assert (cell(page, "o-N10.district"), cell(page, "p-N10.district")) == ("–", "26")
    assert "tính từ 1/17 báo cáo đã nộp (0 đã tiếp nhận)" in cell(page, "fresh")
    now = officer.get(filed.status)
    assert cell(now, "o-N10.district") == "26"
    again = page.html.one("form", class_="row no-print moment")
    assert [each.attributes["value"] for each in again.all("input")] == [filed.period, "15/9/2021", "11:30"]


def test_of_the_past_nothing_is_refreshed_done_or_opened_as_if_it_were_now(filed: Any) -> None:
    page = filed.visit("officer").get(at(filed, "2021-09-15T11:00:00%2B07:00")).html
    assert not [each for each in page.all() if "data-live" in each.attributes]
    assert not [each for each in page.all("script") if "status.js" in each.attributes.get("src", "")]
    links = [each.attributes["href"] for each in page.one("main").all("a")]
    assert not [link for link in links if "/inputs" in link or "/paper" in link or "/counted" in link or not link]
    assert not [link for link in links if "/deadline" in link or "/accept" in link]
    # The filing that counted then is opened, and what is sorted or filtered stays in the past.
    assert "/reports/1?revision=0" in links
    own = [link for link in links if "/status?" in link]
    assert [link for link in own if "at=" not in link] == [filed.status]


def test_the_past_is_filtered_and_listed_like_the_present(filed: Any) -> None:
    page = filed.visit("officer").get(at(filed, "2021-09-15T11:00:00%2B07:00", filing="on_time")).html
    rows = page.one("section", id="don-vi").one("tbody").all("tr")
    assert [row.one("th").text for row in rows] == ["Phòng VH&TT huyện Hữu Lũng"]


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("at=2021-09-17T08:00:00%2B07:00", 400, "Lúc 08:00 ngày 17/9/2021 chưa đến"),
        ("day=31/2/2021&hour=17:00", 400, "không có ngày 31"),
        ("day=&hour=", 400, "Hãy ghi ngày và giờ"),
        ("day=5/10/2021&hour=", 400, "hãy ghi ngày và giờ"),
        ("at=yesterday", 400, "phải ghi như 2021-10-05T17:00:00+07:00"),
        ("at=0001-01-01T00:00:00%2B07:00", 400, "Không có thời điểm như vậy"),
        ("at=9999-12-31T23:00:00-07:00", 400, "Không có thời điểm như vậy"),
        ("at=2020-01-01T08:00:00%2B07:00", 404, "đợt thi đua này chưa mở"),
    ],
)
def test_what_cannot_be_shown_is_said_over_the_form(filed: Any, query: str, status: int, says: str) -> None:
    page = filed.visit("officer").get(f"{filed.status}&{query}")
    assert page.status == status
    assert says in page.html.one("div", role="alert").text
    assert page.html.one("form", class_="row no-print moment").all("input", name="day")


def test_more_than_a_page_can_count_is_refused_with_the_command_that_can(
    filed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of_none(*given: Any, **named: Any) -> Any:
        return past_status(*given, **named, most_reports=0)

    monkeypatch.setattr("thidua.web.pages.status.past_status", of_none)
    monkeypatch.setattr("thidua.web.api.statuses.past_status", of_none)
    page = filed.visit("officer").get(at(filed, "2021-09-15T11:00:00%2B07:00"))
    assert page.status == 422
    assert "thidua status show ATGT-2021 --period 2021-9M --at 2021-09-15T11:00:00+07:00" in page.html.text
    told = api(filed, "officer", f"{filed.status}&at=2021-09-15T11:00:00%2B07:00")
    assert told.status_code == 422
    assert told.mimetype == "application/problem+json"
    assert "thidua status show" in told.json["detail"]
    assert past_statuses.MOST_REPORTS == 5000


def test_the_api_answers_the_very_document_of_then(filed: Any) -> None:
    here = filed.here
    here.clock.instant += timedelta(hours=1)
    path = f"{filed.status}&at={here.clock.now().isoformat().replace('+', '%2B')}"
    answer = api(filed, "officer", path)
    assert answer.status_code == 200
    now = read_status(here.host, here.actors["officer"], filed.campaign, filed.period).document
    besides = {"computed_at", "took_ms", "inputs", "as_of"}
    assert {key: answer.json[key] for key in now if key not in besides} == {
        key: value for key, value in now.items() if key not in besides
    }
    assert answer.json["inputs"]["waiting"] is None
    assert answer.headers["ETag"]
    # A plus sign that came as a blank is read as what was meant, and a bare moment is of this zone.
    for written in ("2021-09-15T11:00:00+07:00", "2021-09-15T11:00", "2021-09-15T04:00:00Z"):
        assert api(filed, "officer", f"{filed.status}&at={written}").json["as_of"] == "2021-09-15T11:00:00+07:00"
    assert api(filed, "officer", f"{filed.status}&at=").status_code == 400
    assert api(filed, "officer", f"{filed.status}&at=2021-09-17T08:00:00Z").status_code == 400
    assert api(filed, "reporter", f"{filed.status}&at=2021-09-15T11:00").status_code == 403


def test_the_committee_sees_accepted_aggregates_of_the_past_only(filed: Any) -> None:
    path = f"{filed.status}&at=2021-09-15T11:00"
    told = api(filed, "observer", path).json
    assert told["filing"]["units"] == []
    assert all("provisional" not in indicator for indicator in told["indicators"])
    page = filed.visit("observer").get(path)
    assert page.status == 200
    assert "Hữu Lũng" not in page.html.one("main").text
    assert filed.visit("reporter").get(path).status == 403


def test_the_receipt_folds_away_what_a_specialist_asks(filed: Any) -> None:
    officer = filed.visit("officer")
    document = read_status(filed.here.host, filed.here.actors["officer"], filed.campaign, filed.period).document
    receipt = officer.get(filed.status).html.one("details", data_key="receipt")
    assert "open" not in receipt.attributes
    digests = [each.attributes["title"] for each in receipt.all("code")]
    assert digests == [document["digest"], document["inputs"]["digest"]]
    assert str(document["computed_by"]) in receipt.text
    opened = [each.attributes["href"] for each in receipt.all("a")]
    assert any("filing=received" in link for link in opened)
    assert officer.get(opened[0]).status == 200
    past = officer.get(at(filed, "2021-09-15T11:00")).html.one("details", data_key="receipt")
    assert "không áp dụng" in past.text
    assert "(đang dùng hôm nay)" in past.text


@pytest.mark.browser
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_pages_fit_the_screen_and_pass_the_accessibility_check(
    filed: Any, windows: Any, size: dict[str, int]
) -> None:
    person = windows("officer", size)
    for query in ("at=2021-09-15T11:00:00%2B07:00", "day=31/2/2021&hour=17:00"):
        page = person.open(f"{filed.status}&{query}")
        for receipt in page.locator("details[data-key=receipt] summary").all():
            receipt.click()
        found = Axe().run(page)
        assert found.violations_count == 0, (query, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], query


@pytest.mark.browser
def test_the_moment_is_asked_for_without_scripts(filed: Any, windows: Any) -> None:
    person = windows("officer", scripts=False)
    page = person.open(filed.status)
    page.fill("#xem-ngay", "15/9/2021")
    page.fill("#xem-gio", "11:00")
    page.press("#xem-gio", "Enter")
    page.wait_for_url("**at=2021-09-15T11**")
    assert page.locator("[data-past]").inner_text().startswith("Tình hình lúc 11:00 ngày 15/9/2021")
    page.click("text=Về tình hình hiện nay")
    page.wait_for_url(lambda address: "at=" not in address)
    assert page.locator("[data-past]").count() == 0


@pytest.mark.browser
def test_an_open_receipt_stays_open_while_the_page_refreshes(filed: Any, windows: Any) -> None:
    person = windows("officer")
    page = person.open(filed.status)
    page.click("details[data-key=receipt] summary")
    before = page.locator("[data-cell=fresh]").inner_text()
    filed.here.clock.instant += timedelta(minutes=20)
    neighbour = filed.visit("neighbour")
    typed = {**neighbour.get(filed.other_form).typed(), **filed.typed, "action": "file"}
    neighbour.post(filed.other_form, typed | {"/fields/stations_total": "20", "/fields/radio_items": "14"})
    filed.here.drain()
    page.wait_for_function("was => document.querySelector('[data-cell=fresh]').innerText !== was", arg=before)
    assert page.locator("details[data-key=receipt]").get_attribute("open") is not None
