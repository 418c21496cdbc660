"""What the machine is at, as the Office, the operator and programs see it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import text

from thidua.application.background.job_kinds import REBUILD
from thidua.application.background.job_kinds import VERIFY
from thidua.application.background.job_kinds import VERIFY_TRAIL
from thidua.application.background.job_kinds import JobOptions
from thidua.application.background.job_running import work_on_jobs
from thidua.application.background.job_schedule import lay_down_due
from thidua.application.background.jobs import ask_for_job
from thidua.application.background.jobs import cancel_job
from thidua.application.people.bearer_tokens import issue_token

OPTIONS = JobOptions(rebuild_batch=3)
#: Units of the first three pieces, one of which two parts do not fit in together.
DONE = 8
PHONE = {"width": 360, "height": 800}


def half_done(site: Any) -> int:
    """Lay down a rebuild that a worker is in the middle of."""
    job_id: int = ask_for_job(site.here.host, None, REBUILD)[0]
    stops = iter([True] * 4 + [False])
    work_on_jobs(site.here.host, "srv1/7", OPTIONS, goes_on=lambda: next(stops))
    with site.here.host.work.writing() as work:
        now = site.here.clock.now()
        found = work.jobs.take([REBUILD], now)
        work.jobs.lease(found, "srv1/7", now + OPTIONS.lease, now)
        work.commit()
    return job_id


def broken(site: Any) -> int:
    """Lay down a comparison that found something."""
    site.file()
    with site.here.host.work.writing() as work:
        work._connection.execute(text("UPDATE fact SET filed = NOT filed"))
        work.commit()
    job_id: int = ask_for_job(site.here.host, site.here.actors["admin"], VERIFY)[0]
    work_on_jobs(site.here.host, "srv1/7", OPTIONS)
    return job_id


def finish(site: Any) -> None:
    site.here.clock.instant += OPTIONS.lease * 2
    work_on_jobs(site.here.host, "srv1/8", OPTIONS)


def test_the_office_reads_in_plain_words_how_far_it_is(site: Any) -> None:
    half_done(site)
    page = site.visit("officer").get("/jobs")
    job = page.html.one("article")
    assert job.one("h3").text == "Tính lại số liệu từ sổ báo cáo Đang làm"
    assert f"Bước 2/3: Tính lại số liệu của từng đơn vị – {DONE}/" in job.text
    bar = job.one("progress").attributes
    assert (bar["value"], bar["aria-label"]) == (
        str(DONE),
        f"Tính lại số liệu của từng đơn vị: {DONE}/{bar['max']} đơn vị",
    )
    assert "Quản trị chạy từ máy chủ lúc 08:00 ngày 15/9/2021; bắt đầu làm lúc 08:00" in job.text
    assert "srv1" not in page.answer.text, "processes are the operator's"
    assert "Vì sao chờ" not in job.text
    site.here.clock.instant += OPTIONS.lease * 2
    job = site.visit("officer").get("/jobs").html.one("article")
    assert "Vì sao chờ: Tiến trình đang làm dở không còn trả lời" in job.text
    finish(site)
    page = site.visit("officer").get("/jobs").html
    assert page.all("article") == []
    assert "Máy không có việc nào phải làm thêm" in page.text
    assert "Đã tính lại từ 0 báo cáo: số liệu vốn đã đúng." in page.one("tbody").text


def test_the_office_reads_what_went_wrong_and_what_to_do(site: Any) -> None:
    broken(site)
    page = site.visit("officer").get("/jobs").html
    assert "chỗ số liệu đang lưu khác với sổ báo cáo. Hãy cho tính lại số liệu rồi kiểm tra lại" in page.text
    assert "Hãy báo người quản trị" in page.text
    assert any("tìm thấy sai lệch" in note.text for note in page.all("div", class_="note bad"))


def test_a_missed_schedule_raises_an_alarm_on_the_pages_and_in_readyz(site: Any) -> None:
    for path, who in (("/jobs", "officer"), ("/operator/jobs", "admin")):
        assert "phải chạy hằng ngày nhưng chưa lần nào thành công" in site.visit(who).get(path).html.text, path
    ready = site.stranger().client.get("/readyz")
    assert (ready.status_code, ready.json["alarms"]) == (200, ["missed_verify", "missed_verify_trail"])
    lay_down_due(site.here.host, keep=timedelta(days=30))
    work_on_jobs(site.here.host, "srv1/7", OPTIONS)
    assert site.stranger().client.get("/readyz").json["alarms"] == []
    assert site.visit("admin").get("/operator/jobs").html.all("div", class_="note bad") == []


def test_the_operator_sees_who_works_and_cancels_and_tries_again(site: Any) -> None:
    job_id = half_done(site)
    admin = site.visit("admin")
    row = admin.get("/operator/jobs").html.one("tbody").one("tr")
    assert "srv1/7" in row.text
    assert "giữ việc đến 15/09/2021 08:01:00" in row.text
    page = admin.get(f"/operator/jobs/{job_id}")
    assert "srv1/7, giữ việc đến" in page.html.text
    answer = admin.post(f"/operator/jobs/{job_id}/cancel", {})
    assert (answer.status, answer.location) == (303, f"/operator/jobs/{job_id}")
    assert "Đã yêu cầu hủy" in admin.get(answer.location).html.text
    finish(site)
    assert admin.post(f"/operator/jobs/{job_id}/retry", {}).status == 409, "it is not closed yet"
    cancel_job(site.here.host, None, job_id)
    assert admin.post(f"/operator/jobs/{job_id}/retry", {}).status == 303
    finish(site)
    assert "Đã xong" in admin.get(f"/operator/jobs/{job_id}").html.one("h1").text
    assert admin.post(f"/operator/jobs/{job_id}/cancel", {}).status == 409
    assert admin.get("/operator/jobs/99").status == 404


def test_the_operator_asks_for_work_and_reads_the_schedule_with_its_reason(site: Any) -> None:
    admin = site.visit("admin")
    page = admin.get("/operator/jobs").html
    assert "02:00 hằng ngày" in page.text
    assert "không ai nộp" in page.text
    kinds = [element.attributes["value"] for element in page.all("input", name="kind")]
    assert kinds == [REBUILD, VERIFY, VERIFY_TRAIL]
    assert admin.post("/operator/jobs", {"kind": REBUILD}).location == "/operator/jobs"
    assert site.here.bell.rings_for_jobs == 1
    assert admin.post("/operator/jobs", {"kind": "nothing"}).status == 404
    assert "Người dùng yêu cầu (Người dùng admin)" in admin.get("/operator/jobs").html.text


@pytest.mark.parametrize("path", ["/jobs", "/operator/jobs"])
def test_asking_again_costs_no_page_until_something_changes(site: Any, path: str) -> None:
    admin = site.visit("admin")
    job_id = half_done(site)
    live = next(element for element in admin.get(path).html.all("div") if "data-live" in element.attributes)
    etag, fragment = live.attributes["data-etag"], live.attributes["data-live"]
    unchanged = admin.get(fragment, headers={"If-None-Match": f'"{etag}"'})
    assert (unchanged.status, unchanged.answer.data) == (304, b"")
    cancel_job(site.here.host, None, job_id)
    changed = admin.get(fragment, headers={"If-None-Match": f'"{etag}"'})
    assert changed.status == 200
    parts = [element.attributes.get("data-part") for element in changed.html.children if not isinstance(element, str)]
    assert None not in parts
    assert len(parts) == len(set(parts)), "the script finds parts by name"
    assert site.stranger().get(fragment).status == 401
    head = admin.get(path).html.one("head")
    assert head.one("noscript").one("meta").attributes["http-equiv"] == "refresh"


MATRIX = {
    "officer": (200, 403),
    "admin": (200, 200),
    "leader": (403, 403),
    "observer": (403, 403),
    "reporter": (403, 403),
    "newcomer": (403, 403),
}


@pytest.mark.parametrize("who", MATRIX)
def test_who_may_see_and_do_what_on_the_pages(site: Any, who: str) -> None:
    job_id = half_done(site)
    visitor = site.visit(who)
    plain, operator = MATRIX[who]
    assert visitor.get("/jobs").status == plain
    for path in ("/operator/jobs", f"/operator/jobs/{job_id}", "/operator/jobs/fragment"):
        assert visitor.get(path).status == operator, path
    for path in ("/operator/jobs", f"/operator/jobs/{job_id}/cancel"):
        done = visitor.post(path, {"kind": VERIFY}).status
        assert done == (303 if operator == 200 else 403), path
    links = {link.attributes["href"] for link in visitor.get("/campaigns").html.all("a")} if who == "admin" else set()
    assert not links or {"/jobs", "/operator/jobs"} <= links


class Api:
    def __init__(self, site: Any) -> None:
        self.site = site
        self.client = site.app.test_client()
        self.tokens = {name: issue_token(site.here.host, name=name, label="t") for name in MATRIX}

    def send(self, method: str, path: str, *, by: str = "admin", **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.tokens[by]}", **options.pop("headers", {})}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **options)


@pytest.fixture
def api(site: Any) -> Api:
    return Api(site)


def test_the_api_tells_of_a_job_and_says_when_nothing_changed(api: Api) -> None:
    job_id = half_done(api.site)
    seen = api.send("GET", f"/jobs/{job_id}")
    job = seen.json
    assert (job["kind"], job["state"], job["stage"], job["progress"]["done"]) == (REBUILD, "running", "units", DONE)
    assert job["workers"] == ["srv1/7"]
    assert api.send("GET", f"/jobs/{job_id}", headers={"If-None-Match": seen.headers["ETag"]}).status_code == 304
    plain = api.send("GET", f"/jobs/{job_id}", by="officer").json
    assert not {"workers", "detail", "pieces_in_trouble"} & plain.keys()
    schemas = api.client.get("/api/v1/openapi.json").json["components"]["schemas"]
    assert set(schemas["Job"]["required"]) == plain.keys()
    assert set(schemas["Job"]["properties"]) == job.keys()
    assert api.send("GET", "/jobs/99").status_code == 404


def test_the_api_asks_cancels_and_tries_again(api: Api) -> None:
    asked = api.send("POST", "/jobs", json={"kind": REBUILD, "subject": api.site.campaign})
    assert (asked.status_code, asked.json["state"], asked.json["subject"]) == (202, "waiting", api.site.campaign)
    job_id = asked.json["id"]
    again = api.send("POST", "/jobs", json={"kind": REBUILD, "subject": api.site.campaign})
    assert (again.status_code, again.json["id"]) == (200, job_id)
    assert api.send("POST", f"/jobs/{job_id}/retry").status_code == 409
    assert api.send("POST", f"/jobs/{job_id}/cancel").json["state"] == "cancelled"
    assert api.send("POST", f"/jobs/{job_id}/cancel").status_code == 409
    assert api.send("POST", f"/jobs/{job_id}/retry").json["state"] == "waiting"
    for body in ({}, {"kind": REBUILD, "more": 1}, {"kind": 7}):
        assert api.send("POST", "/jobs", json=body).status_code == 422, body
    for body in ({"kind": "nothing"}, {"kind": REBUILD, "subject": "ATGT-1999"}):
        assert api.send("POST", "/jobs", json=body).status_code == 404, body


def test_the_api_lists_page_by_page_with_alarms(api: Api) -> None:
    made = [ask_for_job(api.site.here.host, None, kind)[0] for kind in (REBUILD, VERIFY)]
    made.append(ask_for_job(api.site.here.host, None, REBUILD, api.site.campaign)[0])
    first = api.send("GET", "/jobs?limit=2", by="officer").json
    assert [job["id"] for job in first["jobs"]] == made[:0:-1]
    assert [alarm["code"] for alarm in first["alarms"]] == ["missed_verify", "missed_verify_trail"]
    second = api.send("GET", f"/jobs?limit=2&cursor={first['next']}", by="officer").json
    assert ([job["id"] for job in second["jobs"]], second["next"]) == (made[:1], None)
    for query in ("limit=0", "limit=201", "limit=x", "cursor=-1", "surprise=1"):
        assert api.send("GET", f"/jobs?{query}").status_code == 400, query


@pytest.mark.parametrize("who", MATRIX)
def test_who_may_see_and_do_what_over_the_api(api: Api, who: str) -> None:
    job_id = half_done(api.site)
    plain, operator = MATRIX[who]
    for path in ("/jobs", f"/jobs/{job_id}"):
        assert api.send("GET", path, by=who).status_code == plain, path
    allowed = {200, 202, 409} if operator == 200 else {403}
    for path, body in (("/jobs", {"kind": VERIFY}), (f"/jobs/{job_id}/cancel", None), (f"/jobs/{job_id}/retry", None)):
        assert api.send("POST", path, by=who, **({"json": body} if body else {})).status_code in allowed, path


@pytest.mark.browser
@pytest.mark.parametrize("size", [PHONE, {"width": 1366, "height": 768}], ids=["phone", "desktop"])
def test_progress_moves_without_a_reload_and_anybody_can_read_it(site: Any, windows: Any, size: dict[str, int]) -> None:
    broken(site)
    job_id = half_done(site)
    for who, path in (("officer", "/jobs"), ("admin", "/operator/jobs"), ("admin", f"/operator/jobs/{job_id}")):
        page = windows(who, size).open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
        violations = Axe().run(page).response["violations"]
        assert [each["id"] for each in violations] == [], path
    page = windows.people[0].page
    assert page.locator("article progress").get_attribute("value") == str(DONE)
    page.evaluate("window.stays = true")
    finish(site)
    page.wait_for_selector("article", state="detached")
    assert page.evaluate("window.stays")
    assert "Vừa cập nhật: Máy không có việc nào" in page.locator("[data-said]").inner_text()
