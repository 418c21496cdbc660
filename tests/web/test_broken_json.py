"""What is no storable JSON is refused at the door, and nothing of it is kept."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from thidua.application.people.bearer_tokens import issue_token
from thidua.settings import load
from thidua.web.app import create_app
from thidua_testkit.broken_json import BROKEN
from thidua_testkit.installation import CONFIG_DIR
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

SAMPLE = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))
NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")

#: Texts that are JSON alone and are refused for where they stand: a value of the wrong kind.
HARMLESS_ALONE = (b"null", b"true", b"0", b'""', b"[]", b"{}", b"-1", b'"a"', b"[{}]", b"1e5", b'{"a":{}}')


@pytest.fixture
def here(site_url: str) -> Installation:
    return an_installation(site_url, at=NOON, campaign="ATGT-2021", periods=("2021-Q1",))


@pytest.fixture
def client(here: Installation, tmp_path: Path) -> FlaskClient:
    here.reporter(SAMPLE["unit_code"])
    settings = load({"THIDUA_DATA": str(tmp_path), "THIDUA_SECRET_KEY": "x" * 40}, CONFIG_DIR)
    return create_app(here.host, settings).test_client()


def answers(here: Installation, client: FlaskClient, bodies: dict[str, bytes]) -> list[str]:
    """Post every body and tell which were not refused as they should be."""
    token = issue_token(here.host, name=f"reporter-{SAMPLE['unit_code']}".lower(), label="test")
    headers = {"Authorization": f"Bearer {token}"}
    wrong = []
    for name, body in bodies.items():
        answer = client.post("/api/v1/reports", data=body, content_type="application/json", headers=headers)
        is_refused = answer.status_code in {400, 413, 422} and answer.content_type == "application/problem+json"
        if not is_refused or not json.loads(answer.data)["title"]:
            wrong.append(f"{name}: {answer.status_code} {answer.text[:200]}")
    return wrong


def stored(here: Installation) -> int:
    with here.host.work.reading() as work:
        reports = [row.report for row in work.campaigns.roster("ATGT-2021", "2021-Q1") if row.report]
        return len(reports) + work.outbox.waiting()


def test_every_broken_body_is_refused_and_none_is_stored(here: Installation, client: FlaskClient) -> None:
    bodies = {f"{number}": body for number, body in enumerate(BROKEN + HARMLESS_ALONE)}
    assert answers(here, client, bodies) == []
    assert stored(here) == 0


@pytest.mark.parametrize(
    "place", ["/fields/banners", "/fields/difficulties", "/by_topic/radio_items/alcohol_law", "/revision"]
)
def test_a_sound_report_with_one_broken_value_is_refused_and_not_stored(
    here: Installation, client: FlaskClient, place: str
) -> None:
    *path, last = place.split("/")[1:]
    envelope = json.loads(json.dumps(SAMPLE))
    target = envelope
    for part in path:
        target = target.setdefault(part, {})
    target[last] = "@@here@@"
    text = json.dumps(envelope, ensure_ascii=False).encode()
    bodies = {f"{number}": text.replace(b'"@@here@@"', body) for number, body in enumerate(BROKEN)}
    assert answers(here, client, bodies) == []
    assert stored(here) == 0


def test_a_name_said_twice_is_refused_wherever_it_is(here: Installation, client: FlaskClient) -> None:
    text = json.dumps(SAMPLE)
    bodies = {}
    for name in ("unit_code", "revision", "fields", "banners", "radio_items"):
        value = SAMPLE.get(name, 1)
        bodies[name] = text.replace(f'"{name}":', f'"{name}": {json.dumps(value)}, "{name}":', 1).encode()
    assert answers(here, client, bodies) == []
    assert stored(here) == 0


def test_the_report_that_all_of_these_were_made_from_is_taken(here: Installation, client: FlaskClient) -> None:
    [taken] = answers(here, client, {"sound": json.dumps(SAMPLE).encode()})
    assert taken.startswith("sound: 201")
    assert stored(here) == 2
