"""Many reports accepted with one press: chosen, looked at, pressed, and told what became of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from thidua.application.periods.obligations import Wish
from thidua.application.periods.obligations import change_obligation
from thidua.application.reports.answering import Remark
from thidua.application.review.accepting import MOST_ON_A_PAGE
from thidua.application.review.reading import read_report
from thidua.application.review.reviewing import accept_report
from thidua.application.review.reviewing import return_report
from thidua.domain.accounts import Role
from thidua.domain.reports import ObligationChangeKind
from thidua.domain.reports import ReportState

DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 360, "height": 800}
BULK = "/campaigns/ATGT-2021/periods/2021-9M/acceptance"
PREVIEW = f"{BULK}/preview"
#: Units of form A beside Hữu Lũng, with figures of their own.
UNITS = ["LS-178-VHTT", "LS-180-VHTT", "LS-181-VHTT", "LS-182-VHTT", "LS-183-VHTT", "LS-184-VHTT"]
#: Counts that differ from unit to unit, so that none looks copied from another.
OWN = (
    *("direction_docs_count", "briefing_sessions", "radio_items", "radio_broadcasts", "radio_minutes"),
    *("online_items", "banners", "mobile_sessions", "direct_sessions", "direct_participants"),
)
#: As few stations as the smallest place has.
STATIONS = {"/fields/stations_total": "8", "/fields/stations_broadcasting": "7"}


def own_figures(place: int) -> dict[str, str]:
    """Draw figures for a unit; as long as the order of the fields, so that no rule objects."""
    drawn = {name: 20 + (7919 * (place + 2) * (at + 3)) % 89 for at, name in enumerate(OWN)}
    drawn["radio_broadcasts"] += 400
    drawn["radio_minutes"] += 600
    drawn["direct_participants"] += 700
    return {f"/fields/{name}": str(count) for name, count in drawn.items()} | STATIONS


def file(site: Any, unit: str, visitor: Any = None, **changes: str) -> int:
    """File a unit's report; returns its id."""
    if f"of-{unit}".lower() not in site.here.actors:
        site.here.add_account(f"of-{unit}".lower(), (Role.UNIT_REPORTER, unit), password=site.password)
    visitor = visitor or site.visit(f"of-{unit}".lower())
    form = site.form.replace(site.unit, unit)
    typed = {**visitor.get(form).typed(), **site.typed, **changes, "action": "file"}
    page = visitor.post(form, typed)
    assert page.status == 303, page.html.one("main").text[:2000]
    return int(page.location.split("/")[2])


def marked(page: Any) -> dict[str, bool]:
    """Which reports can be chosen, and whether they are."""
    boxes = page.html.one("main").all("input", name="report", type="checkbox")
    return {box.attributes["value"]: "checked" in box.attributes for box in boxes}


def key_of(page: Any) -> str:
    return str(page.html.one("input", name="key").attributes["value"])


def state(site: Any, report_id: int) -> ReportState:
    return read_report(site.here.host, site.here.actors["officer"], report_id).report.state


@pytest.fixture
def clean(site: Any) -> list[int]:
    """Reports of units that look like nobody else's."""
    return [file(site, unit, **own_figures(place)) for place, unit in enumerate(UNITS[:3])]


def test_clean_reports_are_marked_shown_and_accepted_with_one_press(site: Any, clean: list[int]) -> None:
    officer = site.visit("officer")
    page = officer.get(BULK)
    assert marked(page) == {f"{each}.0": True for each in clean}, page.html.one("main").text
    preview = officer.post(PREVIEW, {"report": list(marked(page))})
    assert preview.status == 200
    assert "Sẽ tiếp nhận (3)" in preview.html.text
    assert "Có điểm cần xem" not in preview.html.text
    assert [state(site, each) for each in clean] == [ReportState.SUBMITTED] * 3
    shown = [each.attributes["value"] for each in preview.html.all("input", name="report")]
    press = {"report": shown, "key": key_of(preview), "note": "Đã đối chiếu."}
    done = officer.post(BULK, press)
    assert done.status == 200
    assert "Đã tiếp nhận 3 báo cáo" in done.html.one("section", role="status").text
    assert "không còn báo cáo nào chờ duyệt" in done.html.text
    assert [state(site, each) for each in clean] == [ReportState.ACCEPTED] * 3
    entry = read_report(site.here.host, site.here.actors["officer"], clean[0]).entries[-1]
    assert entry.note == "Đã đối chiếu."
    # Loading the page again sends the press again: the same answer, and nothing done twice.
    again = officer.post(BULK, press)
    assert again.html.one("main").text == done.html.one("main").text
    versions = [read_report(site.here.host, site.here.actors["officer"], each).report.version for each in clean]
    assert versions == [2, 2, 2]


