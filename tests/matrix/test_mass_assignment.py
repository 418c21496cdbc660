"""Nothing is stored but what a request is for: the name of every column, sent along, changes no row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from tests.matrix.expected import NOBODY_HAS
from tests.matrix.expected import NOT_HERE
from tests.matrix.house import House
from tests.matrix.requests import SAFE
from tests.matrix.requests import Case
from tests.matrix.requests import body_of
from tests.matrix.requests import send
from tests.matrix.test_routes import CASES
from tests.matrix.test_routes import HELD
from tests.matrix.test_routes import Answer
from tests.matrix.test_routes import of_route
from thidua.adapters.db.tables import metadata

COLUMNS = sorted({column.name for table in metadata.sorted_tables for column in table.columns})
#: What there is nothing of in this house is tried with sound requests in tests/web/test_strange_fields.py.
UNSAFE = [
    case for case in CASES if case.method not in SAFE and not case.names & NOT_HERE and case.endpoint not in NOBODY_HAS
]
#: What bodies that the API's document does not describe are made of.
DECLARED: dict[str, frozenset[str]] = {
    "draft.save": frozenset({"base", "cells"}),
    "draft.carry": frozenset(),
    "sign_in.again": frozenset({"name", "password"}),
}
#: What a page's form may send beside what the case does.
ALSO_TYPED = {"bulk.accept": {"note"}}
#: Whatever a column is made of, it is none of these.
VALUE = "gian lận"


def who_may(case: Case, house: House) -> str:
    """Somebody whom the route lets in."""
    unit = house.places["a"].unit
    return next(who for who in HELD if of_route(case, HELD[who], unit, exists=True) is Answer.REACHED)


def is_json(case: Case, house: House) -> bool:
    return "json" in body_of(case, house.places["a"])


def declared(case: Case, house: House) -> frozenset[str]:
    """The members that a route's body may have, as the API's document says."""
    if case.endpoint in DECLARED:
        return DECLARED[case.endpoint]
    document: Any = house.app.test_client().get("/api/v1/openapi.json").json
    rule = next(each for each in house.app.url_map.iter_rules() if each.endpoint == case.endpoint)
    path = re.sub(r"<[^>]*>", "{}", rule.rule)
    operations = {re.sub(r"{[^}]*}", "{}", name): each for name, each in document["paths"].items()}
    operation = next(each for name, each in operations.items() if path.endswith(name))
    body = operation[case.method.lower()].get("requestBody")
    return frozenset(_members(document, body["content"]["application/json"]["schema"])) if body else frozenset()


def _members(document: Any, schema: Mapping[str, Any]) -> set[str]:
    if "$ref" in schema:
        found = document
        for name in schema["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        return _members(document, found)
    parts = [each for key in ("oneOf", "anyOf", "allOf") for each in schema.get(key, ())]
    return {*schema.get("properties", ()), *(name for each in parts for name in _members(document, each))}


@pytest.mark.parametrize("case", UNSAFE, ids=str)
def test_a_column_sent_along_changes_no_row(house: House, case: Case) -> None:
    who, mine = who_may(case, house), house.places["a"]
    body = body_of(case, mine)
    before = house.rows()
    if "json" in body:
        known = declared(case, house)
        for name in [each for each in COLUMNS if each not in known]:
            with house.put_back():
                answer = send(house, case, mine, who, json={**body["json"], name: VALUE})
            # What takes no body looks at none.
            takes_none = case.endpoint in {"api.cancel_job", "api.retry_job"}
            assert answer.status_code in {400, 422} or takes_none, (name, answer.status_code)
        if case.endpoint not in {"api.cancel_job", "api.retry_job"}:
            assert house.rows() == before
    told = []
    for more in ({}, dict.fromkeys(set(COLUMNS) - ALSO_TYPED.get(case.endpoint, set()), VALUE)):
        with house.put_back():
            if "json" in body:
                send(house, case, mine, who, query_string=more)
            else:
                typed = body.get("data", {})
                data = typed if isinstance(typed, bytes) else {**more, **typed}
                query = {**(more if isinstance(typed, bytes) else {}), **body.get("query_string", {})}
                send(house, case, mine, who, data=data, query_string=query)
            told.append(_of_the_programs_clock(house.rows()))
    # With columns in its address the API does nothing; a page does what it does without.
    if told[1] != _of_the_programs_clock(before):
        changed = {name: (rows, told[1][name]) for name, rows in told[0].items() if rows != told[1][name]}
        assert changed == {}


def _of_the_programs_clock(rows: dict[str, list[str]]) -> dict[str, list[str]]:
    """Without the moments that the database's own clock gave what waits to be counted."""
    return {**rows, "outbox": [re.sub(r"'[0-9-]{10} [0-9:.]+'", "", row) for row in rows["outbox"]]}


@pytest.mark.parametrize("part", ["fields", "by_topic", "prepared_by", "approved_by", "violations"])
def test_a_column_inside_a_report_is_refused(house: House, part: str) -> None:
    api = next(case for case in CASES if case.endpoint == "api.file")
    before = house.rows()
    for name in COLUMNS:
        report = dict(body_of(api, house.places["a"])["json"])
        inside = report[part]
        if part == "violations":
            report[part] = [{name: VALUE}]
        elif name in inside:
            continue
        else:
            report[part] = {**inside, name: VALUE}
        answer = send(house, api, house.places["a"], "reporter-a", by_token=True, json=report)
        assert answer.status_code == 422, (part, name)
        pointers = [error["pointer"] for error in (answer.json or {})["errors"]]
        assert any(f"/{part}" in pointer for pointer in pointers), (name, pointers)
    assert house.rows() == before
