"""Return, withdraw, accept and compare over the API: strict bodies, versions, repeated requests, who may."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from thidua.application.people.bearer_tokens import issue_token

CELL = "/fields/radio_items"
RETURN = {"revision": 0, "reason": "Số liệu chưa khớp.", "remarks": [{"cell": CELL, "text": "Đếm lại."}]}


class Api:
    """A client that speaks for the accounts of a site, where Hữu Lũng has filed."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self._tokens: dict[str, str] = {}
        assert site.file().status == 303

    def send(
        self, method: str, path: str, *, by: str, headers: dict[str, str] | None = None, **more: Any
    ) -> TestResponse:
        if by not in self._tokens:
            self._tokens[by] = issue_token(self.site.here.host, name=by, label="test")
        head = {"Authorization": f"Bearer {self._tokens[by]}", **(headers or {})}
        answer: TestResponse = self.site.stranger().client.open(f"/api/v1{path}", method=method, headers=head, **more)
        return answer

    def post(self, path: str, body: object, *, by: str = "officer", **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send("POST", path, by=by, headers=named, json=body)

    def report(self, *, by: str = "officer") -> dict[str, Any]:
        found: Any = self.send("GET", "/reports/1", by=by).json
        return dict(found)

    def envelope(self, **changes: Any) -> dict[str, Any]:
        report = self.report(by="reporter")
        names = ("campaign_code", "period_code", "unit_code", "form_code")
        payload = dict(report["revisions"][-1]["payload"])
        payload["fields"] = {**payload["fields"], **changes.pop("fields", {})}
        return {
            **payload,
            **{name: report[name] for name in names},
            "form_version": 1,
            "revision": report["revision"] + 1,
            "correction_reason": "Sửa theo yêu cầu.",
            **changes,
        }


@pytest.fixture
def api(site: Any) -> Api:
    return Api(site)


def codes(answer: TestResponse) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    problem: Any = answer.json
    return [(error["code"], error["pointer"]) for error in problem["errors"]]


def test_a_report_goes_back_is_answered_and_accepted(api: Api) -> None:
    returned = api.post("/reports/1/return", RETURN)
    assert returned.status_code == 200
    body: Any = returned.json
    assert (body["state"], body["state_label"]) == ("returned", "Bị trả lại")
    assert body["answer_by"] == "2021-09-17T10:00:00+00:00"
    seen = api.report(by="reporter")["returned"]
    assert seen["remarks"] == [{"cell": CELL, "text": "Đếm lại.", "quote": "", "answer": ""}]
    assert (seen["reason"], seen["everything_open"], seen["incomplete"]) == ("Số liệu chưa khớp.", False, False)

    answers = [{"cell": CELL, "text": "Đã đếm lại."}]
    closed = api.envelope(fields={"radio_items": 27, "banners": 99}, answers=answers)
    assert codes(api.post("/reports", closed, by="reporter")) == [("not_open", "/fields/banners")]
    silent = api.envelope(fields={"radio_items": 27})
    assert codes(api.post("/reports", silent, by="reporter")) == [("answer", CELL)]
    answered = api.envelope(fields={"radio_items": 27}, answers=answers)
    assert api.post("/reports", answered, by="reporter").status_code == 201

    found: Any = api.send("GET", "/reports/1/differences", by="officer").json
    assert (found["from"], found["to"]) == (0, 1)
    assert found["changes"] == [
        {"cell": CELL, "label": "A11 Số tin, bài phát thanh", "only_in": None, "before": 26, "after": 27, "open": True}
    ]
    assert found["remarks"] == [{"cell": CELL, "text": "Đếm lại.", "quote": "", "answer": "Đã đếm lại."}]
    assert api.post("/reports/1/accept", {"revision": 1, "counts_from_now_filed": True}).status_code == 204
    report = api.report()
    assert [revision["state_label"] for revision in report["revisions"]] == ["Đã thay thế", "Đã tiếp nhận"]
    assert report["ledger_is_whole"] is True
    assert report["returned"] is None


def test_a_report_is_withdrawn_by_its_unit(api: Api) -> None:
    answer = api.post("/reports/1/withdraw", {"revision": 0, "reason": "Nhầm kỳ."}, by="reporter")
    assert answer.status_code == 200
    body: Any = answer.json
    assert (body["state"], body["state_label"]) == ("withdrawn", "Thu hồi")
    assert api.post("/reports/1/withdraw", {"revision": 0, "reason": "Lại."}, by="reporter").status_code == 409


@pytest.mark.parametrize(
    ("path", "body", "pointers"),
    [
        ("/reports/1/return", [], ["/"]),
        ("/reports/1/return", {}, ["/revision", "/reason"]),
        ("/reports/1/return", {**RETURN, "surprise": 1, "a/b": 2}, ["/a~1b", "/surprise"]),
        ("/reports/1/return", {**RETURN, "revision": True}, ["/revision"]),
        ("/reports/1/return", {**RETURN, "revision": -1}, ["/revision"]),
        ("/reports/1/return", {**RETURN, "revision": 2**62}, ["/revision"]),
        ("/reports/1/return", {**RETURN, "revision": "0"}, ["/revision"]),
        ("/reports/1/return", {**RETURN, "reason": 5}, ["/reason"]),
        ("/reports/1/return", {**RETURN, "reason": " \u200b "}, ["/reason"]),
        ("/reports/1/return", {**RETURN, "reason": "a" * 1001}, ["/reason"]),
        ("/reports/1/return", {**RETURN, "incomplete": 1}, ["/incomplete"]),
        ("/reports/1/return", {**RETURN, "remarks": {}}, ["/remarks"]),
        ("/reports/1/return", {**RETURN, "remarks": [1, {"cell": CELL}]}, ["/remarks/0", "/remarks/1/text"]),
        ("/reports/1/return", {**RETURN, "remarks": [{"cell": CELL, "text": "x", "q": 1}]}, ["/remarks/0/q"]),
        ("/reports/1/return", {**RETURN, "remarks": [{"cell": "/fields/x", "text": "x"}]}, ["/remarks/0/cell"]),
        ("/reports/1/withdraw", {"revision": 0}, ["/reason"]),
        ("/reports/1/withdraw", {"revision": 0, "reason": "x", "remarks": []}, ["/remarks"]),
        ("/reports/1/accept", {"revision": 0, "note": "a" * 1001}, ["/note"]),
        ("/reports/1/accept", {"revision": 0, "counts_from_now_filed": "yes"}, ["/counts_from_now_filed"]),
        ("/reports/accept", {"reports": []}, ["/reports"]),
        ("/reports/accept", {"reports": [{"id": 1}]}, ["/reports/0/revision"]),
        ("/reports/accept", {"reports": [{"id": 2**62, "revision": 0}]}, ["/reports/0/id"]),
        ("/reports/accept", {"reports": [{"id": 1, "revision": 0}] * 5001}, ["/reports"]),
        ("/reports/accept", {"reports": [{"id": 1, "revision": 0}], "note": "a" * 1001}, ["/note"]),
    ],
)
def test_a_body_is_read_strictly_and_everything_wrong_is_said(
    api: Api, path: str, body: object, pointers: list[str]
) -> None:
    who = "reporter" if path.endswith("withdraw") else "officer"
    assert [pointer for _, pointer in codes(api.post(path, body, by=who))] == pointers
    assert api.report()["version"] == 1


@pytest.mark.parametrize("path", ["/reports/1/return", "/reports/1/withdraw", "/reports/1/accept", "/reports/accept"])
def test_what_is_no_json_is_refused(api: Api, path: str) -> None:
    who = "reporter" if path.endswith("withdraw") else "officer"
    for data, kind, status in ((b"{", "application/json", 400), (b"a=1", "application/x-www-form-urlencoded", 415)):
        assert api.send("POST", path, by=who, data=data, content_type=kind).status_code == status
    assert api.report()["version"] == 1


def test_if_match_names_the_version_that_was_read(api: Api) -> None:
    tag = api.send("GET", "/reports/1", by="officer").headers["ETag"]
    assert api.post("/reports/1/return", RETURN, If_Match='"1.7", "2.1"').status_code == 412
    assert api.post("/reports/1/return", RETURN, If_Match=f"W/{tag}").status_code == 412
    assert api.post("/reports/1/return", RETURN, If_Match='"nonsense"').status_code == 412
    assert api.report()["version"] == 1
    returned = api.post("/reports/1/return", RETURN, If_Match=f'"9.9", {tag}')
    assert returned.status_code == 200
    assert returned.headers["ETag"] == '"1.2"'
    stale = api.post("/reports/1/accept", {"revision": 0}, If_Match=tag)
    assert stale.status_code == 412
    assert stale.content_type == "application/problem+json"
    assert api.post("/reports/1/accept", {"revision": 0}, If_Match="*").status_code == 409


def test_a_repeated_request_does_nothing_twice(api: Api) -> None:
    first = api.post("/reports/1/return", RETURN, Idempotency_Key="k1")
    again = api.post("/reports/1/return", RETURN, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json == again.json
    assert api.post("/reports/1/return", {**RETURN, "reason": "Khác."}, Idempotency_Key="k1").status_code == 422
    assert api.post("/reports/1/return", RETURN, Idempotency_Key="").status_code == 400
    events = api.report()["events"]
    assert [event["kind"] for event in events] == ["filed", "returned"]
    assert "key" not in events[1]


def test_several_are_accepted_and_those_that_moved_on_are_named(api: Api) -> None:
    body = {"reports": [{"id": 1, "revision": 0}, {"id": 1, "revision": 0}, {"id": 7, "revision": 0}], "note": "Đủ."}
    done = api.post("/reports/accept", body, Idempotency_Key="k1")
    assert done.status_code == 200
    found: Any = done.json
    assert found["accepted"] == [1]
    assert [refused["id"] for refused in found["refused"]] == [7]
    again: Any = api.post("/reports/accept", body, Idempotency_Key="k1").json
    assert again["accepted"] == [1]
    other: Any = api.post("/reports/accept", body).json
    assert [refused["id"] for refused in other["refused"]] == [1, 7]


def test_any_two_filings_are_compared(api: Api) -> None:
    body = api.envelope(
        fields={"banners": 25, "difficulties": "Loa hỏng."},
        prepared_by={"full_name": "Người Khác", "position": "Chuyên viên"},
    )
    assert api.post("/reports", body, by="reporter").status_code == 201
    found: Any = api.send("GET", "/reports/1/differences?from=0&to=1", by="leader").json
    assert [change["cell"] for change in found["changes"]] == ["/fields/banners", "/fields/difficulties"]
    assert [change["cell"] for change in found["beside"]] == ["/prepared_by"]
    assert found["names_left_out"] is True
    for query in ("from=1&to=0", "from=0&to=0", "from=0&to=5"):
        assert api.send("GET", f"/reports/1/differences?{query}", by="officer").status_code == 404, query
    for query in ("from=x", "to=-1", "from=0&from=1", "surprise=1", "to=" + "9" * 40):
        assert api.send("GET", f"/reports/1/differences?{query}", by="officer").status_code == 400, query


#: What each account gets from each act; a 404 hides that the report exists.
MATRIX = {
    "officer": {"accept": 204, "return": 200, "withdraw": 404, "several": 200, "differences": 404},
    "reporter": {"accept": 403, "return": 403, "withdraw": 200, "several": 403, "differences": 404},
    "neighbour": {"accept": 403, "return": 403, "withdraw": 404, "several": 403, "differences": 404},
    "leader": {"accept": 403, "return": 403, "withdraw": 403, "several": 403, "differences": 404},
    "observer": {"accept": 403, "return": 403, "withdraw": 403, "several": 403, "differences": 403},
    "admin": {"accept": 403, "return": 403, "withdraw": 403, "several": 403, "differences": 403},
    "newcomer": {"accept": 403, "return": 403, "withdraw": 403, "several": 403, "differences": 403},
}
ACTS: dict[str, tuple[str, str, Any]] = {
    "accept": ("POST", "/reports/1/accept", {"revision": 0}),
    "return": ("POST", "/reports/1/return", RETURN),
    "withdraw": ("POST", "/reports/1/withdraw", {"revision": 0, "reason": "Sai."}),
    "several": ("POST", "/reports/accept", {"reports": [{"id": 1, "revision": 0}]}),
    "differences": ("GET", "/reports/1/differences", None),
}


def test_who_may_do_what_over_the_api(api: Api) -> None:
    # Refusals first: they change nothing, so one filed report serves them all.
    done = []
    for who, acts in MATRIX.items():
        for act, status in acts.items():
            method, path, body = ACTS[act]
            if status < 300:
                done.append((who, act))
                continue
            answer = api.send(method, path, by=who, **({"json": body} if body else {}))
            assert answer.status_code == status, (who, act, answer.text)
    assert api.report()["version"] == 1
    assert done == [("officer", "accept"), ("officer", "return"), ("officer", "several"), ("reporter", "withdraw")]
    assert api.post("/reports/1/return", RETURN).status_code == 200


def test_numbers_beyond_the_database_are_not_found(api: Api) -> None:
    for path in ("/reports/99999999999999999999999", "/reports/99999999999999999999999/differences"):
        assert api.send("GET", path, by="officer").status_code == 404, path
    answer = api.post("/reports/99999999999999999999999/accept", {"revision": 0})
    assert answer.status_code == 404
