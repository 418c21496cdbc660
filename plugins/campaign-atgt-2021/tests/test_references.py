"""What one part of the campaign names, another part has."""

from collections import Counter
from collections.abc import Iterable

from thidua_campaign_atgt_2021 import plugin

from thidua_sdk import Duty
from thidua_sdk import Purpose

INDICATORS = {each.code for each in plugin.indicators}
STATED: tuple[Duty | Purpose, ...] = (*plugin.duties, *plugin.purposes)
TOPICS = {each.code for each in plugin.topics}
STATISTICS = {each.code: each for each in plugin.statistics}
PERIODS = {each.code for each in plugin.periods}
TYPES = {code for period in plugin.periods for use in period.forms for code in use.unit_types}


def repeated(codes: Iterable[str]) -> list[str]:
    return [code for code, times in Counter(codes).items() if times > 1]


def test_identifiers_of_indicators_are_not_used_twice() -> None:
    assert repeated(indicator.identifier for indicator in plugin.indicators) == []


def test_every_indicator_of_the_register_serves_a_duty_a_purpose_or_a_target() -> None:
    serving = {code for each in STATED for code in each.indicators}
    serving |= {target.indicator for target in plugin.targets}

    # A letter behind the number marks a part of the indicator of that number.
    assert {code for code in INDICATORS if code[:3] not in serving} == set()


def test_topics_of_legal_bases_exist_and_every_topic_has_a_basis() -> None:
    assert {basis.topic for basis in plugin.legal_bases if basis.topic} == TOPICS


def test_targets_name_statistics_and_indicators_that_read_the_same_cell() -> None:
    cells = {each.code: {(source.form, source.field) for source in each.sources} for each in plugin.indicators}

    for target in plugin.targets:
        statistic = STATISTICS[target.statistic]
        assert cells[target.indicator] == {(statistic.form, statistic.field)}


def test_baselines_name_periods_and_statistics_that_exist() -> None:
    for baseline in plugin.baselines:
        assert baseline.period in PERIODS
        assert set(baseline.values) <= set(STATISTICS)
        assert {STATISTICS[code].definition_version for code in baseline.values} == {baseline.definition_version}


def test_duties_are_owed_by_types_that_file_reports() -> None:
    assert {code for duty in plugin.duties for code in duty.unit_types} == TYPES


def test_every_type_owes_a_duty_of_its_own_section() -> None:
    own = {duty.unit_types for duty in plugin.duties if duty.clause.startswith("Mục III")}

    assert own == {
        ("district_culture_office",),
        ("press_publishing_office",),
        ("specialised_room", "affiliated_centre"),
        ("department_office",),
    }


def test_examples_are_of_forms_and_periods_that_exist() -> None:
    forms = {use.form for period in plugin.periods for use in period.forms}
    named = {
        str(example["period_code"])
        for examples in plugin.examples.values()
        for example in examples
        if "period_code" in example
    }

    assert set(plugin.examples) == forms
    assert named <= PERIODS
