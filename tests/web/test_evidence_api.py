"""Files beside reports over the API: laid, listed, handed out, taken away, and what is refused at the door."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from thidua.application.periods.campaigns import close_period
from thidua.domain.attachments import LARGEST_FILE
from thidua_testkit.files import a_bomb_png
from thidua_testkit.files import a_pdf
from thidua_testkit.files import a_photo
from thidua_testkit.files import a_workbook
from thidua_testkit.files import packed

CELL = "/fields/mobile_sessions"


class Desk:
    """A person who sends files as the form's script does."""

    def __init__(self, site: Any, name: str = "reporter", unit: str = "") -> None:
        visitor = site.visit(name)
        self.client, self.token = visitor.client, visitor.token()
        self.url = f"/api/v1/campaigns/{site.campaign}/periods/{site.period}/units/{unit or site.unit}/evidence"

    def send(self, content: bytes, *, cell: str = CELL, name: str = "ảnh.jpg", **options: Any) -> Any:
        options.setdefault("content_type", "application/octet-stream")
        headers = {"X-CSRFToken": self.token, **options.pop("headers", {})}
        query = {"cell": cell, "file_name": name}
        return self.client.post(self.url, query_string=query, data=content, headers=headers, **options)

    def listed(self) -> Any:
        return self.client.get(self.url).json["files"]

    def remove(self, evidence_id: int) -> Any:
        return self.client.delete(f"/api/v1/evidence/{evidence_id}", headers={"X-CSRFToken": self.token})


@pytest.fixture
def desk(site: Any) -> Desk:
    return Desk(site)


def problem(answer: Any, status: int) -> Any:
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.json["detail"]
    return answer.json


def test_a_file_is_laid_listed_handed_out_and_taken_away(desk: Desk) -> None:
    answer = desk.send(a_photo())
    assert answer.status_code == 201, answer.text
    laid = answer.json
    assert answer.headers["Location"] == laid["url"]
    assert (laid["cell"], laid["file_name"], laid["media_type"]) == (CELL, "ảnh.jpg", "image/jpeg")
    assert desk.listed() == [laid]
    got = desk.client.get(laid["url"])
    assert len(got.data) == laid["size"]
    assert "GPS" not in str(Image.open(io.BytesIO(got.data)).getexif())
    assert len(Image.open(io.BytesIO(got.data)).getexif()) == 0
    assert Image.open(io.BytesIO(desk.client.get(laid["thumbnail"]).data)).format == "JPEG"
    assert desk.remove(laid["id"]).status_code == 204
    assert desk.listed() == []
    problem(desk.remove(laid["id"]), 404)
    problem(desk.client.get(laid["url"]), 404)


def test_a_file_is_handed_out_to_be_saved_and_can_do_nothing_here(desk: Desk) -> None:
    laid = desk.send(a_pdf(), name="../../Kế hoạch.pdf.exe").json
    assert laid["file_name"] == "Kế hoạch.pdf.exe.pdf"
    for url in (laid["url"], f"/evidence/{laid['id']}"):
        headers = desk.client.get(url).headers
        assert headers["Content-Disposition"].startswith("attachment; filename")
        assert "filename*=UTF-8''K%E1%BA%BF" in headers["Content-Disposition"]
        assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none';")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Type"] == "application/pdf"
        assert headers["Cache-Control"] == "no-store"
    problem(desk.client.get(f"{laid['url']}/thumbnail"), 404)


def test_the_same_file_at_the_same_cell_is_laid_once(desk: Desk) -> None:
    first, again = desk.send(a_photo()), desk.send(a_photo(), name="tên khác.jpg")
    assert (again.status_code, again.json) == (201, first.json)
    elsewhere = desk.send(a_photo(), cell="/fields/banners").json
    assert elsewhere["id"] != first.json["id"]
    assert elsewhere["digest"] == first.json["digest"]
    assert elsewhere["uses"][0]["cell"] == CELL
    assert "A22 Buổi tuyên truyền lưu động" in elsewhere["warnings"][0]


