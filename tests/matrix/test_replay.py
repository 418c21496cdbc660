"""What a unit sends in the life of its report, sent again by everybody else about the same things.

Whoever does not reach a thing gets the answer that a thing gets which nobody has, byte for byte,
and changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy import event

from tests.matrix.expected import Answer
from tests.matrix.expected import of_route
from tests.matrix.house import DRAFTED
from tests.matrix.house import FILE_OF_VIOLATOR
from tests.matrix.house import NO_JOB
from tests.matrix.house import NOWHERE
from tests.matrix.house import PEOPLE
from tests.matrix.house import PERIOD
from tests.matrix.house import REASON
from tests.matrix.house import UNITS
from tests.matrix.house import House
from tests.matrix.house import Place
from tests.matrix.house import a_report
from tests.matrix.requests import Case
from tests.matrix.requests import address
from tests.matrix.requests import bare
from tests.matrix.requests import cases
from tests.matrix.requests import send
from tests.matrix.test_routes import CASES
from tests.matrix.test_routes import HELD

OBJECTS = [case for case in CASES if case.is_of_a_unit]
#: Each kind of reader who does not reach Hữu Lũng: of the same type of units, of another, by another role, of two.
OTHERS = (
    "reporter-b",
    "head-b",
    "reporter-c",
    "head-c",
    "two-units",
    "leader",
    "observer",
    "admin",
    "nobody",
    "stranger",
)


@contextmanager
def counted() -> Iterator[list[int]]:
    """Count the statements that the database is sent."""
    sent = [0]

    def count(*_: object) -> None:
        sent[0] += 1

    event.listen(Engine, "before_cursor_execute", count)
    yield sent
    event.remove(Engine, "before_cursor_execute", count)


def nobodys(place: Place) -> Place:
    """The same place, with a unit, a report and a file that nobody has."""
    return replace(place, unit=NOWHERE.unit, report=NOWHERE.report, evidence=NOWHERE.evidence)


def does_not_reach(case: Case, who: str) -> bool:
    return of_route(case, HELD[who], UNITS["a"], exists=True) is not Answer.REACHED


@pytest.mark.parametrize("case", OBJECTS, ids=str)
def test_what_is_not_yours_is_as_if_it_were_not(house: House, case: Case) -> None:
    theirs = house.places["a"]
    before = house.rows()
    for who in OTHERS:
        if not does_not_reach(case, who):
            continue
        for by_token in (False, True)[: 1 + (case.endpoint.startswith("api.") and who != "stranger")]:
            told = []
            for place in (theirs, nobodys(theirs)):
                # The first of its kind may open a connection.
                send(house, case, place, who, by_token=by_token)
                with counted() as statements:
                    answer = send(house, case, place, who, by_token=by_token)
                told.append((*bare(answer, address(house, case, place, house.job)), statements[0]))
            assert told[0][:3] == told[1][:3], (who, by_token)
            # What takes as many look-ups takes as long.
            assert told[0][3] == told[1][3], (who, by_token)
    assert house.rows() == before


@pytest.mark.parametrize("case", [case for case in CASES if case.is_of_a_job], ids=str)
def test_a_job_is_as_if_it_were_not_for_whom_it_is_not(house: House, case: Case) -> None:
    before = house.rows()
    for who in OTHERS:
        if not does_not_reach(case, who):
            continue
        told = [
            bare(send(house, case, house.places["a"], who, job=job), address(house, case, house.places["a"], job))
            for job in (house.job, NO_JOB)
        ]
        assert told[0] == told[1], who
    assert house.rows() == before


def test_no_route_with_a_thing_in_its_address_is_left_out() -> None:
    named = {name for case in CASES for name in case.names}
    of_all = {"account_id", "membership_id", "prepared_id", "handle", "identity_id"}
    assert named == {"unit", "report_id", "revision", "evidence_id", "job_id", "campaign", "period", "hashed"} | of_all
    for case in CASES:
        told = {"campaign", "period", "hashed"} | of_all
        assert case.is_of_a_unit or case.is_of_a_job or case.names <= told, case


#: Words and numbers that stand in Hữu Lũng's things alone.
SECRETS = (FILE_OF_VIOLATOR, DRAFTED, REASON, "anh-a.jpg", "key-a", "Chữ riêng của đơn vị Hữu Lũng")
LISTS = (
    "/reports",
    "/reports?state=submitted",
    "/reports?campaign=ATGT-2021&period=2021-Q1",
    "/reports?after=0",
    "/reports/due",
    "/api/v1/reports",
    "/api/v1/reports?limit=1",
    "/api/v1/reports?cursor=0&limit=500",
    "/api/v1/reports?state=submitted&period=2021-Q1",
    "/api/v1/obligations",
)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("who", ["reporter-b", "head-b", "reporter-c", "two-units"])
def test_lists_filters_and_cursors_hold_ones_own_alone(house: House, who: str, path: str) -> None:
    """Also in what they count: a list that is cut short goes on after one's own."""
    client, _ = house.client(who)
    answer = client.get(path)
    assert answer.status_code == 200
    a = house.places["a"]
    for sign in (*SECRETS, a.unit, f'/reports/{a.report}"', "Hữu Lũng"):
        # What the unit itself copied from the other stands in its own report.
        assert sign not in answer.text, sign
    if answer.is_json:
        body: Any = answer.json
        found = body.get("reports") or body.get("obligations") or []
        assert {each["unit_code"] for each in found} <= {unit for _, unit in PEOPLE[who]}
        following = body.get("next")
        assert following is None or int(following) in {house.places[letter].report for letter in "bc"}


