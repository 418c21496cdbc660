"""What units owe over the API: reading, changing with what was seen, who may."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from thidua.application.people.bearer_tokens import issue_token

PLACE = "/obligations/ATGT-2021/2021-9M/LS-186-VHTT"
CHANGES = f"{PLACE}/changes"
EXTEND = {
    "kind": "extended",
    "reason": "Mưa lũ",
    "document_number": "12/CV-UBND",
    "requested_by": "UBND huyện",
    "ends_at": "2021-09-21T11:30:00+07:00",
    "seen": 0,
}
EXEMPT = {**{name: value for name, value in EXTEND.items() if name != "ends_at"}, "kind": "exempted"}


class Api:
    """A client that speaks for the accounts of a site."""

    def __init__(self, site: Any) -> None:
        self.site = site

    def send(self, method: str, path: str, by: str = "officer", body: object = None, **headers: str) -> TestResponse:
        secret = issue_token(self.site.here.host, name=by, label="test")
        head = {"Authorization": f"Bearer {secret}"} | {name.replace("_", "-"): text for name, text in headers.items()}
        more: dict[str, Any] = {} if body is None else {"json": body}
        answer: TestResponse = self.site.stranger().client.open(f"/api/v1{path}", method=method, headers=head, **more)
        return answer

    def read(self, by: str = "officer") -> Any:
        return self.send("GET", PLACE, by).json

    def change(self, body: object, by: str = "officer", **headers: str) -> TestResponse:
        return self.send("POST", CHANGES, by, body, **headers)


@pytest.fixture
def api(site: Any) -> Api:
    return Api(site)


def without(body: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in names}


def test_more_time_is_given_and_read_with_its_history(api: Api) -> None:
    before = api.send("GET", PLACE)
    assert before.headers["ETag"] == '"0"'
    done = api.change(EXTEND)
    assert (done.status_code, done.headers["ETag"]) == (201, '"1"')
    assert done.json == api.read()
    found = api.read("reporter")
    assert found["version"] == 1
    assert (found["can_change"], api.read()["can_change"]) == (False, True)
    assert found["deadline"]["extended_to"] == "2021-09-21T04:30:00+00:00"
    assert found["changes"] == [
        {
            "seq": 0,
            "kind": "extended",
            "kind_label": "Gia hạn",
            "reason": "Mưa lũ",
            "document_number": "12/CV-UBND",
            "requested_by": "UBND huyện",
            "ends_at": "2021-09-21T04:30:00+00:00",
            "by": "Người dùng officer",
            "at": "2021-09-15T01:00:00+00:00",
        }
    ]


def test_a_unit_is_let_off_for_a_time_and_owes_again(api: Api) -> None:
    assert api.change({**EXEMPT, "ends_at": "2021-09-20T17:00:00+07:00"}).status_code == 201
    assert api.read()["exempt"] == {"reason": "Mưa lũ", "until": "2021-09-20T10:00:00+00:00"}
    assert api.read()["filing"] == "exempt"
    owed = api.change({"kind": "owed_again", "reason": "Điện đã có.", "seen": 1})
    body: Any = owed.json
    assert (owed.status_code, body["exempt"]) == (201, None)


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ([], ["/"]),
        ({}, ["/kind", "/reason"]),
        ({**EXTEND, "surprise": 1}, ["/surprise"]),
        ({**EXTEND, "kind": "x"}, ["/kind"]),
        ({**EXTEND, "kind": "x", "ends_at": "mai"}, ["/kind", "/ends_at"]),
        (without(EXTEND, "seen"), ["/seen"]),
        ({**EXTEND, "seen": -1}, ["/seen"]),
        ({**EXTEND, "ends_at": "2021-09-21T11:30:00", "reason": ""}, ["/reason", "/ends_at"]),
        ({**EXTEND, "reason": " ", "document_number": "a" * 201}, ["/reason", "/document_number"]),
        (without(EXTEND, "document_number", "requested_by"), ["/document_number", "/requested_by"]),
        (without(EXTEND, "ends_at"), ["/ends_at"]),
        ({**EXTEND, "kind": "owed_again"}, ["/ends_at"]),
        ({**EXTEND, "ends_at": "9999-12-31T23:59:59+00:00"}, ["/ends_at"]),
    ],
)
def test_a_wrong_body_is_a_problem_with_pointers(api: Api, body: Any, pointers: list[str]) -> None:
    answer = api.change(body)
    problem: Any = answer.json
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert sorted({error["pointer"] for error in problem["errors"]}) == sorted(pointers)
    assert api.read()["version"] == 0


def test_what_was_seen_must_still_stand(api: Api) -> None:
    assert api.change(without(EXTEND, "seen"), If_Match='"0"').status_code == 201
    # The same request again does nothing.
    later = {**EXTEND, "ends_at": "2021-09-24T17:00:00+07:00"}
    assert api.change(later).status_code == 409
    assert api.change(later, If_Match='"0"').status_code == 412
    for tag in ('W/"1"', '"x"', '"1.0"', '"٣"'):
        assert api.change(later, If_Match=tag).status_code in {400, 412}, tag
    assert api.change(later, If_Match='"0", "1"').status_code == 400
    assert api.read()["version"] == 1
    assert api.change({**later, "seen": 1}).status_code == 201
    assert api.change({**later, "seen": 2}).status_code == 409, "gives no more time"


def test_who_may_read_and_who_may_change(api: Api) -> None:
    for by, read, write in (
        ("officer", 200, 409),
        ("leader", 200, 403),
        ("reporter", 200, 403),
        ("neighbour", 404, 403),
        ("observer", 403, 403),
        ("admin", 403, 403),
        ("newcomer", 403, 403),
    ):
        assert api.send("GET", PLACE, by).status_code == read, by
        assert api.change({**EXTEND, "seen": 7}, by).status_code == write, by
    for wrong in ("/obligations/X/2021-9M/LS-186-VHTT", "/obligations/ATGT-2021/2021-Q1/LS-186-VHTT", f"{PLACE}X"):
        for by in ("officer", "reporter"):
            assert api.send("GET", wrong, by).status_code == 404, wrong
        assert api.send("POST", f"{wrong}/changes", "officer", EXTEND).status_code == 404
    assert api.send("GET", f"{PLACE}?x=1").status_code == 400


def test_a_list_is_of_ones_own_units(api: Api) -> None:
    listed: Any = api.send("GET", "/obligations", "neighbour").json
    assert [each["unit_code"] for each in listed["obligations"]] == ["LS-187-VHTT"]
    for by in ("leader", "observer", "admin", "newcomer"):
        assert api.send("GET", "/obligations", by).status_code == 403, by
