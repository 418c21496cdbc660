"""Every route, for everybody, about what is theirs, another's and nobody's: it answers as the file says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.matrix.expected import FILE
from tests.matrix.expected import Answer
from tests.matrix.expected import Held
from tests.matrix.expected import of_route
from tests.matrix.house import NO_JOB
from tests.matrix.house import NOWHERE
from tests.matrix.house import PEOPLE
from tests.matrix.house import UNITS
from tests.matrix.house import House
from tests.matrix.house import Place
from tests.matrix.requests import SAFE
from tests.matrix.requests import Case
from tests.matrix.requests import cases
from tests.matrix.requests import send
from tests.matrix.requests import without_body
from thidua.application.access.permissions import Right
from thidua.bootstrap import build_host
from thidua.domain.accounts import Role
from thidua.domain.errors import NotAllowedError
from thidua.settings import load
from thidua.web.app import create_app
from thidua.web.gate import let_through
from thidua_testkit.installation import CONFIG_DIR

#: Who is not what the memberships alone say: outside their dates, or no longer let in.
HELD: dict[str, Held | None] = {**PEOPLE, "expired": (), "tomorrow": (), "disabled": None, "stranger": None}


#: Who has left, whose sign-in is not under way, and whose code is wrong.
TO_THE_DOOR = {
    "POST sign_in.leave",
    "GET sign_in.ask_second",
    "POST sign_in.enter_second",
    "POST second_factor.set_up",
    "GET single_sign_on.back",
    "POST sign_in.carry",
}


def _app() -> Any:
    settings = load({"THIDUA_DATA": "/nonexistent", "THIDUA_PROFILE": "test"})
    return create_app(build_host(settings), settings)


CASES = sorted(cases(_app()), key=str)


def told(answer: TestResponse) -> Answer | int:
    """Say in the file's words how a request ended."""
    status = answer.status_code
    if status == 401 or (status == 303 and answer.headers["Location"].startswith("/sign-in")):
        return Answer.STRANGER
    if status in {403, 404}:
        return Answer.FORBIDDEN if status == 403 else Answer.NOT_FOUND
    return Answer.REACHED if status < 500 and status != 405 else status


def places(house: House, case: Case) -> list[tuple[Place, int, bool]]:
    """What a request may be about: the place, the job, and whether they exist."""
    mine, other = house.places["a"], house.places["b"]
    if case.is_of_a_unit:
        return [(mine, house.job, True), (other, house.job, True), (NOWHERE, house.job, False)]
    if case.names - {"hashed"}:
        return [(mine, house.job, True), (NOWHERE, NO_JOB, False)]
    return [(mine, house.job, True)]


def tried(house: House, case: Case, who: str, place: Place, job: int, **how: Any) -> Answer | int:
    """Send one request and undo what it did."""
    if case.method in SAFE:
        return told(send(house, case, place, who, job=job, **how))
    with house.put_back():
        return told(send(house, case, place, who, job=job, **how))


def test_nothing_is_missing_here() -> None:
    assert {case.endpoint for case in CASES} == set(FILE["routes"])
    assert without_body(_app()) == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_route_answers_everybody_as_the_file_says(house: House, case: Case) -> None:
    wrong = []
    for who, held in HELD.items():
        for place, job, exists in places(house, case):
            expected = of_route(case, held, place.unit, exists=exists)
            found = tried(house, case, who, place, job)
            if case.endpoint == "static" or (str(case) in TO_THE_DOOR and found is Answer.STRANGER):
                continue  # a file that is not there; and whoever is sent to the door
            if found != expected:
                wrong.append((who, place.unit, str(expected), str(found)))
    assert wrong == [], wrong