def test_unknown_filters_are_refused_and_not_followed(house: House) -> None:
    client, _ = house.client("reporter-b")
    for query in (f"unit={UNITS['a']}", f"unit_code={UNITS['a']}", "sort=unit_code", "order=id", "account=1"):
        for path in ("/api/v1/reports", "/api/v1/obligations"):
            assert client.get(f"{path}?{query}").status_code == 400, (path, query)
        # A page shows its own list whatever else its address says.
        told = [bare(client.get(path), "/reports") for path in ("/reports", f"/reports?{query}")]
        assert told[0] == told[1], query


def test_an_idempotency_key_of_anothers_opens_nothing(house: House) -> None:
    """The same key and the very same body: the receipt is its sender's alone."""
    api = next(case for case in CASES if case.endpoint == "api.file")
    mine = house.places["b"]
    told = []
    for key in ("key-a", "key-of-nobody"):
        with house.put_back():
            answer = send(house, api, mine, "reporter-b", by_token=True, headers={"Idempotency-Key": key})
            told.append(bare(answer, "/api/v1/reports"))
    assert told[0] == told[1]
    with house.put_back():
        answer = send(house, api, house.places["a"], "reporter-b", by_token=True, headers={"Idempotency-Key": "key-a"})
    assert answer.status_code == 404
    form = next(case for case in CASES if str(case) == "POST form.file")
    shown = []
    for key in ("key-a", "key-of-nobody"):
        with house.put_back():
            typed = {"action": "show", "idempotency_key": key, "draft_version": "0", "revision": "2"}
            answer = send(house, form, mine, "reporter-b", data=typed)
            shown.append(bare(answer, address(house, form, mine, 0))[2].replace(key.encode(), b"KEY"))
    assert shown[0] == shown[1]


def test_an_etag_of_anothers_tells_nothing(house: House) -> None:
    """If-Match and If-None-Match with the true tag of a foreign thing answer as with any."""
    theirs = house.places["a"]
    client, _ = house.client("reporter-a")
    tagged = {
        "api.one": client.get(f"/api/v1/reports/{theirs.report}").headers["ETag"],
        "api.accept": client.get(f"/api/v1/reports/{theirs.report}").headers["ETag"],
        "api.withdraw": client.get(f"/api/v1/reports/{theirs.report}").headers["ETag"],
        "api.evidence": client.get(f"/api/v1/evidence/{theirs.evidence}").headers["ETag"],
        "api.obligation": client.get(f"/api/v1/obligations/ATGT-2021/{PERIOD}/{theirs.unit}").headers["ETag"],
    }
    for endpoint, tag in tagged.items():
        case = next(each for each in CASES if each.endpoint == endpoint)
        told = []
        for place in (theirs, nobodys(theirs)):
            for name in ("If-Match", "If-None-Match"):
                for given in (tag, '"1.1"'):
                    answer = send(house, case, place, "reporter-b", headers={name: given})
                    told.append(bare(answer, address(house, case, place, 0)))
        assert all(each == told[0] for each in told), endpoint
        assert told[0][0] in {403, 404}


def test_many_at_once_tells_nothing_of_what_is_not_the_senders(house: House) -> None:
    """Only the Office accepts many; others learn from no list of numbers which of them exist."""
    several = next(case for case in CASES if case.endpoint == "api.accept_several")
    bulk = [case for case in CASES if case.endpoint in {"bulk.preview", "bulk.accept"}]
    for who in ("reporter-b", "leader", "observer", "admin"):
        for case in (several, *bulk):
            told = [
                bare(send(house, case, place, who), address(house, case, place, 0))
                for place in (house.places["a"], nobodys(house.places["a"]))
            ]
            assert told[0] == told[1], (who, case)
            assert told[0][0] == 403


@pytest.mark.parametrize("path", ["/reports/{0.report}/likeness", "/api/v1/reports/{0.report}/likeness"])
def test_whoever_is_like_another_learns_that_and_nothing_of_the_other(house: House, path: str) -> None:
    mine = house.places["b"]
    client, _ = house.client("reporter-b")
    text = client.get(path.format(mine)).text
    assert "một đơn vị khác" in text
    for sign in (UNITS["a"], "Hữu Lũng", f"/reports/{house.places['a'].report}"):
        assert sign not in text


def test_a_file_of_anothers_cannot_be_named_in_a_report_of_ones_own(house: House) -> None:
    """Lists name files by digest; a foreign one is as unknown as one that does not exist."""
    client, _ = house.client("reporter-a")
    theirs = client.get(f"/api/v1/campaigns/ATGT-2021/periods/{PERIOD}/units/{UNITS['a']}/evidence").json["files"]
    digest = next(each["digest"] for each in theirs if each["cell"] == "/fields/mobile_sessions")
    api = next(case for case in CASES if case.endpoint == "api.file")
    told = []
    for named in (digest, "0" * 64):
        data = {**a_report("b"), "revision": 2, "correction_reason": "Thêm ảnh."}
        data["evidence"] = {"mobile_sessions": [{"held_on": "2021-02-01", "place": "Chợ", "attachment": named}]}
        with house.put_back():
            answer = send(house, api, house.places["b"], "reporter-b", by_token=True, json=data)
        told.append(json.loads(answer.data.replace(answer.headers["X-Request-ID"].encode(), b"")))
    assert told[0] == told[1]
    assert told[0]["status"] == 422


def test_every_case_is_one_of_the_programs(house: House) -> None:
    assert sorted(cases(house.app), key=str) == CASES
