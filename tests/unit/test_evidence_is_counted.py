"""A duty's evidence must be figures that are counted, or the duty could never be shown done."""

from __future__ import annotations

from dataclasses import replace

import pytest
from thidua_campaign_atgt_2021 import plugin as campaign_2021

from thidua.bootstrap import installed_plugins
from thidua.plugin_host.judging import faults_of_campaign
from thidua_sdk import Amendment
from thidua_sdk import AnyPositive
from thidua_sdk import Campaign
from thidua_sdk import Complete
from thidua_sdk import Count
from thidua_sdk import Evidence
from thidua_sdk import Flagged
from thidua_sdk import FormSchema
from thidua_sdk import Judged

UNIT_TYPES = installed_plugins().unit_types


def faults(*unit_types: str, evidence: Evidence, **changed: object) -> tuple[str, ...]:
    """Judge the campaign with one duty changed; says only what is wrong with that duty."""
    duty = replace(campaign_2021.duties[0], code="O99", unit_types=unit_types, evidence=evidence)
    campaign: Campaign = replace(campaign_2021, duties=(*campaign_2021.duties, duty), **changed)  # type: ignore[arg-type]  # a test's own fields
    return tuple(fault.wrong for fault in faults_of_campaign(campaign.code, campaign, UNIT_TYPES))


def test_the_campaign_of_2021_is_sound() -> None:
    assert faults_of_campaign(campaign_2021.code, campaign_2021, UNIT_TYPES) == ()


@pytest.mark.parametrize("name", ["no_such_field", "difficulties", "plan_document_date"])
def test_a_figure_that_no_form_counts_is_a_fault(name: str) -> None:
    found = faults("district_culture_office", evidence=AnyPositive((name, "radio_items")))
    assert found == (f"nhiệm vụ O99: không biểu nào cho số liệu ở ô {name}",)


def test_a_unit_type_whose_forms_ask_none_of_the_figures_is_a_fault() -> None:
    found = faults("district_culture_office", "specialised_room", evidence=AnyPositive(("radio_items",)))
    assert found == ("nhiệm vụ O99: biểu của loại đơn vị specialised_room không có ô nào cho thấy nhiệm vụ này",)


@pytest.mark.parametrize(
    "evidence",
    [
        AnyPositive(("nominations", "launch_status=own_plan")),
        Complete("staff_briefed", "staff_total"),
        Judged("Không xét theo số liệu."),
    ],
)
def test_tables_choices_and_what_people_judge_are_no_faults(evidence: Evidence) -> None:
    assert faults("district_culture_office", evidence=evidence) == ()


def test_an_option_nobody_can_choose_is_a_fault() -> None:
    assert faults("district_culture_office", evidence=Flagged("launch_status=moon")) != ()


def test_what_the_year_added_to_a_form_counts() -> None:
    class Added(FormSchema):
        drills = Count("Buổi diễn tập", code="A35", unit="buổi", source="Biểu A, dòng A35")

    added = Amendment(form="A", source="Kế hoạch", add=Added)
    assert faults("district_culture_office", evidence=Flagged("drills"), amendments=(added,)) == ()


def test_an_unknown_unit_type_of_a_duty_is_a_fault() -> None:
    found = faults("moon_office", evidence=Flagged("plan_published"))
    assert found == ("nhiệm vụ O99: không có loại đơn vị moon_office",)
