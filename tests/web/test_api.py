"""The API: the same use cases as the pages, strict JSON in, problem documents out."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from thidua.application.people.bearer_tokens import issue_token
from thidua.settings import load
from thidua.web.app import create_app
from thidua_testkit.installation import CONFIG_DIR
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

SAMPLES = Path(__file__).parents[1] / "samples"
HUU_LUNG = "LS-186-VHTT"
CHI_LANG = "LS-187-VHTT"
MOMENTS = {
    "2021-Q1": datetime.fromisoformat("2021-03-16T12:00:00+07:00"),
    "2021-9M": datetime.fromisoformat("2021-09-20T11:00:00+07:00"),
    "2021-Y": datetime.fromisoformat("2021-12-16T09:12:00+07:00"),
}


class Api:
    """A client that speaks for one account."""

    def __init__(self, here: Installation, tmp_path: Path) -> None:
        settings = load({"THIDUA_DATA": str(tmp_path), "THIDUA_SECRET_KEY": "x" * 40}, CONFIG_DIR)
        self.here = here
        self.client: FlaskClient = create_app(here.host, settings).test_client()
        self._tokens: dict[str, str] = {}

    def token(self, name: str) -> str:
        if name not in self._tokens:
            self._tokens[name] = issue_token(self.here.host, name=name, label="test")
        return self._tokens[name]

    def send(
        self, method: str, path: str, *, by: str | None, headers: dict[str, str] | None = None, **options: Any
    ) -> TestResponse:
        head = dict(headers or {})
        if by is not None:
            head["Authorization"] = f"Bearer {self.token(by)}"
        return self.client.open(f"/api/v1{path}", method=method, headers=head, **options)

    def file(self, payload: object, *, by: str, key: str | None = None) -> TestResponse:
        headers = {"Idempotency-Key": key} if key else {}
        return self.send("POST", "/reports", by=by, headers=headers, json=payload)


def sample(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture
def api(site_url: str, tmp_path: Path) -> Api:
    here = an_installation(site_url, at=MOMENTS["2021-Q1"], campaign="ATGT-2021", periods=tuple(MOMENTS))
    here.office()
    for unit in (HUU_LUNG, CHI_LANG, "LS-189-VHTT", "STTTT-CNTT", "STTTT-VP"):
        here.reporter(unit)
    return Api(here, tmp_path)


def reporter_of(payload: dict[str, Any]) -> str:
    return f"reporter-{payload['unit_code']}".lower()


@pytest.mark.parametrize("name", ["P01", "P02", "P05", "P10", "P11"])
def test_the_sample_payloads_are_filed_as_labelled(api: Api, name: str) -> None:
    payload = sample(name)
    if name == "P10":
        api.here.clock.instant = datetime.fromisoformat("2021-03-18T09:00:00+07:00")
    elif name == "P02":
        api.here.clock.instant = datetime.fromisoformat("2021-03-16T16:59:59+07:00")
    else:
        api.here.clock.instant = MOMENTS[payload["period_code"]]
    answer = api.file(payload, by=reporter_of(payload))
    assert answer.status_code == 201, answer.text
    body: Any = answer.json
    assert body["on_time"] is (name != "P10")
    assert body["received_at"] == api.here.clock.now().isoformat()
    assert answer.headers["Location"] == f"/api/v1/reports/{body['report']}"


def test_a_resent_request_gets_the_very_same_answer(api: Api) -> None:
    payload = sample("P01")
    first = api.file(payload, by=reporter_of(payload), key="abc")
    api.here.clock.instant = datetime.fromisoformat("2021-03-19T12:00:00+07:00")
    # The same content in another order is the same request.
    again = api.file(dict(reversed(payload.items())), by=reporter_of(payload), key="abc")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert again.headers["Idempotent-Replay"] == "true"
    assert "Idempotent-Replay" not in first.headers
    other = {**payload, "is_estimate": True}
    assert api.file(other, by=reporter_of(payload), key="abc").status_code == 422


def test_all_errors_and_warnings_come_at_once_with_pointers(api: Api) -> None:
    payload = sample("P01")
    payload["fields"] |= {"staff_briefed": 9, "banners": "24", "radio_minutes": 148 * 60 + 1, "no_such_cell": 1}
    payload["by_topic"]["radio_items"]["alcohol_law"] = 27
    payload["surprise"] = True
    answer = api.file(payload, by=reporter_of(payload))
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    body: Any = answer.json
    assert body["type"] == "urn:thidua:problem:invalid-report"
    found = {(error["pointer"], error["code"], error["level"]) for error in body["errors"]}
    assert {
        ("/fields/staff_briefed", "A06", "error"),
        ("/fields/banners", "type", "error"),
        ("/fields/radio_minutes", "A13", "warning"),
        ("/fields/no_such_cell", "unknown", "error"),
        ("/by_topic/radio_items/alcohol_law", "G5", "error"),
        ("/surprise", "unknown", "error"),
    } <= found
    assert all(error["detail"].strip() for error in body["errors"])


def test_warnings_alone_are_a_problem_of_their_own_until_confirmed(api: Api) -> None:
    payload = sample("P01")
    payload["fields"]["radio_minutes"] = 148 * 60 + 1
    answer = api.file(payload, by=reporter_of(payload))
    body: Any = answer.json
    assert (answer.status_code, body["type"]) == (422, "urn:thidua:problem:confirmation-needed")
    assert {error["level"] for error in body["errors"]} == {"warning"}
    confirmed: Any = api.file({**payload, "confirm_warnings": True}, by=reporter_of(payload)).json
    assert [warning["code"] for warning in confirmed["confirmed"]] == ["A13"]


@pytest.mark.parametrize(
    ("body", "mimetype", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"a": NaN}', "application/json", 400),
        (b'{"a": 1, "a": 2}', "application/json", 400),
        (b'{"a": "\\ud800"}', "application/json", 400),
        (b'{"a": "\\u0000"}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"a": 1e400}', "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"a=1", "application/x-www-form-urlencoded", 415),
        (b"[]", "application/json", 422),
        (b"null", "application/json", 422),
        (b"{}", "application/json", 422),
        (b'"' + b"x" * (10 * 1024 * 1024) + b'"', "application/json", 413),
    ],
)
def test_a_broken_body_is_a_clear_refusal(api: Api, body: bytes, mimetype: str, status: int) -> None:
    answer = api.send("POST", "/reports", by=f"reporter-{HUU_LUNG}".lower(), data=body, content_type=mimetype)
    assert answer.status_code == status
    problem: Any = answer.json
    assert problem["status"] == status
    assert problem["title"]


def test_strangers_get_401_and_never_a_cookie(api: Api) -> None:
    for path in ("/reports", "/reports/1", "/campaigns/ATGT-2021/status"):
        answer = api.client.get(f"/api/v1{path}")
        assert answer.status_code == 401, path
        assert answer.content_type == "application/problem+json"
    bad = api.client.get("/api/v1/reports", headers={"Authorization": "Bearer nonsense"})
    assert bad.status_code == 401
    good = api.send("GET", "/reports", by="office")
    assert good.status_code == 200
    assert "Set-Cookie" not in good.headers


def test_another_units_report_is_a_404_by_every_path(api: Api) -> None:
    payload = sample("P01")
    filed: Any = api.file(payload, by=reporter_of(payload)).json
    stranger = f"reporter-{CHI_LANG}".lower()
    missing = api.send("GET", "/reports/999999", by=stranger)
    foreign = api.send("GET", f"/reports/{filed['report']}", by=stranger)
    assert (missing.status_code, foreign.status_code) == (404, 404)
    assert api.file(payload, by=stranger).status_code == 404
    listing: Any = api.send("GET", "/reports", by=stranger).json
    assert listing == {"reports": [], "next": None}


def test_reports_are_listed_in_pages(api: Api) -> None:
    for name in ("P01", "P02"):
        api.file(sample(name), by=reporter_of(sample(name)))
    first: Any = api.send("GET", "/reports?limit=1", by="office").json
    second: Any = api.send("GET", f"/reports?limit=1&cursor={first['next']}", by="office").json
    units = [page["reports"][0]["unit_code"] for page in (first, second)]
    assert units == [HUU_LUNG, "LS-189-VHTT"]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=x", "limit=501", "state=nonsense", "cursor=-1", "surprise=1", "limit=1&limit=2", "cursor=٣"],
)
def test_a_wrong_query_is_a_400(api: Api, query: str) -> None:
    assert api.send("GET", f"/reports?{query}", by="office").status_code == 400


def test_the_status_answers_304_until_something_changes(api: Api) -> None:
    path = "/campaigns/ATGT-2021/status?period=2021-Q1"
    first = api.send("GET", path, by="office")
    body: Any = first.json
    assert body["filing"]["roster"] == sum(
        body["filing"][state] for state in ("not_due", "due_soon", "on_time", "late", "overdue", "exempt")
    )
    etag = {"If-None-Match": first.headers["ETag"]}
    assert api.send("GET", path, by="office", headers=etag).status_code == 304
    payload = sample("P01")
    api.file(payload, by=reporter_of(payload))
    waiting = api.send("GET", path, by="office", headers=etag)
    assert waiting.status_code == 200
    waited: Any = waiting.json
    assert waited["inputs"]["waiting"] == 1
    api.here.drain()
    drained: Any = api.send("GET", path, by="office").json
    assert drained["inputs"]["waiting"] == 0
    assert drained["filing"]["received"] == 1
    assert "không còn thay đổi nào đang chờ" in drained["inputs"]["sentence"]


def test_accepting_over_the_api_makes_figures_official(api: Api) -> None:
    payload = sample("P01")
    filed: Any = api.file(payload, by=reporter_of(payload)).json
    path = f"/reports/{filed['report']}/accept"
    assert api.send("POST", path, by=reporter_of(payload), json={"revision": 0}).status_code == 403
    assert api.send("POST", path, by="office", json={"revision": 7}).status_code == 409
    assert api.send("POST", path, by="office", json={"revision": "0"}).status_code == 422
    assert api.send("POST", path, by="office", json={"revision": 0}).status_code == 204
    api.here.drain()
    report: Any = api.send("GET", f"/reports/{filed['report']}", by="office").json
    assert (report["state"], report["accepted_revision"]) == ("accepted", 0)
    assert report["revisions"][0]["payload"]["fields"]["radio_items"] == 26


def test_the_session_alone_cannot_file_over_the_api(api: Api) -> None:
    api.here.add_account("clerk", password="correct horse")
    page = api.client.get("/sign-in")
    assert page.status_code == 200
    answer = api.client.post("/api/v1/reports", json=sample("P01"))
    assert answer.status_code in {400, 401, 403}


def test_the_openapi_document_describes_every_form_and_route(api: Api) -> None:
    answer = api.client.get("/api/v1/openapi.json")
    document: Any = answer.json
    assert document["openapi"].startswith("3.1")
    routed = {
        re.sub(r"<(\w+)>", r"{\1}", re.sub(r"<int:\w+>", "{id}", rule.rule)).removeprefix("/api/v1")
        for rule in api.client.application.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.openapi"
    }
    assert set(document["paths"]) == routed
    schemas = document["components"]["schemas"]
    forms = [name for name in schemas if "ATGT-2021" in name]
    assert len(forms) == 4
    text = json.dumps(document)
    for reference in [part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]]:
        assert reference in schemas, reference
    methods = {"get", "post", "put", "delete"}
    operations = [each for path in document["paths"].values() for name, each in path.items() if name in methods]
    assert len(operations) > 20
    assert all(
        "Retry-After" in each["responses"][status]["headers"] for each in operations for status in ("429", "503")
    )


def test_health_is_public_and_tells_no_versions(api: Api) -> None:
    assert api.client.get("/healthz").json == {"alive": True}
    ready = api.client.get("/readyz")
    assert ready.status_code == 200
    body: Any = ready.json
    assert body["ready"] is True
    assert not any("version" in key for key in body)
