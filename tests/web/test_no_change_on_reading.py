"""Looking changes nothing: every address is visited by everybody, and the database is the same after it."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import parse_qsl
from urllib.parse import urljoin
from urllib.parse import urlsplit

import pytest
from filled import PEOPLE
from filled import addresses
from filled import contents
from filled import fill
from werkzeug.exceptions import HTTPException

from thidua.application.people.bearer_tokens import issue_token

#: Tables that may differ after somebody has only looked, and why.
MAY_DIFFER = {
    "session": "when a session was last used is kept, for sessions end after idle time",
    "api_token": "when it was last used is kept, so that an idle one is noticed",
    "known_device": "a browser is known from its sign-in on",
    "audit_entry": "reads of personal records are recorded there",
}
#: Links that are followed to one endpoint with the same parameters: every figure is a link.
_SAMPLES = 3
#: Addresses that answer each at least: public ones, and what is the role's own.
LEAST = {"stranger": 4, "newcomer": 6}


@pytest.fixture
def filled(site: Any) -> Any:
    fill(site)
    return site


def linked_from(page: Any, path: str) -> set[str]:
    """Every address of this site that a page leads to or loads."""
    found = set()
    for element in page.html.all():
        for name in ("href", "src"):
            target = urlsplit(urljoin(path, element.attributes.get(name, "")))
            if not target.netloc and target.path:
                found.add(target.path + (f"?{target.query}" if target.query else ""))
        for name, value in element.attributes.items():
            # What scripts ask for stands in data attributes.
            if name.startswith("data-") and value.startswith("/") and " " not in value and not value.startswith("//"):
                found.add(value.partition("#")[0])
    return found


@pytest.mark.parametrize("name", [*PEOPLE, "stranger"])
def test_whoever_looks_at_whatever_changes_nothing(filled: Any, name: str) -> None:
    visitor = filled.stranger() if name == "stranger" else filled.visit(name)
    before = contents(filled, but=MAY_DIFFER)
    known = [at for at in addresses(filled.app, filled, unsafe=False) if at.method == "GET"]
    assert len({at.endpoint for at in known}) > 30
    seen = {at.path for at in known}
    kinds: Counter[Any] = Counter()
    waiting = sorted(seen)
    opened = 0
    while waiting:
        path = waiting.pop()
        page = visitor.get(path)
        assert page.status < 500, (path, page.status)
        if page.status == 200:
            opened += 1
            if page.answer.mimetype == "text/html" and "fragment" not in path:
                for link in sorted(linked_from(page, path) - seen):
                    kinds[kind_of(filled, link)] += 1
                    if kinds[kind_of(filled, link)] <= _SAMPLES:
                        seen.add(link)
                        waiting.append(link)
        for method in ("HEAD", "OPTIONS"):
            answer = visitor.client.open(path, method=method)
            assert answer.status_code < 500, (method, path)
            assert answer.data == b"" or answer.status_code >= 400 or method == "OPTIONS", (method, path)
        if contents(filled, but=MAY_DIFFER) != before:
            pytest.fail(f"{path} changed something for {name}: {differences(before, filled)}")
    assert opened >= LEAST.get(name, 10)


def kind_of(site: Any, link: str) -> tuple[str, ...]:
    """Endpoint and names of the parameters."""
    path, _, query = link.partition("?")
    try:
        endpoint = site.app.url_map.bind("localhost").match(path)[0]
    except HTTPException:
        endpoint = ""
    return (str(endpoint), *sorted(dict(parse_qsl(query))))


def differences(before: dict[str, list[str]], site: Any) -> dict[str, list[str]]:
    after = contents(site, but=MAY_DIFFER)
    return {table: sorted(set(after[table]) ^ set(rows)) for table, rows in before.items() if after[table] != rows}


def test_programs_with_a_token_change_nothing_by_reading_either(filled: Any) -> None:
    for name in ("officer", "reporter", "admin"):
        headers = {"Authorization": f"Bearer {issue_token(filled.here.host, name=name, label='thử')}"}
        before = contents(filled, but={"audit_entry", "api_token"})
        client = filled.stranger().client
        answers = [
            client.open(at.path, method=at.method, headers=headers).status_code
            for at in addresses(filled.app, filled, unsafe=False)
            if at.endpoint.startswith("api.")
        ]
        assert answers.count(200) > 10
        assert contents(filled, but={"audit_entry", "api_token"}) == before, name


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND"])
def test_what_changes_something_is_not_reached_by_another_method(filled: Any, method: str) -> None:
    officer = filled.visit("officer")
    before = contents(filled, but=MAY_DIFFER)
    for at in addresses(filled.app, filled, unsafe=True):
        answer = officer.client.open(at.path, method=method, query_string={"csrf_token": officer.token()})
        assert answer.status_code < 500, at
    assert contents(filled, but=MAY_DIFFER) == before


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_no_header_and_no_field_turns_looking_into_doing(filled: Any, name: str) -> None:
    officer = filled.visit("officer")
    before = contents(filled, but=MAY_DIFFER)
    token = officer.token()
    for at in addresses(filled.app, filled, unsafe=True):
        headers = {name: at.method, "X-CSRFToken": token}
        officer.client.get(at.path, headers=headers, query_string={"_method": at.method, "csrf_token": token})
    assert contents(filled, but=MAY_DIFFER) == before
