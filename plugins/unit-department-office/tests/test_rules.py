"""Where a rule holds and where it does not, beyond the golden reports."""

from datetime import date
from typing import Any

import pytest
from office_reports import EARLIER
from office_reports import a_record
from office_reports import an_earlier_report
from office_reports import golden
from office_reports import judge
from office_reports import with_cells

from thidua_sdk import EarlierReport
from thidua_sdk import UnitView

NINE_MONTHS = "valid-p11-nine-months"
YEAR = "valid-year-with-awards"


def with_fields(name: str, **fields: object) -> dict[str, Any]:
    return with_cells(golden(name), {f"/fields/{field}": value for field, value in fields.items()})


def codes_of(envelope: dict[str, Any], *earlier: EarlierReport, **replaced: object) -> list[str]:
    return [finding.code for finding in judge(envelope, a_record(envelope, earlier=earlier, **replaced))]


@pytest.mark.parametrize(
    ("today", "expected"), [(date(2021, 9, 14), []), (date(2021, 9, 18), []), (date(2021, 9, 19), ["D05"])]
)
def test_reminders_are_asked_for_only_after_the_units_deadline(today: date, expected: list[str]) -> None:
    assert codes_of(golden("broken-d05-missing-units-not-reminded"), today=today) == expected


def test_an_issue_brought_forward_may_be_resolved_or_overdue() -> None:
    open_before = an_earlier_report(issues_raised=3, issues_resolved=1)

    resolved = with_fields(NINE_MONTHS, issues_raised=0, issues_resolved=2)
    overdue = with_fields(NINE_MONTHS, issues_raised=0, issues_resolved=0, issues_overdue=2)

    assert codes_of(resolved) == ["D08"]
    assert codes_of(resolved, open_before) == []
    assert codes_of(overdue) == ["D09"]
    assert codes_of(overdue, open_before) == []


@pytest.mark.parametrize(
    ("rooms", "press", "expected"),
    [
        (None, None, []),
        (None, 7, []),
        (46, 7, []),  # 53 of 55: 3,6 %
        (45, 7, ["CX5"]),  # 52 of 55: 5,5 %
        (58, None, ["CX5"]),  # 58 of 55: 5,5 %
        (57, None, []),
    ],
)
def test_the_staff_of_the_department_is_that_of_its_units_within_five_percent(
    rooms: int | None, press: int | None, expected: list[str]
) -> None:
    sums = {("C", "staff_total"): rooms, ("B", "staff_total"): press}

    assert codes_of(golden(NINE_MONTHS), accepted_sums=sums) == expected


@pytest.mark.parametrize(("units", "expected"), [(95, []), (94, ["CX5"]), (105, []), (106, ["CX5"])])
def test_a_difference_of_exactly_five_percent_is_let_pass(units: int, expected: list[str]) -> None:
    envelope = with_fields(NINE_MONTHS, department_staff_total=100)

    assert codes_of(envelope, accepted_sums={("C", "staff_total"): units}) == expected


def test_the_offices_own_staff_counts_where_it_is_known() -> None:
    sums = {("C", "staff_total"): 38, ("B", "staff_total"): 7}
    office = UnitView("STTTT-VP", "Văn phòng Sở", "department_office", {"headcount": 10})

    assert codes_of(golden(NINE_MONTHS), accepted_sums=sums) == ["CX5"]
    assert codes_of(golden(NINE_MONTHS), accepted_sums=sums, unit=office) == []


def test_the_fall_of_a_cumulative_figure_is_told_with_both_numbers() -> None:
    envelope = golden("broken-dx1-figures-fall-without-source")

    (found,) = judge(envelope, a_record(envelope, earlier=EARLIER))

    assert found.message == (
        "Số lũy kế thấp hơn kỳ 2021-9M: số vụ (D17) từ 28 xuống 27; số người bị thương (D19) từ 7 xuống 6. "
        "Nếu số liệu được điều chỉnh thì ghi văn bản nguồn mới."
    )


def test_figures_are_compared_with_the_last_report_that_states_them() -> None:
    envelope = golden("broken-dx1-figures-fall-without-source")

    assert codes_of(envelope, *EARLIER, an_earlier_report("2021-ADHOC-1", reminders_sent=1)) == ["DX1"]


def test_the_figures_of_the_closing_days_begin_a_new_statistical_year() -> None:
    closing_days = with_fields(NINE_MONTHS, crashes=2, deaths=1, injured=0, crashes_alcohol=0)
    year = an_earlier_report(
        "2021-Y", **{**golden(YEAR)["fields"], "crashes_source": closing_days["fields"]["crashes_source"]}
    )

    assert "DX1" in codes_of(closing_days, *EARLIER, year)
    assert "DX1" not in codes_of({**closing_days, "period_code": "2021-CLOSE"}, *EARLIER, year)


def test_the_same_figures_from_the_same_document_are_nothing_wrong() -> None:
    assert codes_of(golden(NINE_MONTHS), *EARLIER) == []


def test_crashes_without_deaths_are_possible() -> None:
    assert codes_of(with_fields(NINE_MONTHS, deaths=0)) == []


def test_open_cases_concern_nominated_persons_only() -> None:
    sums = {("C", "handling_pending"): 2}
    collectives_only = with_fields(YEAR, nom_individual_gk=0, nom_individual_bk=0)

    assert codes_of(golden(YEAR), *EARLIER, accepted_sums=sums) == ["DX5"]
    assert codes_of(collectives_only, *EARLIER, accepted_sums=sums) == []
    assert codes_of(golden(YEAR), *EARLIER, accepted_sums={("C", "handling_pending"): 0}) == []


def test_a_council_that_proposes_nobody_says_so_with_zeros() -> None:
    none = dict.fromkeys(("nom_collective_gk", "nom_collective_bk", "nom_individual_gk", "nom_individual_bk"), 0)
    nobody = with_fields(NINE_MONTHS, council_met_on="2021-09-16")

    assert codes_of(nobody) == ["D29", "D29", "D30", "D30"]
    assert codes_of(with_fields(NINE_MONTHS, council_met_on="2021-09-16", **none)) == []


@pytest.mark.parametrize("number", ["12/BC-STTTT", "012/BC-STTTT", "99999/BC-STTTT"])
def test_a_report_number_of_two_to_five_digits_is_taken(number: str) -> None:
    assert codes_of(with_fields(YEAR, report_no=number), *EARLIER) == []


@pytest.mark.parametrize("number", ["1/BC-STTTT", "123456/BC-STTTT", "112/BC-BATGT", "112/bc-stttt", "١١٢/BC-STTTT"])
def test_another_report_number_is_refused(number: str) -> None:
    assert codes_of(with_fields(YEAR, report_no=number), *EARLIER) == ["format"]
