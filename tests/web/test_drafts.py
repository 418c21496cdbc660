"""What the form's script asks of the server: saving, carrying forward, context, signing in again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from thidua.application.periods.campaigns import close_period

RADIO = "/fields/radio_items"
TOTAL = "/fields/staff_total"
BRIEFED = "/fields/staff_briefed"


class Typist:
    """A person whose page saves as the script does."""

    def __init__(self, site: Any, name: str = "reporter") -> None:
        self.site = site
        self.visitor = site.visit(name)
        self.client = self.visitor.client
        self.url = site.form.removesuffix("/form") + "/draft"
        self.context_url = site.form.removesuffix("/form") + "/context"
        self.token = self.visitor.token()
        self.base = 0

    def post(self, body: object, *, url: str = "", **options: Any) -> Any:
        headers = {"X-CSRFToken": self.token, **options.pop("headers", {})}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        options.setdefault("content_type", "application/json")
        return self.client.post(url or self.url, data=data, headers=headers, **options)

    def save(self, cells: dict[str, str | None], *, base: int | None = None) -> Any:
        answer = self.post({"base": self.base if base is None else base, "cells": cells})
        assert answer.status_code == 200, answer.text
        self.base = answer.json["version"]
        return answer.json

    def draft(self) -> Any:
        answer = self.client.get(self.url)
        assert answer.status_code == 200, answer.text
        return answer.json


@pytest.fixture
def typist(site: Any) -> Typist:
    return Typist(site)


def problem(answer: Any, status: int) -> Any:
    """The problem document of a refusal; never a page."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    body = answer.json
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


def test_a_draft_begins_empty_and_keeps_right_and_wrong_cells_as_typed(typist: Typist) -> None:
    assert typist.draft() == {"version": 0, "revision": 0, "cells": {}}
    saved = typist.save({RADIO: "1,234", TOTAL: " 7 ", "/fields/good_practices": "Dòng một\r\n  Dòng hai"})
    assert saved["version"] == 1
    assert saved["cells"][RADIO]["state"] == "wrong"
    assert "Nếu là 1.234 thì ghi 1.234" in saved["cells"][RADIO]["findings"][0]["message"]
    assert saved["cells"][TOTAL] == {"state": "saved", "findings": []}
    assert saved["conflicts"] == []
    draft = typist.draft()
    assert draft["version"] == 1
    assert {pointer: cell["typed"] for pointer, cell in draft["cells"].items()} == {
        RADIO: "1,234",
        TOTAL: " 7 ",
        "/fields/good_practices": "Dòng một\n  Dòng hai",
    }
    assert draft["cells"][TOTAL]["by"] == "Người dùng reporter"
    assert draft["cells"][TOTAL]["carried"] is False
    assert draft["cells"][TOTAL]["at"] == "2021-09-15T01:00:00+00:00"


def test_the_same_text_again_is_no_change(typist: Typist) -> None:
    typist.save({RADIO: "26"})
    assert typist.save({RADIO: "26"}, base=0)["version"] == 1
    assert typist.save({RADIO: None})["version"] == 2
    assert typist.save({RADIO: ""})["version"] == 2
    assert typist.draft()["cells"][RADIO]["typed"] is None


def test_a_second_editor_is_told_both_versions_and_what_changed_beside(site: Any, typist: Typist) -> None:
    add_colleague(site)
    other = Typist(site, "colleague")
    typist.save({RADIO: "26", TOTAL: "7"})
    saved = other.save({RADIO: "27", "/fields/banners": "4"})
    assert [cell["cell"] for cell in saved["conflicts"]] == [RADIO]
    assert saved["conflicts"][0]["theirs"] == "26"
    assert saved["conflicts"][0]["by"] == "Người dùng reporter"
    assert saved["cells"].keys() == {"/fields/banners"}
    assert saved["changed"].keys() == {TOTAL}
    assert saved["changed"][TOTAL]["typed"] == "7"
    assert typist.draft()["cells"][RADIO]["typed"] == "26"
    # Having seen both, the person may insist.
    assert other.save({RADIO: "27"})["conflicts"] == []
    assert typist.draft()["cells"][RADIO]["typed"] == "27"


def add_colleague(site: Any) -> None:
    held = site.here.actors["reporter"].memberships
    site.here.add_account(
        "colleague", *((membership.role, membership.unit_code) for membership in held), password=site.password
    )


def test_a_rule_across_cells_shows_and_goes_where_it_stands(typist: Typist) -> None:
    typist.save({BRIEFED: "9"})
    saved = typist.save({TOTAL: "7"})
    # The sentence stands at the cell that was not sent now.
    assert saved["cells"][TOTAL]["findings"] == []
    [finding] = saved["other_findings"][BRIEFED]
    assert finding["code"] == "A06"
    assert finding["level"] == "error"
    saved = typist.save({TOTAL: "12"})
    assert saved["other_findings"][BRIEFED] == []