@pytest.mark.parametrize("case", [each for each in CASES if each.endpoint.startswith("api.")], ids=str)
def test_a_token_opens_what_its_person_may(house: House, case: Case) -> None:
    wrong = []
    for who in ("reporter-a", "reporter-b", "observer", "office", "admin", "expired", "disabled"):
        for place, job, exists in places(house, case):
            expected = of_route(case, HELD[who], place.unit, exists=exists)
            found = tried(house, case, who, place, job, by_token=True)
            if found != expected:
                wrong.append((who, place.unit, str(expected), str(found)))
    assert wrong == []


@pytest.mark.parametrize("case", [each for each in CASES if each.method == "GET"], ids=str)
def test_head_and_options_open_no_other_door(house: House, case: Case) -> None:
    for who in ("stranger", "nobody", "reporter-b"):
        for place, job, _ in places(house, case):
            shown, head, options = (
                told(send(house, case, place, who, job=job, method=method)) for method in ("GET", "HEAD", "OPTIONS")
            )
            assert head == shown, (who, place.unit)
            assert options in {shown, Answer.REACHED}, (who, place.unit)
            if FILE["routes"][case.endpoint] not in {"public", "person"}:
                assert options != Answer.REACHED or shown in {Answer.REACHED, Answer.NOT_FOUND}, (who, place.unit)


def test_a_role_given_or_taken_holds_from_the_next_request_on(house: House) -> None:
    page = next(each for each in CASES if str(each) == "GET report.show")
    mine = house.places["a"]
    with house.put_back():
        assert tried(house, page, "nobody", mine, 1) is Answer.FORBIDDEN
        account = house.here.actors["nobody"].account_id
        house.execute(
            "INSERT INTO membership (account_id, role, valid_from) VALUES (?, ?, '2020-01-01')", account, Role.LEADER
        )
        assert tried(house, page, "nobody", mine, 1) is Answer.REACHED
        house.execute("UPDATE membership SET valid_to = '2021-03-15' WHERE account_id = ?", account)
        assert tried(house, page, "nobody", mine, 1) is Answer.FORBIDDEN
        house.execute(
            "UPDATE membership SET valid_to = NULL, role = ?, unit_code = ? WHERE account_id = ?",
            Role.UNIT_HEAD,
            UNITS["b"],
            account,
        )
        assert tried(house, page, "nobody", mine, 1) is Answer.NOT_FOUND
        house.execute("UPDATE account SET disabled_at = '2021-03-15T01:00:00.000000' WHERE id = ?", account)
        assert tried(house, page, "nobody", mine, 1) is Answer.STRANGER


def test_a_route_that_the_file_does_not_name_serves_nobody(house: House) -> None:
    settings = load({"THIDUA_DATA": "/nonexistent", "THIDUA_SECRET_KEY": "x" * 40}, CONFIG_DIR)
    app = create_app(house.here.host, settings)
    app.add_url_rule("/left-open", "left.open", lambda: "secret")
    for who, status in (("stranger", 303), ("reporter-a", 500), ("office-and-admin", 500)):
        client, cookie = app.test_client(), house.client(who)[0].get_cookie("thidua")
        if cookie is not None:
            client.set_cookie("thidua", cookie.value)
        answer = client.get("/left-open")
        assert (answer.status_code, "secret" in answer.text) == (status, False), who


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_first_lock_asks_for_the_routes_right(house: House, case: Case) -> None:
    """Before the use case does; also of a token, which may have been given less than its person holds."""
    needed = FILE["routes"][case.endpoint]
    if needed in {"public", "person"}:
        return
    for who, held in PEOPLE.items():
        actor = house.here.actors[who]
        table = FILE["rights"][needed]
        holds = any(role in (*table.get("own", ()), *table.get("all", ())) for role, _ in held)
        others = frozenset(set(Right) - {needed})
        for scopes, expected in ((None, holds), (frozenset({needed}), holds), (others, False)):
            try:
                let_through(replace(actor, scopes=scopes), case.endpoint)
                passed = True
            except NotAllowedError:
                passed = False
            assert passed == expected, (who, scopes)
