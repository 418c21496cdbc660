"""The page about one unit's deadline: moments, history, and the Office's forms with their refusals."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from thidua.application.periods.campaigns import close_period
from thidua.application.periods.obligations import read_obligation
from thidua.domain.deadlines import Deadline
from thidua.web.time_line import draw_deadline

DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 360, "height": 800}
EXTEND = {
    "form": "extend",
    "seen": "0",
    "ends_at": "21/9/2021 11:30",
    "reason": "Mưa lũ, mất điện",
    "document_number": "12/CV-UBND",
    "requested_by": "UBND huyện Hữu Lũng",
}
EXEMPT = {**EXTEND, "form": "exempt", "ends_at": ""}
OWE = {"form": "owe", "seen": "1", "reason": "Điện đã có lại."}


def path_of(site: Any, unit: str = "") -> str:
    return f"/campaigns/{site.campaign}/periods/{site.period}/units/{unit or site.unit}/deadline"


def history(page: Any) -> list[list[str]]:
    rows = page.html.one("section", id="lich-su").all("tbody")
    return [[cell.text for cell in row.all("th", "td")] for row in (rows[0].all("tr") if rows else [])]


def changes(site: Any) -> int:
    place = {"campaign_code": site.campaign, "period_code": site.period, "unit_code": site.unit}
    return len(read_obligation(site.here.host, site.here.actors["officer"], **place).changes)


def forms(page: Any) -> list[str]:
    return [each.one("input", name="form").attributes["value"] for each in page.html.one("main").all("form")]


def test_the_office_gives_more_time_and_everybody_reads_why(site: Any) -> None:
    officer = site.visit("officer")
    before = officer.get(path_of(site))
    assert forms(before) == ["extend", "exempt"]
    assert "Chưa có thay đổi nào" in before.html.text
    done = officer.post(path_of(site), EXTEND)
    assert (done.status, done.location) == (303, f"{path_of(site)}?done=0#ket-qua")
    site.here.drain()
    page = officer.get(done.location)
    assert "Đã ghi: Gia hạn đến 11 giờ 30, thứ Ba ngày 21/9/2021." in page.html.one("div", role="status").text
    row = [
        "08:00 ngày 15/9/2021",
        "Gia hạn",
        "11 giờ 30, thứ Ba ngày 21/9/2021",
        "Mưa lũ, mất điện",
        "12/CV-UBND",
        "UBND huyện Hữu Lũng",
        "Người dùng officer",
    ]
    assert history(page) == [row]
    assert [mark.text for mark in page.html.one("ol", class_="marks").all("li")] == [
        "Mở: 08 giờ 00, thứ Tư ngày 15/9/2021",
        "Hạn nộp: 17 giờ 00, thứ Năm ngày 16/9/2021",
        "Gia hạn đến: 11 giờ 30, thứ Ba ngày 21/9/2021",
    ]
    theirs = site.visit("reporter").get(path_of(site))
    assert history(theirs) == [row]
    assert forms(theirs) == []
    assert forms(site.visit("leader").get(path_of(site))) == []


def test_a_unit_is_let_off_and_owes_again(site: Any) -> None:
    officer = site.visit("officer")
    officer.post(path_of(site), EXEMPT)
    page = officer.get(path_of(site))
    assert "đang được miễn báo cáo kỳ này. Lý do: Mưa lũ, mất điện" in page.html.text
    assert forms(page) == ["owe"]
    assert officer.post(path_of(site), OWE).status == 303
    page = officer.get(path_of(site))
    assert forms(page) == ["extend", "exempt"]
    assert [row[1:3] for row in history(page)] == [["Bỏ miễn, phải báo cáo", "–"], ["Miễn báo cáo", "không thời hạn"]]


def test_an_exemption_may_end(site: Any) -> None:
    officer = site.visit("officer")
    officer.post(path_of(site), {**EXEMPT, "ends_at": "20/9/2021 17:00"})
    page = officer.get(path_of(site))
    assert "miễn báo cáo kỳ này đến 17 giờ 00, thứ Hai ngày 20/9/2021" in page.html.text
    assert "Hạn nộp được gia hạn đến 17 giờ 00, thứ Tư ngày 22/9/2021" in page.html.text
    assert "Hết miễn: 17 giờ 00, thứ Hai ngày 20/9/2021" in page.html.one("ol", class_="marks").text


@pytest.mark.parametrize(
    ("change", "status", "field", "message"),
    [
        ({"reason": " "}, 422, "reason", "Phải ghi lý do."),
        ({"reason": "a" * 1001}, 422, "reason", "Tối đa 1000 ký tự."),
        ({"document_number": ""}, 422, "document_number", "Phải ghi số văn bản"),
        ({"requested_by": ""}, 422, "requested_by", "Phải ghi ai đề nghị."),
        ({"ends_at": ""}, 422, "ends_at", "Phải ghi hạn mới, cả ngày và giờ."),
        ({"ends_at": "21/9/2021"}, 422, "ends_at", "hãy ghi ngày và giờ"),
        ({"ends_at": "31/9/2021 17:00"}, 422, "ends_at", "không có ngày 31"),
        ({"ends_at": "21/9/2031 17:00"}, 422, "ends_at", "lịch làm việc"),
        ({"ends_at": "16/9/2021 17:00"}, 409, "ends_at", "Hạn mới phải sau hạn nộp hiện nay"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(
    site: Any, change: dict[str, str], status: int, field: str, message: str
) -> None:
    page = site.visit("officer").post(path_of(site), {**EXTEND, **change})
    assert page.status == status
    form = next(each for each in page.html.one("main").all("form") if each.all("input", value="extend"))
    [wrong] = form.all("input", "textarea", aria_invalid="true")
    assert wrong.attributes["name"] == field
    said = wrong.attributes["aria-describedby"].split()[-1]
    assert message in form.one("p", id=said).text
    for name, text in {**EXTEND, **change}.items():
        if name not in {"form", "seen"}:
            control = form.one("input", "textarea", name=name)
            assert (control.attributes.get("value") or control.text) == text.strip(), name
    other = next(each for each in page.html.one("main").all("form") if each.all("input", value="exempt"))
    assert other.one("textarea", name="reason").text == ""
    assert changes(site) == 0


def test_everything_wrong_is_told_at_once(site: Any) -> None:
    page = site.visit("officer").post(path_of(site), {"form": "extend", "seen": "0", "ends_at": "mai"})
    wrong = page.html.one("main").all("input", "textarea", aria_invalid="true")
    assert [each.attributes["name"] for each in wrong] == ["ends_at", "reason", "document_number", "requested_by"]


def test_a_change_made_meanwhile_is_shown_before_anything_is_written(site: Any) -> None:
    first, second = site.visit("officer"), site.visit("officer")
    assert first.post(path_of(site), EXTEND).status == 303
    page = second.post(path_of(site), {**EXTEND, "ends_at": "24/9/2021 17:00", "reason": "Lũ lớn hơn"})
    assert page.status == 409
    alert = page.html.one("div", role="alert").text
    assert "vừa được người khác thay đổi" in alert
    assert "đã có 1 thay đổi khác" in alert
    assert [row[1] for row in history(page)] == ["Gia hạn mới"]
    assert changes(site) == 1
    form = page.html.one("main").all("form")[0]
    assert form.one("textarea", name="reason").text == "Lũ lớn hơn"
    # The page has now shown it: the second press may do it.
    shown = {each.attributes["name"]: each.attributes.get("value", "") for each in form.all("input")}
    assert second.post(path_of(site), {**shown, "reason": "Lũ lớn hơn"}, token=False).status == 303
    assert changes(site) == 2


def test_what_no_longer_fits_is_kept_to_read(site: Any) -> None:
    officer = site.visit("officer")
    officer.post(path_of(site), EXEMPT)
    page = officer.post(path_of(site), {**EXTEND, "seen": "1"})
    assert page.status == 409
    assert "không cần gia hạn" in page.html.one("div", role="alert").text
    assert "Mưa lũ, mất điện" in page.html.one("div", class_="note warn").text


def test_a_closed_period_shows_no_forms_and_takes_no_change(site: Any) -> None:
    close_period(site.here.host, site.campaign, site.period)
    officer = site.visit("officer")
    page = officer.get(path_of(site))
    assert forms(page) == []
    assert "Kỳ báo cáo này đã khóa" in page.html.text
    assert officer.post(path_of(site), EXTEND).status == 409


def test_who_may_look_and_who_may_change(site: Any) -> None:
    officer = site.visit("officer")
    assert site.visit("neighbour").get(path_of(site)).status == 404
    assert site.visit("neighbour").post(path_of(site), EXTEND).status == 403
    assert site.visit("reporter").post(path_of(site), EXTEND).status == 403
    for name in ("observer", "admin", "newcomer"):
        assert site.visit(name).get(path_of(site)).status == 403, name
        assert site.visit(name).post(path_of(site), EXTEND).status == 403, name
    assert site.visit("leader").post(path_of(site), EXTEND).status == 403
    assert officer.get(path_of(site, "XX")).status == 404
    assert officer.get(path_of(site).replace(site.period, "2021-Q1")).status == 404
    assert changes(site) == 0


@pytest.mark.parametrize("wrong", [{"form": "x"}, {"form": ""}, {"seen": ""}, {"seen": "-1"}, {"seen": "٣"}])
def test_a_press_that_does_not_say_what_and_what_it_has_seen_is_refused(site: Any, wrong: dict[str, str]) -> None:
    assert site.visit("officer").post(path_of(site), {**EXTEND, **wrong}).status == 400


def test_a_page_of_another_sign_in_writes_nothing_and_keeps_what_was_typed(site: Any) -> None:
    page = site.visit("officer").post(path_of(site), {**EXTEND, "csrf_token": "old"}, token=False)
    assert page.status == 400
    assert page.html.one("main").all("textarea", name="reason")[0].text == "Mưa lũ, mất điện"
    assert changes(site) == 0
    gone = site.stranger().post(path_of(site), {**EXTEND, "csrf_token": "old"}, token=False)
    assert gone.status == 401
    assert "Mưa lũ, mất điện" in gone.answer.text


def test_the_page_is_reached_from_the_status_and_from_the_report(site: Any) -> None:
    assert site.file().status == 303

    def links(who: str, path: str) -> list[str]:
        return [link.attributes["href"] for link in site.visit(who).get(path).html.all("a")]

    assert path_of(site) in links("officer", site.status)
    assert path_of(site) in links("officer", "/reports/1")
    assert path_of(site) in links("reporter", "/reports/1")
    assert path_of(site) not in links("observer", site.status)


def test_moments_lie_apart_in_order_and_now_between_its_neighbours() -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(f"2021-{text}:00+07:00")

    deadline = Deadline(
        opened_at=at("01-02T08:00"),
        due_at=at("09-16T17:00"),
        extended_to=at("09-16T18:00"),
        locks_at=at("09-16T18:00"),
        working_days=2,
        working_days_left=0,
    )
    for now, low, high in (("09-16T17:30", 1, 2), ("09-01T00:00", 0, 1), ("12-01T00:00", 3, None)):
        line = draw_deadline(deadline, exempt_until=None, now=at(now))
        places = [mark.place for mark in line.marks]
        assert all(right - left >= 11 for left, right in pairwise(places))
        assert 0 < places[0] < places[-1] < 100
        assert places[low] < line.now_place < (places[high] if high is not None else 100)
        assert [mark.label for mark in line.marks if mark.is_last] == ["Gia hạn đến"]
    early = draw_deadline(deadline, exempt_until=None, now=at("01-01T00:00"))
    assert early.now_place < early.marks[0].place


@pytest.mark.browser
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_page_fits_the_screen_and_passes_the_accessibility_check(
    site: Any, windows: Any, size: dict[str, int]
) -> None:
    officer = windows("officer", size)
    for step in (None, EXTEND, {**EXEMPT, "seen": "1", "ends_at": "24/9/2021 17:00"}):
        if step is not None:
            site.visit("officer").post(path_of(site), step)
        page = officer.open(path_of(site))
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.browser
def test_more_time_is_given_from_the_keyboard_without_scripts(site: Any, windows: Any) -> None:
    officer = windows("officer", scripts=False)
    page = officer.open(path_of(site))
    page.locator("#extend-ends_at").focus()
    page.keyboard.type("21/9/2021 11:30")
    for text in ("Mưa lũ", "12/CV-UBND", "UBND huyện"):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#ket-qua")).to_contain_text("Đã ghi: Gia hạn đến 11 giờ 30")