def test_a_form_of_parts_carries_the_same(desk: Desk) -> None:
    parts = {"cell": CELL, "file": (io.BytesIO(a_workbook()), "số liệu.xlsx")}
    headers = {"X-CSRFToken": desk.token}
    answer = desk.client.post(desk.url, data=parts, content_type="multipart/form-data", headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.json["file_name"] == "số liệu.xlsx"
    some = (io.BytesIO(a_pdf()), "a")
    for wrong in ({"cell": CELL}, {"other": (io.BytesIO(b"x"), "a")}, {"file": some, "place": "x"}):
        answer = desk.client.post(desk.url, data=wrong, content_type="multipart/form-data", headers=headers)
        problem(answer, 400)


def test_whose_report_it_is_not_finds_nothing(site: Any, desk: Desk) -> None:
    laid = desk.send(a_photo()).json
    for other in (Desk(site, "neighbour", site.unit), Desk(site, "neighbour")):
        problem(other.send(a_photo(2)), 404)
        problem(other.client.get(other.url), 404)
        problem(other.client.get(laid["url"]), 404)
        problem(other.client.get(laid["thumbnail"]), 404)
        problem(other.remove(laid["id"]), 404)
    for name, status in (("observer", 403), ("leader", 403), ("admin", 403)):
        problem(Desk(site, name).send(a_photo(2)), status)
    assert Desk(site, "leader").client.get(laid["url"]).status_code == 200
    assert [each["id"] for each in desk.listed()] == [laid["id"]]


def test_a_use_elsewhere_is_named_to_the_office_and_not_to_a_unit(site: Any, desk: Desk) -> None:
    neighbour = Desk(site, "neighbour", "LS-187-VHTT")
    assert neighbour.send(a_photo()).status_code == 201
    mine = desk.send(a_photo(quality=70)).json
    hidden = dict.fromkeys(("campaign_code", "period_code", "unit_code", "cell"))
    assert mine["uses"] == [{"same": False, **hidden}]
    assert mine["warnings"] == ["Ảnh rất giống ảnh này đã có trong báo cáo của đơn vị khác."]
    seen = Desk(site, "officer").listed()[0]
    assert seen["uses"][0]["unit_code"] == "LS-187-VHTT"
    assert "Chi Lăng" in seen["warnings"][0]


def test_a_body_that_is_too_long_is_refused_while_it_is_read(desk: Desk) -> None:
    long = b"\xff\xd8\xff" + b"x" * LARGEST_FILE
    assert "10 MB" in problem(desk.send(long), 413)["detail"]
    # Nobody declared how long it is: the limit holds all the same.
    chunked = {"Transfer-Encoding": "chunked"}
    environ = {"wsgi.input_terminated": True, "wsgi.input": io.BytesIO(long)}
    answer = desk.client.post(
        desk.url, headers={"X-CSRFToken": desk.token, **chunked}, environ_overrides=environ, content_type="image/jpeg"
    )
    problem(answer, 413)
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    body = head + long + b"x" * 20_000 + b"\r\n--x--\r\n"
    kind = "multipart/form-data; boundary=x"
    answer = desk.client.post(desk.url, data=body, content_type=kind, headers={"X-CSRFToken": desk.token})
    problem(answer, 413)
    assert desk.listed() == []


@pytest.mark.parametrize(
    ("content_type", "status"),
    [("application/json", 415), ("text/html", 415), ("image/svg+xml", 415), ("application/x-www-form-urlencoded", 415)],
)
def test_what_says_it_is_no_file_is_not_read(desk: Desk, content_type: str, status: int) -> None:
    problem(desk.send(a_photo(), content_type=content_type), status)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty", b""),
        ("svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("html", b"<!doctype html><script>alert(1)</script>"),
        ("html as jpeg", b"\xff\xd8\xff<script>alert(1)</script>"),
        ("program", b"MZ" + b"\x00" * 200),
        ("plain zip", packed({"a.txt": b"a"})),
        ("zip bomb", a_workbook({"xl/worksheets/sheet1.xml": b"0" * 200_000_000})),
        ("pixel bomb", a_bomb_png()),
        ("script in a PDF", a_pdf(script="app.alert(1)")),
        ("cut short", a_photo()[:5000]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_photo_scan_or_sheet_is_refused_by_its_content(desk: Desk, name: str, content: bytes) -> None:
    problem(desk.send(content, name=f"{name}.jpg"), 422)
    assert desk.listed() == []


def test_a_page_behind_a_photo_is_not_kept(desk: Desk) -> None:
    laid = desk.send(a_photo() + b"<html><script>alert(1)</script>").json
    assert b"<script" not in desk.client.get(laid["url"]).data


@pytest.mark.parametrize(
    "cell", ["/fields/nothing", "/../etc/passwd", "/on_behalf/reason", "fields", "/evidence/banners/0/on"]
)
def test_a_file_lies_at_a_cell_of_the_form(desk: Desk, cell: str) -> None:
    problem(desk.send(a_photo(), cell=cell), 400)


def test_the_cookie_alone_sends_nothing(site: Any, desk: Desk) -> None:
    desk.token = "forged"
    problem(desk.send(a_photo()), 400)
    problem(desk.remove(1), 400)
    answer = site.stranger().client.post(desk.url, data=a_photo(), content_type="image/jpeg")
    problem(answer, 401)


def test_nothing_is_laid_where_nothing_is_owed_or_the_period_is_closed(site: Any, desk: Desk) -> None:
    officer = Desk(site, "officer", "LS-999-NONE")
    problem(officer.send(a_photo()), 404)
    laid = desk.send(a_photo()).json
    close_period(site.here.host, site.campaign, site.period)
    problem(desk.send(a_photo(2)), 409)
    problem(desk.remove(laid["id"]), 409)
