"""While a campaign's plugin is in quarantine nothing of it is counted, and nothing is lost."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.bent_rules import without_campaign
from thidua.application.background import drain as draining
from thidua.application.periods.campaigns import open_period
from thidua.application.ports.host import Host
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.reports.filing import file_report
from thidua.application.reports.plain_reports import read_plain_report
from thidua.application.status.statuses import read_status
from thidua.application.years.pinning import adopt_year
from thidua.application.years.seen import as_serving
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import QuarantinedError
from thidua.domain.reports import Channel
from thidua.forms.envelope import read_envelope
from thidua.plugin_host.discovery import Found
from thidua.plugin_host.discovery import found_plugins
from thidua.plugin_host.registry import Registry
from thidua.plugin_host.registry import registry_of
from thidua_sdk import Campaign
from thidua_sdk import UnitType
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
SAMPLE = json.loads((Path(__file__).parents[1] / "samples/P01.json").read_text(encoding="utf-8"))
CAMPAIGN, PERIOD, UNIT = "ATGT-2021", "2021-Q1", SAMPLE["unit_code"]


@pytest.fixture
def here(database_url: str) -> Installation:
    return an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,))


def file(here: Installation, **told: object) -> int:
    envelope, findings = read_envelope({**SAMPLE, **told})
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


def newer() -> Registry:
    """Judge the installed plugins as of a later release: form A in its next version, one more period in the year."""

    def raised(found: Found) -> Found:
        value = found.value
        if isinstance(value, UnitType) and found.plugin.code == "district_culture_office":
            [form] = value.forms
            return replace(found, value=replace(value, forms=(replace(form, version=form.version + 1),)))
        if isinstance(value, Campaign) and value.code == CAMPAIGN:
            last = replace(value.periods[1], code="2021-X1", name="Đợt bổ sung năm 2021", cumulative=False)
            return replace(found, value=replace(value, periods=(*value.periods, last)))
        return found

    made = registry_of(map(raised, found_plugins()))
    assert CAMPAIGN in made.campaigns, made.quarantined
    return made


def set_aside(here: Installation) -> tuple[int, int]:
    """Count what waits, and what does not because it failed or is kept."""
    with here.host.work.reading() as work:
        return work.outbox.waiting(CAMPAIGN), work.outbox.set_aside(CAMPAIGN)


def test_a_worker_of_an_older_release_leaves_to_a_newer_one_what_it_cannot_count(here: Installation) -> None:
    older, later = here.host, replace(here.host, catalogue=newer())
    here.drain()
    here.host = later
    adopt_year(later, CAMPAIGN)
    file(here, form_version=later.catalogue.whole_form(CAMPAIGN, "A").version)
    here.host = older
    for _ in range(7):
        here.refresh()
        here.drain()
    assert set_aside(here) == (0, 1)
    document = read_status(older, here.office(), CAMPAIGN, PERIOD).document
    assert (document["inputs"]["revisions"], document["inputs"]["quarantined"]) == (0, 1)
    here.host = later
    here.refresh()
    here.drain()
    assert set_aside(here) == (0, 0)
    assert read_status(later, here.office(), CAMPAIGN, PERIOD).document["inputs"]["revisions"] == 1


def test_a_worker_of_an_older_release_leaves_a_campaign_alone_that_has_a_period_it_does_not_know(
    here: Installation,
) -> None:
    older, later = here.host, replace(here.host, catalogue=newer())
    here.drain()
    here.host = later
    adopt_year(later, CAMPAIGN)
    open_period(later, CAMPAIGN, "2021-X1")
    file(here, period_code="2021-X1", form_version=later.catalogue.whole_form(CAMPAIGN, "A").version)
    here.host = older
    for _ in range(7):
        here.refresh()
        here.drain()
    assert set_aside(here) == (0, 1)
    here.host = later
    here.refresh()
    here.drain()
    assert set_aside(here) == (0, 0)
    assert read_status(later, here.office(), CAMPAIGN, "2021-X1").document["filing"]["received"] == 1


def inputs(here: Installation) -> tuple[object, object]:
    told = read_status(here.host, here.office(), CAMPAIGN, PERIOD).document["inputs"]
    return told["revisions"], told["quarantined"]


# SQLite has a single writer: nobody adopts a year or files while a worker counts.
@pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_form_that_is_adopted_and_filed_in_while_an_older_worker_counts_is_left_to_a_newer_one(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    older, later = here.host, replace(here.host, catalogue=newer())
    here.drain()
    file(here)
    filer = replace(here, host=later)

    def as_it_was(host: Host, work: UnitOfWork) -> Host:
        serving = as_serving(host, work)
        if CAMPAIGN in serving.catalogue.campaigns and host is older:
            monkeypatch.setattr(draining, "as_serving", as_serving)
            adopt_year(later, CAMPAIGN)
            version = later.catalogue.whole_form(CAMPAIGN, "A").version
            file(filer, revision=1, correction_reason="Đếm lại.", form_version=version)
        return serving

    monkeypatch.setattr(draining, "as_serving", as_it_was)
    draining.drain(older)
    assert draining.as_serving is as_serving
    here.drain()
    # What was waiting, and what came in meanwhile.
    assert inputs(here) == (0, 2)
    here.host = later
    here.refresh()
    here.drain()
    assert inputs(here) == (1, 0)
