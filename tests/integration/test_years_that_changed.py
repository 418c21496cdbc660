"""A plugin that is no longer what was pinned: what stops the year until it is adopted, and what stops nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pinned_years import CAMPAIGN
from pinned_years import NOON
from pinned_years import OTHER
from pinned_years import PERIOD
from pinned_years import SAMPLE
from pinned_years import UNIT
from pinned_years import counted
from pinned_years import file
from pinned_years import lived
from pinned_years import noted
from pinned_years import pins
from pinned_years import refuses_to_write
from pinned_years import served_by

from tests.support.bent_rules import bent
from tests.support.changed_years import uninstalled
from tests.support.changed_years import with_campaign
from tests.support.changed_years import with_fields
from thidua.application.background.verifying import verify
from thidua.application.periods.campaigns import close_period
from thidua.application.reports.filing import file_report
from thidua.application.review.reading import read_report
from thidua.application.years.pinning import adopt_year
from thidua.application.years.pinning import keep_pins
from thidua.application.years.standing import Standing
from thidua.domain.errors import ConflictError
from thidua.domain.errors import StoppedYearError
from thidua.domain.reports import Channel
from thidua.forms.envelope import read_envelope
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation


@pytest.fixture
def here(database_url: str) -> Installation:
    return an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=(PERIOD,))


def test_a_changed_form_stops_the_year_until_the_operator_adopts_it(here: Installation) -> None:
    report = file(here)
    file(here, unit=OTHER)
    served_by(here, with_fields(maximum=900, by_topic=False, label="Số bài phát thanh"))
    refuses_to_write(here, report, StoppedYearError, "thidua campaign adopt ATGT-2021")
    with pytest.raises(StoppedYearError) as refusal:
        file(here, 1)
    assert "biểu A, fields.radio_items.maximum: 9999999 → 900" in refusal.value.message
    assert "thidua-campaign-atgt-2021" in refusal.value.message
    here.drain()
    here.refresh()
    assert counted(here) == 0
    sheet = read_report(here.host, here.office(), report)
    assert sheet.form.field("radio_items").label == "Số tin, bài phát thanh"
    assert "đã khác bản đã khóa" in sheet.pinned
    assert any("nên chưa so được số liệu" in each for each in verify(here.host).differences)
    assert pins(here) == [(1, "opened")]
    stands = adopt_year(here.host, CAMPAIGN)
    assert {change.place for change in stands.changes} == {"fields.radio_items.maximum", "fields.radio_items.by_topic"}
    assert adopt_year(here.host, CAMPAIGN).standing is Standing.AS_PINNED
    assert pins(here) == [(1, "opened"), (2, "adopted")]
    assert noted(here) == ["opened", "adopted"]
    here.refresh()
    here.drain()
    assert counted(here) == 2
    by_topic = {name: each for name, each in SAMPLE["by_topic"].items() if name != "radio_items"}
    changed = {**SAMPLE, "by_topic": by_topic}
    envelope, _ = read_envelope({**changed, "revision": 1, "correction_reason": "Đếm lại."})
    assert envelope is not None
    file_report(here.host, here.reporter(UNIT), replace(envelope, confirm_warnings=True), channel=Channel.API)
    after_adoption(here, report)
    served_by(here, uninstalled(CAMPAIGN, "district_culture_office"))
    after_adoption(here, report)


def after_adoption(here: Installation, report: int) -> None:
    """Each filing is read by the form it was filed in."""
    sheet = read_report(here.host, here.office(), report)
    old, new = (sheet.forms[number].field("radio_items") for number in (0, 1))
    assert (old.label, old.maximum, old.by_topic) == ("Số tin, bài phát thanh", 9999999, True)
    assert (new.label, new.maximum, new.by_topic) == ("Số bài phát thanh", 900, False)
    assert [revision.schema_digest for revision in sheet.revisions] == [sheet.forms[0].digest, sheet.forms[1].digest]


def test_a_changed_plan_stops_the_year(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    # Whether the plugin is sound otherwise is another matter.
    monkeypatch.setattr("thidua.plugin_host.registry.faults_of_campaign", lambda *_: ())
    for changed, place in (
        ({"due_soon_days": 9}, "due_soon_days: 5 → 9"),
        ({"topics": ()}, "topics."),
        ({"indicators": ()}, "indicators."),
        ({"periods": ()}, f"periods.{PERIOD}: bỏ"),
    ):
        served_by(here, with_campaign(**changed))
        with pytest.raises(StoppedYearError) as refusal:
            close_period(here.host, CAMPAIGN, PERIOD)
        assert place in refusal.value.message


def test_mended_words_stop_nothing_and_each_filing_keeps_those_it_was_filed_under(here: Installation) -> None:
    report = file(here)
    served_by(here, with_fields(label="Số tin, bài phát trên đài", help="Đếm một lần."))
    file(here, 1)
    assert pins(here) == [(1, "opened"), (2, "reworded")]
    sheet = read_report(here.host, here.office(), report)
    assert sheet.pinned == ""
    labels = [sheet.forms[number].field("radio_items").label for number in (0, 1)]
    assert labels == ["Số tin, bài phát thanh", "Số tin, bài phát trên đài"]
    # Two versions side by side, as while machines are upgraded one by one, take no turns in pinning.
    served_by(here, with_fields())
    file(here, unit=OTHER)
    assert keep_pins(here.host) == 0
    assert pins(here) == [(1, "opened"), (2, "reworded")]
    served_by(here, uninstalled(CAMPAIGN, "district_culture_office"))
    sheet = read_report(here.host, here.office(), report)
    assert [sheet.forms[number].field("radio_items").label for number in (0, 1)] == labels


def test_rules_that_refuse_more_are_a_change_and_those_that_refuse_less_are_none(here: Installation) -> None:
    ordinary = here.host.catalogue
    served_by(here, bent())
    with pytest.raises(StoppedYearError, match=r"biểu A, rules\.TEST1: thêm error"):
        file(here)
    adopt_year(here.host, CAMPAIGN)
    file(here)
    served_by(here, ordinary)
    file(here, 1)
    assert [reason for _, reason in pins(here)] == ["opened", "adopted"]


def test_a_closed_year_stays_as_it_was_pinned(here: Installation) -> None:
    report = lived(here)
    served_by(here, with_fields(label="Số bài"))
    keep_pins(here.host)
    assert pins(here) == [(1, "opened")]
    sheet = read_report(here.host, here.office(), report)
    assert sheet.form.field("radio_items").label == "Số tin, bài phát thanh"
    assert "đợt đã kết thúc" in sheet.pinned
    served_by(here, with_fields(maximum=9))
    with pytest.raises(ConflictError, match="không nhận thay đổi nữa"):
        adopt_year(here.host, CAMPAIGN)
    assert read_report(here.host, here.office(), report).form.field("radio_items").maximum == 9999999