def test_what_speaks_against_a_report_is_told_and_leaves_it_unmarked(site: Any, clean: list[int]) -> None:
    officer, host = site.here.actors["officer"], site.here.host
    return_report(host, officer, clean[0], revision=0, reason="Sai.", remarks=[Remark("/fields/banners", "Đếm lại.")])
    visitor, form = site.visit(f"of-{UNITS[0]}".lower()), site.form.replace(site.unit, UNITS[0])
    answer = {"/answers/~1fields~1banners": "Đã đếm.", "/correction_reason": "Sửa.", "/fields/banners": "25"}
    page = visitor.post(form, {**visitor.get(form).typed(), **answer, "action": "file"})
    assert page.status == 303, page.html.one("main").text[:1500]
    accept_report(host, officer, clean[1], revision=0)
    corrected = {**own_figures(1), "/correction_reason": "Sót.", "/fields/banners": "77"}
    file(site, UNITS[1], site.visit(f"of-{UNITS[1]}".lower()), **corrected)
    estimate = file(site, UNITS[3], **own_figures(3), **{"/is_estimate": "yes"})
    copied = file(site, UNITS[4], **own_figures(2))
    site.here.clock.instant = datetime.fromisoformat("2021-09-16T17:30:00+07:00")
    late = file(site, UNITS[5], **own_figures(5))
    page = site.visit("officer").get(BULK)
    rows = {row.one("input").attributes["value"].split(".")[0]: row for row in page.html.all("tr") if row.all("input")}
    expected = {
        clean[0]: "Nộp lại sau khi bị trả lại, với 1 yêu cầu sửa.",
        clean[1]: "Thay cho lần nộp 1 đã tiếp nhận.",
        clean[2]: "báo cáo 9 tháng năm 2021 của Phòng VH&TT huyện",
        estimate: "Số liệu ước tính.",
        copied: "báo cáo 9 tháng năm 2021 của Phòng VH&TT huyện",
        late: "Nộp muộn",
    }
    for report_id, words in expected.items():
        assert words in rows[str(report_id)].text
        assert "checked" not in rows[str(report_id)].one("input").attributes
    # Chosen all the same, they stand apart with their reasons.
    preview = site.visit("officer").post(PREVIEW, {"report": list(marked(page))})
    assert "Có điểm cần xem (6)" in preview.html.text
    assert "Sẽ tiếp nhận" not in preview.html.text
    assert all(words in preview.html.text for words in expected.values())
    assert set(marked(preview).values()) == {True}


def test_confirmed_warnings_and_empty_filings_are_doubtful(site: Any) -> None:
    bare = {f"/fields/{name}": "0" for name in (*OWN, "staff_briefed", "alcohol_items")}
    bare |= {**STATIONS, "/fields/stations_broadcasting": "0", "/fields/direction_docs_count": "1"}
    form = site.form.replace(site.unit, UNITS[0])
    site.here.add_account("of-bare", (Role.UNIT_REPORTER, UNITS[0]), password=site.password)
    visitor = site.visit("of-bare")
    typed = {**visitor.get(form).typed(), **site.typed, **bare, "/by_topic/radio_items/alcohol_law": ""}
    page = visitor.post(form, {**typed, "action": "file", "confirm_warnings": "yes"})
    assert page.status == 303, page.html.one("main").text[:1500]
    row = next(row for row in site.visit("officer").get(BULK).html.all("tr") if row.all("input"))
    assert "Gần như toàn số 0 hoặc để trống." in row.text
    assert "cảnh báo số liệu do đơn vị tự xác nhận (" in row.text


