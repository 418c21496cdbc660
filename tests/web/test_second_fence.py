"""With every check of the use cases switched off, PostgreSQL still shows a unit nothing of another's.

The tests of this module have no SQLite in their parameters by design: there the use cases' own checks,
which they switch off, are the only fence (docs/decisions.md, "The second fence").
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from types import FunctionType
from typing import Any

import psycopg
import pytest
from werkzeug.test import TestResponse

from thidua.application.access import permissions
from thidua.application.access.permissions import GRANTS
from thidua.application.access.permissions import Grant
from thidua.application.ports.reach import EVERYTHING
from thidua.domain.accounts import Role
from thidua.web import sessions
from thidua_testkit.files import a_photo

pytestmark = pytest.mark.postgres

#: Stands in what Hữu Lũng filed, typed and laid beside it, and nowhere else.
CANARY = "chim-yến-180"
#: Everything below the sign-in that names no unit's report and so has nothing to hide.
_OWN = frozenset(
    {
        *("home.first", "home.campaigns", "due.show", "jobs.show", "jobs.fragment", "operator.show"),
        # What units were called, and who took over, is public.
        *("lineage.show", "lineage.history", "api.unit_history"),
    }
)
_PERIOD = "?period=2021-9M"
_QUERIES = {
    "draft.at_cell": "?cell=/fields/difficulties",
    **dict.fromkeys(("status.show", "status.fragment", "api.status"), _PERIOD),
    **dict.fromkeys(("inputs.show", "api.inputs"), f"{_PERIOD}&figure=filing.received"),
}
#: What has a unit's rows and is reached with the place of Hữu Lũng's report.
_MOST_KINDS_OF_URL = 40


@pytest.fixture
def site_url(postgres_url: str) -> str:
    return postgres_url


class Case:
    """Hữu Lũng with a report, a draft, a file and changed deadline; and its neighbour, who wants to see them."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self.ours = site.visit("reporter")
        self.theirs = site.visit("neighbour")
        self.office = site.visit("officer")
        page = site.file(self.ours, **{"/fields/difficulties": CANARY})
        assert page.status == 303, page.html.text
        place = f"/api/v1/campaigns/{site.campaign}/periods/{site.period}/units/{site.unit}/evidence"
        head = {"X-CSRFToken": self.ours.token()}
        laid = self.ours.client.post(
            f"{place}?file_name={CANARY}.jpg", data=a_photo(), content_type="image/jpeg", headers=head
        )
        assert laid.status_code == 201, laid.text
        changed = self.office.client.post(
            f"/api/v1/obligations/{site.campaign}/{site.period}/{site.unit}/changes",
            json={
                "kind": "extended",
                "reason": CANARY,
                "document_number": "12/CV",
                "requested_by": "UBND",
                "ends_at": "2021-09-22T17:00:00+07:00",
                "seen": 0,
            },
            headers={"X-CSRFToken": self.office.token()},
        )
        assert changed.status_code in {200, 201}, changed.text
        with site.here.host.work.reading() as work:
            [report] = work.reports.list(unit_codes=[site.unit])
            [self.file] = work.evidence.of((site.campaign, site.period, site.unit))
        self.report = report.id
        # Typed after the filing: the draft of a correction.
        typed = self.save(self.ours, f"{CANARY} lần hai")
        assert typed.status_code == 200, typed.text

    def save(self, visitor: Any, text: str) -> TestResponse:
        url = f"/campaigns/{self.site.campaign}/periods/{self.site.period}/units/{self.site.unit}/draft"
        body = {"base": 0, "cells": {"/fields/difficulties": text}}
        answer: TestResponse = visitor.client.post(url, json=body, headers={"X-CSRFToken": visitor.token()})
        return answer

    @property
    def parameters(self) -> dict[str, object]:
        return {
            "campaign": self.site.campaign,
            "period": self.site.period,
            "unit": self.site.unit,
            "report_id": self.report,
            "evidence_id": self.file.id,
            "revision": 0,
        }

    def addresses(self) -> Iterator[tuple[str, bool]]:
        """Yield every address that can be read, and whether it names Hữu Lũng's."""
        adapter = self.site.app.url_map.bind("localhost")
        for rule in self.site.app.url_map.iter_rules():
            if "GET" not in rule.methods or not rule.arguments <= self.parameters.keys() or rule.endpoint in _OWN:
                continue
            given = {name: value for name, value in self.parameters.items() if name in rule.arguments}
            url = adapter.build(rule.endpoint, given)
            yield url + _QUERIES.get(rule.endpoint, ""), bool(rule.arguments & {"unit", "report_id", "evidence_id"})


@pytest.fixture
def case(site: Any) -> Case:
    return Case(site)


