"""What the committee can ask does not hang on what is hidden from it, on any page, in any answer, header or length.

Two installations differ in nothing but small counts of violations, which add up to the same. Whoever
may not see small counts gets the same bytes from both, whatever is asked.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.matrix.expected import FILE
from tests.matrix.house import CAMPAIGN
from tests.matrix.house import NOW
from tests.matrix.house import PASSWORD
from tests.matrix.house import PERIOD
from tests.matrix.house import UNITS
from tests.matrix.house import House
from tests.matrix.house import a_report
from tests.matrix.house import an_empty_house
from tests.matrix.requests import bare
from tests.support.changed_years import uninstalled
from thidua.application.background.sample import sample_envelope
from thidua.application.reports.filing import file_report
from thidua.application.review.reviewing import accept_report
from thidua.domain.accounts import Role
from thidua.domain.reports import Channel
from thidua.forms.envelope import Envelope
from thidua.forms.envelope import read_envelope

TOOK = re.compile(rb'"took_ms":[0-9]+,?')
ROOM = "STTTT-BCVT"
SEES_WHOLE = FILE["fields"]["small_counts"]["all"]
READERS = sorted({*FILE["rights"]["read_status"]["all"]})
INDICATORS = ("N25", "N27", "N27a", "N27c", "N28")
NARROWED = ("", "unit_type=district_culture", "unit_type=specialised", "topic=alcohol_law", f"unit={UNITS['a']}")


def cases(number: int) -> list[dict[str, object]]:
    """Rows of violations, all settled with a reminder."""
    return [
        {
            "case_id": f"VV-{each}",
            "occurred_on": "2021-02-03",
            "full_name": f"Người thứ {each}",
            "staff_kind": "civil_servant",
            "behaviour": "other",
            "alcohol_band": None,
            "status": "handled",
            "handling": "reminder",
        }
        for each in range(number)
    ]


def counts(district: int, room: int, template: Path, folder: Path) -> House:
    """An installation in which a district and a room report so many violations, all accepted."""
    house = an_empty_house(template, folder)
    here = house.here
    for role in READERS:
        here.add_account(role, (Role(role), None), password=PASSWORD)
    officer = here.actors.get("office") or here.office()
    envelope, findings = read_envelope(
        {
            **a_report("a", {"violation_cases": district, "violation_handled": district}),
            "violations": cases(district),
            "comments": {},
        }
    )
    assert envelope is not None, findings
    _accepted(house, officer, replace(envelope, confirm_warnings=True))
    _accepted(house, officer, _of_room(house, room))
    here.drain()
    return house


def _of_room(house: House, number: int) -> Envelope:
    here = house.here
    with here.host.work.reading() as work:
        roster = work.campaigns.roster(CAMPAIGN, PERIOD)
    owed = next(row.obligation for row in roster if row.obligation.unit_code == ROOM)
    sample = sample_envelope(here.host, here.host.catalogue.campaign(CAMPAIGN), owed, (), NOW)
    kinds = {
        **dict.fromkeys(("violation_alcohol", "violation_speed"), 0),
        **dict.fromkeys(("violation_cases", "violation_other", "handling_reminder"), number),
        **dict.fromkeys(("handling_criticism", "handling_self_criticism"), 0),
        **dict.fromkeys(("handling_discipline", "handling_pending"), 0),
    }
    return replace(sample, fields={**sample.fields, **kinds}, rows={**sample.rows, "violations": cases(number)})


def _accepted(house: House, officer: object, envelope: Envelope) -> None:
    here = house.here
    receipt = file_report(here.host, here.reporter(envelope.unit_code), envelope, channel=Channel.API)
    accept_report(here.host, officer, receipt.report_id, revision=0)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def pair(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[House, House]:
    """Two of one, three of the other; seven and six beside them."""
    folders = [tmp_path_factory.mktemp(name) for name in ("two", "three")]
    return counts(2, 7, sqlite_template, folders[0]), counts(3, 6, sqlite_template, folders[1])


def addresses() -> list[str]:
    """Everything that can be asked of the status."""
    at = "2021-03-15T09:00:00%2B07:00"
    status = [f"/campaigns/{CAMPAIGN}/status", f"/campaigns/{CAMPAIGN}/status/fragment"]
    figures = [
        f"indicator={code}&span={span}&reading={reading}" + (f"&{narrowed}" if narrowed else "")
        for code, span, reading, narrowed in product(
            INDICATORS, ("period", "cumulative"), ("official", "provisional"), NARROWED
        )
    ]
    figures += ["register=violations", "filing=received", "filing=accepted", "duty=O01", "target=T1"]
    place = f"campaigns/{CAMPAIGN}/status/inputs?period={PERIOD}"
    inputs = [f"{root}{place}&{figure}" for root in ("/", "/api/v1/") for figure in figures]
    return [
        *(f"{path}?period={PERIOD}" for path in (*status, f"/api/v1/campaigns/{CAMPAIGN}/status")),
        f"/campaigns/{CAMPAIGN}/two-years?period={PERIOD}",
        f"/api/v1/campaigns/{CAMPAIGN}/comparison?period={PERIOD}",
        *(f"{path}?period={PERIOD}&at={at}" for path in (status[0], f"/api/v1/campaigns/{CAMPAIGN}/status")),
        *inputs,
    ]


def asked(house: House, who: str) -> dict[str, tuple[object, ...]]:
    client: FlaskClient
    client, _ = house.client(who)
    return {path: bare(client.get(path), path) for path in addresses()}


@pytest.mark.parametrize("who", READERS)
def test_only_who_may_see_small_counts_can_tell_them_apart(pair: tuple[House, House], who: str) -> None:
    first, second = (asked(house, who) for house in pair)
    different = [path for path in first if _lasting(first[path]) != _lasting(second[path])]
    if who in SEES_WHOLE:
        assert any("N25" in path for path in different)
        assert any(path.startswith("/api/v1") and "status?" in path for path in different)
    else:
        assert different == []
        assert sum(first[path][0] == 200 for path in first) > 60


def _lasting(answer: tuple[object, ...]) -> tuple[object, ...]:
    """Without how many milliseconds the computing took."""
    status, headers, body = answer
    return status, headers, TOOK.sub(b"", body) if isinstance(body, bytes) else body


def test_what_is_shown_is_not_nothing(pair: tuple[House, House]) -> None:
    """The total of nine is shown, and so is that there is more to know."""
    client, _ = pair[0].client("observer")
    document = client.get(f"/api/v1/campaigns/{CAMPAIGN}/status?period={PERIOD}").json
    assert document is not None
    told = {entry["key"]: entry for entry in document["indicators"]}
    assert told["N25"]["official"] == 9
    assert told["N25"]["small_hidden"] is True
    assert [part["official"] for part in told["N25"]["by_unit_type"].values()] == [None, None]
    assert told["N27a"]["official"] is None, "from it and the whole, the district's own is had"


@pytest.mark.parametrize("who", sorted({*READERS} - {*SEES_WHOLE}))
def test_a_year_read_from_its_pin_tells_no_small_count_either(
    pair: tuple[House, House], who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for house in pair:
        without = replace(house.here.host, catalogue=uninstalled(CAMPAIGN))
        with monkeypatch.context() as served:
            served.setattr("thidua.web.context.host", lambda without=without: without)
            client, _ = house.client(who)
            # What is narrowed further is told from the same campaign.
            paths = [path for path in addresses() if not any(each and each in path for each in NARROWED)]
            found.append({path: bare(client.get(path), path) for path in paths})
    first, second = found
    assert [path for path in first if _lasting(first[path]) != _lasting(second[path])] == []
    assert sum(answer[0] == 200 for answer in first.values()) > 20
