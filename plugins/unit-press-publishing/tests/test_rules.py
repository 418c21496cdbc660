"""Where a rule holds and where it does not, beyond the golden reports."""

from dataclasses import replace
from datetime import date

import pytest
from press_publishing_reports import EARLIER
from press_publishing_reports import PERIODS
from press_publishing_reports import a_record
from press_publishing_reports import golden
from press_publishing_reports import judge
from press_publishing_reports import with_cells

from thidua_sdk import UnitView


@pytest.mark.parametrize(
    "name", ["b03-agencies-exceed-register", "b05-systems-exceed-districts", "bx6-districts-not-guided"]
)
def test_what_is_not_known_of_the_unit_is_not_held_against_it(name: str) -> None:
    envelope = golden(f"broken-{name}")
    record = a_record(envelope, unit=UnitView("STTTT-TTBCXB", "Phòng TT-BC-XB", "press_publishing_office"))

    assert judge(envelope, record) == ()


@pytest.mark.parametrize("sums", [{}, {("A", "stations_total"): None, ("A", "stations_broadcasting"): None}])
@pytest.mark.parametrize("name", ["b26-province-below-districts", "b28-differs-from-districts"])
def test_nothing_is_compared_while_no_district_is_accepted(name: str, sums: dict[tuple[str, str], int | None]) -> None:
    envelope = golden(f"broken-{name}")

    assert judge(envelope, a_record(envelope, accepted_sums=sums)) == ()


@pytest.mark.parametrize(("period_code", "codes"), [("2021-Q1", set()), ("2021-H1", {"B33"}), ("2021-Y", {"B33"})])
def test_a_short_assessment_is_enough_where_no_review_is_due(period_code: str, codes: set[str]) -> None:
    envelope = golden("broken-b33-assessment-too-short")

    found = judge(envelope, a_record(envelope, earlier=EARLIER, period=PERIODS[period_code]))

    assert {finding.code for finding in found} == codes


@pytest.mark.parametrize(("period_code", "codes"), [("2021-Q1", set()), ("2021-H1", set()), ("2021-Y", {"BX4"})])
def test_silent_agencies_are_asked_for_from_nine_months_on(period_code: str, codes: set[str]) -> None:
    envelope = golden("broken-bx4-agencies-silent")

    found = judge(envelope, a_record(envelope, earlier=EARLIER, period=PERIODS[period_code]))

    assert {finding.code for finding in found} == codes


@pytest.mark.parametrize(("today", "codes"), [(date(2021, 3, 3), set()), (date(2021, 3, 4), {"BX3"})])
def test_the_plan_may_stay_unpublished_for_thirty_days(today: date, codes: set[str]) -> None:
    envelope = golden("broken-bx3-plan-not-published")

    assert {finding.code for finding in judge(envelope, a_record(envelope, today=today))} == codes


def test_what_was_left_open_may_be_handled_without_a_new_find() -> None:
    envelope = with_cells(golden("valid-first-quarter"), {"/fields/false_information_handled": 1})

    first = {finding.code for finding in judge(envelope, a_record(envelope))}

    assert first == {"B23"}
    assert judge(envelope, a_record(envelope, earlier=EARLIER)) == ()


def test_merit_may_reach_from_the_first_to_the_last_day_of_the_campaign() -> None:
    days = {"/nominations/0/merit_from": "2021-02-01", "/nominations/0/merit_to": "2021-12-31"}
    envelope = with_cells(golden("valid-year-with-nominations"), days)
    record = a_record(envelope, earlier=EARLIER)

    shorter = replace(record, plan=replace(record.plan, issued_from=date(2021, 2, 2), valid_to=date(2021, 12, 30)))

    assert judge(envelope, record) == ()
    assert [finding.cells for finding in judge(envelope, shorter)] == [tuple(days)]


def test_a_number_of_thousands_is_printed_with_dots() -> None:
    envelope = with_cells(golden("broken-b05-systems-exceed-districts"), {"/fields/radio_systems_guided": 1200})

    [said] = [finding.message for finding in judge(envelope, a_record(envelope)) if finding.code == "B05"]
    assert "(1.200)" in said