def test_what_changed_after_it_was_chosen_is_left_out_and_told(site: Any, clean: list[int]) -> None:
    visitor = site.visit("officer")
    chosen = list(marked(visitor.get(BULK)))
    again = {**own_figures(0), "/correction_reason": "Sót.", "/fields/banners": "78"}
    file(site, UNITS[0], site.visit(f"of-{UNITS[0]}".lower()), **again)
    preview = visitor.post(PREVIEW, {"report": chosen})
    moved = preview.html.one("section", class_="note warn").text
    assert "Đơn vị vừa nộp lần 2; hãy xem bản mới." in moved
    shown = [each.attributes["value"] for each in preview.html.all("input", name="report")]
    assert shown == [f"{each}.0" for each in clean[1:]]
    # And again between the preview and the press.
    accept_report(site.here.host, site.here.actors["officer"], clean[1], revision=0)
    done = visitor.post(BULK, {"report": [*shown, "9999.0"], "key": key_of(preview)})
    assert "Đã tiếp nhận 1 báo cáo" in done.html.one("section", role="status").text
    refused = done.html.one("section", role="alert").text
    assert "Chưa tiếp nhận 2 báo cáo" in refused
    assert "Phòng VH&TT huyện" in refused
    assert "Báo cáo số 9999" in refused
    assert "còn 1 báo cáo chờ" in done.html.text
    assert [state(site, each) for each in clean] == [
        ReportState.SUBMITTED,
        ReportState.ACCEPTED,
        ReportState.ACCEPTED,
    ]


def test_nothing_chosen_is_said_and_nothing_is_done(site: Any, clean: list[int]) -> None:
    officer = site.visit("officer")
    page = officer.post(PREVIEW, {})
    assert page.status == 422
    assert "Chưa chọn báo cáo nào" in page.html.one("div", role="alert").text
    assert officer.post(BULK, {"key": "k"}).status == 422
    assert state(site, clean[0]) is ReportState.SUBMITTED


def test_a_note_that_is_too_long_stays_and_nothing_is_accepted(site: Any, clean: list[int]) -> None:
    press = {"report": [f"{each}.0" for each in clean], "key": "k", "note": "a" * 1001}
    page = site.visit("officer").post(BULK, press)
    assert page.status == 422
    assert page.html.one("input", id="note").attributes["value"] == "a" * 1001
    assert "tối đa 1000 ký tự" in page.html.one("div", role="alert").text
    assert state(site, clean[0]) is ReportState.SUBMITTED


def test_a_page_of_another_sign_in_accepts_nothing_and_keeps_the_choice(site: Any, clean: list[int]) -> None:
    press = {"report": [f"{each}.0" for each in clean], "key": "k", "csrf_token": "old"}
    page = site.visit("officer").post(BULK, press, token=False)
    assert page.status == 400
    assert len(page.html.all("input", name="report")) == 3
    shown_again = site.visit("officer").post(BULK, {**press, "action": "show"})
    assert (shown_again.status, len(shown_again.html.all("input", name="report"))) == (200, 3)
    gone = site.stranger().post(BULK, press, token=False)
    assert gone.status == 401
    assert gone.html.all("textarea", name="report")
    assert state(site, clean[0]) is ReportState.SUBMITTED


