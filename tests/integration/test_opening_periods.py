"""A period opened after others were filed carries on what was filed, and its roster is judged at once."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from thidua.application.campaigns import open_period
from thidua.application.filing import file_report
from thidua.application.statuses import read_status
from thidua.application.verifying import verify
from thidua.domain.reports import Channel
from thidua.forms.envelope import read_envelope
from thidua_testkit.installation import an_installation

NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
SAMPLE = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))
CAMPAIGN, FIRST, SECOND = "ATGT-2021", "2021-Q1", "2021-H1"
UNIT = "LS-180-VHTT"


def test_a_period_opened_later_carries_on_what_was_filed_before(database_url: str) -> None:
    here = an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=(FIRST,))
    fields = SAMPLE["fields"] | {"stations_total": 12, "stations_broadcasting": 10, "leaflets": 4321}
    envelope, findings = read_envelope({**SAMPLE, "unit_code": UNIT, "fields": fields, "confirm_warnings": True})
    assert envelope is not None, findings
    file_report(here.host, here.reporter(UNIT), envelope, channel=Channel.API)
    here.drain()
    assert cumulative(here, FIRST) == 4321
    owing = open_period(here.host, CAMPAIGN, SECOND)
    filing: Any = read_status(here.host, here.office(), CAMPAIGN, SECOND).document["filing"]
    assert (filing["roster"], len(filing["units"]), filing["received"]) == (owing, owing, 0)
    here.drain()
    assert cumulative(here, SECOND) == 4321
    assert verify(here.host).differences == ()


def cumulative(here: Any, period: str) -> int | None:
    document: Any = read_status(here.host, here.office(), CAMPAIGN, period).document
    [leaflets] = [each for each in document["indicators"] if {"form": "A", "field": "leaflets"} in each["sources"]]
    return leaflets["cumulative"]["provisional"]