@pytest.mark.parametrize(
    "pointer",
    [
        "/fields/nothing",
        "/fields",
        "fields/radio_items",
        "",
        "/by_topic/radio_items/nothing",
        "/by_topic/staff_total/alcohol_law",
        "/violations/200/status",
        "/violations/-1/status",
        "/violations/01/status",
        "/violations/0/nothing",
        "/violations/0",
        "/prepared_by/age",
        "/comments/~1fields~1nothing",
        "/comments//fields/radio_items",
        "/answers/~1",
        "/campaign_code",
        "/fields/radio_items/x",
        "/fields/" + "x" * 5000,
    ],
)
def test_a_pointer_that_is_no_cell_is_refused_and_nothing_is_saved(typist: Typist, pointer: str) -> None:
    body = problem(typist.post({"base": 0, "cells": {RADIO: "26", pointer: "1"}}), 422)
    assert [error["pointer"] for error in body["errors"]] == [pointer]
    assert typist.draft()["version"] == 0


@pytest.mark.parametrize(
    "pointer",
    [
        "/by_topic/radio_items/alcohol_law",
        "/violations/199/status",
        "/prepared_by/full_name",
        "/approved_by/position",
        "/correction_reason",
        "/is_estimate",
        "/comments/~1fields~1radio_items",
        "/comments/~1violations~13~1status",
        "/answers/~1violations~13",
        "/answers/~1violations",
    ],
)
def test_every_kind_of_cell_can_be_kept(typist: Typist, pointer: str) -> None:
    typist.save({pointer: "yes"})
    assert typist.draft()["cells"][pointer]["typed"] == "yes"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"base": 0}',
        b'{"base": 0, "cells": {}, "more": 1}',
        b'{"base": "0", "cells": {}}',
        b'{"base": true, "cells": {}}',
        b'{"base": -1, "cells": {}}',
        b'{"base": 2147483648, "cells": {}}',
        b'{"base": 1.0, "cells": {}}',
        b'{"base": 0, "cells": []}',
        b'{"base": 0, "cells": {"/fields/radio_items": 5}}',
        b'{"base": 0, "cells": {"/fields/radio_items": "a\\u0000"}}',
        b'{"base": 0, "cells": {"/fields/radio_items": "\\ud800"}}',
        b'{"base": 0, "cells": {"/fields/radio_items": "1", "/fields/radio_items": "2"}}',
        b"\xff\xfe",
        b'{"base": 0, "cells": ' + b"[" * 40 + b"]" * 40 + b"}",
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem_and_saves_nothing(typist: Typist, body: bytes) -> None:
    problem(typist.post(body), 400)
    assert typist.draft()["version"] == 0


def test_too_much_is_refused_and_the_bounds_themselves_are_taken(typist: Typist) -> None:
    many = {f"/violations/{row}/{column}": "x" for row in range(200) for column in columns(typist)}
    assert len(many) == 2000
    problem(typist.post({"base": 0, "cells": {**many, RADIO: "26"}}), 413)
    problem(typist.post(b"x" * (1024 * 1024 + 1)), 413)
    body = problem(typist.post({"base": 0, "cells": {RADIO: "9" * 20_001}}), 422)
    assert body["errors"][0]["code"] == "length"
    saved = typist.save(many)
    assert len(saved["cells"]) == 2000
    typist.save({RADIO: "9" * 20_000})


def columns(typist: Typist) -> list[str]:
    form = typist.site.here.host.catalogue.form(typist.site.campaign, typist.site.period, "A")
    return [column.name for column in form.tables["violations"].columns]


def test_a_wrong_method_or_type_is_a_problem_too(typist: Typist) -> None:
    problem(typist.client.put(typist.url, headers={"X-CSRFToken": typist.token}), 405)
    problem(typist.post({"base": 0, "cells": {}}, content_type="text/plain"), 415)
    problem(typist.client.get(typist.url + "?x=1"), 400)


def test_a_forged_save_is_refused(typist: Typist) -> None:
    typist.token = "wrong"
    problem(typist.post({"base": 0, "cells": {RADIO: "26"}}), 400)
    assert typist.draft()["version"] == 0


def test_others_drafts_are_not_there(site: Any, typist: Typist) -> None:
    typist.save({RADIO: "26"})
    for who, status in (("neighbour", 404), ("officer", 404), ("leader", 403), ("observer", 403), ("admin", 403)):
        other = Typist(site, who)
        problem(other.client.get(other.url), status)
        problem(other.post({"base": 0, "cells": {RADIO: "1"}}), status)
        problem(other.post({}, url=other.url + "/carry"), status)
        problem(other.client.get(other.context_url, query_string={"cell": RADIO}), status)
    for wrong in ("/campaigns/x/periods/y/units/z", f"/campaigns/{site.campaign}/periods/x/units/{site.unit}"):
        problem(typist.client.get(wrong + "/draft"), 404)
    assert typist.draft()["cells"][RADIO]["typed"] == "26"