def test_who_may(site: Any, clean: list[int]) -> None:
    for name in ("reporter", "neighbour", "leader", "observer", "admin", "newcomer"):
        visitor = site.visit(name)
        assert visitor.get(BULK).status == 403, name
        assert visitor.post(PREVIEW, {"report": f"{clean[0]}.0"}).status == 403, name
        assert visitor.post(BULK, {"report": f"{clean[0]}.0", "key": "k"}).status == 403, name
    officer = site.visit("officer")
    assert officer.get(BULK.replace("2021-9M", "2021-Q1")).status == 404
    assert officer.get(BULK.replace("ATGT-2021", "X")).status == 404
    for wrong in ("1", "1.x", "٣.0", "-1.0", "1.0.0", "9" * 19 + ".0"):
        assert officer.post(PREVIEW, {"report": wrong}).status == 400, wrong
    assert officer.post(BULK, {"report": "1.0", "key": ""}).status == 400
    assert officer.get(f"{BULK}?after=x").status == 400
    many = [f"{number}.0" for number in range(1, MOST_ON_A_PAGE + 2)]
    assert officer.post(PREVIEW, {"report": many}).status == 409
    assert state(site, clean[0]) is ReportState.SUBMITTED


def test_a_long_list_comes_in_pages(site: Any, clean: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "thidua.application.review.accepting.waiting_reports.__kwdefaults__", {"after_id": 0, "limit": 2}
    )
    officer = site.visit("officer")
    first = officer.get(BULK)
    assert list(marked(first)) == [f"{each}.0" for each in clean[:2]]
    assert "Đang chờ duyệt: 3; trang này có 2." in first.html.text
    following = next(link for link in first.html.all("a") if link.text == "Trang tiếp").attributes["href"]
    second = officer.get(following)
    assert list(marked(second)) == [f"{clean[2]}.0"]
    assert "Trang tiếp" not in second.html.text
    assert "Về trang đầu" in second.html.text


def test_the_pages_are_reached_from_the_status_and_the_list(site: Any, clean: list[int]) -> None:
    assert clean
    site.here.drain()
    for who, is_there in (("officer", True), ("leader", False)):
        for path in (site.status, "/reports"):
            links = [link.attributes["href"] for link in site.visit(who).get(path).html.all("a")]
            assert (BULK in links) is is_there, (who, path)


def test_an_extension_makes_a_late_report_clean_again(site: Any) -> None:
    site.here.clock.instant = datetime.fromisoformat("2021-09-16T17:30:00+07:00")
    late = file(site, UNITS[0], **own_figures(0))
    officer = site.visit("officer")
    assert marked(officer.get(BULK)) == {f"{late}.0": False}
    change_obligation(
        site.here.host,
        site.here.actors["officer"],
        campaign_code=site.campaign,
        period_code=site.period,
        unit_code=UNITS[0],
        wish=Wish(
            kind=ObligationChangeKind.EXTENDED,
            reason="Mưa lũ",
            document_number="12/CV",
            requested_by="UBND",
            ends_at=datetime.fromisoformat("2021-09-17T17:00:00+07:00"),
        ),
    )
    assert marked(officer.get(BULK)) == {f"{late}.0": True}


@pytest.mark.browser
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_whole_way_without_scripts_fits_the_screen_and_is_accessible(
    site: Any, windows: Any, clean: list[int], size: dict[str, int]
) -> None:
    file(site, UNITS[4], **own_figures(2))
    watcher = windows("officer", size)
    officer = windows("officer", size, scripts=False)
    page = officer.open(BULK)
    expect(page.locator("input[name=report]:checked")).to_have_count(len(clean) - 1)
    for path in (BULK,):
        found = Axe().run(watcher.open(path))
        assert found.violations_count == 0, found.generate_report()
    watcher.page.click("main button:has-text('Xem trước')")
    found = Axe().run(watcher.page)
    assert found.violations_count == 0, found.generate_report()
    assert watcher.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.locator("input[name=report]").nth(2).check()
    page.click("button:has-text('Xem trước')")
    expect(page.locator("h1")).to_contain_text("Xem trước khi tiếp nhận")
    page.click("main button:has-text('Tiếp nhận')")
    expect(page.locator("h1")).to_contain_text("Kết quả tiếp nhận")
    expect(page.locator("[role=status]")).to_contain_text("Đã tiếp nhận 3 báo cáo")
    watcher.page.click("main button:has-text('Tiếp nhận')")
    found = Axe().run(watcher.page)
    assert found.violations_count == 0, found.generate_report()