@pytest.fixture
def unchecked(case: Case, monkeypatch: pytest.MonkeyPatch) -> Case:
    """Let every check of the use cases say yes, wherever it was imported to."""
    yes = {
        permissions.require: lambda *_given: None,
        permissions.require_unit: lambda *_given: None,
        permissions.sees_all_units: lambda *_given: True,
        permissions.sees_people: lambda *_given: True,
    }
    for name, module in list(sys.modules.items()):
        if name.startswith("thidua"):
            for attribute, value in list(vars(module).items()):
                if isinstance(value, FunctionType) and value in yes:
                    monkeypatch.setattr(module, attribute, yes[value])
    for right in GRANTS:
        monkeypatch.setitem(GRANTS, right, Grant("", frozenset(), frozenset(Role)))
    return case


def hidden(answer: TestResponse) -> bool:
    return CANARY.encode() not in answer.data and json.dumps(CANARY).strip('"').encode() not in answer.data


def test_what_a_neighbour_asks_for_is_not_there(unchecked: Case) -> None:
    asked = list(unchecked.addresses())
    assert len(asked) >= _MOST_KINDS_OF_URL
    for url, names_theirs in asked:
        answer = unchecked.theirs.client.get(url)
        assert hidden(answer), url
        assert answer.status_code < 500, (url, answer.status_code)
        if names_theirs:
            assert answer.status_code == 404, (url, answer.status_code)


def test_without_the_second_fence_the_same_requests_show_it(unchecked: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the checks are really off, and it is the database that hides what is hidden."""
    monkeypatch.setattr(sessions, "reach_of", lambda _actor: EVERYTHING)
    answers = {url: unchecked.theirs.client.get(url) for url, names_theirs in unchecked.addresses() if names_theirs}
    shown = {url for url, answer in answers.items() if answer.status_code == 200}
    assert len(shown) >= len(answers) - 6, {url: answer.status_code for url, answer in answers.items()}
    assert sum(not hidden(answer) for answer in answers.values()) >= 6


def test_what_a_neighbour_writes_changes_nothing(unchecked: Case, owner_url: str) -> None:
    site, theirs = unchecked.site, unchecked.theirs
    place = f"/campaigns/{site.campaign}/periods/{site.period}/units/{site.unit}"
    report = f"/reports/{unchecked.report}"
    token = theirs.token()
    before = rows(owner_url)

    def post(url: str, status: int = 404, **options: Any) -> None:
        answer = theirs.client.post(url, headers={"X-CSRFToken": token}, **options)
        assert answer.status_code == status, (url, answer.status_code, answer.text)

    post(f"/api/v1{report}/accept", json={"revision": 0})
    post(f"/api/v1{report}/return", json={"revision": 0, "reason": "Sai", "remarks": [{"cell": "", "text": "Sai"}]})
    post(f"/api/v1{report}/withdraw", json={"revision": 0, "reason": "Nhầm"})
    change = {"kind": "exempted", "reason": "Vì thế", "document_number": "1/CV", "requested_by": "UBND", "seen": 1}
    post(f"/api/v1/obligations/{site.campaign}/{site.period}/{site.unit}/changes", json=change)
    post(f"/api/v1{place}/evidence?file_name=b.jpg", data=a_photo(), content_type="image/jpeg")
    post(f"{report}/accept", data={"revision": "0", "csrf_token": token})
    post(f"{place}/form", data={"csrf_token": token, **site.typed, "action": "file"})
    # Throwing away what is not there is done at once.
    post(f"{place}/form/discard", 303, data={"csrf_token": token})
    assert unchecked.save(theirs, "của người khác").status_code == 404
    gone = theirs.client.delete(f"/api/v1/evidence/{unchecked.file.id}", headers={"X-CSRFToken": token})
    assert gone.status_code == 404
    assert rows(owner_url) == before


def rows(owner_url: str) -> dict[str, list[Any]]:
    """Return all that any unit has, as the owner sees it."""
    tables = ("report", "report_revision", "report_event", "obligation", "obligation_change", "draft", "draft_cell")
    with psycopg.connect(owner_url) as owner:
        return {
            table: owner.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()  # type: ignore[arg-type]
            for table in (*tables, "evidence", "outbox")
        }


def test_with_the_checks_on_each_has_what_is_theirs(case: Case) -> None:
    """Nothing of the fence is in the way of those whose rows they are, or who work with all."""
    url = f"/reports/{case.report}"
    assert [not hidden(who.client.get(url)) for who in (case.ours, case.office)] == [True, True]
    assert case.theirs.client.get(url).status_code == 404
    draft = f"/campaigns/{case.site.campaign}/periods/{case.site.period}/units/{case.site.unit}/draft"
    assert not hidden(case.ours.client.get(draft))


def test_nobody_inherits_the_reach_of_the_request_before(case: Case) -> None:
    """One thread serves the Office, then a stranger, then a unit."""
    listing = "/api/v1/reports"
    assert case.office.client.get(listing).json["reports"]
    assert case.site.stranger().client.get(listing).status_code == 401
    assert case.theirs.client.get(listing).json["reports"] == []
    assert case.office.client.get(listing).json["reports"]