def test_a_locked_period_takes_nothing_and_shows_what_was_typed(site: Any, typist: Typist) -> None:
    typist.save({RADIO: "26"})
    close_period(site.here.host, site.campaign, site.period)
    problem(typist.post({"base": 1, "cells": {RADIO: "27"}}), 409)
    problem(typist.post({}, url=typist.url + "/carry"), 409)
    assert typist.draft()["cells"][RADIO]["typed"] == "26"


def test_a_session_that_ended_is_begun_again_inside_the_page(site: Any, typist: Typist) -> None:
    typist.visitor.post("/sign-out", {})
    problem(typist.post({"base": 0, "cells": {RADIO: "26"}}), 401)
    problem(typist.client.get(typist.url), 401)
    ours = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    wrong = typist.post({"name": "reporter", "password": "sai"}, url="/sign-in/again", headers=ours)
    assert "không đúng" in problem(wrong, 401)["detail"]
    again = typist.post({"name": " Reporter", "password": site.password}, url="/sign-in/again", headers=ours)
    assert again.status_code == 200, again.text
    assert again.json["name"] == "reporter"
    assert again.json["full_name"] == "Người dùng reporter"
    # The old page's token is of no more use, the new one is.
    problem(typist.post({"base": 0, "cells": {RADIO: "26"}}), 400)
    typist.token = again.json["csrf_token"]
    assert typist.save({RADIO: "26"})["version"] == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
        {"Origin": "null"},
    ],
)
def test_no_other_site_signs_anybody_in(site: Any, headers: dict[str, str]) -> None:
    client = site.stranger().client
    body = {"name": "reporter", "password": site.password}
    answer = client.post("/sign-in/again", json=body, headers=headers)
    problem(answer, 400)
    assert client.get("/sign-in").status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "reporter"}, 400),
        ({"name": "reporter", "password": 1}, 400),
        ({"name": ["reporter"], "password": "x"}, 400),
        ({"name": "reporter", "password": "x" * 501}, 400),
        ({"name": "reporter", "password": "x", "next": "/"}, 400),
        ({"name": "", "password": ""}, 401),
    ],
)
def test_signing_in_again_reads_strictly(site: Any, body: object, status: int) -> None:
    headers = {"Origin": "http://localhost"}
    problem(site.stranger().client.post("/sign-in/again", json=body, headers=headers), status)


def test_a_draft_after_a_filing_counts_on_above_the_one_that_was_filed(site: Any, typist: Typist) -> None:
    typist.save({RADIO: "26"})
    assert site.file().status == 303
    assert typist.draft()["version"] == 0
    assert typist.draft()["revision"] == 1
    # A page left open, with the old version, is not mistaken for one that saw the new draft.
    saved = typist.save({RADIO: "30"})
    assert saved["version"] > 100_000
    assert saved["revision"] == 1


def test_what_was_filed_typed_again_begins_no_draft(site: Any, typist: Typist) -> None:
    assert site.file().status == 303
    assert typist.save({"/fields/radio_broadcasts": "1.148"})["version"] == 0


def test_context_tells_the_rules_the_history_and_the_comment(site: Any, typist: Typist) -> None:
    site.file()
    typist.save({"/comments/~1fields~1staff_briefed": "Hai người nghỉ thai sản."})
    answer = typist.client.get(typist.context_url, query_string={"cell": BRIEFED})
    assert answer.status_code == 200
    body = answer.json
    assert body["cell"] == BRIEFED
    assert body["code"] == "A06"
    assert body["comment"] == "Hai người nghỉ thai sản."
    assert body["source"]
    rule = next(rule for rule in body["rules"] if rule["code"] == "A06")
    assert "A05" in rule["message"]
    assert "{" not in rule["message"]
    assert rule["source"] == "Biểu A, dòng A06"
    assert body["earlier"] == [
        {"period": site.period, "name": body["earlier"][0]["name"], "text": "7", "state": "submitted"}
    ]
    assert "lần nộp 1" in body["earlier"][0]["name"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("cell=", 400),
        ("cell=/fields/radio_items&cell=/fields/radio_items", 400),
        ("cell=/fields/radio_items&x=1", 400),
        ("cell=/fields/nothing", 404),
        ("cell=/", 404),
        ("cell=/by_topic/radio_items", 404),
        ("cell=/violations/200/status", 404),
        ("cell=%00", 400),
        ("cell=/fields/%00", 404),
    ],
)
def test_context_is_strict_about_its_parameter(typist: Typist, query: str, status: int) -> None:
    problem(typist.client.get(f"{typist.context_url}?{query}"), status)


def test_every_cell_of_every_kind_has_its_context(typist: Typist) -> None:
    form = typist.site.here.host.catalogue.form(typist.site.campaign, typist.site.period, "A")
    typist.site.file()
    for pointer in (*form.cells, "/violations/0/status", "/prepared_by/full_name", "/is_estimate"):
        if pointer in {cell for cell in form.cells if cell.startswith("/by_topic/") and cell.count("/") == 2}:
            continue
        answer = typist.client.get(typist.context_url, query_string={"cell": pointer})
        assert answer.status_code == 200, (pointer, answer.text)
        assert answer.json["label"], pointer
