"""Headers and addresses that no client of ours sends and any other may."""

from __future__ import annotations

from typing import Any

import pytest

from thidua.application.people.bearer_tokens import issue_token

EXTENSION = {
    "kind": "extended",
    "ends_at": "2021-09-25T17:00:00+07:00",
    "reason": "Mưa lũ",
    "document_number": "12/CV-UBND",
    "requested_by": "UBND huyện",
}
EMPTY_TAGS = ('""', '"",""', '*, ""', 'W/""', '"", "0.0"')


def api(site: Any, path: str, method: str = "POST", **options: Any) -> Any:
    headers = {"Authorization": f"Bearer {issue_token(site.here.host, name='officer', label='test')}"}
    headers |= options.pop("headers", {})
    return site.app.test_client().open(f"/api/v1{path}", method=method, headers=headers, **options)


@pytest.mark.parametrize("tag", EMPTY_TAGS)
def test_an_empty_tag_is_no_version_of_a_report(site: Any, tag: str) -> None:
    report = site.file().location.split("/")[2]
    body = {"revision": 0, "reason": "Chưa khớp."}
    answer = api(site, f"/reports/{report}/return", json=body, headers={"If-Match": tag})
    assert answer.status_code == 412


@pytest.mark.parametrize("tag", EMPTY_TAGS)
def test_an_empty_tag_is_no_version_of_an_obligation(site: Any, tag: str) -> None:
    path = f"/obligations/{site.campaign}/{site.period}/{site.unit}/changes"
    answer = api(site, path, json=EXTENSION, headers={"If-Match": tag})
    assert answer.status_code in {400, 412}, answer.json


@pytest.mark.parametrize("number", ["9223372036854775808", "1" + "0" * 30, "9" * 5000], ids=len)
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/reports/{}"), ("DELETE", "/evidence/{}"), ("POST", "/jobs/{}/cancel")]
)
def test_a_number_larger_than_any_id_is_not_found(site: Any, method: str, path: str, number: str) -> None:
    site.here.admin()
    token = issue_token(site.here.host, name="admin" if "jobs" in path else "officer", label="test")
    answer = api(site, path.format(number), method, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 404
    assert answer.json["title"] == "Không tìm thấy"


@pytest.mark.parametrize("part", [b"form-data", b'form-data; filename="a.jpg"', b"attachment"])
@pytest.mark.parametrize("path", ["form", "/sign-in"])
def test_a_part_without_a_name_is_refused(site: Any, path: str, part: bytes) -> None:
    visitor = site.visit("reporter") if path == "form" else site.stranger()
    body = b"--x\r\nContent-Disposition: " + part + b"\r\n\r\nx\r\n--x--\r\n"
    target = site.form if path == "form" else path
    answer = visitor.client.post(target, data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 400
    assert "không có tên" in answer.text
