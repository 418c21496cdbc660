"""While a campaign's plugin is in quarantine nothing of it is counted, and nothing is lost."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.bent_rules import without_campaign
from thidua.application.reports.filing import file_report
from thidua.application.reports.plain_reports import read_plain_report
from thidua.application.status.statuses import read_status
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import QuarantinedError
from thidua.domain.reports import Channel
from thidua.forms.envelope import read_envelope
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
SAMPLE = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))
CAMPAIGN, PERIOD, UNIT = "ATGT-2021", "2021-Q1", SAMPLE["unit_code"]


@pytest.fixture
def here(database_url: str) -> Installation:
    return an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,))


def file(here: Installation) -> int:
    envelope, findings = read_envelope(SAMPLE)
    assert envelope is not None, findings
    envelope = replace(envelope, confirm_warnings=True)
    return file_report(here.host, here.reporter(UNIT), envelope, channel=Channel.API).report_id


def test_nothing_is_taken_and_what_was_filed_is_counted_once_the_plugin_serves_again(here: Installation) -> None:
    serving = here.host
    here.drain()
    report = file(here)
    here.host = replace(serving, catalogue=without_campaign())
    here.drain()
    here.refresh()
    with pytest.raises(QuarantinedError, match="Không có gì bị mất"):
        file(here)
    assert read_plain_report(here.host, here.reporter(UNIT), report).fields["radio_items"] == 26
    with pytest.raises(NotFoundError):
        read_plain_report(here.host, here.reporter("LS-187-VHTT"), report)
    here.host = serving
    here.refresh()
    here.drain()
    document = read_status(here.host, here.office(), CAMPAIGN, PERIOD).document
    assert document["inputs"]["revisions"] == 1
    assert document["inputs"]["waiting"] == 0
