"""What a status owes its readers beyond plain sums: windows, origins, ceased units, what was accepted, receipts."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from datetime import datetime
from datetime import timedelta
from typing import Any

import pytest
from played import dismissed

from thidua.application.background.verifying import verify
from thidua.application.periods.campaigns import close_period
from thidua.application.periods.campaigns import open_period
from thidua.application.periods.directory import import_units
from thidua.application.periods.directory import list_units
from thidua.application.reports.filing import file_report
from thidua.application.review.reviewing import accept_report
from thidua.application.review.reviewing import return_report
from thidua.application.status.duty_inputs import duty_inputs
from thidua.application.status.figures import Asked
from thidua.application.status.figures import Reading
from thidua.application.status.figures import Span
from thidua.application.status.inputs import figure_inputs
from thidua.application.status.opened_status import Page
from thidua.application.status.statuses import read_status
from thidua.application.status.target_inputs import target_inputs
from thidua.bootstrap import installed_plugins
from thidua.domain.accounts import Role
from thidua.domain.reports import Channel
from thidua.forms.envelope import Envelope
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

CAMPAIGN, FIRST, SECOND, THIRD = "ATGT-2021", "2021-Q1", "2021-H1", "2021-9M"
DISTRICT, OTHER, PRESS, ROOM, OFFICE = "LS-186-VHTT", "LS-187-VHTT", "STTTT-TTBCXB", "STTTT-BCVT", "STTTT-VP"
NOON = datetime.fromisoformat("2021-09-15T12:00:00+07:00")


@pytest.fixture
def here(database_url: str) -> Iterator[Installation]:
    found = an_installation(database_url, at=NOON, campaign=CAMPAIGN, periods=(FIRST, SECOND, THIRD))
    found.office()
    with dismissed():
        yield found


def file(here: Installation, unit: str, period: str, form: str, **fields: object) -> int:
    envelope = Envelope(
        campaign_code=CAMPAIGN, form_code=form, form_version=1, unit_code=unit, period_code=period,
        confirm_warnings=True, fields=fields, by_topic={}, rows={},
    )  # fmt: skip
    return file_report(here.host, here.reporter(unit), envelope, channel=Channel.API).report_id


def status(here: Installation, period: str = THIRD, by: str = "office") -> Any:
    here.drain()
    here.refresh()
    return read_status(here.host, here.actors[by], CAMPAIGN, period).document


def entry(document: Mapping[str, Any], kind: str, code: str) -> Any:
    return next(each for each in document[kind] if each.get("key", each["code"]) == code)


def opened(here: Installation, key: str, period: str, unit_type: str = "") -> list[str]:
    """Return the units of which a cumulative figure is made, which must add up to it."""
    asked = Asked(key=key, unit_type=unit_type, reading=Reading.PROVISIONAL, span=Span.CUMULATIVE)
    found = figure_inputs(here.host, here.office(), CAMPAIGN, period, asked, Page())
    assert found.adds_up
    assert verify(here.host).differences == ()
    return [part.unit_code for part in found.parts]


# Figures


def test_a_target_fed_by_a_flow_is_judged_and_projected_over_its_window(here: Installation) -> None:
    file(here, OFFICE, FIRST, "D", border_congestion_events=3)
    file(here, OFFICE, SECOND, "D", border_congestion_events=2)
    target = entry(status(here, SECOND), "targets", "T5")
    assert (target["actual"], target["projection"]["expected"]) == (5, 10)
    figure = target_inputs(here.host, here.office(), CAMPAIGN, SECOND, "T5").figure
    assert figure is not None
    assert (figure.total, figure.adds_up) == (5, True)


def test_figures_of_outside_origin_are_never_added_over_units(here: Installation) -> None:
    file(here, OFFICE, SECOND, "D", crashes=20)
    here.drain()
    units = {unit.code: unit for unit in list_units(here.host)}
    ended_on = date(2021, 7, 1)
    new = replace(units[OFFICE].versions[0], valid_from=ended_on)
    successor = replace(units[OFFICE], code="STTTT-VP2", order=999, aliases=(), versions=(new,))
    gone = replace(units[OFFICE].versions[0], valid_to=ended_on)
    import_units(here.host, [replace(units[OFFICE], versions=(gone,)), successor])
    open_period(here.host, CAMPAIGN, "2021-Y")
    file(here, "STTTT-VP2", "2021-Y", "D", crashes=30)
    found = entry(status(here, "2021-Y"), "indicators", "N40")
    assert (found["cumulative"]["provisional"], found["provisional"]) == (30, 30)
    assert opened(here, "N40", "2021-Y") == ["STTTT-VP2"]


def test_the_share_of_units_on_time_is_an_indicator_too(here: Installation) -> None:
    file(here, DISTRICT, THIRD, "A")
    document = status(here)
    assert document["filing"]["rates"]["received_on_time"] == "5.9"
    assert entry(document, "indicators", "N30")["provisional"] == "5.9"


def test_a_ratio_is_told_by_unit_type_and_unit(here: Installation) -> None:
    file(here, DISTRICT, THIRD, "A", staff_total=8, staff_briefed=6)
    file(here, ROOM, THIRD, "C", staff_total=4, staff_briefed=4)
    ratio = entry(status(here), "indicators", "N07")
    assert ratio["provisional"] == "83.3"
    assert ratio["by_unit_type"]["district_culture_office"]["provisional"] == "75.0"
    assert ratio["by_unit"][DISTRICT]["provisional"] == "75.0"


def test_cumulative_figures_are_told_by_unit_type_too(here: Installation) -> None:
    file(here, DISTRICT, FIRST, "A", radio_items=5)
    file(here, DISTRICT, THIRD, "A", radio_items=7)
    radio = entry(status(here), "indicators", "N10.district")
    assert radio["cumulative"]["provisional"] == 12
    assert radio["by_unit_type"]["district_culture_office"]["cumulative"]["provisional"] == 12


def test_the_staff_of_a_unit_that_ceased_is_none_of_a_later_day(here: Installation) -> None:
    file(here, DISTRICT, SECOND, "A", staff_total=8, radio_items=5)
    units = {unit.code: unit for unit in list_units(here.host)}
    gone = replace(units[DISTRICT].versions[0], valid_to=date(2021, 7, 1))
    import_units(here.host, [replace(units[DISTRICT], versions=(gone,))])
    open_period(here.host, CAMPAIGN, "2021-Y")
    document = status(here, "2021-Y")
    assert entry(document, "indicators", "N10.district")["cumulative"]["provisional"] == 5
    assert entry(document, "indicators", "N05")["cumulative"]["provisional"] is None
    assert (opened(here, "N05", "2021-Y"), opened(here, "N10.district", "2021-Y")) == ([], [DISTRICT])


def test_what_a_unit_said_under_its_old_type_is_found_under_the_new_one(here: Installation) -> None:
    file(here, ROOM, THIRD, "C", staff_total=4)
    here.drain()
    units = {unit.code: unit for unit in list_units(here.host)}
    room = replace(units[ROOM].versions[0], valid_to=date(2021, 10, 1))
    centre = replace(room, valid_from=date(2021, 10, 1), valid_to=None, type="affiliated_centre")
    import_units(here.host, [replace(units[ROOM], versions=(room, centre))])
    open_period(here.host, CAMPAIGN, "2021-Y")
    file(here, ROOM, "2021-Y", "C", staff_briefed=4)
    types = entry(status(here, "2021-Y"), "indicators", "N05")["by_unit_type"]
    assert types["affiliated_centre"]["cumulative"]["provisional"] == 4
    assert opened(here, "N05", "2021-Y", unit_type="affiliated_centre") == [ROOM]


def test_estimates_are_told(here: Installation) -> None:
    envelope = Envelope(
        campaign_code=CAMPAIGN, form_code="A", form_version=1, unit_code=DISTRICT, period_code=THIRD,
        is_estimate=True, fields={"radio_items": 3}, by_topic={}, rows={},
    )  # fmt: skip
    file_report(here.host, here.reporter(DISTRICT), envelope, channel=Channel.API)
    assert status(here)["inputs"]["estimates"] == 1


# Duties, registers, targets


def test_a_duty_that_people_judge_is_judged_by_nobody_else_before_a_filing_either(here: Installation) -> None:
    duty = entry(status(here), "duties", "O09")
    assert (duty["counts"]["no_evidence"], duty["counts"]["not_applicable"]) == (0, 12)
    assert set(duty["units"].values()) == {"not_applicable"}


def test_a_register_nobody_filed_is_not_known(here: Installation) -> None:
    assert status(here)["registers"]["violations"]["provisional"] is None


def test_registers_are_told_officially_and_provisionally(here: Installation) -> None:
    envelope = Envelope(
        campaign_code=CAMPAIGN, form_code="A", form_version=1, unit_code=DISTRICT, period_code=THIRD,
        confirm_warnings=True, fields={}, by_topic={}, rows={"violations": [{"status": "pending"}], "nominations": []},
    )  # fmt: skip
    number = file_report(here.host, here.reporter(DISTRICT), envelope, channel=Channel.API).report_id
    registers = status(here)["registers"]
    assert (registers["violations"]["official"], registers["violations"]["provisional"]) == (None, 1)
    assert registers["nominations"]["provisional"] == 0
    accept_report(here.host, here.office(), number, revision=0)
    register = status(here)["registers"]["violations"]
    assert (register["official"], register["provisional"]) == (1, 1)
    states = register["by"]["status"]["values"]
    assert (states["pending"]["official"], states["handled"]["official"]) == (1, 0)


def test_the_criteria_are_told_together_too(here: Installation) -> None:
    file(here, OFFICE, THIRD, "D", crashes=28, deaths=27, injured=7)
    found = status(here)["targets_together"]
    assert (found["verdict"], found["verdict_label"], found["all_fell"]) == ("met", "Đạt", True)


def test_last_years_figures_that_the_office_entered_count_where_the_plan_has_none(here: Installation) -> None:
    before = {"version": 1, "crashes": 20, "deaths": 10, "injured": 5}
    file(here, OFFICE, SECOND, "D", crashes=18, baseline_same_period=before)
    target = entry(status(here, SECOND), "targets", "T1")
    assert (target["baseline"], target["baseline_version"], target["verdict"]) == (20, 1, "met")


# State and light


def test_a_campaign_that_ended_is_being_compiled_though_nothing_happened(here: Installation) -> None:
    here.clock.instant = datetime.fromisoformat("2021-12-31T23:00:00+07:00")
    assert status(here)["state"] == "running"
    here.clock.instant += timedelta(hours=1)
    assert status(here)["state"] == "compiling"


def test_a_report_that_waits_for_its_answer_keeps_the_light_from_green(here: Installation) -> None:
    number = file(here, DISTRICT, THIRD, "A")
    return_report(here.host, here.office(), number, revision=0, reason="Chưa khớp.")
    reasons = status(here)["reasons"]
    assert any("bị trả lại" in reason for reason in reasons)


def test_nothing_waits_for_acceptance_in_a_closed_period(here: Installation) -> None:
    file(here, DISTRICT, THIRD, "A")
    assert any("chờ tiếp nhận" in reason for reason in status(here)["reasons"])
    close_period(here.host, CAMPAIGN, THIRD)
    assert not any("chờ tiếp nhận" in reason for reason in status(here)["reasons"])


# Receipts


def test_a_status_says_from_which_revisions_it_comes(here: Installation) -> None:
    file(here, DISTRICT, THIRD, "A")
    before = status(here)
    number = file(here, OTHER, THIRD, "A")
    accept_report(here.host, here.office(), number, revision=0)
    after = status(here)
    assert len(after["inputs"]["digest"]) == 64
    assert before["inputs"]["digest"] != after["inputs"]["digest"]


def test_a_status_says_by_which_plugins_it_was_counted(here: Installation) -> None:
    document = status(here)
    assert document["computed_by"] == "thidua-campaign-atgt-2021 1.0.0"
    assert document["inputs"]["forms"] == {"A": 1, "B": 1, "C": 1, "D": 1}


def test_a_status_says_how_long_it_took(here: Installation) -> None:
    assert status(here)["took_ms"] >= 0


def test_a_status_says_that_its_plugin_is_set_aside(here: Installation) -> None:
    file(here, DISTRICT, THIRD, "A")
    catalogue = installed_plugins()
    without: Any = replace(catalogue, campaigns={})
    document: Any = read_status(replace(here.host, catalogue=without), here.office(), CAMPAIGN, THIRD).document
    assert "cách ly" in document["inputs"]["sentence"]


def test_the_committee_reads_nothing_that_comes_from_unaccepted_figures(here: Installation) -> None:
    here.add_account("observer", (Role.OBSERVER, None))
    before = status(here, by="observer")
    office = file(here, OFFICE, THIRD, "D", crashes=99)
    press = file(here, PRESS, THIRD, "B", radio_items=9, direction_docs_count=2)
    after = status(here, by="observer")
    assert [each["counts"] for each in after["duties"]] == [each["counts"] for each in before["duties"]]
    assert not any("tăng so với cùng kỳ" in reason for reason in after["reasons"])
    assert after["targets_together"] is None
    provisional = status(here)
    assert any("tăng so với cùng kỳ" in reason for reason in provisional["reasons"])
    assert entry(provisional, "duties", "O13")["counts"] != entry(after, "duties", "O13")["counts"]
    accept_report(here.host, here.office(), office, revision=0)
    accept_report(here.host, here.office(), press, revision=0)
    accepted = status(here, by="observer")
    assert any("tăng so với cùng kỳ" in reason for reason in accepted["reasons"])
    assert entry(accepted, "duties", "O13")["counts"] == entry(provisional, "duties", "O13")["counts"]
    for duty in accepted["duties"]:
        found = duty_inputs(here.host, here.actors["observer"], CAMPAIGN, THIRD, duty["code"], Page())
        assert found.adds_up
        assert not duty["unit_types"] or found.counts == duty["counts"]
